//! Literals of a description as text. They are half of a module and always of the same few forms, so
//! that the tokens, the syntax and the printer that make any Rust readable are as much work again as
//! all the rest: these lines are what prettyplease would write.

use proc_macro2::Literal as Token;

use crate::text::{concat, is_all};

/// The widest line, and what a line may have whatever its indentation: prettyplease's own.
const WIDTH: usize = 89;
const LEAST: usize = 60;

/// How much deeper the inside of a literal stands.
const INDENTATION: usize = 4;

/// A value as Rust writes it.
#[derive(Debug)]
pub(crate) enum Literal {
    /// What stands on one line, however long: a name, a number, a text in its quotes.
    Word(String),
    /// `[…]`.
    Array(Vec<Literal>),
    /// `&[…]`.
    List(Vec<Literal>),
    /// `(…)`.
    Tuple(Vec<Literal>),
    /// A call of a function.
    Call(String, Vec<Literal>),
    /// A record, whose last line takes what is left from its `STANDARD`.
    Record(String, Vec<(&'static str, Literal)>),
    /// `&` and what it refers to.
    Reference(Box<Literal>),
}

impl Literal {
    /// A text in quotes.
    pub(crate) fn text(text: &str) -> Self {
        Self::Word(
            match is_all!(text, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~') {
                true => concat(&["\"", text, "\""]),
                false => Token::string(text).to_string(),
            },
        )
    }

    /// The text behind the start of a line, with what follows up to the next place that may be broken.
    pub(crate) fn laid_out(&self, start: &str, end: &str) -> String {
        let mut lines = Lines {
            text: start.to_owned(),
            line: 0,
            indentation: start.len() - start.trim_start().len(),
        };
        lines.write(self, end.trim_end().len());
        lines.text + end
    }

    /// The items with what encloses them, where they may stand on one line.
    fn enclosed(&self) -> Option<(&str, &'static str, &[Literal], &'static str)> {
        Some(match self {
            Self::Word(_) | Self::Record(..) | Self::Reference(..) => return None,
            Self::Array(items) => ("", "[", items, "]"),
            Self::List(items) => ("", "&[", items, "]"),
            Self::Tuple(items) => ("", "(", items, ")"),
            Self::Call(function, arguments) => (function, "(", arguments, ")"),
        })
    }

    /// The length on one line; none where it has several.
    fn width(&self) -> Option<usize> {
        match self {
            Self::Word(word) => return Some(word.len()),
            Self::Reference(value) => return Some("&".len() + value.width()?),
            _ => {}
        }
        let (function, open, items, close) = self.enclosed()?;
        let mut width = function.len() + open.len() + close.len();
        for (index, item) in items.iter().enumerate() {
            let separator = if index > 0 { ", ".len() } else { 0 };
            width += separator + item.width()?;
        }
        Some(width)
    }
}

struct Lines {
    text: String,
    /// Where the line begins.
    line: usize,
    indentation: usize,
}

impl Lines {
    fn write(&mut self, literal: &Literal, trailing: usize) {
        match literal {
            Literal::Word(word) => self.text += word,
            Literal::Record(name, fields) => self.record(name, fields),
            Literal::Reference(value) => {
                self.text.push('&');
                self.write(value, trailing);
            }
            // A record needs no lines of its own inside of a call.
            Literal::Call(function, arguments)
                if let [alone @ Literal::Record(..)] = arguments.as_slice() =>
            {
                self.text += function;
                self.text.push('(');
                self.write(alone, trailing + 1);
                self.text.push(')');
            }
            _ => self.items(literal, trailing),
        }
    }

    fn items(&mut self, literal: &Literal, trailing: usize) {
        let Some((function, open, items, close)) = literal.enclosed() else {
            return;
        };
        let used = self.text.len() - self.line - self.indentation + trailing;
        let most = (WIDTH.saturating_sub(self.indentation)).max(LEAST);
        let is_short = |width: usize| used + width <= most;
        let is_on_one_line = items.is_empty() || literal.width().is_some_and(is_short);
        self.text += function;
        self.text += open;
        if is_on_one_line {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    self.text += ", ";
                }
                self.write(item, 0);
            }
        } else {
            self.indentation += INDENTATION;
            for (index, item) in items.iter().enumerate() {
                self.begin_line();
                // Behind the last one the line may be broken before its comma.
                self.write(item, usize::from(index + 1 < items.len()));
                self.text.push(',');
            }
            self.indentation -= INDENTATION;
            self.begin_line();
        }
        self.text += close;
    }

    fn record(&mut self, name: &str, fields: &[(&'static str, Literal)]) {
        self.text += name;
        self.text += " {";
        self.indentation += INDENTATION;
        for (field, value) in fields {
            self.begin_line();
            self.text += field;
            self.text += ": ";
            self.write(value, 1);
            self.text.push(',');
        }
        self.begin_line();
        self.text += "..";
        self.text += name;
        self.text += "::STANDARD";
        self.indentation -= INDENTATION;
        self.begin_line();
        self.text.push('}');
    }

    fn begin_line(&mut self) {
        self.text.push('\n');
        self.line = self.text.len();
        const SPACES: &str = "                                                                ";
        for _ in 0..self.indentation / SPACES.len() {
            self.text += SPACES;
        }
        self.text += &SPACES[..self.indentation % SPACES.len()];
    }
}

#[cfg(test)]
mod tests {
    use super::Literal::{Call, List, Record, Reference, Tuple, Word};
    use super::*;
    use crate::layout;

    /// The same by whoever lays out all other code.
    fn by_prettyplease(start: &str, literal: &str, end: &str) -> String {
        let tokens = format!("{start}{literal}{end}").parse().expect("tokens");
        layout::items(tokens)
    }

    fn text(length: usize) -> Literal {
        Literal::text(&"x".repeat(length))
    }

    fn record(fields: Vec<(&'static str, Literal)>) -> Literal {
        Record("provider::Api".to_owned(), fields)
    }

    fn call(function: &str, arguments: Vec<Literal>) -> Literal {
        Call(function.to_owned(), arguments)
    }

    fn texts(lengths: impl Iterator<Item = usize>) -> Vec<Literal> {
        lengths.map(text).collect()
    }

    #[test]
    fn lines_are_those_of_prettyplease() {
        // Each length at which something no longer fits, in each place that it may stand in.
        for length in 0..120 {
            let of_length: [fn(usize) -> Literal; 11] = [
                |length| List(texts([length].into_iter())),
                |length| List(texts([3, length, 5].into_iter())),
                |length| call("Some", texts([length].into_iter())),
                |length| call("provider::scope", texts([7, length].into_iter())),
                |length| {
                    let pair = || Tuple(texts([2, length / 2].into_iter()));
                    List(vec![pair(), pair()])
                },
                |length| call("Some", vec![List(texts([1, length].into_iter()))]),
                |length| {
                    call(
                        "provider::scopes",
                        vec![List(texts([4, length].into_iter()))],
                    )
                },
                |length| {
                    let api = record(vec![("url", text(length))]);
                    call("Some", vec![Reference(Box::new(api))])
                },
                |length| {
                    let grant = call("provider::grant", texts([3, length].into_iter()));
                    call("Some", vec![Reference(Box::new(grant))])
                },
                |length| {
                    let texts = List(texts([4, length].into_iter()));
                    call(
                        "provider::scopes",
                        vec![texts, List(vec![Word("7".into())])],
                    )
                },
                |length| {
                    List(vec![
                        call("f", texts([length].into_iter())),
                        Word("g".into()),
                    ])
                },
            ];
            for make in of_length {
                let inside = record(vec![
                    ("first", make(length)),
                    (
                        "list",
                        List(vec![
                            make(length),
                            record(vec![(
                                "deep",
                                call(
                                    "Some",
                                    vec![record(vec![(
                                        "deeper",
                                        List(vec![record(vec![("last", make(length))])]),
                                    )])],
                                ),
                            )]),
                            make(length),
                        ]),
                    ),
                ]);
                for literal in [make(length), inside] {
                    let start = "pub static PROVIDER: provider::Provider = ";
                    let ours = literal.laid_out(start, ";");
                    let theirs = by_prettyplease(start, &literal.laid_out("", ""), ";");
                    assert_eq!(format!("{ours}\n"), theirs);
                }
            }
        }
    }

    #[test]
    fn texts_are_escaped() {
        for text in ["", "a \"b\" \\ c", "ü\n\t\u{1b}\0'", "\u{301}"] {
            let Word(word) = Literal::text(text) else {
                unreachable!("a text is a word");
            };
            assert_eq!(
                syn::parse_str::<syn::LitStr>(&word)
                    .expect("a text")
                    .value(),
                text
            );
            assert_eq!(word, Token::string(text).to_string());
        }
    }
}
