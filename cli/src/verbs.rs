//! The verbs of the program, for whoever hands them on to it.

/// The environment variable with which another command makes the program's help and messages name
/// that command: `cargo xtask`.
pub const CALLED_AS: &str = "OAUTH_ATLAS_CALLED_AS";

/// A verb and the line of help about it.
pub type Verb = (&'static str, &'static str);

/// Generates the modules of a package.
pub const CODEGEN: Verb = (
    "codegen",
    "Generate the modules of a crate from its own specs",
);

/// Looks for mistakes.
pub const CHECK: Verb = ("check", "Look for mistakes in specs, all of them at once");

/// Explains a spec.
pub const EXPLAIN: Verb = (
    "explain",
    "Explain what the generator understands of a spec, down to the requests",
);

/// Begins a spec.
pub const NEW: Verb = (
    "new",
    "Begin the spec of a provider: asks on a terminal, and takes arguments anywhere",
);

/// Compares specs with metadata.
pub const DRIFT: Verb = (
    "drift",
    "Compare specs with the metadata that their providers publish now",
);

/// Lists providers.
pub const LIST: Verb = ("list", "List the providers that the specs describe");

/// Writes the site.
pub const SITE: Verb = (
    "site",
    "Write a static site: a searchable index, and a page a provider",
);

/// Runs a fake.
pub const FAKE: Verb = (
    "fake",
    "Run a server that behaves as a provider's spec says, for the tests of a program in any language",
);

/// All verbs but `codegen`, in the order of the help.
pub const WITHOUT_CODEGEN: [Verb; 7] = [CHECK, EXPLAIN, NEW, DRIFT, LIST, SITE, FAKE];
