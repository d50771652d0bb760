//! Which endpoint a path is: a URL of the spec, whose variables stand for any value that the spec
//! allows. Hosts do not count, as all of a provider's are at one origin here.

use percent_encoding::percent_decode_str;

use crate::fake::description::{Description, Pairs, VariableKind};

/// The paths that a URL of the spec stands for.
pub(super) struct Route {
    alternatives: Vec<Vec<Piece>>,
    /// The shortest of them, with the names of variables in braces.
    pub(super) shown: String,
    /// Pairs of the spec's own query.
    pub(super) query: Vec<(String, String)>,
}

#[derive(Clone)]
enum Piece {
    /// This text.
    Text(String),
    /// The path of the caller's own base URL.
    BasePath(String),
    /// The value of this variable within one segment: one of these where there are any.
    Value(String, Vec<String>),
}

impl Route {
    pub(super) fn new(url: &str, description: &Description, client_ids: &[String]) -> Self {
        let urls: Vec<String> = match description.environments.as_slice() {
            [] => vec![url.to_owned()],
            environments => environments
                .iter()
                .map(|environment| {
                    let mut url = url.to_owned();
                    for (name, host) in &environment.hosts {
                        url = url.replace(&format!("{{{name}}}"), host);
                    }
                    url
                })
                .collect(),
        };
        let mut alternatives = Vec::new();
        let mut query = Vec::new();
        let mut shown = String::new();
        for url in urls {
            let (path, own) = url.split_once('?').unwrap_or((&url, ""));
            query = form_urlencoded::parse(own.as_bytes())
                .into_owned()
                .collect();
            for path in without_optional(path, description) {
                alternatives.push(pieces(&path, description, client_ids));
                shown = on_host(&path).to_owned();
            }
        }
        Self {
            alternatives,
            shown,
            query,
        }
    }

    pub(super) fn is(&self, path: &str) -> bool {
        self.values(path).is_some()
    }

    /// The values of the variables in a path that is one of this route's.
    pub(super) fn values(&self, path: &str) -> Option<Pairs> {
        self.alternatives.iter().find_map(|pieces| {
            let mut values = Vec::new();
            matches(pieces, path, &mut values).then_some(values)
        })
    }
}

/// The URL with and without each variable that may be left out together with its segment.
fn without_optional(url: &str, description: &Description) -> Vec<String> {
    let mut urls = vec![url.to_owned()];
    for variable in description.variables.iter().filter(|one| one.optional) {
        let name = format!("{{{}}}", variable.name);
        let shorter: Vec<_> = urls
            .iter()
            .filter_map(|url| {
                let at = url.find(&name)?;
                let start = url[..at].rfind('/')?;
                let end = url[at..].find('/').map_or(url.len(), |end| at + end);
                Some([&url[..start], &url[end..]].concat())
            })
            .collect();
        urls.extend(shorter);
    }
    urls
}

/// What follows the host.
fn on_host(url: &str) -> &str {
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |start| &rest[start..]),
        None => url,
    }
}

fn pieces(url: &str, description: &Description, client_ids: &[String]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = on_host(url);
    while let Some((text, tail)) = rest.split_once('{') {
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        let variable = description.variables.iter().find(|one| one.name == name);
        pieces.push(match variable {
            Some(variable) if variable.kind == VariableKind::BaseUrl => {
                Piece::BasePath(name.to_owned())
            }
            Some(variable) => Piece::Value(name.to_owned(), variable.values.clone()),
            None => Piece::Value(name.to_owned(), client_ids.to_vec()),
        });
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// Whether the path is these pieces; if it is, with which values.
fn matches(pieces: &[Piece], path: &str, values: &mut Pairs) -> bool {
    let Some((first, others)) = pieces.split_first() else {
        return path.is_empty();
    };
    let before = values.len();
    let mut go_on = |name: &str, value: &str, rest: &str| {
        values.truncate(before);
        let value = percent_decode_str(value).decode_utf8_lossy();
        values.push((name.to_owned(), value.into_owned()));
        matches(others, rest, values)
    };
    match first {
        Piece::Text(text) => match path.strip_prefix(text.as_str()) {
            Some(rest) => matches(others, rest, values),
            None => false,
        },
        Piece::BasePath(name) => (0..=path.len())
            .filter(|start| path.is_char_boundary(*start))
            .any(|start| go_on(name, &path[..start], &path[start..])),
        Piece::Value(name, allowed) => {
            let segment = path.find('/').unwrap_or(path.len());
            (1..=segment).any(|end| {
                let is_allowed = path.get(..end).is_some_and(|value| {
                    let value = percent_decode_str(value).decode_utf8_lossy();
                    allowed.is_empty() || allowed.iter().any(|one| *one == value)
                });
                is_allowed && go_on(name, &path[..end], &path[end..])
            })
        }
    }
}
