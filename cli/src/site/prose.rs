//! Text of specs as HTML: code between backticks, addresses as links, all else as it is.

use maud::{Markup, html};
use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::prose::{Part, parts};

/// A sentence.
pub fn prose(text: &str) -> Markup {
    html! {
        @for part in parts(text) {
            @match part {
                Part::Text(text) => (text),
                Part::Code(value) => code { (value) },
                Part::Address(address) => (link(address, html! { (address) })),
            }
        }
    }
}

/// A sentence that begins with a capital letter.
pub fn capital(text: &str) -> Markup {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    let text: String = first.into_iter().flatten().chain(characters).collect();
    prose(&text)
}

/// A link to a page of somebody else; the text alone where the address is no page's.
pub fn link(address: &str, text: Markup) -> Markup {
    // A plain `http://` address in a spec is a callback on loopback, which nobody else serves.
    let is_page = address.starts_with("https://");
    html! {
        @if is_page {
            a href=(address) rel="noreferrer" { (text) }
        } @else {
            (text)
        }
    }
}

/// The numbers of sources, each a link to its entry in the list of sources.
pub fn citations(provider: &Provider, sources: &[String]) -> Markup {
    citations_on("", provider, sources)
}

/// The same in another page than the provider's, which is at the address `page`.
pub fn citations_on(page: &str, provider: &Provider, sources: &[String]) -> Markup {
    let numbers = sources.iter().filter_map(|name| {
        let is_it = |source: &oauth_atlas_codegen::model::Source| source.name == *name;
        Some((name, provider.sources.iter().position(is_it)? + 1))
    });
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by_key(|(_, number)| *number);
    html! {
        @if !numbers.is_empty() {
            sup class="cite" {
                @for (name, number) in numbers {
                    a href={ (page) "#source-" (name) } aria-label={ "Source " (number) } { (number) }
                }
            }
        }
    }
}

/// A sentence and the numbers of its sources.
pub fn cited(provider: &Provider, text: &str, sources: &[String]) -> Markup {
    html! { (prose(text)) (citations(provider, sources)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_addresses_are_marked() {
        assert_eq!(
            prose("Send `a<b>` as (https://a.example/b?c=d&e).").into_string(),
            "Send <code>a&lt;b&gt;</code> as (\
             <a href=\"https://a.example/b?c=d&amp;e\" rel=\"noreferrer\">\
             https://a.example/b?c=d&amp;e</a>)."
        );
    }

    #[test]
    fn a_backtick_without_its_pair_stays() {
        assert_eq!(prose("`a` and `b").into_string(), "<code>a</code> and `b");
    }

    #[test]
    fn nothing_gets_through() {
        let text = "<script>alert(1)</script> `<img src=x onerror=alert(1)>` \
                    https://a.example/\"onmouseover=\"alert(1) javascript:alert(1)";
        let html = prose(text).into_string();
        assert!(
            !html.contains("<script") && !html.contains("<img"),
            "{html}"
        );
        assert!(!html.contains("href=\"javascript:"), "{html}");
        assert!(
            html.contains(">https://a.example/</a>&quot;onmouseover=&quot;alert(1) "),
            "{html}"
        );
    }

    #[test]
    fn only_addresses_of_pages_become_links() {
        for address in [
            "javascript:alert(1)",
            "JAVASCRIPT:x",
            "data:text/html,x",
            "//a",
        ] {
            let html = link(address, html! { "text" }).into_string();
            assert_eq!(html, "text");
        }
    }
}
