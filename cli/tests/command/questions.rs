//! `oauth-atlas new` on a terminal.

use rexpect::session::{PtySession, spawn_command};

use crate::workspace::Workspace;

const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";

fn ask(workspace: &Workspace, arguments: &[&str]) -> PtySession {
    let mut command = workspace.command(["new", "initech"].iter().chain(arguments));
    command.env("TERM", "xterm");
    spawn_command(command, Some(10_000)).expect("the built command on a terminal")
}

fn answer(session: &mut PtySession, question: &str, keys: &[&str]) {
    session.exp_string(question).expect("the question");
    for key in keys {
        session.send(key).expect("a terminal that reads");
        session.flush().expect("a terminal that reads");
    }
}

#[test]
fn every_answer_reaches_the_spec() {
    let workspace = Workspace::new();
    let mut session = ask(&workspace, &[]);
    let session = &mut session;
    answer(session, "Name of the provider", &["Initech Inc.", ENTER]);
    answer(session, "What is it?", &["A software company.", ENTER]);
    session
        .exp_string("without a full stop; write `a software company`")
        .expect("what is wrong with the answer");
    answer(session, "What is it?", &["a software company", ENTER]);
    answer(session, "OAuth documentation", &["nowhere", ENTER]);
    session
        .exp_string("is not an https URL")
        .expect("what is wrong with the answer");
    answer(
        session,
        "OAuth documentation",
        &["https://docs.initech.example", ENTER],
    );
    answer(session, "What is it for?", &[ENTER]);
    answer(session, "Other grants", &[" ", ENTER]);
    answer(
        session,
        "authorization endpoint",
        &["https://initech.example/authorize", ENTER],
    );
    answer(
        session,
        "token endpoint",
        &["https://{host}.initech.example/{a", ENTER],
    );
    session
        .exp_string("`{` without `}`")
        .expect("what is wrong with the answer");
    answer(
        session,
        "token endpoint",
        &["https://{shop}.initech.example/token", ENTER],
    );
    // Client credentials leave two choices.
    answer(session, "Client type", &[DOWN, ENTER]);
    answer(session, "Client authentication", &[]);
    session
        .exp_string("client_secret_basic: HTTP Basic, the standard's way")
        .expect("what the choice means");
    answer(session, "client_secret_basic_raw", &[DOWN, " ", ENTER]);
    answer(session, "PKCE", &[DOWN, ENTER]);
    answer(session, "Scopes", &["orders:read openid", ENTER]);
    session.exp_string("Next:").expect("what to do next");
    session.exp_eof().expect("the end");
    let spec = workspace.read("specs/initech.yaml");
    for line in [
        "name: Initech Inc.\n",
        "summary: a software company\n",
        "documentation: https://docs.initech.example\n",
        "  authorization: https://initech.example/authorize\n",
        "  shop:\n    description: Named without a description. # TODO",
        "  token: \"https://{shop}.initech.example/token\"\n",
        "  confidential:\n    auth: client_secret_post\n  public:\n",
        "  authorization_code:\n    pkce: required\n",
        "  refresh_token:\n  client_credentials:\n",
        "    orders:read: Named without a description. # TODO: in your own words; leave it",
        "    openid: Sign the user in",
    ] {
        assert!(spec.contains(line), "{line}{spec}");
    }
    assert_eq!(workspace.run(["check"]).code, Some(0));
}

#[test]
fn enter_alone_is_what_nobody_says() {
    let workspace = Workspace::new();
    let mut session = ask(&workspace, &["--template", "machine"]);
    for question in [
        "Name",
        "What is it?",
        "OAuth documentation",
        "token endpoint",
        "Client authentication",
        "Scopes",
    ] {
        answer(&mut session, question, &[ENTER]);
    }
    session.exp_eof().expect("the end");
    let answered = workspace.read("specs/initech.yaml");
    workspace.remove("specs/initech.yaml");
    workspace.run(["new", "initech", "--template", "machine"]);
    assert_eq!(answered, workspace.read("specs/initech.yaml"));
}

#[test]
fn metadata_is_asked_only_for_the_rest() {
    let workspace = Workspace::new();
    let file = format!(
        "{}/tests/command/metadata/minimal.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut session = ask(&workspace, &["--discover", &file]);
    for question in ["Name", "What is it?", "OAuth documentation"] {
        answer(&mut session, question, &[ENTER]);
    }
    session
        .exp_string("wrote specs/initech.yaml")
        .expect("the end");
}

#[test]
fn leaving_the_questions_writes_nothing() {
    let workspace = Workspace::new();
    let mut session = ask(&workspace, &["--template", "plain"]);
    for question in [
        "Name",
        "What is it?",
        "OAuth documentation",
        "Other grants",
        "authorization endpoint",
        "token endpoint",
    ] {
        answer(&mut session, question, &[ENTER]);
    }
    session.exp_string("Client type").expect("the question");
    session.send_control('c').expect("a terminal that reads");
    // The cursor is back for the shell.
    session.exp_string("\x1b[?25h").expect("the cursor");
    session
        .exp_string("cancelled; nothing was written")
        .expect("what was done");
    assert!(!workspace.path("specs/initech.yaml").exists());
}

#[test]
fn no_input_asks_nothing_on_a_terminal() {
    let workspace = Workspace::new();
    let mut session = ask(&workspace, &["--no-input"]);
    session
        .exp_string("wrote specs/initech.yaml")
        .expect("the end");
}
