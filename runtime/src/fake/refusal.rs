//! Why the fake says no.

/// A request that the provider would refuse.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The standard's error code.
    pub(super) code: &'static str,
    /// What exactly is wrong, by which one of several codes of a provider may be chosen.
    pub(super) about: &'static str,
    /// For people. It never has a value of the request.
    pub(super) reason: String,
    /// The HTTP status, where it does not follow from the code.
    pub(super) status: Option<u16>,
    /// What was asked for: a grant or an endpoint by its name; empty where that is not known.
    pub(super) operation: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            about: "",
            reason: reason.into(),
            status: None,
            operation: String::new(),
        }
    }

    pub(super) fn request(reason: impl Into<String>) -> Self {
        Self::new("invalid_request", reason)
    }

    pub(super) fn client(reason: impl Into<String>) -> Self {
        Self::new("invalid_client", reason).about("secret")
    }

    pub(super) fn grant(reason: impl Into<String>) -> Self {
        Self::new("invalid_grant", reason)
    }

    pub(super) fn scope(reason: impl Into<String>) -> Self {
        Self::new("invalid_scope", reason)
    }

    pub(super) fn token(reason: impl Into<String>) -> Self {
        Self {
            status: Some(401),
            ..Self::new("invalid_token", reason)
        }
    }

    /// Names the operation, unless it is known already.
    pub(super) fn of(self, operation: &str) -> Self {
        match self.operation.as_str() {
            "" => Self {
                operation: operation.to_owned(),
                ..self
            },
            _ => self,
        }
    }

    pub(super) fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    pub(super) fn status(self, status: u16) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }
}
