//! One user's program against the module of a spec before and after each kind of fact is added. It
//! is compiled with the tests: where a fact breaks it, they do not compile.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use oauth_atlas_codegen::{Options, Source, generate};

use crate::{refuse, write_file};

/// A fact, and what it changes in the spec: each text, and what stands in its place.
struct Fact {
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
}

const AUTHORIZATION: &str = "  authorization: \"{api}/authorize\"\n";
const TOKEN: &str = "  token: \"{api}/token\"\n";
const UNPUBLISHED: &str = "  published: false\n";
const LAST_GRANT: &str = "  client_credentials:\n";
const AUTH: &str = "auth: client_secret_basic\n";

const FACTS: &[Fact] = &[
    Fact {
        name: "public_client",
        changes: &[("clients:\n", "clients:\n  public:\n")],
    },
    Fact {
        name: "first_scope",
        changes: &[(UNPUBLISHED, "  values:\n    orders.read: Read orders.\n")],
    },
    Fact {
        name: "scopes_of_every_form",
        changes: &[(
            UNPUBLISHED,
            "  partial: true\n  prefix: orders.\n  separator: { request: [space, comma] }\n  \
             values:\n    orders.read: Read orders.\n    \
             orders.write: { category: Orders, description: Write orders. }\n    \
             orders: { deprecated: Ask for orders.write., description: Read and write. }\n    \
             profile: { required: true, description: Read the profile. }\n  groups:\n    \
             user: { parameter: user_scope, description: Of users., values: { files: Files. } }\n",
        )],
    },
    Fact {
        name: "first_option",
        changes: &[(
            AUTHORIZATION,
            "  authorization:\n    url: \"{api}/authorize\"\n    parameters:\n      \
             prompt: { description: How to ask., type: text }\n      \
             display: { description: What is shown., values: [page, popup] }\n",
        )],
    },
    Fact {
        name: "offline_access",
        changes: &[(
            UNPUBLISHED,
            "  published: false\n\noffline:\n  parameters: { access_type: offline }\n",
        )],
    },
    Fact {
        name: "endpoints",
        changes: &[(
            TOKEN,
            "  token: \"{api}/token\"\n  revocation: \"{api}/revoke\"\n  \
             introspection: \"{api}/introspect\"\n  registration: \"{api}/register\"\n  userinfo: \"{api}/me\"\n",
        )],
    },
    Fact {
        name: "authentication_method",
        changes: &[(AUTH, "auth: [client_secret_post, client_secret_basic]\n")],
    },
    Fact {
        name: "signing",
        changes: &[
            (
                AUTH,
                "auth: [client_secret_basic, private_key_jwt]\n    \
                 assertion: { audience: host, lifetime: 5m }\n    \
                 signed_secret: { audience: token_endpoint, algorithms: ES256 }\n",
            ),
            (
                LAST_GRANT,
                "  client_credentials:\n  extensions:\n    robot:\n      description: A robot.\n      \
                 grant_type: robot\n      parameters: { assertion: { description: The JWT. } }\n      \
                 assertion: { algorithms: RS256 }\n",
            ),
        ],
    },
    Fact {
        name: "encoding",
        changes: &[(
            TOKEN,
            "  token: { url: \"{api}/token\", encoding: [form, json] }\n",
        )],
    },
    Fact {
        name: "optional_variables",
        changes: &[
            (
                "endpoints:\n",
                "variables:\n  region: { description: Where., kind: segment, default: eu }\n  \
                 language: { description: Of the page., values: [en, de], optional: true }\n\n\
                 endpoints:\n",
            ),
            (
                AUTHORIZATION,
                "  authorization: \"{api}/{language}/authorize\"\n",
            ),
            (TOKEN, "  token: \"{api}/{region}/token\"\n"),
        ],
    },
    Fact {
        name: "capture",
        changes: &[(
            UNPUBLISHED,
            "  published: false\n\ncaptures:\n  \
             team_id: { description: The team., from: token, name: team.id }\n",
        )],
    },
    Fact {
        name: "environment",
        changes: &[(
            "endpoints:\n",
            "  sandbox: { hosts: { api: \"https://sandbox.acme.example\" } }\n\nendpoints:\n",
        )],
    },
    Fact {
        name: "error_code",
        changes: &[(
            UNPUBLISHED,
            "  published: false\n\nerrors:\n  \
             out_of_anvils: { description: None is left., hint: Order some. }\n",
        )],
    },
    Fact {
        name: "grants",
        changes: &[
            (
                LAST_GRANT,
                "  client_credentials:\n  device_code:\n  extensions:\n    \
                 exchange:\n      description: Exchange a ticket.\n      grant_type: ticket\n      \
                 parameters: { ticket: { description: The ticket. } }\n",
            ),
            (
                TOKEN,
                "  token: \"{api}/token\"\n  device_authorization: \"{api}/device\"\n",
            ),
        ],
    },
];

/// Writes the modules, and the file that the tests include.
pub(crate) fn write(from: &Path, to: &Path) {
    println!("cargo:rerun-if-changed={}", from.display());
    let spec = fs::read_to_string(from.join("acme.yaml")).expect("a spec");
    let program = from.join("program.rs");
    let mut modules = String::new();
    let mut listed = String::from("pub static VARIANTS: &[Variant] = &[\n");
    let before = Fact {
        name: "before",
        changes: &[],
    };
    for fact in [&before].into_iter().chain(FACTS) {
        let mut after = spec.clone();
        for (text, other) in fact.changes {
            assert_eq!(after.matches(text).count(), 1, "{}: {text}", fact.name);
            after = after.replace(text, other);
        }
        let folder = to.join(fact.name);
        let source = Source::new("acme.yaml", after);
        let files =
            generate(&[source], &Options::private()).unwrap_or_else(|report| refuse(&report));
        files.write(&folder).expect("OUT_DIR can be written");
        add(
            &mut modules,
            &mut listed,
            fact.name,
            &folder.join("acme.rs"),
            &program,
        );
    }
    add(
        &mut modules,
        &mut listed,
        "committed",
        &from.join("committed.rs"),
        &program,
    );
    listed += "];\n";
    write_file(&to.join("index.rs"), &(modules + &listed));
}

fn add(modules: &mut String, listed: &mut String, name: &str, module: &Path, program: &Path) {
    let _ = writeln!(
        modules,
        "pub mod {name} {{\n#[path = {module:?}] #[rustfmt::skip] pub mod acme;\n\
         pub mod program {{ include!({program:?}); }}\n}}"
    );
    let _ = writeln!(
        listed,
        "Variant {{ name: {name:?}, module: include_str!({module:?}), \
         log_in: |settings| {name}::program::log_in(&{name}::program::client(settings)), \
         served: || {name}::program::served(&[{name}::program::client(Settings::new())]) }},"
    );
}
