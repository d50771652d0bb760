//! `oauth-atlas drift`: specs against saved metadata.

use crate::workspace::{Run, Workspace};

const METADATA: &str = r#"{
    "issuer": "https://login.initech.example",
    "authorization_endpoint": "https://login.initech.example/authorize",
    "token_endpoint": "https://login.initech.example/token",
    "revocation_endpoint": "https://login.initech.example/revoke",
    "scopes_supported": ["read", "write"],
    "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
    "code_challenge_methods_supported": ["S256"]
}"#;

/// A workspace in which the spec of Initech is the one that its metadata begins.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("saved/initech.json", METADATA);
    let file = workspace.path("saved/initech.json");
    let run = workspace.run(["new", "initech", "--discover", &file.to_string_lossy()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    workspace
}

fn drift(workspace: &Workspace, names: &[&str]) -> Run {
    let folder = workspace.path("saved");
    let arguments = ["drift", "--from", &folder.to_string_lossy()];
    workspace.run(arguments.iter().chain(names))
}

#[test]
fn a_spec_is_what_its_metadata_says() {
    let workspace = workspace();
    let run = drift(&workspace, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.starts_with("initech: no difference ("),
        "{run:?}"
    );
    assert_eq!(
        run.messages(),
        ["1 metadata document of 3 specs: 1 as described, 0 changed, 0 not read"]
    );
}

#[test]
fn every_kind_of_difference_is_said() {
    for (from, to, expected) in [
        (
            r#""issuer": "https://login"#,
            r#""issuer": "https://id"#,
            "issuer: the spec says https://login.initech.example, the metadata \
             https://id.initech.example",
        ),
        (
            "initech.example/token",
            "initech.example/v2/token",
            "token_endpoint: the spec says https://login.initech.example/token, the metadata \
             https://login.initech.example/v2/token",
        ),
        (
            r#""revocation_endpoint": "https://login.initech.example/revoke","#,
            "",
            "revocation_endpoint: gone: https://login.initech.example/revoke",
        ),
        (
            "\"revocation_endpoint\"",
            "\"introspection_endpoint\": \"https://login.initech.example/introspect\", \
             \"revocation_endpoint\"",
            "introspection_endpoint: new: https://login.initech.example/introspect",
        ),
        (
            r#"["client_secret_post"]"#,
            r#"["client_secret_post", "client_secret_basic"]"#,
            "token_endpoint_auth_methods_supported: new: client_secret_basic",
        ),
        (
            r#"["client_secret_post"]"#,
            r#"["client_secret_post", "none"]"#,
            "token_endpoint_auth_methods_supported: new: none",
        ),
        (
            r#"["client_secret_post"]"#,
            r#"["client_secret_post", "private_key_jwt"]"#,
            "token_endpoint_auth_methods_supported: new: private_key_jwt",
        ),
        (
            r#"["client_secret_post"]"#,
            r#"["own_method"]"#,
            "token_endpoint_auth_methods_supported: gone: client_secret_post",
        ),
        (
            r#", "client_credentials""#,
            "",
            "grant_types_supported: gone: client_credentials",
        ),
        (
            r#""refresh_token", "#,
            "",
            "grant_types_supported: gone: refresh_token",
        ),
        (
            r#""refresh_token", "#,
            r#""refresh_token", "implicit", "password", "urn:x:swap", "#,
            "grant_types_supported: new: urn:x:swap",
        ),
        (
            r#"["S256"]"#,
            r#"["plain"]"#,
            "code_challenge_methods_supported: the spec says S256, the metadata plain",
        ),
        (
            ",\n    \"code_challenge_methods_supported\": [\"S256\"]",
            "",
            "code_challenge_methods_supported: gone: S256",
        ),
        (
            r#"["read", "write"]"#,
            r#"["read"]"#,
            "scopes_supported: gone: write",
        ),
        (
            "\"issuer\"",
            "\"authorization_response_iss_parameter_supported\": true, \"issuer\"",
            "authorization_response_iss_parameter_supported: the spec says false, the metadata true",
        ),
    ] {
        let workspace = workspace();
        workspace.replace("saved/initech.json", from, to);
        let run = drift(&workspace, &["initech"]);
        assert_eq!(run.code, Some(1), "{expected}: {run:?}");
        let lines: Vec<_> = run.stdout.lines().collect();
        assert!(lines[0].starts_with("initech: 1 difference ("), "{run:?}");
        assert_eq!(lines[1], format!("  {expected}"), "{run:?}");
        let summary = "1 metadata document of 1 spec: 0 as described, 1 changed, 0 not read";
        assert_eq!(run.messages(), [summary]);
    }
}

#[test]
fn a_new_scope_counts_where_the_table_is_complete() {
    let workspace = workspace();
    workspace.replace("saved/initech.json", r#""write"]"#, r#""write", "delete"]"#);
    let run = drift(&workspace, &["initech"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("the spec's table is partial"),
        "{run:?}"
    );
    workspace.replace("specs/initech.yaml", "  partial: true\n", "");
    let run = drift(&workspace, &["initech"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout.contains("  scopes_supported: new: delete\n"),
        "{run:?}"
    );
}

#[test]
fn what_metadata_never_said_is_not_missed() {
    let workspace = workspace();
    let quiet = r#"{"issuer": "https://login.initech.example"}"#;
    workspace.write("saved/initech.json", quiet);
    // The facts have another source than the metadata.
    workspace.replace(
        "specs/initech.yaml",
        "/.well-known/oauth-authorization-server",
        "/docs",
    );
    let run = drift(&workspace, &["initech"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout
            .contains("not compared: token_endpoint: not in the metadata"),
        "{run:?}"
    );
    let quiet = workspace.run([
        "drift",
        "-q",
        "initech",
        "--metadata",
        &workspace.path("saved/initech.json").to_string_lossy(),
    ]);
    assert_eq!(quiet.stdout.lines().count(), 1, "{quiet:?}");
}

#[test]
fn what_the_spec_explains_is_counted_and_no_difference() {
    let workspace = workspace();
    workspace.replace(
        "saved/initech.json",
        r#"["client_secret_post"]"#,
        r#"["client_secret_post", "client_secret_basic"]"#,
    );
    workspace.replace("saved/initech.json", r#"["S256"]"#, r#"["plain"]"#);
    let spec = workspace.read("specs/initech.yaml");
    let notes = "
conflicts:
  - about: how the client authenticates
    versions:
      - { text: In the body., sources: metadata, taken: true }
      - { text: With client_secret_basic., sources: metadata }
    reason: Nothing else works.
notes:
  - { text: What code_challenge_methods_supported lists is out of date., reason: It was tried. }
";
    workspace.write("specs/initech.yaml", &format!("{spec}{notes}"));
    let run = drift(&workspace, &["initech"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout
            .starts_with("initech: no difference, 2 explained in the spec ("),
        "{run:?}"
    );
}

#[test]
fn each_environment_has_its_own_document() {
    let workspace = workspace();
    let spec = workspace.read("specs/initech.yaml");
    let head = spec.split("\nendpoints:").next().expect("a spec");
    let head = head.replace(
        "sources:\n",
        "sources:\n  trial: { title: Sandbox, url: \"https://docs.initech.example/s.json\", checked: 2026-11-22 }\n",
    );
    let rest = "
environments:
  production:
    hosts: { login: \"https://login.initech.example\" }
    source: metadata
  sandbox:
    hosts: { login: \"https://sandbox.initech.example\" }
    metadata: trial
variables:
  shop: { description: The shop., kind: segment, example: anvils }
endpoints:
  authorization: \"{login}/{shop}/authorize\"
  token: \"{login}/token\"
clients:
  confidential: { auth: client_secret_post }
grants:
  authorization_code: { pkce: optional }
";
    workspace.write("specs/initech.yaml", &format!("{head}{rest}"));
    let document = |host: &str, token: &str| {
        format!(
            r#"{{
                "issuer": "https://{host}.initech.example",
                "authorization_endpoint": "https://{host}.initech.example/any/authorize",
                "token_endpoint": "https://{host}.initech.example/{token}"
            }}"#
        )
    };
    workspace.write("saved/initech.json", &document("login", "token"));
    workspace.write("saved/initech.sandbox.json", &document("sandbox", "tokens"));
    let run = drift(&workspace, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("initech: no difference ("), "{run:?}");
    assert!(
        run.stdout.contains("initech.sandbox: 1 difference ("),
        "{run:?}"
    );
    assert!(
        run.stdout.contains(
            "token_endpoint: the spec says https://sandbox.initech.example/token, the metadata \
             https://sandbox.initech.example/tokens"
        ),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("not compared: issuer: a spec has only the issuer"),
        "{run:?}"
    );
}

#[test]
fn a_document_that_cannot_be_read_is_named_and_the_rest_is_compared() {
    let workspace = workspace();
    workspace.replace(
        "specs/acme.yaml",
        "documentation:",
        "issuer: https://auth.example\ndocumentation:",
    );
    workspace.write("saved/acme.json", "<html>");
    let run = drift(&workspace, &[]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stdout.contains("initech: no difference"), "{run:?}");
    assert_eq!(run.messages()[0], "acme: cannot read its metadata:");
    assert!(
        run.messages()[1].contains("acme.json: this is no JSON"),
        "{run:?}"
    );
    assert!(
        run.stderr
            .ends_with("1 as described, 0 changed, 1 not read\n"),
        "{run:?}"
    );

    workspace.replace("saved/initech.json", "/token", "/tokens");
    assert_eq!(drift(&workspace, &[]).code, Some(1));
    workspace.remove("saved/acme.json");
    assert_eq!(drift(&workspace, &["acme"]).code, Some(3));
}

/// Keys and logout have their addresses among the rules on identity, and not among the endpoints.
#[test]
fn keys_and_logout_are_compared() {
    let workspace = workspace();
    let saved = "\"jwks_uri\": \"https://login.initech.example/keys\", \
                 \"end_session_endpoint\": \"https://login.initech.example/bye\", \
                 \"revocation_endpoint\"";
    workspace.replace("saved/initech.json", "\"revocation_endpoint\"", saved);
    let run = drift(&workspace, &[]);
    for expected in [
        "jwks_uri: new: https://login.initech.example/keys",
        "end_session_endpoint: new: https://login.initech.example/bye",
    ] {
        assert!(run.stdout.contains(expected), "{run:?}");
    }
    workspace.replace(
        "specs/initech.yaml",
        "endpoints:\n",
        "id_token:\n  jwks_uri: https://login.initech.example/keys\n  source: metadata\n\
         endpoints:\n  end_session: { url: https://login.initech.example/bye }\n",
    );
    let run = drift(&workspace, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// The issuer of a spec may have a variable, whose default is what the document is about; one that
/// has none is compared with the document that is given.
#[test]
fn an_issuer_with_a_variable_has_metadata() {
    let workspace = workspace();
    workspace.replace(
        "specs/initech.yaml",
        "issuer: https://login.initech.example",
        "issuer: https://{host}.initech.example\nvariables:\n  host:\n    kind: label\n    \
         description: The data centre.\n    default: login\n    example: login",
    );
    let run = drift(&workspace, &["initech"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    workspace.replace("specs/initech.yaml", "    default: login\n", "");
    let run = workspace.run(["drift", "initech"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let file = workspace.path("saved/initech.json");
    let run = workspace.run(["drift", "initech", "--metadata", &file.to_string_lossy()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("issuer: it has a variable"), "{run:?}");
}

#[test]
fn a_provider_without_metadata_is_a_wrong_argument() {
    let workspace = workspace();
    for (arguments, expected) in [
        (
            &["drift", "acme"][..],
            "the spec of acme does not say where its metadata is",
        ),
        (&["drift", "umbrella"], "there is no provider `umbrella`"),
        (&["drift", "--metadata", "x.json"], "<NAMES>"),
    ] {
        let run = workspace.run(arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(expected), "{run:?}");
    }
    let run = workspace.run(["drift", "--from", "/does/not/exist"]);
    assert_eq!(run.code, Some(3), "{run:?}");
}

#[cfg(unix)]
#[test]
fn providers_are_asked_over_https_and_nowhere_else() {
    let workspace = workspace();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/command/pretend.sh");
    // Answers at the second address only, as a server of RFC 8414 without OpenID Connect does.
    let document = workspace.path("saved/initech.json");
    workspace.write(
        "bin/curl.does",
        &format!(
            "case \"$*\" in *oauth-authorization-server*) \"$CAT\" '{}'; echo; printf '200 ';; \
             *) printf '\\n404 ';; esac",
            document.display()
        ),
    );
    std::os::unix::fs::symlink(script, workspace.path("bin/curl")).expect("a writable folder");
    let cat = ["/bin/cat", "/usr/bin/cat"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
        .expect("cat");
    let run = Run::of(
        workspace
            .command(["drift", "initech"])
            .env("PATH", workspace.path("bin"))
            .env("CAT", cat),
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let address = "https://login.initech.example/.well-known/oauth-authorization-server";
    assert!(
        run.stdout
            .starts_with(&format!("initech: no difference ({address})\n")),
        "{run:?}"
    );
    let log = workspace.read("bin/calls.log");
    let calls: Vec<_> = log
        .lines()
        .filter(|line| line.starts_with("curl "))
        .collect();
    assert_eq!(calls.len(), 2, "{log}");
    for call in calls {
        assert!(call.starts_with("curl --disable "), "{call}");
        assert!(call.contains(" --proto =https "), "{call}");
        assert!(!call.contains("--location"), "{call}");
        assert!(!call.contains("--insecure"), "{call}");
    }
}

#[test]
fn a_spec_that_is_kept_elsewhere_is_compared() {
    let workspace = workspace();
    let elsewhere = workspace.path("private/initech.yaml");
    workspace.write(
        "private/initech.yaml",
        &workspace.read("specs/initech.yaml"),
    );
    let saved = workspace.path("saved/initech.json");
    let (path, saved) = (elsewhere.to_string_lossy(), saved.to_string_lossy());
    // Beside one of the same name, and where there is no workspace.
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    for root in [workspace.path(""), nowhere.path().to_owned()] {
        let mut command = workspace.command(["drift", &path, "--metadata", &saved]);
        command.current_dir(&root);
        let run = Run::of(&mut command);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            run.stdout.starts_with("initech: no difference ("),
            "{run:?}"
        );
        assert_eq!(
            run.messages(),
            ["1 metadata document of 1 spec: 1 as described, 0 changed, 0 not read"]
        );
    }
    workspace.replace("private/initech.yaml", "revocation: ", "introspection: ");
    let run = workspace.run(["drift", &path, "--metadata", &saved]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("revocation_endpoint: new: "), "{run:?}");

    let run = workspace.run(["drift", "nowhere/acme.yaml"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.contains("cannot read nowhere/acme.yaml"),
        "{run:?}"
    );
    workspace.write("private/wrong.yaml", "nme: Acme\n");
    let wrong = workspace.path("private/wrong.yaml");
    let run = workspace.run(["drift", &wrong.to_string_lossy()]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("wrong.yaml:1:1"), "{run:?}");
}
