//! What people are told about wrong specs.

use std::fs;

use oauth_atlas_codegen::{Source, load};

#[test]
fn mistakes_are_explained_as_recorded() {
    insta::with_settings!({
        snapshot_path => "../snapshots/diagnostics",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::glob!("../wrong", "*.yaml", |path| {
            let name = path.file_name().expect("a file").to_string_lossy();
            let source = Source::read(path, format!("wrong/{name}")).expect("a readable spec");
            let report = load(&[source]).expect_err("a wrong spec");
            insta::assert_snapshot!("report", report.render(false));
        });
    });
}

/// The number in a file's name is the number of its mistakes: each is reported once, and none
/// hides another.
#[test]
fn every_mistake_is_reported_once() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/wrong");
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let mistakes = name
            .rsplit('_')
            .next()
            .and_then(|count| count.parse().ok())
            .unwrap_or(1);
        let source = Source::read(&path, "wrong.yaml").expect("a readable spec");
        let report = load(&[source]).expect_err("a wrong spec");
        assert_eq!(report.len(), mistakes, "{name}:\n{}", report.render(false));
    }
}

#[test]
fn mistakes_of_all_files_come_in_one_report() {
    let wrong = |path: &str| Source::new(path, "name: Acme\nnme: Acme\n");
    let report = load(&[wrong("a.yaml"), wrong("b.yaml")]).expect_err("wrong specs");
    let paths: Vec<_> = report
        .diagnostics()
        .map(|found| found.path.as_str())
        .collect();
    assert!(
        paths.contains(&"a.yaml") && paths.contains(&"b.yaml"),
        "{paths:?}"
    );
    assert!(paths.is_sorted(), "{paths:?}");
}

#[test]
fn modules_have_names_that_rust_and_cargo_allow() {
    let standard = include_str!("../fixtures/standard.yaml");
    for id in [
        "self", "type", "gen", "runtime", "lib", "index", "main", "std", "con", "com1", "lpt1",
        "aux", "nul", "prn", "com0", "lpt9", "2fa", "Acme", "a-b", "a.b", "", "ü",
    ] {
        let path = format!("specs/{id}.yaml");
        let report = load(&[Source::new(&*path, standard)]).expect_err("no name of a module");
        let shown = report.render(false);
        assert!(
            shown.contains(&format!("`{id}` cannot name a module")),
            "{shown}"
        );
        assert!(shown.contains(&format!("--> {path}:1:1\n")), "{shown}");
    }
    for (id, why) in [
        ("box", "a keyword of Rust"),
        ("std", "has this name already"),
    ] {
        let path = format!("specs/{id}.yaml");
        let report = load(&[Source::new(&*path, standard)]).expect_err("no name of a module");
        assert!(report.render(false).contains(why), "{id}");
    }
    // These only begin like a device of Windows.
    for id in ["com", "com10", "lpt", "lptx", "auxiliary", "console"] {
        let path = format!("specs/{id}.yaml");
        assert!(load(&[Source::new(&*path, standard)]).is_ok(), "{id}");
    }
    let twice = ["a/acme.yaml", "b/acme.yaml"].map(|path| Source::new(path, standard));
    let report = load(&twice).expect_err("one module of two specs");
    let shown = report.render(false);
    assert!(
        shown.contains("`acme` is the module of `a/acme.yaml` as well"),
        "{shown}"
    );
}

#[test]
fn repeated_aliases_are_refused() {
    let mut text = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (name, before) in ["b", "c", "d", "e", "f", "g"]
        .iter()
        .zip(["a", "b", "c", "d", "e", "f"])
    {
        let items = vec![format!("*{before}"); 10].join(",");
        text += &format!("{name}: &{name} [{items}]\n");
    }
    let report = load(&[Source::new("bomb.yaml", text)]).expect_err("a bomb");
    let shown = report.render(false);
    assert_eq!(report.len(), 1, "{shown}");
    assert!(shown.contains("more values than any could need"), "{shown}");
}
