//! Changes of a spec's meaning: a key with its value from another spec, a key less, another word that
//! is legal there. Most of what comes out is written as the language wants it, so that `check` has to
//! tell what contradicts itself from what does not.

use std::collections::BTreeMap;

use fastrand::Rng;
use oauth_atlas_codegen::guide::Guide;
use serde_yaml::{Mapping, Value};

/// The keys from a spec's top to a value.
type Path = Vec<String>;

/// What says nothing of how a provider behaves: citations, prose, and tables that take time.
const SILENT: [&str; 8] = [
    "bundles",
    "conflicts",
    "examples",
    "imported",
    "limits",
    "metadata",
    "notes",
    "source",
];

/// The most scopes of a table.
const SCOPES: usize = 6;

/// Where changes take their material from.
pub struct Grafts {
    /// The values of all specs, with the paths at which they stand.
    values: Vec<(Path, Value)>,
    /// The words that are legal at a key, by its name.
    words: BTreeMap<String, Vec<String>>,
}

impl Grafts {
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut values = Vec::new();
        for text in texts {
            if let Some(spec) = bare(text) {
                collect(&Value::Mapping(spec), &mut Vec::new(), &mut values);
            }
        }
        let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for key in Guide::new().records.iter().flat_map(|record| &record.keys) {
            let shape = key.shape.to_string();
            let legal = shape.split('`').skip(1).step_by(2).map(str::to_owned);
            words.entry(key.name.to_owned()).or_default().extend(legal);
        }
        Self { values, words }
    }

    /// The spec without what says nothing, with one to three changes; the same for the same state of
    /// `rng`. Nothing where the text is no mapping.
    pub fn change(&self, text: &str, rng: &mut Rng) -> Option<String> {
        let mut spec = Value::Mapping(bare(text)?);
        for _ in 0..rng.usize(1..=3) {
            self.change_once(&mut spec, rng);
        }
        serde_yaml::to_string(&spec).ok()
    }

    fn change_once(&self, spec: &mut Value, rng: &mut Rng) {
        let mut own = Vec::new();
        collect(spec, &mut Vec::new(), &mut own);
        match rng.u8(..4) {
            0 => {
                let (path, _) = &own[rng.usize(..own.len())];
                remove(spec, path);
            }
            1 => {
                let is_word = |(path, value): &&(Path, Value)| {
                    let words = path.last().and_then(|key| self.words.get(key));
                    let text = as_word(value);
                    words.is_some_and(|words| text.is_some_and(|text| words.contains(&text)))
                };
                let at: Vec<_> = own.iter().filter(is_word).collect();
                if at.is_empty() {
                    return;
                }
                let (path, _) = at[rng.usize(..at.len())];
                let words = &self.words[path.last().expect("a key")];
                let word = words[rng.usize(..words.len())].clone();
                let value = serde_yaml::from_str(&word).unwrap_or(Value::String(word));
                put(spec, path, value);
            }
            _ => {
                let (path, value) = &self.values[rng.usize(..self.values.len())];
                put(spec, path, value.clone());
            }
        }
    }
}

fn as_word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The spec with one source and without what says nothing.
fn bare(text: &str) -> Option<Mapping> {
    let Value::Mapping(mut spec) = serde_yaml::from_str(text).ok()? else {
        return None;
    };
    strip(&mut spec);
    let source = "docs: { title: OAuth, url: \"https://docs.acme.example\", checked: 2026-11-22 }";
    spec.insert("sources".into(), serde_yaml::from_str(source).ok()?);
    Some(spec)
}

fn strip(mapping: &mut Mapping) {
    mapping.retain(|key, _| key.as_str().is_none_or(|key| !SILENT.contains(&key)));
    for (key, value) in mapping.iter_mut() {
        if let (Some("values"), Value::Mapping(scopes)) = (key.as_str(), &mut *value) {
            let mut left = SCOPES;
            scopes.retain(|_, _| {
                left = left.saturating_sub(1);
                left > 0
            });
        }
        strip_value(value);
    }
}

fn strip_value(value: &mut Value) {
    match value {
        Value::Mapping(inner) => strip(inner),
        Value::Sequence(items) => items.iter_mut().for_each(strip_value),
        _ => {}
    }
}

/// Every value below the top, with its path. Lists are values as a whole.
fn collect(value: &Value, path: &mut Path, into: &mut Vec<(Path, Value)>) {
    let Value::Mapping(mapping) = value else {
        return;
    };
    for (key, value) in mapping {
        let Some(key) = key.as_str() else { continue };
        // What every spec has to say of itself breaks no other.
        if path.is_empty() && ["name", "summary", "documentation", "sources"].contains(&key) {
            continue;
        }
        path.push(key.to_owned());
        into.push((path.clone(), value.clone()));
        collect(value, path, into);
        path.pop();
    }
}

fn remove(spec: &mut Value, path: &[String]) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let parent = parents
        .iter()
        .try_fold(spec, |value, key| value.get_mut(key));
    if let Some(Value::Mapping(parent)) = parent {
        parent.remove(last.as_str());
    }
}

/// Puts a value at its path. What stands for itself on the way, as a URL does for an endpoint, becomes
/// the mapping that it stands for, where that is known.
fn put(spec: &mut Value, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        *spec = value;
        return;
    };
    let shorthand = match &*spec {
        Value::String(url) if url.contains("://") || url.starts_with('{') => Some("url"),
        Value::Mapping(_) => None,
        Value::Null => {
            *spec = Value::Mapping(Mapping::new());
            None
        }
        _ => return,
    };
    if let Some(key) = shorthand {
        let mut mapping = Mapping::new();
        mapping.insert(key.into(), spec.clone());
        *spec = Value::Mapping(mapping);
    }
    let Value::Mapping(mapping) = spec else {
        return;
    };
    let inner = mapping.entry(first.as_str().into());
    put(inner.or_insert(Value::Null), rest, value);
}
