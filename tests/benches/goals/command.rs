//! The command that users run, `cargo xtask codegen`, as cargo builds it for them: for the specs of the
//! project and for many more, in full, with one changed, and with none.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::measure::{Table, children_cpu, goal, megabytes, peak_memory_of};
use crate::specs;

const SIZES: [usize; 3] = [71, 300, 1000];

/// The most CPU seconds at 1,000 specs: in full, with one changed, and with none.
const GOALS: [(&str, f64); 3] = [("all", 4.0), ("one changed", 0.3), ("none changed", 0.1)];

pub fn run() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "xtask"])
        .current_dir(&workspace)
        .env_remove("CARGO_TARGET_DIR")
        .status();
    assert!(built.is_ok_and(|status| status.success()), "xtask is built");
    let program = workspace.join("target/debug/xtask");
    let mut table = Table::new(
        "command",
        "`cargo xtask codegen` in CPU seconds, and the most memory that it takes",
        &["all", "one changed", "none changed", "peak memory"],
    );
    let mut last = [0.0; 3];
    for size in SIZES {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command/{size}"));
        write_workspace(&workspace, &folder, size);
        let all = codegen(&program, &folder);
        let memory = peak(&program, &folder);
        change_one(&folder);
        let one = codegen(&program, &folder);
        let none = codegen(&program, &folder);
        last = [all, one, none].map(|time| time.as_secs_f64());
        let mut cells: Vec<_> = last.iter().map(|time| format!("{time:.2}")).collect();
        cells.push(memory);
        table.row(&format!("{size} specs"), &cells);
    }
    table.finish();
    for ((what, most), figure) in GOALS.into_iter().zip(last) {
        goal(&format!("{what} of 1000 specs, CPU seconds"), figure, most);
    }
}

/// What the command looks for in a workspace, with so many specs.
fn write_workspace(from: &Path, to: &Path, size: usize) {
    // What an earlier run kept is not to be found.
    let _ = fs::remove_dir_all(to);
    for folder in ["specs", "xtask"] {
        fs::create_dir_all(to.join(folder)).expect("the folder for builds is writable");
    }
    for file in ["xtask/Cargo.toml", "README.md", "specs/README.md"] {
        fs::copy(from.join(file), to.join(file)).expect("a file of the workspace");
    }
    for source in specs::copies(size) {
        fs::write(to.join(&source.path), source.text.as_bytes()).expect("a spec is written");
        if let Some(scopes) = &source.scopes {
            fs::write(to.join(source.scopes_path()), scopes.as_bytes())
                .expect("a table is written");
        }
    }
}

fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--quiet", "codegen"]).current_dir(folder);
    command
}

fn codegen(program: &Path, folder: &Path) -> Duration {
    children_cpu(|| {
        let status = command(program, folder).status();
        assert!(status.is_ok_and(|status| status.success()), "codegen runs");
    })
}

/// The most memory of a full run, which writes nothing.
fn peak(program: &Path, folder: &Path) -> String {
    let memory = peak_memory_of(command(program, folder).arg("--check"), |child| {
        vec![child.id()]
    });
    megabytes(memory)
}

fn change_one(folder: &Path) {
    let entries = fs::read_dir(folder.join("specs")).expect("the specs");
    let mut specs: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    specs.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    specs.sort();
    let changed = specs[specs.len() / 2..].iter().find_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        let changed = text.replacen("\nsummary: a ", "\nsummary: another ", 1);
        (changed != text).then_some((path, changed))
    });
    let (path, text) = changed.expect("a spec with a summary");
    fs::write(path, text).expect("a spec");
}
