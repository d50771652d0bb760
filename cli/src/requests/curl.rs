//! A request as a `curl` command for a POSIX shell.

use std::fmt::Write;

use oauth_atlas_runtime::{Url, is_loopback};

use super::placeholder::{Piece, is_in, pieces};
use super::{Content, Recorded, in_base64};

/// The command, one argument a line. Values of the user's are shell variables.
pub(super) fn command(request: &Recorded) -> String {
    let mut command = "curl".to_owned();
    let (url, query) = split_query(&request.url);
    let has_body = !matches!(request.content, Content::None);
    let query_option = match has_body {
        true => "--url-query",
        // Older than `--url-query`, and the same without a body.
        false => "--data-urlencode",
    };
    if !query.is_empty() && !has_body {
        command += " --get";
    }
    if request.method != if has_body { "POST" } else { "GET" } {
        let _ = write!(command, " --request {}", request.method);
    }
    // Brackets and braces mean sets of URLs to curl.
    if url.contains(['[', ']', '{', '}']) {
        command += " --globoff";
    }
    // A proxy is another machine, and would see the credentials in clear.
    if Url::parse(url).is_ok_and(|url| is_loopback(&url)) {
        command += " --noproxy '*'";
    }
    let _ = write!(command, " {}", quoted(url));
    let mut arguments = vec![command];
    if let Some(pair) = &request.basic {
        arguments.push(format!("--user {}", quoted(pair)));
    }
    for (name, value) in &request.headers {
        if is_implied(request, name, value) {
            continue;
        }
        if let Some((before, text)) = in_base64(value) {
            let before = quoted(&format!("{name}: {before}"));
            let text = quoted(&text);
            // Not every `base64` knows how to leave out the line ends that it adds.
            arguments.push(format!(
                "--header {before}\"$(printf %s {text} | base64 | tr -d '\\n')\""
            ));
        } else {
            // A header without a value is written with a semicolon.
            let header = match value.as_str() {
                "" => format!("{name};"),
                value => format!("{name}: {value}"),
            };
            arguments.push(format!("--header {}", quoted(&header)));
        }
    }
    for (name, value) in query {
        arguments.push(format!("{query_option} {}", pair(name, &value)));
    }
    let mut document = String::new();
    match &request.content {
        Content::None => {}
        Content::Form(body) => {
            for (name, value) in pairs(body) {
                arguments.push(format!("--data-urlencode {}", pair(name, &value)));
            }
        }
        Content::Json(body) => {
            arguments.push("--data @- <<END".to_owned());
            document = format!("\n{}\nEND", expanded(&pieces(body), None));
        }
    }
    arguments.join(" \\\n  ") + &document
}

/// Whether curl sends the header without being told.
fn is_implied(request: &Recorded, name: &str, value: &str) -> bool {
    match name {
        "authorization" => request.basic.is_some(),
        "content-type" => {
            matches!(request.content, Content::Form(_))
                && value == "application/x-www-form-urlencoded"
        }
        _ => false,
    }
}

/// The URL as an argument of its own, and the pairs that curl is to encode: all of the query, where
/// a part of it is the user's.
fn split_query(url: &str) -> (&str, Vec<(&str, String)>) {
    // No client sends what follows the `#`.
    let (sent, fragment) = url.split_once('#').unwrap_or((url, ""));
    match sent.split_once('?') {
        Some((before, query)) if is_in(query) => (before, pairs(query)),
        _ if is_in(fragment) => (sent, Vec::new()),
        _ => (url, Vec::new()),
    }
}

/// The pairs of a query or a form: names as they stand, values decoded.
fn pairs(form: &str) -> Vec<(&str, String)> {
    let pairs = form.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (name, decoded(value))).collect()
}

fn decoded(value: &str) -> String {
    let value = format!("={value}");
    let mut pairs = form_urlencoded::parse(value.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// `name=value` for curl, which encodes the value and takes the name as it is.
fn pair(name: &str, value: &str) -> String {
    quoted(&format!("{name}={value}"))
}

/// One word of a shell command.
pub(super) fn quoted(text: &str) -> String {
    let pieces = pieces(text);
    if !is_in(text) {
        return single_quoted(text);
    }
    // An interactive shell takes `!` for its history, even in double quotes.
    if text.contains('!') {
        let words = pieces.iter().map(|piece| match piece {
            Piece::Literal(literal) => single_quoted(literal),
            Piece::Variable { name, .. } => format!("\"${name}\""),
        });
        return words.collect();
    }
    format!("\"{}\"", expanded(&pieces, Some('"')))
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text in which the shell expands the placeholders and nothing else. `end` would end it.
pub(super) fn expanded(pieces: &[Piece], end: Option<char>) -> String {
    let mut text = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => {
                for character in literal.chars() {
                    if matches!(character, '$' | '`' | '\\') || end == Some(character) {
                        text.push('\\');
                    }
                    text.push(character);
                }
            }
            Piece::Variable { name, .. } => {
                let next = match pieces.get(index + 1) {
                    Some(Piece::Literal(literal)) => literal.chars().next(),
                    _ => None,
                };
                let is_continued = next
                    .is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '['));
                let _ = match is_continued {
                    true => write!(text, "${{{name}}}"),
                    false => write!(text, "${name}"),
                };
            }
        }
    }
    text
}
