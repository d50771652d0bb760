//! `oauth-atlas site`

use std::path::Path;
use std::time::Instant;

use oauth_atlas_codegen::guide::{self, Guide};

use crate::failure::Failure;
use crate::mistakes::{self, count};
use crate::site;
use crate::specs::Specs;
use crate::terminal::Terminal;

/// Writes the pages that changed, and says what that was.
pub fn run(specs: &Specs, out: Option<&Path>, terminal: Terminal) -> Result<(), Failure> {
    let started = Instant::now();
    let default = match specs.folder() {
        Ok(folder) => folder.beside("target/site"),
        Err(_) => "oauth-atlas-site".into(),
    };
    let folder = out.unwrap_or(&default);
    let sources = specs.all()?;
    let (providers, uses) = guide::load_with_uses(&sources)
        .map_err(|report| mistakes::found(&report, sources.len()))?;
    terminal.progress(format_args!("read {}", count(sources.len(), "spec")));
    let files = site::files(&providers, &Guide::new(), &uses, specs.are_published())?;
    let written = site::folder::write(&files, folder)?;
    let shown = folder.display();
    for path in &written.removed {
        terminal.progress(format_args!("removed {shown}/{path}"));
    }
    let seconds = started.elapsed().as_secs_f64();
    terminal.progress(format_args!(
        "wrote {} to {shown}, {} unchanged, {seconds:.2} s",
        count(written.written.len(), "file"),
        written.unchanged,
    ));
    terminal.progress(format_args!("open {shown}/index.html"));
    Ok(())
}
