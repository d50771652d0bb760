//! Values as text.

use crate::text::json::{Json, write_string};

/// Writes a value without white space.
pub(crate) fn write_value(output: &mut Vec<u8>, value: &Json) {
    match value {
        Json::Null => output.extend_from_slice(b"null"),
        Json::Bool(true) => output.extend_from_slice(b"true"),
        Json::Bool(false) => output.extend_from_slice(b"false"),
        Json::Number(number) => output.extend_from_slice(number.written().as_bytes()),
        Json::String(text) => write_string(output, text.expose()),
        Json::Array(items) => {
            output.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    output.push(b',');
                }
                write_value(output, item);
            }
            output.push(b']');
        }
        Json::Object(members) => {
            output.push(b'{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    output.push(b',');
                }
                write_string(output, name);
                output.push(b':');
                write_value(output, value);
            }
            output.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            r#"{"a":[1,-2,0.5,true,false,null],"b":{"c":"d\"e\\"},"f":[],"g":{}}"#,
            "18446744073709551615",
        ] {
            let mut written = Vec::new();
            write_value(&mut written, &Json::parse(text.as_bytes()).unwrap());
            assert_eq!(String::from_utf8(written).unwrap(), text);
        }
    }
}
