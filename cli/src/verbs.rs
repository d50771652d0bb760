//! The verbs of the program, for whoever hands them on to it.

/// The environment variable with which another command makes the program's help and messages name
/// that command: `cargo xtask`.
pub const CALLED_AS: &str = "OAUTH_ATLAS_CALLED_AS";

/// A verb and the line of help about it.
pub type Verb = (&'static str, &'static str);

/// Generates the modules of a package.
pub const CODEGEN: Verb = (
    "codegen",
    "Generate the modules of your crate from its specs",
);

/// Looks for mistakes.
pub const CHECK: Verb = ("check", "Check specs and report all mistakes at once");

/// Explains a spec.
pub const EXPLAIN: Verb = (
    "explain",
    "Explain a spec: its facts with sources, what it leaves out, its requests",
);

/// Begins a spec.
pub const NEW: Verb = (
    "new",
    "Start the spec of a provider, by questions or by arguments",
);

/// Compares specs with metadata.
pub const DRIFT: Verb = (
    "drift",
    "Compare specs with the metadata that providers publish now",
);

/// Imports scopes.
pub const SCOPES: Verb = (
    "scopes",
    "Import the scopes that providers publish for machines",
);

/// Lists providers.
pub const LIST: Verb = ("list", "List the providers");

/// Writes the site.
pub const SITE: Verb = (
    "site",
    "Write a static site: a searchable index and a page for each provider",
);

/// Runs a fake.
pub const FAKE: Verb = (
    "fake",
    "Run a fake of a provider, for tests in any language",
);

/// All verbs but `codegen`, in the order of the help.
pub const WITHOUT_CODEGEN: [Verb; 8] = [CHECK, EXPLAIN, NEW, DRIFT, SCOPES, LIST, SITE, FAKE];
