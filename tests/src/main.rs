//! Every test of the workspace, in one binary.

mod absence;
mod canary;
mod certificate;
mod certification;
mod conformance;
mod dependencies;
mod descriptions;
mod diagnostics;
mod discovery;
mod dpop;
mod driven;
mod examples;
mod exchange;
mod fakes;
mod faults;
mod guidelines;
mod hostile;
mod identity;
mod interface;
mod language;
mod lies;
mod memory;
mod mix_up;
mod names;
mod openssl;
mod pages;
mod proxies;
mod public_hosts;
mod pushed;
mod quirks;
mod readme;
mod registration;
mod remembered;
mod rendering;
mod request_objects;
mod resources;
mod responses;
mod robustness;
mod rooms;
mod schema;
mod server;
mod shapes;
mod signing;
mod snapshots;
mod wire;

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(
    dead_code,
    reason = "a fixture is there for one feature, and has all methods"
)]
mod fixtures {
    include!(concat!(env!("OUT_DIR"), "/fixtures/index.rs"));

    /// Their fakes.
    pub mod fakes {
        include!(concat!(env!("OUT_DIR"), "/fixtures/fakes.rs"));
    }
}
