//! What may stand where, for a JSON Schema and for documentation.

/// What a value looks like in JSON.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number that is not negative.
    Number,
    /// A word of a closed set.
    Word(&'static WordsShape),
    /// A list of these.
    List(Box<Shape>),
    /// A mapping from names to texts.
    Pairs,
    /// A record, behind a function, since records hold one another.
    Record(fn() -> RecordShape),
}

/// A closed set of words.
#[derive(Debug)]
pub struct WordsShape {
    /// The type's name.
    pub name: &'static str,
    /// Its documentation.
    pub about: &'static str,
    /// The words, in the order of the declaration.
    pub words: &'static [WordShape],
}

/// A word of a closed set.
#[derive(Debug)]
pub struct WordShape {
    /// As it is written.
    pub word: &'static str,
    /// What it means.
    pub about: &'static str,
}

/// A record.
#[derive(Clone, Debug)]
pub struct RecordShape {
    /// The type's name.
    pub name: &'static str,
    /// Its documentation.
    pub about: &'static str,
    /// Its fields, in the order of the declaration.
    pub fields: Vec<FieldShape>,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct FieldShape {
    pub(crate) name: &'static str,
    /// Its documentation.
    pub about: &'static str,
    /// Whether a record without it cannot be read.
    pub is_required: bool,
    /// What it takes.
    pub shape: Shape,
}

impl FieldShape {
    /// Its name in JSON.
    #[must_use]
    pub fn key(&self) -> &'static str {
        crate::node::key(self.name)
    }
}
