//! The scopes of metadata.

use oauth_atlas_codegen::writing;

use super::Writer;
use super::leftover::cut;
use crate::commands::new::draft::Scope;
use crate::commands::new::template::scope;

/// Of more scopes the first are listed, so that the spec is not too large to be one.
const MAX_SCOPES: usize = 1000;

/// The most bytes of their names.
const MAX_SCOPE_BYTES: usize = 64 * 1024;

impl Writer<'_> {
    pub(super) fn scopes(&mut self) -> (Vec<Scope>, bool) {
        let listed = self.metadata.texts("scopes_supported").unwrap_or_default();
        let (templates, listed): (Vec<_>, Vec<_>) = listed
            .into_iter()
            .partition(|name| writing::is_scope_template(name));
        if !templates.is_empty() {
            let value = format!("{} (with variables)", cut(&templates.join(", ")));
            self.leftovers.push(("scopes_supported".to_owned(), value));
        }
        // RFC 8414 §2: the server may keep scopes to itself.
        let partial = !listed.is_empty();
        let mut bytes = 0;
        let fit = listed.iter().take(MAX_SCOPES).take_while(|name| {
            bytes += name.len();
            bytes <= MAX_SCOPE_BYTES
        });
        let mut names: Vec<String> = fit.map(|name| (*name).to_owned()).collect();
        if names.len() < listed.len() {
            let value = format!("{} more than those above", listed.len() - names.len());
            self.leftovers.push(("scopes_supported".to_owned(), value));
        }
        for name in &self.answers.scopes {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        (names.into_iter().map(scope).collect(), partial)
    }
}
