//! The page of a module, as its reader counts it.

use std::path::Path;

use oauth_atlas_codegen::{Options, Source, generate};

/// Who is about to log a user in gives a page a minute, and then wants the types.
const WORDS: usize = 300;

/// What rustdoc shows of a module before its items: the documentation of its declaration, if it has
/// any, then its own.
fn page(library: &str, id: &str, module: &str) -> String {
    let declaration = format!("pub mod {id};");
    let before = library.lines().take_while(|line| *line != declaration);
    let before: Vec<_> = before.collect();
    let outer = before
        .iter()
        .rev()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("///"));
    let inner = module.lines().filter_map(|line| line.strip_prefix("//!"));
    let mut shown = String::new();
    let mut code = false;
    for line in outer.chain(inner) {
        let line = line.trim();
        code ^= line.starts_with("```");
        // A line of an example that rustdoc hides.
        if !(code && (line == "#" || line.starts_with("# ")) || line.starts_with("```")) {
            shown += line;
            shown.push('\n');
        }
    }
    shown
}

#[test]
fn a_page_is_read_in_a_minute() {
    let mut long = Vec::new();
    for folder in ["../specs", "fixtures"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let sources = Source::read_dir(&folder).expect("readable specs");
        let files = generate(&sources, &Options::published());
        let files = files.unwrap_or_else(|report| panic!("{}", report.render(false)));
        let text = |name: &str| {
            let file = files.iter().find(|(path, _)| *path == name);
            file.unwrap_or_else(|| panic!("there is no {name}")).1
        };
        for source in &sources {
            let id = source.id();
            let page = page(text("src/lib.rs"), id, text(&format!("src/{id}.rs")));
            let words = page.split_whitespace().count();
            if words > WORDS {
                long.push(format!("{id} has {words} words"));
            }
            for part in ["let ", "Client::", &format!("oauth-atlas explain {id}")] {
                assert!(page.contains(part), "{id} has no {part:?}:\n{page}");
            }
        }
    }
    assert!(long.is_empty(), "more than {WORDS} words: {long:#?}");
}
