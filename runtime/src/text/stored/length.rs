//! How many members a map says that it has, which formats such as CBOR write down before them.

use std::fmt::{self, Display};

use serde_core::ser::{Error, Impossible, SerializeMap};
use serde_core::{Serialize, Serializer};

/// The number that is told before the members, and their number.
pub(crate) fn told_and_written(stored: &impl Serialize) -> (Option<usize>, usize) {
    stored.serialize(Length).expect("a map")
}

struct Length;

struct Members {
    told: Option<usize>,
    written: usize,
}

#[derive(Debug)]
struct NoMap;

impl Display for NoMap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no map")
    }
}

impl std::error::Error for NoMap {}

impl Error for NoMap {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

impl SerializeMap for Members {
    type Ok = (Option<usize>, usize);
    type Error = NoMap;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), NoMap> {
        self.written += 1;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), NoMap> {
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, NoMap> {
        Ok((self.told, self.written))
    }
}

macro_rules! no_map {
    ($($method:ident($($argument:ty),*) -> $output:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$output, NoMap> {
            Err(NoMap)
        })*
    };
}

type No = Impossible<(Option<usize>, usize), NoMap>;

impl Serializer for Length {
    type Ok = (Option<usize>, usize);
    type Error = NoMap;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = Members;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    fn serialize_map(self, told: Option<usize>) -> Result<Members, NoMap> {
        Ok(Members { told, written: 0 })
    }

    no_map! {
        serialize_bool(bool) -> Self::Ok;
        serialize_i8(i8) -> Self::Ok;
        serialize_i16(i16) -> Self::Ok;
        serialize_i32(i32) -> Self::Ok;
        serialize_i64(i64) -> Self::Ok;
        serialize_u8(u8) -> Self::Ok;
        serialize_u16(u16) -> Self::Ok;
        serialize_u32(u32) -> Self::Ok;
        serialize_u64(u64) -> Self::Ok;
        serialize_f32(f32) -> Self::Ok;
        serialize_f64(f64) -> Self::Ok;
        serialize_char(char) -> Self::Ok;
        serialize_str(&str) -> Self::Ok;
        serialize_bytes(&[u8]) -> Self::Ok;
        serialize_none() -> Self::Ok;
        serialize_unit() -> Self::Ok;
        serialize_unit_struct(&'static str) -> Self::Ok;
        serialize_unit_variant(&'static str, u32, &'static str) -> Self::Ok;
        serialize_seq(Option<usize>) -> No;
        serialize_tuple(usize) -> No;
        serialize_tuple_struct(&'static str, usize) -> No;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No;
        serialize_struct(&'static str, usize) -> No;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> No;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Self::Ok, NoMap> {
        Err(NoMap)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<Self::Ok, NoMap> {
        Err(NoMap)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Self::Ok, NoMap> {
        Err(NoMap)
    }
}
