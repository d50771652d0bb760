use std::fs;

use crate::workspace::{Run, Workspace};
use crate::{README, generated};

#[test]
fn the_first_run_writes_and_says_what() {
    let workspace = Workspace::new();
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "");
    let messages = run.messages();
    assert_eq!(messages[0], "read 2 specs");
    for line in [
        "wrote generated/src/acme.rs",
        "wrote generated/src/globex.rs",
        "wrote README.md",
    ] {
        assert!(messages.contains(&line), "{run:?}");
    }
    assert!(
        messages
            .last()
            .is_some_and(|line| line.starts_with("0 files unchanged, ")),
        "{run:?}"
    );
}

#[test]
fn the_second_run_writes_nothing_and_says_so() {
    let workspace = generated();
    let before = workspace.times();
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages(), [NOTHING_CHANGED]);
    assert_eq!(workspace.times(), before);
}

const NOTHING_CHANGED: &str = "nothing has changed since the last run";

/// Where no file is read, each change has to show without that.
#[test]
fn every_change_since_the_last_run_is_seen() {
    let workspace = generated();
    let run = |expected: &str| {
        let run = workspace.run(["codegen"]);
        assert!(run.messages().contains(&expected), "{expected}: {run:?}");
        let again = workspace.run(["codegen"]);
        assert_eq!(again.messages(), [NOTHING_CHANGED], "after {expected}");
    };
    workspace.replace("generated/src/acme.rs", LINE, WRONG);
    run("wrote generated/src/acme.rs");
    workspace.replace("specs/acme.yaml", "Read everything", "Read EVERYTHING");
    run("wrote generated/src/acme.rs");
    workspace.replace("README.md", "Acme", "ACME");
    run("wrote README.md");
    workspace.remove("generated/src/globex.rs");
    run("wrote generated/src/globex.rs");
    workspace.write("generated/src/stray.rs", "");
    run("removed generated/src/stray.rs");
    workspace.remove(MEMORY);
    run("nothing to write");
    workspace.replace("specs/acme.yaml", "name: ", "nime: ");
    for _ in 0..2 {
        assert_ne!(
            workspace.run(["codegen"]).code,
            Some(0),
            "a mistake stays one"
        );
    }
}

#[test]
fn quiet_says_nothing() {
    let run = Workspace::new().run(["codegen", "--quiet"]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
}

#[test]
fn a_current_workspace_passes_the_check() {
    let run = generated().run(["codegen", "--check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.messages(),
        ["2 specs, everything generated is up to date"]
    );
}

#[test]
fn a_hand_edited_file_fails_the_check_with_a_diff() {
    let workspace = generated();
    let generated = workspace.read("generated/src/acme.rs");
    workspace.write("generated/src/acme.rs", &format!("{generated}// A note.\n"));
    let before = workspace.times();
    let run = workspace.run(["codegen", "--check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let messages = run.messages();
    assert_eq!(
        messages[..3],
        [
            "generated/src/acme.rs is stale",
            "--- generated/src/acme.rs (committed)",
            "+++ generated/src/acme.rs (generated)",
        ]
    );
    assert!(messages[3].starts_with("@@ "), "{run:?}");
    assert!(messages.contains(&"-// A note."), "{run:?}");
    assert_eq!(messages.last(), Some(&"cargo xtask codegen"));
    assert_eq!(workspace.times(), before);
}

#[test]
fn a_check_before_the_first_run_names_what_is_missing() {
    let run = Workspace::new().run(["codegen", "--check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.messages().contains(&"generated/src/acme.rs is missing"),
        "{run:?}"
    );
}

#[test]
fn a_stray_file_is_reported_and_removed() {
    let workspace = generated();
    workspace.write("generated/src/handmade.rs", "");
    let run = workspace.run(["codegen", "--check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        run.messages()[0],
        "generated/src/handmade.rs is stray: no spec asks for it"
    );
    assert!(workspace.path("generated/src/handmade.rs").exists());

    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages()[1], "removed generated/src/handmade.rs");
    assert!(!workspace.path("generated/src/handmade.rs").exists());
}

#[test]
fn one_changed_description_changes_one_provider() {
    let workspace = generated();
    workspace.replace("specs/acme.yaml", "Read everything.", "Read all there is.");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let wrote: Vec<_> = run
        .messages()
        .into_iter()
        .filter(|line| line.starts_with("wrote "))
        .collect();
    assert_eq!(
        wrote,
        [
            "wrote generated/json/acme.json",
            "wrote generated/providers.json",
            "wrote generated/src/acme.rs",
        ]
    );
}

#[test]
fn a_removed_spec_leaves_nothing_behind() {
    let workspace = generated();
    workspace.remove("specs/globex.yaml");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.messages().contains(&"removed generated/src/globex.rs"),
        "{run:?}"
    );
    for path in workspace.times().keys() {
        let text = std::fs::read_to_string(path).expect("a readable file");
        assert!(
            !text.to_lowercase().contains("globex"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_mistake_leaves_every_file_as_it_is() {
    let workspace = generated();
    workspace.replace("specs/acme.yaml", "name: Acme", "nmae: Acme");
    let before = workspace.times();
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("specs/acme.yaml:1:1"), "{run:?}");
    assert_eq!(workspace.times(), before);
}

#[test]
fn the_readme_keeps_what_is_around_the_table() {
    let workspace = generated();
    let readme = workspace.read("README.md");
    assert!(
        readme.starts_with("# Atlas\n\n<!-- providers -->\n\n| "),
        "{readme}"
    );
    assert!(
        readme.ends_with(" |\n\n<!-- /providers -->\n\nThe end.\n"),
        "{readme}"
    );
    assert!(readme.contains("| Acme | "), "{readme}");
}

#[test]
fn a_stale_table_in_the_readme_fails_the_check() {
    let workspace = generated();
    workspace.write("README.md", README);
    let run = workspace.run(["codegen", "--check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.messages()[0], "README.md is stale");
}

#[test]
fn a_readme_without_markers_is_told_what_to_add() {
    let workspace = Workspace::new();
    workspace.write("README.md", "# Atlas\n");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .ends_with("once each:\n<!-- providers -->\n<!-- /providers -->\n"),
        "{run:?}"
    );
    assert!(!workspace.path("generated").exists());
}

#[test]
fn line_endings_of_a_checkout_do_not_count() {
    let workspace = generated();
    for path in ["generated/src/acme.rs", "README.md"] {
        workspace.replace(path, "\n", "\r\n");
    }
    let run = workspace.run(["codegen", "--check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    let workspace = Workspace::new();
    fs::remove_dir_all(workspace.path("specs")).expect("a removable folder");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let specs = workspace.path("specs");
    let says = format!("error: cannot read the specs: {}: ", specs.display());
    assert!(run.stderr.starts_with(&says), "{run:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let workspace = Workspace::new();
    workspace.write("generated", "a file where the folder should be");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.contains("error: cannot write generated/"),
        "{run:?}"
    );
}

#[test]
fn the_schema_stands_beside_the_reference_of_the_language() {
    let workspace = Workspace::new();
    workspace.write("specs/README.md", "<!-- keys -->\n<!-- /keys -->\n");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let schema = workspace.read("specs/schema.json");
    assert!(schema.contains("\"authorization_code\""), "{schema}");

    workspace.write("specs/schema.json", "{}\n");
    let run = workspace.run(["codegen", "--check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.messages()[0], "specs/schema.json is stale");

    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(workspace.read("specs/schema.json"), schema);
    assert!(workspace.path("specs/acme.yaml").exists());
}

/// Somebody has two checkouts, or moved one.
#[test]
fn the_workspace_is_the_one_that_it_runs_in() {
    let workspace = generated();
    workspace.write("deep/er/notes.txt", "");
    workspace.replace("specs/acme.yaml", "Read everything.", "Read all there is.");
    let mut command = workspace.command(["codegen"]);
    let run = Run::of(command.current_dir(workspace.path("deep/er")));
    assert_eq!(run.code, Some(0), "{run:?}");
    let messages = run.messages();
    assert_eq!(messages[0], "read 2 specs");
    assert!(messages.contains(&"wrote generated/src/acme.rs"), "{run:?}");
    let module = workspace.read("generated/src/acme.rs");
    assert!(module.contains("Read all there is."), "{module}");
}

#[test]
fn a_folder_in_no_workspace_is_named() {
    let workspace = Workspace::new();
    workspace.remove("xtask/Cargo.toml");
    let before = workspace.times();
    for arguments in [&["codegen"][..], &["test"], &["list"]] {
        let run = workspace.run(arguments);
        assert_eq!(run.code, Some(3), "{run:?}");
        assert!(
            run.stderr.contains("is in no checkout of Oauth Atlas: "),
            "{run:?}"
        );
    }
    assert_eq!(workspace.times(), before);
}

/// Whoever generates for a crate elsewhere may stand anywhere.
#[test]
fn the_modules_of_a_crate_elsewhere_need_no_workspace() {
    let workspace = Workspace::new();
    workspace.remove("xtask/Cargo.toml");
    let run = |arguments: &[&str]| {
        let package = ["codegen", "--specs", "specs", "--out", "src/own"];
        workspace.run(package.iter().chain(arguments))
    };
    let first = run(&[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.messages().contains(&"wrote src/own/acme.rs"),
        "{first:?}"
    );
    workspace.remove("specs/globex.yaml");
    let stale = run(&["--check"]);
    assert_eq!(stale.code, Some(1), "{stale:?}");
    let command = "cargo xtask codegen --specs specs --out src/own";
    assert_eq!(stale.messages().last(), Some(&command));
}

#[test]
fn one_folder_needs_the_other() {
    for folder in ["--specs", "--out"] {
        let run = Workspace::new().run(["codegen", folder, "there"]);
        assert_eq!(run.code, Some(2), "{run:?}");
    }
}

/// The texts of a spec are texts in the table of providers and in the reference of the language.
#[test]
fn hostile_texts_stay_in_their_places() {
    let workspace = Workspace::new();
    let fixture = include_str!("../../../tests/fixtures/hostile_texts.yaml");
    workspace.write("specs/hostile_texts.yaml", fixture);
    workspace.write("specs/README.md", "<!-- keys -->\n<!-- /keys -->\n");
    for _ in 0..2 {
        // Once more, as what is in a file already must not be taken for a place in it.
        let run = workspace.run(["codegen"]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    let readme = workspace.read("README.md");
    assert!(
        readme.contains("\\<script\\>alert(1)\\</script\\>"),
        "{readme}"
    );
    assert!(!readme.contains("<script>"), "{readme}");
    let language = workspace.read("specs/README.md");
    let mut fences = 0;
    for line in language.lines() {
        fences += usize::from(line.trim_start().starts_with("```"));
        let is_code = fences % 2 == 1;
        assert!(is_code || !line.contains("<script>"), "{line}");
    }
    assert!(fences > 100 && language.contains("<script>"), "{language}");
}

/// Where a run keeps for the next one what it has made.
const MEMORY: &str = "target/codegen.memory";

/// A line of each module, and what makes a memory of it wrong.
const LINE: &str = "`read`: Read everything.";
const WRONG: &str = "`read`: Read EVERYTHING.";

#[test]
fn a_run_makes_again_only_what_has_changed() {
    let workspace = generated();
    // What is remembered is wrong, which shows what was made of it.
    workspace.replace(MEMORY, LINE, WRONG);
    workspace.replace("specs/globex.yaml", "summary: ", "summary: some ");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(workspace.read("generated/src/acme.rs").contains(WRONG));
    let made = workspace.read("generated/src/globex.rs");
    assert!(made.contains(", some ") && made.contains(LINE), "{made}");
}

#[test]
fn a_check_trusts_no_memory() {
    let workspace = generated();
    workspace.replace(MEMORY, LINE, WRONG);
    let run = workspace.run(["codegen", "--check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn another_generator_makes_everything_again() {
    let workspace = generated();
    workspace.replace(MEMORY, LINE, WRONG);
    workspace.replace(MEMORY, "built at 1", "built at 2");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages()[1], "nothing to write");
    let remembered = workspace.read(MEMORY);
    assert!(remembered.contains("built at 1") && remembered.contains(LINE));
}

/// A memory spares work. Where none can be kept there is more of it, and nothing else.
#[test]
fn a_memory_that_cannot_be_kept_is_none() {
    let workspace = Workspace::new();
    workspace.write("target", "a file");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    workspace.remove("target");
    fs::create_dir_all(workspace.path(MEMORY)).expect("a folder");
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages()[1], "nothing to write");
}
