//! What specs were made into, so that a later run makes what has changed and no more.

mod kept;

use std::collections::BTreeMap;

use crate::language::guide::Guide;
use crate::language::reference::Use;
use crate::load::load_each;
use crate::model::Provider;
use crate::part::Part;
use crate::render::Options;
use crate::spec::LANGUAGE;
use crate::text::Text;
use crate::threads;
use crate::yaml::diagnostic::Report;
use crate::yaml::source::Source;

/// What specs were made into by an earlier run. A run that is given it makes nothing again of a spec
/// that is byte for byte as it was.
///
/// It belongs to one generator, one folder and one set of options. An empty one is always right.
#[derive(Debug, Default)]
pub struct Memory {
    /// In the order of the sources.
    specs: Vec<Remembered>,
    /// Grows whenever a spec is not as it was.
    generation: u64,
    /// Texts that are made of all specs, by their names: what they were made of, and the texts.
    texts: BTreeMap<String, (Text, Text)>,
    is_changed: bool,
}

#[derive(Debug)]
pub(crate) struct Remembered {
    pub(crate) path: Text,
    pub(crate) spec: Text,
    /// The table of scopes beside it.
    pub(crate) scopes: Option<Text>,
    pub(crate) part: Part,
}

impl Memory {
    /// Whether it has learned something that is worth keeping.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// What the caller had to say of each provider, in the order of the specs.
    pub fn about(&self) -> impl Iterator<Item = &str> {
        self.specs.iter().map(|one| &*one.part.about)
    }

    pub(crate) fn specs(&self) -> &[Remembered] {
        &self.specs
    }

    /// Makes what is not as it was, and forgets what is gone.
    pub(crate) fn learn(
        &mut self,
        sources: &[Source],
        options: &Options,
        about: impl Fn(&Provider) -> String + Sync,
    ) -> Result<(), Report> {
        let is_same = |(known, source): (&Remembered, &Source)| known.is_of(source);
        if self.specs.len() == sources.len() && self.specs.iter().zip(sources).all(is_same) {
            return Ok(());
        }
        let known: BTreeMap<&str, usize> = (self.specs.iter().enumerate())
            .map(|(index, one)| (&*one.path, index))
            .collect();
        let known: Vec<_> = sources
            .iter()
            .map(|source| known.get(source.path.as_str()).copied())
            .zip(sources)
            .map(|(index, source)| index.filter(|index| self.specs[*index].is_of(source)))
            .collect();
        let new: Vec<_> = (0..sources.len())
            .filter(|index| known[*index].is_none())
            .collect();
        let made = load_each(sources, &new, |source, provider, used| Remembered {
            path: source.path.clone().into(),
            spec: source.text.clone(),
            scopes: source.scopes.clone(),
            part: Part::of(&provider, &used, options, about(&provider)),
        })?;
        let mut old: Vec<_> = std::mem::take(&mut self.specs)
            .into_iter()
            .map(Some)
            .collect();
        let mut made = made.into_iter();
        let specs = known.into_iter().filter_map(|known| match known {
            Some(index) => old[index].take(),
            None => made.next(),
        });
        self.specs = specs.collect();
        self.generation += 1;
        self.is_changed = true;
        Ok(())
    }

    /// A text that follows from `of` alone.
    pub(crate) fn text(&mut self, name: &str, of: &str, make: impl FnOnce() -> String) -> Text {
        if let Some((known, text)) = self.texts.get(name)
            && **known == *of
        {
            return text.clone();
        }
        let text = Text::from(make());
        let entry = (of.to_owned().into(), text.clone());
        self.texts.insert(name.to_owned(), entry);
        self.is_changed = true;
        text
    }

    /// The JSON Schema of the language, for editors.
    pub fn schema_of_language(&mut self) -> String {
        let schema = self.text("the schema of the language", "", || {
            Guide::new().to_schema()
        });
        schema.to_string()
    }

    /// The reference of the language with an example of each key, from the specs that were generated
    /// from last.
    pub fn reference_of_language(&mut self, sources: &[Source]) -> String {
        const NAME: &str = "the reference of the language";
        let of = self.generation.to_string();
        let known = self.texts.get(NAME);
        if known.is_none_or(|(known, _)| **known != *of) {
            let uses = self.first_uses(sources);
            self.text(NAME, &of, || LANGUAGE.guide.to_markdown(&uses));
        }
        self.text(NAME, &of, String::new).to_string()
    }

    /// The first use of each key.
    fn first_uses(&mut self, sources: &[Source]) -> Vec<Use> {
        let names: Vec<_> = LANGUAGE.guide.keys().collect();
        let firsts = self.firsts(names.len());
        let named = |number: &usize| {
            let (record, key) = names[*number];
            format!("{record} {key}")
        };
        let examples = threads::each(&firsts, |(index, numbers)| {
            let part = &self.specs[*index].part;
            let keys = numbers
                .iter()
                .map(|number| (named(number), part.way_to(*number)));
            part.examples_of(&sources[*index], &keys.collect::<Vec<_>>())
        });
        let mut uses = Vec::new();
        for ((index, numbers), examples) in firsts.iter().zip(examples) {
            for (number, example) in numbers.iter().zip(examples) {
                let (record, key) = names[*number];
                uses.push(Use {
                    record,
                    key: key.to_owned(),
                    provider: sources[*index].id().to_owned(),
                    example: example.to_string(),
                });
                let examples = &mut self.specs[*index].part.examples;
                examples.insert(named(number), example);
            }
        }
        uses
    }

    /// The specs that use a key which none before them uses, each with the numbers of such keys. There
    /// are so many in the language.
    fn firsts(&self, keys: usize) -> Vec<(usize, Vec<usize>)> {
        let mut unseen: Vec<_> = (0..keys).collect();
        let mut firsts = Vec::new();
        for (index, Remembered { part, .. }) in self.specs.iter().enumerate() {
            let mut of_spec = Vec::new();
            unseen.retain(|number| {
                let is_first = part.uses(*number);
                if is_first {
                    of_spec.push(*number);
                }
                !is_first
            });
            if !of_spec.is_empty() {
                firsts.push((index, of_spec));
            }
        }
        firsts
    }
}

impl Remembered {
    fn is_of(&self, source: &Source) -> bool {
        *self.path == *source.path
            && *self.spec == *source.text
            && self.scopes.as_deref() == source.scopes.as_deref()
    }
}
