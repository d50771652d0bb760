//! The spec language, described by its own declaration: every key with what it means and what it
//! takes.

use crate::language::shape::Shape;
use crate::language::words::alternatives;

/// Every record of the language, outermost first.
#[derive(Clone, Debug, Default)]
pub struct Guide {
    /// The records.
    pub records: Vec<Record>,
}

/// A mapping with fixed keys.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// The key that a text stands for, where one does.
    pub shorthand: Option<&'static str>,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A key of a [`Record`].
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
}

impl Record {
    pub(crate) fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Guide {
    /// What a key says and takes, in sentences.
    pub(crate) fn about(&self, record: &str, key: &str) -> String {
        self.key(record, key).map_or_else(String::new, |key| {
            format!("{} Takes {}.", key.about, self.takes(&key.shape))
        })
    }

    /// The key of a record that a text stands for.
    pub(crate) fn shorthand(&self, record: &str) -> Option<&'static str> {
        self.record(record)?.shorthand
    }

    /// Whether the value of a key is no mapping and no list.
    pub(crate) fn takes_one_value(&self, record: &str, key: &str) -> bool {
        self.key(record, key).is_some_and(|key| match &key.shape {
            Shape::Choice(_) | Shape::Scalar(_) => true,
            Shape::Many(item) => matches!(**item, Shape::Choice(_) | Shape::Scalar(_)),
            Shape::Record(_) | Shape::List(_) | Shape::Table(_) => false,
        })
    }

    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }

    pub(crate) fn key(&self, record: &str, key: &str) -> Option<&Key> {
        self.record(record)?.key(key)
    }

    /// Every key of the language with its record, in the order in which keys are numbered.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let records = self.records.iter();
        records.flat_map(|record| record.keys.iter().map(|key| (record.name, key.name)))
    }

    pub(crate) fn number_of_first_key(&self, record: &str) -> usize {
        let before = self.records.iter().take_while(|one| one.name != record);
        before.map(|one| one.keys.len()).sum()
    }

    /// What a key takes, without a page to refer to.
    pub(crate) fn takes(&self, shape: &Shape) -> String {
        match shape {
            Shape::Record(name) => match self.shorthand(name) {
                Some(key) => format!("a mapping, or a text that stands for `{key}`"),
                None => "a mapping".to_owned(),
            },
            Shape::Choice(choice) => {
                let words: Vec<_> = choice.words.iter().map(|word| word.word).collect();
                alternatives(&words)
            }
            Shape::Scalar(scalar) => scalar.about.to_owned(),
            Shape::Many(item) => format!("{}, or a list of them", self.takes(item)),
            Shape::List(item) => format!("a list: {}", self.takes(item)),
            Shape::Table(value) => format!("a mapping from names: {}", self.takes(value)),
        }
    }

    /// Makes place for a record; `false` where it is described already.
    pub(crate) fn begin(
        &mut self,
        name: &'static str,
        about: &'static str,
        shorthand: Option<&'static str>,
    ) -> bool {
        let is_new = !self.records.iter().any(|record| record.name == name);
        if is_new {
            let about = about.trim();
            self.records.push(Record {
                name,
                about,
                shorthand,
                keys: Vec::new(),
            });
        }
        is_new
    }

    pub(crate) fn end(&mut self, name: &'static str, keys: Vec<Key>) {
        if let Some(record) = self.records.iter_mut().find(|record| record.name == name) {
            record.keys = keys;
        }
    }
}
