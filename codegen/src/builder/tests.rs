use std::fs;

use super::*;

const SPEC: &str = "\
name: Acme
summary: a provider for tests
documentation: https://docs.example/oauth
sources:
  docs: { title: The reference, url: \"https://docs.example/oauth\", checked: 2026-11-22 }
endpoints:
  token: https://auth.example/token
clients:
  confidential: { auth: client_secret_post }
grants:
  client_credentials:
scopes:
  published: false
";

struct Package(tempfile::TempDir);

impl Package {
    fn with(files: &[(&str, &str)]) -> Self {
        let package = Self(tempfile::tempdir().expect("a temporary folder"));
        for (path, text) in files {
            let path = package.path(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            fs::write(path, text).expect("a writable file");
        }
        package
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// What cargo is told, or what the person is told.
    fn build(&self, builder: &Builder) -> Result<String, String> {
        self.build_in(builder, Some(self.path("out")))
    }

    fn build_in(&self, builder: &Builder, out_dir: Option<PathBuf>) -> Result<String, String> {
        let environment = Environment {
            package: self.path(""),
            out_dir,
        };
        let mut said = Vec::new();
        builder
            .run(&environment, &mut said)
            .map_err(|failure| failure.to_string())?;
        Ok(String::from_utf8(said).expect("text"))
    }
}

#[test]
fn the_folder_and_each_spec_are_watched() {
    let package = Package::with(&[("specs/b.yaml", SPEC), ("specs/a.yaml", SPEC)]);
    let said = package.build(&Builder::new("./specs/"));
    let expected = "\
cargo::rerun-if-changed=specs
cargo::rerun-if-changed=specs/a.yaml
cargo::rerun-if-changed=specs/b.yaml
";
    assert_eq!(said.as_deref(), Ok(expected));
    let index = fs::read_to_string(package.path("out/providers/index.rs"));
    assert!(index.expect("an index").contains("pub mod a;"));
}

#[test]
fn an_absolute_path_inside_of_the_package_is_shown_as_a_relative_one() {
    let package = Package::with(&[("specs/acme.yaml", "name: Acme\nsumary: a slip\n")]);
    let builder = Builder::new(package.path("specs"));
    let told = package.build(&builder).expect_err("a wrong spec");
    assert!(told.contains("--> specs/acme.yaml:2:1"), "{told}");
}

#[test]
fn files_and_folders_can_be_mixed_and_written_elsewhere() {
    let package = Package::with(&[("one/acme.yaml", SPEC), ("two/globex.yaml", SPEC)]);
    let builder = Builder::new("one/acme.yaml")
        .specs("two")
        .out_dir("src/own")
        .library("::atlas");
    let said = package.build_in(&builder, None).expect("modules");
    assert_eq!(said.matches("=one/acme.yaml\n").count(), 1, "{said}");
    let acme = fs::read_to_string(package.path("src/own/acme.rs")).expect("a module");
    assert!(acme.contains("use ::atlas as oauth_atlas;"), "{acme}");
    assert!(package.path("src/own/globex.rs").exists());
}

#[test]
fn what_did_not_change_is_not_written() {
    let package = Package::with(&[("specs/acme.yaml", SPEC)]);
    let time = || {
        package.build(&Builder::new("specs")).expect("modules");
        let file = fs::metadata(package.path("out/providers/acme.rs"));
        file.and_then(|file| file.modified()).expect("a time")
    };
    assert_eq!(time(), time());
}

#[test]
fn whoever_made_a_mistake_is_told_what_to_mend() {
    let package = Package::with(&[
        ("specs/acme.yaml", SPEC),
        ("more/acme.yaml", SPEC),
        ("empty/acme.txt", SPEC),
        ("other/acme.yml", SPEC),
    ]);
    let told = |builder: Builder| package.build(&builder).expect_err("a mistake");

    let message = told(Builder::new("spex"));
    assert!(message.starts_with("error: cannot read "), "{message}");
    assert!(message.contains("spex: "), "{message}");

    let message = told(Builder::new("empty"));
    assert!(
        message.ends_with("no file there ends with .yaml"),
        "{message}"
    );

    let message = told(Builder::new("other"));
    assert!(
        message.ends_with("other/acme.yml: a spec ends in .yaml; rename it to acme.yaml"),
        "{message}"
    );

    let message = told(Builder::new("specs").specs("more"));
    assert!(
        message.starts_with("error: specs/acme.yaml and more/acme.yaml would be one module"),
        "{message}"
    );

    let message = package.build_in(&Builder::new("specs"), None);
    let message = message.expect_err("no OUT_DIR");
    assert!(
        message.starts_with("error: OUT_DIR is not set"),
        "{message}"
    );
}
