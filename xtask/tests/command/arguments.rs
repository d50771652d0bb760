use crate::workspace::Workspace;

#[test]
fn an_unknown_argument_is_answered_with_the_nearest_one() {
    let run = Workspace::new().run(["codegen", "--chekc"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("--check"), "{run:?}");
}

#[test]
fn an_unknown_verb_is_answered_with_the_nearest_one() {
    for (wrong, right) in [("codgen", "codegen"), ("explian", "explain")] {
        let run = Workspace::new().run([wrong]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(&format!("'{right}'")), "{run:?}");
    }
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
        &["help"],
        &["codegen", "--help"],
        &["help", "test"],
        &["test", "-h"],
    ] {
        let run = Workspace::new().run(arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains("Examples:\n  cargo xtask "), "{run:?}");
        assert!(run.stdout.contains("Usage: cargo xtask "), "{run:?}");
    }
    let help = Workspace::new().run(["--help"]).stdout;
    for verb in ["check", "drift", "explain", "fake", "list", "new", "site"] {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}: {help}");
    }
}
