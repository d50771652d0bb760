use crate::workspace::Workspace;

#[test]
fn an_unknown_argument_is_answered_with_the_nearest_one() {
    let run = Workspace::new().run(["codegen", "--chekc"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("--check"), "{run:?}");
}

#[test]
fn no_command_is_a_wrong_argument() {
    let run = Workspace::new().run([""; 0]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("Usage: cargo xtask"), "{run:?}");
}

#[test]
fn every_level_has_help_with_examples() {
    for arguments in [
        &["--help"][..],
        &["codegen", "--help"],
        &["check", "-h"],
        &["drift", "--help"],
        &["explain", "-h"],
        &["list", "-h"],
        &["new", "--help"],
        &["site", "-h"],
        &["test", "-h"],
    ] {
        let run = Workspace::new().run(arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains("Examples:\n  cargo xtask "), "{run:?}");
        assert!(run.stdout.contains("Usage: cargo xtask "), "{run:?}");
        for hidden in ["--root", "--today"] {
            assert!(!run.stdout.contains(hidden), "{run:?}");
        }
    }
}
