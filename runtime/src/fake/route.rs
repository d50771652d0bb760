//! Which endpoint a path is: a URL of the spec, whose variables stand for any value that the spec
//! allows. Hosts do not count, as all of a provider's are at one origin here.

use std::borrow::Cow;

use percent_encoding::percent_decode;

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
        self.alternatives
            .iter()
            .find_map(|pieces| values(pieces, path.as_bytes()))
    }
}

/// The URL with and without each variable that may be left out together with its segment.
pub(super) fn without_optional(url: &str, description: &Description) -> Vec<String> {
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

/// The values of the variables where the path is these pieces.
///
/// Which pieces can make up which ends of the path is found out from the last piece to the first, so
/// that the time grows with the length of the path, however many variables there are.
fn values(pieces: &[Piece], path: &[u8]) -> Option<Pairs> {
    let mut tails = vec![{
        let mut tail = vec![false; path.len() + 1];
        tail[path.len()] = true;
        tail
    }];
    for piece in pieces.iter().rev() {
        let tail = piece.starts(path, &tails[tails.len() - 1]);
        tails.push(tail);
    }
    tails.reverse();
    if !tails[0][0] {
        return None;
    }

    let mut values = Vec::new();
    let mut start = 0;
    for (piece, tail) in pieces.iter().zip(&tails[1..]) {
        let end = piece.end(path, start, tail)?;
        if let Piece::BasePath(name) | Piece::Value(name, _) = piece {
            values.push((name.clone(), decoded(&path[start..end]).into_owned()));
        }
        start = end;
    }
    Some(values)
}

impl Piece {
    /// Where in the path this piece can start: a piece that ends where `tail` is true.
    fn starts(&self, path: &[u8], tail: &[bool]) -> Vec<bool> {
        match self {
            Self::Text(_) => (0..tail.len())
                .map(|start| self.end(path, start, tail).is_some())
                .collect(),
            Self::BasePath(_) => {
                let last = tail.iter().rposition(|is_end| *is_end);
                (0..tail.len())
                    .map(|start| last.is_some_and(|last| start <= last))
                    .collect()
            }
            Self::Value(_, allowed) if allowed.is_empty() => {
                let mut starts = vec![false; tail.len()];
                for start in (0..path.len()).rev() {
                    starts[start] = path[start] != b'/' && (tail[start + 1] || starts[start + 1]);
                }
                starts
            }
            Self::Value(..) => (0..tail.len())
                .map(|start| self.end(path, start, tail).is_some())
                .collect(),
        }
    }

    /// The nearest end of this piece at which `tail` is true.
    fn end(&self, path: &[u8], start: usize, tail: &[bool]) -> Option<usize> {
        match self {
            Self::Text(text) => {
                let end = start + text.len();
                (path[start..].starts_with(text.as_bytes()) && tail[end]).then_some(end)
            }
            Self::BasePath(_) => (start..tail.len()).find(|end| tail[*end]),
            Self::Value(_, allowed) => {
                let rest = &path[start..];
                let segment = rest.split(|byte| *byte == b'/').next().unwrap_or(rest);
                // A byte that is escaped takes three.
                let longest = allowed.iter().map(|one| 3 * one.len()).max();
                let longest = longest.unwrap_or(segment.len()).min(segment.len());
                (1..=longest)
                    .filter(|length| tail[start + length])
                    .find(|length| {
                        allowed.is_empty()
                            || allowed.contains(&decoded(&segment[..*length]).into_owned())
                    })
                    .map(|length| start + length)
            }
        }
    }
}

fn decoded(value: &[u8]) -> Cow<'_, str> {
    percent_decode(value).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::{Piece, Route, values};
    use crate::fake::description::{Description, VariableKind};
    use crate::provider::owned::{Environment, Variable};

    fn variable(name: &str, kind: VariableKind) -> Variable {
        Variable {
            name: name.to_owned(),
            kind,
            ..Variable::default()
        }
    }

    fn described(variables: Vec<Variable>) -> Description {
        Description {
            variables,
            ..Description::default()
        }
    }

    fn route(url: &str, variables: Vec<Variable>) -> Route {
        let ids = ["id/1".to_owned(), "other".to_owned()];
        Route::new(url, &described(variables), &ids)
    }

    /// The names and values in a path.
    fn told(route: &Route, path: &str) -> Option<String> {
        let values = route.values(path)?;
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert!(route.is(path), "{path}");
        Some(values.join(" "))
    }

    #[test]
    fn a_url_is_the_path_behind_its_host() {
        let plain = route("https://acme.example/oauth/token?x=1&y=a+b", Vec::new());
        assert_eq!(plain.shown, "/oauth/token");
        let query = [("x", "1"), ("y", "a b")];
        assert_eq!(
            plain.query,
            query.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert!(plain.is("/oauth/token") && !plain.is("/oauth/tokens") && !plain.is("/token"));
        let bare = route("https://acme.example", Vec::new());
        assert_eq!((bare.shown.as_str(), bare.is("/")), ("/", true));
        assert!(bare.query.is_empty());
    }

    #[test]
    fn each_environment_has_its_own_path() {
        let environment = |host: &str| Environment {
            hosts: vec![("login".to_owned(), host.to_owned())],
            ..Environment::default()
        };
        let description = Description {
            environments: vec![
                environment("https://acme.example/v1"),
                environment("https://sandbox.example/v2"),
            ],
            ..Description::default()
        };
        let route = Route::new("{login}/token", &description, &[]);
        assert!(route.is("/v1/token") && route.is("/v2/token"));
        assert!(!route.is("/token") && !route.is("/v3/token"));
    }

    #[test]
    fn what_may_be_left_out_takes_its_segment_along() {
        let language = || Variable {
            optional: true,
            ..variable("language", VariableKind::Segment)
        };
        let inside = route("https://acme.example/a/{language}/token", vec![language()]);
        assert_eq!(inside.shown, "/a/token");
        assert_eq!(told(&inside, "/a/token").as_deref(), Some(""));
        assert_eq!(
            told(&inside, "/a/en%2Dus/token").as_deref(),
            Some("language=en-us")
        );
        assert_eq!(told(&inside, "/a//token"), None);
        assert_eq!(told(&inside, "/token"), None);
        let last = route("https://acme.example/token/{language}", vec![language()]);
        assert_eq!(told(&last, "/token").as_deref(), Some(""));
        assert_eq!(told(&last, "/token/en").as_deref(), Some("language=en"));
        let needed = variable("language", VariableKind::Segment);
        let needed = route("https://acme.example/token/{language}", vec![needed]);
        assert_eq!(needed.shown, "/token/{language}");
        assert_eq!(told(&needed, "/token"), None);
    }

    #[test]
    fn names_stand_for_what_their_kind_allows() {
        let server = variable("server", VariableKind::BaseUrl);
        let own = route("{server}/token", vec![server]);
        assert_eq!(own.shown, "{server}/token");
        assert_eq!(
            told(&own, "/auth/realm/token").as_deref(),
            Some("server=/auth/realm")
        );
        let region = Variable {
            values: vec!["eu".to_owned(), "us".to_owned()],
            ..variable("region", VariableKind::OneOf)
        };
        let region = route("https://acme.example/{region}/token", vec![region]);
        assert_eq!(told(&region, "/eu/token").as_deref(), Some("region=eu"));
        assert_eq!(told(&region, "/asia/token"), None);
        // The clients that are registered.
        let client = route("https://acme.example/apps/{client_id}", Vec::new());
        assert_eq!(
            told(&client, "/apps/id%2F1").as_deref(),
            Some("client_id=id/1")
        );
        assert_eq!(
            told(&client, "/apps/other").as_deref(),
            Some("client_id=other")
        );
        assert_eq!(told(&client, "/apps/stranger"), None);
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn value(name: &str, allowed: &[&str]) -> Piece {
        Piece::Value(
            name.to_owned(),
            allowed.iter().map(|&one| one.to_owned()).collect(),
        )
    }

    fn found(pieces: &[Piece], path: &str) -> Option<Vec<String>> {
        let values = values(pieces, path.as_bytes())?;
        Some(values.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn a_value_ends_where_what_follows_fits() {
        let pieces = [text("/"), value("a", &[]), text("-"), value("b", &[])];
        assert_eq!(found(&pieces, "/x-y-z").unwrap(), ["x", "y-z"]);
        assert_eq!(found(&pieces, "/x"), None);
        assert_eq!(found(&pieces, "/x-y/z"), None);
        // What looks like the end of the first is none where the second would be no value of its own.
        let pieces = [value("a", &[]), text("-"), value("b", &["z"])];
        assert_eq!(found(&pieces, "x-y-z").unwrap(), ["x-y", "z"]);
    }

    #[test]
    fn an_allowed_value_is_compared_decoded() {
        let pieces = [value("a", &["ab", "a/b", "abcd"]), text("/token")];
        assert_eq!(found(&pieces, "ab/token").unwrap(), ["ab"]);
        assert_eq!(found(&pieces, "%61%62/token").unwrap(), ["ab"]);
        assert_eq!(found(&pieces, "a%2Fb/token").unwrap(), ["a/b"]);
        assert_eq!(found(&pieces, "%61%62%63%64/token").unwrap(), ["abcd"]);
        assert_eq!(found(&pieces, "abc/token"), None);
    }

    #[test]
    fn a_base_path_has_any_number_of_segments() {
        let pieces = [Piece::BasePath("server".to_owned()), text("/token")];
        assert_eq!(found(&pieces, "/token").unwrap(), [""]);
        assert_eq!(
            found(&pieces, "/auth/realm/token").unwrap(),
            ["/auth/realm"]
        );
        assert_eq!(found(&pieces, "/auth/token/more"), None);
        let server = || Piece::BasePath("server".to_owned());
        let pieces = [server(), text("/"), value("a", &[])];
        assert_eq!(found(&pieces, "/x/y").unwrap(), ["/x", "y"]);
    }

    #[test]
    fn many_variables_cost_no_more_than_few() {
        let pieces: Vec<_> = (0..50)
            .flat_map(|_| [value("x", &[]), text("a")])
            .chain([text("end")])
            .collect();
        let path = "a".repeat(10_000);
        assert_eq!(found(&pieces, &path), None);
        assert_eq!(found(&pieces, &(path + "end")).unwrap().len(), 50);
    }
}
