//! What the generator does for many specs: in full, for one that has changed, and for none.

use oauth_atlas_codegen::{Memory, Options, Source, generate_again};

use crate::counted;

const NAMES: [&str; 3] = ["all specs", "one changed spec", "no changed spec"];

/// The most instructions for each spec that there is: a tenth above what was measured.
const MOST: [u64; 3] = [2_850_000, 250_000, 14_500];

/// Counted in this order.
pub fn measure(specs: usize) {
    let (mut memory, mut sources) = (Memory::default(), sources(specs));
    counted(&mut memory, &sources);
    let text = sources[specs / 2]
        .text
        .replace("summary: ", "summary: some ");
    sources[specs / 2].text = text.into();
    counted(&mut memory, &sources);
    counted(&mut memory, &sources);
}

/// Four times as many specs take four times as many instructions, and what has not changed takes next
/// to none.
pub fn assert_growth(few: &[u64], many: &[u64], [specs, times]: [u64; 2]) {
    assert_eq!([few.len(), many.len()], [NAMES.len(); 2]);
    for (index, name) in NAMES.iter().enumerate() {
        let (few, many) = (few[index], many[index]);
        // Maps of names take a little more.
        let most = few * times * 5 / 4;
        assert!(many <= most, "{name}: {many} for {times} times {few}");
        let most = specs * times * MOST[index];
        assert!(many <= most, "{name}: {many} and not {most}");
    }
}

fn sources(count: usize) -> Vec<Source> {
    let spec = include_str!("../../fixtures/standard.yaml");
    (0..count)
        .map(|index| Source::new(format!("specs/standard_{index:04}.yaml"), spec))
        .collect()
}

fn counted(memory: &mut Memory, sources: &[Source]) {
    let (mut taken, sources) = (std::mem::take(memory), sources.to_vec());
    let (sender, receiver) = std::sync::mpsc::channel();
    counted::measured(counted::prepared(Box::new(move || {
        let options = Options::published();
        let about = |_: &_| String::new();
        let files = generate_again(&sources, &options, &mut taken, about);
        drop(files.expect("right specs"));
        taken.reference_of_language(&sources);
        sender.send(taken).expect("a receiver");
    })));
    *memory = receiver.recv().expect("a memory");
}
