//! That nothing is said twice: what a spec comes to is the same as a constant of generated code, as
//! JSON, and as a client that is made of that JSON.

use std::fs;
use std::path::Path;

use oauth_atlas::provider::from_json;
use oauth_atlas::{EndpointKind, Provider};
use oauth_atlas_codegen::{Source, load};
use serde_json::Value;

use crate::driven::COVERED;

fn generated(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../generated")
        .join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn each_providers_json_is_its_constant() {
    for provider in oauth_atlas::PROVIDERS {
        let loaded = from_json(&generated(&format!("json/{}.json", provider.id)));
        let loaded = loaded.unwrap_or_else(|error| panic!("{}: {error}", provider.id));
        assert_eq!(loaded, *provider);
    }
}

/// The fixtures have no files: each is written and read again.
#[test]
fn each_fixtures_constant_survives_json() {
    let mut count = 0;
    for covered in COVERED.iter().copied() {
        let text = oauth_atlas_codegen::json(covered.provider);
        let loaded = from_json(&text);
        let loaded = loaded.unwrap_or_else(|error| panic!("{}: {error}", covered.provider.id));
        assert_eq!(loaded, covered.provider);
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn the_file_of_all_has_each_of_them_once() {
    let all: Value = serde_json::from_str(&generated("providers.json")).expect("JSON");
    assert_eq!(all["format"], 1);
    let providers = all["providers"].as_object().expect("an object");
    let ids: Vec<_> = oauth_atlas::PROVIDERS.iter().map(|one| one.id).collect();
    assert_eq!(providers.keys().collect::<Vec<_>>(), ids);
    for (id, described) in providers {
        let own = generated(&format!("json/{id}.json"));
        let own: Value = serde_json::from_str(&own).expect("JSON");
        assert_eq!(*described, own, "{id}");
    }
}

#[test]
fn the_schema_takes_each_file_and_refuses_what_the_reader_refuses() {
    let schema: Value = serde_json::from_str(&generated("schema.json")).expect("JSON");
    let validator = jsonschema::options()
        .build(&schema)
        .unwrap_or_else(|error| panic!("{error}"));
    for provider in oauth_atlas::PROVIDERS {
        let text = generated(&format!("json/{}.json", provider.id));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", provider.id);
        for (pointer, wrong) in [
            ("/id", Value::from(1)),
            ("/format", Value::from(2)),
            ("/token/method", Value::from("PUT")),
            ("/grants/0/kind", Value::from("code")),
            ("/grants/0/requires", Value::from("code")),
            ("/token/rename", Value::from(vec!["a"])),
        ] {
            let mut mutated = value.clone();
            if put(&mut mutated, pointer, wrong) {
                let is_read = from_json(&mutated.to_string()).is_ok();
                assert!(
                    !validator.is_valid(&mutated) && !is_read,
                    "{}{pointer}",
                    provider.id
                );
            }
        }
    }
}

/// What would make a client unsafe, or one that cannot work, is refused whoever wrote it.
#[test]
fn a_description_that_contradicts_itself_is_refused() {
    let refused = |provider: &Provider, pointer: &str, wrong: Value, expected: &str| {
        let text = generated(&format!("json/{}.json", provider.id));
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        assert!(
            put(&mut value, pointer, wrong.clone()),
            "{}{pointer}",
            provider.id
        );
        let error = from_json(&value.to_string());
        let error = error.expect_err(&format!("{}{pointer} {wrong}", provider.id));
        assert!(
            error.to_string().contains(expected),
            "{pointer} {wrong}: {error}"
        );
    };
    let kraken = &oauth_atlas::kraken::PROVIDER;
    for (pointer, wrong, expected) in [
        ("/id", Value::from("Kraken!"), "lower case letters"),
        ("/name", Value::from("a\nb"), "one line"),
        (
            "/token/url",
            Value::from("http://api.kraken.com/token"),
            "https",
        ),
        (
            "/token/url",
            Value::from("https://u@api.kraken.com/token"),
            "host",
        ),
        (
            "/token/url",
            Value::from("{nowhere}/token"),
            "neither a host nor a base URL",
        ),
        (
            "/token/url",
            Value::from("{api}.evil.example/token"),
            "expected `/`",
        ),
        (
            "/token/url",
            Value::from("{api}/{tenant}/token"),
            "no variable `tenant`",
        ),
        ("/token/url", Value::from("{api}/token#x"), "fragment"),
        (
            "/environments/0/hosts/api",
            Value::from("https://a.example/"),
            "slash",
        ),
        (
            "/confidential/auth",
            Value::from(Vec::<String>::new()),
            "at least one method",
        ),
        (
            "/variables/0/values",
            Value::from(Vec::<String>::new()),
            "belong together",
        ),
        ("/grants/1/kind", Value::from("authorization_code"), "twice"),
        (
            "/scopes/values/0/category",
            Value::from(""),
            "scopes.values[0].category",
        ),
        (
            "/errors/0",
            serde_json::json!({ "code": "odd", "status": 0 }),
            "errors[0].status",
        ),
        (
            "/grants/1/kind",
            Value::from("device_code"),
            "device authorization endpoint",
        ),
        ("/authorization", Value::Null, "no authorization endpoint"),
    ] {
        refused(kraken, pointer, wrong, expected);
    }
    let slack = &oauth_atlas::slack::PROVIDER;
    let captures = slack.captures.iter();
    let index = captures.take_while(|capture| !capture.secret).count();
    refused(
        slack,
        &format!("/captures/{index}/secret"),
        Value::from(false),
        "`access_token` would be shown in logs",
    );
    let shown = serde_json::json!({
        "name": "domain",
        "path": "api_domain",
        "secret": true,
        "variable": "company",
        "allowed_hosts": ["*.pipedrive.com"],
    });
    let pipedrive = &oauth_atlas::pipedrive::PROVIDER;
    refused(pipedrive, "/captures/0", shown, "a URL is shown");
}

/// The model has its own lookup of endpoints, as it has what documents them.
#[test]
fn the_model_has_each_endpoint_of_the_description() {
    let mut found = 0;
    for folder in ["../specs", "fixtures"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let specs = Source::read_dir(&folder).expect("readable specs");
        let specs = load(&specs).unwrap_or_else(|report| panic!("{}", report.render(false)));
        for spec in &specs {
            let description = spec.description();
            for kind in EndpointKind::ALL {
                let (ours, described) = (spec.endpoint(*kind), description.endpoint(*kind));
                assert_eq!(ours.map(|one| &one.value), described, "{}: {kind}", spec.id);
                found += usize::from(ours.is_some());
            }
        }
    }
    assert!(found > 250, "{found} endpoints");
}

/// Whether there was something to replace.
fn put(value: &mut Value, pointer: &str, wrong: Value) -> bool {
    let place = value.pointer_mut(pointer);
    let found = place.is_some();
    if let Some(place) = place {
        *place = wrong;
    }
    found
}
