//! The site of specs that try to get out of its pages.

use oauth_atlas_codegen::guide::Guide;
use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Source, load};

use super::files;

const SCRIPT: &str = "</title></code></pre><script>alert(1)</script>\"' onload='alert(1)";

fn provider() -> Provider {
    let text = "\
name: Acme
summary: a marketplace for anvils
documentation: https://docs.acme.example/oauth
sources:
  docs: { title: OAuth, url: \"https://docs.acme.example/oauth\", checked: 2026-11-22 }
environments:
  live: { hosts: { api: https://api.acme.example } }
endpoints:
  authorization: https://login.acme.example/authorize
  token: \"{api}/token\"
clients:
  confidential: { auth: client_secret_post }
grants:
  authorization_code:
scopes:
  values:
    orders:read: { description: Read orders., category: Orders }
errors:
  invalid_grant: { hint: Log in again. }
limits: [Ten a minute.]
conflicts:
  - about: the anvil
    versions:
      - { text: It is heavy., sources: docs, taken: true }
      - { text: It is light., sources: docs }
    reason: It fell.
notes:
  - { text: Anvils fall., reason: Gravity has no key. }
";
    let providers = load(&[Source::new("specs/acme.yaml", text)])
        .unwrap_or_else(|report| panic!("{}", report.render(false)));
    providers.into_iter().next().expect("one provider")
}

/// The index and the page of a provider.
fn pages(provider: Provider) -> [String; 2] {
    let files = files(&[provider], &Guide::new(), &[], false).expect("a site");
    ["index.html", "acme.html"].map(|name| {
        let page = files.iter().find(|(path, _)| *path == name);
        page.expect("a page").1.to_owned()
    })
}

#[test]
fn no_text_of_a_spec_becomes_markup() {
    let mut provider = provider();
    let hostile = || SCRIPT.to_owned();
    provider.name = hostile();
    provider.summary = hostile();
    provider.issuer = Some(hostile());
    provider.sources[0].title = hostile();
    provider.sources[0].checked = hostile();
    provider.environments[0].value.name = hostile();
    provider.environments[0].description = Some(hostile());
    if let Some(client) = &mut provider.confidential {
        client.description = Some(hostile());
    }
    if let Some(grant) = &mut provider.authorization_code {
        grant.description = Some(hostile());
    }
    let scope = &mut provider.scopes.values[0];
    scope.variant = hostile();
    scope.value.name = hostile();
    scope.value.category = Some(hostile());
    scope.value.description = hostile();
    scope.value.deprecated = Some(hostile());
    let error = &mut provider.errors[0];
    error.value.code = hostile();
    error.value.hint = hostile();
    error.description = Some(hostile());
    provider.limits[0].text = hostile();
    provider.notes[0].text = hostile();
    let conflict = &mut provider.conflicts[0];
    conflict.about = hostile();
    conflict.reason = hostile();
    conflict.versions[0].text = hostile();
    for page in pages(provider) {
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        let page = scraper::Html::parse_document(&page);
        let all = scraper::Selector::parse("*").expect("a selector");
        for element in page.select(&all) {
            let is_script = element.value().name() == "script";
            let source = element.attr("src");
            assert!(!is_script || matches!(source, Some("site.js" | "search.js")));
            for (name, _) in element.value().attrs() {
                assert!(!name.starts_with("on"), "{}", element.html());
            }
        }
        assert_eq!(page.errors, [""; 0]);
    }
}

#[test]
fn an_address_that_is_no_page_is_no_link() {
    let mut provider = provider();
    provider.documentation = "javascript:alert(1)".to_owned();
    provider.sources[0].url = "javascript:alert(2)".to_owned();
    provider.notes[0].text = "See javascript:alert(3).".to_owned();
    let pages = pages(provider).concat();
    assert!(!pages.contains("href=\"javascript:"), "{pages}");
}

#[test]
fn every_part_of_a_spec_is_on_its_page() {
    let pages = pages(provider()).concat();
    for text in [
        "A marketplace for anvils.",
        "https://api.acme.example/token",
        "Scope::OrdersRead",
        "Read orders.",
        "Log in again.",
        "Ten a minute.",
        "It is heavy.",
        "It is light.",
        "used here",
        "It fell.",
        "Anvils fall.",
        "curl ",
    ] {
        assert!(pages.contains(text), "{text:?} is not in {pages}");
    }
    assert!(pages.contains("href=\"https://docs.acme.example/oauth\""));
}

#[test]
fn only_a_published_module_is_linked() {
    let page = |are_published| {
        let files = files(&[provider()], &Guide::new(), &[], are_published).expect("a site");
        let (_, page) = files
            .iter()
            .find(|(path, _)| *path == "acme.html")
            .expect("a page");
        page.to_owned()
    };
    for link in [
        "href=\"https://docs.rs/oauth-atlas/latest/oauth_atlas/acme/\"",
        "/blob/HEAD/specs/acme.yaml\"",
    ] {
        assert!(page(true).contains(link), "{link}");
        assert!(!page(false).contains(link), "{link}");
    }
}

#[test]
fn the_same_specs_give_the_same_bytes() {
    let site = || files(&[provider()], &Guide::new(), &[], false).expect("a site");
    assert_eq!(site(), site());
}
