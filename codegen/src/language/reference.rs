//! The reference of the language for people.

use std::fmt::Write;

use crate::language::guide::{Guide, Key};
use crate::prose;

/// A key in a spec.
#[derive(Clone, Debug)]
pub struct Use {
    /// The record's name.
    pub record: &'static str,
    /// The key.
    pub key: String,
    /// The provider.
    pub provider: String,
    /// The lines of the spec, without their indentation; the first few of a long value.
    pub example: String,
}

impl Guide {
    /// The reference of the language, as Markdown: a section a record, a line a key, and an example
    /// of each record from the specs.
    #[must_use]
    pub fn to_markdown(&self, uses: &[Use]) -> String {
        let mut text = String::new();
        for record in &self.records {
            let _ = write!(text, "\n### {}\n\n{}", record.name, record.about);
            if let Some(key) = record.shorthand {
                let _ = write!(text, " A text alone stands for `{key}`.");
            }
            text += "\n\n";
            for key in &record.keys {
                let required = if key.required { ", required" } else { "" };
                let Key {
                    name, about, shape, ..
                } = key;
                let _ = writeln!(text, "- **`{name}`** ({shape}{required}): {about}");
                let used = uses
                    .iter()
                    .find(|used| used.record == record.name && used.key == *name);
                if let Some(used) = used {
                    let fence = prose::fence(&used.example);
                    let _ = writeln!(text, "\n  {fence}yaml\n  # {}.yaml", used.provider);
                    for line in used.example.lines() {
                        let _ = writeln!(text, "  {line}");
                    }
                    let _ = writeln!(text, "  {fence}\n");
                }
            }
        }
        text
    }
}
