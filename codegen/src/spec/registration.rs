//! How a program becomes a client of the provider.

use super::{HttpsUrl, Length, Remark, SourceName, Text};
use crate::decode::{Many, Spanned, record, words};

words! {
    /// Who may register a client.
    OpenTo, "group of people" {
        /// Whoever has an account, which everyone may open.
        Anyone = "anyone",
        /// Customers, or the administrators of an organisation.
        Customers = "customers",
        /// Those whom the provider has approved before.
        Approved = "approved",
    }
}

words! {
    /// A form of redirect URIs.
    RedirectUriForm, "form of redirect URI" {
        /// An https URL.
        Https = "https",
        /// An http URL whose host is not the user's own machine.
        Http = "http",
        /// An http URL on the user's own machine, with the port that was registered.
        Loopback = "loopback",
        /// The same with any port (RFC 8252 §7.3).
        LoopbackAnyPort = "loopback_any_port",
        /// A scheme of the program's own, such as `com.example.app:/callback` (RFC 8252 §7.1).
        CustomScheme = "custom_scheme",
        /// A pattern, such as `https://*.example.com/callback`.
        Wildcard = "wildcard",
        /// A path below the one that was registered.
        Subpath = "subpath",
        /// A URL with a query.
        Query = "query",
    }
}

record! {
    /// How a program becomes a client.
    Registration or text as url {
        /// The page on which it is registered.
        url: optional HttpsUrl,
        /// Where and how, as far as no address says it.
        description: optional Text,
        /// Who may register one.
        open_to: optional Spanned<OpenTo>,
        /// What is asked of who registers.
        asks: optional Remark,
        /// Which redirect URIs are accepted.
        redirect_uris: optional RedirectUris,
        /// What the provider reviews or verifies, and what holds until then.
        review: optional Remark,
        /// Who may log in before that.
        test_users: optional Remark,
        /// How many users, clients or requests a new client has.
        quotas: optional Remark,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The redirect URIs that can be registered. What neither list has is unknown.
    RedirectUris {
        /// Forms that are accepted.
        accepts: optional Many<RedirectUriForm>,
        /// Forms that are refused.
        refuses: optional Many<RedirectUriForm>,
        /// How many a client may have.
        maximum: optional Spanned<Length>,
        /// What else holds.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}
