//! What can be typed after `cargo xtask new`.

use clap::{Args, ValueEnum};
use oauth_atlas_codegen::writing;

use crate::day::Day;

/// What a person says of the provider, by arguments or when asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The name of the file and of the module: lower-case letters, digits and `_`
    #[arg(value_parser = module_name)]
    pub name: String,

    /// What the spec begins with; default: plain
    #[arg(long, value_enum, conflicts_with = "discover")]
    pub template: Option<Template>,

    /// Fill in what metadata says (RFC 8414, OpenID Connect): the URL of an issuer or of the
    /// document, or a file
    #[arg(long, value_name = "URL_OR_FILE")]
    pub discover: Option<String>,

    /// The issuer that the metadata names, where the documentation says that it is another than the
    /// address
    #[arg(long, requires = "discover")]
    pub issuer: Option<String>,

    /// The provider's own name; default: made from NAME
    #[arg(long)]
    pub title: Option<String>,

    /// What the provider is: a noun phrase in lower case
    #[arg(long)]
    pub summary: Option<String>,

    /// The page of the documentation that a developer begins at
    #[arg(long, value_name = "URL", value_parser = page)]
    pub documentation: Option<String>,

    /// Where the user is sent; each `{variable}` of it gets an entry in the spec
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub authorization_endpoint: Option<String>,

    /// Where tokens are fetched; with `{variables}` as well
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub token_endpoint: Option<String>,

    /// Whether an application keeps a secret
    #[arg(long, value_enum)]
    pub client: Option<ClientType>,

    /// How a client with a secret says who it is; may be repeated, the preferred one first
    #[arg(long, value_name = "METHOD", value_parser = AUTH)]
    pub auth: Vec<String>,

    /// What the documentation says of PKCE
    #[arg(long, value_name = "STATUS", value_parser = PKCE)]
    pub pkce: Option<String>,

    /// A scope; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    pub scopes: Vec<String>,

    /// Ask nothing, even on a terminal
    #[arg(long)]
    pub no_input: bool,

    /// The day on which the sources are read
    #[arg(long, hide = true, hide_default_value = true, value_name = "DATE", default_value_t = Day::today())]
    pub today: Day,
}

/// What a spec begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// Authorization code and refresh
    Plain,
    /// The same with OpenID Connect: issuer, userinfo, `openid`
    Oidc,
    /// Client credentials only
    Machine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClientType {
    /// On a server
    Confidential,
    /// In a browser or on a device
    Public,
    /// Of either type
    Both,
}

/// The client authentication methods of confidential clients that are worth a question.
pub const AUTH: [&str; 3] = [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_basic_raw",
];

pub const PKCE: [&str; 5] = [
    "required",
    "optional",
    "undocumented",
    "unknown",
    "unsupported",
];

fn module_name(text: &str) -> Result<String, String> {
    match writing::module_name(text) {
        Some(name) if name == text => Ok(name),
        Some(name) => Err(format!(
            "this cannot name a module, and `{name}` can; the provider's own name goes into \
             --title"
        )),
        None => Err(
            "a module's name has lower-case letters, digits and `_`, and begins with a letter"
                .to_owned(),
        ),
    }
}

pub fn page(text: &str) -> Result<String, String> {
    match writing::page_complaint(text) {
        None => Ok(text.to_owned()),
        Some((title, help)) => Err(format!("{title}; {help}")),
    }
}

pub fn endpoint(text: &str) -> Result<String, String> {
    match writing::endpoint_variables(text) {
        Ok(_) => Ok(text.to_owned()),
        Err((title, help)) => Err(format!("{title}; {help}")),
    }
}

pub fn scope(text: &str) -> Result<String, String> {
    match writing::scope_variant(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "`{text}` cannot be a scope (RFC 6749 §3.3), or has no letter to be named by"
        )),
    }
}
