//! How a program becomes a client.

use crate::lower::{cited, many, remark, text};
use crate::model;
use crate::spec;

pub(super) fn registration(given: &spec::Registration) -> model::Registration {
    model::Registration {
        url: given.url.given().map(|url| url.0.clone()),
        description: text(&given.description),
        open_to: given.open_to.given().map(|open_to| open_to.value),
        asks: given.asks.given().map(remark),
        redirect_uris: given.redirect_uris.given().map(redirect_uris),
        review: given.review.given().map(remark),
        test_users: given.test_users.given().map(remark),
        quotas: given.quotas.given().map(remark),
        sources: cited(&given.source),
    }
}

fn redirect_uris(given: &spec::RedirectUris) -> model::RedirectUris {
    model::RedirectUris {
        accepts: many(&given.accepts, []),
        refuses: many(&given.refuses, []),
        maximum: given.maximum.given().map(|maximum| maximum.value.0),
        description: text(&given.description),
        sources: cited(&given.source),
    }
}
