use std::borrow::Cow;

use super::*;

fn parse(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn refused(text: &str) -> String {
    Json::parse(text.as_bytes()).unwrap_err().to_string()
}

/// Both readers accept the same texts and read the same values.
fn compare_with_serde_json(text: &[u8]) {
    let ours = Json::parse(text);
    let theirs = serde_json::from_slice::<serde_json::Value>(text);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(
                serde_json::to_value(&ours).unwrap(),
                theirs,
                "{}",
                text.escape_ascii()
            );
            if let Ok(deserialized) = serde_json::from_slice::<Json>(text) {
                assert_eq!(deserialized, ours, "{}", text.escape_ascii());
            }
        }
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{}: {ours:?}, {theirs:?}", text.escape_ascii()),
    }
}

#[test]
fn accessors_answer_for_their_own_type_alone() {
    let json = parse(r#"{"a": [1, -2, 2.5, true, null, "text"], "b": 18446744073709551615}"#);
    let item = |index| json.get("a").and_then(|items| items.at(index)).unwrap();
    assert_eq!(
        (item(0).as_i64(), item(0).as_u64(), item(0).as_f64()),
        (Some(1), Some(1), Some(1.0))
    );
    assert_eq!(
        (item(1).as_i64(), item(1).as_u64(), item(1).as_f64()),
        (Some(-2), None, Some(-2.0))
    );
    assert_eq!(
        (item(2).as_i64(), item(2).as_u64(), item(2).as_f64()),
        (None, None, Some(2.5))
    );
    assert_eq!((item(3).as_bool(), item(3).as_str()), (Some(true), None));
    assert!(item(4).is_null() && !item(5).is_null());
    assert_eq!(
        (item(5).as_str(), item(5).as_bool(), item(5).as_f64()),
        (Some("text"), None, None)
    );
    let large = json.get("b").unwrap();
    assert_eq!((large.as_i64(), large.as_u64()), (None, Some(u64::MAX)));
    assert_eq!(
        (json.at(0), item(0).get("a"), item(6 - 1).as_array()),
        (None, None, None)
    );
}

#[test]
fn d37_white_space_and_a_byte_order_mark_are_passed_over() {
    let json = Json::parse(b"\xEF\xBB\xBF \t\r\n{\r\n \"a\" :\t1 \r\n}\r\n").unwrap();
    assert_eq!(json.get("a").and_then(Json::as_i64), Some(1));
}

#[test]
fn d38_the_last_of_repeated_members_wins() {
    let json = parse(r#"{"access_token":"a","access_token":"b"}"#);
    assert_eq!(json.get("access_token").and_then(Json::as_str), Some("b"));
    assert_eq!(json.as_object().unwrap().len(), 2);
}

#[test]
fn errors_tell_the_place_and_no_content() {
    for (text, message) in [
        ("", "the text is empty and not JSON"),
        (" \n", "the text is empty and not JSON"),
        ("<html>", "not JSON at byte 0: expected a value"),
        (r#"{"a":canary}"#, "not JSON at byte 5: expected a value"),
        (r#"{"a" "canary"}"#, "not JSON at byte 5: expected a colon"),
        (
            r#"{"a":1 canary"#,
            "not JSON at byte 7: expected a comma or the end of the array or object",
        ),
        ("[1,", "not JSON at byte 3: expected a value"),
        (r#"{a"#, "not JSON at byte 1: expected a member's name"),
        (r#""canary\x""#, "a malformed JSON string at byte 9"),
        (
            r#"{} canary"#,
            "not JSON at byte 3: expected the end of the text",
        ),
        ("-canary", "a malformed or too large JSON number at byte 1"),
        ("1e999", "a malformed or too large JSON number at byte 5"),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Json::parse(nested(64).as_bytes()).is_ok());
    assert_eq!(
        refused(&nested(65)),
        "more than 64 levels of JSON at byte 64"
    );
    assert!(Json::parse(r#"{"a":"#.repeat(100_000).as_bytes()).is_err());
}

#[test]
fn invalid_utf8_is_refused() {
    assert!(Json::parse(b"\"\xFF\"").is_err());
    assert!(Json::parse(b"{\"\xC3\": 1}").is_err());
    assert!(Json::parse(b"\xFF").is_err());
}

#[test]
fn debug_shows_the_shape_alone() {
    let json = parse(r#"[null, true, 12345, "canary", ["canary"], {"canary": 1, "b": 2}]"#);
    assert_eq!(format!("{json:?}"), "array of 6");
    assert_eq!(
        format!("{:?}", json.as_array().unwrap()),
        "[null, boolean, number, string, array of 1, object of 2]"
    );
    assert_eq!(format!("{:?}", JsonNumber::from(12345_u64)), "number");
}

#[test]
fn members_are_handed_over_in_order_with_borrowed_names() {
    let mut members = Vec::new();
    parse_object_members(
        br#"{"b": 1, "\u0061": [2], "b": "x"}"#,
        &mut |name, value| {
            members.push((matches!(name, Cow::Borrowed(_)), name.into_owned(), value));
        },
    )
    .unwrap();
    assert_eq!(
        members,
        [
            (true, "b".to_owned(), Json::from(1_u64)),
            (false, "a".to_owned(), Json::Array(vec![Json::from(2_u64)])),
            (true, "b".to_owned(), Json::from("x")),
        ]
    );
}

#[test]
fn members_need_an_object() {
    let problem = |text: &str| {
        parse_object_members(text.as_bytes(), &mut |_, _| {})
            .unwrap_err()
            .to_string()
    };
    assert_eq!(problem("[{}]"), "the text is JSON and not an object");
    assert_eq!(problem(""), "the text is empty and not JSON");
    assert_eq!(
        problem("{} {}"),
        "not JSON at byte 3: expected the end of the text"
    );
}

#[test]
fn written_strings_are_read_back() {
    let text: String = ('\0'..='\u{ff}')
        .chain("\u{2028}\u{fffd}🔑".chars())
        .collect();
    let mut written = Vec::new();
    write_string(&mut written, &text);
    assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text);
    assert_eq!(Json::parse(&written).unwrap().as_str(), Some(text.as_str()));
}

#[test]
fn serialized_values_are_read_back() {
    let json = parse(r#"{"a": [1, -1, 1.5, null, true, "é\"\n"], "b": {}}"#);
    let stored = serde_json::to_string(&json).unwrap();
    assert_eq!(serde_json::from_str::<Json>(&stored).unwrap(), json);
}

#[test]
fn reads_what_serde_json_reads() {
    for text in [
        "0",
        "-0",
        "00",
        "-",
        "1.",
        "1.5e3",
        "1E+2",
        "1e-400",
        "1e400",
        "0.1",
        "5e-324",
        ".5",
        "+1",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "0.30000000000000004",
        "2.2250738585072011e-308",
        "nul",
        "nulll",
        "true",
        "false",
        "True",
        "NaN",
        "'a'",
        r#""\ud83d\udd11""#,
        r#""\ud83d""#,
        r#""\udd11""#,
        r#""\u00g0""#,
        r#""\/\b\f\n\r\t\\\"""#,
        "\"\u{0}\"",
        "\"\u{1f}\"",
        "\"\u{7f}\"",
        "\"\t\"",
        "\"é🔑\"",
        "\"",
        "[]",
        "[,]",
        "[1,]",
        "[1 2]",
        "{}",
        "{,}",
        r#"{"a":1,}"#,
        r#"{"a":1,"a":2}"#,
        "{1:2}",
        "[}",
        "\u{a0}1",
        "1\0",
    ] {
        compare_with_serde_json(text.as_bytes());
    }
}

#[test]
fn reads_random_texts_as_serde_json_does() {
    const PIECES: [&[u8]; 24] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\"a\"",
        b"\"b\":",
        b"\\",
        b"\\u00e9",
        b"\\ud83d",
        b"u",
        b"1",
        b"-",
        b"0",
        b".5",
        b"e",
        b"true",
        b"null",
        b" ",
        b"\n",
        b"\xc3",
        b"\xc3\xa9",
    ];
    let mut random: u64 = 0x9E37_79B9_7F4A_7C15;
    for _ in 0..50_000 {
        let mut text = Vec::new();
        for _ in 0..random % 12 {
            // xorshift64, so that a failure can be repeated.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            text.extend_from_slice(PIECES[(random % PIECES.len() as u64) as usize]);
        }
        random = random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        compare_with_serde_json(&text);
    }
}

#[test]
fn an_error_has_the_place_where_reading_ended() {
    let error = Json::parse(br#"{"a":1,"b":?}"#).unwrap_err();
    assert_eq!(error.position(), 11);
}
