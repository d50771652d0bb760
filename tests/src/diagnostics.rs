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
fn a_huge_file_is_refused_before_it_is_parsed() {
    let text = "[".repeat(300 * 1024);
    let report = load(&[Source::new("huge.yaml", text)]).expect_err("a huge spec");
    assert!(
        report.render(false).contains("307200 bytes"),
        "{}",
        report.render(false)
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
    assert_eq!(report.len(), 1, "{}", report.render(false));
}
