//! What a host reaches: this machine, a network that not everybody sees, or the public internet.

use url::{Host, Url};

#[cfg(feature = "reqwest")]
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which hosts a request may go to.
#[derive(Clone, Copy)]
pub(crate) enum Hosts {
    Any,
    Public,
}

/// Whether a URL is on loopback: `localhost`, 127.0.0.0/8 or `::1`.
///
/// Use it instead of matching text: `http://127.0.0.1:1@b.example/` goes to `b.example`. For
/// authors of HTTP clients: requests to loopback must not use a proxy, which is another machine and
/// may see them in clear.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Names that no public server has: of this machine (RFC 6761 §6.3) and of its network (RFC 6762 §3
/// and appendix G, RFC 8375, and ICANN's reservation of `internal`).
const NOT_PUBLIC: [&str; 11] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "onion",
];

/// Whether a URL's host is a name that a public server can have: no address in any spelling, as the
/// URL's parser has made one of all of them, and no name that means something in one network only.
/// What the name resolves to is not asked.
pub(crate) fn has_public_name(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return false;
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_below = |domain: &&str| {
        let above = name.strip_suffix(*domain);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    name.contains('.') && !NOT_PUBLIC.iter().any(is_below)
}

/// Whether an address is of the public internet (RFC 6890 and its registries).
#[cfg(feature = "reqwest")]
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

#[cfg(feature = "reqwest")]
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        // This network, private ones, and the one between a provider and its customers.
        [0 | 10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..]
        // Link-local, where clouds tell a machine its credentials.
        | [169, 254, ..]
        // Of the protocol itself, for documents, for measurements, and for relays of 6to4.
        | [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18 | 19, ..] | [192, 88, 99, _]
        // To many, reserved, and to all.
        | [224..=255, ..]
    )
}

#[cfg(feature = "reqwest")]
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // What a network without IPv4 makes of an IPv4 address (RFC 6052 §2.1).
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Of the protocol itself, among them Teredo; for documents; and 6to4, which holds an IPv4
        // address.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // All else that was ever assigned to the internet (RFC 4291 §2.4).
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn this_machine_is_told_by_the_host_alone() {
        for text in [
            "http://127.0.0.1:8080/",
            "http://127.9.8.7/",
            "https://localhost/",
            "http://LOCALHOST/",
            "http://user:pass@localhost/",
            "http://[::1]:8080/",
            "http://[::ffff:127.0.0.1]/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.0.0.1:1@127.0.0.1/",
        ] {
            assert!(is_loopback(&url(text)), "{text}");
        }
        for text in [
            "http://127.0.0.1:1@other.example/",
            "http://localhost@other.example/",
            "http://localhost:80@other.example/",
            "http://127.0.0.1.other.example/",
            "http://localhost.other.example/",
            "http://other.example/127.0.0.1",
            "http://other.example#@127.0.0.1/",
            "http://[::2]/",
            "http://128.0.0.1/",
            "data:localhost",
        ] {
            assert!(!is_loopback(&url(text)), "{text}");
        }
    }

    #[test]
    fn a_public_name_is_no_address_and_of_no_network() {
        for text in [
            "https://acme.example/",
            "https://acme.example./",
            "https://mylocal.example/",
            "https://localhost.example/",
            "https://notlocal.uk/",
            "https://xn--bcher-kva.example/",
        ] {
            assert!(has_public_name(&url(text)), "{text}");
        }
        for text in [
            "https://localhost/",
            "https://a.localhost/",
            "https://localhost./",
            "https://intranet/",
            "https://intranet./",
            "https://printer.local/",
            "https://printer.LOCAL./",
            "https://metadata.cloud.internal/",
            "https://host.localdomain/",
            "https://nas.home.arpa/",
            "https://nas.lan/",
            "https://93.184.216.34/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://017700000001/",
            "https://0/",
            "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
            "https://169.254.169.254/",
            "https://[::1]/",
            "https://[2606:2800:220:1::1]/",
            "https://[::ffff:10.0.0.1]/",
            "data:text/plain,x",
        ] {
            assert!(!has_public_name(&url(text)), "{text}");
        }
    }

    #[cfg(feature = "reqwest")]
    #[test]
    fn public_addresses_are_those_of_the_registries() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.0.0.1",
            "128.0.0.1",
            "169.253.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.88.98.1",
            "192.167.0.1",
            "192.169.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "198.51.99.1",
            "203.0.112.1",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700::1111",
            "3ffe::1",
            "64:ff9b::1.1.1.1",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "4000::1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
