//! Claims in the responses of a provider, by the rules of its spec.

use std::borrow::Cow;

use oauth_atlas_description::Template;

use crate::provider::{Claim, ClaimName, ClaimsFrom, UserRules};
use crate::text::json::Json;
use crate::text::member_path;

/// What tells the claims of a user: a response, the ID token, or what came with the tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    From(ClaimsFrom),
    Request(&'static str),
}

impl Origin {
    pub(crate) fn of(rules: &UserRules, claim: &Claim) -> Self {
        match claim.request {
            Some(name) => Self::Request(name),
            None => Self::From(claim.from.unwrap_or(rules.from)),
        }
    }
}

/// The text of a claim, if the answers have one.
pub(crate) fn find<'a>(
    rules: &'static UserRules,
    name: ClaimName,
    answer: impl Fn(Origin) -> Option<&'a Json>,
) -> Option<Cow<'a, str>> {
    let claim = rules.claims.iter().find(|claim| claim.name == name)?;
    if let Some(value) = claim.value {
        return Some(Cow::Borrowed(value));
    }
    let origin = Origin::of(rules, claim);
    let mut place = answer(origin)?;
    if origin == Origin::From(rules.from) {
        for name in rules.root {
            place = place.get(name)?;
        }
    }
    let text = match claim.template {
        None => text_at(place, claim.path, claim.conditions),
        Some(template) => filled(place, template).map(Cow::Owned),
    }?;
    Some(match claim.means_yes {
        [] => text,
        words => Cow::Borrowed(match words.contains(&&*text) {
            true => "true",
            false => "false",
        }),
    })
}

/// The text at a path, in the first elements of arrays that have it and meet the conditions.
///
/// Text in which JSON is written is read when the path leads on from there, which is how Apple and
/// others send objects in forms.
fn text_at<'a>(value: &'a Json, path: &str, conditions: &[(&str, &str)]) -> Option<Cow<'a, str>> {
    if path.is_empty() {
        return member_path::text(value);
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (name, is_array) = match step.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (step, false),
    };
    let member = match name {
        "" => value,
        name => value.get(name)?,
    };
    if is_array {
        let mut elements = member.as_array()?.iter();
        return elements.find_map(|element| {
            let meets = |(path, expected): &(&str, &str)| {
                text_at(element, path, &[]).as_deref() == Some(*expected)
            };
            // They are about the elements of the first array alone.
            let is_meant = conditions.iter().all(meets);
            is_meant.then(|| text_at(element, rest, &[])).flatten()
        });
    }
    if let (Some(text), false) = (member.as_str(), rest.is_empty()) {
        let inner = Json::parse(text.as_bytes()).ok()?;
        let found = text_at(&inner, rest, conditions)?;
        return Some(Cow::Owned(found.into_owned()));
    }
    text_at(member, rest, conditions)
}

/// The template with its members, if all of them are there.
fn filled(place: &Json, template: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some(start) = Template::of(rest).start() {
        text.push_str(start.before);
        text.push_str(&member_path::text(place.get(start.name)?)?);
        rest = start.rest;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(json: &str, path: &str, conditions: &[(&str, &str)]) -> Option<String> {
        let value = Json::parse(json.as_bytes()).unwrap();
        text_at(&value, path, conditions).map(Cow::into_owned)
    }

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        let json = r#"{"a":{"b":7},"list":[{"v":""},{"v":"x","p":true},{"v":"y","p":false}]}"#;
        assert_eq!(found(json, "a.b", &[]).as_deref(), Some("7"));
        assert_eq!(found(json, "list[].v", &[]).as_deref(), Some("x"));
        let chosen = |wanted| found(json, "list[].v", &[("p", wanted)]);
        assert_eq!(chosen("false").as_deref(), Some("y"));
        assert_eq!(chosen("maybe"), None);
        for absent in ["a", "a.b.c", "list.v", "a[]", "none", "list[].none"] {
            assert_eq!(found(json, absent, &[]), None, "{absent}");
        }
    }

    #[test]
    fn an_answer_may_be_an_array() {
        let json = r#"[{"email":"a@x","primary":false},{"email":"b@x","primary":true}]"#;
        let primary = found(json, "[].email", &[("primary", "true")]);
        assert_eq!(primary.as_deref(), Some("b@x"));
    }

    #[test]
    fn json_within_a_text_is_read() {
        let json = r#"{"user":"{\"name\":{\"firstName\":\"Ada\"}}","odd":"{"}"#;
        assert_eq!(
            found(json, "user.name.firstName", &[]).as_deref(),
            Some("Ada")
        );
        assert_eq!(found(json, "odd.name", &[]), None);
    }

    #[test]
    fn a_template_needs_all_of_its_members() {
        let value = Json::parse(br#"{"id":1,"hash":"ab","none":null}"#).unwrap();
        let made = filled(&value, "https://cdn.example/{id}/{hash}.png");
        assert_eq!(made.as_deref(), Some("https://cdn.example/1/ab.png"));
        assert_eq!(filled(&value, "{id}/{none}"), None);
        assert_eq!(filled(&value, "{id}/{other}"), None);
    }
}
