//! From the tree to typed values, reporting every mistake on the way and going on.

mod containers;
pub(crate) mod hidden;
mod macros;
mod mismatch;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use oauth_atlas_description::WordsShape;

use crate::language::guide::Guide;
use crate::language::shape::{Form, Scalar, Shape};
use crate::language::words::{alternatives, nearest};
use crate::yaml::diagnostic::{Label, Report};
use crate::yaml::locate::Step;
use crate::yaml::places::Places;
use crate::yaml::source::Source;
use crate::yaml::tree::{Node, NodeId, Tree};

pub(crate) use containers::{Entry, List, Many, Spanned, Table};
use mismatch::Field;

pub(crate) use macros::{described_words, record, words};

/// A type that a node can be read as. `None` means that a mistake was reported.
pub(crate) trait Decode: Sized {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self>;

    /// What a person writes, for the guide to the language and for the schema. A schema may let
    /// pass what `decode` refuses, and must never refuse what `decode` reads.
    fn describe(guide: &mut Guide) -> Shape;
}

/// A place in the file: a node, or the key that names it; or the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Spec,
    At(NodeId),
    /// Some bytes of a text.
    Part(NodeId, usize, usize),
    KeyOf(NodeId),
}

/// One file on its way to a `Spec`: its text, its tree and the mistakes found.
#[derive(Debug)]
pub(crate) struct Reader<'r> {
    pub(crate) language: &'static Language,
    pub(crate) source: &'r Source,
    pub(crate) tree: &'r Tree,
    pub(crate) report: &'r mut Report,
    /// The sources that facts name, checked when all of the spec is read.
    pub(crate) cited: Vec<(String, NodeId)>,
    /// The keys that the spec uses.
    pub(crate) used: Vec<Used>,
    /// The key whose value is read.
    pub(crate) field: Option<Field>,
    /// Looked for when there is a mistake.
    pub(crate) places: OnceCell<Places<'r>>,
    /// The mistakes that are counted only.
    pub(crate) untold: usize,
}

/// A key that a spec uses: its number among all of the language, and the way to it.
pub(crate) type UsedKey = (usize, Vec<Step>);

/// The keys of one record that a spec uses.
#[derive(Debug)]
pub(crate) struct Used {
    record: &'static str,
    /// The number of the record's first key among all of the language.
    start: usize,
    /// For each key of the record, the first value that it has in the spec.
    values: Vec<Option<NodeId>>,
}

/// What mistakes say of the language.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) guide: Guide,
    /// Where keys belong that are easily looked for elsewhere.
    pub(crate) homes: &'static [(&'static str, &'static [&'static str])],
    /// What others call a key, and its path here.
    pub(crate) aliases: &'static [(&'static str, &'static str)],
    /// What is no part of a spec, and why.
    pub(crate) foreign: &'static [(&'static str, &'static str)],
    /// What others write for a word: what the word is, theirs, and what to do.
    pub(crate) words: &'static [(&'static str, &'static str, &'static str)],
}

/// A key that is none here.
enum Meant {
    /// This one of the record.
    Key(&'static str),
    /// One elsewhere, by its path.
    Path(&'static str),
    /// None at all, and why.
    Nothing(&'static str),
}

impl Language {
    /// What a key means that others have, where `keys` are possible.
    fn meant(&self, key: &str, keys: &[&str]) -> Option<Meant> {
        let normal = key.replace('-', "_").to_lowercase();
        let plain = normal.replace('_', "");
        let is_same = |other: &str| other == normal || other.replace('_', "") == plain;
        let mut aliases = self.aliases.iter().filter(|(other, _)| is_same(other));
        let (here, elsewhere) = (aliases.clone(), aliases.next());
        let mut here = here.map(|(_, path)| path.rsplit('.').next().unwrap_or(path));
        if let Some(known) = here.find(|last| keys.contains(last)) {
            return Some(Meant::Key(known));
        }
        if let Some((_, path)) = elsewhere.filter(|(_, path)| path.contains('.')) {
            return Some(Meant::Path(path));
        }
        let mut foreign = self.foreign.iter().filter(|(other, _)| is_same(other));
        foreign.next().map(|(_, why)| Meant::Nothing(why))
    }

    /// Where a key belongs, if it is a key of one place only.
    fn home(&self, key: &str) -> Option<&'static str> {
        let mut homes = self.homes.iter().filter(|(_, keys)| keys.contains(&key));
        match (homes.next(), homes.next()) {
            (Some((home, _)), None) => Some(home),
            _ => None,
        }
    }
}

/// After so many mistakes the file is something else than a spec.
const MAX_MISTAKES: usize = 1_000;

impl Reader<'_> {
    /// Reports a mistake at one place.
    pub(crate) fn mistake(&mut self, place: Place, title: impl Into<String>) {
        self.explain(title, &[(place, "")], None);
    }

    /// Reports a mistake with a cure.
    pub(crate) fn mistake_with_help(
        &mut self,
        place: Place,
        title: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.explain(title, &[(place, "")], Some(help.into()));
    }

    /// Whether mistakes are only counted from here on.
    fn is_full(&self) -> bool {
        self.report.len() >= MAX_MISTAKES
    }

    /// Reports a mistake that shows in several places, the one to mend first.
    pub(crate) fn explain(
        &mut self,
        title: impl Into<String>,
        places: &[(Place, &str)],
        help: Option<String>,
    ) {
        if self.is_full() {
            self.untold += 1;
            return;
        }
        // A mistake of the spec as a whole has a file and no line.
        let labels = places
            .iter()
            .filter(|(place, _)| !matches!(place, Place::Spec))
            .map(|(place, text)| Label {
                span: self.span(*place),
                text: (*text).to_owned(),
            })
            .collect();
        self.report.add(title, labels, help);
    }

    /// The keys that the spec uses, by their numbers in the language and with the ways to their first
    /// uses.
    pub(crate) fn used_keys(&self) -> Vec<UsedKey> {
        let mut records: Vec<_> = self.used.iter().collect();
        records.sort_by_key(|used| used.start);
        let mut keys = Vec::new();
        for used in records {
            for (index, value) in used.values.iter().enumerate() {
                if let Some(value) = value {
                    keys.push((used.start + index, self.steps_to_key(*value)));
                }
            }
        }
        keys
    }

    /// Where the uses of a record with so many keys are kept.
    fn used_of(&mut self, record: &'static str, keys: usize) -> usize {
        // Records of one name stand together.
        let known = self.used.iter().rposition(|used| used.record == record);
        known.unwrap_or_else(|| {
            self.used.push(Used {
                record,
                start: self.language.guide.number_of_first_key(record),
                values: vec![None; keys],
            });
            self.used.len() - 1
        })
    }

    /// What stands in the file at a place, if it stands in double quotes: nothing else has escapes.
    pub(crate) fn quoted(&self, place: Place) -> Option<&str> {
        let written = &self.source.text[self.span(place)];
        written.starts_with('"').then_some(written)
    }

    fn span(&self, place: Place) -> Range<usize> {
        let (text, tree) = (&self.source.text, self.tree);
        let places = self.places.get_or_init(|| Places::find(text, tree));
        match place {
            Place::Spec => places.node(tree.root()),
            Place::At(id) => places.node(id),
            Place::Part(id, start, end) => self.part(id, start..end),
            Place::KeyOf(id) => places.key(id),
        }
    }

    /// The way to the key of a node from the root of the tree.
    fn steps_to_key(&self, id: NodeId) -> Vec<Step> {
        let mut steps = self.tree.path(id);
        if let Some(last) = steps.last_mut()
            && let Step::Value(index) = *last
        {
            *last = Step::Key(index);
        }
        steps
    }

    /// The bytes of a text as they stand in the file, or all of it where escapes or folded lines
    /// keep them from standing there.
    fn part(&self, id: NodeId, part: Range<usize>) -> Range<usize> {
        let whole = self.span(Place::At(id));
        let Node::Text(text) = self.tree.node(id) else {
            return whole;
        };
        let written = &self.source.text[whole.clone()];
        let quote = usize::from(written.starts_with(['"', '\'']));
        match (text.get(..part.end), written.get(quote..)) {
            (Some(before), Some(written)) if written.starts_with(before) => {
                let start = whole.start + quote;
                start + part.start..start + part.end
            }
            _ => whole,
        }
    }

    /// The entries of a mapping whose keys are `keys`; reports all other keys and every key that
    /// stands twice. Nothing counts as an empty mapping, and a text as one whose `shorthand` it is.
    pub(crate) fn fields(
        &mut self,
        node: NodeId,
        record: &'static str,
        keys: &[&'static str],
        shorthand: Option<&'static str>,
    ) -> Option<Fields> {
        let mut fields = Fields {
            at: node,
            record,
            entries: Vec::new(),
        };
        let entries = match (self.tree.node(node), shorthand) {
            (Node::Null, _) => return Some(fields),
            (Node::Map(entries), _) => entries,
            // Of a number, the key says what is wrong with it.
            (Node::Text(_) | Node::Number(_) | Node::Bool(_), Some(key)) => {
                let used = self.used_of(record, keys.len());
                if let Some(index) = keys.iter().position(|known| *known == key) {
                    self.used[used].values[index].get_or_insert(node);
                }
                fields.entries.push((key, node));
                return Some(fields);
            }
            _ => {
                self.mismatch(node);
                return None;
            }
        };
        let used = self.used_of(record, keys.len());
        // The keys that stand there, or are read as if they did.
        let mut there = None::<BTreeSet<_>>;
        let all = || entries.iter().map(|(key, _)| key.as_str()).collect();
        for (key, value) in entries {
            let Some(index) = keys.iter().position(|known| known == key) else {
                let near = self.misplaced(key, *value, keys);
                // Read on as if it were the key that is meant: its absence is no second mistake,
                // and its value may hold more of them.
                if let Some(near) = near
                    && there.get_or_insert_with(all).insert(near)
                {
                    fields.entries.push((near, *value));
                }
                continue;
            };
            if let Some(first) = fields.get(key) {
                self.twice(key, first, *value);
            } else {
                self.used[used].values[index].get_or_insert(*value);
                fields.entries.push((keys[index], *value));
            }
        }
        Some(fields)
    }

    /// Reports a key that is none of `keys`, and says which is meant, if that is told.
    fn misplaced<'k>(&mut self, key: &str, value: NodeId, keys: &[&'k str]) -> Option<&'k str> {
        if self.is_full() {
            self.untold += 1;
            return None;
        }
        let place = Place::KeyOf(value);
        let language = self.language;
        let near = nearest(key, keys.iter().copied());
        let is_plural = near.is_some_and(|near| near.strip_suffix('s') == Some(key));
        if let Some(home) = language.home(key).filter(|_| !is_plural) {
            self.mistake_with_help(
                place,
                format!("`{key}` does not belong here"),
                format!("it is a key of {home}; here are {}", alternatives(keys)),
            );
            return near;
        }
        let (meant, help) = match language.meant(key, keys) {
            Some(Meant::Key(meant)) => {
                let meant = keys.iter().copied().find(|known| *known == meant);
                (
                    meant,
                    format!("did you mean `{}`?", meant.unwrap_or_default()),
                )
            }
            Some(Meant::Path(path)) => (None, format!("here it is `{path}`")),
            Some(Meant::Nothing(why)) => (None, why.to_owned()),
            None => {
                self.unknown(place, "key", key, keys);
                return near;
            }
        };
        self.mistake_with_help(place, format!("unknown key `{key}`"), help);
        meant
    }

    pub(crate) fn twice(&mut self, key: &str, first: NodeId, second: NodeId) {
        self.explain(
            format!("`{key}` stands here twice"),
            &[
                (Place::KeyOf(second), "again"),
                (Place::KeyOf(first), "first"),
            ],
            None,
        );
    }

    /// Reports a word that is none of `words`, with the nearest one.
    pub(crate) fn unknown(&mut self, place: Place, what: &str, word: &str, words: &[&str]) {
        if self.is_full() {
            self.untold += 1;
            return;
        }
        let without_colon = word
            .split_once(' ')
            .filter(|(first, _)| words.contains(first));
        if let Some((key, value)) = without_colon.filter(|_| what == "key") {
            let help = format!("put a colon after the key: `{key}: {}`", value.trim());
            return self.mistake_with_help(place, format!("unknown key `{word}`"), help);
        }
        let normal = word.to_lowercase();
        let mut theirs = self.language.words.iter();
        let theirs = theirs.find(|(of, other, _)| *of == what && *other == normal);
        let help = match nearest(word, words.iter().copied()) {
            _ if let Some((_, _, cure)) = theirs => (*cure).to_owned(),
            Some(near) => format!("did you mean `{near}`?"),
            None if word == "unknown" => format!(
                "leave the key out where the documents do not say; else write {}",
                alternatives(words)
            ),
            None if words.is_empty() => "there is none here".to_owned(),
            None => format!("expected {}", alternatives(words)),
        };
        self.mistake_with_help(place, format!("unknown {what} `{word}`"), help);
    }

    pub(crate) fn required<T: Decode>(&mut self, fields: &Fields, key: &'static str) -> Option<T> {
        match fields.get(key) {
            Some(node) if self.lacks_value(node, fields, key) => {
                let help = format!(
                    "write it after the colon. {}",
                    self.language.guide.about(fields.record, key)
                );
                self.mistake_with_help(Place::KeyOf(node), format!("`{key}` has no value"), help);
                None
            }
            Some(node) => self.value(fields, key, node),
            None => {
                let place = if fields.at == self.tree.root() {
                    Place::Spec
                } else {
                    Place::KeyOf(fields.at)
                };
                let cure = match *self.tree.node(fields.at) {
                    Node::Null if self.language.guide.shorthand(fields.record) == Some(key) => {
                        "write it after the colon".to_owned()
                    }
                    _ => format!("add `{key}: …`"),
                };
                let help = format!("{cure}. {}", self.language.guide.about(fields.record, key));
                self.mistake_with_help(place, format!("`{key}` is missing"), help);
                None
            }
        }
    }

    /// Whether nothing stands where a single value belongs: all else may be empty.
    fn lacks_value(&self, node: NodeId, fields: &Fields, key: &str) -> bool {
        matches!(self.tree.node(node), Node::Null)
            && self.language.guide.takes_one_value(fields.record, key)
    }

    /// The value of a key, which mistakes in it name.
    fn value<T: Decode>(&mut self, fields: &Fields, key: &'static str, value: NodeId) -> Option<T> {
        let field = Field {
            record: fields.record,
            key,
            value,
        };
        let outer = self.field.replace(field);
        let value = T::decode(value, self);
        self.field = outer;
        value
    }

    pub(crate) fn optional<T: Decode>(&mut self, fields: &Fields, key: &'static str) -> Maybe<T> {
        match fields.get(key) {
            Some(node) if self.lacks_value(node, fields, key) => {
                let help = format!(
                    "leave the key out, or write it after the colon. {}",
                    self.language.guide.about(fields.record, key)
                );
                self.mistake_with_help(Place::KeyOf(node), format!("`{key}` has no value"), help);
                Maybe::Broken
            }
            Some(node) => match self.value(fields, key, node) {
                Some(value) => Maybe::Given(value),
                None => Maybe::Broken,
            },
            None => Maybe::Absent,
        }
    }
}

/// The known entries of one mapping.
#[derive(Debug)]
pub(crate) struct Fields {
    at: NodeId,
    /// The record's name in the guide.
    record: &'static str,
    entries: Vec<(&'static str, NodeId)>,
}

impl Fields {
    pub(crate) fn get(&self, key: &str) -> Option<NodeId> {
        self.entries
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, node)| *node)
    }
}

/// A key's value: left out, written wrongly (and reported), or there.
#[derive(Clone, Debug)]
pub(crate) enum Maybe<T> {
    Absent,
    Broken,
    Given(T),
}

impl<T> Maybe<T> {
    pub(crate) fn given(&self) -> Option<&T> {
        match self {
            Maybe::Given(value) => Some(value),
            Maybe::Absent | Maybe::Broken => None,
        }
    }

    /// Whether the key was left out. A value that was written wrongly is not absent, and saying so
    /// would report one mistake twice.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Maybe::Absent)
    }
}

impl Decode for bool {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        match reader.tree.node(node) {
            Node::Bool(value) => Some(*value),
            _ => {
                reader.mismatch(node);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Boolean",
            sample: "true",
            unit: None,
            about: "`true` or `false`",
            form: Form::Boolean,
        })
    }
}

/// Any text, as it stands.
impl Decode for String {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        match reader.tree.node(node) {
            Node::Text(text) => Some(text.clone()),
            _ => {
                reader.mismatch(node);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "String",
            sample: "text",
            unit: None,
            about: "a text",
            form: Form::Text,
        })
    }
}

/// An HTTP status.
impl Decode for u16 {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let status = match reader.tree.node(node) {
            Node::Number(number) => number.parse().ok(),
            _ => {
                reader.mismatch(node);
                return None;
            }
        };
        match status {
            Some(status @ 100..=599) => Some(status),
            _ => {
                reader.mistake_with_help(
                    Place::At(node),
                    "there is no such HTTP status",
                    "it has three digits, the first from 1 to 5: `400`",
                );
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "HttpStatus",
            sample: "400",
            unit: None,
            about: "an HTTP status",
            form: Form::Integer {
                minimum: 100,
                maximum: Some(599),
            },
        })
    }
}

/// The words of a set, without those that a spec says otherwise.
pub(crate) fn words_of(shape: &WordsShape, except: &[&str]) -> Vec<&'static str> {
    let words = shape.words.iter().map(|word| word.word);
    words.filter(|word| !except.contains(word)).collect()
}

/// The key that a field is named after: a Rust keyword is written `r#type`.
pub(crate) fn key(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}
