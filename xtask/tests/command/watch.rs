//! `cargo xtask codegen --watch`, from its start to the signal that ends it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::workspace::Workspace;
use crate::{PROGRAM, generated};

/// A tenth of a second is usual; other tests keep the machine busy.
const PATIENCE: Duration = Duration::from_secs(20);

struct Watch {
    command: Child,
    lines: Receiver<String>,
}

impl Watch {
    /// A watch that has done its first run.
    fn start(mut command: Command) -> Self {
        let mut command = command
            .stderr(Stdio::piped())
            .spawn()
            .expect("the built command");
        let stderr = command.stderr.take().expect("a pipe");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { command, lines }
    }

    /// What it says up to the line with which it waits again.
    fn next_run(&self) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut said = String::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.starts_with("watching ") => return said,
                Ok(line) => said += &(line + "\n"),
                Err(error) => panic!("{error} after {PATIENCE:?}; it said:\n{said}"),
            }
        }
    }

    /// Waits for the run that says these lines, or for the runs: on a busy machine the steps of a save
    /// may lie far apart.
    fn until_it_says(&self, lines: &[&str]) -> String {
        let mut said = String::new();
        while !lines
            .iter()
            .all(|line| said.lines().any(|one| one == *line))
        {
            said += &self.next_run();
        }
        said
    }

    /// That it says nothing for a while.
    fn stays_silent(&self) {
        let said = self.lines.recv_timeout(Duration::from_millis(400));
        assert!(said.is_err(), "{said:?}");
    }

    fn end(mut self) -> ExitStatus {
        // A background job of a shell may not hear Ctrl-C; everything hears the second.
        for signal in ["INT", "TERM"] {
            let mut kill = Command::new("kill");
            kill.args(["-s", signal, &self.command.id().to_string()]);
            let _ = kill.stderr(Stdio::null()).status();
        }
        self.command.wait().expect("an end")
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.command.kill();
    }
}

#[test]
fn a_save_a_mistake_and_its_cure_are_followed_until_a_signal() {
    let workspace = Workspace::new();
    let watch = Watch::start(workspace.command(["codegen", "--watch"]));
    let said = watch.next_run();
    assert!(said.contains("wrote generated/src/acme.rs\n"), "{said}");

    workspace.replace("specs/acme.yaml", "Read everything.", "Read a little.");
    watch.until_it_says(&["wrote generated/src/acme.rs"]);
    assert!(
        workspace
            .read("generated/src/acme.rs")
            .contains("Read a little.")
    );

    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let said = watch.until_it_says(&["error: unknown key `cleints`"]);
    assert!(said.contains("specs/acme.yaml:15:1"), "{said}");
    assert!(said.contains("| ^^^^^^^"), "{said}");
    assert!(!said.contains('\u{1b}'), "a pipe is no terminal: {said:?}");

    workspace.replace("specs/acme.yaml", "cleints:", "clients:");
    watch.until_it_says(&["nothing to write"]);

    let status = watch.end();
    assert!(matches!(status.signal(), Some(2 | 15)), "{status:?}");
}

#[test]
fn new_and_removed_specs_are_followed() {
    let workspace = generated();
    let watch = Watch::start(workspace.command(["codegen", "--watch"]));
    watch.next_run();

    let initech = workspace.read("specs/acme.yaml").replace("Acme", "Initech");
    workspace.write("specs/initech.yaml", &initech);
    watch.until_it_says(&["wrote generated/src/initech.rs"]);

    workspace.remove("specs/globex.yaml");
    let said = watch.next_run();
    assert!(said.contains("removed generated/src/globex.rs\n"), "{said}");
    assert!(!workspace.path("generated/src/globex.rs").exists());
}

#[test]
fn however_an_editor_saves_the_last_text_is_what_counts() {
    let workspace = generated();
    let watch = Watch::start(workspace.command(["codegen", "--watch"]));
    watch.next_run();
    let spec = workspace.read("specs/acme.yaml");

    // Beside the file, and then in its place; with a lock that dangles, as Emacs has it.
    let lock = workspace.path("specs/.#acme.yaml");
    std::os::unix::fs::symlink("somebody@somewhere.1:2", &lock).expect("a link");
    workspace.write("specs/.acme.yaml.new", &spec.replace("everything", "this"));
    fs::rename(
        workspace.path("specs/.acme.yaml.new"),
        workspace.path("specs/acme.yaml"),
    )
    .expect("a rename");
    watch.until_it_says(&["wrote generated/src/acme.rs"]);
    fs::remove_file(lock).expect("a link");
    watch.stays_silent();

    // Emptied first, and then filled.
    let mut file = File::create(workspace.path("specs/acme.yaml")).expect("a writable file");
    thread::sleep(Duration::from_millis(10));
    file.write_all(spec.replace("everything", "that").as_bytes())
        .expect("a writable file");
    drop(file);
    watch.until_it_says(&["wrote generated/src/acme.rs"]);
    watch.stays_silent();

    // Several at once.
    for spec in ["specs/acme.yaml", "specs/globex.yaml"] {
        workspace.replace(spec, "summary: a", "summary: another");
    }
    watch.until_it_says(&[
        "wrote generated/src/acme.rs",
        "wrote generated/src/globex.rs",
    ]);
    watch.stays_silent();

    // As it was, and something that is no spec.
    workspace.write("specs/acme.yaml", &workspace.read("specs/acme.yaml"));
    workspace.write("specs/notes.txt", "Nothing to see here.");
    watch.stays_silent();
}

#[test]
fn the_modules_of_another_crate_are_watched_as_well() {
    let workspace = Workspace::new();
    let mut command = Command::new(PROGRAM);
    command
        .args(["codegen", "--watch", "--specs", "specs", "--out", "src/own"])
        .current_dir(workspace.path(""));
    let watch = Watch::start(command);
    let said = watch.next_run();
    assert!(said.contains("wrote src/own/index.rs\n"), "{said}");
    workspace.replace("specs/acme.yaml", "Read everything.", "Read a little.");
    watch.until_it_says(&["wrote src/own/acme.rs"]);
}

#[test]
fn a_folder_that_is_not_there_cannot_be_watched() {
    let workspace = Workspace::new();
    fs::remove_dir_all(workspace.path("specs")).expect("a removable folder");
    let run = workspace.run(["codegen", "--watch"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let specs = workspace.path("specs");
    let says = format!("error: cannot watch {}: ", specs.display());
    assert!(run.stderr.starts_with(&says), "{run:?}");
}

#[test]
fn a_folder_that_goes_away_ends_it() {
    let workspace = generated();
    let mut watch = Watch::start(workspace.command(["codegen", "--watch"]));
    watch.next_run();
    fs::remove_dir_all(workspace.path("specs")).expect("a removable folder");
    let said = watch.lines.iter().collect::<Vec<_>>();
    let specs = workspace.path("specs");
    let gone = format!("error: {} is gone", specs.display());
    assert_eq!(said.last(), Some(&gone), "{said:?}");
    let status = watch.command.wait().expect("an end");
    assert_eq!(status.code(), Some(3));
}
