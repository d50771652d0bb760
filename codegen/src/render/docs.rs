//! The page of a module, for a reader who is about to log a user in: an example, what to choose, and
//! what errors mean. What an item says itself is not repeated, and what no caller notices is left to
//! the spec, to `explain` and to the site.

use oauth_atlas_description::{DpopStatus, ResourceStatus};

use crate::facts;
use crate::layout::{self, write_documentation};
use crate::model::{ClientAuth, ErrorCode, Lifetime, LifetimeOf, Provider, TokenLifetime};
use crate::prose::{code, link, to_markdown};
use crate::render::{Options, example};
use crate::text::concat;

/// How many words a page has before the list of its items.
const WORDS: usize = 300;

/// The module's `//!` lines.
pub(super) fn module(provider: &Provider, options: &Options) -> String {
    let mut documentation = String::new();
    write_documentation(&text(provider, options), "//!", &mut documentation);
    documentation
}

fn text(provider: &Provider, options: &Options) -> String {
    let mut text = format!(
        "{}, {}.\n\n{}\n",
        link(&provider.name, &provider.documentation),
        to_markdown(&provider.summary),
        example::example(provider, options)
    );
    for (about, value) in points(provider) {
        text += &item(&format!("**{about}**: {value}."));
    }
    let more = more(provider, options);
    let left = WORDS.saturating_sub(words(&text) + words(&more));
    text + &errors(provider, left) + &more
}

fn words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let bytes = text.as_bytes();
    let (mut words, mut is_behind_space, mut at) = (0, true, 0);
    while at < bytes.len() {
        let is_space = matches!(bytes[at], b' ' | b'\t'..=b'\r');
        if is_behind_space && !is_space {
            words += 1;
        }
        is_behind_space = is_space;
        at += 1;
    }
    words
}

/// Prose without its last full stop.
fn sentences(text: &str) -> String {
    to_markdown(text.trim_end().trim_end_matches('.'))
}

fn item(markdown: &str) -> String {
    // Nearly all are on one line already.
    if is_one_line(markdown) {
        return concat(&["- ", markdown, "\n"]);
    }
    let words: Vec<_> = markdown.split_whitespace().collect();
    format!("- {}\n", words.join(" "))
}

/// Whether one space is between two words of visible ASCII, and nothing around them.
fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut before = b' ';
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if !matches!(byte, b' '..=b'~') || byte == b' ' && before == b' ' {
            return false;
        }
        before = byte;
        at += 1;
    }
    before != b' '
}

/// What a caller chooses or notices, each in a line.
fn points(provider: &Provider) -> Vec<(String, String)> {
    let mut points = Vec::new();
    let mut add = |about: &str, value: Option<String>| {
        points.extend(value.map(|value| (about.to_owned(), value)));
    };
    for variable in provider.required_variables() {
        let value = format!("{}. {}", facts::variable(variable), variable.description);
        add(&code(&variable.method), Some(sentences(&value)));
    }
    add("Registration", registration(provider));
    add("Environments", environments(provider));
    add("Discovery", discovery(provider));
    add("Client types", Some(clients(provider)));
    add("User agent", user_agent(provider));
    add("Registration by itself", self_registration(provider));
    add("Pushed logins", pushed(provider));
    let signed = provider.request_object.as_ref();
    add(
        "Signed logins",
        signed.map(|_| {
            "[`Authorize::sign`] signs the parameters (RFC 9101, feature `jose`)".to_owned()
        }),
    );
    add("PKCE", pkce(provider));
    add("DPoP", dpop(provider));
    add("Resources", resource(provider));
    add("Redirect URI", redirect_uri(provider));
    add("Every login needs", required_options(provider));
    add("Refresh", refresh(provider));
    for lifetime in &provider.lifetimes {
        let (about, value) = lifetime_of(lifetime);
        add(&about, value);
    }
    add("Scopes", Some(scopes(provider)));
    add("Other grants", other_grants(provider));
    add("Kept with the tokens", captures(provider));
    points
}

fn registration(provider: &Provider) -> Option<String> {
    let page = provider.registration.as_ref()?.url.as_ref()?;
    Some(link("register a client", page))
}

fn environments(provider: &Provider) -> Option<String> {
    let names = provider.environments.iter();
    let names = names.map(|one| format!("[`{0}`](Environment::{0})", one.variant));
    joined(names, ", ").map(|names| format!("{names}; the first is the default"))
}

fn discovery(provider: &Provider) -> Option<String> {
    let value =
        "[`Client::discover`] asks the server for endpoints that are not known here (RFC 8414)";
    provider.has_issuer_of_tenant().then(|| value.to_owned())
}

fn clients(provider: &Provider) -> String {
    let clients = provider.clients().map(|(kind, client)| {
        let constructor = format!("[`Client::{}`]", kind.word());
        match client.auth.as_slice() {
            [ClientAuth::None] => format!("{constructor}, without a secret"),
            _ => format!("{constructor} with {}", facts::client_auth(client)),
        }
    });
    joined(clients, "; ").unwrap_or_default()
}

fn user_agent(provider: &Provider) -> Option<String> {
    let asked = provider.user_agent.as_ref()?;
    Some(format!(
        "required, set by [`Settings::user_agent`](oauth_atlas::Settings::user_agent). {}",
        sentences(&asked.description)
    ))
}

fn dpop(provider: &Provider) -> Option<String> {
    let rules = provider.dpop.as_ref()?;
    let value = match rules.status {
        DpopStatus::Supported => "[`Client::with_dpop`] binds tokens to a key (RFC 9449)",
        DpopStatus::Required => "required; tokens are bound to a key (RFC 9449, feature `jose`)",
    };
    Some(value.to_owned())
}

fn resource(provider: &Provider) -> Option<String> {
    let is_supported = provider.resource.as_ref()?.value == ResourceStatus::Supported;
    let names = is_supported && provider.authorization_code.is_some();
    names.then(|| "[`Authorize::for_resource`] names what the tokens are for (RFC 8707)".to_owned())
}

fn self_registration(provider: &Provider) -> Option<String> {
    provider.registration_endpoint.as_ref()?;
    let value = "[`Client::register`] makes the program a client while it runs (RFC 7591)";
    Some(value.to_owned())
}

fn pushed(provider: &Provider) -> Option<String> {
    provider.pushed_authorization_request.as_ref()?;
    let value = match provider.require_pushed_requests {
        true => "required; a login begins with [`Authorize::push`] (RFC 9126)",
        false => "[`Authorize::push`] keeps parameters out of the browser (RFC 9126)",
    };
    Some(value.to_owned())
}

fn pkce(provider: &Provider) -> Option<String> {
    let grant = provider.authorization_code.as_ref()?;
    Some(to_markdown(&facts::pkce(grant)))
}

fn redirect_uri(provider: &Provider) -> Option<String> {
    provider.authorization_code.as_ref()?;
    let required = provider
        .without_scopes()
        .requires_redirect_uri()
        .then_some("required");
    let carries = match provider.state.echoed {
        true => None,
        false => Some("carries `state`, which the provider does not return"),
    };
    joined(required.into_iter().chain(carries).map(str::to_owned), "; ")
}

fn required_options(provider: &Provider) -> Option<String> {
    let endpoint = provider.authorization.as_ref()?;
    let required = endpoint.options.iter().filter(|option| option.required);
    let methods = required.map(|option| format!("[`Authorize::{}`]", option.method));
    joined(methods, ", ")
}

fn refresh(provider: &Provider) -> Option<String> {
    let Some(grant) = &provider.refresh_token else {
        let logs_in = provider.authorization_code.is_some();
        return logs_in.then(|| "no refresh token grant is documented".to_owned());
    };
    let asked = match provider.offline {
        Some(_) => "[`Authorize::offline`] asks for a refresh token; ",
        None => "",
    };
    Some(format!(
        "{asked}{}; [`Client::token_source`] keeps tokens fresh",
        facts::rotation(grant)
    ))
}

/// A code is exchanged at once, so that nobody waits for its end.
fn lifetime_of(lifetime: &TokenLifetime) -> (String, Option<String>) {
    let client = match lifetime.client {
        Some(kind) => format!(" ({})", kind.word()),
        None => String::new(),
    };
    let about = match lifetime.of {
        LifetimeOf::AccessToken => "Access token lifetime",
        LifetimeOf::RefreshToken => "Refresh token lifetime",
        LifetimeOf::AuthorizationCode => return (String::new(), None),
    };
    let known = (lifetime.lifetime != Lifetime::Unknown).then(|| facts::lifetime(lifetime));
    let parts = known.into_iter().chain(lifetime.description.clone());
    let value = joined(parts, ". ").map(|text| sentences(&text));
    (format!("{about}{client}"), value)
}

fn scopes(provider: &Provider) -> String {
    let scopes = &provider.scopes;
    let by_text = match provider.authorization_code {
        Some(_) => "; [`Authorize::scope`] takes others by name",
        None => "",
    };
    let listed = match (scopes.values.len(), scopes.of) {
        (0, _) => format!("none published{by_text}"),
        (count, Some(all)) => format!("[`Scope`] lists {count} of {all}{by_text}"),
        (count, None) if scopes.partial => format!("[`Scope`] lists {count}{by_text}"),
        (count, None) => format!("[`Scope`] lists all {count}"),
    };
    let groups = scopes.groups.iter();
    let groups = groups.map(|group| {
        format!(
            "; [`{}`] is for [`Authorize::{}`]",
            group.type_name, group.method
        )
    });
    let omitted = facts::omitted(scopes);
    let omitted = omitted.map(|omitted| format!("; a request without scopes {omitted}"));
    groups.chain(omitted).fold(listed, |all, one| all + &one)
}

fn other_grants(provider: &Provider) -> Option<String> {
    let credentials = provider.client_credentials.as_ref();
    let credentials = credentials.filter(|_| provider.authorization_code.is_some());
    let standard = credentials
        .map(|_| "client_credentials")
        .into_iter()
        .chain(provider.device_code.as_ref().map(|_| "authorize_device"));
    let own = provider.extensions.iter().map(|one| one.method.as_str());
    let methods = standard.chain(own);
    joined(methods.map(|method| format!("[`Client::{method}`]")), ", ")
}

fn captures(provider: &Provider) -> Option<String> {
    let keys: Vec<_> = provider.captures.iter().collect();
    let (first, rest) = keys.split_at(keys.len().min(3));
    let first = first.iter().map(|key| format!("[`{}`]", key.type_name));
    let first = joined(first, ", ")?;
    let rest = match rest.len() {
        0 => String::new(),
        count => format!(" and {count} more below"),
    };
    let get = "[`TokenSet::get`](oauth_atlas::TokenSet::get)";
    Some(format!("{first}{rest}; read them with {get}"))
}

fn joined(parts: impl Iterator<Item = String>, separator: &str) -> Option<String> {
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}

/// The error codes with their cure, as many as fit into so many words.
fn errors(provider: &Provider, words_left: usize) -> String {
    let heading = "\n# Errors\n\n[`Error::verdict`](oauth_atlas::Error::verdict) says what to do; \
                   [`ErrorCode`](oauth_atlas::ErrorCode) explains the standard codes.\n";
    if provider.errors.is_empty() {
        return heading.to_owned();
    }
    let rest = |count: usize| {
        item(&format!(
            "{count} more in the spec. Each error message has the hint for its code."
        ))
    };
    let whole: String = provider.errors.iter().map(|one| error(one, true)).collect();
    if words(heading) + words(&whole) <= words_left {
        return format!("{heading}\n{whole}");
    }
    let mut text = format!("{heading}\n");
    let mut used = words(heading) + words(&rest(0));
    for (index, one) in provider.errors.iter().enumerate() {
        let one = error(one, false);
        used += words(&one);
        if used > words_left {
            return text + &rest(provider.errors.len() - index);
        }
        text += &one;
    }
    text
}

fn error(error: &ErrorCode, with_meaning: bool) -> String {
    let meaning = error.description.as_deref().filter(|_| with_meaning);
    item(&format!(
        "{}: {} {}",
        code(&error.code),
        meaning.map(to_markdown).unwrap_or_default(),
        to_markdown(&error.hint)
    ))
}

/// Where all the rest is.
fn more(provider: &Provider, options: &Options) -> String {
    let path = match &options.repository {
        Some(repository) => {
            let path = format!("specs/{}.yaml", provider.id);
            format!("[`{path}`]({repository}/blob/HEAD/{path})")
        }
        None => code(layout::origin(&provider.path)),
    };
    let command = code(&format!("oauth-atlas explain {}", provider.id));
    format!(
        "\n# More\n\nEndpoints, limits, notes, conflicts between sources and the source of each \
         fact: {path}, or {command} in a terminal.\n"
    )
}
