//! Objects that the client writes itself.

use crate::text::json::{Json, write_string, write_value};

/// A JSON object that is being written. Its names are in the order in which they are added.
pub(crate) struct Object(Vec<u8>);

impl Object {
    pub(crate) fn new() -> Self {
        Self(vec![b'{'])
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        write_string(&mut self.0, name);
        self.0.push(b':');
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        write_string(&mut self.0, value);
    }

    /// A text, unless there is none or it is empty.
    pub(crate) fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(name, value);
        }
    }

    pub(crate) fn number(&mut self, name: &str, value: u64) {
        self.name(name);
        self.0.extend_from_slice(value.to_string().as_bytes());
    }

    pub(crate) fn value(&mut self, name: &str, value: &Json) {
        self.name(name);
        write_value(&mut self.0, value);
    }

    pub(crate) fn texts(&mut self, name: &str, values: &[String]) {
        self.name(name);
        for (index, value) in values.iter().enumerate() {
            self.0.push(if index == 0 { b'[' } else { b',' });
            write_string(&mut self.0, value);
        }
        self.0.push(b']');
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}
