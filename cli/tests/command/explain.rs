use std::path::{Path, PathBuf};
use std::process::Command;

use crate::PROGRAM;
use crate::workspace::{Run, Workspace};

fn repository() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("a workspace").to_owned()
}

/// `oauth-atlas explain` in this repository, with its output in pipes.
fn explain(arguments: &[&str]) -> Run {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(repository())
        .arg("explain")
        .args(arguments)
        .env_remove("CLICOLOR_FORCE");
    Run::of(&mut command)
}

fn explanation(arguments: &[&str]) -> String {
    let run = explain(arguments);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
    assert!(!run.stdout.contains("<atlas."), "{run:?}");
    run.stdout
}

/// Compares the output of these arguments with what was read by people before.
fn assert_known(name: &str, arguments: &[&str]) {
    let text = explanation(arguments);
    insta::with_settings!({
        snapshot_path => "../snapshots/explain",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn providers_are_explained() {
    for provider in ["cryptofuse", "cryptohopper", "kraken", "shopify", "slack"] {
        assert_known(provider, &[provider]);
    }
}

#[test]
fn a_spec_that_is_kept_elsewhere_is_explained() {
    assert_known("grant_rules", &["tests/fixtures/grant_rules.yaml"]);
}

/// A public client has no secret, and what needs one is not among its requests.
#[test]
fn what_needs_a_secret_is_shown_for_clients_that_have_one() {
    let workspace = Workspace::new();
    let spec = "specs/acme.yaml";
    let revocation = "endpoints:\n  revocation:\n    url: https://api.acme.example/revoke\n    \
                      auth: { scheme: Client, user: \"{client_secret}\" }\n";
    let text = workspace.read(spec).replacen("endpoints:\n", revocation, 1);
    workspace.write(spec, &text);
    let run = workspace.run(["explain", "acme"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let revocations: Vec<_> = run
        .stdout
        .lines()
        .filter(|line| line.contains("/revoke"))
        .collect();
    assert!(!revocations.is_empty(), "{run:?}");
}

#[test]
fn markdown_can_be_pasted_into_a_pull_request() {
    assert_known("lichess_markdown", &["lichess", "--markdown"]);
}

#[test]
fn every_spec_can_be_explained() {
    for folder in ["specs", "tests/fixtures"] {
        let folder = repository().join(folder);
        let entries = folder.read_dir().expect("a folder of specs");
        let specs = entries.map(|entry| entry.expect("a readable entry").path());
        let specs = specs.filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
        for spec in specs {
            let text = explanation(&[spec.to_str().expect("UTF-8"), "--scopes"]);
            for heading in ["\nFacts\n", "\nFacts without a source\n", "\nRequests"] {
                assert!(text.contains(heading), "{}: {text}", spec.display());
            }
            assert!(text.contains("\ncurl "), "{}: {text}", spec.display());
        }
    }
}

#[test]
fn the_environment_of_requests_is_chosen() {
    let text = explanation(&["kraken", "--environment", "uat"]);
    assert!(text.contains("curl 'https://api.vip.uat.lobster.kraken.com/oauth/token'"));
    assert!(!text.contains("https://api.kraken.com/oauth"), "{text}");
    assert!(text.contains("\nEndpoints, uat\n"), "{text}");
    let run = explain(&["kraken", "--environment", "live"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    let expected = "\
error: there is no environment `live`

Kraken has `production`, `uat`
";
    assert_eq!(run.stderr, expected);
}

#[test]
fn scopes_are_cut_unless_all_are_asked_for() {
    let few = explanation(&["lichess"]);
    assert!(few.contains("more, with `--scopes`"), "{few}");
    assert!(!few.contains("web:mod"), "{few}");
    assert!(explanation(&["lichess", "--scopes"]).contains("web:mod"));
}

#[test]
fn a_wrong_spec_is_shown_as_check_shows_it() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let file = workspace.path("specs/acme.yaml");
    let file = file.to_str().expect("UTF-8");
    let [explained, checked] = ["explain", "check"].map(|command| workspace.run([command, file]));
    assert_eq!(explained.code, Some(1), "{explained:?}");
    assert_eq!(explained.stdout, "");
    assert!(explained.stderr.contains("acme.yaml:15:1"), "{explained:?}");
    assert_eq!(explained.stderr, checked.stderr);
    // By its name, beside others that have no mistakes.
    let by_name = workspace.run(["explain", "acme"]);
    assert_eq!(by_name.code, Some(1), "{by_name:?}");
    assert!(by_name.stderr.contains("specs/acme.yaml:15:1"));
    assert_eq!(workspace.run(["explain", "globex"]).code, Some(0));
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_ones() {
    for (wrong, right) in [
        ("krakn", "did you mean `kraken`?"),
        ("crypto", "did you mean `cryptofuse` or `cryptohopper`?"),
        ("quickbook", "did you mean `quickbooks`?"),
        (
            "nobody-knows",
            "`oauth-atlas list` lists all; a path names a spec that is kept elsewhere",
        ),
    ] {
        let run = explain(&[wrong]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        let expected = format!("error: there is no provider `{wrong}`\n\n{right}\n");
        assert_eq!(run.stderr, expected);
    }
}

#[test]
fn a_provider_answers_to_its_own_name() {
    assert_eq!(explanation(&["Box"]), explanation(&["box_com"]));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let run = explain(&["nowhere/acme.yaml"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let start = "error: cannot read nowhere/acme.yaml: ";
    assert!(run.stderr.starts_with(start), "{run:?}");
}
