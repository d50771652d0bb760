//! What all pages have in common.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use oauth_atlas_codegen::model::Provider;

use super::MARK;

/// Nothing but this site's own styles and script; `data:` is the icon.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'";

/// A globe of three meridians, in the address so that no request is made for it.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
                    viewBox='0 0 24 24' fill='none' stroke='%230f6a72' stroke-width='2'%3E\
                    %3Ccircle cx='12' cy='12' r='10'/%3E%3Cellipse cx='12' cy='12' rx='4.5' \
                    ry='10'/%3E%3Cpath d='M2 12h20'/%3E%3C/svg%3E";

pub struct Page<'a> {
    pub title: &'a str,
    pub description: &'a str,
    /// A script that the site's own one reads, if the page has one.
    pub data: Option<&'static str>,
    pub body: Markup,
}

pub fn page(page: Page) -> Markup {
    let Page {
        title,
        description,
        data,
        body,
    } = page;
    html! {
        (DOCTYPE)
        (PreEscaped(format!("\n<!-- {MARK} -->\n")))
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                meta name="description" content=(description);
                title { (title) @if title != NAME { " · " (NAME) } }
                link rel="icon" href=(ICON);
                link rel="stylesheet" href="site.css";
                @if let Some(data) = data { script src=(data) defer {} }
                script src="site.js" defer {}
            }
            body {
                a class="skip" href="#content" { "Skip to content" }
                header class="site" {
                    a class="home" href="index.html" {
                        svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" {
                            circle cx="12" cy="12" r="10" {}
                            ellipse cx="12" cy="12" rx="4.5" ry="10" {}
                            path d="M2 12h20M4 6.5h16M4 17.5h16" {}
                        }
                        (NAME)
                    }
                    p { "OAuth 2.0 providers as they really behave" }
                }
                (body)
                footer class="site" {
                    p {
                        "Written by " code { "oauth-atlas site" } " from the specs. What a \
                         provider’s pages do not say is left out."
                    }
                }
            }
        }
    }
}

const NAME: &str = "Oauth Atlas";

/// The name of a provider's page, which no other page has: the language reserves `index`, and no
/// module begins with a digit.
pub fn address(provider: &Provider) -> String {
    format!("{}.html", provider.id)
}

/// A block of code, which a button copies.
pub fn code(text: &str, about: &str) -> Markup {
    html! {
        div class="code" data-copy=(about) {
            pre tabindex="0" { code { (text.trim_end()) } }
        }
    }
}
