//! The generator as a `build.rs` calls it: specs of the package in, modules in `OUT_DIR`, and where
//! that fails a message that a person can use.

use std::env;
use std::fmt;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process;

use crate::generate::generate;
use crate::render::Options;
use crate::yaml::diagnostic::Report;
use crate::yaml::source::Source;

/// Generates a package's own providers, from its `build.rs`.
///
/// With `oauth-atlas-codegen` under `[build-dependencies]`, all of `build.rs` is:
///
/// ```no_run
/// fn main() {
///     oauth_atlas_codegen::Builder::new("specs").emit();
/// }
/// ```
///
/// and with `oauth-atlas` under `[dependencies]`, this in `lib.rs` makes each `specs/<name>.yaml` the
/// module `providers::<name>`:
///
/// ```text
/// pub mod providers {
///     oauth_atlas::include_providers!();
/// }
/// ```
///
/// Cargo runs the script again when a spec is changed, added or removed, and at no other time. A
/// mistake in a spec ends the build; cargo shows every mistake with its file, its line and what would
/// be right.
///
/// Paths are relative to the package.
#[expect(
    clippy::needless_doctest_main,
    reason = "it is all of a build script that is shown"
)]
#[derive(Clone, Debug)]
#[must_use = "nothing is generated before `emit` is called"]
pub struct Builder {
    specs: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
    options: Options,
}

impl Builder {
    /// Generates from `specs`: a folder, of which each `*.yaml` is read, or one file.
    pub fn new(specs: impl Into<PathBuf>) -> Self {
        Self {
            specs: vec![specs.into()],
            out_dir: None,
            options: Options::private(),
        }
    }

    /// Generates from this folder or file as well.
    pub fn specs(mut self, specs: impl Into<PathBuf>) -> Self {
        self.specs.push(specs.into());
        self
    }

    /// Writes `index.rs` and the modules to this folder. By default it is `providers` in `OUT_DIR`,
    /// where `oauth_atlas::include_providers!()` finds them.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// The path of `oauth-atlas` in the generated code, where the package knows it by another name. By
    /// default it is `::oauth_atlas`.
    pub fn library(mut self, path: impl Into<String>) -> Self {
        self.options = self.options.library(path);
        self
    }

    /// Reads the specs, writes what changed, and tells cargo when to run the script again.
    ///
    /// Where that fails, this writes the reason to stderr, which cargo shows, and ends the process with
    /// exit code 1. Whoever wants to go on from a mistake calls [`generate`] and
    /// [`Files::write`](crate::Files::write).
    pub fn emit(self) {
        let done = Environment::of_process()
            .and_then(|environment| self.run(&environment, &mut io::stdout().lock()));
        if let Err(failure) = done {
            // Nowhere is left to report that stderr cannot be written.
            let _ = writeln!(io::stderr(), "{failure}");
            process::exit(1);
        }
    }

    fn run(&self, environment: &Environment, cargo: &mut impl Write) -> Result<(), Failure> {
        let mut sources = Vec::new();
        for specs in &self.specs {
            let shown_as = environment.shown_as(specs);
            tell_to_watch(cargo, &shown_as)?;
            let found = read(&environment.package.join(specs), &shown_as)?;
            for source in &found {
                if source.path != shown_as {
                    tell_to_watch(cargo, &source.path)?;
                }
                if source.scopes.is_some() {
                    tell_to_watch(cargo, &source.scopes_path())?;
                }
            }
            sources.extend(found);
        }
        let out_dir = match (&self.out_dir, &environment.out_dir) {
            (Some(folder), _) => environment.package.join(folder),
            (None, Some(out_dir)) => out_dir.join("providers"),
            (None, None) => return Err(Failure::OutDirMissing),
        };
        let files = generate(&sources, &self.options).map_err(Failure::Mistakes)?;
        files
            .write(&out_dir)
            .map_err(|error| Failure::files("write the providers", &error))?;
        Ok(())
    }
}

/// What cargo tells a build script of its package.
#[derive(Debug)]
struct Environment {
    package: PathBuf,
    out_dir: Option<PathBuf>,
}

impl Environment {
    fn of_process() -> Result<Self, Failure> {
        let package = env::var_os("CARGO_MANIFEST_DIR").ok_or(Failure::PackageMissing)?;
        Ok(Self {
            package: package.into(),
            out_dir: env::var_os("OUT_DIR").map(PathBuf::from),
        })
    }

    /// The path as messages and `rerun-if-changed` have it: relative to the package where it is inside.
    fn shown_as(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.package).unwrap_or(path);
        let parts = path.components().filter(|part| *part != Component::CurDir);
        let shown: PathBuf = parts.collect();
        match shown.as_os_str().is_empty() {
            true => ".".to_owned(),
            false => shown.display().to_string(),
        }
    }
}

fn tell_to_watch(cargo: &mut impl Write, path: &str) -> Result<(), Failure> {
    writeln!(cargo, "cargo::rerun-if-changed={path}")
        .map_err(|error| Failure::files("write to stdout", &error))
}

fn read(path: &Path, shown_as: &str) -> Result<Vec<Source>, Failure> {
    if !path.is_dir() {
        let source = Source::read(path, shown_as)
            .map_err(|error| Failure::files(format_args!("read {}", path.display()), &error))?;
        return Ok(vec![source]);
    }
    let sources = Source::read_dir_as(path, shown_as)
        .map_err(|error| Failure::files("read the specs", &error))?;
    if sources.is_empty() {
        return Err(Failure::NoSpecs(path.to_owned()));
    }
    Ok(sources)
}

#[derive(Debug)]
enum Failure {
    PackageMissing,
    OutDirMissing,
    NoSpecs(PathBuf),
    Files(String),
    Mistakes(Report),
}

impl Failure {
    fn files(action: impl fmt::Display, error: &io::Error) -> Self {
        Self::Files(format!("cannot {action}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PackageMissing => formatter.write_str(
                "error: CARGO_MANIFEST_DIR is not set: `Builder::emit` is for build scripts, for which \
                 cargo sets it; elsewhere, call `generate` and `Files::write`",
            ),
            Self::OutDirMissing => formatter.write_str(
                "error: OUT_DIR is not set: cargo sets it for build scripts; elsewhere, \
                 `Builder::out_dir` says where to write",
            ),
            Self::NoSpecs(folder) => write!(
                formatter,
                "error: there is no spec in {}: no file there ends with .yaml",
                folder.display()
            ),
            Self::Files(message) => write!(formatter, "error: {message}"),
            // Plain: cargo keeps what a script writes for later, and then knows of no terminal.
            Self::Mistakes(report) => write!(formatter, "{report}"),
        }
    }
}

#[cfg(test)]
mod tests;
