use crate::workspace::{Run, Workspace};

#[test]
fn specs_without_mistakes_are_counted() {
    let run = Workspace::new().run(["check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages(), ["2 specs, no mistakes"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_mistake_is_shown_where_it_is() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let run = workspace.run(["check", "--quiet"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("specs/acme.yaml:15:1"), "{run:?}");
    let last = run.messages().last().copied().unwrap_or_default();
    assert!(last.ends_with(" in 1 of 2 specs"), "{run:?}");
    assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
}

#[test]
fn only_the_given_files_are_read() {
    let workspace = Workspace::new();
    workspace.write("elsewhere/wrong.yaml", "name: Wrong\nsumary: a slip\n");
    workspace.write("specs/globex.yaml", "not: read\n");
    let in_workspace = |file: &str| {
        let mut command = workspace.command(["check", file]);
        Run::of(command.current_dir(workspace.path("")))
    };
    let run = in_workspace("specs/acme.yaml");
    assert_eq!(
        (run.code, run.messages()),
        (Some(0), vec!["1 spec, no mistakes"])
    );
    let run = in_workspace("elsewhere/wrong.yaml");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("elsewhere/wrong.yaml:2:1"), "{run:?}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let run = Workspace::new().run(["check", "nowhere.yaml"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.starts_with("error: cannot read nowhere.yaml: "),
        "{run:?}"
    );
}

#[test]
fn colours_can_be_forced_and_refused() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let run = Run::of(workspace.command(["check"]).env("CLICOLOR_FORCE", "1"));
    assert!(run.stderr.contains('\u{1b}'), "{run:?}");
    let run = Run::of(
        workspace
            .command(["check"])
            .env("CLICOLOR_FORCE", "0")
            .env("NO_COLOR", "1"),
    );
    assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
}
