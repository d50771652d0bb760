//! The language as a JSON Schema (draft 2020-12), with which editors complete and check a spec
//! while it is written.
//!
//! Beside the standard's keywords it has those of VS Code's language servers, which validators
//! ignore: `markdownDescription`, `enumDescriptions`, `markdownEnumDescriptions` and
//! `patternErrorMessage`.

use crate::language::guide::{Guide, Key, Record};
use crate::language::json::{Json, Object};
use crate::language::shape::{Choice, Form, Scalar, Shape};
use crate::layout;

impl Guide {
    /// The JSON Schema of a spec. What it refuses is a mistake; what it lets pass may hold mistakes
    /// of meaning, which [`load`](crate::load) finds.
    ///
    /// # Panics
    ///
    /// Never: a key that were no text would be a mistake in this crate.
    #[must_use]
    pub fn to_schema(&self) -> String {
        self.to_schema_from("codegen/src/spec.rs")
    }

    /// The same for records that are declared in this file.
    pub(crate) fn to_schema_from(&self, origin: &str) -> String {
        let mut schema = Schema {
            guide: self,
            definitions: Object::default(),
        };
        let mut records = self.records.iter();
        let header = Object::default()
            .with("$schema", "https://json-schema.org/draft/2020-12/schema")
            .with("$comment", layout::header(origin));
        let spec = records.next().map(|spec| schema.record(spec));
        for record in records {
            let definition = schema.record(record);
            schema.define(record.name, definition);
        }
        let whole = header
            .and(spec.unwrap_or_default())
            .with("$defs", schema.definitions);
        match serde_json::to_string_pretty(&Json::from(whole)) {
            Ok(text) => text + "\n",
            Err(error) => panic!("keys are texts, and nothing else can fail: {error}"),
        }
    }
}

struct Schema<'g> {
    guide: &'g Guide,
    definitions: Object,
}

impl Schema<'_> {
    fn define(&mut self, name: &str, definition: Object) {
        if !self.definitions.knows(name) {
            self.definitions.push(name, definition);
        }
    }

    /// A reference to a definition, which is made where it is the first.
    fn reference(&mut self, name: &str, definition: Object) -> Object {
        self.define(name, definition);
        reference(name)
    }

    fn record(&mut self, record: &Record) -> Object {
        let about = Object::default()
            .with("title", record.name)
            .and(description(record.about));
        let short = record
            .keys
            .iter()
            .find(|key| Some(key.name) == record.shorthand);
        let short = short.map(|key| &key.shape);
        let text = match short {
            Some(Shape::Scalar(scalar)) => of_texts(&scalar.form),
            _ => None,
        };
        match (short, text) {
            (Some(short), None) => {
                let alternatives = [self.shape(short), self.mapping(record, None)];
                about.with("anyOf", Json::from_iter(alternatives))
            }
            // What is said of texts does not concern mappings: without alternatives, a mistake in
            // a mapping is reported where it is.
            (_, text) => about.and(self.mapping(record, text)),
        }
    }

    /// A mapping with fixed keys, or a text with these constraints.
    fn mapping(&mut self, record: &Record, text: Option<Object>) -> Object {
        let properties: Object = record
            .keys
            .iter()
            .map(|key| (key.name, self.key(key)))
            .collect();
        let required: Vec<_> = record.keys.iter().filter(|key| key.required).collect();
        let mut types = vec!["object"];
        if text.is_some() {
            types.insert(0, "string");
        }
        // Nothing is an empty mapping.
        if required.is_empty() {
            types.push("null");
        }
        let mapping = Object::default()
            .with("type", one_of(&types))
            .and(text.unwrap_or_default())
            .with("properties", properties)
            .with("additionalProperties", false);
        match required[..] {
            [] => mapping,
            _ => mapping.with(
                "required",
                required.iter().map(|key| key.name).collect::<Json>(),
            ),
        }
    }

    fn key(&mut self, key: &Key) -> Object {
        let required = if key.required { " Required." } else { "" };
        let takes = self.guide.takes(&key.shape);
        self.shape(&key.shape).with("description", key.about).with(
            "markdownDescription",
            format!("{}\n\nTakes {takes}.{required}", key.about),
        )
    }

    fn shape(&mut self, shape: &Shape) -> Object {
        match shape {
            Shape::Record(name) => reference(name),
            Shape::Choice(choice) => self.reference(choice.name, words(choice)),
            Shape::Scalar(scalar) => self.scalar(scalar),
            Shape::Many(item) => {
                let item = self.shape(item);
                let list = Object::default()
                    .with("type", "array")
                    .with("items", item.clone())
                    .with("minItems", 1_u64);
                Object::default().with("anyOf", Json::from_iter([item, list]))
            }
            Shape::List(item) => Object::default()
                .with("type", one_of(&["array", "null"]))
                .with("items", self.shape(item)),
            Shape::Table(value) => Object::default()
                .with("type", one_of(&["object", "null"]))
                .with("additionalProperties", self.shape(value)),
        }
    }

    fn scalar(&mut self, scalar: &Scalar) -> Object {
        match &scalar.form {
            Form::Boolean => Object::default().with("type", "boolean"),
            Form::BooleanOr(word) => {
                let words = [Json::from(true), Json::from(false), Json::from(*word)];
                Object::default().with("enum", Json::from_iter(words))
            }
            Form::Integer { minimum, maximum } => {
                let number = Object::default()
                    .with("type", "integer")
                    .with("minimum", *minimum);
                match maximum {
                    Some(maximum) => number.with("maximum", *maximum),
                    None => number,
                }
            }
            Form::Text => Object::default().with("type", "string"),
            form @ Form::Pattern { .. } => {
                let definition = description(scalar.about)
                    .with("type", "string")
                    .and(of_texts(form).unwrap_or_default());
                self.reference(scalar.name, definition)
            }
        }
    }
}

/// A reference to a definition.
fn reference(name: &str) -> Object {
    Object::default().with("$ref", format!("#/$defs/{name}"))
}

/// One type, or several.
fn one_of(types: &[&str]) -> Json {
    match types {
        [only] => (*only).into(),
        _ => types.iter().copied().collect(),
    }
}

/// What a text has to look like; `None` where it is no text.
fn of_texts(form: &Form) -> Option<Object> {
    match form {
        Form::Text => Some(Object::default()),
        Form::Pattern {
            pattern,
            rule,
            examples,
        } => {
            let constraints = Object::default()
                .with("pattern", pattern.as_str())
                .with("patternErrorMessage", *rule);
            Some(match examples {
                [] => constraints,
                _ => constraints.with("examples", examples.iter().copied().collect::<Json>()),
            })
        }
        Form::Boolean | Form::BooleanOr(_) | Form::Integer { .. } => None,
    }
}

fn words(choice: &Choice) -> Object {
    let about = || choice.words.iter().map(|word| word.about);
    let enumeration = Object::default()
        .with("title", choice.name)
        .and(description(choice.about))
        .with("type", "string")
        .with(
            "enum",
            choice.words.iter().map(|word| word.word).collect::<Json>(),
        )
        .with("enumDescriptions", about().collect::<Json>());
    if about().any(is_markdown) {
        return enumeration.with("markdownEnumDescriptions", about().collect::<Json>());
    }
    enumeration
}

/// What is shown beside a key or a value.
fn description(about: &str) -> Object {
    let plain = Object::default().with("description", about);
    if is_markdown(about) {
        return plain.with("markdownDescription", about);
    }
    plain
}

/// Whether a text reads otherwise as Markdown. As plain text, editors escape it first.
fn is_markdown(text: &str) -> bool {
    text.contains('`')
}
