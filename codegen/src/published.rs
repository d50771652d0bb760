//! The JSON form of providers, for programs in other languages: a file each, one of all, and the
//! schema of both.

use std::fmt::Write as _;

use oauth_atlas_description::{FORMAT, RecordShape, Shape as Described, owned};

use crate::language::guide::{Guide, Key};
use crate::language::shape::{Choice, Form, Scalar, Shape};

/// The file of all providers by their ids: each is a member, and what its own file holds.
pub(crate) fn all<'p>(providers: impl Iterator<Item = (&'p str, &'p str)> + Clone) -> String {
    // The longest text of all, which would be copied each time that it grows.
    let length = providers.clone().map(|(id, one)| id.len() + one.len() + 8);
    let mut text = String::with_capacity(length.sum::<usize>() + 64);
    let _ = write!(text, "{{\n\"format\":{FORMAT},\n\"providers\":{{");
    for (index, (id, one)) in providers.enumerate() {
        let separator = if index > 0 { "," } else { "" };
        let _ = write!(text, "{separator}\n\"{id}\":{}", one.trim_end());
    }
    text.push_str("\n}\n}\n");
    text
}

/// The JSON Schema of a provider's file, from the declarations of the description.
pub(crate) fn schema() -> String {
    let mut guide = Guide::default();
    describe(&mut guide, &owned::Provider::record_shape());
    let format = Key {
        name: "format",
        about: "The version of this form. It grows when an older reader would misunderstand a newer file.",
        shape: Shape::Scalar(Scalar {
            name: "Format",
            sample: "1",
            unit: None,
            about: "the number 1",
            form: Form::Integer {
                minimum: FORMAT,
                maximum: Some(FORMAT),
            },
        }),
        required: true,
    };
    if let Some(provider) = guide.records.first_mut() {
        provider.keys.insert(0, format);
    }
    guide.to_schema_from("runtime/description/src/provider.rs")
}

fn describe(guide: &mut Guide, record: &RecordShape) {
    if !guide.begin(record.name, record.about.trim(), None) {
        return;
    }
    let keys = record.fields.iter().map(|field| Key {
        name: field.key(),
        about: field.about.trim(),
        shape: shape(guide, &field.shape),
        required: field.is_required,
    });
    let keys = keys.collect();
    guide.end(record.name, keys);
}

fn shape(guide: &mut Guide, described: &Described) -> Shape {
    let text = || {
        Shape::Scalar(Scalar {
            name: "String",
            sample: "text",
            unit: None,
            about: "a text",
            form: Form::Text,
        })
    };
    match described {
        Described::Text => text(),
        Described::Flag => Shape::Scalar(Scalar {
            name: "Boolean",
            sample: "true",
            unit: None,
            about: "`true` or `false`",
            form: Form::Boolean,
        }),
        Described::Number => Shape::Scalar(Scalar {
            name: "Number",
            sample: "1",
            unit: None,
            about: "a whole number",
            form: Form::Integer {
                minimum: 0,
                maximum: None,
            },
        }),
        Described::Word(words) => Shape::Choice(Choice::of(words, &[])),
        Described::List(item) => Shape::List(Box::new(shape(guide, item))),
        Described::Pairs => Shape::Table(Box::new(text())),
        Described::Record(record) => {
            let record = record();
            describe(guide, &record);
            Shape::Record(record.name)
        }
    }
}
