//! Where there is no folder of specs, or one that lacks the provider.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::PROGRAM;
use crate::workspace::{Run, Workspace};

/// The program in a folder where nothing is.
fn run(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder);
    Run::of(command.env_remove("CLICOLOR_FORCE"))
}

fn nowhere() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn the_providers_of_oauth_atlas_are_listed() {
    let run = run(nowhere().path(), &["list", "--markdown"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).expect("a readable file");
    assert!(readme.contains(&run.stdout), "{run:?}");
}

#[test]
fn a_table_says_where_it_comes_from() {
    let run = run(nowhere().path(), &["list"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let version = concat!(
        " providers, built into oauth-atlas ",
        env!("CARGO_PKG_VERSION")
    );
    assert!(run.messages()[0].ends_with(version), "{run:?}");
}

#[test]
fn a_provider_is_explained_as_in_a_checkout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let here = run(nowhere().path(), &["explain", "kraken"]);
    assert_eq!(here.code, Some(0), "{here:?}");
    assert_eq!(here.stdout, run(&root, &["explain", "kraken"]).stdout);
    let by_name = run(nowhere().path(), &["explain", "QuickBooks Online"]);
    assert_eq!(by_name.code, Some(0), "{by_name:?}");
    let wrong = run(nowhere().path(), &["explain", "krakn"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(wrong.stderr.contains("did you mean `kraken`?"), "{wrong:?}");
}

#[test]
fn a_provider_is_faked() {
    let folder = nowhere();
    let mut fake = Command::new(PROGRAM)
        .args(["fake", "kraken", "--quiet"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the built program");
    let stdout = BufReader::new(fake.stdout.take().expect("a pipe"));
    let first = stdout.lines().next().expect("a line").expect("UTF-8");
    fake.kill().expect("a process");
    fake.wait().expect("an end");
    assert!(
        first.starts_with("A fake of Kraken at http://127.0.0.1:"),
        "{first}"
    );
}

#[test]
fn the_site_goes_into_a_folder_of_its_own() {
    let folder = nowhere();
    let run = run(folder.path(), &["site"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages()[2], "open oauth-atlas-site/index.html");
    assert!(folder.path().join("oauth-atlas-site/kraken.html").is_file());
}

#[test]
fn metadata_is_compared_with_what_is_built_in() {
    let folder = nowhere();
    fs::create_dir(folder.path().join("saved")).expect("a writable folder");
    let issuer = "{\"issuer\": \"https://accounts.google.example\"}";
    fs::write(folder.path().join("saved/google.json"), issuer).expect("a writable file");
    let run = run(folder.path(), &["drift", "google", "--from", "saved"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .contains("token_endpoint: gone: https://oauth2.googleapis.com/token"),
        "{run:?}"
    );
}

#[test]
fn what_is_about_specs_of_ones_own_says_that_there_are_none() {
    let folder = nowhere();
    for arguments in [&["check"][..], &["codegen", "--out", "providers"]] {
        let run = run(folder.path(), arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        let says = "error: there is no folder `specs` with a .yaml file in it";
        assert!(run.stderr.starts_with(says), "{run:?}");
    }
    let entries = fs::read_dir(folder.path()).expect("a readable folder");
    assert_eq!(entries.count(), 0);
}

#[test]
fn a_first_spec_makes_the_folder() {
    let folder = nowhere();
    let begun = run(folder.path(), &["new", "acme"]);
    assert_eq!(begun.code, Some(0), "{begun:?}");
    assert_eq!(
        begun.messages()[..2],
        [
            "wrote specs/acme.yaml",
            "wrote specs/schema.json, the schema for editors"
        ]
    );
    let next = "  oauth-atlas check specs/acme.yaml\n  oauth-atlas codegen --out src/providers\n";
    assert!(begun.stderr.ends_with(next), "{begun:?}");
    let schema = fs::read_to_string(folder.path().join("specs/schema.json")).expect("a schema");
    assert!(schema.contains("\"authorization_code\""), "{schema}");
    let checked = run(folder.path(), &["check"]);
    assert_eq!(checked.messages().last(), Some(&"1 spec, no mistakes"));
    // The second leaves the schema as it is, and goes beside the first from wherever it is begun.
    let deeper = folder.path().join("src");
    fs::create_dir(&deeper).expect("a writable folder");
    let second = run(&deeper, &["new", "globex"]);
    assert_eq!(
        second.messages()[..2],
        ["wrote ../specs/globex.yaml", ""],
        "{second:?}"
    );
    let generated = run(&deeper, &["codegen", "--out", "providers"]);
    assert_eq!(generated.code, Some(0), "{generated:?}");
    assert!(deeper.join("providers/globex.rs").is_file());
}

#[test]
fn a_folder_of_specs_comes_first_and_the_rest_stays_in_reach() {
    let workspace = Workspace::new();
    let acme = workspace.read("specs/acme.yaml");
    workspace.write("specs/kraken.yaml", &acme.replace("Acme", "Kraken of ours"));
    let listed = workspace.run(["list"]);
    assert_eq!(listed.stdout.lines().count(), 4, "{listed:?}");
    let own = workspace.run(["explain", "kraken"]);
    assert!(own.stdout.contains("Kraken of ours"), "{own:?}");
    let other = workspace.run(["explain", "lichess"]);
    assert_eq!(other.code, Some(0), "{other:?}");
    let drift = workspace.run(["drift", "google", "--from", "specs"]);
    assert_eq!(drift.code, Some(3), "{drift:?}");
    assert!(
        drift.stderr.contains("google: cannot read its metadata"),
        "{drift:?}"
    );

    let built_in = workspace.run(["--built-in", "list"]);
    assert!(built_in.stdout.lines().count() > 60, "{built_in:?}");
    let theirs = workspace.run(["explain", "kraken", "--built-in"]);
    assert!(!theirs.stdout.contains("Kraken of ours"), "{theirs:?}");
}

#[test]
fn a_folder_that_is_named_has_to_hold_specs() {
    let workspace = Workspace::new();
    let listed = workspace.run(["list", "--specs", "specs"]);
    assert_eq!(listed.stdout, workspace.run(["list"]).stdout);
    workspace.write("empty/notes.txt", "");
    for (folder, code, says) in [
        ("empty", 1, "there is no spec in empty: "),
        ("nowhere", 3, "error: cannot read the specs: nowhere: "),
    ] {
        let run = workspace.run(["list", "--specs", folder]);
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!(run.stderr.starts_with(says), "{run:?}");
    }
}
