//! The pages in a browser.

use serde_json::json;

use crate::driver::{Browser, browse};
use crate::server;
use crate::site::SITE;

/// The names of the providers that the index shows.
async fn shown(browser: &Browser) -> Vec<String> {
    let names = "[...document.querySelectorAll('#providers > li')] \
                 .filter((row) => row.checkVisibility()) \
                 .map((row) => row.querySelector('h2').textContent)";
    let names = browser.value(names).await;
    let names = names.as_array().expect("a list").iter();
    names
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect()
}

/// What the search knows of a provider's page.
struct Searched {
    scopes: String,
    /// Grants, client authentication, PKCE, quirks.
    values: [Vec<&'static str>; 4],
}

fn searched(page: &str) -> Searched {
    let line = |start: &str| {
        let mut lines = SITE.files["search.js"].lines();
        let found = lines.find_map(|line| line.trim().strip_prefix(start));
        found.expect("each page is searched")
    };
    let words = line("const WORDS = ").trim_end_matches(';');
    let words: Vec<&'static str> = serde_json::from_str(words).expect("JSON");
    let known = line(&format!("\"{page}\": ")).trim_end_matches(',');
    let (scopes, grants, auth, pkce, quirks): (String, _, _, _, _) =
        serde_json::from_str(known).expect("JSON");
    let named = |places: Vec<usize>| places.into_iter().map(|place| words[place]).collect();
    Searched {
        scopes,
        values: [grants, auth, pkce, quirks].map(named),
    }
}

/// How many providers have something in what the search knows.
fn count(is_meant: impl Fn(Searched) -> bool) -> usize {
    let pages = SITE.providers().into_iter();
    pages.filter(|page| is_meant(searched(page))).count()
}

/// How many providers a filter shows.
fn with(filter: &str, value: &str) -> usize {
    let place = ["grant", "auth", "pkce", "quirk"]
        .iter()
        .position(|name| *name == filter)
        .expect("a filter");
    count(|known| known.values[place].contains(&value))
}

/// How many providers have a grant, or a scope that names it.
fn about_grant(grant: &str) -> usize {
    count(|known| known.values[0].contains(&grant) || known.scopes.contains(grant))
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn the_search_finds_grants_and_forgives_mistakes() {
    browse(async |browser| {
        let all = SITE.providers().len();
        browser.open(&SITE.address("index.html")).await;
        for grant in ["client_credentials", "client credentials", "device_code"] {
            browser.type_into("[name=q]", grant).await;
            let expected = about_grant(&grant.replace(' ', "_"));
            assert!(expected > 0 && expected < all, "{grant}");
            expect_count(&browser, expected).await;
            browser.click("#search .clear").await;
        }
        for (typed, meant) in [
            ("kracken", "Kraken"),
            ("gogle", "Google"),
            ("Githbu", "GitHub"),
            ("salesfroce", "Salesforce"),
            // Not typed to its end.
            ("shpif", "Shopify"),
            ("franceconect", "FranceConnect"),
        ] {
            browser.type_into("[name=q]", typed).await;
            let found = shown(&browser).await;
            assert_eq!(found, [meant], "{typed}");
            let count = browser.text("#count").await;
            let expected = format!("1 of {all} providers, by similar spelling");
            assert_eq!(count, expected);
            browser.click("#search .clear").await;
        }
        // A mistake in one word, and none in the other.
        browser.type_into("[name=q]", "crytpocurrency stocks").await;
        assert!(shown(&browser).await.contains(&"Alpaca".to_owned()));
        browser.click("#search .clear").await;
        // Of three letters each is needed.
        browser.type_into("[name=q]", "xyq").await;
        expect_count(&browser, 0).await;
        assert_eq!(browser.log().await, [""; 0]);
    });
}

async fn expect_count(browser: &Browser, count: usize) {
    let all = SITE.providers().len();
    assert_eq!(shown(browser).await.len(), count);
    let expected = if count == all {
        format!("{all} providers")
    } else {
        format!("{count} of {all} providers")
    };
    assert_eq!(browser.text("#count").await, expected);
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn the_search_finds_names_purposes_and_scopes() {
    browse(async |browser| {
        let all = SITE.providers().len();
        browser.open(&SITE.address("index.html")).await;
        expect_count(&browser, all).await;
        browser.type_into("[name=q]", "kraken").await;
        assert_eq!(shown(&browser).await, ["Kraken"]);
        expect_count(&browser, 1).await;
        browser.click("#search .clear").await;
        expect_count(&browser, all).await;

        browser
            .type_into("[name=q]", "CRYPTOCURRENCY exchange")
            .await;
        assert!(shown(&browser).await.contains(&"Kraken".to_owned()));
        browser.click("#search .clear").await;

        browser.type_into("[name=q]", "funds-query").await;
        assert_eq!(shown(&browser).await, ["Kraken"]);
        let found = browser.text("#providers > li:not([hidden]) .found").await;
        assert!(
            found.contains("account.fast-api-key:funds-query"),
            "{found}"
        );
        browser.click("#search .clear").await;

        browser.type_into("[name=q]", "no such provider").await;
        expect_count(&browser, 0).await;
        assert_eq!(
            browser
                .value("!document.getElementById('nothing').hidden")
                .await,
            json!(true)
        );
        browser.click("#nothing .clear").await;
        expect_count(&browser, all).await;
        assert_eq!(browser.log().await, [""; 0]);
    });
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn filters_combine_and_the_address_keeps_them() {
    browse(async |browser| {
        let index = SITE.address("index.html");
        browser.open(&index).await;
        for (name, value) in [
            ("grant", "client_credentials"),
            ("auth", "client_secret_basic"),
            ("pkce", "required"),
            ("quirk", "TokenResponse.root"),
        ] {
            let select = format!("select[name={name}]");
            browser.choose(&select, value).await;
            let expected = with(name, value);
            assert!(expected > 0 && expected < SITE.providers().len());
            expect_count(&browser, expected).await;
            let address = browser.address().await;
            assert_eq!(address, format!("{index}?{name}={value}"));
            browser.choose(&select, "").await;
            assert_eq!(browser.address().await, index);
        }

        browser
            .choose("select[name=grant]", "client_credentials")
            .await;
        let one = shown(&browser).await;
        browser.choose("select[name=pkce]", "required").await;
        let both = shown(&browser).await;
        assert!(!both.is_empty() && both.len() < one.len(), "{both:?}");
        assert!(both.iter().all(|name| one.contains(name)));
        browser.type_into("[name=q]", &both[0]).await;
        assert_eq!(shown(&browser).await, both[..1]);
        let address = browser.address().await;

        // A whole word is one step.
        browser.back().await;
        assert_eq!(shown(&browser).await, both);
        browser.back().await;
        assert_eq!(shown(&browser).await, one);

        browser.open("about:blank").await;
        browser.open(&address).await;
        assert_eq!(shown(&browser).await, both[..1]);
        assert_eq!(
            browser
                .value("document.querySelector('[name=pkce]').value")
                .await,
            json!("required")
        );

        browser
            .open(&format!("{index}?grant=nonsense&quirk=<script>"))
            .await;
        expect_count(&browser, SITE.providers().len()).await;
        assert_eq!(browser.log().await, [""; 0]);
    });
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn a_button_copies_the_code_and_says_so() {
    browse(async |browser| {
        // With the browser's clipboard for scripts, and where writing to it is refused.
        for (page, allowed) in [
            (
                "kraken.html",
                &["clipboardReadWrite", "clipboardSanitizedWrite"][..],
            ),
            ("github.html", &["clipboardReadWrite"]),
        ] {
            browser.open(&SITE.address(page)).await;
            let allowed = json!({ "permissions": allowed });
            browser.devtools("Browser.grantPermissions", allowed).await;
            browser.click("#rust .copy").await;
            let done = "new Promise((done) => { const look = () => \
                        document.querySelector('#rust .copy').textContent === 'Copied' \
                        ? done(true) : setTimeout(look, 20); look(); })";
            assert_eq!(browser.value(done).await, json!(true));
            let status = browser.text("[role=status].unseen").await;
            assert_eq!(status, "Copied: the example");

            let code = "document.querySelector('#rust code').textContent";
            let code = browser.value(code).await;
            assert!(
                code.as_str().is_some_and(|code| code.contains("Client::")),
                "{code}"
            );
            let pasted = browser.value("navigator.clipboard.readText()").await;
            assert_eq!(pasted, code);
            assert_eq!(browser.log().await, [""; 0]);
        }
    });
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn a_long_table_of_scopes_has_a_filter() {
    browse(async |browser| {
        browser.open(&SITE.address("github.html")).await;
        let rows = "[...document.querySelectorAll('.scopes tbody tr')] \
                    .filter((row) => row.checkVisibility()).length";
        let all = browser.value(rows).await.as_u64().unwrap_or_default();
        assert!(all > 20, "{all}");
        browser.type_into(".filter input", "gist").await;
        let some = browser.value(rows).await.as_u64().unwrap_or_default();
        assert!(some > 0 && some < all, "{some} of {all}");
        let status = browser.text(".filter [role=status]").await;
        assert_eq!(status, format!("{some} of {all}"));
    });
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn no_page_complains_or_is_wider_than_a_phone() {
    browse(async |browser| {
        browser.become_a_phone().await;
        let mut wrong = Vec::new();
        for (name, _) in SITE.pages() {
            browser.open(&SITE.address(name)).await;
            // A page that has just been opened may still have the layout of a wide window.
            let mut width = browser.value("document.scrollingElement.scrollWidth").await;
            for _ in 0..20 {
                if width.as_u64().is_some_and(|width| width <= 360) {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                width = browser.value("document.scrollingElement.scrollWidth").await;
            }
            if width.as_u64().is_none_or(|width| width > 360) {
                let widest = "[...document.querySelectorAll('body *')].filter((one) => \
                    one.getBoundingClientRect().right > 360 && !one.closest('.scroll, pre')) \
                    .map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)";
                wrong.push(format!("{name}: {width} {}", browser.value(widest).await));
            }
            for line in browser.log().await {
                wrong.push(format!("{name}: {line}"));
            }
        }
        assert_eq!(wrong, [""; 0]);
    });
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn without_a_script_all_is_there() {
    browse(async |browser| {
        let off = json!({ "value": true });
        browser
            .devtools("Emulation.setScriptExecutionDisabled", off)
            .await;
        browser.open(&SITE.address("index.html")).await;
        assert_eq!(shown(&browser).await.len(), SITE.providers().len());
        let visible = "[...document.querySelectorAll('button, input, select')] \
                       .some((one) => one.checkVisibility())";
        assert_eq!(browser.value(visible).await, json!(false));
        browser.open(&SITE.address("kraken.html")).await;
        assert_eq!(browser.value(visible).await, json!(false));
        let text = browser.text("main").await;
        assert!(text.contains("account.fast-api-key:funds-query"));
    });
}

#[test]
#[cfg_attr(not(has_chromedriver), ignore = "needs chromedriver on the path")]
fn the_site_works_below_a_path_of_a_server() {
    browse(async |browser| {
        let address = server::start();
        browser.open(&format!("{address}?pkce=required")).await;
        expect_count(&browser, with("pkce", "required")).await;
        let first = shown(&browser).await.remove(0);
        browser.click("#providers > li:not([hidden]) h2 a").await;
        assert_eq!(browser.text("h1").await, first);
        browser.click(".home").await;
        assert_eq!(browser.address().await, format!("{address}index.html"));
        assert_eq!(browser.log().await, [""; 0]);

        browser.open(&format!("{address}nothing.html")).await;
        assert_eq!(browser.text("h1").await, "Page not found");
        let styled = browser
            .value("getComputedStyle(document.querySelector('.skip')).position")
            .await;
        assert_eq!(styled, json!("absolute"));
        browser.click("main a").await;
        expect_count(&browser, SITE.providers().len()).await;
    });
}
