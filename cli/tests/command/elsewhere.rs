//! `oauth-atlas codegen --specs … --out …`: modules for a crate that is elsewhere.

use std::process::Command;

use crate::PROGRAM;
use crate::workspace::{Run, Workspace};

/// The command in the crate's folder.
fn run(workspace: &Workspace, arguments: &[&str]) -> Run {
    let mut command = Command::new(PROGRAM);
    command.args(["codegen", "--specs", "specs", "--out", "src/own"]);
    Run::of(
        command
            .args(arguments)
            .current_dir(workspace.path(""))
            .env_remove("CLICOLOR_FORCE"),
    )
}

#[test]
fn modules_and_their_index_are_written_and_nothing_else() {
    let workspace = Workspace::new();
    let run_of = |arguments: &[&str]| run(&workspace, arguments);
    let first = run_of(&[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    for line in [
        "wrote src/own/acme.rs",
        "wrote src/own/globex.rs",
        "wrote src/own/index.rs",
    ] {
        assert!(first.messages().contains(&line), "{first:?}");
    }
    assert!(!workspace.path("generated").exists());
    let module = workspace.read("src/own/acme.rs");
    assert!(module.contains("use ::oauth_atlas;"), "{module}");
    assert_eq!(run_of(&["--check"]).code, Some(0));
}

/// Whoever checks may stand elsewhere, and the machine is another one.
#[test]
fn what_is_written_does_not_depend_on_where_the_specs_are() {
    let workspace = Workspace::new();
    run(&workspace, &[]);
    let specs = workspace.path("specs");
    let out = workspace.path("src/own");
    let mut command = Command::new(PROGRAM);
    command.args(["codegen", "--check", "--specs"]).arg(specs);
    let checked = Run::of(command.arg("--out").arg(out).current_dir("/"));
    assert_eq!(checked.code, Some(0), "{checked:?}");
}

#[test]
fn files_of_others_stay_and_those_of_removed_specs_go() {
    let workspace = Workspace::new();
    workspace.write("src/own/by_hand.rs", "// Written by a person.\n");
    workspace.write("src/own/notes.md", "# Notes\n");
    run(&workspace, &[]);
    let generated = workspace.read("src/own/acme.rs");
    workspace.write("src/own/deeper/other.rs", &generated);
    workspace.remove("specs/globex.yaml");
    let stale = run(&workspace, &["--check"]);
    assert_eq!(stale.code, Some(1), "{stale:?}");
    assert!(
        stale.messages()[0].starts_with("src/own/globex.rs is stray"),
        "{stale:?}"
    );
    assert_eq!(
        stale.messages().last(),
        Some(&"oauth-atlas codegen --specs specs --out src/own")
    );
    let written = run(&workspace, &[]);
    assert!(
        written.messages().contains(&"removed src/own/globex.rs"),
        "{written:?}"
    );
    for path in ["by_hand.rs", "notes.md", "deeper/other.rs", "acme.rs"] {
        assert!(
            workspace.path("src/own").join(path).exists(),
            "{path} is gone"
        );
    }
    assert!(!workspace.path("src/own/globex.rs").exists());
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() {
    let workspace = Workspace::new();
    workspace.write("src/own/globex.rs", "// Written by a person.\n");
    let run = run(&workspace, &[]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr
            .contains("src/own/globex.rs: this file was not generated"),
        "{run:?}"
    );
    assert_eq!(
        workspace.read("src/own/globex.rs"),
        "// Written by a person.\n"
    );
    assert!(!workspace.path("src/own/acme.rs").exists());
}

#[test]
fn mistakes_are_shown_by_the_path_that_was_typed() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let run = run(&workspace, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("--> specs/acme.yaml:15:1"), "{run:?}");
    assert!(!workspace.path("src").exists());
}

#[test]
fn a_folder_without_specs_is_no_crate_to_empty() {
    let workspace = Workspace::new();
    run(&workspace, &[]);
    workspace.remove("specs/acme.yaml");
    workspace.remove("specs/globex.yaml");
    let run = run(&workspace, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("there is no spec in specs"), "{run:?}");
    assert!(workspace.path("src/own/acme.rs").exists());
}

#[test]
fn the_folder_of_the_specs_is_found_and_the_other_has_to_be_told() {
    let workspace = Workspace::new();
    let told = workspace.run(["codegen", "--specs", "specs", "--out", "src/own"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let mut command = workspace.command(["codegen", "--check", "--out", "own"]);
    let found = Run::of(command.current_dir(workspace.path("src")));
    assert_eq!(found.code, Some(0), "{found:?}");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("--out"), "{run:?}");
}
