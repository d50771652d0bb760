//! What one spec is made into: files of its own, and its share of the files of all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::guide;
use crate::load::UsedKey;
use crate::model::Provider;
use crate::render::{self, Options};
use crate::text::Text;
use crate::yaml::locate::Step;
use crate::yaml::source::Source;
use crate::{layout, published};

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
    /// The keys that the spec uses, a line each: a name of two words, and the steps to the key.
    pub(crate) keys: Text,
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
        let module = render::module(provider, options);
        let module = layout::with_header(&module, layout::origin(&provider.path));
        let mut part = Self {
            module: module.into(),
            about: about.into(),
            ..Self::default()
        };
        if options.package {
            part.json = published::one(provider).into();
            part.rows = render::rows(provider).map(Text::from);
            part.keys = lines(used).into();
        } else {
            part.fake = render::fake::included(provider, options).into();
        }
        part
    }

    /// The names of the keys in such lines, each with the way to it.
    pub(crate) fn keys_of(lines: &str) -> impl Iterator<Item = (&str, &str)> {
        lines.lines().filter_map(|line| line.rsplit_once(' '))
    }

    /// The lines of the spec in which each of these keys is used.
    pub(crate) fn examples_of(&self, source: &Source, keys: &[(&str, &str)]) -> Vec<Text> {
        let known = keys
            .iter()
            .map(|(name, _)| self.examples.get(*name).cloned());
        if let Some(known) = known.collect() {
            return known;
        }
        let ways: Vec<_> = keys.iter().map(|(_, way)| steps(way)).collect();
        let examples = guide::examples(source, &ways).into_iter();
        examples.map(Text::from).collect()
    }
}

fn lines(used: &[UsedKey]) -> String {
    let mut text = String::new();
    for (record, key, way) in used {
        let _ = write!(text, "{record} {key} ");
        for step in way {
            // Writing to a String cannot fail.
            let _ = match step {
                Step::Key(index) => write!(text, "/k{index}"),
                Step::Value(index) => write!(text, "/v{index}"),
                Step::Item(index) => write!(text, "/i{index}"),
            };
        }
        text.push('\n');
    }
    text
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
