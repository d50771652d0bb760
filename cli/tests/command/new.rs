//! `oauth-atlas new`: whatever is said of a provider becomes a spec without mistakes.

use std::collections::BTreeMap;
use std::env;

use crate::server::{Server, json};
use crate::workspace::{Run, Workspace};

const SPEC: &str = "specs/initech.yaml";

fn metadata(name: &str) -> String {
    format!(
        "{}/tests/command/metadata/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// `new initech` with these arguments, on a day that does not pass.
fn begin(workspace: &Workspace, arguments: &[&str]) -> Run {
    let day = ["new", "initech", "--today", "2026-11-22"];
    workspace.run(day.iter().chain(arguments))
}

/// The spec, which has to have no mistakes and to be enough for a client.
fn begun(workspace: &Workspace) -> String {
    let check = workspace.run(["check", "-q"]);
    assert_eq!((check.code, check.stderr.as_str()), (Some(0), ""));
    let codegen = workspace.run(["codegen", "--out", "src/providers"]);
    assert_eq!(codegen.code, Some(0), "{codegen:?}");
    assert!(workspace.path("src/providers/initech.rs").exists());
    workspace.read(SPEC)
}

fn assert_snapshot(name: &str, spec: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, spec);
    });
}

#[test]
fn each_template_is_a_small_spec_without_mistakes() {
    for (template, lines) in [("plain", 14), ("oidc", 22), ("machine", 11)] {
        let workspace = Workspace::new();
        let run = begin(&workspace, &["--template", template]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(run.messages()[0], "wrote specs/initech.yaml");
        let spec = begun(&workspace);
        let yaml = spec.lines().filter(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        });
        let yaml: Vec<_> = yaml.collect();
        assert_eq!(yaml.len(), lines, "{spec}");
        // An editor completes nothing between braces: only what is complete stands there.
        assert!(
            yaml.iter()
                .all(|line| !line.contains('{') || line.starts_with("  docs: {")),
            "{spec}"
        );
        assert_snapshot(&format!("template_{template}"), &spec);
    }
}

#[test]
fn plain_is_what_nobody_chooses() {
    let workspace = Workspace::new();
    begin(&workspace, &[]);
    let chosen = workspace.read(SPEC);
    workspace.remove(SPEC);
    begin(&workspace, &["--template", "plain", "--no-input"]);
    assert_eq!(workspace.read(SPEC), chosen);
}

#[test]
fn placeholders_are_named_with_their_lines() {
    let workspace = Workspace::new();
    begin(&workspace, &[]);
    let run = workspace.run(["check"]);
    let spec = workspace.read(SPEC);
    let expected: Vec<_> = spec
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("initech.invalid"))
        .map(|(index, _)| format!("specs/initech.yaml:{}: https://initech.invalid/", index + 1))
        .collect();
    assert_eq!(expected.len(), 4, "{spec}");
    let messages = run.messages();
    let named: Vec<_> = messages
        .iter()
        .filter(|message| message.ends_with(" is a placeholder"))
        .collect();
    assert_eq!(named.len(), 4, "{run:?}");
    for (message, expected) in named.iter().zip(&expected) {
        assert!(message.starts_with(expected), "{run:?}");
    }
    let line = spec.lines().position(|line| line.starts_with("summary:"));
    let line = line.expect("a summary") + 1;
    let reminder = format!("specs/initech.yaml:{line}: still to do: a marketplace for …");
    assert!(messages.contains(&reminder.as_str()), "{run:?}");
    assert_eq!(messages.last(), Some(&"3 specs, no mistakes"));
}

#[test]
fn arguments_leave_nothing_to_fill_in() {
    let workspace = Workspace::new();
    let run = begin(
        &workspace,
        &[
            "--title",
            "Initech: TPS, Inc. #1",
            "--summary",
            "a software company",
            "--documentation",
            "https://docs.initech.example/oauth#start",
            "--authorization-endpoint",
            "https://initech.example/authorize",
            "--token-endpoint",
            "https://initech.example/token?a=b",
            "--client",
            "both",
            "--auth",
            "client_secret_post",
            "--auth",
            "client_secret_basic",
            "--pkce",
            "required",
            "--scope",
            "openid",
        ],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.messages().contains(&"  replace each TODO"), "{run:?}");
    let check = workspace.run(["check"]);
    assert_eq!(check.messages(), ["3 specs, no mistakes"]);
    let spec = begun(&workspace);
    assert_snapshot("arguments", &spec);
}

#[test]
fn grants_beside_logins_are_written() {
    let workspace = Workspace::new();
    let begun_with = |arguments: &[&str]| {
        let run = begin(&workspace, arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        let spec = begun(&workspace);
        workspace.remove(SPEC);
        spec
    };
    let client_credentials = ["--grant", "client_credentials"];
    let spec = begun_with(&client_credentials);
    assert!(
        spec.contains("\n  refresh_token:\n  client_credentials:\n\n"),
        "{spec}"
    );
    let comment = prose(&spec);
    assert!(
        !comment.contains("client_credentials (an application"),
        "{spec}"
    );
    assert!(comment.contains("device_code (a user logs in"), "{spec}");

    let both = ["--grant", "device_code", "--grant", "client_credentials"];
    let spec = begun_with(&both);
    assert!(
        spec.contains("\n  client_credentials:\n  device_code:\n\n"),
        "{spec}"
    );
    assert!(
        spec.contains("  device_authorization: https://initech.invalid/device # TODO"),
        "{spec}"
    );
}

/// The comments of a spec, without the ends of their lines.
fn prose(spec: &str) -> String {
    let lines = spec
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("# "));
    lines.collect::<Vec<_>>().join(" ")
}

/// The words and their meanings are one text in the help, in the dialogue and above `grants`.
#[test]
fn each_choice_is_explained_where_it_is_made() {
    let workspace = Workspace::new();
    let help = workspace.run(["new", "--help"]).stdout;
    begin(&workspace, &[]);
    let comment = prose(&workspace.read(SPEC));
    for (word, meaning) in [
        ("unknown", "othing is said"),
        ("required", "efused without it"),
        ("optional", "ocumented, and not asked of everybody"),
        ("undocumented", "nly the provider's own software sends it"),
        ("unsupported", "t breaks the login"),
        (
            "client_credentials",
            "n application acts for itself, without a user",
        ),
        (
            "device_code",
            " user logs in for a device without a browser",
        ),
    ] {
        assert!(has_choice(&help, word, meaning), "{word}: {help}");
        let with_meaning = comment.split(&format!(" {word} (")).nth(1);
        let meant =
            with_meaning.is_some_and(|rest| rest.get(1..).is_some_and(|r| r.starts_with(meaning)));
        assert!(meant, "{word}: {comment}");
    }
    for (word, meaning) in [
        ("client_secret_basic", "TTP Basic, the standard's way"),
        ("client_secret_post", "lient_secret in the body"),
        (
            "client_secret_basic_raw",
            "TTP Basic, nothing encoded before",
        ),
    ] {
        assert!(has_choice(&help, word, meaning), "{word}: {help}");
    }
}

fn has_choice(help: &str, word: &str, meaning: &str) -> bool {
    let mut lines = help.lines().map(str::trim);
    lines.any(|line| {
        let choice = line.strip_prefix(&format!("- {word}:"));
        choice.is_some_and(|rest| rest.ends_with(meaning))
    })
}

#[test]
fn the_variables_of_endpoints_get_entries() {
    let workspace = Workspace::new();
    let run = begin(
        &workspace,
        &[
            "--authorization-endpoint",
            "{login_server}/{realm}/authorize",
            "--token-endpoint",
            "https://{shop}.initech-{region}.example/{realm}/token",
        ],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_snapshot("variables", &begun(&workspace));

    for (url, kind, example) in [
        (
            "https://{instance}/auth/authorize",
            "host",
            "instance.example",
        ),
        (
            "{instance}/authorize",
            "base_url",
            "https://instance.example",
        ),
        ("https://{instance}.initech.example", "label", "instance"),
        ("https://initech.example/{instance}", "segment", "instance"),
    ] {
        let workspace = Workspace::new();
        let run = begin(&workspace, &["--authorization-endpoint", url]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let spec = begun(&workspace);
        let expected = format!("    kind: {kind}\n    example: {example} # TODO\n");
        assert!(spec.contains(&expected), "{spec}");
    }
}

#[test]
fn answers_have_variables_where_metadata_is_read() {
    let workspace = Workspace::new();
    let file = metadata("minimal");
    let url = "https://{instance}/token";
    let arguments = ["--discover", &file, "--token-endpoint", url];
    let run = begin(&workspace, &arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    let spec = begun(&workspace);
    assert!(spec.contains("variables:\n  instance:\n"), "{spec}");
}

#[test]
fn a_variable_of_two_places_is_no_spec() {
    let workspace = Workspace::new();
    let run = begin(
        &workspace,
        &[
            "--authorization-endpoint",
            "{instance}/authorize",
            "--token-endpoint",
            "https://initech.example/{instance}/token",
        ],
    );
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("it can only open the URL"), "{run:?}");
    assert!(!workspace.path(SPEC).exists());
}

#[test]
fn a_summary_can_begin_with_a_name() {
    let workspace = Workspace::new();
    let summary = "Initech's API 2.0";
    let run = begin(&workspace, &["--summary", summary]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let spec = begun(&workspace);
    assert!(
        spec.contains(&format!("summary: \"{summary}\"\n")),
        "{spec}"
    );
}

#[test]
fn a_spec_is_never_overwritten() {
    let workspace = Workspace::new();
    workspace.write(SPEC, "mine");
    let run = begin(&workspace, &[]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(
        run.messages()[0],
        "error: specs/initech.yaml already exists and was not changed; choose another name, or \
         edit it"
    );
    assert_eq!(workspace.read(SPEC), "mine");
}

#[test]
fn a_name_that_names_no_module_is_answered_with_one_that_does() {
    for (name, proposal) in [
        ("Acme Corp", "`acme_corp`"),
        ("box", "`box_oauth`"),
        ("../acme", "`acme`"),
        ("37signals", "`n37signals`"),
        ("…", "starts with a lower-case letter"),
    ] {
        let workspace = Workspace::new();
        let run = workspace.run(["new", name]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(proposal), "{run:?}");
    }
}

#[test]
fn wrong_and_contradictory_arguments_write_nothing() {
    for (arguments, expected) in [
        (
            &["--token-endpoint", "http://initech.example"][..],
            "would be called over http",
        ),
        (&["--token-endpoint", "initech"], "is not an https URL"),
        (
            &["--token-endpoint", "https://{host/token"],
            "`{` without `}`; write a variable as `{name}`",
        ),
        (
            &["--token-endpoint", "https://initech.example/{Realm}"],
            "cannot name a variable; use lower-case letters",
        ),
        (
            &["--token-endpoint", "https://initech.example/a{b}"],
            "only a part of a path segment; write `/{b}/`",
        ),
        (&["--documentation", "https://a b"], "is not a host"),
        (
            &["--summary", "A platform."],
            "a lower-case noun phrase without a full stop; write `a platform`",
        ),
        (&["--summary", "a platform..."], "write `a platform`"),
        (&["--summary", "The login of VK"], "write `the login of VK`"),
        (&["--summary", "."], "without a full stop"),
        (&["--scope", "a b"], "cannot be a scope"),
        (&["--pkce", "requird"], "'required'"),
        (
            &["--client", "public", "--auth", "client_secret_post"],
            "--client public",
        ),
        (
            &["--template", "machine", "--client", "public"],
            "excludes --client",
        ),
        (
            &["--template", "machine", "--pkce", "required"],
            "excludes --pkce",
        ),
        (
            &["--template", "machine", "--grant", "device_code"],
            "excludes --grant",
        ),
        (
            &["--client", "public", "--grant", "client_credentials"],
            "--client public",
        ),
        (
            &["--grant", "device_code", "--discover", "x.json"],
            "cannot be used with",
        ),
        (
            &["--template", "plain", "--discover", "x.json"],
            "cannot be used with",
        ),
        (&["--issuer", "https://initech.example"], "--discover"),
    ] {
        let workspace = Workspace::new();
        let run = begin(&workspace, arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(expected), "{run:?}");
        assert!(!workspace.path(SPEC).exists());
    }
}

#[test]
fn what_makes_no_spec_is_not_written() {
    let workspace = Workspace::new();
    let run = begin(&workspace, &["--title", "a ``` b"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("a code block does not belong"),
        "{run:?}"
    );
    assert!(!workspace.path(SPEC).exists());
}

#[test]
fn metadata_becomes_a_spec_without_mistakes() {
    for name in ["minimal", "openid", "tenant", "machine", "hostile"] {
        let workspace = Workspace::new();
        let run = begin(&workspace, &["--discover", &metadata(name)]);
        assert_eq!(run.code, Some(0), "{name}: {run:?}");
        assert_snapshot(&format!("discover_{name}"), &begun(&workspace));
    }
}

#[test]
fn answers_count_for_more_than_metadata() {
    let workspace = Workspace::new();
    let file = metadata("openid");
    let arguments = [
        "--discover",
        &file,
        "--title",
        "Initech",
        "--documentation",
        "https://initech.example/docs",
        "--token-endpoint",
        "https://initech.example/token",
        "--client",
        "public",
        "--pkce",
        "required",
        "--scope",
        "orders:write",
    ];
    let run = begin(&workspace, &arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    let spec = begun(&workspace);
    for line in [
        "documentation: https://initech.example/docs\n",
        "  token: https://initech.example/token\n",
        "clients:\n  public:\n",
        "pkce: required",
        "    orders:write: ",
    ] {
        assert!(spec.contains(line), "{line}{spec}");
    }
}

#[test]
fn what_is_no_metadata_is_refused() {
    let workspace = Workspace::new();
    let huge = format!(
        r#"{{"issuer": "https://a.example", "x": "{}"}}"#,
        "x".repeat(1024 * 1024)
    );
    let implicit = r#"{"issuer": "https://a.example", "grant_types_supported": ["implicit"]}"#;
    let keys = r#"{"issuer": "https://a.example", "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["none"]}"#;
    for (text, code, expected) in [
        (
            "<html>",
            3,
            "document.json: this is no JSON: expected value at line 1 column 1",
        ),
        ("[]", 3, "this is JSON, and no object"),
        (
            "{}",
            3,
            "this names no issuer, so it is no metadata (RFC 8414 §2)",
        ),
        (&huge, 3, "this is longer than 1048576 bytes"),
        (implicit, 1, "grant_types_supported is implicit"),
        (keys, 1, "no authentication method that a spec can express"),
    ] {
        workspace.write("document.json", text);
        let file = workspace.path("document.json");
        let run = begin(&workspace, &["--discover", &file.to_string_lossy()]);
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!(run.stderr.contains(expected), "{run:?}");
        assert!(!workspace.path(SPEC).exists());
    }
    let run = begin(&workspace, &["--discover", "nowhere.json"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.contains("error: cannot read nowhere.json: "),
        "{run:?}"
    );
}

#[test]
fn a_file_of_another_issuer_is_refused() {
    let workspace = Workspace::new();
    let file = metadata("minimal");
    let other = ["--discover", &file, "--issuer", "https://initech.example"];
    let run = begin(&workspace, &other);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("is the metadata of another issuer"),
        "{run:?}"
    );
    let same = [
        "--discover",
        &file,
        "--issuer",
        "https://login.initech.example",
    ];
    assert_eq!(begin(&workspace, &same).code, Some(0));
}

fn document(issuer: &str) -> String {
    format!(
        r#"{{
            "issuer": "{issuer}",
            "authorization_endpoint": "https://login.initech.example/authorize",
            "token_endpoint": "https://login.initech.example/token"
        }}"#
    )
}

#[test]
#[cfg_attr(not(has_curl), ignore = "needs curl on the path")]
fn an_issuer_is_asked_at_both_places() {
    let server = Server::new(|origin| {
        BTreeMap::from([
            (
                "/tenant/.well-known/openid-configuration",
                "200 OK\r\n\r\n<html>every path has this page</html>".to_owned(),
            ),
            (
                "/.well-known/oauth-authorization-server/tenant",
                json(&document(&format!("{origin}/tenant"))),
            ),
        ])
    });
    let workspace = Workspace::new();
    let issuer = format!("{}/tenant/", server.origin);
    let run = begin(&workspace, &["--discover", &issuer]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let expected = [
        "/tenant/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/tenant",
    ];
    assert_eq!(server.asked(), expected);
    let spec = begun(&workspace);
    assert!(
        spec.contains("  token: https://login.initech.example/token\n"),
        "{spec}"
    );
    // What is on this machine is nobody's issuer and no source.
    assert!(!spec.contains("\nissuer: "), "{spec}");
    assert!(spec.contains("    url: https://initech.invalid/"), "{spec}");
}

#[test]
#[cfg_attr(not(has_curl), ignore = "needs curl on the path")]
fn the_metadata_of_another_issuer_is_used_only_on_demand() {
    let server = Server::new(|_| {
        let document = json(&document("https://evil.example"));
        BTreeMap::from([
            ("/.well-known/openid-configuration", document.clone()),
            ("/.well-known/openid-sandbox-configuration", document),
        ])
    });
    let workspace = Workspace::new();
    let run = begin(&workspace, &["--discover", &server.origin]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let message = format!("expected {}, found https://evil.example\n", server.origin);
    assert!(run.stderr.contains(&message), "{run:?}");
    assert!(
        run.stderr.contains("--issuer 'https://evil.example'"),
        "{run:?}"
    );
    assert!(!workspace.path(SPEC).exists());

    let address = format!("{}/.well-known/openid-sandbox-configuration", server.origin);
    let run = begin(&workspace, &["--discover", &address]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("the address does not tell which one is right"),
        "{run:?}"
    );

    let issuer = ["--discover", &address, "--issuer", "https://evil.example"];
    assert_eq!(begin(&workspace, &issuer).code, Some(0));
}

#[test]
#[cfg_attr(not(has_curl), ignore = "needs curl on the path")]
fn an_answer_that_is_no_document_is_named() {
    let server = Server::new(|origin| {
        BTreeMap::from([
            (
                "/.well-known/openid-configuration",
                format!("302 Found\r\nlocation: {origin}/elsewhere\r\n\r\n"),
            ),
            ("/elsewhere", json(&document(origin))),
            (
                "/.well-known/oauth-authorization-server",
                format!("200 OK\r\n\r\n{}", " ".repeat(2 * 1024 * 1024)),
            ),
        ])
    });
    let workspace = Workspace::new();
    let run = begin(&workspace, &["--discover", &server.origin]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let redirect = format!(
        "the server answers 302 and points to {}/elsewhere, which is not followed",
        server.origin
    );
    assert!(run.stderr.contains(&redirect), "{run:?}");
    let too_long = "oauth-authorization-server: ";
    assert!(run.stderr.contains(too_long), "{run:?}");
    assert_eq!(server.asked().len(), 2);
    assert!(!workspace.path(SPEC).exists());
}

#[test]
fn only_this_machine_is_asked_over_http() {
    let workspace = Workspace::new();
    let run = begin(&workspace, &["--discover", "http://login.initech.example"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("only https is asked"), "{run:?}");
    let run = begin(&workspace, &["--discover", "file:///etc/passwd"]);
    assert_eq!(run.code, Some(3), "{run:?}");
}

#[test]
fn without_curl_the_way_out_is_said() {
    let workspace = Workspace::new();
    let mut command = workspace.command(["new", "initech", "--discover", "https://a.example"]);
    let run = Run::of(command.env("PATH", workspace.path("bin")));
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr
            .contains("install it, or save the document and pass the file"),
        "{run:?}"
    );
}

/// What a server on this machine says of itself, such as a product before it is put anywhere.
fn self_hosted(origin: &str, beside: &str) -> String {
    format!(
        r#"{{
            "issuer": "{origin}/realms/a",
            "authorization_endpoint": "{origin}/realms/a/authorize",
            "token_endpoint": "{origin}/realms/a/token?v=2",
            "revocation_endpoint": "{origin}{beside}/revoke",
            "introspection_endpoint": "http://elsewhere.example/introspect",
            "device_authorization_endpoint": "{origin}/realms/a/device",
            "userinfo_endpoint": "https://users.initech.example/me",
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "read"],
            "grant_types_supported": [
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device-code",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "urn:openid:params:grant-type:ciba",
                "password",
                "urn:initech:grant"
            ]
        }}"#
    )
}

#[test]
#[cfg_attr(not(has_curl), ignore = "needs curl on the path")]
fn a_server_on_this_machine_has_its_address_for_a_variable() {
    for (name, beside) in [("below", "/realms/a"), ("beside", "/other")] {
        let server = Server::new(|origin| {
            BTreeMap::from([(
                "/realms/a/.well-known/openid-configuration",
                json(&self_hosted(origin, beside)),
            )])
        });
        let workspace = Workspace::new();
        let issuer = format!("{}/realms/a", server.origin);
        let run = begin(&workspace, &["--discover", &issuer]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let spec = begun(&workspace);
        assert!(!spec.contains("127.0.0.1"), "{spec}");
        assert_snapshot(&format!("self_hosted_{name}"), &spec);
    }
}

/// A certificate of its own does not make this machine's address one that others can read.
#[test]
fn a_server_on_this_machine_is_no_source_over_https_either() {
    for origin in [
        "https://127.0.0.1:8443",
        "https://localhost",
        "https://[::1]:8443",
    ] {
        let workspace = Workspace::new();
        workspace.write("document.json", &self_hosted(origin, "/realms/a"));
        let file = workspace.path("document.json");
        let run = begin(&workspace, &["--discover", &file.to_string_lossy()]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let spec = begun(&workspace);
        let host = origin.trim_start_matches("https://");
        assert!(!spec.contains(host), "{spec}");
        assert!(spec.contains("The source has no public address"), "{spec}");
    }
}

#[test]
fn a_server_elsewhere_has_its_address_for_a_variable_on_demand() {
    let workspace = Workspace::new();
    let text = self_hosted("https://auth.customer.example", "/realms/a");
    workspace.write("document.json", &text);
    let file = workspace.path("document.json");
    let file = file.to_string_lossy();
    let run = begin(&workspace, &["--discover", &file, "--self-hosted"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let spec = begun(&workspace);
    for line in [
        "\nissuer: \"{base_url}\"\n",
        "\n  token: \"{base_url}/token?v=2\"\n",
        "\n  base_url:\n",
        "\n    kind: base_url\n",
    ] {
        assert!(spec.contains(line), "{line}{spec}");
    }
    workspace.remove(SPEC);
    let run = begin(&workspace, &["--discover", &file]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let spec = begun(&workspace);
    assert!(
        spec.contains("--self-hosted") && !spec.contains("{base_url}"),
        "{spec}"
    );
}

/// All scopes that fit into a document, and the most that a processor is given for them: squares of
/// their number take minutes.
#[cfg(unix)]
#[test]
fn of_very_many_scopes_a_thousand_are_written() {
    let workspace = Workspace::new();
    let scopes: Vec<_> = (0..100_000)
        .map(|number| format!("\"s{number:05}\""))
        .collect();
    let document = document("https://login.initech.example");
    let document = document.trim_end().trim_end_matches('}');
    let text = format!("{document}, \"scopes_supported\": [{}]}}", scopes.join(","));
    workspace.write("saved/initech.json", &text);
    let file = workspace.path("saved/initech.json");
    let file = file.to_string_lossy();
    let run = workspace.run(["new", "initech", "--no-input", "--discover", &file]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let spec = begun(&workspace);
    assert!(spec.contains("    s00999: "), "{}", spec.len());
    assert!(spec.contains("# scopes_supported: 99000 more than those above\n"));

    workspace.replace(SPEC, "  partial: true\n", "");
    let run = workspace.run(["drift", "initech", "--metadata", &file]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stdout.contains("initech: 99000 differences"));
}

/// Others write what a terminal is shown of a document.
#[test]
fn a_document_does_not_command_the_terminal() {
    let workspace = Workspace::new();
    let text = document("https://login.initech.example/\\u001b]0;title\\u0007\\u202e");
    workspace.write("document.json", &text);
    let file = workspace.path("document.json");
    let arguments = [
        "--discover",
        &file.to_string_lossy(),
        "--issuer",
        "https://a.example",
    ];
    let run = begin(&workspace, &arguments);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("\\u{1b}]0;title\\u{7}\\u{202e}"),
        "{run:?}"
    );
    let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!run.stderr.contains(obeyed), "{run:?}");
}

/// Where no client can log in, the spec says so as long as that is so: not in a comment, but as a
/// mistake.
#[test]
fn what_no_client_can_do_is_a_mistake_in_the_spec() {
    let workspace = Workspace::new();
    let run = begin(&workspace, &["--discover", &metadata("fapi")]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.messages()[0], "wrote specs/initech.yaml");
    let check = workspace.run(["check", "-q", SPEC]);
    assert_eq!(check.code, Some(1), "{check:?}");
    let codegen = workspace.run(["codegen", "--out", "src/providers"]);
    assert_eq!(codegen.code, Some(1), "{codegen:?}");
    let obstacle = "`require_signed_request_object` is true";
    assert!(run.stderr.contains(obstacle), "{run:?}");
    let mistake = check.stderr.lines().find(|line| line.contains(obstacle));
    let mistake = mistake.unwrap_or_else(|| panic!("{check:?}"));
    assert!(mistake.starts_with("error: still to do: "), "{mistake}");
    let spec = workspace.read(SPEC);
    assert_snapshot("discover_fapi", &spec);
    // Without what nobody can do it is a right spec.
    let start = spec.find("notes:").expect("the obstacles");
    workspace.write(SPEC, &spec[..start]);
    begun(&workspace);
}

#[test]
fn metadata_that_only_offers_more_is_no_obstacle() {
    let workspace = Workspace::new();
    let text = std::fs::read_to_string(metadata("fapi")).expect("metadata");
    let text = text
        .replace(": true", ": false")
        .replace("[\"tls_client_auth\"", "[\"client_secret_basic\"");
    workspace.write("offers.json", &text);
    let run = begin(&workspace, &["--discover", "offers.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    begun(&workspace);
}
