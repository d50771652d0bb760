//! `oauth-atlas list --health`

use std::fmt::Write as _;

use oauth_atlas_codegen as codegen;
use oauth_atlas_codegen::facts::facts;
use oauth_atlas_codegen::model::owned::Claim;
use oauth_atlas_codegen::model::{Pkce, Provider, Rotation};

use crate::failure::Failure;
use crate::mistakes;
use crate::specs::Specs;
use crate::terminal::Terminal;

/// How complete the catalogue is, and what is unknown in it.
pub fn health(specs: &Specs, terminal: Terminal) -> Result<(), Failure> {
    let sources = specs.all()?;
    let providers =
        codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    terminal.data(text(&providers).trim_end())
}

fn text(providers: &[Provider]) -> String {
    let number = |is: &dyn Fn(&Provider) -> bool| providers.iter().filter(|one| is(one)).count();
    let facts: Vec<_> = providers
        .iter()
        .flat_map(facts)
        .filter(|fact| fact.is_said)
        .collect();
    let cited = facts.iter().filter(|fact| !fact.sources.is_empty()).count();
    let sum = |of: &dyn Fn(&Provider) -> usize| providers.iter().map(of).sum::<usize>();
    let mut rows = vec![
        ("providers", providers.len().to_string()),
        ("facts", facts.len().to_string()),
        ("facts that name their source", share(cited, facts.len())),
        ("sources", sum(&|one| one.sources.len()).to_string()),
        ("scopes", sum(&|one| one.scopes.all().count()).to_string()),
        (
            "scope tables known to be incomplete",
            number(&|one| one.scopes.partial).to_string(),
        ),
        ("examples", sum(&|one| one.examples.len()).to_string()),
        (
            "conflicts between sources",
            sum(&|one| one.conflicts.len()).to_string(),
        ),
    ];
    let refresh = number(&|one| one.refresh_token.is_some());
    let code = number(&|one| one.authorization_code.is_some());
    let with_email = number(&|one| has(one, "email"));
    let unknown = [
        (
            "PKCE is unknown",
            number(&|one| {
                one.authorization_code
                    .as_ref()
                    .is_some_and(|grant| grant.pkce.status == Pkce::Unknown)
            }),
            code,
            "providers with logins",
        ),
        (
            "rotation is unknown",
            number(&|one| {
                one.refresh_token
                    .as_ref()
                    .is_some_and(|grant| grant.rotation == Rotation::Unknown)
            }),
            refresh,
            "providers that refresh",
        ),
        (
            "no error code is known",
            number(&|one| one.errors.is_empty() && one.refusals.is_empty()),
            providers.len(),
            "providers",
        ),
        (
            "nothing is known of users",
            number(&|one| one.user.is_none()),
            providers.len(),
            "providers",
        ),
        (
            "nobody says whether e-mail addresses are verified",
            number(&|one| has(one, "email") && !has(one, "email_verified")),
            with_email,
            "providers that tell one",
        ),
        (
            "nothing is known of registration",
            number(&|one| one.registration.is_none()),
            providers.len(),
            "providers",
        ),
        (
            "no request or response is an example",
            number(&|one| one.examples.is_empty()),
            providers.len(),
            "providers",
        ),
    ];
    let of_unknown = unknown.map(|(what, some, all, of)| (what, format!("{some} of {all} {of}")));
    rows.extend(of_unknown);
    let dates = providers
        .iter()
        .flat_map(|one| one.sources.iter().map(move |page| (one, page)));
    if let Some((provider, page)) =
        dates.min_by(|(_, one), (_, other)| one.checked.cmp(&other.checked))
    {
        rows.push((
            "oldest reading",
            format!("{}, {}", page.checked, provider.id),
        ));
    }
    let width = rows
        .iter()
        .map(|(what, _)| what.len())
        .max()
        .unwrap_or_default();
    rows.iter().fold(String::new(), |mut text, (what, value)| {
        let _ = writeln!(text, "{what:width$}  {value}");
        text
    })
}

fn has(provider: &Provider, claim: &str) -> bool {
    let user = provider.user.as_ref();
    let is = |one: &Claim| one.name.word() == claim;
    user.is_some_and(|user| user.value.claims.iter().any(is))
}

fn share(some: usize, all: usize) -> String {
    let percent = some * 100 / all.max(1);
    format!("{some}, {percent} %")
}
