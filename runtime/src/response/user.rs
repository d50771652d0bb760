//! Who logged in.

use std::fmt;

use crate::error::{EndpointKind, Error};
use crate::provider::{ClaimName, ClaimsFrom, Provider, SubjectScope, UserRules};
use crate::response::claims::{Origin, find};
use crate::text::json::Json;

/// The user who logged in, as the provider describes them.
///
/// Every provider names these values differently; its spec says where each is. `Debug` shows which
/// there are, since their values are personal.
#[derive(Clone, PartialEq)]
pub struct User {
    id: String,
    id_scope: SubjectScope,
    texts: [Option<String>; TEXTS.len()],
    email: Option<Email>,
    answers: Vec<(Origin, Json)>,
}

/// Claims that are texts and nothing else, in the order of [`User`]'s array.
const TEXTS: [ClaimName; 8] = [
    ClaimName::Name,
    ClaimName::GivenName,
    ClaimName::FamilyName,
    ClaimName::PreferredUsername,
    ClaimName::Picture,
    ClaimName::Locale,
    ClaimName::Profile,
    ClaimName::Zoneinfo,
];

/// An e-mail address, and whether the provider has verified it.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// The address, as the provider wrote it.
    pub address: String,
    /// Whether it belongs to the user.
    pub verification: EmailVerification,
}

/// Whether an e-mail address belongs to the user.
///
/// Only [`Verified`](Self::Verified) may decide which account of yours the user gets: whoever can
/// enter a stranger's address at the provider would otherwise get the stranger's account. Identify
/// users by [`User::id`], not by their address, which may also be given to someone else later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmailVerification {
    /// The provider says that it has verified it.
    Verified,
    /// The provider says that it has not.
    Unverified,
    /// The provider does not say. Treat it as unverified.
    Unknown,
}

impl User {
    pub(crate) fn read(
        provider: &'static Provider,
        rules: &'static UserRules,
        answers: Vec<(Origin, Json)>,
    ) -> Result<Self, Error> {
        let answer = |origin: Origin| {
            let found = answers.iter().find(|(other, _)| *other == origin);
            found.map(|(_, answer)| answer)
        };
        let text = |name| find(rules, name, answer).map(std::borrow::Cow::into_owned);
        let Some(id) = text(ClaimName::Sub) else {
            let mut claims = rules.claims.iter();
            let path = claims.find(|claim| claim.name == ClaimName::Sub);
            let path = path.map_or("sub", |claim| claim.path);
            let message = format!("`{path}`, which identifies the user, is missing or no text");
            return Err(Error::response(
                provider,
                EndpointKind::UserInfo,
                200,
                message,
            ));
        };
        let verification = match text(ClaimName::EmailVerified).as_deref() {
            Some("true" | "1") => EmailVerification::Verified,
            Some("false" | "0") => EmailVerification::Unverified,
            _ => EmailVerification::Unknown,
        };
        Ok(Self {
            id,
            id_scope: rules.unique,
            texts: TEXTS.map(text),
            email: text(ClaimName::Email).map(|address| Email {
                address,
                verification,
            }),
            answers,
        })
    }

    /// The provider's identifier of the user, which never changes. Numbers are returned as text.
    ///
    /// Together with the provider (and its environment or instance), it identifies the user;
    /// [`User::id_scope`] says who else gets the same one.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who gets the same [`User::id`] for this user.
    #[must_use]
    pub fn id_scope(&self) -> SubjectScope {
        self.id_scope
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.text(ClaimName::Name)
    }

    /// The given name.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.text(ClaimName::GivenName)
    }

    /// The family name.
    #[must_use]
    pub fn family_name(&self) -> Option<&str> {
        self.text(ClaimName::FamilyName)
    }

    /// The name by which the user is known at the provider. It may change, and may be given to
    /// someone else.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.text(ClaimName::PreferredUsername)
    }

    /// The e-mail address, and whether it is verified.
    #[must_use]
    pub fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }

    /// The e-mail address if the provider has verified it.
    #[must_use]
    pub fn verified_email(&self) -> Option<&str> {
        let email = self.email.as_ref()?;
        let is_verified = email.verification == EmailVerification::Verified;
        is_verified.then_some(email.address.as_str())
    }

    /// The URL of a picture. It is the provider's text: check it before you fetch it.
    #[must_use]
    pub fn picture(&self) -> Option<&str> {
        self.text(ClaimName::Picture)
    }

    /// The locale as the provider writes it, usually a language tag such as `en-US`.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.text(ClaimName::Locale)
    }

    /// The URL of the user's page.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.text(ClaimName::Profile)
    }

    /// The time zone as the provider writes it, usually a name such as `Europe/Paris`.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.text(ClaimName::Zoneinfo)
    }

    /// The whole response of the UserInfo endpoint, for what has no method here. `None` if the
    /// provider has no such endpoint or the spec does not need it.
    #[must_use]
    pub fn userinfo(&self) -> Option<&Json> {
        self.answer(Origin::From(ClaimsFrom::UserInfo))
    }

    /// All claims of the ID token, if the spec reads claims from it.
    #[must_use]
    pub fn id_token_claims(&self) -> Option<&Json> {
        self.answer(Origin::From(ClaimsFrom::IdToken))
    }

    /// The whole response to a further request, by its name in the spec's `user.requests`.
    #[must_use]
    pub fn response(&self, request: &str) -> Option<&Json> {
        self.answers
            .iter()
            .find_map(|(origin, answer)| match origin {
                Origin::Request(name) if *name == request => Some(answer),
                _ => None,
            })
    }

    fn answer(&self, origin: Origin) -> Option<&Json> {
        let found = self.answers.iter().find(|(other, _)| *other == origin);
        found.map(|(_, answer)| answer)
    }

    fn text(&self, name: ClaimName) -> Option<&str> {
        let place = TEXTS.iter().position(|other| *other == name)?;
        self.texts[place].as_deref()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = TEXTS.iter().zip(&self.texts);
        let names = names.filter_map(|(name, text)| text.as_ref().map(|_| name.word()));
        formatter
            .debug_struct("User")
            .field("claims", &names.collect::<Vec<_>>())
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Email")
            .field("verification", &self.verification)
            .finish_non_exhaustive()
    }
}
