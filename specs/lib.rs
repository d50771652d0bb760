//! The specs of real OAuth 2.0 providers, as text.
//!
//! `oauth-atlas-codegen` turns them into clients; the [reference of the language][reference] says what
//! each key means.
//!
//! [reference]: https://github.com/oauth-atlas/oauth-atlas/blob/main/specs/README.md

#![deny(missing_docs)]

/// The specs by the names of their modules, in alphabetical order: `("kraken", "name: Kraken…")`.
pub const SPECS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/specs.rs"));

#[cfg(test)]
mod tests {
    use super::SPECS;

    #[test]
    fn every_spec_is_there_by_its_name() {
        let folder = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("this folder");
        let files = folder.map(|entry| entry.expect("a readable entry").path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
        assert_eq!(SPECS.len(), files.count());
        assert!(SPECS.is_sorted());
        for (name, text) in SPECS {
            let file = format!("{}/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(*text, std::fs::read_to_string(file).expect("a spec"));
        }
    }
}
