//! The two shapes of which a spec is made: mappings with fixed keys, and closed sets of words.

/// A mapping with fixed keys. Each key is `required`, `optional` or `default`; a text stands for
/// the key named by `or text as`.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        $name:ident $(or text as $short:ident)? {
            $($(#[doc = $field_doc:literal])* $field:ident: $presence:ident $type:ty,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name {
            #[allow(dead_code, reason = "not every rule points at the whole mapping")]
            pub(crate) at: $crate::yaml::tree::NodeId,
            $($(#[doc = $field_doc])* pub(crate) $field: record!(@type $presence $type),)*
        }

        impl $name {
            /// Its keys.
            #[allow(dead_code, reason = "not every record is looked for")]
            pub(crate) const KEYS: &[&str] = &[$(stringify!($field)),*];
        }

        impl $crate::decode::Decode for $name {
            fn decode(
                node: $crate::yaml::tree::NodeId,
                reader: &mut $crate::decode::Reader,
            ) -> Option<Self> {
                let shorthand: Option<&str> = None $(.or(Some(stringify!($short))))?;
                let keys = [$($crate::decode::key(stringify!($field))),*];
                let fields = reader.fields(node, stringify!($name), &keys, shorthand)?;
                $(let $field = record!(@read $presence $type, reader, fields, $crate::decode::key(stringify!($field)));)*
                Some(Self { at: node, $($field: record!(@unwrap $presence $field)),* })
            }

            fn describe(guide: &mut $crate::language::guide::Guide) -> $crate::language::shape::Shape {
                let shorthand: Option<&'static str> = None $(.or(Some(stringify!($short))))?;
                if guide.begin(stringify!($name), concat!($($doc),*), shorthand) {
                    let keys = vec![$($crate::language::guide::Key {
                        name: $crate::decode::key(stringify!($field)),
                        about: concat!($($field_doc),*).trim(),
                        shape: <$type as $crate::decode::Decode>::describe(guide),
                        required: record!(@required $presence),
                    }),*];
                    guide.end(stringify!($name), keys);
                }
                $crate::language::shape::Shape::Record(stringify!($name))
            }
        }
    };
    (@required required) => { true };
    (@required expected) => { true };
    (@required optional) => { false };
    (@required default) => { false };
    (@type required $type:ty) => { $type };
    (@type expected $type:ty) => { Option<$type> };
    (@type optional $type:ty) => { $crate::decode::Maybe<$type> };
    (@type default $type:ty) => { $type };
    (@read required $type:ty, $reader:ident, $fields:ident, $key:expr) => {
        $reader.required::<$type>(&$fields, $key)
    };
    (@read expected $type:ty, $reader:ident, $fields:ident, $key:expr) => {
        $reader.required::<$type>(&$fields, $key)
    };
    (@read optional $type:ty, $reader:ident, $fields:ident, $key:expr) => {
        $reader.optional::<$type>(&$fields, $key)
    };
    (@read default $type:ty, $reader:ident, $fields:ident, $key:expr) => {
        $reader.optional::<$type>(&$fields, $key).given().cloned().unwrap_or_default()
    };
    (@unwrap required $field:ident) => { $field? };
    (@unwrap expected $field:ident) => { $field };
    (@unwrap optional $field:ident) => { $field };
    (@unwrap default $field:ident) => { $field };
}
pub(crate) use record;

/// A closed set of words.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        $name:ident, $what:literal {
            $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant,)*
        }

        impl $name {
            const WORDS: &[(&str, Self)] = &[$(($word, Self::$variant)),*];

            /// The word in the spec.
            #[must_use]
            #[allow(dead_code, reason = "not every word is printed")]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(
                node: $crate::yaml::tree::NodeId,
                reader: &mut $crate::decode::Reader,
            ) -> Option<Self> {
                let text = String::decode(node, reader)?;
                let found = Self::WORDS.iter().find(|(word, _)| *word == text);
                if found.is_none() {
                    let words: Vec<_> = Self::WORDS.iter().map(|(word, _)| *word).collect();
                    reader.unknown($crate::decode::Place::At(node), $what, &text, &words);
                }
                found.map(|(_, value)| *value)
            }

            fn describe(_: &mut $crate::language::guide::Guide) -> $crate::language::shape::Shape {
                $crate::language::shape::Shape::Choice($crate::language::shape::Choice {
                    name: stringify!($name),
                    about: concat!($($doc),*).trim(),
                    words: vec![$($crate::language::shape::Word {
                        word: $word,
                        about: concat!($($variant_doc),*).trim(),
                    }),*],
                })
            }
        }
    };
}
pub(crate) use words;

/// Closed sets of words that the description declares, each with what messages call it. A spec has
/// other keys for the words behind `except`.
macro_rules! described_words {
    ($($name:ident, $what:literal $(, except $($except:literal),+)?;)*) => {
        $(
            impl $crate::decode::Decode for $name {
                fn decode(
                    node: $crate::yaml::tree::NodeId,
                    reader: &mut $crate::decode::Reader,
                ) -> Option<Self> {
                    let text = String::decode(node, reader)?;
                    let words = $crate::decode::words_of(Self::SHAPE, &[$($($except),+)?]);
                    if !words.contains(&text.as_str()) {
                        reader.unknown($crate::decode::Place::At(node), $what, &text, &words);
                        return None;
                    }
                    Self::from_word(&text)
                }

                fn describe(_: &mut $crate::language::guide::Guide) -> $crate::language::shape::Shape {
                    $crate::language::shape::Shape::Choice($crate::language::shape::Choice::of(
                        Self::SHAPE,
                        &[$($($except),+)?],
                    ))
                }
            }
        )*
    };
}
pub(crate) use described_words;
