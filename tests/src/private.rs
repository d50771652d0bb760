//! The crate in `private/`: what a company sees that describes a provider of its own. Copies of it are
//! built by the real cargo.
//!
//! A test binary of its own, because the others measure time while they run.

#[path = "robustness/graft.rs"]
mod graft;
#[path = "robustness/mutation.rs"]
mod mutation;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fastrand::Rng;
use graft::Grafts;
use mutation::Material;
use oauth_atlas_codegen::{Source, load};

const NAME: &str = "name = \"private\"";
const SPEC: &str = "specs/vaultline.yaml";
const LIBRARY: &str = "src/lib.rs";

/// A copy of the crate. All share what is compiled of their dependencies.
struct Copy {
    folder: PathBuf,
}

#[derive(Debug)]
struct Run {
    succeeded: bool,
    stdout: String,
    stderr: String,
}

impl Copy {
    /// The copy of one test. Its place is the same each time, as cargo keeps what it built for each.
    fn new(name: &str) -> Self {
        let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("private-copies");
        let copy = Self {
            folder: copies.join(name),
        };
        if copy.folder.exists() {
            fs::remove_dir_all(&copy.folder).expect("a removable copy");
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for path in [
            "Cargo.toml",
            "Cargo.lock",
            "build.rs",
            SPEC,
            LIBRARY,
            "tests/desk.rs",
        ] {
            let text = fs::read_to_string(here.join("private").join(path)).expect("a file");
            copy.write(path, &text);
        }
        let repository = here.parent().expect("the repository");
        copy.replace("Cargo.toml", "../..", &repository.display().to_string());
        // Cargo tells what it built apart by names, not by folders.
        copy.replace("Cargo.toml", NAME, &format!("name = \"private-{name}\""));
        copy.append("Cargo.toml", "\n[lib]\nname = \"private\"\n");
        copy
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a readable file")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(path, text).expect("a writable file");
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replace(from, to));
    }

    fn append(&self, path: &str, text: &str) {
        self.write(path, &(self.read(path) + text));
    }

    fn cargo(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            // Not that of the workspace, which whoever runs the tests may be building in.
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("private"),
            )
            // Nobody debugs this, and it takes time to write.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TERM_COLOR", "never");
        for said_by_the_caller in ["CARGO_TERM_QUIET", "CARGO_TERM_VERBOSE"] {
            command.env_remove(said_by_the_caller);
        }
        let output = command.output().expect("cargo runs");
        Run {
            succeeded: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn builds(&self) -> Run {
        let run = self.cargo(&["build", "--verbose"]);
        assert!(run.succeeded, "{}", run.stderr);
        run
    }

    fn does_not_build(&self) -> Run {
        let run = self.cargo(&["build"]);
        assert!(!run.succeeded, "{}", run.stderr);
        run
    }
}

impl Run {
    /// Whether cargo ran the crate's build script.
    fn generated(&self) -> bool {
        self.stderr.lines().any(|line| {
            line.contains("Running `")
                && line.contains("/private-")
                && line.ends_with("build-script-build`")
        })
    }
}

#[test]
fn its_own_tests_pass() {
    let run = Copy::new("tests").cargo(&["test"]);
    assert!(run.succeeded, "{run:?}");
    assert!(run.stdout.contains("test result: ok. 3 passed"), "{run:?}");
}

#[test]
fn nothing_is_generated_again_until_a_spec_changes() {
    let copy = Copy::new("fresh");
    assert!(copy.builds().generated());
    let again = copy.builds();
    assert!(!again.generated(), "{}", again.stderr);
    assert!(
        again.stderr.contains("Fresh private-fresh v"),
        "{}",
        again.stderr
    );
    copy.append(LIBRARY, "\n// The code of others is no reason.\n");
    let with_code = copy.builds();
    assert!(!with_code.generated(), "{}", with_code.stderr);
}

#[test]
fn a_changed_spec_changes_the_code() {
    let copy = Copy::new("changed");
    copy.append(
        LIBRARY,
        "\n/// For auditors.\npub const AUDIT: vaultline::Scope = vaultline::Scope::LedgerAudit;\n",
    );
    let without = copy.does_not_build();
    assert!(
        without.stderr.contains("`LedgerAudit`"),
        "{}",
        without.stderr
    );
    copy.append(SPEC, "# Nothing but a remark.\n");
    copy.does_not_build();
    copy.replace(
        SPEC,
        "    ledger:write:",
        "    ledger:audit: See every payment.\n    ledger:write:",
    );
    assert!(copy.builds().generated());
}

#[test]
fn the_index_follows_new_and_removed_specs() {
    let copy = Copy::new("index");
    copy.builds();
    let other = copy.read(SPEC).replace("Vaultline", "Strongroom");
    copy.write("specs/strongroom.yaml", &other);
    copy.append(LIBRARY, "\npub use providers::strongroom;\n");
    assert!(copy.builds().generated());
    fs::remove_file(copy.folder.join("specs/strongroom.yaml")).expect("a spec");
    let without = copy.does_not_build();
    assert!(
        without.stderr.contains("providers::strongroom"),
        "{}",
        without.stderr
    );
}

#[test]
fn a_mistake_in_a_spec_is_shown_where_it_is() {
    let copy = Copy::new("mistake");
    copy.replace(SPEC, "clients:", "cleints:");
    let Run { stderr, .. } = copy.does_not_build();
    // As cargo shows it, which moves what a script says two columns in.
    let shown = "
  error: unknown key `cleints`
    --> specs/vaultline.yaml:18:1
     |
  18 | cleints:
     | ^^^^^^^
     |
     = help: did you mean `clients`?
";
    assert!(stderr.contains(shown), "{stderr}");
    assert!(stderr.contains("(exit status: 1)"), "{stderr}");
    for noise in ["panicked", "stack backtrace", "\u{1b}", "\\n"] {
        assert!(!stderr.contains(noise), "{noise:?} in {stderr}");
    }
    copy.replace(SPEC, "cleints:", "clients:");
    copy.builds();
}

/// How many changed specs are compiled: each costs a quarter of a second.
const SAMPLE: usize = 24;

/// What `check` accepts compiles, as far as a sample shows it: specs that were changed at random, the
/// same ones each time. `robustness` generates and runs many more.
#[test]
fn changed_specs_that_are_accepted_compile() {
    let copy = Copy::new("accepted");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("../specs"), here.join("fixtures")];
    let material = Material::new(&[&folders[0], &folders[1]]);
    let specs = folders.iter().flat_map(|folder| {
        let specs = Source::read_dir(folder);
        specs.expect("readable specs")
    });
    let specs: Vec<_> = specs.collect();
    let grafts = Grafts::new(specs.iter().map(|spec| &*spec.text));
    let mut rng = Rng::with_seed(7591);
    let mut accepted = 0;
    while accepted < SAMPLE {
        let original = &specs[rng.usize(..specs.len())].text;
        // Every other one by its lines, and by its meaning.
        let changed = match accepted % 2 {
            0 => material.change(original, &mut rng),
            _ => grafts.change(original, &mut rng).unwrap_or_default(),
        };
        let path = format!("specs/changed_{accepted}.yaml");
        if *changed != **original && load(&[Source::new(&*path, &*changed)]).is_ok() {
            copy.write(&path, &changed);
            accepted += 1;
        }
    }
    let run = copy.cargo(&["build"]);
    assert!(run.succeeded, "{}", run.stderr);
    // Every variant, every method and every constant was seen by the compiler.
    for index in 0..SAMPLE {
        let module = format!("changed_{index}");
        let known = run.stderr.contains(&format!("/{module}.rs"));
        assert!(!known, "a warning in {module}: {}", run.stderr);
    }
}

/// What the README says is what this crate does.
#[test]
fn the_readme_shows_this_build_script_and_this_module() {
    let readme = include_str!("../../README.md");
    let build_script = include_str!("../private/build.rs");
    assert!(readme.contains(build_script), "{build_script}");
    let library = include_str!("../private/src/lib.rs");
    let start = library.find("pub mod providers {").expect("the module");
    let end = library[start..].find("}\n").expect("its end") + "}\n".len();
    let module = &library[start..start + end];
    assert!(readme.contains(module), "{module}");
}
