//! That work grows as a document does, and no faster: instructions of the program, counted by valgrind.

use std::process::Command;

use crate::workspace::{Run, Workspace};

/// The longer document is eight times as long.
const SIZES: [usize; 2] = [32 * 1024, 256 * 1024];

/// How many times as many instructions it may take: what sorts takes a little more than eight, and
/// what looks at all for each takes sixty-four.
const MOST: u64 = 12;

/// A document of about this many bytes.
type Document = fn(usize) -> String;

const METADATA: [(&str, Document); 6] = [
    ("scopes", |size| {
        described(&format!("\"scopes_supported\":[{}]", texts(size)))
    }),
    ("grants", |size| {
        let grants = texts(size);
        described(&format!(
            "\"grant_types_supported\":[\"authorization_code\",{grants}]"
        ))
    }),
    ("methods", |size| {
        let methods = texts(size);
        described(&format!(
            "\"token_endpoint_auth_methods_supported\":[{methods}]"
        ))
    }),
    ("claims", |size| {
        described(&format!("\"claims_supported\":[{}]", texts(size)))
    }),
    ("unknown members", |size| {
        let members = (0..size / 12).map(|index| format!("\"m{index:06}\":1"));
        described(&members.collect::<Vec<_>>().join(","))
    }),
    ("a path", |size| {
        let path = "a/".repeat(size / 2);
        described(&format!(
            "\"token_endpoint\":\"https://a.initech.example/{path}\""
        ))
    }),
];

const OPENAPI: [(&str, Document); 3] = [
    ("scopes", |size| {
        let scopes = (0..size / 14).map(|index| format!("\"s{index:06}\":\"S\""));
        let scopes = scopes.collect::<Vec<_>>().join(",");
        format!(
            "{{\"openapi\":\"3.1.0\",\"components\":{{\"securitySchemes\":{{\"a\":{{\"type\":\"oauth2\",\
             \"flows\":{{\"implicit\":{{\"scopes\":{{{scopes}}}}}}}}}}}}}}}"
        )
    }),
    ("schemes", |size| {
        let schemes = (0..size / 80).map(|index| {
            format!(
                "\"a{index:06}\":{{\"type\":\"oauth2\",\"flows\":{{\"implicit\":\
                 {{\"scopes\":{{\"s{index:06}\":\"S\"}}}}}}}}"
            )
        });
        let schemes = schemes.collect::<Vec<_>>().join(",");
        format!("{{\"openapi\":\"3.1.0\",\"components\":{{\"securitySchemes\":{{{schemes}}}}}}}")
    }),
    ("operations", |size| {
        let paths = (0..size / 60).map(|index| {
            format!("\"/p{index:06}\":{{\"get\":{{\"security\":[{{\"a\":[\"s{index:06}\"]}}]}}}}")
        });
        let paths = paths.collect::<Vec<_>>().join(",");
        format!(
            "{{\"openapi\":\"3.1.0\",\"paths\":{{{paths}}},\"components\":{{\"securitySchemes\":{{\"a\":\
             {{\"type\":\"oauth2\",\"flows\":{{\"implicit\":{{\"scopes\":{{\"s\":\"S\"}}}}}}}}}}}}}}"
        )
    }),
];

/// Different texts.
fn texts(size: usize) -> String {
    let texts = (0..size / 10).map(|index| format!("\"s{index:06}\""));
    texts.collect::<Vec<_>>().join(",")
}

/// Metadata with these members as well.
fn described(members: &str) -> String {
    format!(
        "{{\"issuer\":\"https://login.initech.example\",\
         \"authorization_endpoint\":\"https://login.initech.example/authorize\",\
         \"token_endpoint\":\"https://login.initech.example/token\",{members}}}"
    )
}

#[test]
#[cfg_attr(not(has_valgrind), ignore = "needs valgrind on the path")]
fn no_document_takes_more_than_it_is_worth() {
    for (name, document) in METADATA {
        grows(&format!("new, {name}"), |size| {
            let workspace = Workspace::new();
            let arguments = ["new", "initech", "--no-input", "--discover"];
            counted(&workspace, &arguments, &document(size))
        });
        grows(&format!("drift, {name}"), |size| {
            let workspace = begun();
            let arguments = ["drift", "initech", "--metadata"];
            counted(&workspace, &arguments, &document(size))
        });
    }
    for (name, document) in OPENAPI {
        grows(&format!("scopes, {name}"), |size| {
            let workspace = begun();
            let arguments = ["scopes", "import", "initech", "--from"];
            counted(&workspace, &arguments, &document(size))
        });
    }
}

/// A workspace with a spec of Initech.
fn begun() -> Workspace {
    let workspace = Workspace::new();
    workspace.write(
        "initech.json",
        &described("\"scopes_supported\":[\"read\"]"),
    );
    let run = workspace.run(["new", "initech", "--no-input", "--discover", "initech.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    workspace
}

fn grows(name: &str, count: impl Fn(usize) -> u64) {
    let [short, long] = SIZES.map(count);
    assert!(long <= MOST * short, "{name}: {short}, and then {long}");
}

/// The instructions of the program, about this document.
fn counted(workspace: &Workspace, arguments: &[&str], document: &str) -> u64 {
    workspace.write("document.json", document);
    let command = workspace.command(arguments);
    let mut valgrind = Command::new("valgrind");
    // Of its tools, the one that takes least to count.
    valgrind.args([
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    ]);
    valgrind.arg(command.get_program()).args(command.get_args());
    valgrind
        .arg("document.json")
        .current_dir(workspace.path(""));
    let run = Run::of(&mut valgrind);
    let shown: String = run.stderr.chars().take(2000).collect();
    // Whatever it found, it came to an end.
    assert!(run.code.is_some_and(|code| code < 4), "{shown}");
    let mut counts = run.stderr.lines().rev();
    let count = counts
        .find_map(|line| line.split_once("I   refs:"))
        .map(|(_, count)| count.trim().replace(',', ""));
    count.and_then(|count| count.parse().ok()).expect("a count")
}
