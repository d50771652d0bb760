//! Where every node of a tree stands in its file, found in one walk, so that a spec with many mistakes
//! is read no more often than one with two.
//!
//! The YAML parser tells a place in an error only. It survives the error, so refuse each node once: a
//! scalar is then read, and a list or a mapping can be read as if nothing had been.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::yaml::locate::{Cursor, first_line, scalar, told};
use crate::yaml::tree::{Node, NodeId, Tree};

/// Where the nodes of a tree and their keys begin.
#[derive(Debug)]
pub(crate) struct Places<'t> {
    text: &'t str,
    starts: BTreeMap<Named, usize>,
}

/// A node, or the key in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Node(NodeId),
    Key(NodeId),
}

impl<'t> Places<'t> {
    /// The places in `text`, of which `tree` was made.
    pub(crate) fn find(text: &'t str, tree: &Tree) -> Self {
        let mut search = Search {
            tree,
            text,
            cursor: Cursor::default(),
            starts: BTreeMap::new(),
            containers: BTreeMap::new(),
        };
        // What is behind a place that the parser does not tell has none.
        let _ = search.root();
        Self {
            text,
            starts: search.starts,
        }
    }

    /// The bytes that a node begins with: a whole scalar, or the first line of anything longer.
    pub(crate) fn node(&self, id: NodeId) -> Range<usize> {
        self.place(Named::Node(id))
    }

    /// The bytes of the key in front of a node, or of the node if there is none.
    pub(crate) fn key(&self, id: NodeId) -> Range<usize> {
        let key = Named::Key(id);
        match self.starts.contains_key(&key) {
            true => self.place(key),
            false => self.node(id),
        }
    }

    fn place(&self, named: Named) -> Range<usize> {
        match self.starts.get(&named) {
            Some(start) => scalar(self.text, *start),
            None => first_line(self.text),
        }
    }
}

struct Search<'t> {
    tree: &'t Tree,
    text: &'t str,
    cursor: Cursor,
    starts: BTreeMap<Named, usize>,
    /// Lists and mappings by their places, which no two of them share.
    containers: BTreeMap<usize, NodeId>,
}

impl<'t> Search<'t> {
    fn root(&mut self) -> Result<(), serde_yaml::Error> {
        let (root, text) = (self.tree.root(), self.text);
        let document = || serde_yaml::Deserializer::from_str(text);
        match self.tree.node(root) {
            Node::List(_) | Node::Map(_) => {
                let (place, walk) = (OfContainer.deserialize(document()), document());
                let start = self.start(place)?;
                self.found(root, start);
                Walk(self, root).deserialize(walk)
            }
            _ => {
                let place = OfScalar.deserialize(document());
                let start = self.start(place)?;
                self.starts.insert(Named::Node(root), start);
                Ok(())
            }
        }
    }

    fn node<'de, E: Entries<'de>>(&mut self, id: NodeId, entries: &mut E) -> Result<(), E::Error> {
        match self.tree.node(id) {
            Node::List(_) | Node::Map(_) => {
                let place = entries.next(OfContainer);
                let start = self.start(place)?;
                // Refused through an alias, it is read, and stands where it stood before.
                if let Some(first) = self.containers.get(&start) {
                    self.repeat(*first, id);
                    return Ok(());
                }
                self.found(id, start);
                entries.next(Walk(self, id))
            }
            _ => {
                let place = entries.next(OfScalar);
                let start = self.start(place)?;
                self.starts.insert(Named::Node(id), start);
                Ok(())
            }
        }
    }

    fn found(&mut self, container: NodeId, start: usize) {
        self.containers.insert(start, container);
        self.starts.insert(Named::Node(container), start);
    }

    /// Gives `again` and all in it the places of `first`.
    fn repeat(&mut self, first: NodeId, again: NodeId) {
        self.copy(Named::Node(first), Named::Node(again));
        let (first, again) = (children(self.tree, first), children(self.tree, again));
        for (first, again) in first.into_iter().zip(again) {
            self.copy(Named::Key(first), Named::Key(again));
            self.repeat(first, again);
        }
    }

    fn copy(&mut self, first: Named, again: Named) {
        if let Some(start) = self.starts.get(&first).copied() {
            self.starts.insert(again, start);
        }
    }

    /// The place that a refusal tells.
    fn start<E: de::Error>(&mut self, refused: Result<(), E>) -> Result<usize, E> {
        let Err(error) = refused else {
            return Err(E::custom("a node that is not refused"));
        };
        let (line, column) = told(&error);
        Ok(self.cursor.go(self.text, line, column))
    }
}

fn children(tree: &Tree, id: NodeId) -> Vec<NodeId> {
    match tree.node(id) {
        Node::List(items) => items.clone(),
        Node::Map(entries) => entries.iter().map(|(_, value)| *value).collect(),
        _ => Vec::new(),
    }
}

/// What hands over one node after the other.
trait Entries<'de> {
    type Error: de::Error;

    fn next(&mut self, seed: impl DeserializeSeed<'de, Value = ()>) -> Result<(), Self::Error>;
}

struct Items<A>(A);

impl<'de, A: SeqAccess<'de>> Entries<'de> for Items<A> {
    type Error = A::Error;

    fn next(&mut self, seed: impl DeserializeSeed<'de, Value = ()>) -> Result<(), A::Error> {
        let item = self.0.next_element_seed(seed)?;
        item.ok_or_else(|| de::Error::custom("fewer items than the tree has"))
    }
}

/// Keys and values alike: of a value whose key it knows the parser writes the path into the error, of
/// which the keys can be most of the file.
struct KeysAndValues<A>(A);

impl<'de, A: MapAccess<'de>> Entries<'de> for KeysAndValues<A> {
    type Error = A::Error;

    fn next(&mut self, seed: impl DeserializeSeed<'de, Value = ()>) -> Result<(), A::Error> {
        self.0.next_value_seed(seed)
    }
}

/// Goes through a list or a mapping.
struct Walk<'s, 't>(&'s mut Search<'t>, NodeId);

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("what the tree has")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        let (Self(search, id), mut items) = (self, Items(items));
        for item in children(search.tree, id) {
            search.node(item, &mut items)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        let (Self(search, id), mut entries) = (self, KeysAndValues(entries));
        for value in children(search.tree, id) {
            let key = entries.next(OfScalar);
            let key = search.start(key)?;
            search.starts.insert(Named::Key(value), key);
            search.node(value, &mut entries)?;
        }
        Ok(())
    }
}

/// Refuses any node, and a scalar is read.
struct OfScalar;

impl<'de> DeserializeSeed<'de> for OfScalar {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Nothing)
    }
}

/// Refuses any node: a list or a mapping is no enum without a tag, which the parser sees before it
/// reads.
struct OfContainer;

impl<'de> DeserializeSeed<'de> for OfContainer {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_enum("", &[], Nothing)
    }
}

struct Nothing;

impl Visitor<'_> for Nothing {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("nothing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::source::Source;

    /// What each node and its key begin with, in the order of the file.
    fn places(text: &str) -> Vec<(String, String)> {
        let tree = Tree::parse(&Source::new("a.yaml", text)).expect("a tree");
        let places = Places::find(text, &tree);
        let (mut found, mut ids) = (Vec::new(), vec![tree.root()]);
        while let Some(id) = ids.pop() {
            let [key, node] = [places.key(id), places.node(id)];
            let shown = |place: Range<usize>| format!("{}{}", place.start, &text[place.clone()]);
            found.push((shown(key), shown(node)));
            ids.extend(children(&tree, id).into_iter().rev());
        }
        found
    }

    fn expected(places: &[(&str, &str)]) -> Vec<(String, String)> {
        let places = places.iter();
        places
            .map(|(key, node)| ((*key).to_owned(), (*node).to_owned()))
            .collect()
    }

    #[test]
    fn each_node_has_its_own_place() {
        let text =
            "# c\na: { b: [c, \"d e\"] }\nf:\n- g\n- - h\n  - i: ä\n    j:\nk: >\n  l\n? m\n: n\n";
        let places = places(text);
        let expected = expected(&[
            ("4a", "4a"),
            ("4a", "7{"),
            ("9b", "12["),
            ("13c", "13c"),
            ("16\"d e\"", "16\"d e\""),
            ("25f", "28- g"),
            ("30g", "30g"),
            ("34- h", "34- h"),
            ("36h", "36h"),
            ("42i", "42i"),
            ("42i", "45ä"),
            ("52j", "54"),
            ("55k", "58>"),
            ("66m", "70n"),
        ]);
        assert_eq!(places, expected);
    }

    #[test]
    fn an_alias_is_where_its_anchor_is() {
        let text = "a: &x { b: &y c }\nd: *x\ne: [*y, *x, { f: g }]\n";
        let places = places(text);
        let expected = expected(&[
            ("0a", "0a"),
            ("0a", "3&x { b"),
            ("8b", "11&y c"),
            ("18d", "3&x { b"),
            ("8b", "11&y c"),
            ("24e", "27["),
            ("11&y c", "11&y c"),
            ("3&x { b", "3&x { b"),
            ("8b", "11&y c"),
            ("36{", "36{"),
            ("38f", "41g"),
        ]);
        assert_eq!(places, expected);
    }

    #[test]
    fn a_document_of_one_node_has_a_place() {
        assert_eq!(places("a"), expected(&[("0a", "0a")]));
        assert_eq!(
            places("# c\n- a"),
            expected(&[("4- a", "4- a"), ("6a", "6a")])
        );
        assert_eq!(places(""), expected(&[("0", "0")]));
    }
    #[test]
    fn what_is_not_found_stands_in_the_first_line() {
        let longer = Tree::parse(&Source::new("a.yaml", "- a\n- b\n")).expect("a tree");
        let text = "# c\n- a\n";
        let places = Places::find(text, &longer);
        let items = children(&longer, longer.root());
        let shown = items.into_iter().map(|id| &text[places.node(id)]);
        assert_eq!(shown.collect::<Vec<_>>(), ["a", "# c"]);
    }
}
