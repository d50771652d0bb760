//! Where a spec and metadata differ.
//!
//! Metadata need not say everything (RFC 8414 §2), and a spec knows more than metadata. So what only
//! the metadata has is a difference, and what only the spec has is one where the spec says that it
//! is from there.

use std::collections::HashSet;

use oauth_atlas_codegen::model::{
    ChallengeMethod, ClientAuth, EndpointKind, GrantKind, Pkce, Provider,
};

use super::target::Target;
use crate::metadata::{CLIENT_AUTH_METHODS, Metadata};

/// A point on which the two differ.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// The member of the metadata.
    pub member: String,
    /// What is different.
    pub text: String,
}

/// What comparing led to.
#[derive(Debug, Default)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// How many differences a conflict or a note of the spec already names.
    pub explained: usize,
    /// What could not be compared, with the reason.
    pub skipped: Vec<String>,
}

/// Grants that OAuth 2.1 has given up, which no spec says.
const GIVEN_UP: [&str; 2] = ["implicit", "password"];

pub fn compare(target: &Target, metadata: &Metadata) -> Comparison {
    let mut comparer = Comparer {
        target,
        metadata,
        explained: Words::of(target.provider),
        found: Comparison::default(),
    };
    comparer.issuer();
    comparer.endpoints();
    comparer.auth_methods();
    comparer.grants();
    comparer.pkce();
    comparer.scopes();
    for (member, expected) in &metadata.wrong {
        let skipped = format!("{member}: it is not {expected}");
        comparer.found.skipped.push(skipped);
    }
    comparer.found
}

struct Comparer<'a> {
    target: &'a Target<'a>,
    metadata: &'a Metadata,
    /// What conflicts and notes say.
    explained: Words<'a>,
    found: Comparison,
}

impl Comparer<'_> {
    fn differ(&mut self, member: &str, value: &str, text: String) {
        if self.explained.contain(member) || self.explained.contain(value) {
            self.found.explained += 1;
            return;
        }
        let member = member.to_owned();
        self.found.differences.push(Difference { member, text });
    }

    fn both(&mut self, member: &str, spec: &str, metadata: &str) {
        let text = format!("the spec says {spec}, the metadata {metadata}");
        self.differ(member, metadata, text);
    }

    fn added(&mut self, member: &str, value: &str) {
        self.differ(member, value, format!("new: {value}"));
    }

    fn gone(&mut self, member: &str, value: &str) {
        self.differ(member, value, format!("gone: {value}"));
    }

    fn skip(&mut self, member: &str, reason: &str) {
        self.found.skipped.push(format!("{member}: {reason}"));
    }

    fn issuer(&mut self) {
        let member = "authorization_response_iss_parameter_supported";
        let provider = self.target.provider;
        let now = self.metadata.is_true(member);
        if provider.issuer_in_callback != now {
            self.both(
                member,
                &provider.issuer_in_callback.to_string(),
                &now.to_string(),
            );
        }
        if !self.target.is_default {
            return self.skip(
                "issuer",
                "a spec has only the issuer of its default environment",
            );
        }
        let issuer = &self.metadata.issuer;
        match provider.issuer.as_ref().map(|known| self.target.url(known)) {
            Some(known) if known == *issuer => {}
            Some(known) if known.contains('{') => self.skip("issuer", "it has a variable"),
            Some(known) => self.both("issuer", &known, issuer),
            None if issuer.contains('{') => self.skip("issuer", "it has a variable"),
            None => self.added("issuer", issuer),
        }
    }

    fn endpoints(&mut self) {
        let provider = self.target.provider;
        let authorization = provider.authorization.as_ref();
        let authorization = authorization.map(|endpoint| (&endpoint.url, &endpoint.sources));
        let keys = provider.id_token.as_ref();
        let keys = keys.and_then(|rules| Some((rules.value.jwks_uri.as_ref()?, &rules.sources)));
        for kind in EndpointKind::ALL {
            let Some(member) = kind.metadata_member() else {
                continue;
            };
            let known = match kind {
                EndpointKind::Authorization => authorization,
                EndpointKind::Jwks => keys,
                called => {
                    let endpoint = provider.endpoint(*called);
                    endpoint.map(|endpoint| (&endpoint.url, &endpoint.sources))
                }
            };
            self.endpoint(member, known);
        }
        // Of OpenID Connect RP-Initiated Logout §2.1.
        let logout = provider.end_session.as_ref();
        let logout = logout.map(|endpoint| (&endpoint.value, &endpoint.sources));
        self.endpoint("end_session_endpoint", logout);
    }

    fn endpoint(&mut self, member: &str, known: Option<(&String, &Vec<String>)>) {
        match (known, self.metadata.text(member)) {
            (Some((url, _)), Some(now)) => {
                let url = self.target.url(url);
                if self.target.opens_with_variable(&url) {
                    self.skip(member, "its host is a variable");
                } else if !matches(&url, now) {
                    self.both(member, &url, now);
                }
            }
            (Some((url, sources)), None) => {
                if self.target.cites(sources) {
                    let url = self.target.url(url);
                    self.gone(member, &url);
                } else {
                    self.skip(member, "not in the metadata");
                }
            }
            (None, Some(now)) => self.added(member, now),
            (None, None) => {}
        }
    }

    fn auth_methods(&mut self) {
        let member = "token_endpoint_auth_methods_supported";
        let Some(now) = self.metadata.texts(member) else {
            return self.skip(member, "not in the metadata");
        };
        let provider = self.target.provider;
        let mut known: Vec<&str> = Vec::new();
        for (_, client) in provider.clients() {
            known.extend(client.auth.iter().filter_map(|method| standard(*method)));
        }
        // A spec has no word for the others.
        for method in CLIENT_AUTH_METHODS {
            match (known.contains(&method), now.contains(&method)) {
                (false, true) => self.added(member, method),
                // Most documents leave it out although there are public clients.
                (true, false) if method == "none" => {
                    let public = provider.public.as_ref();
                    if public.is_some_and(|client| self.target.cites(&client.sources)) {
                        self.gone(member, method);
                    }
                }
                (true, false) => self.gone(member, method),
                _ => {}
            }
        }
    }

    fn grants(&mut self) {
        let member = "grant_types_supported";
        let Some(now) = self.metadata.grants() else {
            return self.skip(member, "not in the metadata");
        };
        let provider = self.target.provider;
        let grants = provider.grants();
        let grants = grants.filter(|grant| grant.kind != GrantKind::RefreshToken);
        // Metadata has the standard's name, whatever the parameter's value is.
        let mut known: Vec<_> = grants
            .filter_map(|grant| {
                let standard = grant.kind.standard_grant_type();
                standard.or(grant.grant_type.as_deref())
            })
            .filter(|grant_type| !grant_type.is_empty())
            .collect();
        for grant in &now {
            let is_known = known.contains(grant)
                || (*grant == "refresh_token" && provider.refresh_token.is_some());
            if !is_known && !GIVEN_UP.contains(grant) {
                self.added(member, grant);
            }
        }
        // Many documents leave it out although they have it.
        let refresh = provider.refresh_token.as_ref();
        if refresh.is_some_and(|grant| self.target.cites(&grant.sources)) {
            known.push("refresh_token");
        }
        let now: HashSet<_> = now.into_iter().collect();
        for grant in known {
            if !now.contains(grant) {
                self.gone(member, grant);
            }
        }
    }

    fn pkce(&mut self) {
        let member = "code_challenge_methods_supported";
        let Some(grant) = &self.target.provider.authorization_code else {
            return;
        };
        let is_known = matches!(grant.pkce.status, Pkce::Required | Pkce::Optional);
        let ours = match grant.pkce.challenge {
            ChallengeMethod::Plain => "plain",
            ChallengeMethod::S256 | ChallengeMethod::S256Hex => "S256",
        };
        match self.metadata.texts(member) {
            Some(now) if is_known && !now.contains(&ours) => {
                self.both(member, ours, &now.join(", "));
            }
            Some(_) if is_known => {}
            Some(now) if now.is_empty() => {}
            Some(now) => {
                let pkce = format!("pkce: {}", grant.pkce.status.word());
                self.both(member, &pkce, &now.join(", "));
            }
            None if is_known && self.target.cites(&grant.sources) => self.gone(member, ours),
            None => self.skip(member, "not in the metadata"),
        }
    }

    fn scopes(&mut self) {
        let member = "scopes_supported";
        let Some(now) = self.metadata.texts(member) else {
            return self.skip(member, "not in the metadata");
        };
        let scopes = &self.target.provider.scopes;
        let known: Vec<_> = scopes.all().collect();
        let wires: HashSet<_> = known.iter().map(|one| one.name.as_str()).collect();
        if scopes.partial {
            self.skip(member, "only removals; the spec's table is partial");
        } else {
            for scope in &now {
                if !wires.contains(scope) {
                    self.added(member, scope);
                }
            }
        }
        let now: HashSet<_> = now.into_iter().collect();
        let table = self.target.cites(&scopes.sources);
        for scope in known {
            let cited = match scope.sources.as_slice() {
                [] => table,
                sources => self.target.cites(sources),
            };
            if cited && !now.contains(scope.name.as_str()) {
                self.gone(member, &scope.name);
            }
        }
    }
}

/// The method of RFC 8414 that a method of the spec language is a way of.
fn standard(method: ClientAuth) -> Option<&'static str> {
    match method {
        ClientAuth::Basic | ClientAuth::BasicRaw | ClientAuth::BasicWithId => {
            Some("client_secret_basic")
        }
        ClientAuth::Post => Some("client_secret_post"),
        ClientAuth::None => Some("none"),
        ClientAuth::PrivateKeyJwt
        | ClientAuth::ClientSecretJwt
        | ClientAuth::TlsClientAuth
        | ClientAuth::SelfSignedTlsClientAuth => Some(method.word()),
        ClientAuth::BearerSecret
        | ClientAuth::AccessToken
        | ClientAuth::Nothing
        | ClientAuth::Own => None,
    }
}

/// Whether a URL is one that a template stands for: what is between braces is any text without a
/// slash.
///
/// No name has a slash in it either, so that segments are compared with segments: in time that grows
/// with the lengths alone, however many names there are.
fn matches(template: &str, url: &str) -> bool {
    let mut segments = url.split('/');
    template
        .split('/')
        .all(|segment| segments.next().is_some_and(|text| fits(segment, text)))
        && segments.next().is_none()
}

/// Whether a segment is what a template stands for. Each text between two names is looked for where
/// it comes first: what is left for the names behind it is then the longest.
fn fits(template: &str, segment: &str) -> bool {
    let mut texts = template
        .split('{')
        .map(|piece| match piece.split_once('}') {
            Some((_, text)) => text,
            None => piece,
        });
    let first = texts.next().unwrap_or_default();
    let Some(mut rest) = segment.strip_prefix(first) else {
        return false;
    };
    let mut texts = texts.peekable();
    if texts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(text) = texts.next() {
        // A name stands for one character at least.
        let mut value = rest.chars();
        if value.next().is_none() {
            return false;
        }
        let after = value.as_str();
        if texts.peek().is_none() {
            return after.ends_with(text);
        }
        let Some(start) = after.find(text) else {
            return false;
        };
        rest = &after[start + text.len()..];
    }
    false
}

/// The words of texts. A document can bring many thousand values to look for, so that each is looked
/// for among the words before it is in the texts.
struct Words<'t> {
    texts: Vec<&'t str>,
    words: HashSet<&'t str>,
}

impl<'t> Words<'t> {
    /// Those of a spec's conflicts and notes, which explain a difference where they name it.
    fn of(provider: &'t Provider) -> Self {
        let conflicts = provider.conflicts.iter().flat_map(|conflict| {
            let versions = conflict.versions.iter().map(|version| &version.text);
            versions.chain([&conflict.about, &conflict.reason])
        });
        let notes = provider
            .notes
            .iter()
            .flat_map(|note| [&note.text, &note.reason]);
        Self::in_texts(conflicts.chain(notes).map(String::as_str).collect())
    }

    fn in_texts(texts: Vec<&'t str>) -> Self {
        let words = texts.iter().flat_map(|text| text.split(|c| !is_of_word(c)));
        Self {
            words: words.collect(),
            texts,
        }
    }

    /// Whether the texts have a word, and not just as a part of a longer one. It may hold what ends
    /// others, such as a dot.
    fn contain(&self, word: &str) -> bool {
        let has_word_character = word.contains(is_of_word);
        let mut parts = word
            .split(|c| !is_of_word(c))
            .filter(|part| !part.is_empty());
        has_word_character
            && parts.all(|part| self.words.contains(part))
            && self.texts.iter().any(|text| has_word(text, word))
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || "_-:/".contains(character)
}

/// Whether a text has a word, and not just as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(start, _)| {
            let before = text[..start].chars().next_back();
            let after = text[start + word.len()..].chars().next();
            !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_one_label_or_segment() {
        assert!(matches(
            "https://{shop}.a.example/token",
            "https://x.a.example/token"
        ));
        assert!(matches(
            "https://a.example/{t}/{u}",
            "https://a.example/x/y"
        ));
        assert!(!matches(
            "https://{shop}.a.example/token",
            "https://a.example/token"
        ));
        assert!(!matches(
            "https://a.example/{t}/token",
            "https://a.example/x/y/token"
        ));
        assert!(!matches("https://a.example/{t}", "https://a.example/"));
    }

    #[test]
    fn several_variables_share_a_segment() {
        for (template, url, expected) in [
            (
                "https://{a}-login.{b}.example/x",
                "https://acme-login.eu.example/x",
                true,
            ),
            (
                "https://{a}-login.{b}.example/x",
                "https://-login.eu.example/x",
                false,
            ),
            ("https://{a}-{b}.example", "https://x-y-z.example", true),
            ("https://{a}-{b}.example", "https://x-.example", false),
            ("https://{a}.example", "https://a.example.example", true),
            ("https://a/{x}y", "https://a/yy", true),
            ("https://a/{x}y", "https://a/y", false),
            ("https://a/{x}{y}", "https://a/b", false),
            ("https://a/{x}{y}", "https://a/üb", true),
            ("https://a/{x}ab{y}ab", "https://a/1abab", false),
            ("https://a/{x}ab{y}ab", "https://a/1ab2abab", true),
            ("https://a/b", "https://a/b/", false),
            ("https://a/b/", "https://a/b", false),
        ] {
            assert_eq!(matches(template, url), expected, "{template} {url}");
        }
    }

    /// With a try of each end for each name, this would outlast everybody.
    #[test]
    fn many_variables_cost_no_more_than_few() {
        let template = format!("https://a.example/{}end", "{x}a".repeat(1_000));
        let url = format!("https://a.example/{}", "a".repeat(100_000));
        assert!(!matches(&template, &url));
        assert!(matches(&template, &format!("{url}end")));
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word(
            "it names client_secret_post, too",
            "client_secret_post"
        ));
        assert!(!has_word("client_secret_post_x", "client_secret_post"));
        assert!(!has_word("read:user", "user"));
        assert!(!has_word("anything", ""));
        let words = Words::in_texts(vec!["it names a.b/c, and d"]);
        for (word, is_there) in [
            ("a.b/c", true),
            ("b/c", true),
            ("a.b", false),
            ("a.d", false),
            ("names a", true),
            (".", false),
        ] {
            assert_eq!(words.contain(word), is_there, "{word}");
        }
    }
}
