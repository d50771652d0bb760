//! A memory between two runs. Each text is written as its length, a colon and the text: reading it
//! again takes no time beside what it saves, however long the texts are.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::{Memory, Remembered};
use crate::part::Part;
use crate::text::Text;

/// Changes whenever what follows is written in another order.
const FORMAT: &str = "what `codegen` remembers, 2";

impl Memory {
    /// Writes what is remembered, for [`Memory::kept`]. `maker` names the generator and all that its
    /// output depends on beside specs: two that may differ in what they write have different names.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn keep(&self, maker: &str, out: &mut impl Write) -> io::Result<()> {
        let mut put =
            |text: &str| write!(out, "{}:", text.len()).and(out.write_all(text.as_bytes()));
        put(FORMAT)?;
        put(maker)?;
        put(&self.generation.to_string())?;
        put(&self.specs.len().to_string())?;
        for Remembered {
            path,
            spec,
            scopes,
            part,
        } in &self.specs
        {
            let Part {
                module,
                json,
                fake,
                rows: [on_page, on_readme],
                about,
                keys,
                ways,
                examples,
            } = part;
            let of_part = [module, json, fake, on_page, on_readme, about, keys, ways];
            put(&scopes.iter().len().to_string())?;
            for text in [path, spec].into_iter().chain(scopes).chain(of_part) {
                put(text)?;
            }
            put(&examples.len().to_string())?;
            for (name, example) in examples {
                put(name)?;
                put(example)?;
            }
        }
        put(&self.texts.len().to_string())?;
        for (name, (of, text)) in &self.texts {
            put(name)?;
            put(of)?;
            put(text)?;
        }
        put(FORMAT)
    }

    /// What [`Memory::keep`] wrote; an empty memory where another generator wrote it, or where it is
    /// not whole.
    #[must_use]
    pub fn kept(maker: &str, text: String) -> Self {
        let reading = Reading {
            whole: Arc::new(text),
            at: 0,
        };
        reading.memory(maker).unwrap_or_default()
    }
}

struct Reading {
    whole: Arc<String>,
    at: usize,
}

impl Reading {
    fn memory(mut self, maker: &str) -> Option<Memory> {
        self.is_next(FORMAT)?;
        self.is_next(maker)?;
        let generation = self.number()?;
        let specs = (0..self.number()?).map(|_| self.spec());
        let specs = specs.collect::<Option<_>>()?;
        let texts = (0..self.number()?)
            .map(|_| Some((self.text()?.to_string(), (self.text()?, self.text()?))));
        let texts = texts.collect::<Option<_>>()?;
        self.is_next(FORMAT)?;
        Some(Memory {
            specs,
            generation,
            texts,
            is_changed: false,
        })
    }

    fn spec(&mut self) -> Option<Remembered> {
        let has_table = self.number()? == 1;
        Some(Remembered {
            path: self.text()?,
            spec: self.text()?,
            scopes: if has_table { Some(self.text()?) } else { None },
            part: Part {
                module: self.text()?,
                json: self.text()?,
                fake: self.text()?,
                rows: [self.text()?, self.text()?],
                about: self.text()?,
                keys: self.text()?,
                ways: self.text()?,
                examples: self.examples()?,
            },
        })
    }

    fn examples(&mut self) -> Option<BTreeMap<String, Text>> {
        let count = self.number()?;
        (0..count)
            .map(|_| Some((self.text()?.to_string(), self.text()?)))
            .collect()
    }

    fn is_next(&mut self, expected: &str) -> Option<()> {
        (*self.text()? == *expected).then_some(())
    }

    fn number(&mut self) -> Option<u64> {
        self.text()?.parse().ok()
    }

    fn text(&mut self) -> Option<Text> {
        let rest = self.whole.get(self.at..)?;
        let (length, _) = rest.split_once(':')?;
        let start = self.at + length.len() + 1;
        let end = start.checked_add(length.parse().ok()?)?;
        self.at = end;
        Text::part(&self.whole, start..end)
    }
}
