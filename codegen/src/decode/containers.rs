//! Values with places, lists and tables.

use std::collections::BTreeMap;

use crate::decode::{Decode, Place, Reader};
use crate::language::guide::Guide;
use crate::language::shape::Shape;
use crate::yaml::tree::{Node, NodeId};

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) at: NodeId,
}

impl<T> Spanned<T> {
    pub(crate) fn place(&self) -> Place {
        Place::At(self.at)
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        T::decode(node, reader).map(|value| Self { value, at: node })
    }

    fn describe(guide: &mut Guide) -> Shape {
        T::describe(guide)
    }
}

/// One value, or a list of them that is not empty.
#[derive(Clone, Debug)]
pub(crate) struct Many<T>(pub(crate) Vec<Spanned<T>>);

impl<T: Decode> Decode for Many<T> {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let Node::List(items) = reader.tree.node(node) else {
            return Some(Self(vec![Spanned::decode(node, reader)?]));
        };
        if items.is_empty() {
            reader.mistake_with_help(
                Place::At(node),
                "an empty list says nothing",
                "leave the key out",
            );
            return None;
        }
        let items: Vec<_> = items
            .iter()
            .map(|item| Spanned::decode(*item, reader))
            .collect();
        items.into_iter().collect::<Option<_>>().map(Self)
    }

    fn describe(guide: &mut Guide) -> Shape {
        Shape::Many(Box::new(T::describe(guide)))
    }
}

/// A list, which may be empty; an item with a mistake is left out.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(pub(crate) Vec<Spanned<T>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Decode> Decode for List<T> {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        match reader.tree.node(node) {
            Node::Null => Some(Self(Vec::new())),
            Node::List(items) => Some(Self(
                items
                    .iter()
                    .filter_map(|item| Spanned::decode(*item, reader))
                    .collect(),
            )),
            _ => {
                reader.mismatch(node);
                None
            }
        }
    }

    fn describe(guide: &mut Guide) -> Shape {
        Shape::List(Box::new(T::describe(guide)))
    }
}

/// A mapping from names that the spec chooses, in the spec's order; an entry with a mistake is
/// left out.
#[derive(Clone, Debug)]
pub(crate) struct Table<T>(pub(crate) Vec<Entry<T>>, Broken);

/// What is there and has mistakes, of which nothing more is known.
#[derive(Clone, Debug)]
enum Broken {
    /// The values of these names.
    Names(Vec<String>),
    /// The table, which is none.
    Table,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new(), Broken::Names(Vec::new()))
    }
}

/// One entry of a [`Table`].
#[derive(Clone, Debug)]
pub(crate) struct Entry<T> {
    pub(crate) key: String,
    pub(crate) at: NodeId,
    pub(crate) value: T,
}

impl<T> Entry<T> {
    pub(crate) fn key_place(&self) -> Place {
        Place::KeyOf(self.at)
    }
}

impl<T> Table<T> {
    pub(crate) fn get(&self, key: &str) -> Option<&Entry<T>> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// Whether the name stands in the spec, with a right value or a wrong one.
    pub(crate) fn knows(&self, key: &str) -> bool {
        matches!(self.1, Broken::Table) || self.keys().any(|known| known == key)
    }

    /// Whether no name stands in the spec, with a right value or a wrong one.
    pub(crate) fn is_empty(&self) -> bool {
        !matches!(self.1, Broken::Table) && self.keys().next().is_none()
    }

    /// The names in the spec, those with wrong values last.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let right = self.0.iter().map(|entry| entry.key.as_str());
        let wrong = match &self.1 {
            Broken::Names(names) => names.as_slice(),
            Broken::Table => &[],
        };
        right.chain(wrong.iter().map(String::as_str))
    }
}

impl<T: Decode> Decode for Table<T> {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let entries = match reader.tree.node(node) {
            Node::Null => return Some(Self::default()),
            Node::Map(entries) => entries,
            _ => {
                reader.mismatch(node);
                return Some(Self(Vec::new(), Broken::Table));
            }
        };
        let mut table = Self::default();
        let mut broken = Vec::new();
        let mut known = BTreeMap::new();
        for (key, at) in entries {
            if let Some(first) = known.insert(key, *at) {
                known.insert(key, first);
                reader.twice(key, first, *at);
            } else if let Some(value) = T::decode(*at, reader) {
                table.0.push(Entry {
                    key: key.clone(),
                    at: *at,
                    value,
                });
            } else {
                broken.push(key.clone());
            }
        }
        table.1 = Broken::Names(broken);
        Some(table)
    }

    fn describe(guide: &mut Guide) -> Shape {
        Shape::Table(Box::new(T::describe(guide)))
    }
}
