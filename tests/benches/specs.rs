//! Many specs, made of few.

use std::path::Path;

use oauth_atlas_codegen::Source;

/// `count` specs that repeat the published ones, whose mix of long and short is that of the crate.
pub fn repeated(count: usize) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let published = Source::read_dir(&folder).expect("the specs are readable");
    let published = published.iter().cycle().take(count).enumerate();
    published
        .map(|(index, spec)| Source::new(format!("specs/provider_{index:04}.yaml"), &*spec.text))
        .collect()
}

/// `count` specs that differ in their names and hosts.
pub fn synthetic(count: usize) -> Vec<Source> {
    (0..count)
        .map(|index| {
            let text = include_str!("provider.yaml")
                .replace("Example", &format!("Example {index}"))
                .replace("example.com", &format!("example{index}.com"));
            Source::new(format!("specs/example_{index:04}.yaml"), text)
        })
        .collect()
}
