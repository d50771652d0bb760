//! The page for an address that there is not.

use maud::{Markup, html};

use super::page::{self, Page};

pub fn page() -> Markup {
    page::page(Page {
        data: None,
        title: "Page not found",
        description: "There is no such page.",
        body: html! {
            main id="content" class="missing" {
                h1 { "Page not found" }
                p { "There is no such page. A provider may have another name here." }
                p { a href="index.html" { "All providers" } }
            }
        },
    })
}
