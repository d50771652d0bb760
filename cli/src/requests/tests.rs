use std::path::Path;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Source, load};

pub(crate) mod curl;
mod wire;

pub(crate) fn providers(folder: &str) -> Vec<Provider> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    let sources = Source::read_dir(&folder).expect("specs can be read");
    load(&sources).expect("specs without mistakes")
}
