//! How a program becomes a client.

use crate::facts::Facts;
use crate::model::{Cited, OpenTo, Provider, RedirectUriForm, RedirectUris};

/// Adds what a developer has to know before the first client is registered.
pub(super) fn registration(facts: &mut Facts, provider: &Provider) {
    let Some(one) = &provider.registration else {
        return;
    };
    let key = "registration";
    let at = one.url.iter().map(|url| format!("at {url}"));
    let parts: Vec<_> = at
        .chain(one.open_to.map(|open_to| who(open_to).to_owned()))
        .collect();
    let more = one.description.as_deref();
    match parts.join(", ").as_str() {
        "" if more.is_none() => {}
        "" => facts.add("registration", key, sentence(more), None, &one.sources),
        parts => facts.add("registration", key, parts.to_owned(), more, &one.sources),
    }
    if let Some(uris) = &one.redirect_uris {
        let sources = own_or(&uris.sources, &one.sources);
        let more = uris.description.as_deref();
        match said(uris) {
            Some(value) => facts.add("redirect URIs", key, value, more, sources),
            None => facts.add("redirect URIs", key, sentence(more), None, sources),
        }
    }
    let remarks = [
        ("what is asked", &one.asks),
        ("review", &one.review),
        ("test users", &one.test_users),
        ("quotas", &one.quotas),
    ];
    for (about, remark) in remarks {
        if let Some(Cited { text, sources }) = remark {
            let sources = own_or(sources, &one.sources);
            facts.add(about, key, sentence(Some(text)), None, sources);
        }
    }
}

fn own_or<'s>(own: &'s [String], others: &'s [String]) -> &'s [String] {
    if own.is_empty() { others } else { own }
}

fn sentence(text: Option<&str>) -> String {
    text.unwrap_or_default().trim_end_matches('.').to_owned()
}

fn said(uris: &RedirectUris) -> Option<String> {
    let list = |verb: &str, forms: &[RedirectUriForm]| {
        let names: Vec<_> = forms.iter().map(|form| form_name(*form)).collect();
        (!names.is_empty()).then(|| format!("{verb} {}", names.join(", ")))
    };
    let parts = [
        list("accepted:", &uris.accepts),
        list("refused:", &uris.refuses),
        uris.maximum.map(|maximum| format!("at most {maximum}")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn who(open_to: OpenTo) -> &'static str {
    match open_to {
        OpenTo::Anyone => "open to everyone with an account",
        OpenTo::Customers => "open to customers",
        OpenTo::Approved => "after the provider's approval",
    }
}

fn form_name(form: RedirectUriForm) -> &'static str {
    match form {
        RedirectUriForm::Https => "https",
        RedirectUriForm::Http => "http",
        RedirectUriForm::Loopback => "http on a loopback address",
        RedirectUriForm::LoopbackAnyPort => "http on a loopback address with any port",
        RedirectUriForm::CustomScheme => "custom schemes",
        RedirectUriForm::Wildcard => "wildcards",
        RedirectUriForm::Subpath => "paths below a registered one",
        RedirectUriForm::Query => "queries",
    }
}
