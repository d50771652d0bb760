//! Members of a JSON answer by their path, `team.id`, and what they are as text.

use std::borrow::Cow;

use crate::text::json::Json;

/// The member at a path of names joined by dots. Of a repeated member it is the last.
pub(crate) fn find<'a>(members: &'a [(String, Json)], path: &str) -> Option<&'a Json> {
    let (first, rest) = split(path);
    let index = last(members, first)?;
    let mut value = &members[index].1;
    for name in rest.into_iter().flat_map(|rest| rest.split('.')) {
        value = value.get(name)?;
    }
    Some(value)
}

/// The member of this name, which may have dots. Of a repeated member it is the last.
pub(crate) fn find_name<'a>(members: &'a [(String, Json)], name: &str) -> Option<&'a Json> {
    Some(&members[last(members, name)?].1)
}

/// Takes the member at a path of names joined by dots out, so that no copy of it stays behind.
pub(crate) fn take(members: &mut Vec<(String, Json)>, path: &str) -> Option<Json> {
    let (first, rest) = split(path);
    let index = last(members, first)?;
    match rest {
        None => Some(members.remove(index).1),
        Some(rest) => match &mut members[index].1 {
            Json::Object(members) => take(members, rest),
            _ => None,
        },
    }
}

/// A text, number or boolean as text, or `None` for what is none or empty.
pub(crate) fn text(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) if !text.expose().is_empty() => Some(Cow::Borrowed(text.expose())),
        Json::Bool(true) => Some(Cow::Borrowed("true")),
        Json::Bool(false) => Some(Cow::Borrowed("false")),
        Json::Number(number) => Some(Cow::Owned(match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => number.to_string(),
            (None, None) => number.as_f64().to_string(),
        })),
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    }
}

fn last(members: &[(String, Json)], name: &str) -> Option<usize> {
    members.iter().rposition(|(other, _)| other == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Vec<(String, Json)> {
        match Json::parse(text.as_bytes()) {
            Ok(Json::Object(members)) => members,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn paths_lead_through_objects() {
        let members = members(r#"{"a":1,"a":{"b":{"c":"deep"},"d":[{"e":1}]},"f":"text"}"#);
        let found = |path| find(&members, path).and_then(text).map(Cow::into_owned);
        assert_eq!(found("a.b.c").as_deref(), Some("deep"));
        assert_eq!(found("f").as_deref(), Some("text"));
        for absent in ["", ".", "a.", "a.b", "a.b.c.d", "a.d.e", "b", "f.g"] {
            assert_eq!(found(absent), None, "{absent}");
        }
    }

    #[test]
    fn what_is_taken_is_gone() {
        let mut members = members(r#"{"a":{"b":"secret","c":1},"d":2,"d":3}"#);
        assert_eq!(take(&mut members, "a.b").unwrap().as_str(), Some("secret"));
        assert!(take(&mut members, "a.b").is_none());
        assert_eq!(take(&mut members, "d").unwrap().as_i64(), Some(3));
        assert_eq!(take(&mut members, "d").unwrap().as_i64(), Some(2));
        assert!(take(&mut members, "d").is_none());
        assert!(find(&members, "a.c").is_some());
    }

    #[test]
    fn scalars_are_texts() {
        let shown = |json: &str| {
            let value = Json::parse(json.as_bytes()).unwrap();
            text(&value).map(Cow::into_owned)
        };
        for (json, expected) in [
            ("\"a b\"", "a b"),
            ("9130", "9130"),
            ("18446744073709551615", "18446744073709551615"),
            ("-7", "-7"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("false", "false"),
        ] {
            assert_eq!(shown(json).as_deref(), Some(expected));
        }
        for json in ["null", "\"\"", "[1]", "{}"] {
            assert_eq!(shown(json), None, "{json}");
        }
    }
}
