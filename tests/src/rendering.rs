//! What is generated from each fixture, and that it is the same every time.

use std::path::Path;

use oauth_atlas_codegen::{Files, Options, Source, generate};

fn fixture(path: &Path) -> Source {
    let name = path.file_name().expect("a file").to_string_lossy();
    Source::read(path, format!("fixtures/{name}")).expect("a readable fixture")
}

fn generated(sources: &[Source], options: &Options) -> Files {
    generate(sources, options).unwrap_or_else(|report| panic!("{}", report.render(false)))
}

#[test]
fn fixtures_are_rendered_as_recorded() {
    insta::with_settings!({
        snapshot_path => "../snapshots/rendering",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::glob!("../fixtures", "*.yaml", |path| {
            let source = fixture(path);
            let file = format!("{}.rs", source.id());
            let files = generated(&[source], &Options::private());
            let (_, module) = files.iter().find(|(path, _)| *path == file).expect("a module");
            insta::assert_snapshot!("module", module);
        });
    });
}

#[test]
fn the_package_around_the_modules_is_rendered_as_recorded() {
    let source = fixture(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/standard.yaml"));
    let files = generated(&[source], &Options::published());
    let around: Vec<_> = files
        .iter()
        .filter(|(path, _)| !path.starts_with("LICENSE"))
        // The module has a snapshot of its own, and a validator reads the schema.
        .filter(|(path, _)| !["src/standard.rs", "schema.json"].contains(path))
        .map(|(path, text)| format!("==> {path}\n{text}"))
        .collect();
    insta::with_settings!({
        snapshot_path => "../snapshots/rendering",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("package", around.join("\n"));
    });
}

#[test]
fn output_depends_on_nothing_but_the_specs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let sources = Source::read_dir(&folder).expect("readable fixtures");
    let first = generated(&sources, &Options::published());
    assert_eq!(first, generated(&sources, &Options::published()));
    let one_by_one = sources.iter().flat_map(|source| {
        let files = generated(std::slice::from_ref(source), &Options::published());
        let of_module = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
        let module = format!("src/{}.rs", source.id());
        files
            .iter()
            .filter(|(path, _)| *path == module)
            .map(of_module)
            .collect::<Vec<_>>()
    });
    for (path, text) in one_by_one {
        let together = first
            .iter()
            .find(|(known, _)| *known == path)
            .expect("the same module");
        assert_eq!(together.1, text, "{path} depends on other specs");
    }
}

/// A spec is text that people write; whatever it holds, the answer is files or a report.
#[test]
fn no_change_of_one_line_panics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for source in Source::read_dir(&folder).expect("readable specs") {
        let lines: Vec<_> = source.text.lines().collect();
        for index in 0..lines.len() {
            for change in [
                Change::Remove,
                Change::Double,
                Change::Misspell,
                Change::Indent,
            ] {
                let changed = Source::new("a.yaml", change.of(&lines, index));
                let _ = generate(&[changed], &Options::private());
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Change {
    Remove,
    Double,
    Misspell,
    Indent,
}

impl Change {
    fn of(self, lines: &[&str], changed: usize) -> String {
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            let line = match self {
                _ if index != changed => format!("{line}\n"),
                Change::Remove => String::new(),
                Change::Double => format!("{line}\n{line}\n"),
                Change::Misspell => format!("{}\n", line.replacen(':', "x:", 1)),
                Change::Indent => format!("  {line}\n"),
            };
            text += &line;
        }
        text
    }
}
