//! Values of metadata that no key of a spec can hold, as remarks.

use serde_json::Value;

/// Longer values of members that are left over are cut.
const MAX_LEFTOVER: usize = 300;

/// A value on one line, and of a list of texts just those.
pub(super) fn short(value: &Value) -> String {
    let texts: Option<Vec<_>> = value
        .as_array()
        .and_then(|items| items.iter().map(Value::as_str).collect());
    let text = match (value, texts) {
        (Value::String(text), _) => text.clone(),
        (_, Some(texts)) => texts.join(", "),
        _ => value.to_string(),
    };
    cut(&text)
}

/// What fits into a remark.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_LEFTOVER) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
