//! A description as a tree, to be written as JSON or in another format.

use std::fmt::Write as _;

/// The version of the JSON format. It grows when an older reader would misunderstand a newer file.
pub const FORMAT: u64 = 1;

/// The member that holds [`FORMAT`].
pub(crate) const FORMAT_MEMBER: &str = "format";

/// A value of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A missing optional value.
    None,
    /// A present optional value.
    Some(Box<Node>),
    /// A present optional record that few have, which constants keep behind a reference.
    Rare(Box<Node>),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// A text.
    Text(String),
    /// A word of a closed set.
    Word {
        /// The enum.
        kind: &'static str,
        /// Its variant.
        variant: &'static str,
        /// The word.
        word: &'static str,
    },
    /// Values in their order.
    List(Vec<Node>),
    /// Names and values in their order.
    Pairs(Vec<(String, String)>),
    /// A record.
    Record {
        /// Its type.
        kind: &'static str,
        /// Its fields, in the order of the declaration.
        members: Vec<Member>,
    },
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The field's name: that of a keyword begins with `r#`.
    pub name: &'static str,
    /// Its value.
    pub node: Node,
    /// Whether the value is the standard one and can be omitted.
    pub is_standard: bool,
}

impl Member {
    /// The name in JSON.
    #[must_use]
    pub fn key(&self) -> &'static str {
        key(self.name)
    }
}

/// The name of a field in JSON.
pub(crate) fn key(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

impl Node {
    /// The value as JSON, on one line and without standard values.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The JSON file of a provider that is this tree: one line for each member, without standard
    /// values.
    #[must_use]
    pub fn to_file(&self) -> String {
        let mut text = format!("{{\n\"{FORMAT_MEMBER}\":{FORMAT}");
        if let Self::Record { members, .. } = self {
            for member in members.iter().filter(|member| !member.is_standard) {
                let _ = write!(text, ",\n\"{}\":", member.key());
                member.node.write(&mut text);
            }
        }
        text.push_str("\n}\n");
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::None => text.push_str("null"),
            Self::Some(value) | Self::Rare(value) => value.write(text),
            Self::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => {
                let _ = write!(text, "{number}");
            }
            Self::Text(value) => write_text(text, value),
            Self::Word { word, .. } => write_text(text, word),
            Self::List(items) => separated(text, ['[', ']'], items, |text, item| item.write(text)),
            Self::Pairs(pairs) => separated(text, ['{', '}'], pairs, |text, (name, value)| {
                write_text(text, name);
                text.push(':');
                write_text(text, value);
            }),
            Self::Record { members, .. } => {
                let members = members.iter().filter(|member| !member.is_standard);
                separated(text, ['{', '}'], members, |text, member| {
                    write_text(text, member.key());
                    text.push(':');
                    member.node.write(text);
                });
            }
        }
    }
}

fn separated<T>(
    text: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    text.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(text, item);
    }
    text.push(close);
}

/// Writes a text as RFC 8259 §7 has it.
fn write_text(text: &mut String, value: &str) {
    text.push('"');
    let bytes = value.as_bytes();
    let (mut done, mut at) = (0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        if byte < b' ' || byte == b'"' || byte == b'\\' {
            text.push_str(&value[done..at]);
            done = at + 1;
            match byte {
                b'"' => text.push_str("\\\""),
                b'\\' => text.push_str("\\\\"),
                b'\n' => text.push_str("\\n"),
                b'\r' => text.push_str("\\r"),
                b'\t' => text.push_str("\\t"),
                control => {
                    let _ = write!(text, "\\u{control:04x}");
                }
            }
        }
        at += 1;
    }
    text.push_str(&value[done..]);
    text.push('"');
}
