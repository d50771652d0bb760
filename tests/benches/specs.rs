//! Many specs, made of few.

use std::path::Path;

use oauth_atlas_codegen::Source;

/// The first `count` of the published specs.
pub fn published(count: usize) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut specs = Source::read_dir(&folder).expect("the specs are readable");
    specs.truncate(count);
    specs
}

/// `count` specs that differ in their names and hosts, with much to say.
pub fn long(count: usize) -> Vec<Source> {
    repeated(include_str!("long.yaml"), count)
}

/// `count` specs that differ in their names and hosts: one client type, two grants, twenty scopes.
pub fn plain(count: usize) -> Vec<Source> {
    repeated(include_str!("plain.yaml"), count)
}

fn repeated(spec: &str, count: usize) -> Vec<Source> {
    (0..count)
        .map(|index| {
            let text = spec
                .replace("Example", &format!("Example {index}"))
                .replace("example.com", &format!("example{index}.com"));
            Source::new(format!("specs/example_{index:04}.yaml"), text)
        })
        .collect()
}
