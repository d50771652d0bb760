//! What the generator remembers of earlier runs: whatever happened to the specs since, the files are
//! those of a generator that remembers nothing.

use std::path::Path;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Files, Memory, Options, Source, generate, generate_again};

fn specs() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut specs = Source::read_dir(&folder).expect("readable fixtures");
    // Enough of them for several threads.
    specs.truncate(12);
    specs
}

fn name(provider: &Provider) -> String {
    provider.name.clone()
}

fn again(specs: &[Source], options: &Options, memory: &mut Memory) -> Files {
    generate_again(specs, options, memory, name)
        .unwrap_or_else(|report| panic!("{}", report.render(false)))
}

/// Also of a memory that was kept between the runs.
fn is_as_if_made_anew(specs: &[Source], options: &Options, memory: &mut Memory) {
    let files = again(specs, options, memory);
    assert_eq!(files, generate(specs, options).expect("right specs"));
    let reference = memory.reference_of_language(specs);
    let mut nothing = Memory::default();
    again(specs, options, &mut nothing);
    assert_eq!(reference, nothing.reference_of_language(specs));
    assert!(memory.about().eq(nothing.about()));
    *memory = kept_by(memory, "one", "one");
}

fn kept_by(memory: &Memory, writer: &str, reader: &str) -> Memory {
    let mut kept = Vec::new();
    memory.keep(writer, &mut kept).expect("a vector");
    Memory::kept(reader, String::from_utf8(kept).expect("text"))
}

#[test]
fn what_is_remembered_changes_no_file() {
    for options in [Options::published(), Options::private()] {
        let mut memory = Memory::default();
        let mut specs = specs();
        is_as_if_made_anew(&specs, &options, &mut memory);
        is_as_if_made_anew(&specs, &options, &mut memory);
        // Another text, in the spec whose keys are shown as examples and in another one.
        for index in [0, 7] {
            let text = specs[index].text.replace("summary: ", "summary: some ");
            specs[index].text = text.into();
            is_as_if_made_anew(&specs, &options, &mut memory);
        }
        // Another order, as that of the examples.
        specs.swap(0, 3);
        is_as_if_made_anew(&specs, &options, &mut memory);
        let gone = specs.remove(1);
        is_as_if_made_anew(&specs, &options, &mut memory);
        specs.insert(0, gone);
        is_as_if_made_anew(&specs, &options, &mut memory);
        // Another name for the same text.
        specs[2].path = "fixtures/renamed.yaml".to_owned();
        is_as_if_made_anew(&specs, &options, &mut memory);
    }
}

#[test]
fn nothing_is_learned_where_nothing_has_changed() {
    let (specs, options) = (specs(), Options::published());
    let mut memory = Memory::default();
    again(&specs, &options, &mut memory);
    memory.reference_of_language(&specs);
    assert!(memory.is_changed());
    let mut memory = kept_by(&memory, "one", "one");
    again(&specs, &options, &mut memory);
    memory.reference_of_language(&specs);
    assert!(!memory.is_changed());
}

/// A mistake is found again each time, also where all else is remembered, and costs no memory.
#[test]
fn a_mistake_is_reported_each_time() {
    let (mut specs, options) = (specs(), Options::private());
    let mut memory = Memory::default();
    again(&specs, &options, &mut memory);
    let right = specs[4].text.clone();
    specs[4].text = right.replace("summary:", "sumary:").into();
    for _ in 0..2 {
        let report = generate_again(&specs, &options, &mut memory, name).expect_err("a mistake");
        assert_eq!(
            report.to_string(),
            generate(&specs, &options).expect_err("one").to_string()
        );
    }
    specs[4].text = right;
    is_as_if_made_anew(&specs, &options, &mut memory);
}

/// What another generator made may be something else, and half a file is no file.
#[test]
fn what_is_not_this_generators_or_not_whole_is_forgotten() {
    let (specs, options) = (specs(), Options::published());
    let mut memory = Memory::default();
    again(&specs, &options, &mut memory);
    assert_eq!(kept_by(&memory, "one", "one").about().count(), specs.len());
    assert_eq!(kept_by(&memory, "one", "another").about().count(), 0);
    let mut kept = Vec::new();
    memory.keep("one", &mut kept).expect("a vector");
    let kept = String::from_utf8(kept).expect("text");
    for length in (0..kept.len()).step_by(997).chain([kept.len() - 1]) {
        if let Some(part) = kept.get(..length) {
            let memory = Memory::kept("one", part.to_owned());
            assert_eq!(memory.about().count(), 0, "{length} of {}", kept.len());
        }
    }
}
