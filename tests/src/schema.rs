//! The JSON Schema of specs, before a validator that knows nothing of this project.

use std::path::Path;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use oauth_atlas_codegen::guide::Guide;
use oauth_atlas_codegen::{Source, load};
use serde_json::Value;

fn schema() -> Value {
    serde_json::from_str(&Guide::new().to_schema()).expect("JSON")
}

fn validator() -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema())
        .expect("a schema")
}

fn sources(folder: &str) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    Source::read_dir(&folder).expect("readable specs")
}

/// What the schema refuses of a spec, as JSON pointers with the reasons.
fn refusals(validator: &Validator, yaml: &str) -> Result<Vec<String>, serde_yaml::Error> {
    let spec: Value = serde_yaml::from_str(yaml)?;
    let refusals = validator.iter_errors(&spec);
    Ok(refusals.map(|refusal| explain(&refusal)).collect())
}

/// In words of our own: those of the validator change with its versions.
fn explain(refusal: &ValidationError) -> String {
    let place = match refusal.instance_path().as_str() {
        "" => "/",
        place => place,
    };
    let reason = match refusal.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            format!("unknown: {}", unexpected.join(", "))
        }
        ValidationErrorKind::Required { property } => {
            format!("missing: {}", property.as_str().unwrap_or_default())
        }
        kind => kind.keyword().to_owned(),
    };
    format!("{place} {reason}")
}

#[test]
fn the_schema_is_a_schema() {
    let schema = schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    if let Err(error) = jsonschema::meta::validate(&schema) {
        panic!("{error} at {}", error.instance_path());
    }
}

#[test]
fn every_spec_and_every_fixture_passes() {
    let validator = validator();
    let mut passed = 0;
    for source in sources("../specs").iter().chain(&sources("fixtures")) {
        let refusals = refusals(&validator, &source.text).expect("YAML");
        assert!(refusals.is_empty(), "{}: {refusals:#?}", source.path);
        passed += 1;
    }
    assert!(passed > 100, "{passed}");
}

/// What passes here has mistakes of meaning only, or of the YAML: a key that stands twice is lost
/// before a schema sees it.
#[test]
fn wrong_specs_are_refused_as_recorded() {
    let validator = validator();
    let mut record = String::new();
    for source in sources("wrong") {
        let outcome = match refusals(&validator, &source.text) {
            Ok(refusals) if refusals.is_empty() => " passes".to_owned(),
            Ok(refusals) => refusals
                .iter()
                .map(|refusal| format!("\n  {refusal}"))
                .collect(),
            Err(_) => " is not YAML".to_owned(),
        };
        record += &format!("{}:{outcome}\n", source.id());
    }
    insta::with_settings!({
        snapshot_path => "../snapshots/schema",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("wrong", record);
    });
}

#[test]
fn mistakes_of_form_are_refused() {
    let validator = validator();
    let mut refused = 0;
    for source in sources("wrong") {
        let Ok(refusals) = refusals(&validator, &source.text) else {
            continue;
        };
        let report = load(std::slice::from_ref(&source)).expect_err("a wrong spec");
        let of_form = report.diagnostics().find(|mistake| {
            ["unknown key ", "expected "]
                .iter()
                .any(|start| mistake.title.starts_with(start))
        });
        if let Some(mistake) = of_form {
            assert!(!refusals.is_empty(), "{}: {}", source.path, mistake.title);
            refused += 1;
        }
    }
    assert!(refused > 0);
}

/// The first line of every spec tells editors where the schema is.
#[test]
fn every_spec_names_its_schema() {
    for (folder, schema) in [
        ("../specs", "schema.json"),
        ("fixtures", "../../specs/schema.json"),
    ] {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        assert!(here.join(schema).exists(), "{schema} beside {folder}");
        for source in sources(folder) {
            let line = format!("# yaml-language-server: $schema={schema}");
            assert_eq!(
                source.text.lines().next(),
                Some(line.as_str()),
                "{}",
                source.path
            );
        }
    }
}

/// A right spec with this value of `key`.
fn spec_with(key: &str, value: &str) -> String {
    let escaped: String = value
        .chars()
        .map(|character| format!("\\U{:08x}", u32::from(character)))
        .collect();
    let value_of = |known: &str, right: &str| {
        if known == key {
            format!("\"{escaped}\"")
        } else {
            right.to_owned()
        }
    };
    format!(
        "name: {}
summary: a market
documentation: {}
sources:
  docs: {{ title: OAuth, url: 'https://docs.acme.example', checked: {} }}
variables:
  tenant: {{ description: Whose., kind: segment }}
endpoints:
  token: {}
  introspection: 'https://acme.example/{{tenant}}'
clients:
  confidential:
grants:
  client_credentials:
scopes:
  published: false
lifetimes:
  access_token: {}
",
        value_of("name", "Acme"),
        value_of("documentation", "https://docs.acme.example"),
        value_of("checked", "2026-11-22"),
        value_of("token", "https://acme.example/token"),
        value_of("access_token", "1h"),
    )
}

/// Whether the decoder takes a value, and whether the schema does.
fn verdicts(validator: &Validator, key: &str, value: &str) -> (bool, bool) {
    let spec = spec_with(key, value);
    let refusals = refusals(validator, &spec).expect("YAML");
    let decoded = load(&[Source::new("acme.yaml", spec)]);
    (decoded.is_ok(), refusals.is_empty())
}

/// Every character that one of them could take for white space, a letter or a delimiter.
fn characters() -> impl Iterator<Item = char> {
    let beyond = "\u{1680}\u{2000}\u{200a}\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";
    ('\0'..'\u{a2}').chain(beyond.chars()).chain(['漢', '🦀'])
}

#[test]
fn the_forms_of_texts_are_those_of_the_decoder() {
    let validator = validator();
    for (key, before, after) in [
        ("documentation", "https://docs.acme.example/a", "b"),
        ("documentation", "https://docs", "acme.example/a"),
        ("documentation", "https://docs.acme.example:8", "0/a"),
        ("documentation", "https", "//docs.acme.example"),
        ("token", "https://acme.example/a", "b"),
        ("token", "https://api", "acme.example/a"),
        ("token", "https://acme.example:8", "0/a"),
        ("checked", "2026-11", "22"),
        ("checked", "2026-11-", "2"),
        ("checked", "", "026-11-12"),
        ("access_token", "1", ""),
        ("access_token", "", "1h"),
        ("name", "a", "b"),
        ("name", "", ""),
    ] {
        for character in characters() {
            // What stands between braces has to be known: a question of meaning.
            if key == "token" && "{}".contains(character) {
                continue;
            }
            let value = format!("{before}{character}{after}");
            let (decoded, passed) = verdicts(&validator, key, &value);
            assert_eq!(decoded, passed, "{key}: {value:?}");
        }
    }
}

#[test]
fn values_have_one_verdict() {
    let validator = validator();
    for (key, values) in [
        (
            "name",
            &[
                "two\nlines",
                "two\n   lines",
                "two\n    lines",
                "\n    a line alone\n",
                " ~ ",
                "a ``code`` span",
                "```sh",
            ][..],
        ),
        (
            "checked",
            &[
                "2026-02-28",
                "2026-02-30",
                "2024-02-29",
                "2026-04-31",
                "2026-13-01",
                "2026-1-1",
                "+026-01-01",
                "2026-11-22T00:00:00Z",
            ],
        ),
        (
            "access_token",
            &[
                "never", "unknown", "always", "0h", "007d", "+5h", "1.5h", "h",
            ],
        ),
        (
            "token",
            &[
                "https://{tenant}/token",
                "https://acme.example/{tenant}/token",
                "https://acme.example/{tenant",
                "https://acme.example/{tenant}/{",
                "https://acme.example/token#now",
                "https://user@acme.example/token",
                "http://acme.example/token",
                "/token",
                "",
            ],
        ),
        (
            "documentation",
            &[
                "https://docs.acme.example/#now",
                "https://docs.acme.example?now",
                "https://user@docs.acme.example",
                "https://docs.acme.example/@user",
                "https:///path",
                "HTTPS://docs.acme.example",
            ],
        ),
    ] {
        for value in values {
            let (decoded, passed) = verdicts(&validator, key, value);
            assert!(passed || !decoded, "{key}: {value:?} is refused wrongly");
            let of_meaning = ["https://{tenant}/token"].contains(value);
            assert!(decoded || !passed || of_meaning, "{key}: {value:?} passes");
        }
    }
}
