//! `oauth-atlas scopes`: tables of scopes from documents for machines.

use crate::workspace::Workspace;

const OPENAPI: &str = r#"{
    "openapi": "3.1.0",
    "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "authorizationCode": {
        "scopes": { "mail:read": "Read mail", "mail:send": "Send mail" } } } } } }
}"#;

const DAY: &str = "2026-11-29";

/// A workspace with a spec of Initech that has one of the scopes.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let run = workspace.run([
        "new",
        "initech",
        "--authorization-endpoint",
        "https://login.initech.example/authorize",
        "--token-endpoint",
        "https://login.initech.example/token",
        "--documentation",
        "https://docs.initech.example/oauth",
        "--scope",
        "mail:read",
    ]);
    assert_eq!(run.code, Some(0), "{run:?}");
    workspace.write("openapi.json", OPENAPI);
    workspace
}

fn import(workspace: &Workspace, more: &[&str]) -> crate::workspace::Run {
    let document = workspace.path("openapi.json");
    let document = document.to_string_lossy();
    let arguments = [
        "scopes", "import", "initech", "--today", DAY, "--from", &*document,
    ];
    workspace.run(arguments.iter().chain(more))
}

fn name_source(workspace: &Workspace) {
    let spec = workspace.read("specs/initech.yaml");
    let spec = spec.replacen("scopes:\n", "scopes:\n  imported: docs\n", 1);
    workspace.write("specs/initech.yaml", &spec);
}

#[test]
fn what_the_spec_lacks_is_written_beside_it_and_is_generated() {
    let workspace = workspace();
    let run = import(&workspace, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("1 scope added\n  mail:send"), "{run:?}");
    let table = workspace.read("specs/initech.scopes.tsv");
    assert_eq!(table, "scope\tdescription\nmail:send\tSend mail.\n");
    // A table without a source is a mistake, which names the key.
    let run = workspace.run(["check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("nothing says where the scopes of"),
        "{run:?}"
    );
    name_source(&workspace);
    let run = workspace.run(["explain", "initech", "--scopes"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("Send mail."), "{run:?}");
    let out = workspace.path("out");
    let run = workspace.run(["codegen", "--out", &out.to_string_lossy()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(workspace.read("out/initech.rs").contains("    MailSend,"));
}

#[test]
fn a_second_import_keeps_words_adds_and_marks_what_is_gone() {
    let workspace = workspace();
    import(&workspace, &[]);
    name_source(&workspace);
    workspace.write(
        "specs/initech.scopes.tsv",
        "scope\tdescription\nmail:send\tIn our own words.\n",
    );
    let run = import(&workspace, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("2 scopes, and no change"), "{run:?}");
    workspace.write("openapi.json", &OPENAPI.replace("mail:send", "mail:admin"));
    // Only looking writes nothing, and finds something.
    let run = import(&workspace, &["--check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let run = import(&workspace, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        workspace.read("specs/initech.scopes.tsv"),
        format!(
            "scope\tdescription\tdeprecated\n\
             mail:send\tIn our own words.\tThe provider's list does not have it any more, as of {DAY}.\n\
             mail:admin\tSend mail.\t\n"
        )
    );
    assert_eq!(import(&workspace, &["--check"]).code, Some(0));
}

#[test]
fn a_document_without_scopes_changes_nothing() {
    let workspace = workspace();
    workspace.write("openapi.json", r#"{ "name": "Initech" }"#);
    let run = import(&workspace, &[]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("nothing lists scopes here"), "{run:?}");
    assert!(!workspace.path("specs/initech.scopes.tsv").exists());
}

#[test]
fn a_wrong_table_is_reported_with_its_line() {
    let workspace = workspace();
    name_source(&workspace);
    workspace.write(
        "specs/initech.scopes.tsv",
        "scope\tdescription\nmail:send\n",
    );
    let run = workspace.run(["check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("line 2 of "), "{run:?}");
    let run = import(&workspace, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("initech.scopes.tsv:2: the number of cells is 1"),
        "{run:?}"
    );
}
