//! The two declarations of which a description is made: records and closed sets of words.

/// A closed set of words: an enum, and the word that a spec and the JSON form have for each of its
/// values. It is exhaustive, so that a new word does not compile until each client has a behaviour
/// for it; `non_exhaustive` behind its name is for those that a user of clients meets and may match.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        $name:ident $(, $openness:ident)? {
            $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $(#[$openness])?
        pub enum $name {
            $($(#[doc = $variant_doc])* #[doc = concat!("\n\nWritten `", $word, "`.")] $variant,)*
        }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in a spec and in JSON.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The value that a word stands for.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        #[cfg(feature = "owned")]
        impl $name {
            /// The name of the type, its documentation, and each word with its own.
            pub const SHAPE: &$crate::WordsShape = &$crate::WordsShape {
                name: stringify!($name),
                about: concat!($($doc),*),
                words: &[$($crate::WordShape {
                    word: $word,
                    about: concat!($($variant_doc),*),
                }),*],
            };

            const fn variant(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }

        #[cfg(feature = "owned")]
        impl $crate::field::Field for $name {
            fn node(&self) -> $crate::Node {
                $crate::Node::Word {
                    kind: stringify!($name),
                    variant: self.variant(),
                    word: self.word(),
                }
            }

            fn read(value: &$crate::Value) -> Result<Self, $crate::ReadError> {
                $crate::field::read_word(value, Self::SHAPE, Self::from_word)
            }

            fn shape() -> $crate::Shape {
                $crate::Shape::Word(Self::SHAPE)
            }
        }

        #[cfg(feature = "owned")]
        $crate::field::same_in_both!($name);
    };
}
pub(crate) use words;

/// Records, each in two forms: of constants at this module, and owned in the module `owned`. A
/// field's type is in brackets, and its standard value behind `=` where it is not the type's own.
/// For a compiler, constants have many records of a type as a `table` of texts, and one that is `rare`
/// behind a reference.
macro_rules! records {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident: [$($type:tt)+] $(= $standard:expr)?,
            )*
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $name {
                $($(#[doc = $field_doc])* pub $field: constant_type!($($type)+),)*
                /// Makes every literal end in `..STANDARD`.
                #[doc(hidden)]
                pub later: (),
            }

            impl $name {
                /// What the standard says, where a description says nothing else.
                pub const STANDARD: Self = Self {
                    $($field: standard!([$($type)+] $($standard)?),)*
                    later: (),
                };
            }
        )*

        /// The records as a program makes them while it runs. [`Provider::constant`](owned::Provider)
        /// turns one into the form that clients are made from.
        #[cfg(feature = "owned")]
        pub mod owned {
            #[allow(clippy::wildcard_imports, reason = "the words of all records")]
            use super::*;
            use $crate::field::{Constant, Field, Owned};

            $(
                $(#[doc = $doc])*
                #[derive(Clone, Debug, PartialEq, Eq)]
                pub struct $name {
                    $($(#[doc = $field_doc])* pub $field: owned_type!($($type)+),)*
                }

                impl Default for $name {
                    /// What the standard says.
                    fn default() -> Self {
                        super::$name::STANDARD.owned()
                    }
                }

                impl $name {
                    /// The name of the type, its documentation, and each field with its own.
                    #[must_use]
                    pub fn record_shape() -> $crate::RecordShape {
                        $crate::RecordShape {
                            name: stringify!($name),
                            about: concat!($($doc),*),
                            fields: vec![$($crate::FieldShape {
                                name: stringify!($field),
                                about: concat!($($field_doc),*),
                                is_required: is_required!($($type)+),
                                shape: <owned_type!($($type)+) as Field>::shape(),
                            }),*],
                        }
                    }
                }

                impl Owned for super::$name {
                    type Owned = $name;

                    fn owned(&self) -> $name {
                        $name { $($field: self.$field.owned(),)* }
                    }
                }

                impl Constant for $name {
                    type Constant = super::$name;

                    fn constant(&self) -> super::$name {
                        super::$name { $($field: constant!([$($type)+] self.$field),)* later: () }
                    }
                }

                impl Field for $name {
                    fn node(&self) -> $crate::Node {
                        let standard = Self::default();
                        let members = vec![$($crate::Member {
                            name: stringify!($field),
                            node: node!([$($type)+] self.$field),
                            is_standard: !is_required!($($type)+) && self.$field == standard.$field,
                        }),*];
                        $crate::Node::Record { kind: stringify!($name), members }
                    }

                    fn read(value: &$crate::Value) -> Result<Self, $crate::ReadError> {
                        let mut members = $crate::value::Members::of(value)?;
                        let mut record = Self::default();
                        $(members.take(stringify!($field), is_required!($($type)+), &mut record.$field)?;)*
                        members.end(&[$(stringify!($field)),*])?;
                        Ok(record)
                    }

                    fn shape() -> $crate::Shape {
                        $crate::Shape::Record(Self::record_shape)
                    }
                }
            )*
        }
    };
}
pub(crate) use records;

macro_rules! constant_type {
    (required text) => { &'static str };
    (text) => { &'static str };
    (optional text) => { Option<&'static str> };
    (texts) => { &'static [&'static str] };
    (pairs) => { &'static [(&'static str, &'static str)] };
    (table $type:ident) => { <$type as Tabled>::Table };
    (flag) => { bool };
    (optional number) => { Option<u64> };
    (required number) => { u64 };
    (required word $type:ident) => { $type };
    (word $type:ident) => { $type };
    (optional word $type:ident) => { Option<$type> };
    (words $type:ident) => { &'static [$type] };
    (record $type:ident) => { $type };
    (optional record $type:ident) => { Option<$type> };
    (rare record $type:ident) => { Option<&'static $type> };
    (records $type:ident) => { &'static [$type] };
}
pub(crate) use constant_type;

#[cfg(feature = "owned")]
macro_rules! owned_type {
    (required text) => { String };
    (text) => { String };
    (optional text) => { Option<String> };
    (texts) => { Vec<String> };
    (pairs) => { Vec<(String, String)> };
    (table $type:ident) => { Vec<$type> };
    (flag) => { bool };
    (optional number) => { Option<u64> };
    (required number) => { u64 };
    (required word $type:ident) => { $type };
    (word $type:ident) => { $type };
    (optional word $type:ident) => { Option<$type> };
    (words $type:ident) => { Vec<$type> };
    (record $type:ident) => { $type };
    (optional record $type:ident) => { Option<$type> };
    (rare record $type:ident) => { Option<$type> };
    (records $type:ident) => { Vec<$type> };
}
#[cfg(feature = "owned")]
pub(crate) use owned_type;

macro_rules! standard {
    ([$($type:tt)+] $standard:expr) => {
        $standard
    };
    ([required text]) => {
        ""
    };
    ([text]) => {
        ""
    };
    ([required number]) => {
        0
    };
    ([flag]) => {
        false
    };
    ([record $type:ident]) => {
        $type::STANDARD
    };
    ([table $type:ident]) => {
        <$type as Tabled>::NONE
    };
    ([optional $($type:tt)+]) => {
        None
    };
    ([rare $($type:tt)+]) => {
        None
    };
    ([$($list:tt)+]) => {
        &[]
    };
}
pub(crate) use standard;

/// The constant form of a field.
#[cfg(feature = "owned")]
macro_rules! constant {
    ([table $type:ident] $value:expr) => {
        $value.as_slice().into()
    };
    ([rare record $type:ident] $value:expr) => {
        $value.as_ref().map($crate::field::leaked)
    };
    ([$($type:tt)+] $value:expr) => {
        $value.constant()
    };
}
#[cfg(feature = "owned")]
pub(crate) use constant;

/// A field as a tree.
#[cfg(feature = "owned")]
macro_rules! node {
    ([rare record $type:ident] $value:expr) => {
        match &$value {
            Some(record) => $crate::Node::Rare(Box::new(record.node())),
            None => $crate::Node::None,
        }
    };
    ([$($type:tt)+] $value:expr) => {
        $value.node()
    };
}
#[cfg(feature = "owned")]
pub(crate) use node;

#[cfg(feature = "owned")]
macro_rules! is_required {
    (required $($type:tt)+) => {
        true
    };
    ($($type:tt)+) => {
        false
    };
}
#[cfg(feature = "owned")]
pub(crate) use is_required;
