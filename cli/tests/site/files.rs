//! What can be told of the pages without a browser.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use scraper::{Html, Selector};

use crate::site::SITE;

/// The most bytes of a page.
const PAGE: usize = 100_000;

fn select<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).collect()
}

#[test]
fn every_spec_has_a_page_and_a_line_in_the_index() {
    let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs");
    let specs = fs::read_dir(specs)
        .expect("a readable folder")
        .map(|entry| {
            let name = entry.expect("a readable entry").file_name();
            name.to_string_lossy().into_owned()
        });
    let specs = specs.filter_map(|name| Some(format!("{}.html", name.strip_suffix(".yaml")?)));
    let specs: BTreeSet<_> = specs.collect();
    assert!(specs.len() > 60, "{specs:?}");
    let pages: BTreeSet<_> = SITE.providers().into_iter().map(str::to_owned).collect();
    assert_eq!(specs, pages);
    let index = Html::parse_document(&SITE.files["index.html"]);
    let links = select(&index, "#providers > li h2 a");
    let linked: BTreeSet<_> = links
        .iter()
        .filter_map(|link| link.attr("href").map(str::to_owned))
        .collect();
    assert_eq!(specs, linked);
    assert_eq!(links.len(), specs.len());
}

#[test]
fn every_page_is_html() {
    for (name, text) in SITE.pages() {
        let page = Html::parse_document(text);
        assert!(page.errors.is_empty(), "{name}: {:?}", page.errors);
        assert_eq!(select(&page, "h1").len(), 1, "{name}");
        assert_eq!(select(&page, "main#content").len(), 1, "{name}");
        let headings = select(&page, "h1, h2, h3, h4");
        let levels = headings.iter().map(|heading| heading.value().name());
        let levels: Vec<_> = levels.collect();
        for pair in levels.windows(2) {
            assert!(
                pair[1].as_bytes()[1] <= pair[0].as_bytes()[1] + 1,
                "{name}: {} after {}",
                pair[1],
                pair[0]
            );
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut places = BTreeMap::new();
    let mut links = Vec::new();
    for (name, text) in SITE.pages() {
        let page = Html::parse_document(text);
        let mut ids = BTreeSet::new();
        for element in select(&page, "[id]") {
            let id = element.attr("id").unwrap_or_default().to_owned();
            assert!(ids.insert(id.clone()), "{name} has {id} twice");
        }
        places.insert(name.to_owned(), ids);
        for element in select(&page, "[href], [src]") {
            let link = element.attr("href").or_else(|| element.attr("src"));
            links.push((name, link.unwrap_or_default().to_owned()));
        }
        for element in select(&page, "[aria-labelledby]") {
            let id = element.attr("aria-labelledby").unwrap_or_default();
            links.push((name, format!("#{id}")));
        }
    }
    assert!(links.len() > 2_000, "{} links", links.len());
    for (page, link) in links {
        if link.starts_with("https://") || link.starts_with("data:") {
            continue;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
        let name = path.split('?').next().unwrap_or_default();
        let name = if name.is_empty() { page } else { name };
        assert!(
            SITE.files.contains_key(name),
            "{page}: {link} leads nowhere"
        );
        if !anchor.is_empty() {
            let there = places.get(name).is_some_and(|ids| ids.contains(anchor));
            assert!(there, "{page}: {link} leads nowhere");
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_or_runs_inline() {
    for (name, text) in SITE.pages() {
        let page = Html::parse_document(text);
        let policy = select(&page, "meta[http-equiv=Content-Security-Policy]");
        let policy = policy[0].attr("content").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; "), "{name}");
        let scripts = select(&page, "script");
        let scripts: Vec<_> = scripts.iter().filter_map(|one| one.attr("src")).collect();
        let expected: &[_] = match name {
            "index.html" => &["search.js", "site.js"],
            _ => &["site.js"],
        };
        assert_eq!(scripts, expected, "{name}");
        assert_eq!(select(&page, "script").len(), expected.len(), "{name}");
        assert!(select(&page, "style, iframe, img, object, base, [style]").is_empty());
        for element in select(&page, "*") {
            for (attribute, _) in element.value().attrs() {
                assert!(!attribute.starts_with("on"), "{name}: {attribute}");
            }
        }
        for element in select(&page, "link") {
            let href = element.attr("href").unwrap_or_default();
            assert!(
                href == "site.css" || href.starts_with("data:image/svg+xml,"),
                "{name}: {href}"
            );
        }
    }
    for name in ["site.css", "site.js"] {
        let text = &SITE.files[name];
        assert!(!text.contains("//cdn") && !text.contains("http"), "{name}");
        assert!(
            !text.contains("@import") && !text.contains("url("),
            "{name}"
        );
    }
}

#[test]
fn without_a_script_nothing_is_there_that_needs_one() {
    for (name, text) in SITE.pages() {
        let page = Html::parse_document(text);
        for button in select(&page, "button, input, select") {
            let mut parents = button.ancestors().filter_map(scraper::ElementRef::wrap);
            let hidden = parents.any(|parent| parent.attr("hidden").is_some());
            assert!(hidden, "{name}: {}", button.html());
        }
    }
}

#[test]
fn pages_are_small() {
    for (name, text) in &SITE.files {
        assert!(text.len() < PAGE, "{name} has {} bytes", text.len());
    }
    let lines = SITE.files["site.js"].lines().count();
    assert!(lines < 300, "{lines} lines");
}
