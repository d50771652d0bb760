//! Members of a JSON answer by their path, `team.id`, and what they are as text.
//!
//! `[]` behind a name stands for the first element of an array in which the rest of the path is
//! found: `errors[].code`.

use std::borrow::Cow;

use crate::text::json::Json;

/// The member at a path of names joined by dots. Of a repeated member it is the last.
pub(crate) fn find<'a>(members: &'a [(String, Json)], path: &str) -> Option<&'a Json> {
    let step = Step::of(path);
    let index = last(members, step.name)?;
    step.find(&members[index].1)
}

/// One name of a path, and what follows it.
#[derive(Clone, Copy)]
struct Step<'p> {
    name: &'p str,
    /// Whether the member is an array, and an element of it is meant.
    is_array: bool,
    rest: Option<&'p str>,
}

impl<'p> Step<'p> {
    fn of(path: &'p str) -> Self {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let element = first.strip_suffix("[]");
        Self {
            name: element.unwrap_or(first),
            is_array: element.is_some(),
            rest,
        }
    }

    /// What the path leads to from the member of this name.
    fn find<'j>(&self, value: &'j Json) -> Option<&'j Json> {
        match (self.is_array, self.rest) {
            (true, _) => value
                .as_array()?
                .iter()
                .find_map(|element| self.below(element)),
            (false, _) => self.below(value),
        }
    }

    fn below<'j>(&self, value: &'j Json) -> Option<&'j Json> {
        match self.rest {
            None => Some(value),
            Some(rest) => find(value.as_object()?, rest),
        }
    }
}

/// The member of this name, which may have dots. Of a repeated member it is the last.
pub(crate) fn find_name<'a, Name: AsRef<str>>(
    members: &'a [(Name, Json)],
    name: &str,
) -> Option<&'a Json> {
    Some(&members[last(members, name)?].1)
}

/// Takes the member at a path of names joined by dots out, so that no copy of it stays behind.
pub(crate) fn take(members: &mut Vec<(String, Json)>, path: &str) -> Option<Json> {
    let step = Step::of(path);
    let index = last(members, step.name)?;
    let value = &mut members[index].1;
    match (step.is_array, step.rest) {
        (false, None) => Some(members.remove(index).1),
        (false, Some(rest)) => take_below(value, rest),
        (true, rest) => {
            let Json::Array(elements) = value else {
                return None;
            };
            match rest {
                None if elements.is_empty() => None,
                None => Some(elements.remove(0)),
                Some(rest) => elements
                    .iter_mut()
                    .find_map(|element| take_below(element, rest)),
            }
        }
    }
}

fn take_below(value: &mut Json, rest: &str) -> Option<Json> {
    match value {
        Json::Object(members) => take(members, rest),
        _ => None,
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

fn last<Name: AsRef<str>>(members: &[(Name, Json)], name: &str) -> Option<usize> {
    members
        .iter()
        .rposition(|(other, _)| other.as_ref() == name)
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
    fn a_name_may_have_dots() {
        let members = members(r#"{"a.b":1,"a.b":2,"a":{"b":3}}"#);
        let found = |name| find_name(&members, name).and_then(Json::as_i64);
        assert_eq!(found("a.b"), Some(2));
        assert_eq!(found("b"), None);
    }

    #[test]
    fn paths_lead_into_arrays() {
        let members = members(
            r#"{"errors":[7,{"hint":"x"},{"code":"first"},{"code":"second"}],"texts":["a","b"],
            "deep":[{"inner":[]},{"inner":[{"id":1}]}],"none":[],"one":{"code":"object"}}"#,
        );
        let found = |path| find(&members, path).and_then(text).map(Cow::into_owned);
        assert_eq!(found("errors[].code").as_deref(), Some("first"));
        assert_eq!(found("errors[].hint").as_deref(), Some("x"));
        assert_eq!(found("errors[]").as_deref(), Some("7"));
        assert_eq!(found("texts[]").as_deref(), Some("a"));
        assert_eq!(found("deep[].inner[].id").as_deref(), Some("1"));
        for absent in [
            "errors.code",
            "errors[].none",
            "errors[][].code",
            "none[]",
            "none[].code",
            "one[].code",
            "[]",
            "texts[].a",
        ] {
            assert_eq!(found(absent), None, "{absent}");
        }
    }

    #[test]
    fn what_is_taken_out_of_an_array_is_gone() {
        let mut members = members(r#"{"a":[1,{"b":"secret"},{"b":"other"}],"c":["x"]}"#);
        let mut taken = |path| take(&mut members, path);
        assert_eq!(taken("a[].b").unwrap().as_str(), Some("secret"));
        assert_eq!(taken("a[].b").unwrap().as_str(), Some("other"));
        assert!(taken("a[].b").is_none());
        assert_eq!(taken("c[]").unwrap().as_str(), Some("x"));
        assert!(taken("c[]").is_none());
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
