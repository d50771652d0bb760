//! `oauth-atlas drift`

mod compare;
mod target;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{self as codegen, Source, writing};

use crate::failure::Failure;
use crate::metadata::Metadata;
use crate::mistakes::{self, count};
use crate::specs::Specs;
use crate::terminal::Terminal;
use compare::{Comparison, compare};
use target::Target;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The providers, or the paths of specs that are kept elsewhere; default: all whose metadata is
    /// known
    names: Vec<String>,

    /// Read saved documents from this folder instead of asking the providers
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,

    /// Read the one provider's metadata from this file
    #[arg(long, value_name = "FILE", conflicts_with = "from", requires = "names")]
    metadata: Option<PathBuf>,
}

/// Prints what differs, provider by provider. A difference is a finding.
pub fn run(specs: &Specs, arguments: &Arguments, terminal: Terminal) -> Result<(), Failure> {
    let providers = load(specs, &arguments.names)?;
    let mut targets = match &arguments.metadata {
        Some(file) => vec![with_document(&providers, file)?],
        None => targets(&providers, arguments)?,
    };
    if let (Some(folder), true) = (&arguments.from, arguments.names.is_empty()) {
        // Whoever saved some documents asks for these; a folder that is not there has none.
        if !folder.is_dir() {
            let folder = folder.display();
            return Err(Failure::Files(format!(
                "cannot read {folder}: no such folder"
            )));
        }
        targets.retain(|target| document(folder, target).exists());
    }
    if targets.is_empty() {
        return Err(Failure::Files(match &arguments.from {
            Some(folder) => format!(
                "no file in {} is named after a provider whose metadata is known: google.json",
                folder.display()
            ),
            None => "no spec has the address of its metadata".to_owned(),
        }));
    }
    let mut tally = Tally::default();
    for target in &targets {
        let name = target.name();
        match read(target, arguments) {
            Ok((metadata, place)) => {
                let comparison = compare(target, &metadata);
                tally.add(&comparison);
                terminal.data(describe(&name, &place, &comparison, terminal.is_quiet()))?;
            }
            Err(reason) => {
                tally.unread += 1;
                terminal.error(format_args!("{name}: cannot read its metadata:\n{reason}"));
            }
        }
    }
    tally.outcome(providers.len(), terminal)
}

/// The providers of these names and paths, or all. Each that is named is read alone: a spec that is
/// kept elsewhere may be one of a provider that is known here.
fn load(specs: &Specs, names: &[String]) -> Result<Vec<Provider>, Failure> {
    let load = |sources: &[Source]| {
        codegen::load(sources).map_err(|report| mistakes::found(&report, sources.len()))
    };
    if names.is_empty() {
        return load(&specs.all()?);
    }
    let mut providers = Vec::new();
    for name in names {
        providers.extend(load(&[specs.named(name)?])?);
    }
    Ok(providers)
}

fn targets<'p>(
    providers: &'p [Provider],
    arguments: &Arguments,
) -> Result<Vec<Target<'p>>, Failure> {
    let all = providers.iter().flat_map(Target::all);
    if let Some(folder) = &arguments.from {
        // A document that is there need not be known to the spec.
        let is_there = |target: &Target<'_>| target.is_known() || document(folder, target).exists();
        return Ok(all.filter(is_there).collect());
    }
    for (provider, name) in providers.iter().zip(&arguments.names) {
        if !Target::all(provider).iter().any(Target::is_known) {
            return Err(Failure::Arguments(format!(
                "the spec of {name} does not say where its metadata is: add `issuer`, or `metadata` \
                 to an environment; or give a document with --metadata"
            )));
        }
    }
    Ok(all.filter(Target::is_known).collect())
}

/// One document is about one set of hosts: the default one.
fn with_document<'p>(providers: &'p [Provider], file: &Path) -> Result<Target<'p>, Failure> {
    let [provider] = providers else {
        return Err(Failure::Arguments(format!(
            "{} is the metadata of one provider: give its name",
            file.display()
        )));
    };
    Ok(Target::default_of(provider))
}

fn document(folder: &Path, target: &Target) -> PathBuf {
    folder.join(format!("{}.json", target.name()))
}

/// The metadata, and where it is.
fn read(target: &Target, arguments: &Arguments) -> Result<(Metadata, String), String> {
    let file = match (&arguments.metadata, &arguments.from) {
        (Some(file), _) => file.clone(),
        (None, Some(folder)) => document(folder, target),
        (None, None) => return Metadata::fetch(&target.addresses),
    };
    let place = file.display().to_string();
    let metadata = Metadata::read(&file).map_err(|reason| format!("{place}: {reason}"))?;
    Ok((metadata, place))
}

fn describe(name: &str, place: &str, comparison: &Comparison, quiet: bool) -> String {
    let Comparison {
        differences,
        explained,
        skipped,
    } = comparison;
    let mut text = format!("{name}: ");
    text += &match differences.len() {
        0 => "no difference".to_owned(),
        some => count(some, "difference"),
    };
    if *explained > 0 {
        let _ = write!(text, ", {explained} explained in the spec");
    }
    let _ = write!(text, " ({place})");
    for difference in differences {
        // Colours too are the document's here, and not ours.
        let shown = writing::visible(difference.text.as_str());
        let _ = write!(text, "\n  {}: {shown}", difference.member);
    }
    if !quiet {
        for skipped in skipped {
            let _ = write!(text, "\n  not compared: {skipped}");
        }
    }
    text
}

#[derive(Default)]
struct Tally {
    same: usize,
    drifted: usize,
    unread: usize,
}

impl Tally {
    fn add(&mut self, comparison: &Comparison) {
        if comparison.differences.is_empty() {
            self.same += 1;
        } else {
            self.drifted += 1;
        }
    }

    fn outcome(&self, specs: usize, terminal: Terminal) -> Result<(), Failure> {
        let Self {
            same,
            drifted,
            unread,
        } = self;
        let summary = format!(
            "{} of {}: {same} as described, {drifted} changed, {unread} not read",
            count(same + drifted + unread, "metadata document"),
            count(specs, "spec")
        );
        match (drifted, unread) {
            (0, 0) => {
                terminal.progress(summary);
                Ok(())
            }
            (0, _) => Err(Failure::Files(summary)),
            _ => Err(Failure::Findings(summary)),
        }
    }
}
