//! Specs of providers that do not exist, each as long as a real one.

use oauth_atlas_codegen::Source;

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
