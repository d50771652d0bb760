//! What every field of a record can do, by its type.

use crate::{Node, ReadError, Shape, Value, WordsShape};

/// A field of an owned record.
pub(crate) trait Field: Sized {
    /// The value, for whoever writes it down.
    fn node(&self) -> Node;

    /// Reads what [`Node::to_json`] writes.
    fn read(value: &Value) -> Result<Self, ReadError>;

    /// What a person writes.
    fn shape() -> Shape;

    /// Several values: a list, unless pairs are meant.
    fn list_node(values: &[Self]) -> Node {
        Node::List(values.iter().map(Self::node).collect())
    }

    /// Reads several values.
    fn read_list(value: &Value) -> Result<Vec<Self>, ReadError> {
        let Value::List(items) = value else {
            return Err(value.unexpected("a list"));
        };
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| Self::read(item).map_err(|error| error.below_index(index)))
            .collect()
    }

    /// What a person writes for several values.
    fn list_shape() -> Shape {
        Shape::List(Box::new(Self::shape()))
    }
}

/// A constant's owned form.
pub(crate) trait Owned {
    type Owned;

    fn owned(&self) -> Self::Owned;
}

/// The constant form of an owned value, whose memory is never freed.
pub(crate) trait Constant {
    type Constant: 'static;

    fn constant(&self) -> Self::Constant;
}

impl Field for String {
    fn node(&self) -> Node {
        Node::Text(self.clone())
    }

    fn read(value: &Value) -> Result<Self, ReadError> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(value.unexpected("a text")),
        }
    }

    fn shape() -> Shape {
        Shape::Text
    }
}

impl Field for bool {
    fn node(&self) -> Node {
        Node::Flag(*self)
    }

    fn read(value: &Value) -> Result<Self, ReadError> {
        match value {
            Value::Flag(flag) => Ok(*flag),
            _ => Err(value.unexpected("true or false")),
        }
    }

    fn shape() -> Shape {
        Shape::Flag
    }
}

impl Field for u64 {
    fn node(&self) -> Node {
        Node::Number(*self)
    }

    fn read(value: &Value) -> Result<Self, ReadError> {
        match value {
            Value::Number(number) => Ok(*number),
            _ => Err(value.unexpected("a whole number")),
        }
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl<T: Field> Field for Option<T> {
    fn node(&self) -> Node {
        match self {
            Some(value) => Node::Some(Box::new(value.node())),
            None => Node::None,
        }
    }

    fn read(value: &Value) -> Result<Self, ReadError> {
        T::read(value).map(Some)
    }

    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Field> Field for Vec<T> {
    fn node(&self) -> Node {
        T::list_node(self)
    }

    fn read(value: &Value) -> Result<Self, ReadError> {
        T::read_list(value)
    }

    fn shape() -> Shape {
        T::list_shape()
    }
}

/// A name and a value. Several of them are a mapping, whose order is kept.
impl Field for (String, String) {
    fn node(&self) -> Node {
        Self::list_node(std::slice::from_ref(self))
    }

    fn read(value: &Value) -> Result<Self, ReadError> {
        let mut pairs = Self::read_list(value)?;
        match (pairs.pop(), pairs.is_empty()) {
            (Some(pair), true) => Ok(pair),
            _ => Err(value.unexpected("a mapping with one member")),
        }
    }

    fn shape() -> Shape {
        Shape::Pairs
    }

    fn list_node(pairs: &[Self]) -> Node {
        Node::Pairs(pairs.to_vec())
    }

    fn read_list(value: &Value) -> Result<Vec<Self>, ReadError> {
        let Value::Map(members) = value else {
            return Err(value.unexpected("a mapping"));
        };
        let pair = |(name, value): &(String, Value)| match String::read(value) {
            Ok(text) => Ok((name.clone(), text)),
            Err(error) => Err(error.below(name)),
        };
        members.iter().map(pair).collect()
    }

    fn list_shape() -> Shape {
        Shape::Pairs
    }
}

/// Reads a word of a closed set.
pub(crate) fn read_word<T>(
    value: &Value,
    shape: &WordsShape,
    from_word: impl Fn(&str) -> Option<T>,
) -> Result<T, ReadError> {
    let Value::Text(text) = value else {
        return Err(value.unexpected("a word"));
    };
    from_word(text).ok_or_else(|| {
        let words: Vec<_> = shape.words.iter().map(|word| word.word).collect();
        ReadError::new(format!(
            "unknown word {text:?}, expected one of {}",
            words.join(", ")
        ))
    })
}

impl Owned for &'static str {
    type Owned = String;

    fn owned(&self) -> String {
        (*self).to_owned()
    }
}

impl Constant for String {
    type Constant = &'static str;

    fn constant(&self) -> &'static str {
        match self.as_str() {
            "" => "",
            text => Box::leak(Box::from(text)),
        }
    }
}

impl<T: Owned> Owned for &'static [T] {
    type Owned = Vec<T::Owned>;

    fn owned(&self) -> Self::Owned {
        self.iter().map(T::owned).collect()
    }
}

impl<T: Constant> Constant for Vec<T> {
    type Constant = &'static [T::Constant];

    fn constant(&self) -> Self::Constant {
        match self.as_slice() {
            [] => &[],
            items => Box::leak(items.iter().map(T::constant).collect()),
        }
    }
}

impl<T: Owned> Owned for &'static T {
    type Owned = T::Owned;

    fn owned(&self) -> Self::Owned {
        (**self).owned()
    }
}

/// The constant form of a record behind a reference.
pub(crate) fn leaked<T: Constant>(value: &T) -> &'static T::Constant {
    Box::leak(Box::new(value.constant()))
}

impl<T: Owned> Owned for Option<T> {
    type Owned = Option<T::Owned>;

    fn owned(&self) -> Self::Owned {
        self.as_ref().map(T::owned)
    }
}

impl<T: Constant> Constant for Option<T> {
    type Constant = Option<T::Constant>;

    fn constant(&self) -> Self::Constant {
        self.as_ref().map(T::constant)
    }
}

impl<A: Owned, B: Owned> Owned for (A, B) {
    type Owned = (A::Owned, B::Owned);

    fn owned(&self) -> Self::Owned {
        (self.0.owned(), self.1.owned())
    }
}

impl<A: Constant, B: Constant> Constant for (A, B) {
    type Constant = (A::Constant, B::Constant);

    fn constant(&self) -> Self::Constant {
        (self.0.constant(), self.1.constant())
    }
}

/// Types whose constants need no other form.
macro_rules! same_in_both {
    ($($name:ty),*) => {
        $(
            impl $crate::field::Owned for $name {
                type Owned = Self;

                fn owned(&self) -> Self {
                    *self
                }
            }

            impl $crate::field::Constant for $name {
                type Constant = Self;

                fn constant(&self) -> Self {
                    *self
                }
            }
        )*
    };
}
pub(crate) use same_in_both;

same_in_both!(bool, u64);
