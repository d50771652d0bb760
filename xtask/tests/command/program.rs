//! The verbs of the program `oauth-atlas`.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::PROGRAM;
use crate::workspace::{Run, Workspace};

/// A workspace whose cargo logs its call, shows what the program would see, and ends with `code`.
fn with_cargo(code: u8) -> Workspace {
    let workspace = Workspace::new();
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cli/tests/command/pretend.sh"
    );
    let shows = format!("echo \"$OAUTH_ATLAS_CALLED_AS in $(/bin/pwd)\"; exit {code}");
    workspace.write("bin/cargo.does", &shows);
    symlink(script, workspace.path("bin/cargo")).expect("a writable folder");
    workspace
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Run {
    let mut command = workspace.command(arguments);
    let command = command.current_dir(workspace.path("specs"));
    Run::of(command.env("CARGO", workspace.path("bin/cargo")))
}

#[test]
fn it_is_run_as_it_was_typed_and_where() {
    for typed in [
        "list --quirks",
        "--quiet check specs/acme.yaml",
        "help new",
        "explain kraken --help",
        "new acme --discover https://login.acme.example",
    ] {
        let workspace = with_cargo(0);
        let words: Vec<_> = typed.split(' ').collect();
        let run = run(&workspace, &words);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        let here = workspace.path("specs").canonicalize().expect("a folder");
        assert_eq!(run.stdout, format!("cargo xtask in {}\n", here.display()));
        let log = workspace.read("bin/calls.log");
        let manifest = workspace.path("").canonicalize().expect("a folder");
        let expected = format!(
            "cargo run --quiet --manifest-path {}/Cargo.toml --package oauth-atlas-cli \
             --no-default-features --features program -- {typed}\n",
            manifest.display()
        );
        assert_eq!(log, expected);
    }
}

#[test]
fn it_ends_as_the_program_ends() {
    for code in [1, 2, 3, 101] {
        let workspace = with_cargo(code);
        assert_eq!(run(&workspace, &["check"]).code, Some(code.into()));
    }
}

#[test]
fn a_cargo_that_is_not_there_is_named() {
    let workspace = Workspace::new();
    let mut command = workspace.command(["check"]);
    let run = Run::of(command.env("CARGO", "/does/not/exist"));
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.starts_with("error: cannot run cargo: "),
        "{run:?}"
    );
}

/// With the real cargo, in this repository: what it prints and how it ends are the program's.
#[test]
fn the_program_of_this_workspace_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // The program is built without specs here. In the folder of the workspace it would take the place
    // of the one that other tests run.
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
    let target = Path::new(PROGRAM).ancestors().nth(2).expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command
            .env("CARGO_TARGET_DIR", &own)
            // What it is made of is compiled already.
            .env("CARGO_BUILD_BUILD_DIR", target);
        Run::of(command.args(arguments).current_dir(&root))
    };
    let checked = run(&["check", "specs/kraken.yaml"]);
    assert_eq!(
        (checked.code, checked.messages()),
        (Some(0), vec!["1 spec, no mistakes"])
    );
    let help = run(&["help", "explain"]);
    assert_eq!(help.code, Some(0), "{help:?}");
    assert!(
        help.stdout.contains("Usage: cargo xtask explain "),
        "{help:?}"
    );
    assert!(
        help.stdout
            .contains("Examples:\n  cargo xtask explain kraken "),
        "{help:?}"
    );
    let unknown = run(&["explain", "nobody-knows"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(
        unknown.stderr.contains("`cargo xtask list` lists all"),
        "{unknown:?}"
    );
    assert!(own.join("debug/oauth-atlas").is_file());
}
