//! Where the members of a token response are.

use std::borrow::Cow;

use crate::provider::{Elsewhere, ResponseFormat, TokenResponse};
use crate::response::members;
use crate::text::json::{Json, JsonError};
use crate::text::member_path;

const ACCESS_TOKEN: &str = "access_token";

/// The members that RFC 6749 §5.1 and OpenID Connect define, and the others. A repeated member
/// has its last value.
#[derive(Default)]
pub(super) struct Members {
    pub(super) access_token: Option<Json>,
    pub(super) token_type: Option<Json>,
    pub(super) expires_in: Option<Json>,
    pub(super) refresh_token: Option<Json>,
    pub(super) id_token: Option<Json>,
    pub(super) scope: Option<Json>,
    pub(super) extras: Vec<(String, Json)>,
}

impl Members {
    /// Reads members that are where the RFC has them, without a detour, as far as they can be read.
    pub(super) fn read_plain(
        &mut self,
        format: ResponseFormat,
        body: &[u8],
    ) -> Result<(), JsonError> {
        members::read(format, body, &mut |name, value| self.put(name, value))
    }

    /// Takes members from where the provider has them. Those around the root are extras, whatever
    /// they are called, and so is a standard name whose member is said to be elsewhere: it means
    /// something else here.
    pub(super) fn placed(rules: &TokenResponse, all: Vec<(String, Json)>) -> Self {
        let mut members = Self::default();
        let mut within = all;
        for name in rules.root {
            let inner = match member_path::take(&mut within, name) {
                Some(Json::Object(inner)) => inner,
                _ => Vec::new(),
            };
            members.extras.append(&mut within);
            within = inner;
        }
        for (standard, path) in rules.rename {
            let path = below_root(rules, path);
            let value = member_path::take(&mut within, path)
                .or_else(|| member_path::take(&mut members.extras, path));
            if let Some(member) = members.standard(standard) {
                *member = value;
            }
        }
        for (name, value) in within {
            if rules.rename.iter().any(|(standard, _)| *standard == name) {
                members.extras.push((name, value));
            } else {
                members.put(name.into(), value);
            }
        }
        let is_absent = |value: &Option<Json>| value.as_ref().is_none_or(Json::is_absent);
        // Else there are two tokens, and what is elsewhere is about the other one.
        let mut of_tokens = rules.elsewhere.iter().map(|other| other.member);
        if of_tokens.any(|member| member == ACCESS_TOKEN) && !is_absent(&members.access_token) {
            return members;
        }
        for other in rules.elsewhere {
            if members
                .standard(other.member)
                .is_some_and(|value| is_absent(value))
            {
                members.find_elsewhere(rules, other);
            }
        }
        members
    }

    /// Takes a standard member from the first of its other places in which it is.
    fn find_elsewhere(&mut self, rules: &TokenResponse, other: &Elsewhere) {
        for path in other.paths {
            let path = below_root(rules, path);
            let found = member_path::find(&self.extras, path);
            if found.is_some_and(|value| !value.is_absent()) {
                let value = member_path::take(&mut self.extras, path);
                if let Some(member) = self.standard(other.member) {
                    *member = value;
                }
                return;
            }
        }
    }

    /// The member at a path that starts at the root, or else at the top. The access token is no longer
    /// there when others are looked for.
    pub(super) fn find(&self, rules: &TokenResponse, path: &str) -> Option<&Json> {
        let path = below_root(rules, path);
        let standard = match path {
            "token_type" => &self.token_type,
            "expires_in" => &self.expires_in,
            "refresh_token" => &self.refresh_token,
            "id_token" => &self.id_token,
            "scope" => &self.scope,
            _ => &None,
        };
        let extra = || member_path::find(&self.extras, path);
        standard.as_ref().or_else(extra)
    }

    fn put(&mut self, name: Cow<'_, str>, value: Json) {
        match self.standard(&name) {
            Some(member) => *member = Some(value),
            None => self.extras.push((name.into_owned(), value)),
        }
    }

    fn standard(&mut self, name: &str) -> Option<&mut Option<Json>> {
        match name {
            "access_token" => Some(&mut self.access_token),
            "token_type" => Some(&mut self.token_type),
            "expires_in" => Some(&mut self.expires_in),
            "refresh_token" => Some(&mut self.refresh_token),
            "id_token" => Some(&mut self.id_token),
            "scope" => Some(&mut self.scope),
            _ => None,
        }
    }
}

/// Whether members are where the RFC has them, and `error` alone tells an error.
pub(super) fn is_plain(rules: &TokenResponse) -> bool {
    rules.root.is_empty()
        && rules.rename.is_empty()
        && rules.elsewhere.is_empty()
        && rules.error.is_none()
}

/// The path without the root, which it may or may not begin with.
fn below_root<'a>(rules: &TokenResponse, path: &'a str) -> &'a str {
    let mut rest = path;
    for name in rules.root {
        match rest
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('.'))
        {
            Some(below) => rest = below,
            None => return path,
        }
    }
    rest
}
