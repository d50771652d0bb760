//! From YAML to what is true: parse, decode, check, lower.

mod imported;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::decode::{Decode, Place, Reader, UsedKey, hidden};
use crate::model::Provider;
use crate::yaml::diagnostic::{Label, Report};
use crate::yaml::places::Places;
use crate::yaml::source::{self, Source};
use crate::yaml::tree::{Node, Tree};
use crate::{check, lower, spec, threads};

/// Reads specs: parse, decode, check, lower.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn load(sources: &[Source]) -> Result<Vec<Provider>, Report> {
    let all: Vec<_> = (0..sources.len()).collect();
    load_each(sources, &all, |_, provider, _| provider)
}

/// Reads those of the specs that have these indices, and makes something of each. All specs are looked
/// at for what they may not be together.
///
/// # Errors
///
/// Every mistake of every spec that is read.
pub(crate) fn load_each<Made: Send>(
    sources: &[Source],
    read: &[usize],
    make: impl Fn(&Source, Provider, Vec<UsedKey>) -> Made + Sync,
) -> Result<Vec<Made>, Report> {
    let found = threads::each(read, |index| {
        let source = &sources[*index];
        load_one(source).map(|(provider, used)| make(source, provider, used))
    });
    let mut mistakes = same_modules(sources);
    let mut all = Vec::with_capacity(found.len());
    for (index, found) in read.iter().zip(found) {
        match found {
            Ok(made) => all.push(made),
            Err(report) => mistakes.push((*index, report)),
        }
    }
    if mistakes.is_empty() {
        return Ok(all);
    }
    let mut report = Report::new(sources);
    for (index, of_one) in mistakes {
        report.add_all(index, of_one);
    }
    report.sort();
    Err(report)
}

/// Of specs that would be one module, all but the first.
fn same_modules(sources: &[Source]) -> Vec<(usize, Report)> {
    let mut modules = BTreeMap::new();
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        if let Some(first) = modules.insert(source.id(), &source.path) {
            let title = format!("{first} and {} would be one module", source.path);
            let help = format!(
                "`{}` is the module of `{first}` as well: rename one of the files",
                source.id()
            );
            let mut report = Report::of(source);
            report.add(title, Vec::new(), Some(help));
            found.push((index, report));
        }
    }
    found
}

/// Reads one spec.
fn load_one(source: &Source) -> Result<(Provider, Vec<UsedKey>), Report> {
    let mut report = Report::of(source);
    match read(source, &mut report) {
        Some(read) if report.is_empty() => Ok(read),
        _ => Err(report),
    }
}

fn read(source: &Source, report: &mut Report) -> Option<(Provider, Vec<UsedKey>)> {
    let mut tree = match Tree::parse(source) {
        Ok(tree) => tree,
        Err(mistakes) => {
            if source.text.len() <= source::MAX_BYTES {
                let labels = || mistakes.iter().flat_map(|mistake| &mistake.labels);
                hidden::report(source, report, |span| {
                    labels().any(|label| label.span == *span)
                });
            }
            for mistake in mistakes {
                report.add(mistake.title, mistake.labels, mistake.help);
            }
            return None;
        }
    };
    let are_in_file = hidden::report(source, report, |_| false);
    let hidden = hidden::take_out(&mut tree, source, are_in_file);
    let mut reader = Reader {
        language: &spec::LANGUAGE,
        source,
        tree: &tree,
        report,
        cited: Vec::new(),
        used: Vec::new(),
        field: None,
        places: OnceCell::new(),
        untold: 0,
    };
    hidden::report_escaped(&hidden, &mut reader);
    let spec = decode(&mut reader);
    if reader.untold > 0 {
        let title = format!("and {} more mistakes", reader.untold);
        let help = "mend those above first".to_owned();
        reader.report.add(title, Vec::new(), Some(help));
    }
    let spec = spec?;
    if !reader.report.is_empty() {
        return None;
    }
    let lowered = lower::lower(source, &spec, tree.keys());
    if lowered.is_none() {
        reader.mistake(Place::Spec, "the spec is incomplete");
    }
    let used = reader.used_keys();
    lowered.map(|provider| (provider, used))
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
        let span = Tree::parse(&self.sources[source])
            .ok()
            .map(|tree| Places::find(&self.sources[source].text, &tree).node(tree.find(path)));
        let label = |span| Label {
            span,
            text: String::new(),
        };
        let labels = span.into_iter().map(label).collect();
        self.add_to(source, title, labels, Some(help.into()));
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
