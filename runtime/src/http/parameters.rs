//! The parameters of a request and the bodies that they make.

use std::mem;

use http::HeaderValue;
use url::Url;
use zeroize::Zeroizing;

use crate::provider::Encoding;
use crate::text::form::{write_form_encoded, write_query_encoded};
use crate::text::json::{special_count, write_escaped};
use crate::text::secret::SecretBytes;

/// A name and a value.
type Parameter<'a> = (&'a str, &'a str);

/// The longest standard request, a code exchange with everything, has as many.
const FEW: usize = 7;

/// Around the name and around the value.
const QUOTES_OF_PAIR: usize = 4;

/// Parameters in the order in which they are sent. Few of them take no allocation.
pub(crate) struct Parameters<'a> {
    few: [Parameter<'a>; FEW],
    /// How many of the few there are.
    count: usize,
    /// All, the few as well, where they are more.
    all: Vec<Parameter<'a>>,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new() -> Self {
        Self {
            few: [("", ""); FEW],
            count: 0,
            all: Vec::new(),
        }
    }

    fn get(&self) -> &[Parameter<'a>] {
        match self.all.is_empty() {
            true => &self.few[..self.count],
            false => &self.all,
        }
    }

    fn get_mut(&mut self) -> &mut [Parameter<'a>] {
        match self.all.is_empty() {
            true => &mut self.few[..self.count],
            false => &mut self.all,
        }
    }

    pub(crate) fn push(&mut self, name: &'a str, value: &'a str) {
        if let Some(place) = self.few.get_mut(self.count) {
            *place = (name, value);
            self.count += 1;
            return;
        }
        if self.all.is_empty() {
            self.all = self.few.to_vec();
        }
        self.all.push((name, value));
    }

    /// Adds the parameter if it has a value; an empty one would mean the same as none
    /// (RFC 6749 §3.2).
    pub(crate) fn push_some(&mut self, name: &'a str, value: Option<&'a str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.push(name, value);
        }
    }

    pub(crate) fn leave_out(&mut self, names: &[&str]) {
        let mut kept = Self::new();
        for (name, value) in self.get() {
            if !names.contains(name) {
                kept.push(name, value);
            }
        }
        *self = kept;
    }

    /// Gives parameters the names that they have at this provider: the standard's first.
    pub(crate) fn rename(&mut self, names: &'static [(&'static str, &'static str)]) {
        for (standard, here) in names {
            let all = self.get_mut().iter_mut();
            for (name, _) in all.filter(|(name, _)| name == standard) {
                *name = here;
            }
        }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.get().iter().any(|(other, _)| *other == name)
    }

    /// Adds the parameters to the query of a URL, behind what is there.
    ///
    /// The query is set as a whole, and has nothing that a URL would encode: so it is copied once, to
    /// where it stays, and no copy of a token is left in freed memory.
    pub(crate) fn add_to(&self, url: &mut Url) {
        if self.get().is_empty() {
            return;
        }
        let query = self.pairs(write_query_pair);
        match url.query() {
            None | Some("") => url.set_query(Some(&query)),
            Some(before) => {
                let all = Zeroizing::new([before, "&", &query].concat());
                url.set_query(Some(&all));
            }
        }
    }

    /// The body, which [`Encoding::Query`] leaves empty. It never grows beyond its first allocation, so that no copy of a secret stays in
    /// freed memory.
    pub(crate) fn encode(&self, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Form => mem::take(&mut *self.pairs(write_pair)).into_bytes(),
            Encoding::Json => self.json(),
            Encoding::Query => Vec::new(),
        }
    }

    fn pairs(&self, write: impl Fn(&mut String, &str, &str)) -> Zeroizing<String> {
        let mut pairs = Zeroizing::new(String::with_capacity(self.longest(3)));
        for (name, value) in self.get() {
            if !pairs.is_empty() {
                pairs.push('&');
            }
            write(&mut pairs, name, value);
        }
        pairs
    }

    /// An object. Most texts stand for themselves in JSON: then the whole has no special bytes but the
    /// quotes around them.
    fn json(&self) -> Vec<u8> {
        if self.get().is_empty() {
            return b"{}".to_vec();
        }
        let mut json = SecretBytes(Vec::with_capacity(self.longest(1)));
        self.write_json(&mut json, |json, text| {
            json.extend_from_slice(text.as_bytes())
        });
        if special_count(&json) != self.get().len() * QUOTES_OF_PAIR {
            json = SecretBytes(Vec::with_capacity(self.longest(6)));
            self.write_json(&mut json, write_escaped);
        }
        mem::take(&mut *json)
    }

    fn write_json(&self, json: &mut Vec<u8>, write: impl Fn(&mut Vec<u8>, &str)) {
        const BETWEEN: &[u8; 3] = b"\",\"";
        json.extend_from_slice(b"{\"");
        for (name, value) in self.get() {
            write(json, name);
            json.extend_from_slice(b"\":\"");
            write(json, value);
            json.extend_from_slice(BETWEEN);
        }
        // Nothing is between the last one and the end.
        json.truncate(json.len() - (BETWEEN.len() - 1));
        json.push(b'}');
    }

    /// The length of a body in which each byte takes `expansion` bytes, with the punctuation of
    /// JSON, which has more than a form.
    fn longest(&self, expansion: usize) -> usize {
        let pair = |(name, value): &Parameter<'_>| (name.len() + value.len()) * expansion + 6;
        self.get().iter().map(pair).sum::<usize>() + 2
    }
}

/// Writes `name=value` for a form.
fn write_pair(output: &mut String, name: &str, value: &str) {
    write_form_encoded(output, name);
    output.push('=');
    write_form_encoded(output, value);
}

/// Writes `name=value` for the query of a URL.
pub(crate) fn write_query_pair(output: &mut String, name: &str, value: &str) {
    write_query_encoded(output, name);
    output.push('=');
    write_query_encoded(output, value);
}

/// The media type of JSON, as the value of a header.
pub(crate) static APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");
static FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// The `Content-Type` of the body, if there is one.
pub(crate) fn content_type(encoding: Encoding) -> Option<HeaderValue> {
    match encoding {
        Encoding::Form => Some(FORM.clone()),
        Encoding::Json => Some(APPLICATION_JSON.clone()),
        Encoding::Query => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(pairs: &[(&str, &str)], encoding: Encoding) -> String {
        let mut parameters = Parameters::new();
        for (name, value) in pairs {
            parameters.push(name, value);
        }
        let body = parameters.encode(encoding);
        String::from_utf8(body).unwrap()
    }

    /// A buffer that grows leaves a copy of a secret behind.
    #[test]
    fn the_longest_body_fits_its_first_allocation() {
        let mut parameters = Parameters::new();
        assert_eq!(parameters.longest(6), "{}".len());
        // Each of these takes six characters in JSON, and three in a form.
        parameters.push("\u{1}", "\u{1}\u{2}");
        parameters.push("\u{3}", "");
        let json = parameters.encode(Encoding::Json);
        // The last pair has no comma.
        assert_eq!(json.len(), parameters.longest(6) - 1);
        assert!(parameters.encode(Encoding::Form).len() <= parameters.longest(3));
    }

    #[test]
    fn c17_b15_codes_survive_the_form() {
        for code in ["4/0AX4XfWh+a b=&c", "a+b/c==", "ä€\u{1f600}", "%2B"] {
            let body = encoded(&[("code", code)], Encoding::Form);
            let pairs: Vec<_> = form_urlencoded::parse(body.as_bytes()).collect();
            assert_eq!(pairs, [("code".into(), code.into())]);
        }
        assert_eq!(
            encoded(&[("code", "a+b/c==")], Encoding::Form),
            "code=a%2Bb%2Fc%3D%3D"
        );
        assert_eq!(
            encoded(&[("scope", "a b"), ("x", "")], Encoding::Form),
            "scope=a+b&x="
        );
    }

    #[test]
    fn json_is_one_object_in_the_same_order() {
        assert_eq!(
            encoded(&[("b", "\"\\\n\u{1}ä"), ("a", "")], Encoding::Json),
            r#"{"b":"\"\\\u000a\u0001ä","a":""}"#
        );
        assert_eq!(encoded(&[], Encoding::Json), "{}");
    }

    #[test]
    fn a_body_never_grows() {
        let mut plain = Parameters::new();
        plain.push("name", "value");
        let json = plain.encode(Encoding::Json);
        assert_eq!(json, br#"{"name":"value"}"#);
        assert!(json.len() <= plain.longest(1) && json.capacity() == plain.longest(1));
        let worst = "\u{1}".repeat(1000);
        let mut parameters = Parameters::new();
        parameters.push(&worst, &worst);
        parameters.push(&worst, &worst);
        for encoding in [Encoding::Form, Encoding::Json] {
            let expansion = if encoding == Encoding::Form { 3 } else { 6 };
            assert_eq!(
                parameters.encode(encoding).capacity(),
                parameters.longest(expansion)
            );
        }
    }

    #[test]
    fn a_query_keeps_what_was_there() {
        let mut parameters = Parameters::new();
        parameters.push("code", "a+b/c== \u{e4}&#");
        parameters.push("state", "");
        assert_eq!(parameters.encode(Encoding::Query), b"");
        for (before, after) in [
            ("https://acme.example/token", "?"),
            ("https://acme.example/token?", "?"),
            ("https://acme.example/token?a=%20b", "?a=%20b&"),
        ] {
            let mut url = Url::parse(before).unwrap();
            parameters.add_to(&mut url);
            assert_eq!(
                url.as_str(),
                format!(
                    "https://acme.example/token{after}code=a%2Bb%2Fc%3D%3D%20%C3%A4%26%23&state="
                )
            );
        }
        let url = Url::parse("https://acme.example/token?").unwrap();
        let mut same = url.clone();
        Parameters::new().add_to(&mut same);
        assert_eq!(same, url);
    }

    #[test]
    fn many_parameters_are_as_good_as_few() {
        let names: Vec<_> = (0..16).map(|index| format!("n{index}")).collect();
        let mut parameters = Parameters::new();
        for name in &names {
            parameters.push(name, "v");
        }
        parameters.leave_out(&["n0", "n9", "n15"]);
        parameters.rename(&[("n1", "first"), ("n14", "last")]);
        assert!(parameters.contains("n13") && !parameters.contains("n9"));
        let mut none = Parameters::new();
        names.iter().for_each(|name| none.push(name, "v"));
        let all: Vec<_> = names.iter().map(String::as_str).collect();
        none.leave_out(&all);
        assert_eq!(none.encode(Encoding::Form), b"");
        assert_eq!(
            parameters.encode(Encoding::Form),
            b"first=v&n2=v&n3=v&n4=v&n5=v&n6=v&n7=v&n8=v&n10=v&n11=v&n12=v&n13=v&last=v"
        );
    }

    #[test]
    fn names_are_replaced_and_values_are_not() {
        let mut parameters = Parameters::new();
        parameters.push("client_id", "code");
        parameters.push("code", "client_id");
        parameters.rename(&[("client_id", "appid"), ("code", "auth_code")]);
        assert_eq!(
            parameters.encode(Encoding::Form),
            b"appid=code&auth_code=client_id"
        );
    }

    #[test]
    fn empty_values_are_not_pushed() {
        let mut parameters = Parameters::new();
        parameters.push_some("scope", Some(""));
        parameters.push_some("scope", None);
        assert!(!parameters.contains("scope"));
    }
}
