//! From YAML to what is true: parse, decode, check, lower.

mod imported;

use std::collections::BTreeMap;

use crate::decode::{Decode, Place, Reader, hidden};
use crate::model::Provider;
use crate::yaml::diagnostic::{Label, Report};
use crate::yaml::locate::locate;
use crate::yaml::source::{self, Source};
use crate::yaml::tree::{Node, Tree};
use crate::{check, lower, spec};

/// Reads specs: parse, decode, check, lower.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn load(sources: &[Source]) -> Result<Vec<Provider>, Report> {
    load_with(sources, |_, _| ())
}

/// [`load`], which shows the reader of each spec without a mistake to `with`.
pub(crate) fn load_with(
    sources: &[Source],
    mut with: impl FnMut(&Source, &Reader),
) -> Result<Vec<Provider>, Report> {
    let mut report = Report::new(sources);
    let mut providers = Vec::new();
    let mut modules = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        if let Some(first) = modules.insert(source.id(), &source.path) {
            let title = format!("{first} and {} would be one module", source.path);
            let help = format!(
                "`{}` is the module of `{first}` as well: rename one of the files",
                source.id()
            );
            report.add(index, title, Vec::new(), Some(help));
        }
        providers.extend(read(index, source, &mut report, |reader| {
            with(source, reader)
        }));
    }
    if report.is_empty() {
        return Ok(providers);
    }
    report.sort();
    Err(report)
}

/// Reads one spec, and shows its reader to `with` where there is no mistake.
fn read(
    index: usize,
    source: &Source,
    report: &mut Report,
    with: impl FnOnce(&Reader),
) -> Option<Provider> {
    let before = report.len();
    let mut tree = match Tree::parse(source) {
        Ok(tree) => tree,
        Err(mistakes) => {
            if source.text.len() <= source::MAX_BYTES {
                let labels = || mistakes.iter().flat_map(|mistake| &mistake.labels);
                hidden::report(index, source, report, |span| {
                    labels().any(|label| label.span == *span)
                });
            }
            for mistake in mistakes {
                report.add(index, mistake.title, mistake.labels, mistake.help);
            }
            return None;
        }
    };
    hidden::report(index, source, report, |_| false);
    let hidden = hidden::take_out(&mut tree);
    let mut reader = Reader {
        language: &spec::LANGUAGE,
        source,
        index,
        tree: &tree,
        report,
        cited: Vec::new(),
        used: Vec::new(),
        field: None,
        spent: 0,
        untold: 0,
    };
    hidden::report_escaped(&hidden, &mut reader);
    let spec = decode(&mut reader);
    if reader.untold > 0 {
        let title = format!("and {} more mistakes", reader.untold);
        let help = "mend those above first".to_owned();
        reader.report.add(index, title, Vec::new(), Some(help));
    }
    let spec = spec?;
    if reader.report.len() > before {
        return None;
    }
    with(&reader);
    let lowered = lower::lower(source, &spec, tree.keys());
    if lowered.is_none() {
        reader.mistake(Place::Spec, "the spec is incomplete");
    }
    lowered
}

impl Report {
    /// Adds a mistake of the source with this index, at the value that these keys and indices lead to;
    /// where one of them is not there, at the last that is.
    pub fn mistake(
        &mut self,
        source: usize,
        path: &[&str],
        title: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = Tree::parse(&self.sources[source]).ok().map(|tree| {
            let steps = tree.path(tree.find(path));
            locate(&self.sources[source].text, &steps)
        });
        let label = |span| Label {
            span,
            text: String::new(),
        };
        let labels = span.into_iter().map(label).collect();
        self.add(source, title, labels, Some(help.into()));
    }
}

/// Decodes and checks.
fn decode(reader: &mut Reader) -> Option<spec::Spec> {
    let root = reader.tree.root();
    if let Node::Null = reader.tree.node(root) {
        reader.mistake_with_help(
            Place::Spec,
            "the spec is empty",
            "begin with `name`, `summary`, `documentation`, `sources`, `endpoints`, `clients` and \
             `grants`",
        );
        return None;
    }
    let mut spec = spec::Spec::decode(root, reader)?;
    imported::add(&mut spec, reader);
    check::check(&spec, reader);
    Some(spec)
}
