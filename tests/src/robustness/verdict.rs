//! What must hold of any text that is read as a spec.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use oauth_atlas_codegen::{Options, Report, Source, generate};
use syn::{FnArg, ImplItem, Item, Pat, Type};

/// After how long a text counts as one that never ends, on the busiest machine: it takes milliseconds.
/// What takes more than a text is worth is counted in `tests/src/growth/specs.rs`.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether the text is a right spec.
///
/// # Panics
///
/// Where the generator panics, takes a minute, writes what is no Rust or has a name twice, or
/// reports what nobody could find.
pub fn judge(text: &str) -> bool {
    let source = [Source::new("specs/acme.yaml", text)];
    let started = Instant::now();
    let published = generate(&source, &Options::published());
    let took = started.elapsed();
    assert!(took < PATIENCE, "took {took:?}");
    let private = generate(&source, &Options::private());
    match (published, private) {
        (Ok(published), Ok(private)) => {
            for (path, text) in published.iter().chain(private.iter()) {
                if path.ends_with(".rs") {
                    let file = syn::parse_file(text).unwrap_or_else(|error| {
                        panic!("{path} is no Rust: {error}\n{text}");
                    });
                    names_are_distinct(&file, path);
                }
            }
            true
        }
        (Err(report), Err(same)) => {
            assert_eq!(report.render(false), same.render(false));
            is_understandable(&report, &source[0]);
            false
        }
        _ => panic!("the options decide whether a spec is right"),
    }
}

fn is_understandable(report: &Report, source: &Source) {
    assert!(!report.is_empty(), "an error without a mistake");
    for found in report.diagnostics() {
        assert!(!found.title.is_empty(), "{found:?}");
        // What is missing, or cannot be used, is said by name.
        assert!(found.title != "the spec is incomplete", "{found:?}");
        // A place in words is one that no label shows.
        if found.title.starts_with("this is not YAML") {
            assert!(!found.title.contains(" at line "), "{found:?}");
            assert!(!found.title.contains(" at position "), "{found:?}");
        }
        for label in &found.labels {
            assert!(source.text.get(label.span.clone()).is_some(), "{found:?}");
        }
        if let Some(first) = found.labels.first() {
            let before = &source.text[..first.span.start];
            assert_eq!(found.line, before.matches('\n').count() + 1, "{found:?}");
        }
    }
    assert!(report.render(true).len() >= report.render(false).len());
}

/// What parses may still be refused by the compiler: two methods, types, variants or arguments of
/// one name.
fn names_are_distinct(file: &syn::File, path: &str) {
    let mut once = Once {
        path,
        known: BTreeSet::new(),
    };
    for item in &file.items {
        match item {
            Item::Struct(item) => once.more("type", &item.ident),
            Item::Mod(item) => once.more("module", &item.ident),
            Item::Static(item) => once.more("value", &item.ident),
            Item::Const(item) => once.more("value", &item.ident),
            Item::Enum(item) => {
                once.more("type", &item.ident);
                for variant in &item.variants {
                    once.more(&format!("variant of {}", item.ident), &variant.ident);
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let Type::Path(of) = &*item.self_ty else {
                    continue;
                };
                let of = &of.path.segments.last().expect("a type").ident;
                for member in &item.items {
                    match member {
                        ImplItem::Fn(method) => {
                            once.more(&format!("member of {of}"), &method.sig.ident);
                            let scope = format!("argument of {of}::{}", method.sig.ident);
                            for argument in &method.sig.inputs {
                                if let FnArg::Typed(argument) = argument
                                    && let Pat::Ident(name) = &*argument.pat
                                {
                                    once.more(&scope, &name.ident);
                                }
                            }
                        }
                        ImplItem::Const(item) => {
                            once.more(&format!("member of {of}"), &item.ident);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

struct Once<'p> {
    path: &'p str,
    known: BTreeSet<(String, String)>,
}

impl Once<'_> {
    fn more(&mut self, scope: &str, name: &syn::Ident) {
        let is_new = self.known.insert((scope.to_owned(), name.to_string()));
        assert!(is_new, "{}: the {scope} `{name}` is there twice", self.path);
    }
}
