//! What is said of a value whose shape is wrong, for every key of the language, as its own
//! declaration has it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use oauth_atlas_codegen::guide::{Guide, Record, Shape};
use oauth_atlas_codegen::{Diagnostic, Source, load};
use serde_json::{Value, json};

/// One value of each shape that YAML has.
fn wrong() -> [Value; 5] {
    [
        json!("wrong"),
        json!(12),
        json!(true),
        json!(["wrong"]),
        json!({ "wrong": "wrong" }),
    ]
}

/// A step from the spec to a key.
#[derive(Clone, Copy)]
enum Step {
    Key(&'static str),
    Name,
    Item,
}

/// Where a value of a key can stand, and how a message shows it.
struct Site {
    title: String,
    steps: Vec<Step>,
}

impl Site {
    fn below(&self, step: Step) -> Self {
        let name = match step {
            Step::Key(key) => format!(".{key}"),
            Step::Name => ".<name>".to_owned(),
            Step::Item => "[]".to_owned(),
        };
        let steps = self.steps.iter().copied().chain([step]).collect();
        Self {
            title: format!("{}{name}", self.title)
                .trim_start_matches('.')
                .to_owned(),
            steps,
        }
    }

    /// A spec with nothing but this value.
    fn spec(&self, value: Value) -> String {
        let steps = self.steps.iter().rev();
        let spec = steps.fold(value, |value, step| match step {
            Step::Key(key) => json!({ *key: value }),
            Step::Name => json!({ "some_name": value }),
            Step::Item => json!([value]),
        });
        spec.to_string()
    }
}

/// Every key of every record, where it is found first, and what is inside its tables and lists.
fn sites(guide: &Guide) -> Vec<Site> {
    let root = guide.records.first().expect("the spec itself");
    let start = Site {
        title: String::new(),
        steps: Vec::new(),
    };
    let mut known = BTreeSet::from([root.name]);
    let mut sites = Vec::new();
    of_record(guide, root, &start, &mut known, &mut sites);
    assert_eq!(
        known.len(),
        guide.records.len(),
        "a record that nothing leads to"
    );
    sites
}

fn of_record(
    guide: &Guide,
    record: &Record,
    at: &Site,
    known: &mut BTreeSet<&'static str>,
    sites: &mut Vec<Site>,
) {
    for key in &record.keys {
        of_shape(
            guide,
            &key.shape,
            at.below(Step::Key(key.name)),
            known,
            sites,
        );
    }
}

fn of_shape(
    guide: &Guide,
    shape: &Shape,
    at: Site,
    known: &mut BTreeSet<&'static str>,
    sites: &mut Vec<Site>,
) {
    match shape {
        Shape::Record(name) => {
            if known.insert(name) {
                let mut records = guide.records.iter();
                let record = records.find(|record| record.name == *name);
                of_record(guide, record.expect("a record"), &at, known, sites);
            }
        }
        Shape::List(item) | Shape::Many(item) => {
            of_shape(guide, item, at.below(Step::Item), known, sites);
        }
        Shape::Table(value) => of_shape(guide, value, at.below(Step::Name), known, sites),
        Shape::Choice(_) | Shape::Scalar(_) => {}
    }
    sites.push(at);
}

/// What is said of shapes; whatever else such a spec lacks is no matter here.
fn said(spec: String) -> Vec<Diagnostic> {
    let report = load(&[Source::new("acme.yaml", spec)]).expect_err("most of it is missing");
    let is_of_shape = |found: &&Diagnostic| found.title.contains(", found ");
    report.diagnostics().filter(is_of_shape).cloned().collect()
}

impl Site {
    /// What is said of a value here, and not of one inside of it.
    fn said(&self, value: &Value) -> Option<Diagnostic> {
        let subject = match self.steps.last().expect("a step") {
            Step::Key(key) => format!("`{key}` takes "),
            Step::Name => "some_name` takes ".to_owned(),
            Step::Item => "an item of ".to_owned(),
        };
        let mut said = said(self.spec(value.clone())).into_iter();
        said.find(|found| found.title.contains(&subject))
    }
}

#[test]
fn a_wrong_shape_is_explained_for_every_key() {
    let mut text = String::new();
    let mut sites = sites(&Guide::new());
    sites.sort_by(|one, other| one.title.cmp(&other.title));
    for site in &sites {
        let _ = writeln!(text, "{}", site.title);
        let mut count = 0;
        for value in wrong() {
            let Some(found) = site.said(&value) else {
                continue;
            };
            count += 1;
            let help = found.help.expect("what would be right");
            let _ = writeln!(text, "  {value} -> {}\n      {help}", found.title);
        }
        assert!(count > 1, "{} takes everything", site.title);
    }
    assert!(sites.len() > 200, "{}", sites.len());
    insta::with_settings!({
        snapshot_path => "../snapshots/diagnostics",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("wrong_shapes", text);
    });
}

/// Whoever writes what a message says is not told the same again.
#[test]
fn what_a_message_says_to_write_has_the_right_shape() {
    for site in sites(&Guide::new()) {
        for value in wrong() {
            let Some(found) = site.said(&value) else {
                continue;
            };
            let help = found.help.expect("what would be right");
            let (help, _) = help.split_once("; its ").unwrap_or((&help, ""));
            let shown = help.rsplit('`').nth(1).expect("what to write");
            let written: serde_yaml::Value =
                serde_yaml::from_str(shown).unwrap_or_else(|error| panic!("{shown}: {error}"));
            let value = match (site.steps.last(), written) {
                (Some(Step::Item), item) => item,
                (_, serde_yaml::Value::Mapping(pair)) => {
                    let mut values = pair.into_iter().map(|(_, value)| value);
                    values.next().expect("a value")
                }
                (_, other) => panic!("{}: {shown} is no pair but {other:?}", site.title),
            };
            let value = serde_json::to_value(&value).expect("JSON");
            if let Some(again) = said(site.spec(value)).first() {
                panic!("{}: {shown} is wrong again: {}", site.title, again.title);
            }
        }
    }
}
