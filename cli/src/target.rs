//! From where to where code is generated.

use std::path::{Path, PathBuf};

use oauth_atlas_codegen::Source;

use crate::failure::Failure;
use crate::workspace::Workspace;

#[derive(Clone, Copy, Debug)]
pub enum Target<'t> {
    /// The published package, from the workspace's specs.
    Workspace(&'t Workspace),
    /// Modules of a package elsewhere, from specs that are kept elsewhere.
    Package { specs: &'t Path, out: &'t Path },
}

impl<'t> Target<'t> {
    /// The package elsewhere where both folders are given, as the arguments have it.
    pub fn new(workspace: &'t Workspace, specs: Option<&'t Path>, out: Option<&'t Path>) -> Self {
        match (specs, out) {
            (Some(specs), Some(out)) => Self::Package { specs, out },
            _ => Self::Workspace(workspace),
        }
    }

    /// The folder of the specs.
    pub fn specs_dir(self) -> PathBuf {
        match self {
            Self::Workspace(workspace) => workspace.specs_dir(),
            Self::Package { specs, .. } => specs.to_owned(),
        }
    }

    pub fn specs(self) -> Result<Vec<Source>, Failure> {
        let dir = match self {
            Self::Workspace(workspace) => return workspace.specs(),
            Self::Package { specs, .. } => specs,
        };
        // As it was typed, so that a path in a message can be opened from where the command runs.
        let shown_as = dir.display().to_string();
        let specs = Source::read_dir_as(dir, shown_as.trim_end_matches('/'))
            .map_err(|error| Failure::files("read the specs", &error))?;
        if specs.is_empty() {
            return Err(Failure::Findings(format!(
                "there is no spec in {shown_as}: no file there ends with .yaml"
            )));
        }
        Ok(specs)
    }

    /// The command that brings this target up to date.
    pub fn command(self) -> String {
        match self {
            Self::Workspace(_) => "cargo xtask codegen".to_owned(),
            Self::Package { specs, out } => format!(
                "cargo xtask codegen --specs {} --out {}",
                specs.display(),
                out.display()
            ),
        }
    }
}
