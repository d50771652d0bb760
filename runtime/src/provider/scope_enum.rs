//! What every generated enum of scopes can do, written once.

/// Implements a generated enum of scopes, whose variants are the rows of a table in the same order
/// and which tells them by `all`. Without a table there are no variants.
#[doc(hidden)]
#[macro_export]
macro_rules! scope_enum {
    ($name:ident) => {
        $crate::scope_enum!(@implement $name, scope, match scope {}, match scope {});
    };
    ($name:ident, $table:expr) => {
        $crate::scope_enum!(@implement $name, scope, $table.name(scope as usize), $table.get(scope as usize));
    };
    (@implement $name:ident, $scope:ident, $text:expr, $row:expr) => {
        impl $name {
            /// The scope as the provider spells it.
            #[inline]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                let $scope = self;
                $text
            }

            /// The provider's documentation of the scope.
            #[inline]
            #[must_use]
            pub const fn details(self) -> $crate::provider::Scope {
                let $scope = self;
                $row
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::convert::From<$name> for &'static str {
            #[inline]
            fn from(scope: $name) -> Self {
                scope.as_str()
            }
        }

        impl ::std::convert::From<$name> for ::std::string::String {
            #[inline]
            fn from(scope: $name) -> Self {
                scope.as_str().to_owned()
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownScope;

            #[inline]
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::UnknownScope> {
                $crate::provider::find_scope(Self::all(), text)
            }
        }
    };
}

/// The same for an enum that derives `PartialEq` alone: a derive reads all variants with their
/// documentation, and five of them are an eighth of what a provider costs its compiler.
#[doc(hidden)]
#[macro_export]
macro_rules! scopes {
    ($name:ident, $table:expr) => {
        $crate::scope_enum!($name, $table);

        impl ::std::clone::Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl ::std::marker::Copy for $name {}

        impl ::std::cmp::Eq for $name {}

        impl ::std::cmp::PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                $crate::provider::partial_order(*self as usize, *other as usize)
            }
        }

        impl ::std::cmp::Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                $crate::provider::order(*self as usize, *other as usize)
            }
        }

        impl ::std::hash::Hash for $name {
            #[inline]
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                state.write_usize(*self as usize);
            }
        }
    };
}
