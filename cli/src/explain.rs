//! What the generator has understood of a spec, for whoever reviews one.

mod left_out;

use std::collections::{BTreeMap, BTreeSet};

use oauth_atlas_codegen::facts::facts;
use oauth_atlas_codegen::model::{OperationKind, Provider, Scope};
use oauth_atlas_codegen::prose::code;

use crate::document::{Command, Document, Item};
use crate::failure::Failure;
use crate::mistakes::count;
use crate::requests::{self, Request};

/// How many scopes are shown unless all are asked for.
const SCOPES: usize = 5;

/// What is asked for beside the provider.
#[derive(Clone, Copy, Debug)]
pub struct Options<'o> {
    /// The environment of the requests; the default is the provider's first.
    pub environment: Option<&'o str>,
    /// Whether every scope is listed.
    pub all_scopes: bool,
}

/// The explanation of a provider.
///
/// # Errors
///
/// When a request cannot be built, so that no generated client could send it.
pub fn explain(provider: &Provider, options: Options) -> Result<Document, Failure> {
    let requests = match options.environment {
        Some(name) => requests::in_environment(provider, name),
        None => requests::of(provider),
    };
    let requests = requests.map_err(|error| {
        Failure::Findings(format!(
            "{}: a request that clients should send cannot be built: {error}",
            provider.path
        ))
    })?;
    let mut document = Document::default();
    title(&mut document, provider);
    said(&mut document, provider);
    unproven(&mut document, provider);
    left(&mut document, provider);
    hosts(&mut document, provider, options.environment);
    scopes(&mut document, provider, options.all_scopes);
    remarks(&mut document, provider);
    disagreements(&mut document, provider);
    commands(&mut document, provider, options.environment, &requests);
    Ok(document)
}

fn title(document: &mut Document, provider: &Provider) {
    document.heading(format!("{}, {}", provider.name, provider.summary));
    let counts = [
        ("error code", provider.errors.len()),
        ("limit", provider.limits.len()),
        ("conflict", provider.conflicts.len()),
        ("note", provider.notes.len()),
        ("example", provider.examples.len()),
    ];
    let counts = counts.map(|(noun, number)| count(number, noun));
    document.pairs(
        [
            ("module", format!("`{}`", provider.id)),
            ("spec", provider.path.clone()),
            ("documentation", provider.documentation.clone()),
            ("sources", days(provider)),
            ("contains", counts.join(", ")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec(),
    );
}

/// How many sources there are, and when they were read.
fn days(provider: &Provider) -> String {
    let days: BTreeSet<_> = provider.sources.iter().map(|one| &one.checked).collect();
    let read = match (days.first(), days.last()) {
        (Some(first), Some(last)) if first != last => format!(", read from {first} to {last}"),
        (Some(only), _) => format!(", read on {only}"),
        (None, _) => String::new(),
    };
    format!("{}{read}", provider.sources.len())
}

/// Something that a spec says.
struct Said {
    about: String,
    text: String,
    sources: Vec<String>,
}

fn said(document: &mut Document, provider: &Provider) {
    document.heading("Facts");
    document.items(items(provider, facts_said(provider)));
}

fn items(provider: &Provider, said: Vec<Said>) -> Vec<Item> {
    let items = said.into_iter().map(|one| Item {
        remark: pages(provider, &one.sources),
        name: one.about,
        text: one.text,
    });
    items.collect()
}

fn facts_said(provider: &Provider) -> Vec<Said> {
    let facts = facts(provider).into_iter().filter(|fact| fact.is_said);
    let facts = facts.map(|fact| Said {
        about: fact.about,
        text: fact.text,
        sources: fact.sources,
    });
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    let options = options.map(|option| {
        let values = match option.values.as_slice() {
            [] => format!("any {}", option.r#type.word()),
            values => {
                let values: Vec<_> = values.iter().map(|value| code(value)).collect();
                values.join(", ")
            }
        };
        let required = if option.required { ", required" } else { "" };
        Said {
            about: format!("{} of a login", code(&option.name)),
            text: format!("{values}{required}. {}", option.description),
            sources: option.sources.clone(),
        }
    });
    facts.chain(options).collect()
}

fn errors_said(provider: &Provider) -> Vec<Said> {
    let errors = provider.errors.iter().map(|error| {
        let status = error.status.map(|status| format!("HTTP {status}."));
        let description = error.description.clone();
        let parts = status.into_iter().chain(description);
        let parts: Vec<_> = parts.chain([error.hint.clone()]).collect();
        Said {
            about: format!("error {}", code(&error.code)),
            text: parts.join(" "),
            sources: error.sources.clone(),
        }
    });
    errors.collect()
}

fn limits_said(provider: &Provider) -> Vec<Said> {
    let limits = provider.limits.iter().map(|limit| Said {
        about: "limit".to_owned(),
        text: limit.text.clone(),
        sources: limit.sources.clone(),
    });
    limits.collect()
}

fn notes_said(provider: &Provider) -> Vec<Said> {
    let notes = provider.notes.iter().map(|note| Said {
        about: "note".to_owned(),
        text: format!("{} {}", note.text, note.reason),
        sources: note.sources.clone(),
    });
    notes.collect()
}

/// What no client does anything about.
fn remarks(document: &mut Document, provider: &Provider) {
    for (heading, said) in [
        ("Error codes", errors_said(provider)),
        ("Limits", limits_said(provider)),
        ("Notes", notes_said(provider)),
    ] {
        if !said.is_empty() {
            document.heading(heading);
            document.items(items(provider, said));
        }
    }
}

/// The titles of sources and the days on which they were read.
fn pages(provider: &Provider, sources: &[String]) -> Option<String> {
    let cited = |name: &String| provider.sources.iter().find(|source| source.name == *name);
    let mut by_day: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources.iter().filter_map(cited) {
        let title = match &source.state {
            Some(state) => format!("{} ({state})", source.title),
            None => source.title.clone(),
        };
        by_day.entry(&source.checked).or_default().push(title);
    }
    let days = by_day
        .iter()
        .map(|(day, titles)| format!("{}, read on {day}", titles.join("; ")));
    let days: Vec<_> = days.collect();
    (!days.is_empty()).then(|| format!("source: {}", days.join("; ")))
}

/// What is said, and nobody knows where it was said before.
fn unproven(document: &mut Document, provider: &Provider) {
    document.heading("Facts without a source");
    if let [only] = provider.sources.as_slice() {
        document.text(format!(
            "None: everything is from {}, read on {}.",
            only.title, only.checked
        ));
        return;
    }
    let said = facts_said(provider)
        .into_iter()
        .chain(errors_said(provider))
        .chain(limits_said(provider))
        .chain(notes_said(provider));
    let unproven: Vec<_> = said.filter(|one| one.sources.is_empty()).collect();
    if unproven.is_empty() {
        document.text("None.");
    } else {
        document.items(items(provider, unproven));
    }
}

fn left(document: &mut Document, provider: &Provider) {
    let left = left_out::left_out(provider);
    for (title, is_standard) in [
        ("Not stated: the standard applies", true),
        ("Not stated: unknown", false),
    ] {
        let pairs = left.iter().filter(|one| one.is_standard == is_standard);
        let pairs: Vec<_> = pairs
            .map(|one| (one.what.clone(), one.instead.clone()))
            .collect();
        if !pairs.is_empty() {
            document.heading(title);
            document.pairs(pairs);
        }
    }
}

/// The endpoints, in each environment or in the one that is asked for.
fn hosts(document: &mut Document, provider: &Provider, environment: Option<&str>) {
    let authorization = provider.authorization.as_ref();
    let authorization = authorization.map(|endpoint| ("authorization".to_owned(), &endpoint.url));
    let called = provider
        .called_endpoints()
        .map(|(kind, endpoint)| (kind.name().to_owned(), &endpoint.url));
    let api = provider.api.url.iter().map(|url| ("API".to_owned(), url));
    let urls: Vec<_> = authorization.into_iter().chain(called).chain(api).collect();
    if provider.environments.is_empty() {
        document.heading("Endpoints");
        let urls = urls
            .iter()
            .map(|(name, url)| (name.clone(), (*url).clone()));
        document.pairs(urls.collect());
    }
    for one in &provider.environments {
        if environment.is_some_and(|name| name != one.name) {
            continue;
        }
        document.heading(format!("Endpoints, {}", one.name));
        let urls = urls
            .iter()
            .map(|(name, url)| (name.clone(), one.fill_in(url)));
        document.pairs(urls.collect());
    }
}

fn scopes(document: &mut Document, provider: &Provider, all: bool) {
    let scopes = &provider.scopes;
    let partial = match scopes.of {
        Some(all) => format!(" of {all}"),
        None if scopes.partial => " of more".to_owned(),
        None => String::new(),
    };
    document.heading(match scopes.values.len() {
        0 => "Scopes".to_owned(),
        number => format!("{}{partial}", count(number, "scope")),
    });
    if scopes.values.is_empty() {
        document.text("None published.");
    } else {
        listed(document, &scopes.values, all);
    }
    for group in &scopes.groups {
        document.heading(format!(
            "{} in {}, separated by a {}",
            count(group.values.len(), "scope"),
            code(&group.parameter),
            group.separator.word()
        ));
        listed(document, &group.values, all);
    }
}

fn listed(document: &mut Document, scopes: &[Scope], all: bool) {
    let shown = if all { scopes.len() } else { SCOPES };
    let pair = |scope: &Scope| {
        let required = if scope.required {
            " Always requested."
        } else {
            ""
        };
        let deprecated = match &scope.deprecated {
            Some(instead) => format!(" Deprecated: {instead}"),
            None => String::new(),
        };
        (
            code(&scope.name),
            format!("{}{required}{deprecated}", scope.description),
        )
    };
    document.pairs(scopes.iter().take(shown).map(pair).collect());
    if scopes.len() > shown {
        let more = scopes.len() - shown;
        document.text(format!("… and {more} more, with `--scopes`."));
    }
}

fn disagreements(document: &mut Document, provider: &Provider) {
    if provider.conflicts.is_empty() {
        return;
    }
    document.heading("Where the sources disagree");
    let items = provider.conflicts.iter().map(|conflict| {
        let taken = conflict.versions.iter().find(|version| version.taken);
        let taken = taken.map(|version| format!("taken: {}", version.text.trim_end_matches('.')));
        let others = conflict.versions.iter().filter(|version| !version.taken);
        let others = others.map(|version| {
            let choice = if version.selectable {
                ", selectable"
            } else {
                ""
            };
            let text = version.text.trim_end_matches('.');
            match pages(provider, &version.sources) {
                Some(pages) => format!("not taken: {text}{choice} ({pages})"),
                None => format!("not taken: {text}{choice}"),
            }
        });
        Item {
            name: conflict.about.clone(),
            text: format!("{}. {}", taken.unwrap_or_default(), conflict.reason),
            remark: Some(others.collect::<Vec<_>>().join("; ")),
        }
    });
    document.items(items.collect());
}

/// The requests. Where both client types send the same, it is shown once.
fn commands(
    document: &mut Document,
    provider: &Provider,
    environment: Option<&str>,
    requests: &[Request],
) {
    let mut commands: Vec<(&Request, Vec<&str>)> = Vec::new();
    for request in requests {
        let mut known = commands.iter_mut();
        match known.find(|(other, _)| request.is_like(other)) {
            Some((_, clients)) => clients.push(request.client.word()),
            None => commands.push((request, vec![request.client.word()])),
        }
    }
    let first = provider.environments.first();
    let environment = environment.or(first.map(|environment| environment.name.as_str()));
    document.heading(match environment {
        Some(name) => format!("Requests, {name}"),
        None => "Requests".to_owned(),
    });
    document.text(
        "As clients send them. `$NAMES` are your values, as shell variables. The scopes are the first \
         of the list, and the values of URL variables are the examples of the spec.",
    );
    let commands = commands.into_iter().map(|(request, clients)| Command {
        title: format!("{} ({})", request.title(), clients.join(", ")),
        remark: request.note.clone(),
        text: shown(request),
    });
    document.commands(commands.collect());
}

/// A command; or, for a browser, the address.
fn shown(request: &Request) -> String {
    if request.operation == OperationKind::Authorize {
        request.url.replacen('?', "\n  ?", 1).replace('&', "\n  &")
    } else {
        request.curl()
    }
}
