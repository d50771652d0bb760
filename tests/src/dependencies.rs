//! What `oauth-atlas` costs a program that uses reqwest anyway, and what is compiled before the first
//! `cargo xtask codegen`.

use std::collections::BTreeSet;
use std::process::Command;

/// What `cargo tree` prints of a package in this workspace.
fn tree(package: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--no-dedupe"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The packages of `oauth-atlas` with these features that reqwest does not bring by itself.
fn added(features: &str) -> BTreeSet<String> {
    let with_features = ["--no-default-features", "--features", features];
    let arguments = ["--edges", "normal", "--prefix", "depth"];
    let text = tree("oauth-atlas", &[&arguments[..], &with_features].concat());
    let (mut all, mut of_reqwest) = (BTreeSet::new(), BTreeSet::new());
    let mut reqwest = None;
    for line in text.lines() {
        let digits = line
            .find(|character: char| !character.is_ascii_digit())
            .expect("a name");
        let depth: usize = line[..digits].parse().expect("a depth");
        let package = line[digits..]
            .split(" (")
            .next()
            .expect("a name")
            .to_owned();
        if reqwest.is_some_and(|top| depth <= top) {
            reqwest = None;
        }
        if package.starts_with("reqwest ") {
            reqwest = Some(depth);
        }
        if reqwest.is_some() {
            of_reqwest.insert(package.clone());
        }
        all.insert(package);
    }
    assert!(!of_reqwest.is_empty(), "reqwest is in the tree:\n{text}");
    all.difference(&of_reqwest).cloned().collect()
}

/// The same by name, without what `known` has.
fn more(features: &str, known: &[&str]) -> Vec<String> {
    let names = added(features).into_iter();
    let names = names.map(|package| package.split(' ').next().expect("a name").to_owned());
    names.filter(|name| !known.contains(&&**name)).collect()
}

/// What comes on top of reqwest by default. With some TLS, reqwest brings the last ones as well.
const ALWAYS: [&str; 9] = [
    "oauth-atlas",
    "oauth-atlas-description",
    "oauth-atlas-runtime",
    "hifijson",
    "hmac-sha256",
    "cfg-if",
    "getrandom",
    "serde_core",
    "zeroize",
];

/// Stores and whatever else only some programs need is behind features.
#[test]
fn by_default_at_most_six_packages_of_others_come_on_top_of_reqwest() {
    for features in ["reqwest", "rustls", "native-tls"] {
        assert_eq!(more(features, &ALWAYS), [""; 0], "{features}");
    }
}

/// A program brings the database's library itself, by a feature of `oauth-atlas-store`.
#[test]
fn stores_bring_no_database() {
    let features = "rustls,store";
    let of_store = [
        "crc32fast",
        "memchr",
        "oauth-atlas-store",
        "serde_json",
        "zmij",
    ];
    assert_eq!(more(features, &ALWAYS), of_store);
}

/// A contributor waits for it before the first client is generated: it was three minutes and more,
/// and 108 packages.
#[test]
fn at_most_forty_five_packages_come_before_the_first_codegen() {
    let text = tree("xtask", &["--edges", "normal,build", "--prefix", "none"]);
    let packages: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.split(" (").next())
        .filter(|package| !package.is_empty())
        .collect();
    assert!(packages.iter().any(|package| package.starts_with("xtask ")));
    assert!(packages.len() <= 45, "{}: {packages:#?}", packages.len());
}

/// Optimising what generates costs a cold start more than all runs of a day give back. What reads YAML
/// and what makes names are small, and take a fifth of a run; the description is no larger, and the
/// generator shares what it instantiates.
#[test]
fn only_what_is_small_is_optimised_before_the_first_codegen() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("a readable file");
    let (_, profile) = manifest.split_once("[profile.dev]").expect("a profile");
    let (profile, _) = profile.split_once("[profile.test").expect("the next one");
    let optimised: Vec<_> = profile
        .lines()
        .filter(|line| line.contains("opt-level"))
        .collect();
    assert_eq!(
        optimised,
        [
            "heck.opt-level = 2",
            "libyaml-rs.opt-level = 2",
            "yaml_serde.opt-level = 1",
            "oauth-atlas-description = { opt-level = \"s\", debug-assertions = false, overflow-checks = false }",
        ]
    );
}
