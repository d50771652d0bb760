//! The specs of real OAuth 2.0 providers, as text.
//!
//! `oauth-atlas-codegen` turns them into clients; the [reference of the language][reference] says what
//! each key means.
//!
//! [reference]: https://github.com/oauth-atlas/oauth-atlas/blob/main/specs/README.md

#![deny(missing_docs)]

/// The specs by the names of their modules, in alphabetical order: `("kraken", "name: Kraken…")`.
pub const SPECS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/specs.rs"));

/// The tables of scopes that stand beside specs, by the names of their modules, in alphabetical order.
pub const SCOPES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scopes.rs"));

#[cfg(test)]
mod tests {
    use super::{SCOPES, SPECS};

    #[test]
    fn every_spec_is_there_by_its_name() {
        for (list, ending) in [(SPECS, "yaml"), (SCOPES, "scopes.tsv")] {
            let folder = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("this folder");
            let files = folder.map(|entry| entry.expect("a readable entry").file_name());
            let files =
                files.filter(|name| name.to_string_lossy().ends_with(&format!(".{ending}")));
            assert_eq!(list.len(), files.count());
            assert!(list.is_sorted());
            for (name, text) in list {
                let file = format!("{}/{name}.{ending}", env!("CARGO_MANIFEST_DIR"));
                assert_eq!(*text, std::fs::read_to_string(file).expect("a file"));
            }
        }
    }
}
