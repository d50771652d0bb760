//! Specs whose texts try to get out of what is made of them. The fixture `hostile_texts` has such a
//! text in every key that takes one, as the language itself says which they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oauth_atlas::runtime::fake::Fake;
use oauth_atlas_codegen::guide::{Form, Guide, Shape, load_with_uses};
use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Files, Options, Source, generate, load};
use pulldown_cmark::{Event, Parser, Tag};
use serde_yaml::Value;

/// What every such text has.
const HOSTILE: &str = "`<script>alert(1)</script>``|[a](javascript:b)_&lt;*";

fn source() -> Source {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let path = folder.join("hostile_texts.yaml");
    Source::read(&path, "fixtures/hostile_texts.yaml").expect("a readable fixture")
}

fn provider() -> Provider {
    let providers = load(&[source()]).unwrap_or_else(|report| panic!("{report}"));
    providers.into_iter().next().expect("one provider")
}

/// A key of a record, or the names that one of its tables has.
type TextKey = (&'static str, &'static str, bool);

/// The places of a spec at which a text stands, each with the key that it belongs to.
struct Texts<'g> {
    guide: &'g Guide,
    found: Vec<(TextKey, Vec<Step>)>,
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Name(String),
    Item(usize),
}

impl Texts<'_> {
    fn record(&mut self, name: &'static str, value: &Value, path: &mut Vec<Step>) {
        let guide = self.guide;
        let mut records = guide.records.iter();
        let record = records
            .find(|record| record.name == name)
            .expect("a record");
        if let (Some(short), true) = (record.shorthand, value.is_string()) {
            let mut keys = record.keys.iter();
            let key = keys.find(|key| key.name == short).expect("a key");
            return self.shape((record.name, key.name), &key.shape, value, path);
        }
        for key in &record.keys {
            if let Some(value) = value.get(key.name) {
                path.push(Step::Key(key.name.to_owned()));
                self.shape((record.name, key.name), &key.shape, value, path);
                path.pop();
            }
        }
    }

    fn shape(
        &mut self,
        key: (&'static str, &'static str),
        shape: &Shape,
        value: &Value,
        path: &mut Vec<Step>,
    ) {
        match shape {
            Shape::Record(name) => self.record(name, value, path),
            Shape::Scalar(_) if is_text(shape) => {
                self.found.push(((key.0, key.1, false), path.clone()));
            }
            Shape::Scalar(_) | Shape::Choice(_) => {}
            Shape::Many(item) if !value.is_sequence() => self.shape(key, item, value, path),
            Shape::Many(item) | Shape::List(item) => {
                for (index, value) in value.as_sequence().into_iter().flatten().enumerate() {
                    path.push(Step::Item(index));
                    self.shape(key, item, value, path);
                    path.pop();
                }
            }
            Shape::Table(item) => {
                for (name, value) in value.as_mapping().into_iter().flatten() {
                    let name = name.as_str().expect("a name").to_owned();
                    path.push(Step::Name(name.clone()));
                    self.found.push(((key.0, key.1, true), path.clone()));
                    path.pop();
                    path.push(Step::Key(name));
                    self.shape(key, item, value, path);
                    path.pop();
                }
            }
        }
    }
}

fn is_text(shape: &Shape) -> bool {
    match shape {
        Shape::Scalar(scalar) => matches!(scalar.form, Form::Text | Form::Pattern { .. }),
        _ => false,
    }
}

/// The keys of the language that take a text, and those whose names are texts.
fn text_keys(guide: &Guide) -> BTreeSet<TextKey> {
    let mut keys = BTreeSet::new();
    for record in &guide.records {
        for key in &record.keys {
            let mut shape = &key.shape;
            while let Shape::Many(item) | Shape::List(item) | Shape::Table(item) = shape {
                if let Shape::Table(_) = shape {
                    keys.insert((record.name, key.name, true));
                }
                shape = item;
            }
            if is_text(shape) {
                keys.insert((record.name, key.name, false));
            }
        }
    }
    keys
}

/// The text at a place; of a name, the name.
fn at<'v>(mut value: &'v Value, path: &'v [Step]) -> &'v str {
    for step in path {
        value = match step {
            Step::Name(name) => return name,
            Step::Key(key) => &value[key.as_str()],
            Step::Item(index) => &value[index],
        };
    }
    value.as_str().unwrap_or_default()
}

/// Replaces it.
fn replace(value: &mut Value, path: &[Step], text: &str) {
    let Some((step, rest)) = path.split_first() else {
        *value = Value::String(text.to_owned());
        return;
    };
    match step {
        Step::Key(key) => replace(&mut value[key.as_str()], rest, text),
        Step::Item(index) => replace(&mut value[*index], rest, text),
        Step::Name(name) => {
            let entries = value.as_mapping_mut().expect("a table");
            let entry = entries.remove(name.as_str()).expect("an entry");
            entries.insert(Value::String(text.to_owned()), entry);
        }
    }
}

/// The texts of a spec.
fn texts(guide: &Guide, source: &Source) -> (Value, Vec<(TextKey, Vec<Step>)>) {
    let spec: Value = serde_yaml::from_str(&source.text).expect("YAML");
    let mut texts = Texts {
        guide,
        found: Vec::new(),
    };
    texts.record("Spec", &spec, &mut Vec::new());
    (spec, texts.found)
}

/// Each key of the language that takes a text has a hostile one in the fixture, or refuses it wherever
/// a fixture has the key.
#[test]
fn every_text_of_the_language_is_hostile_in_the_fixture() {
    let guide = Guide::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let fixtures = Source::read_dir(&folder).expect("readable fixtures");
    let all: Vec<_> = fixtures.iter().map(|one| texts(&guide, one)).collect();
    let (own, found) = texts(&guide, &source());
    let (mut hostile, mut refused, mut missing) = (0, 0, Vec::new());
    for key in text_keys(&guide) {
        let is_hostile = |(other, path): &(TextKey, Vec<Step>)| {
            *other == key && at(&own, path).contains(HOSTILE)
        };
        if found.iter().any(is_hostile) {
            hostile += 1;
            continue;
        }
        let is_refused = |spec: &Value, path: &[Step]| {
            let mut changed = spec.clone();
            replace(&mut changed, path, HOSTILE);
            let text = serde_yaml::to_string(&changed).expect("YAML");
            load(&[Source::new("hostile_texts.yaml", text)]).is_err()
        };
        let mut places = all.iter().flat_map(|(spec, found)| {
            let of_key = found.iter().filter(|(other, _)| *other == key);
            of_key.map(move |(_, path)| (spec, path))
        });
        match places.next() {
            Some((spec, path)) if is_refused(spec, path) => refused += 1,
            _ => missing.push(key),
        }
    }
    let fixture = source().path;
    assert_eq!(missing, [], "say these in {fixture}, with HOSTILE in them");
    assert!(hostile > 90 && refused > 10, "{hostile} and {refused}");
}

/// What Markdown is read as: its text without marks, its headings, and whatever it must not have.
#[derive(Debug, Default)]
struct Read {
    text: String,
    headings: Vec<String>,
    cells: usize,
    wrong: Vec<String>,
}

fn read(markdown: &str) -> Read {
    use pulldown_cmark::Options;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut read = Read::default();
    let mut is_heading = false;
    for event in Parser::new_ext(markdown, options) {
        match &event {
            Event::Start(Tag::Heading { .. }) => {
                is_heading = true;
                read.headings.push(String::new());
            }
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => is_heading = false,
            Event::Start(Tag::TableCell) => read.cells += 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                let is_path = |c: char| c.is_ascii_alphanumeric() || ":_@".contains(c);
                let is_code = dest_url.chars().all(is_path) && !dest_url.contains("javascript");
                if !dest_url.starts_with("https://") && !is_code {
                    read.wrong.push(format!("{event:?}"));
                }
            }
            Event::Text(text) | Event::Code(text) => {
                read.text += text;
                if let (true, Some(heading)) = (is_heading, read.headings.last_mut()) {
                    *heading += text;
                }
            }
            Event::SoftBreak => read.text.push(' '),
            Event::Start(
                Tag::Paragraph
                | Tag::List(None)
                | Tag::Item
                | Tag::CodeBlock(_)
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::Strong,
            )
            | Event::End(_) => {}
            other => read.wrong.push(format!("{other:?}")),
        }
    }
    read
}

/// The documentation of each item of a file, as rustdoc reads it.
fn documentation(rust: &str) -> Vec<String> {
    struct Docs(Vec<String>);
    impl<'f> syn::visit::Visit<'f> for Docs {
        fn visit_attribute(&mut self, attribute: &'f syn::Attribute) {
            if let syn::Meta::NameValue(pair) = &attribute.meta
                && pair.path.is_ident("doc")
                && let syn::Expr::Lit(literal) = &pair.value
                && let syn::Lit::Str(line) = &literal.lit
            {
                self.0.push(line.value());
            }
        }
    }
    let file = syn::parse_file(rust).expect("Rust");
    let mut all = Vec::new();
    let mut of = |attributes: &[syn::Attribute]| {
        let mut docs = Docs(Vec::new());
        for attribute in attributes {
            syn::visit::Visit::visit_attribute(&mut docs, attribute);
        }
        let lines = docs.0.iter();
        let lines: Vec<_> = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        if !lines.is_empty() {
            all.push(lines.join("\n"));
        }
    };
    of(&file.attrs);
    for item in &file.items {
        match item {
            syn::Item::Enum(one) => {
                of(&one.attrs);
                one.variants.iter().for_each(|variant| of(&variant.attrs));
            }
            syn::Item::Impl(one) => {
                for item in &one.items {
                    if let syn::ImplItem::Fn(function) = item {
                        of(&function.attrs);
                    }
                }
            }
            syn::Item::Struct(one) => of(&one.attrs),
            syn::Item::Fn(one) => of(&one.attrs),
            syn::Item::Mod(one) => of(&one.attrs),
            syn::Item::Const(one) => of(&one.attrs),
            syn::Item::Static(one) => of(&one.attrs),
            _ => {}
        }
    }
    all
}

fn generated(options: &Options) -> Files {
    generate(&[source()], options).unwrap_or_else(|report| panic!("{report}"))
}

fn file(files: &Files, path: &str) -> String {
    let found = files.iter().find(|(known, _)| *known == path);
    found.expect("a generated file").1.to_owned()
}

#[test]
fn rustdoc_shows_hostile_texts_as_texts() {
    let files = generated(&Options::published());
    let mut hostile = 0;
    for path in ["src/hostile_texts.rs", "src/lib.rs"] {
        for text in documentation(&file(&files, path)) {
            let read = read(&text);
            assert_eq!(read.wrong, [""; 0], "{text}");
            for heading in &read.headings {
                let is_ours = heading.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
                assert!(is_ours, "{heading:?}: {text}");
            }
            let raw = text.matches("script>alert(1)").count();
            assert!(
                raw <= read.text.matches("<script>alert(1)</script>").count(),
                "{text}"
            );
            hostile += read.text.matches(HOSTILE).count();
        }
    }
    // A page has what its caller needs; the rest is in `explain` and on the site, tested there.
    assert!(hostile > 50, "{hostile}");
}

#[test]
fn the_table_of_providers_keeps_its_columns() {
    let readme = file(&generated(&Options::published()), "README.md");
    let read = read(&readme);
    assert_eq!(read.wrong, [""; 0], "{readme}");
    let harmless = Source::new("harmless.yaml", include_str!("../fixtures/standard.yaml"));
    let harmless = generate(&[harmless], &Options::published()).expect("a right spec");
    let cells = self::read(&file(&harmless, "README.md")).cells;
    assert_eq!(read.cells, cells, "{readme}");
    // Its name, its summary and the name of a grant.
    assert_eq!(read.text.matches(HOSTILE).count(), 3, "{readme}");
}

#[test]
fn the_reference_of_the_language_shows_examples_as_code() {
    let (_, uses) = load_with_uses(&[source()]).unwrap_or_else(|report| panic!("{report}"));
    let fenced = "````";
    let mut reference = Guide::new().to_markdown(&uses);
    reference += &Guide::new().to_markdown(
        &uses
            .into_iter()
            .map(|mut used| {
                used.example = format!("{fenced}\n<script>\n{fenced}");
                used
            })
            .collect::<Vec<_>>(),
    );
    let read = read(&reference.replace("](#", "](https://"));
    assert_eq!(read.wrong, [""; 0]);
    assert!(read.text.matches(HOSTILE).count() > 90);
    assert!(read.text.matches("<script>\n").count() > 90);
}

/// A page of the fake is read by browsers, and its names are the spec's.
#[tokio::test]
async fn pages_of_the_fake_show_hostile_texts_as_texts() {
    let fake = Fake::new(provider().description().constant());
    let fake = fake.start().await.expect("a free port");
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let mut pages = 0;
    for (uri, mode) in [
        (
            "https://app.example/\"><script>alert(1)</script>",
            "form_post",
        ),
        ("<script>alert(1)</script>", "form_post"),
        ("https://app.example/", "<script>alert(1)</script>"),
    ] {
        let pairs = [
            ("client_id", fake.client_id()),
            ("redirect_uri", uri),
            ("response_mode", mode),
            ("state", "\"'><script>alert(1)</script>"),
        ];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let url = format!("{}/{HOSTILE_PATH}/authorize?{query}", fake.origin());
        let answer = client.get(url).send().await.expect("an answer");
        let body = answer.text().await.expect("a text");
        assert!(!body.contains("<script>alert"), "{body}");
        pages += usize::from(body.contains("&lt;script&gt;alert(1)"));
    }
    assert!(pages > 0);
}

/// A segment of a path.
const HOSTILE_PATH: &str = "tenant";

/// What a terminal would obey is refused before anything shows it.
#[test]
fn no_text_reaches_a_terminal_with_what_it_obeys() {
    let fixture = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hostile_texts.yaml"),
    )
    .expect("a readable fixture");
    for escape in ["\\e]0;title\\a", "\\e[2J", "\\x9b2J", "\\r", "\\x7f", "\\0"] {
        let text = fixture.replace("_&lt;", escape);
        let report = load(&[Source::new("specs/a\u{1b}[2J.yaml", text)]).expect_err(escape);
        for shown in [report.render(false), report.to_string()] {
            let obeyed = |c: char| c.is_control() && c != '\n';
            assert!(!shown.contains(obeyed), "{escape}: {shown:?}");
            assert!(
                shown.contains("is a control character"),
                "{escape}: {shown}"
            );
        }
    }
}
