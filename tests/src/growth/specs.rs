//! What the generator does with one large text that is no spec: what costs a parser or a renderer more
//! than its size. Too large to keep in files.

use oauth_atlas_codegen::{Source, load};

use crate::counted;

/// How long the counted texts are.
pub const SIZES: [usize; 2] = [2 * 1024, 20 * 1024];

/// About as long as a spec may be.
pub const LARGEST: usize = 240 * 1024;

/// A text made of about so many bytes, and what its author is told.
type Large = (fn(usize) -> String, &'static str);

const LARGE: [Large; 14] = [
    (|size| "x".repeat(150 * size), "a spec has at most"),
    (|size| "a: b\n".repeat(30 * size), "a spec has at most"),
    (|size| "[".repeat(150 * size), "a spec has at most"),
    (|size| "[".repeat(size), "more than 128 deep"),
    (|size| "{a: ".repeat(size / 4), "more than 128 deep"),
    (|size| "- ".repeat(size / 2), "more than 128 deep"),
    (keys, "more mistakes"),
    (
        |size| format!("scopes: {{ values: {{ {} }} }}", "a: 1, ".repeat(size / 12)),
        "stands here twice",
    ),
    (long_names, "unknown variable"),
    (
        |size| format!("name: \"{}", "x".repeat(size)),
        "this quote is never closed",
    ),
    (
        |size| format!("name: {}\nsumary: x\n", "x".repeat(size)),
        "did you mean `summary`",
    ),
    (|size| "\t".repeat(size), "a tab cannot"),
    (
        |size| format!("{}: x", "x".repeat(size)),
        "has at most 1024 characters",
    ),
    (|size| "- '\n".repeat(size / 4), ""),
];

fn keys(size: usize) -> String {
    // Each is a mistake of its own, and takes the most to tell.
    (0..size / 16).map(|key| format!("k{key}:\n")).collect()
}

fn long_names(size: usize) -> String {
    let name = "x".repeat(size / 2 - 50);
    format!("variables:\n  ? {name}y\n  : {{}}\nendpoints: {{ token: \"{{{name}}}\" }}\n")
}

fn told(source: &Source) -> String {
    let report = load(std::slice::from_ref(source)).expect_err("no spec");
    report.render(false)
}

fn sources(size: usize) -> impl Iterator<Item = (Source, &'static str)> {
    let large = LARGE.into_iter();
    large.map(move |(text, expected)| (Source::new("large.yaml", text(size)), expected))
}

fn beginning(source: &Source) -> String {
    source.text.chars().take(40).collect()
}

/// Each text is refused for what is wrong with it.
pub fn assert_refused() {
    for (source, expected) in sources(LARGEST) {
        let told = told(&source);
        let start: String = told.chars().take(2000).collect();
        let beginning = beginning(&source);
        assert!(told.contains(expected), "{beginning}: {start}");
    }
}

/// Counted in the order of the texts.
pub fn measure(size: usize) {
    for (source, _) in sources(size) {
        counted::measured(counted::prepared(Box::new(move || drop(told(&source)))));
    }
}

/// How many times as many instructions ten times the text may take.
const MOST: u64 = 11;

pub fn assert_growth(few: &[u64], many: &[u64]) {
    assert_eq!([few.len(), many.len()], [LARGE.len(); 2], "a count each");
    for ((few, many), (source, _)) in few.iter().zip(many).zip(sources(SIZES[1])) {
        let beginning = beginning(&source);
        assert!(*many <= few * MOST, "{beginning}: {many}, {few} before");
    }
}
