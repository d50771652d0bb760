//! A text with headings, lists and commands, for the terminal or as Markdown.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use oauth_atlas_codegen::prose::{fence, to_markdown};
use textwrap::{Options, WordSplitter};

const HEADING: Style = Style::new().bold().underline();
const NAME: Style = AnsiColor::Cyan.on_default();
const REMARK: Style = Style::new().dimmed();

/// What fits beside an editor.
const WIDTH: usize = 100;

/// The blocks of a text in their order.
#[derive(Debug, Default)]
pub struct Document(Vec<Block>);

#[derive(Debug)]
enum Block {
    Heading(String),
    Text(String),
    Pairs(Vec<(String, String)>),
    Items(Vec<Item>),
    Commands(Vec<Command>),
}

/// Something with a name, what is said of it, and a remark on that.
#[derive(Clone, Debug)]
pub struct Item {
    pub name: String,
    pub text: String,
    pub remark: Option<String>,
}

/// A command for a shell.
#[derive(Clone, Debug)]
pub struct Command {
    pub title: String,
    pub remark: Option<String>,
    pub text: String,
}

impl Document {
    pub fn heading(&mut self, text: impl Into<String>) {
        self.0.push(Block::Heading(text.into()));
    }

    pub fn text(&mut self, text: impl Into<String>) {
        self.0.push(Block::Text(text.into()));
    }

    /// Short values, in columns.
    pub fn pairs(&mut self, pairs: Vec<(String, String)>) {
        self.0.push(Block::Pairs(pairs));
    }

    pub fn items(&mut self, items: Vec<Item>) {
        self.0.push(Block::Items(items));
    }

    pub fn commands(&mut self, commands: Vec<Command>) {
        self.0.push(Block::Commands(commands));
    }

    /// With colours, which vanish where the output is no terminal.
    pub fn to_terminal(&self) -> String {
        let mut text = String::new();
        for block in &self.0 {
            match block {
                Block::Heading(heading) => {
                    let space = if text.is_empty() { "" } else { "\n" };
                    let _ = writeln!(text, "{space}{HEADING}{heading}{HEADING:#}\n");
                }
                Block::Text(prose) => {
                    let _ = writeln!(text, "{}", wrapped(prose, "  ", "  ", Style::new()));
                }
                Block::Pairs(pairs) => {
                    let width = pairs.iter().map(|(name, _)| name.chars().count());
                    let width = width.max().unwrap_or_default();
                    let indentation = " ".repeat(width + 4);
                    for (name, value) in pairs {
                        let value = wrapped(value, &indentation, &indentation, Style::new());
                        let _ = writeln!(
                            text,
                            "  {NAME}{name:width$}{NAME:#}  {}",
                            value.trim_start()
                        );
                    }
                }
                Block::Items(items) => {
                    for item in items {
                        let _ = writeln!(text, "{}", wrapped(&item.name, "  ", "  ", NAME));
                        if !item.text.is_empty() {
                            let body = wrapped(&item.text, "    ", "    ", Style::new());
                            let _ = writeln!(text, "{body}");
                        }
                        if let Some(remark) = &item.remark {
                            let _ = writeln!(text, "{}", wrapped(remark, "    ", "    ", REMARK));
                        }
                    }
                }
                Block::Commands(commands) => {
                    for command in commands {
                        let is_apart = text.is_empty() || text.ends_with("\n\n");
                        let space = if is_apart { "" } else { "\n" };
                        let title = wrapped(&command.title, "  ", "  ", NAME);
                        let _ = writeln!(text, "{space}{title}");
                        if let Some(remark) = &command.remark {
                            let _ = writeln!(text, "{}", wrapped(remark, "  ", "  ", REMARK));
                        }
                        // Without indentation a here-document can be copied with its end.
                        let _ = writeln!(text, "\n{}", command.text);
                    }
                }
            }
        }
        text
    }

    /// For a comment on a pull request.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        for block in &self.0 {
            if !text.is_empty() {
                text.push('\n');
            }
            match block {
                Block::Heading(heading) => {
                    let _ = writeln!(text, "## {}", prose(heading));
                }
                Block::Text(one) => {
                    let _ = writeln!(text, "{}", prose(one));
                }
                Block::Pairs(pairs) => {
                    for (name, value) in pairs {
                        let _ = writeln!(text, "- **{}**: {}", prose(name), prose(value));
                    }
                }
                Block::Items(items) => {
                    for item in items {
                        let _ = write!(text, "- **{}**", prose(&item.name));
                        if !item.text.is_empty() {
                            let _ = write!(text, ": {}", prose(&item.text));
                        }
                        if let Some(remark) = &item.remark {
                            let _ = write!(text, " _({})_", prose(remark));
                        }
                        text.push('\n');
                    }
                }
                Block::Commands(commands) => {
                    for (index, command) in commands.iter().enumerate() {
                        let space = if index == 0 { "" } else { "\n" };
                        let _ = write!(text, "{space}**{}**", prose(&command.title));
                        if let Some(remark) = &command.remark {
                            let _ = write!(text, " _({})_", prose(remark));
                        }
                        let fence = fence(&command.text);
                        let _ = writeln!(text, "\n\n{fence}sh\n{}\n{fence}", command.text);
                    }
                }
            }
        }
        text
    }
}

/// Lines of at most [`WIDTH`] characters. Addresses are not broken.
fn wrapped(text: &str, first: &str, others: &str, style: Style) -> String {
    let text = one_line(text);
    let options = Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(&text, options);
    let lines = lines.iter().map(|line| {
        let content = line.trim_start();
        let indentation = &line[..line.len() - content.len()];
        format!("{indentation}{style}{content}{style:#}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn prose(text: &str) -> String {
    to_markdown(&one_line(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        let mut document = Document::default();
        document.heading("A_heading of _two_");
        document.pairs(vec![
            ("short".to_owned(), "1".to_owned()),
            ("longer one".to_owned(), "two".to_owned()),
        ]);
        document.items(vec![Item {
            name: "endpoint".to_owned(),
            text: "`<token>`\n  and <b>".to_owned(),
            remark: Some("a page".to_owned()),
        }]);
        document.commands(vec![Command {
            title: "refresh".to_owned(),
            remark: None,
            text: "curl \\\n  'x'".to_owned(),
        }]);
        document
    }

    #[test]
    fn a_terminal_gets_columns_and_indentation() {
        let plain = anstream::adapter::strip_str(&document().to_terminal()).to_string();
        let expected = "\
A_heading of _two_

  short       1
  longer one  two
  endpoint
    `<token>` and <b>
    a page

  refresh

curl \\
  'x'
";
        assert_eq!(plain, expected);
    }

    #[test]
    fn markdown_holds_what_it_could_read_otherwise() {
        let expected = "\
## A_heading of \\_two\\_

- **short**: 1
- **longer one**: two

- **endpoint**: `<token>` and \\<b\\> _(a page)_

**refresh**

```sh
curl \\
  'x'
```
";
        assert_eq!(document().to_markdown(), expected);
    }

    #[test]
    fn long_lines_are_broken_and_addresses_are_not() {
        let address = format!("https://docs.example/{}", "a-".repeat(60));
        let text = format!("{} {address}", "word ".repeat(30));
        let lines = wrapped(&text, "  ", "    ", Style::new());
        let lines: Vec<_> = lines.lines().map(str::trim_end).collect();
        assert!(
            lines.contains(&format!("    {address}").as_str()),
            "{lines:?}"
        );
        assert!(lines[0].len() <= WIDTH && lines[0].starts_with("  word"));
    }
}
