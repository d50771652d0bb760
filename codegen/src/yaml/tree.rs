//! The YAML as a tree whose nodes have names, so that a mistake found late still knows its place.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use crate::text::concat;
use crate::yaml::locate::Step;
use crate::yaml::source::{MAX_BYTES, Source};
use crate::yaml::syntax;
use crate::yaml::unreadable::{KEY, MERGE_KEY, TAG, TOO_MANY_NODES, Unreadable};

/// The most nodes of a tree: an alias can repeat a node without adding to the file's size.
const MAX_NODES: usize = 50_000;

/// After so many the file is something else than a spec.
const MAX_SYNTAX_MISTAKES: usize = 20;

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(usize);

/// What a node is.
#[derive(Debug)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    /// As Rust prints it; a spec's numbers are small and whole.
    Number(String),
    Text(String),
    List(Vec<NodeId>),
    /// In the order of the file, duplicates included.
    Map(Vec<(String, NodeId)>),
}

impl Node {
    /// What the node is, for a sentence such as "expected a text, found a list".
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Bool(_) => "true or false",
            Node::Number(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Map(_) => "a mapping",
        }
    }
}

/// A text with hidden characters that was in the tree.
#[derive(Debug)]
pub(crate) struct Hidden {
    /// As it was.
    pub(crate) text: String,
    /// The node, or the value of the key.
    pub(crate) node: NodeId,
    /// Whether it is a key.
    pub(crate) is_key: bool,
}

/// A parsed file.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<(Node, Option<(NodeId, Step)>)>,
}

impl Tree {
    /// The tree of a text, or every mistake that keeps it from being one.
    pub(crate) fn parse(source: &Source) -> Result<Self, Vec<Unreadable>> {
        if source.text.len() > MAX_BYTES {
            let size = source.text.len();
            return Err(vec![Unreadable::whole(
                format!("the file has {size} bytes; a spec has at most {MAX_BYTES}"),
                "leave out what is no fact of this provider",
            )]);
        }
        let unparsed = [syntax::foreign_bytes, syntax::too_deep];
        if let Some(mistake) = unparsed.iter().find_map(|find| find(&source.text)) {
            return Err(vec![mistake]);
        }
        let error = match Self::grow(&source.text) {
            Ok(tree) => return Ok(tree),
            Err(error) => error,
        };
        let mut mistakes = vec![syntax::explain(&source.text, &error)];
        let mut rest = source.text.to_string();
        // The sections of a spec are apart: what is wrong in one says nothing of the others.
        while let Some(last) = mistakes.last()
            && mistakes.len() < MAX_SYNTAX_MISTAKES
            && !last.labels.is_empty()
            && syntax::blank_section(&mut rest, last.within)
            && let Err(error) = Self::grow(&rest)
            // Its anchor may have stood in what is gone.
            && !error.to_string().starts_with("unknown anchor")
        {
            mistakes.push(syntax::explain(&rest, &error));
        }
        Err(mistakes)
    }

    fn grow(text: &str) -> Result<Self, serde_yaml::Error> {
        let mut tree = Tree::default();
        let root = Grow {
            tree: &mut tree,
            parent: None,
        };
        root.deserialize(serde_yaml::Deserializer::from_str(text))?;
        Ok(tree)
    }

    pub(crate) fn root(&self) -> NodeId {
        NodeId(0)
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0].0
    }

    /// The steps from the root to a node.
    pub(crate) fn path(&self, id: NodeId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut parent = self.nodes[id.0].1;
        while let Some((above, step)) = parent {
            steps.push(step);
            parent = self.nodes[above.0].1;
        }
        steps.reverse();
        steps
    }

    /// The key of the list that a node is an item of.
    pub(crate) fn list_of(&self, id: NodeId) -> Option<&str> {
        match self.nodes[id.0].1? {
            (list, Step::Item(_)) => self.key(list),
            _ => None,
        }
    }

    /// The node that keys and indices lead to, or the last one on the way there.
    pub(crate) fn find(&self, path: &[&str]) -> NodeId {
        let mut node = self.root();
        for step in path {
            let next = match self.node(node) {
                Node::Map(entries) => entries
                    .iter()
                    .find(|(key, _)| key == step)
                    .map(|(_, at)| at),
                Node::List(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
                _ => None,
            };
            match next {
                Some(next) => node = *next,
                None => break,
            }
        }
        node
    }

    /// The key in front of a node, if it is an entry of a mapping.
    pub(crate) fn key(&self, id: NodeId) -> Option<&str> {
        let (above, Step::Value(index)) = self.nodes[id.0].1? else {
            return None;
        };
        match self.node(above) {
            Node::Map(entries) => entries.get(index).map(|(key, _)| key.as_str()),
            _ => None,
        }
    }

    /// Replaces the texts and the keys for which `clean` has another, and returns what they were.
    pub(crate) fn clean(&mut self, clean: impl Fn(&str, bool) -> Option<String>) -> Vec<Hidden> {
        let mut found = Vec::new();
        for (index, (node, _)) in self.nodes.iter_mut().enumerate() {
            let mut replace = |text: &mut String, node: NodeId, is_key: bool| {
                if let Some(cleaned) = clean(text, is_key) {
                    let text = std::mem::replace(text, cleaned);
                    found.push(Hidden { text, node, is_key });
                }
            };
            match node {
                Node::Text(text) => replace(text, NodeId(index), false),
                Node::Map(entries) => {
                    for (key, value) in entries {
                        replace(key, *value, true);
                    }
                }
                Node::Null | Node::Bool(_) | Node::Number(_) | Node::List(_) => {}
            }
        }
        found
    }

    /// The texts that are `meant`, in the order of the file.
    pub(crate) fn texts(&self, meant: impl Fn(&str) -> bool) -> impl Iterator<Item = NodeId> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(move |(index, (node, _))| match node {
            Node::Text(text) if meant(text) => Some(NodeId(index)),
            _ => None,
        })
    }

    /// The keys of all mappings, each as the path of keys that leads to it, joined by dots. What is
    /// in lists has no path, and the names of scopes, which are many, are left out.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        self.add_keys(self.root(), "", &mut keys);
        keys
    }

    fn add_keys(&self, mapping: NodeId, path: &str, keys: &mut Vec<String>) {
        let Node::Map(entries) = self.node(mapping) else {
            return;
        };
        for (key, value) in entries {
            let key = match path {
                "" => key.clone(),
                path => concat(&[path, ".", key]),
            };
            if key != "scopes.values" && matches!(self.node(*value), Node::Map(_)) {
                self.add_keys(*value, &key, keys);
            }
            keys.push(key);
        }
    }

    fn push(&mut self, parent: Option<(NodeId, Step)>) -> Option<NodeId> {
        if self.nodes.len() == MAX_NODES {
            return None;
        }
        self.nodes.push((Node::Null, parent));
        Some(NodeId(self.nodes.len() - 1))
    }
}

/// Adds the next node of the document, and all inside it, to the tree.
struct Grow<'t> {
    tree: &'t mut Tree,
    parent: Option<(NodeId, Step)>,
}

impl<'de> DeserializeSeed<'de> for Grow<'_> {
    type Value = NodeId;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<NodeId, D::Error> {
        let Some(id) = self.tree.push(self.parent) else {
            return Err(de::Error::custom(TOO_MANY_NODES));
        };
        let node = deserializer.deserialize_any(Fill {
            tree: self.tree,
            id,
        })?;
        self.tree.nodes[id.0].0 = node;
        Ok(id)
    }
}

struct Fill<'t> {
    tree: &'t mut Tree,
    id: NodeId,
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a text, a number, true, false, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        loop {
            let parent = Some((self.id, Step::Item(list.len())));
            match items.next_element_seed(Grow {
                tree: self.tree,
                parent,
            })? {
                Some(item) => list.push(item),
                None => return Ok(Node::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            let parent = Some((self.id, Step::Value(map.len())));
            let value = entries.next_value_seed(Grow {
                tree: self.tree,
                parent,
            })?;
            map.push((key, value));
        }
        Ok(Node::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Node, A::Error> {
        Err(de::Error::custom(TAG))
    }
}

/// A key: any scalar, as it is written.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(KEY)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        match text {
            "<<" => Err(E::custom(MERGE_KEY)),
            _ => Ok(text.to_owned()),
        }
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(de::Error::custom(TAG))
    }
}
