//! Many specs, made of few.

use std::path::Path;

use oauth_atlas_codegen::Source;

/// The first `count` of the published specs.
pub fn published(count: usize) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let mut specs = Source::read_dir(&folder).expect("the specs are readable");
    specs.truncate(count);
    specs
}

/// `count` of the published specs, from all parts of the alphabet and with the last, or all of them so
/// often under other names that there are as many.
pub fn copies(count: usize) -> Vec<Source> {
    let published = published(usize::MAX);
    let all = published.len();
    if count <= all {
        let places = (0..count).map(|index| (index * all + all - 1) / count);
        return places.map(|place| published[place].clone()).collect();
    }
    let times = count.div_ceil(all);
    let copies = (0..times).flat_map(|time| published.iter().map(move |spec| copy(spec, time)));
    copies.take(count).collect()
}

fn copy(spec: &Source, time: usize) -> Source {
    if time == 0 {
        return spec.clone();
    }
    let (before, name) = spec.text.split_once("\nname: ").expect("a name");
    let (name, after) = name.split_once('\n').expect("more than a name");
    let plain = name.trim_end_matches(['"', '\'']);
    let quote = &name[plain.len()..];
    let text = format!("{before}\nname: {plain} {time}{quote}\n{after}");
    let copy = Source::new(format!("specs/{}_{time}.yaml", spec.id()), text);
    match &spec.scopes {
        Some(scopes) => copy.with_scopes(&**scopes),
        None => copy,
    }
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
