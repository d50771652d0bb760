//! Whether a text that was sent is what a template of the description stands for. What the fake
//! knows is compared; of what only the client knows it takes any text.

use crate::fake::answer::captured;
use crate::fake::client::{Client, Registered};
use crate::fake::description::{ClientKind, Description, Pairs, Template};
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};

/// The longest text that is taken apart where two values meet.
const LONGEST: usize = 1024;

/// What a provider knows of the values that a client fills in.
pub(super) struct Known<'p> {
    pub(super) description: &'p Description,
    pub(super) registered: &'p Registered,
    pub(super) variables: &'p Pairs,
    pub(super) client: Client,
    /// What only this request has: a name, and its value.
    pub(super) own: Option<(&'static str, String)>,
}

/// A part of what is expected.
enum Piece<'p> {
    Text(&'p str),
    /// One of these.
    One(Vec<String>),
    Uuid,
    /// Any text but none.
    Any,
}

impl Known<'_> {
    /// The same of a request that has a value of its own.
    pub(super) fn with(mut self, name: &'static str, value: Option<String>) -> Self {
        self.own = value.map(|value| (name, value));
        self
    }

    /// Whether what was sent, if anything was, is what the template stands for.
    pub(super) fn is(&self, template: &str, sent: Option<&str>) -> bool {
        if Template::of(template).is_plain() {
            return sent == Some(template);
        }
        let Some(sent) = sent else {
            return self.may_be_left_out(template);
        };
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some(start) = Template::of(rest).start() {
            pieces.push(Piece::Text(start.before));
            pieces.push(self.piece(start.name));
            rest = start.rest;
        }
        pieces.push(Piece::Text(rest));
        fits(&pieces, sent)
    }

    /// Checks that a request has the headers that are always sent.
    pub(super) fn check_headers(&self, headers: &Pairs, request: &Request) -> Result<(), Refusal> {
        let mut headers = headers.iter();
        match headers.find(|(name, value)| !self.is(value, request.header(name))) {
            Some((name, _)) => Err(Refusal::request(format!(
                "the header `{name}` is missing or wrong"
            ))),
            None => Ok(()),
        }
    }

    /// Checks that a request has the parameters that are always sent, and none that must not be.
    pub(super) fn hold_to(
        &self,
        parameters: &Parameters<'_>,
        fixed: &[&Pairs],
    ) -> Result<(), Refusal> {
        let mut fixed = fixed.iter().flat_map(|pairs| pairs.iter());
        for standard in parameters.omit {
            let name = parameters.name(standard);
            let is_fixed = fixed.clone().any(|(other, _)| other == name);
            if parameters.own(name).is_some() && !is_fixed {
                return Err(Refusal::request(format!("`{name}` is not taken here")));
            }
        }
        match fixed.find(|(name, value)| !self.is(value, parameters.own(name))) {
            Some((name, value)) => Err(Refusal::request(format!(
                "`{name}` has to be sent, as `{value}`"
            ))),
            None => Ok(()),
        }
    }

    fn may_be_left_out(&self, template: &str) -> bool {
        Template::of(template).names().any(|name| {
            let mut variables = self.description.variables.iter();
            let is_public = self.client.kind() == ClientKind::Public;
            variables.any(|one| one.name == name && one.optional)
                || [Template::CLIENT_SECRET, Template::ACCESS_TOKEN_HMAC].contains(&name)
                    && is_public
        })
    }

    fn piece(&self, name: &str) -> Piece<'static> {
        let Registered {
            confidential_id,
            public_id,
            dynamic,
            ..
        } = self.registered;
        match name {
            Template::CLIENT_ID => {
                return Piece::One(match self.client {
                    Client::Anybody if dynamic.iter().next().is_some() => return Piece::Any,
                    Client::Anybody => vec![confidential_id.clone(), public_id.clone()],
                    Client::Confidential => vec![confidential_id.clone()],
                    Client::Public => vec![public_id.clone()],
                    Client::Dynamic(..) => vec![self.registered.id(self.client).to_owned()],
                });
            }
            Template::CLIENT_SECRET => {
                return Piece::One(vec![self.registered.secret(self.client).to_owned()]);
            }
            Template::UUID => return Piece::Uuid,
            _ => {}
        }
        if let Some((_, value)) = self.own.as_ref().filter(|(own, _)| *own == name) {
            return Piece::One(vec![value.clone()]);
        }
        let environments = self.description.environments.iter();
        let hosts = environments.flat_map(|environment| &environment.hosts);
        let hosts = hosts.filter(|(host, _)| host == name);
        let hosts: Vec<_> = hosts.map(|(_, url)| url.clone()).collect();
        if !hosts.is_empty() {
            return Piece::One(hosts);
        }
        let mut told = self.variables.iter().rev();
        if let Some((_, told)) = told.find(|(told, _)| told == name) {
            return Piece::One(vec![told.clone()]);
        }
        let mut captures = self.description.captures.iter();
        if let Some(capture) = captures.find(|one| one.variable.as_deref() == Some(name)) {
            return Piece::One(vec![captured(self.description, &capture.name)]);
        }
        let mut variables = self.description.variables.iter();
        match variables.find(|one| one.name == name) {
            Some(variable) if !variable.values.is_empty() => Piece::One(variable.values.clone()),
            _ => Piece::Any,
        }
    }
}

fn fits(pieces: &[Piece<'_>], text: &str) -> bool {
    let Some((first, others)) = pieces.split_first() else {
        return text.is_empty();
    };
    match first {
        Piece::Text(expected) => match text.strip_prefix(expected) {
            Some(rest) => fits(others, rest),
            None => false,
        },
        Piece::One(values) => values.iter().any(|value| {
            let rest = text.strip_prefix(value.as_str());
            rest.is_some_and(|rest| fits(others, rest))
        }),
        Piece::Uuid => match text.split_at_checked(36) {
            Some((uuid, rest)) => is_uuid(uuid) && fits(others, rest),
            None => false,
        },
        Piece::Any => match others {
            [] | [Piece::Text("")] => !text.is_empty(),
            _ => {
                text.len() <= LONGEST
                    && (1..=text.len())
                        .filter(|end| text.is_char_boundary(*end))
                        .any(|end| fits(others, &text[end..]))
            }
        },
    }
}

/// RFC 9562 §4.
fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::VariableKind;
    use crate::provider::owned::{Capture, Variable};

    fn is(client: Client, template: &str, sent: Option<&str>) -> bool {
        let variable = |name: &str, kind| Variable {
            name: name.to_owned(),
            kind,
            ..Variable::default()
        };
        let description = Description {
            variables: vec![
                variable("tenant", VariableKind::Text),
                variable("told", VariableKind::Secret),
                variable("openid", VariableKind::Text),
                Variable {
                    optional: true,
                    ..variable("account", VariableKind::Text)
                },
            ],
            captures: vec![Capture {
                name: "openid".to_owned(),
                variable: Some("openid".to_owned()),
                ..Capture::default()
            }],
            ..Description::default()
        };
        let registered = Registered {
            confidential_id: "id".to_owned(),
            secret: "secret".to_owned(),
            public_id: "public".to_owned(),
            ..Registered::default()
        };
        let known = Known {
            description: &description,
            registered: &registered,
            variables: &vec![("told".to_owned(), "key".to_owned())],
            client,
            own: Some((Template::STATE, "of the login".to_owned())),
        };
        known.is(template, sent)
    }

    #[test]
    fn what_is_known_is_compared() {
        let is = |template, sent| is(Client::Confidential, template, Some(sent));
        assert!(is("plain", "plain") && !is("plain", "other"));
        assert!(is("a {client_id}|{client_secret}", "a id|secret"));
        assert!(!is("a {client_id}|{client_secret}", "a public|secret"));
        assert!(is("{told}", "key") && !is("{told}", "other"));
        assert!(is("{state}", "of the login") && !is("{state}", "of another"));
        assert!(is("{openid}", "fake-openid") && !is("{openid}", "x"));
        assert!(is("{uuid}", "00000000-0000-4000-8000-000000000000"));
        assert!(!is("{uuid}", "00000000-0000-4000-8000-00000000000"));
        assert!(!is("{uuid}", "00000000000000000000000000000000000x"));
    }

    #[test]
    fn of_what_is_not_known_any_text_will_do() {
        let is = |template, sent| is(Client::Confidential, template, sent);
        assert!(is("t={tenant}", Some("t=x")) && !is("t={tenant}", Some("t=")));
        assert!(is("{tenant}-{tenant}", Some("a-b")) && !is("{tenant}-{tenant}", Some("ab")));
        assert!(!is("{tenant}", None) && is("{account}", None));
        assert!(!is("{tenant}-{tenant}", Some(&"a".repeat(LONGEST + 1))));
    }

    #[test]
    fn a_public_client_has_no_secret() {
        assert!(is(Client::Public, "{client_secret}", None));
        assert!(!is(Client::Confidential, "{client_secret}", None));
        assert!(is(Client::Anybody, "{client_id}", Some("public")));
    }
}
