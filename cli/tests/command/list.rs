use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

#[cfg(unix)]
use rexpect::session::spawn_command;

use crate::PROGRAM;
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
fn health_counts_what_is_known_and_what_is_not() {
    let run = Workspace::new().run(["list", "--health"]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{run:?}");
    let rows: Vec<Vec<_>> = run
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    let row = |what: &str| {
        let found = rows.iter().find(|row| row[0] == what);
        found.unwrap_or_else(|| panic!("{what}: {run:?}"))[1]
    };
    assert_eq!(row("providers"), "2");
    assert_eq!(row("nothing is known of users"), "2 of 2 providers");
    assert!(row("oldest reading").starts_with("2026-"), "{run:?}");
}

#[test]
fn the_readme_holds_the_markdown_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(PROGRAM);
    let run = Run::of(command.args(["list", "--markdown"]).current_dir(&root));
    assert_eq!(run.code, Some(0), "{run:?}");
    let readme = fs::read_to_string(root.join("README.md")).expect("a readable file");
    assert!(readme.contains(&run.stdout), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_terminal_is_filled_and_not_overrun() {
    let workspace = Workspace::new();
    // `stty` needs the terminal that the program has.
    let script = format!("stty cols 80 rows 24 && {PROGRAM} list");
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(workspace.path(""));
    let mut session = spawn_command(command, Some(10_000)).expect("a terminal");
    let shown = session.exp_eof().expect("the end");
    let lines: Vec<_> = shown.lines().map(str::trim_end).collect();
    assert_eq!(
        lines[0],
        "provider  module  grants                          PKCE      scopes  environments"
    );
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    let last = lines.last().copied().unwrap_or_default();
    let left_out = "columns that do not fit: clients; `--markdown` shows them";
    assert_eq!(last, left_out, "{shown}");
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

#[test]
fn old_sources_are_listed_with_the_oldest_first() {
    let workspace = Workspace::new();
    workspace.replace("specs/globex.yaml", "2026-11-22", "2025-01-31");
    let run = workspace.run(["list", "--stale", "--today", "2026-11-23"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stdout,
        " 661 days  globex: The reference, https://docs.example/oauth\n"
    );
    assert_eq!(run.messages(), ["1 of 2 sources: older than 365 days"]);

    let arguments = [
        "list",
        "--stale",
        "--older-than",
        "0",
        "--today",
        "2026-11-23",
    ];
    let run = workspace.run(arguments);
    let ages: Vec<_> = run.stdout.lines().map(|line| line[..18].trim()).collect();
    assert_eq!(ages, ["661 days  globex:", "1 day  acme: T"], "{run:?}");
}

#[test]
fn a_source_is_old_after_its_last_day() {
    let workspace = Workspace::new();
    let run = workspace.run(["list", "--stale", "--today", "2027-11-22"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        run.messages(),
        ["2 sources, and nothing is older than 365 days"]
    );
    let run = workspace.run(["list", "--stale", "--today", "2027-11-23"]);
    assert_eq!(run.stdout.lines().count(), 2, "{run:?}");
}

#[test]
fn days_are_days() {
    let workspace = Workspace::new();
    for arguments in [
        &["list", "--older-than", "3"][..],
        &["list", "--stale", "--older-than", "-1"],
        &["list", "--stale", "--today", "soon"],
        &["list", "--stale", "--quirks"],
    ] {
        let run = workspace.run(arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
    }
}
