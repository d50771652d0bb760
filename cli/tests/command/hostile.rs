//! A spec whose texts try to get out of what people are shown: the fixture that has one in every key.

use pulldown_cmark::{Event, Options, Parser, Tag};
use scraper::{Html, Selector};

use crate::workspace::{Run, Workspace};

const SPEC: &str = "specs/hostile_texts.yaml";

/// What every text of it has.
const HOSTILE: &str = "`<script>alert(1)</script>``|[a](javascript:b)_&lt;*";

fn fixture() -> &'static str {
    include_str!("../../../tests/fixtures/hostile_texts.yaml")
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write(SPEC, fixture());
    workspace
}

fn right(workspace: &Workspace, arguments: &[&str]) -> String {
    let run = workspace.run(arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout
}

/// The text of Markdown as it is read, in which nothing is HTML or leads elsewhere; and its cells.
fn read(markdown: &str) -> (String, usize) {
    let (mut text, mut cells) = (String::new(), 0);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(
                    dest_url.starts_with("https://") || dest_url.starts_with('#'),
                    "{dest_url}: {markdown}"
                );
            }
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Text(one) | Event::Code(one) => text += &one,
            Event::Html(one) | Event::InlineHtml(one) => {
                assert!(one.starts_with("<!-- "), "{one}: {markdown}");
            }
            Event::Start(Tag::Image { .. } | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_))
            | Event::Rule
            | Event::FootnoteReference(_) => panic!("{event:?}: {markdown}"),
            _ => {}
        }
    }
    (text, cells)
}

#[test]
fn markdown_shows_hostile_texts_as_texts() {
    let workspace = workspace();
    // Seven columns of a header and three providers.
    let (list, cells) = read(&right(&workspace, &["list", "--markdown"]));
    assert!(list.contains(HOSTILE), "{list}");
    assert_eq!(cells, 7 * 4, "{list}");
    let explained = right(
        &workspace,
        &["explain", SPEC_NAME, "--markdown", "--scopes"],
    );
    let (explained, _) = read(&explained);
    assert!(explained.matches(HOSTILE).count() > 50, "{explained}");
}

const SPEC_NAME: &str = "hostile_texts";

#[test]
fn a_terminal_is_shown_hostile_texts_as_they_are() {
    let workspace = workspace();
    for arguments in [&["explain", SPEC_NAME, "--scopes"][..], &["list"]] {
        let shown = right(&workspace, arguments);
        assert!(shown.contains(HOSTILE), "{shown}");
        assert!(
            !shown.contains(|c: char| c.is_control() && c != '\n'),
            "{shown:?}"
        );
    }
}

/// What a terminal would obey is a mistake, and is not shown either.
#[test]
fn a_spec_does_not_command_the_terminal() {
    let workspace = Workspace::new();
    for (place, hidden) in [("name: ", "\\e]0;title\\a"), ("# ", "\u{202e}")] {
        let text = fixture().replacen("name: \"", "name: \"x", 1);
        let text = match place {
            "# " => format!("# {hidden}\n{text}"),
            _ => text.replacen("name: \"x", &format!("name: \"{hidden}"), 1),
        };
        workspace.write(SPEC, &text);
        for arguments in [
            &["explain", SPEC_NAME][..],
            &["check"],
            &["codegen", "--specs", "specs", "--out", "src"],
            &["list"],
            &["fake", SPEC_NAME],
        ] {
            let Run {
                code,
                stdout,
                stderr,
            } = workspace.run(arguments);
            assert_eq!(
                (code, stdout.as_str()),
                (Some(1), ""),
                "{arguments:?}: {stderr}"
            );
            assert!(stderr.contains("U+"), "{arguments:?}: {stderr}");
            let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!stderr.contains(obeyed), "{arguments:?}: {stderr:?}");
        }
    }
}

#[test]
fn pages_show_hostile_texts_as_texts() {
    let workspace = workspace();
    let out = workspace.path("site");
    right(&workspace, &["site", "--out", &out.to_string_lossy()]);
    let all = Selector::parse("*").expect("a selector");
    let site = url::Url::parse("https://site.example/").expect("a URL");
    for name in ["index.html", "hostile_texts.html", "acme.html"] {
        let page = Html::parse_document(&workspace.read(&format!("site/{name}")));
        assert_eq!(page.errors, [""; 0], "{name}");
        for element in page.select(&all) {
            let is_script = element.value().name() == "script";
            assert!(
                !is_script || matches!(element.attr("src"), Some("site.js" | "search.js")),
                "{name}"
            );
            for (attribute, value) in element.value().attrs() {
                assert!(!attribute.starts_with("on"), "{name}: {}", element.html());
                if attribute == "href" || attribute == "src" {
                    let address = site.join(value).expect("an address");
                    let scheme = address.scheme();
                    assert!(["https", "data"].contains(&scheme), "{name}: {value}");
                }
            }
        }
        let text: String = page.root_element().text().collect();
        assert!(
            name == "acme.html" || text.contains(HOSTILE),
            "{name}: {text}"
        );
    }
}
