//! Values of the wrong shape: what the key takes, and how that is written.

use crate::decode::Reader;
use crate::language::guide::{Guide, Key, Record};
use crate::language::sample::plain;
use crate::language::shape::{Form, Scalar, Shape};
use crate::language::words::alternatives;
use crate::yaml::locate::Step;
use crate::yaml::tree::{Node, NodeId, Tree};

/// The key whose value is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) record: &'static str,
    pub(crate) key: &'static str,
    pub(crate) value: NodeId,
}

/// The most names that a cure repeats, and the longest.
const MAX_NAMES: usize = 8;
const MAX_NAME: usize = 60;

/// Where a value stands.
enum Name {
    /// Behind a key.
    Key(String),
    /// In the mapping or in the list behind it.
    Entry {
        of: String,
        key: String,
    },
    Item {
        of: String,
    },
}

impl Reader<'_> {
    /// Reports a value of the wrong shape.
    pub(crate) fn mismatch(&mut self, node: NodeId) {
        let found = self.tree.node(node).describe();
        let Some((name, shape)) = self.field.and_then(|field| self.expected(field, node)) else {
            let title = format!("expected a mapping, found {found}");
            let help = "a spec begins with keys: `name: Acme`, `summary: …`";
            return self.mistake_with_help(super::Place::At(node), title, help);
        };
        let guide = &self.language.guide;
        let (subject, key) = match &name {
            Name::Key(key) => (format!("`{key}` takes"), Some(key)),
            Name::Entry { of, key } => (format!("`{of}.{key}` takes"), Some(key)),
            Name::Item { of } => (format!("an item of `{of}` is"), None),
        };
        let title = format!("{subject} {}, found {found}", noun(guide, shape));
        let field = self.field.map_or("", |field| field.record);
        let cure = match (shape, self.tree.node(node)) {
            (Shape::Record(_), found) if is_yes(found) && is_of_presence(guide, field) => {
                Cure::how("leave the value out", String::new())
            }
            _ => cure(guide, shape, self.tree, node),
        };
        let written = match key {
            Some(key) if cure.value.is_empty() => format!("{}:", plain(key)),
            Some(key) => format!("{}: {}", plain(key), cure.value),
            None => cure.value,
        };
        let mut help = match cure.how {
            Some(how) => format!("{how}: `{written}`"),
            None => format!("write `{written}`"),
        };
        if let Some(rest) = rest(guide, shape) {
            help = format!("{help}; {rest}");
        }
        self.mistake_with_help(super::Place::At(node), title, help);
    }

    /// The name of a value and what belongs there.
    fn expected(&self, field: Field, node: NodeId) -> Option<(Name, &'static Shape)> {
        let mut shape = &self.language.guide.key(field.record, field.key)?.shape;
        let outer = self.tree.path(field.value);
        let inner = self.tree.path(node).split_off(outer.len());
        // What a text alone stands for has the place of the whole.
        let mut name = match (self.tree.key(field.value), self.tree.list_of(field.value)) {
            (Some(key), _) => Name::Key(key.to_owned()),
            (None, Some(of)) => Name::Item { of: of.to_owned() },
            (None, None) => Name::Key(field.key.to_owned()),
        };
        for step in inner {
            let of = match name {
                Name::Key(key) | Name::Item { of: key } => key,
                Name::Entry { of, key } => format!("{of}.{key}"),
            };
            (name, shape) = match (shape, step) {
                (Shape::List(item) | Shape::Many(item), Step::Item(_)) => (Name::Item { of }, item),
                (Shape::Table(value), Step::Value(_)) => {
                    // The entry, or the list that it is.
                    let key = self.tree.key(node).or_else(|| self.tree.list_of(node));
                    let key = key.unwrap_or_default().to_owned();
                    (Name::Entry { of, key }, value)
                }
                _ => return None,
            };
        }
        Some((name, shape))
    }
}

/// What a shape is, as short as can be.
fn noun(guide: &Guide, shape: &Shape) -> String {
    match shape {
        Shape::Record(name) => {
            let record = guide.record(name);
            let short = record.and_then(|record| record.key(record.shorthand?));
            match short {
                Some(short) => {
                    let short = noun(guide, &short.shape);
                    let comma = if short.contains(',') { "," } else { "" };
                    format!("{short}{comma} or a mapping")
                }
                None => "a mapping".to_owned(),
            }
        }
        Shape::Choice(_) => "one of its words".to_owned(),
        Shape::Scalar(scalar) => scalar.about.to_owned(),
        Shape::Many(item) => format!("{} or a list", noun(guide, item)),
        Shape::List(_) => "a list".to_owned(),
        Shape::Table(_) => "a mapping from names".to_owned(),
    }
}

/// What else can be written.
fn rest(guide: &Guide, shape: &Shape) -> Option<String> {
    match shape {
        Shape::Record(name) => {
            let keys = &guide.record(name)?.keys;
            let keys: Vec<_> = keys.iter().map(|key| key.name).collect();
            Some(format!(
                "its keys are {}",
                alternatives(&keys).replace(" or ", " and ")
            ))
        }
        Shape::Choice(choice) => {
            let words: Vec<_> = choice.words.iter().map(|word| word.word).collect();
            (words.len() > 1).then(|| format!("its words are {}", alternatives(&words)))
        }
        Shape::Many(item) => rest(guide, item),
        Shape::Scalar(_) | Shape::List(_) | Shape::Table(_) => None,
    }
}

/// Whether the keys of a record say all there is by being there, as grants do.
fn is_of_presence(guide: &Guide, record: &str) -> bool {
    let is_mapping = |key: &Key| match &key.shape {
        Shape::Record(name) => {
            let record = guide.record(name);
            record.is_some_and(|record| record.keys.iter().all(|key| !key.required))
        }
        Shape::Table(_) => true,
        _ => false,
    };
    let record = guide.record(record);
    record.is_some_and(|record| record.keys.iter().all(is_mapping))
}

fn is_yes(found: &Node) -> bool {
    match found {
        Node::Bool(value) => *value,
        Node::Text(text) => matches!(text.as_str(), "yes" | "on" | "true"),
        _ => false,
    }
}

/// What to write instead.
struct Cure {
    /// What to do, where that is not to write it anew.
    how: Option<String>,
    value: String,
}

impl Cure {
    fn write(value: String) -> Self {
        Self { how: None, value }
    }

    fn how(how: &str, value: String) -> Self {
        Self {
            how: Some(how.to_owned()),
            value,
        }
    }
}

/// What is right and nearest to what was written.
fn cure(guide: &Guide, shape: &Shape, tree: &Tree, node: NodeId) -> Cure {
    let found = tree.node(node);
    if let Some(only) = only_item(guide, shape, tree, node) {
        return Cure::how("leave the brackets out", only);
    }
    let cure = match shape {
        Shape::Record(name) => guide
            .record(name)
            .and_then(|record| record_of(guide, record, tree, node)),
        Shape::Table(value) => table_of(guide, value, tree, node),
        Shape::Scalar(scalar) => scalar_of(scalar, found),
        Shape::Many(item) | Shape::List(item) => list_of(guide, shape, item, tree, node),
        Shape::Choice(_) => None,
    };
    cure.unwrap_or_else(|| Cure::write(guide.sample(shape)))
}

/// The only item of a list in the place of a text.
fn only_item(guide: &Guide, shape: &Shape, tree: &Tree, node: NodeId) -> Option<String> {
    let Node::List(items) = tree.node(node) else {
        return None;
    };
    let [item] = items.as_slice() else {
        return None;
    };
    let Node::Text(text) = tree.node(*item) else {
        return None;
    };
    let takes = match shape {
        Shape::Scalar(scalar) => scalar.is_text(),
        Shape::Choice(choice) => choice.words.iter().any(|word| word.word == text),
        Shape::Record(name) => {
            let record = guide.record(name)?;
            let short = record.key(record.shorthand?)?;
            matches!(&short.shape, Shape::Scalar(scalar) if scalar.is_text())
        }
        Shape::Many(_) | Shape::List(_) | Shape::Table(_) => false,
    };
    let is_short = text.len() <= MAX_NAME && !text.chars().any(char::is_control);
    (takes && is_short).then(|| plain(text))
}

/// Of the keys of a mapping: a list of them. Of one item: a list of it.
fn list_of(guide: &Guide, shape: &Shape, item: &Shape, tree: &Tree, node: NodeId) -> Option<Cure> {
    match (item, tree.node(node)) {
        (Shape::Scalar(scalar), Node::Map(entries)) if scalar.is_any_text() => {
            let names = entries.iter().take(MAX_NAMES).map(|(key, _)| plain(key));
            let names: Vec<_> = names.filter(|name| name.len() <= MAX_NAME).collect();
            let list = format!("[{}]", names.join(", "));
            (!names.is_empty()).then(|| Cure::how("a list has no values", list))
        }
        (Shape::Scalar(scalar), found) if matches!(shape, Shape::Many(_)) => {
            scalar_of(scalar, found)
        }
        (Shape::Record(name), Node::Text(text)) => {
            let cure = of_text(guide, guide.record(name)?, text)?;
            Some(Cure::write(format!("[{cure}]")))
        }
        (Shape::Record(_), Node::Map(_)) => {
            let how = "begin each item with a dash, or put it into brackets";
            Some(Cure::how(how, guide.sample(shape)))
        }
        _ => None,
    }
}

/// A record that says the text with the key that is for it.
fn of_text(guide: &Guide, record: &Record, text: &str) -> Option<String> {
    let takes = |key: &Key| match &key.shape {
        Shape::Scalar(scalar) => match text.starts_with("https://") {
            true => scalar.sample.starts_with("https://"),
            false => scalar.is_any_text(),
        },
        _ => false,
    };
    let mut possible: Vec<&Key> = record.keys.iter().filter(|key| key.required).collect();
    if !text.contains(' ') {
        possible.splice(0..0, record.key("value"));
    }
    let chosen = possible.into_iter().find(|key| takes(key))?;
    let is_short = text.len() <= MAX_NAME && !text.chars().any(char::is_control);
    is_short.then(|| guide.with_value(record, chosen.name, &plain(text)))
}

/// Of words: a mapping that has them as keys, or as names of its `values`.
fn record_of(guide: &Guide, record: &Record, tree: &Tree, node: NodeId) -> Option<Cure> {
    if let Node::Text(text) = tree.node(node)
        && let Some((key, value)) = text.split_once(':')
        && let Some(known) = record.key(key)
    {
        let value = value.trim();
        let pair = match value {
            "" => guide.pair(known.name, &known.shape),
            value => format!("{}: {}", known.name, plain(value)),
        };
        return Some(Cure::how(
            "put a space after the colon",
            format!("{{ {pair} }}"),
        ));
    }
    if let Node::Text(text) = tree.node(node)
        && let Some(value) = of_text(guide, record, text)
    {
        return Some(Cure::write(value));
    }
    let words = words(tree, node)?;
    let keys: Vec<_> = words.iter().map(String::as_str).collect();
    if keys.iter().all(|key| record.key(key).is_some()) {
        return Some(Cure::write(guide.with_keys(record, &keys)));
    }
    match record.key("values").map(|key| &key.shape) {
        Some(Shape::Table(value)) => {
            let table = guide.table(&words, value);
            Some(Cure::write(format!("{{ values: {table} }}")))
        }
        _ => None,
    }
}

fn table_of(guide: &Guide, value: &Shape, tree: &Tree, node: NodeId) -> Option<Cure> {
    if let Node::List(items) = tree.node(node) {
        let mut names = Vec::new();
        for item in items.iter().take(MAX_NAMES) {
            match tree.node(*item) {
                Node::Map(entries) => names.extend(entries.iter().map(|(key, _)| key.clone())),
                _ => names.clear(),
            }
        }
        let is_short = names.iter().all(|name| name.len() <= MAX_NAME);
        if !names.is_empty() && is_short && matches!(value, Shape::Scalar(_) | Shape::Record(_)) {
            let names: Vec<_> = names.into_iter().take(MAX_NAMES).collect();
            return Some(Cure::how(
                "leave the dashes out",
                guide.table(&names, value),
            ));
        }
    }
    let words = words(tree, node)?;
    Some(Cure::write(guide.table(&words, value)))
}

/// The words of a text or of a list of texts.
fn words(tree: &Tree, node: NodeId) -> Option<Vec<String>> {
    let words: Vec<String> = match tree.node(node) {
        Node::Text(text) => text.split([' ', ',']).map(str::to_owned).collect(),
        Node::List(items) => {
            let text = |item: &NodeId| match tree.node(*item) {
                Node::Text(text) => Some(text.clone()),
                _ => None,
            };
            items.iter().map(text).collect::<Option<_>>()?
        }
        _ => return None,
    };
    let mut known: Vec<String> = Vec::new();
    for word in words {
        if !word.is_empty() && !known.contains(&word) {
            known.push(word);
        }
    }
    let is_name = |word: &String| {
        let starts = word.starts_with(|c: char| c.is_ascii_alphabetic());
        let inner = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
        starts && word.len() <= MAX_NAME && word.chars().all(inner) && !word.contains("://")
    };
    let fits = (1..=MAX_NAMES).contains(&known.len()) && known.iter().all(is_name);
    fits.then_some(known)
}

fn scalar_of(scalar: &Scalar, found: &Node) -> Option<Cure> {
    match (&scalar.form, found) {
        (Form::Boolean | Form::BooleanOr(_), Node::Text(text)) => {
            let value = match text.to_lowercase().as_str() {
                "yes" | "y" | "on" | "true" => "true",
                "no" | "n" | "off" | "false" => "false",
                _ => return None,
            };
            let how = match value == text {
                true => "leave the quotes out",
                false => "YAML knows `true` and `false`",
            };
            Some(Cure::how(how, value.to_owned()))
        }
        (Form::Integer { .. }, Node::Text(text)) => {
            let is_number = !text.is_empty() && text.len() < 10;
            let is_number = is_number && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| Cure::how("leave the quotes out", text.clone()))
        }
        (_, Node::Number(number)) if scalar.is_any_text() => {
            Some(Cure::how("put it in quotes", format!("\"{number}\"")))
        }
        (_, Node::Bool(value)) if scalar.is_any_text() => {
            Some(Cure::how("put it in quotes", format!("\"{value}\"")))
        }
        (_, Node::Number(number)) => {
            let unit = scalar
                .unit
                .filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
            unit.filter(|_| !number.trim_start_matches('0').is_empty())
                .map(|unit| Cure::how("add the unit", format!("{number}{unit}")))
        }
        _ => None,
    }
}
