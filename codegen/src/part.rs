//! What one spec is made into: files of its own, and its share of the files of all.

use std::collections::BTreeMap;

use crate::decode::UsedKey;
use crate::guide;
use crate::layout;
use crate::model::Provider;
use crate::render::{self, Options};
use crate::text::Text;
use crate::yaml::locate::Step;
use crate::yaml::source::Source;

/// What one spec is made into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// The module.
    pub(crate) module: Text,
    /// The JSON file of a package.
    pub(crate) json: Text,
    /// The function of a private package that makes a fake.
    pub(crate) fake: Text,
    /// The row on the page of a package, and that of its README.
    pub(crate) rows: [Text; 2],
    /// What the caller has to say of the provider.
    pub(crate) about: Text,
    /// For each key of the language in its order `1` where the spec uses it, else `0`, up to the last
    /// that it uses.
    pub(crate) keys: Text,
    /// The steps to each of the keys that it uses, a line each in the same order.
    pub(crate) ways: Text,
    /// The lines of the spec that show how a key is used, by its name. Finding them takes time.
    pub(crate) examples: BTreeMap<String, Text>,
}

impl Part {
    pub(crate) fn of(
        provider: &Provider,
        used: &[UsedKey],
        options: &Options,
        about: String,
    ) -> Self {
        let description = provider.description().to_node();
        let module = render::module(provider, &description, options);
        let module = layout::with_header(&module, layout::origin(&provider.path));
        let mut part = Self {
            module: module.into(),
            about: about.into(),
            ..Self::default()
        };
        if options.package {
            part.json = description.to_file().into();
            part.rows = render::rows(provider).map(Text::from);
            let (keys, ways) = in_order(used);
            part.keys = keys.into();
            part.ways = ways.into();
        } else {
            part.fake = render::fake::included(provider, &description, options).into();
        }
        part
    }

    /// Whether the spec uses the key with this number in the language.
    pub(crate) fn uses(&self, number: usize) -> bool {
        self.keys.as_bytes().get(number) == Some(&b'1')
    }

    /// The way to such a key.
    pub(crate) fn way_to(&self, number: usize) -> &str {
        let before = self.keys[..number].matches('1').count();
        self.ways.lines().nth(before).unwrap_or_default()
    }

    /// The lines of the spec in which each of these keys is used.
    pub(crate) fn examples_of(&self, source: &Source, keys: &[(String, &str)]) -> Vec<Text> {
        let known = keys
            .iter()
            .map(|(name, _)| self.examples.get(name).cloned());
        if let Some(known) = known.collect() {
            return known;
        }
        let ways: Vec<_> = keys.iter().map(|(_, way)| steps(way)).collect();
        let examples = guide::examples(source, &ways).into_iter();
        examples.map(Text::from).collect()
    }
}

/// Keys in their order as a part has them, and the ways to them.
fn in_order(used: &[UsedKey]) -> (String, String) {
    let (mut keys, mut ways) = (String::new(), String::new());
    for (number, way) in used {
        while keys.len() < *number {
            keys.push('0');
        }
        keys.push('1');
        for step in way {
            let (kind, index) = match step {
                Step::Key(index) => ("/k", index),
                Step::Value(index) => ("/v", index),
                Step::Item(index) => ("/i", index),
            };
            ways += kind;
            ways += &index.to_string();
        }
        ways.push('\n');
    }
    (keys, ways)
}

fn steps(way: &str) -> Vec<Step> {
    let steps = way.split('/').filter_map(|step| {
        let (kind, index) = step.split_at_checked(1)?;
        let index = index.parse().ok()?;
        match kind {
            "k" => Some(Step::Key(index)),
            "v" => Some(Step::Value(index)),
            "i" => Some(Step::Item(index)),
            _ => None,
        }
    });
    steps.collect()
}
