//! Changes of specs that a person could make: lines removed, doubled, moved, misspelt, and values
//! and blocks of other specs in their place, or where those have them. Changes of single bytes hardly
//! ever leave YAML.

use std::fs;
use std::path::Path;

use fastrand::Rng;
use oauth_atlas_codegen::guide::Guide;

/// Words that have broken generators: Rust's own, those of the generated modules, and YAML's.
const WORDS: &[&str] = &[
    "self",
    "Self",
    "type",
    "2fa",
    "*",
    "''",
    "~",
    "null",
    "true",
    "12",
    "1e999",
    "-",
    "{",
    "[",
    "]",
    "}",
    "*a",
    "&a",
    "&a *a",
    "<<",
    "!",
    "!t",
    "|",
    ">",
    "'",
    "\"",
    "#",
    "%",
    "@",
    "`",
    "\t",
    "---",
    "...",
    "? ",
    ": ",
    "\u{feff}",
    "ü",
    "½",
    "日本",
    "e\u{301}",
    "\u{2028}",
    "\u{85}",
    "\r",
    "\0",
    "new",
    "call_api",
    "clone",
    "core",
    "client_id",
    "client_secret",
    "client",
    "authorize",
    "environment",
    "scope",
    "provider",
    "runtime",
    "string",
    "result",
    "option",
    "into",
    "err",
    "start",
    "param",
    "offline",
    "api_headers",
    "origin",
    "token_source",
    "{client_id}",
    "{tenant}",
    "{",
    "https://",
    "https://{host}/",
    "http://a.example",
    "```",
    "    code",
    "[a](b)",
    "*/",
    "\\",
    "\\u0000",
    "none",
    "never",
    "unknown",
    "99999999999999999999d",
    "2026-02-30",
    "a.b",
    "*.com",
];

/// Where changes take their material from.
pub struct Material {
    specs: Vec<Vec<String>>,
    lines: Vec<String>,
    words: Vec<String>,
}

impl Material {
    /// The lines of every spec in `folders`, and the keys and words of the language.
    pub fn new(folders: &[&Path]) -> Self {
        let mut specs = Vec::new();
        let mut paths: Vec<_> = folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).expect("a readable folder"))
            .map(|entry| entry.expect("a readable entry").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).expect("a readable spec");
            let text = String::from_utf8_lossy(&bytes);
            specs.push(text.lines().map(str::to_owned).collect::<Vec<_>>());
        }
        let lines = specs.concat();
        let guide = Guide::new();
        let keys = guide.records.iter().flat_map(|record| &record.keys);
        let mut words: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
        for key in keys {
            words.push(key.name.to_owned());
            let shape = key.shape.to_string();
            words.extend(shape.split('`').skip(1).step_by(2).map(str::to_owned));
        }
        words.sort();
        words.dedup();
        Self {
            specs,
            lines,
            words,
        }
    }

    /// The text with one to three changes; the same for the same state of `rng`.
    pub fn change(&self, text: &str, rng: &mut Rng) -> String {
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        for _ in 0..rng.usize(1..=3) {
            self.change_once(&mut lines, rng);
        }
        lines.join("\n")
    }

    fn change_once(&self, lines: &mut Vec<String>, rng: &mut Rng) {
        let at = rng.usize(..lines.len());
        let word = &self.words[rng.usize(..self.words.len())];
        match rng.u8(..16) {
            0 if lines.len() > 1 => {
                lines.remove(at);
            }
            1 => {
                let block = block(lines, at);
                let to = rng.usize(..=lines.len());
                let copy: Vec<_> = lines[block].to_vec();
                lines.splice(to..to, copy);
            }
            2 => {
                let other = rng.usize(..lines.len());
                lines.swap(at, other);
            }
            3 => lines[at].insert_str(0, if rng.bool() { "  " } else { "\t" }),
            4 => {
                let spaces = lines[at].len() - lines[at].trim_start_matches(' ').len();
                lines[at].replace_range(..spaces.min(2), "");
            }
            5 => {
                // Another key: what stands before the colon.
                if let Some(end) = lines[at].find(':') {
                    let start = lines[at].len() - lines[at].trim_start().len();
                    if start <= end {
                        lines[at].replace_range(start..end, word);
                    }
                }
            }
            6 => {
                // Another value: what stands behind it.
                if let Some(end) = lines[at].find(": ") {
                    lines[at].truncate(end + 2);
                    lines[at].push_str(word);
                }
            }
            7 => {
                // Another word anywhere in the line.
                let parts: Vec<_> = lines[at].split(' ').map(str::to_owned).collect();
                let changed = rng.usize(..parts.len());
                let parts: Vec<_> = parts
                    .iter()
                    .enumerate()
                    .map(|(index, part)| if index == changed { word } else { part })
                    .map(String::as_str)
                    .collect();
                lines[at] = parts.join(" ");
            }
            8 => {
                let mut place = rng.usize(..=lines[at].len());
                while !lines[at].is_char_boundary(place) {
                    place -= 1;
                }
                lines[at].insert_str(place, word);
            }
            9 => {
                let block = block(lines, at);
                if block.len() < lines.len() {
                    lines.drain(block);
                }
            }
            _ if self.lines.is_empty() => {}
            10 | 11 => {
                // A line of another spec, at the depth that it has there, with what is below it.
                let from = rng.usize(..self.lines.len());
                let block = block(&self.lines, from);
                let copy: Vec<_> = self.lines[block].iter().take(12).cloned().collect();
                lines.splice(at..at, copy);
            }
            // Most often accepted, and then what no provider has together.
            _ => self.graft(lines, rng),
        }
    }

    /// What another spec says under a key, under the same key here.
    fn graft(&self, lines: &mut Vec<String>, rng: &mut Rng) {
        let other = &self.specs[rng.usize(..self.specs.len())];
        if other.is_empty() {
            return;
        }
        let from = rng.usize(..other.len());
        let Some(path) = path(other, from) else {
            return;
        };
        let copy = other[block(other, from)].to_vec();
        let (_, parents) = path.split_last().expect("the key itself");
        if let Some(at) = find(lines, &path) {
            let replaced = block(lines, at);
            lines.splice(replaced, copy);
        } else if parents.is_empty() {
            lines.extend(copy);
        } else if let Some(parent) = find(lines, parents)
            && lines[parent].ends_with(':')
        {
            lines.splice(parent + 1..parent + 1, copy);
        }
    }
}

/// The key that a line begins with, and how deep it stands.
fn key(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches(' ');
    let (key, _) = text.split_once(':')?;
    let is_key = !key.is_empty() && !key.starts_with(['#', '-', '{', '"', '\'']);
    is_key.then_some((line.len() - text.len(), key))
}

/// The keys that lead to a line, its own the last.
fn path(lines: &[String], at: usize) -> Option<Vec<&str>> {
    let (mut depth, own) = key(&lines[at])?;
    let mut path = vec![own];
    for line in lines[..at].iter().rev() {
        if depth == 0 {
            break;
        }
        let below = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() || below >= depth {
            continue;
        }
        let (above, key) = key(line)?;
        depth = above;
        path.push(key);
    }
    path.reverse();
    Some(path)
}

/// The line that these keys lead to.
fn find(lines: &[String], path: &[&str]) -> Option<usize> {
    let mut range = 0..lines.len();
    let mut found = None;
    for wanted in path {
        let at = range.clone().find(|at| {
            key(&lines[*at]).is_some_and(|(depth, key)| {
                let is_level = found.is_some() || depth == 0;
                is_level && key == *wanted
            })
        })?;
        found = Some(at);
        range = at + 1..block(lines, at).end;
    }
    found
}

/// A line, and the deeper ones below it.
fn block(lines: &[String], start: usize) -> std::ops::Range<usize> {
    let depth = |line: &String| line.len() - line.trim_start().len();
    let top = depth(&lines[start]);
    let below = lines[start + 1..]
        .iter()
        .take_while(|line| depth(line) > top)
        .count();
    start..start + 1 + below
}
