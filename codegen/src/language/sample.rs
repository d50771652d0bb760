//! What values look like, for messages: each shape as YAML on one line.

use crate::language::guide::{Guide, Record};
use crate::language::shape::{Form, Scalar, Shape};

/// The name of an entry where any would do.
const NAME: &str = "some_name";

impl Guide {
    /// A key with a value of this shape.
    pub(crate) fn pair(&self, key: &str, shape: &Shape) -> String {
        joined(key, &self.sample(shape))
    }

    /// A value of this shape; of a mapping, what it must have, or one of its keys.
    pub(crate) fn sample(&self, shape: &Shape) -> String {
        match shape {
            Shape::Record(name) => match self.record(name) {
                Some(record) => self.of_record(record, true),
                None => String::new(),
            },
            Shape::List(item) => format!("[{}]", self.sample(item)),
            Shape::Table(value) => self.table(&[NAME.to_owned()], value),
            Shape::Many(item) => self.sample(item),
            Shape::Choice(_) | Shape::Scalar(_) => self.inside(shape),
        }
    }

    /// A mapping from these names to values of this shape.
    pub(crate) fn table(&self, names: &[String], value: &Shape) -> String {
        let value = self.inside(value);
        let pairs = names.iter().map(|name| joined(&plain(name), &value));
        braces(pairs)
    }

    /// A record with these of its keys.
    pub(crate) fn with_keys(&self, record: &Record, keys: &[&str]) -> String {
        let known = record.keys.iter().filter(|key| keys.contains(&key.name));
        braces(known.map(|key| joined(key.name, &self.inside(&key.shape))))
    }

    /// A record with what it must have, and with this value of one of its keys.
    pub(crate) fn with_value(&self, record: &Record, name: &str, value: &str) -> String {
        let known = record.keys.iter();
        let known = known.filter(|key| key.required || key.name == name);
        braces(known.map(|key| match key.name == name {
            true => joined(key.name, value),
            false => joined(key.name, &self.inside(&key.shape)),
        }))
    }

    /// The same within another value: what may be left empty is.
    fn inside(&self, shape: &Shape) -> String {
        match shape {
            Shape::Record(name) => match self.record(name) {
                Some(record) => self.of_record(record, false),
                None => String::new(),
            },
            Shape::Choice(choice) => {
                let first = choice.words.first();
                first.map_or_else(String::new, |word| word.word.to_owned())
            }
            Shape::Scalar(scalar) => scalar.sample.to_owned(),
            Shape::Many(item) => self.inside(item),
            Shape::List(_) | Shape::Table(_) => self.sample(shape),
        }
    }

    fn of_record(&self, record: &Record, is_outermost: bool) -> String {
        let short = record.shorthand.and_then(|key| record.key(key));
        if let Some(short) = short {
            return self.inside(&short.shape);
        }
        let mut keys: Vec<_> = record.keys.iter().filter(|key| key.required).collect();
        if keys.is_empty() {
            if !is_outermost {
                return String::new();
            }
            let values = record.key("values").or(record.keys.first());
            keys.extend(values);
        }
        braces(
            keys.iter()
                .map(|key| joined(key.name, &self.inside(&key.shape))),
        )
    }
}

impl Scalar {
    /// Whether it is written as a text.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.form, Form::Text | Form::Pattern { .. })
    }

    /// Whether any text is one, so that quotes make one of a number.
    pub(crate) fn is_any_text(&self) -> bool {
        matches!(self.form, Form::Text) || self.name == "Text"
    }
}

fn braces(pairs: impl Iterator<Item = String>) -> String {
    let pairs: Vec<_> = pairs.collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn joined(key: &str, value: &str) -> String {
    match value {
        "" => format!("{key}:"),
        value => format!("{key}: {value}"),
    }
}

/// A text as YAML, in quotes where it needs them.
pub(crate) fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_word = !matches!(
        text,
        "true" | "false" | "null" | "yes" | "no" | "on" | "off"
    );
    if starts && is_word && text.chars().all(is_plain) && !text.ends_with(':') {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
