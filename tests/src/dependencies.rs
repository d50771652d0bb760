//! What `oauth-atlas` costs a program that uses reqwest anyway.

use std::collections::BTreeSet;
use std::process::Command;

/// The packages of `oauth-atlas` with these features that reqwest does not bring by itself.
fn added(features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--edges",
            "normal",
            "--package",
            "oauth-atlas",
            "--no-dedupe",
        ])
        .args([
            "--prefix",
            "depth",
            "--no-default-features",
            "--features",
            features,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
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

/// The packages of this workspace, of which there may be as many as its rooms need.
const OWN: &str = "oauth-atlas";

#[test]
fn at_most_six_packages_of_others_come_on_top_of_reqwest() {
    for features in ["reqwest", "rustls", "native-tls"] {
        let mut added = added(features);
        added.retain(|package| !package.starts_with(OWN));
        assert!(added.len() <= 6, "{features}: {added:#?}");
    }
}
