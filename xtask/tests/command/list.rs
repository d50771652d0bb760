use std::process::Stdio;

use crate::workspace::{Run, Workspace};

#[test]
fn every_provider_has_a_line() {
    let run = Workspace::new().run(["list", "--quiet"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stderr, "");
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{run:?}");
    let cells: Vec<_> = lines[1]
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    assert_eq!(
        cells,
        [
            "Acme",
            "acme",
            "authorization_code, refresh_token",
            "confidential: client_secret_basic or client_secret_post; public: none",
            "required",
            "2",
            "-",
        ]
    );
}

#[test]
fn the_readme_holds_the_markdown_table() {
    let workspace = Workspace::generated();
    let run = workspace.run(["list", "--markdown"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(workspace.read("README.md").contains(&run.stdout), "{run:?}");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let workspace = Workspace::new();
    let mut child = workspace
        .command(["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the built command");
    // Closed before anything is written, which is `| head -0`.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the end of the command");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_mistake_is_not_listed_around() {
    let workspace = Workspace::new();
    workspace.write("specs/globex.yaml", "summary: without a name\n");
    let run: Run = workspace.run(["list"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
}
