//! The functions that make fakes.

use oauth_atlas_description::Node;

use crate::layout::Items;
use crate::layout::known::item;
use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::{Options, description};

/// The function that a published module has for tests.
pub(super) fn function(provider: &Provider, items: &mut Items) {
    let code = item! {
        []
        #[cfg(feature = "fake")]
        pub fn fake() -> oauth_atlas::fake::Fake {
            oauth_atlas::fake::Fake::new(&PROVIDER)
        }
    };
    items.add(&about(provider), &code);
}

/// A function of `fakes.rs`, which is included in another package's tests. The description is in it,
/// as tests do not see the modules that the package keeps to itself.
pub(crate) fn included(provider: &Provider, described: &Node, options: &Options) -> String {
    let mut items = Items::in_file();
    // It is included beside what its user imports, so it imports nothing.
    let code = item! {
        [name: Name = &provider.id, library: Rust = &super::library_path(options)]
        pub fn #name() -> #library::fake::Fake {
            use #library::runtime::provider;

            static PROVIDER: provider::Provider = DESCRIPTION;
            #library::fake::Fake::new(&PROVIDER)
        }
    };
    let start = "    static PROVIDER: provider::Provider = ";
    let description = description::literal(described).laid_out(start, ";");
    let code = code.replace(&format!("{start}DESCRIPTION;"), &description);
    items.add(&about(provider), &code);
    items.into_text()
}

fn about(provider: &Provider) -> String {
    format!(
        "A fake of {} on this machine, for tests.",
        to_markdown(&provider.name)
    )
}
