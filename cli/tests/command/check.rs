use crate::workspace::{Run, Workspace};

#[test]
fn specs_without_mistakes_are_counted() {
    let run = Workspace::new().run(["check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.messages(), ["2 specs, no mistakes"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_mistake_is_shown_where_it_is() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let run = workspace.run(["check", "--quiet"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("specs/acme.yaml:15:1"), "{run:?}");
    let last = run.messages().last().copied().unwrap_or_default();
    assert!(last.ends_with(" in 1 of 2 specs"), "{run:?}");
    assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
}

#[test]
fn only_the_given_files_are_read() {
    let workspace = Workspace::new();
    workspace.write("elsewhere/wrong.yaml", "name: Wrong\nsumary: a slip\n");
    workspace.write("specs/globex.yaml", "not: read\n");
    let in_workspace = |file: &str| {
        let mut command = workspace.command(["check", file]);
        Run::of(command.current_dir(workspace.path("")))
    };
    let run = in_workspace("specs/acme.yaml");
    assert_eq!(
        (run.code, run.messages()),
        (Some(0), vec!["1 spec, no mistakes"])
    );
    let run = in_workspace("elsewhere/wrong.yaml");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("elsewhere/wrong.yaml:2:1"), "{run:?}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let run = Workspace::new().run(["check", "nowhere.yaml"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.starts_with("error: cannot read nowhere.yaml: "),
        "{run:?}"
    );
}

#[test]
fn colours_can_be_forced_and_refused() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "clients:", "cleints:");
    let run = Run::of(workspace.command(["check"]).env("CLICOLOR_FORCE", "1"));
    assert!(run.stderr.contains('\u{1b}'), "{run:?}");
    let run = Run::of(
        workspace
            .command(["check"])
            .env("CLICOLOR_FORCE", "0")
            .env("NO_COLOR", "1"),
    );
    assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
}

/// A spec that nobody would read is not passed over in silence.
#[test]
fn specs_that_would_be_passed_over_are_named() {
    let workspace = Workspace::new();
    let spec = workspace.read("specs/acme.yaml");
    workspace.write("specs/initech.yml", &spec);
    workspace.write("specs/payments/hooli.yaml", &spec);
    workspace.write("specs/payments/scopes.yaml", "read: Read everything.\n");
    for verb in [&["check"][..], &["list"], &["codegen", "--out", "src"]] {
        let run = workspace.run(verb);
        assert_eq!(run.code, Some(3), "{run:?}");
        assert_eq!(
            run.messages(),
            [
                "error: cannot read the specs: specs/initech.yml: a spec ends in .yaml; rename it to \
                 initech.yaml",
                "specs/payments/hooli.yaml: specs are read from one folder; move it up",
            ]
        );
    }
}

#[test]
fn a_page_that_is_read_tomorrow_is_a_mistake() {
    let workspace = Workspace::new();
    workspace.replace(
        "specs/acme.yaml",
        "checked: 2026-11-22",
        "checked: 2126-11-22",
    );
    let run = workspace.run(["check", "-q"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("this page has not been read yet"),
        "{run:?}"
    );
    assert!(run.stderr.contains("specs/acme.yaml:9:"), "{run:?}");
}

#[test]
fn what_is_still_to_do_is_named_with_its_line() {
    let workspace = Workspace::new();
    let spec = workspace.read("specs/acme.yaml");
    workspace.write("specs/acme.yaml", &format!("{spec}# TODO: the scopes\n"));
    let run = workspace.run(["check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let line = spec.lines().count() + 1;
    let reminder = format!("specs/acme.yaml:{line}: still to do: the scopes");
    assert!(run.messages().contains(&reminder.as_str()), "{run:?}");
}

const EXAMPLES: &str = r#"
examples:
  - title: Authorization request
    operation: authorization
    client: public
    request:
      url: https://acme.example/authorise
      parameters: { response_type: code, client_id: one, redirect_uri: "https://a.example/", audience: all }
  - title: Token request
    operation: authorization_code
    client: public
    request:
      method: PUT
      headers: { content-type: application/json }
      parameters: { grant_type: code, code: one, client_id: two, redirect_uri: "https://a.example/" }
"#;

/// An example is compared with the request that a client would send, before any test runs.
#[test]
fn an_example_that_no_client_sends_is_a_mistake() {
    let workspace = Workspace::new();
    let spec = workspace.read("specs/acme.yaml");
    workspace.write("specs/acme.yaml", &(spec + EXAMPLES));
    let run = workspace.run(["check", "-q"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for said in [
        "error: the client sends this to https://",
        "error: the client does not send `audience=all`",
        "what decides it: `endpoints.authorization.parameters`",
        "error: the client sends POST and not PUT",
        "error: the client sends `content-type: application/x-www-form-urlencoded`",
        "error: the client sends `grant_type=authorization_code` and not `code`",
        "what decides it: `grants.authorization_code.grant_type`",
        "5 mistakes in 1 of 2 specs",
    ] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
}
