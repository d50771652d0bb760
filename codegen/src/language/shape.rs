//! What a person writes for a value.

use std::fmt;

use oauth_atlas_description::WordsShape;

/// What a key takes.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A mapping with fixed keys: the [`Record`](super::guide::Record) of this name.
    Record(&'static str),
    /// One of several words.
    Choice(Choice),
    /// A single value.
    Scalar(Scalar),
    /// One of these, or a list of them that is not empty.
    Many(Box<Shape>),
    /// A list of these, or nothing.
    List(Box<Shape>),
    /// A mapping from names that the spec chooses to these, or nothing.
    Table(Box<Shape>),
}

/// A closed set of words.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// The words, in the order of the declaration.
    pub words: Vec<Word>,
}

impl Choice {
    /// The words that the description declares, without those that a spec says otherwise.
    pub(crate) fn of(shape: &WordsShape, except: &[&str]) -> Self {
        let words = shape.words.iter();
        let words = words.filter(|word| !except.contains(&word.word));
        Self {
            name: shape.name,
            about: shape.about.trim(),
            words: words
                .map(|word| Word {
                    word: word.word,
                    about: word.about.trim(),
                })
                .collect(),
        }
    }
}

/// A word of a [`Choice`].
#[derive(Clone, Debug)]
pub struct Word {
    /// As it is written.
    pub word: &'static str,
    /// What it means.
    pub about: &'static str,
}

/// A single value that is no word of a [`Choice`].
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Its name.
    pub name: &'static str,
    /// What it is, as the end of "expected …".
    pub about: &'static str,
    /// What it may be.
    pub form: Form,
    /// One, as it is written.
    pub sample: &'static str,
    /// What a number lacks to be one.
    pub unit: Option<&'static str>,
}

/// What a [`Scalar`] may be.
#[derive(Clone, Debug)]
pub enum Form {
    /// `true` or `false`.
    Boolean,
    /// `true`, `false` or this word.
    BooleanOr(&'static str),
    /// A whole number.
    Integer {
        /// The least.
        minimum: u64,
        /// The greatest, where there is one.
        maximum: Option<u64>,
    },
    /// Any text.
    Text,
    /// A text of a fixed form.
    Pattern {
        /// A regular expression (ECMA-262) that matches the form, and perhaps more.
        pattern: String,
        /// What to write instead of a text that does not match.
        rule: &'static str,
        /// Texts of this form, where seeing some helps.
        examples: &'static [&'static str],
    },
}

/// As the Markdown reference says it.
impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Record(name) => write!(formatter, "see [{name}](#{})", name.to_lowercase()),
            Self::Choice(choice) => {
                for (index, Word { word, about }) in choice.words.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    let about = about.trim_end_matches('.');
                    write!(formatter, "{separator}`{word}`: {about}")?;
                }
                Ok(())
            }
            Self::Scalar(scalar) => formatter.write_str(scalar.about),
            Self::Many(item) => write!(formatter, "{item}, or a list of them"),
            Self::List(item) => write!(formatter, "a list: {item}"),
            Self::Table(value) => write!(formatter, "a mapping from names: {value}"),
        }
    }
}
