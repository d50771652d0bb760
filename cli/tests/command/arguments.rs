use crate::workspace::{Run, Workspace};

#[test]
fn an_unknown_argument_is_answered_with_the_nearest_one() {
    let run = Workspace::new().run(["codegen", "--out", "out", "--chekc"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("--check"), "{run:?}");
}

#[test]
fn no_command_is_a_wrong_argument() {
    let run = Workspace::new().run([""; 0]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("Usage: oauth-atlas"), "{run:?}");
}

#[test]
fn every_level_has_help_with_examples() {
    for arguments in [
        &["--help"][..],
        &["codegen", "--help"],
        &["check", "-h"],
        &["drift", "--help"],
        &["explain", "-h"],
        &["fake", "-h"],
        &["list", "-h"],
        &["new", "--help"],
        &["site", "-h"],
    ] {
        let run = Workspace::new().run(arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains("Examples:\n  oauth-atlas "), "{run:?}");
        assert!(run.stdout.contains("Usage: oauth-atlas "), "{run:?}");
        assert!(!run.stdout.contains("--today"), "{run:?}");
    }
}

#[test]
fn help_names_the_command_that_handed_the_verb_on() {
    let workspace = Workspace::new();
    let called = |arguments: &[&str]| {
        let mut command = workspace.command(arguments);
        Run::of(command.env("OAUTH_ATLAS_CALLED_AS", "cargo xtask"))
    };
    let help = called(&["site", "--help"]);
    assert!(help.stdout.contains("Usage: cargo xtask site "), "{help:?}");
    assert!(
        help.stdout.contains("\n  cargo xtask site --out pages "),
        "{help:?}"
    );
    assert!(!help.stdout.contains("  oauth-atlas site"), "{help:?}");
    let unknown = called(&["explain", "nobody-knows"]);
    assert!(unknown.stderr.contains("`cargo xtask list`"), "{unknown:?}");
}

#[test]
fn the_version_is_told() {
    let run = Workspace::new().run(["--version"]);
    let version = concat!("oauth-atlas ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), version));
}
