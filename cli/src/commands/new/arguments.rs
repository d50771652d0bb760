//! What can be typed after `oauth-atlas new`.

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

    /// A grant beside those of the template; may be repeated
    #[arg(
        long = "grant",
        value_enum,
        value_name = "GRANT",
        conflicts_with = "discover"
    )]
    pub grants: Vec<Grant>,

    /// Fill in what metadata says (RFC 8414, OpenID Connect): the URL of an issuer or of the
    /// document, or a file
    #[arg(long, value_name = "URL_OR_FILE")]
    pub discover: Option<String>,

    /// The issuer that the metadata names, where the documentation says that it is another than the
    /// address
    #[arg(long, requires = "discover")]
    pub issuer: Option<String>,

    /// Each customer has a server of their own: make the address of the one that is asked a variable.
    /// So it is of a server on this machine
    #[arg(long, requires = "discover")]
    pub self_hosted: bool,

    /// The provider's own name; default: made from NAME
    #[arg(long)]
    pub title: Option<String>,

    /// What the provider is: a lower-case noun phrase without a full stop
    #[arg(long, value_parser = summary)]
    pub summary: Option<String>,

    /// The page of the documentation that a developer begins at
    #[arg(long, value_name = "URL", value_parser = page)]
    pub documentation: Option<String>,

    /// Where the user is sent; each {variable} of it gets an entry in the spec
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub authorization_endpoint: Option<String>,

    /// Where tokens are fetched; with {variables} as well
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub token_endpoint: Option<String>,

    /// Whether an application keeps a secret
    #[arg(long, value_enum)]
    pub client: Option<ClientType>,

    /// How a client with a secret says who it is; may be repeated, the preferred one first
    #[arg(long, value_enum, value_name = "METHOD")]
    pub auth: Vec<ClientAuth>,

    /// What the documentation says of PKCE
    #[arg(long, value_enum, value_name = "STATUS")]
    pub pkce: Option<Pkce>,

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
    /// With a secret, on a server
    Confidential,
    /// Without a secret, in a browser or on a device
    Public,
    /// Of either type
    Both,
}

/// The grants that no template has, or one of them only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Grant {
    /// An application acts for itself, without a user
    ClientCredentials,
    /// A user logs in for a device without a browser
    DeviceCode,
}

/// The client authentication methods of confidential clients that are worth a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClientAuth {
    /// HTTP Basic, the standard's way
    #[value(name = "client_secret_basic")]
    Basic,
    /// client_secret in the body
    #[value(name = "client_secret_post")]
    Post,
    /// HTTP Basic, nothing encoded before
    #[value(name = "client_secret_basic_raw")]
    BasicRaw,
}

/// What is said of PKCE; what is true of most providers comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pkce {
    /// Nothing is said
    Unknown,
    /// Refused without it
    Required,
    /// Documented, and not asked of everybody
    Optional,
    /// Only the provider's own software sends it
    Undocumented,
    /// It breaks the login
    Unsupported,
}

/// The word of a choice, as it is typed and as a spec has it.
pub fn word(choice: impl ValueEnum) -> String {
    described(&choice).0
}

/// The word of a choice, and what it means as `--help` has it.
pub fn described(choice: &impl ValueEnum) -> (String, String) {
    let value = choice.to_possible_value().unwrap_or_default();
    let meaning = value.get_help().map(ToString::to_string);
    (
        value.get_name().to_owned(),
        in_sentence(&meaning.unwrap_or_default()),
    )
}

/// Help begins with a capital, which stays within a sentence where it is one of several.
fn in_sentence(help: &str) -> String {
    let mut letters = help.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let rest = letters.as_str();
    if rest.starts_with(|second: char| second.is_ascii_uppercase()) {
        return help.to_owned();
    }
    format!("{}{rest}", first.to_ascii_lowercase())
}

fn module_name(text: &str) -> Result<String, String> {
    match writing::module_name(text) {
        Some(name) if name == text => Ok(name),
        Some(name) => Err(format!(
            "this is not a valid module name; try `{name}`; the provider's full name goes into \
             --title"
        )),
        None => Err(
            "a module name starts with a lower-case letter and has only lower-case letters, digits and `_`"
                .to_owned(),
        ),
    }
}

/// Takes what reads on after "Acme,": `a marketplace for anvils`.
pub fn summary(text: &str) -> Result<String, String> {
    let phrase = writing::summary(text);
    if phrase == text.trim() {
        return Ok(phrase);
    }
    let rule = "a summary is a lower-case noun phrase without a full stop";
    match phrase.as_str() {
        "" => Err(rule.to_owned()),
        phrase => Err(format!("{rule}; write `{phrase}`")),
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
