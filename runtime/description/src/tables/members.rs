//! The members of a response as constants.

use crate::{Presence, ResponseMember};

/// The documented members of a response, in their order.
#[derive(Clone, Copy, Debug)]
pub struct MemberTable {
    /// Names that follow one another and are present alike.
    runs: &'static [(Presence, &'static [&'static str])],
}

impl MemberTable {
    /// The members, one after another.
    pub fn iter(self) -> impl Iterator<Item = ResponseMember> {
        let of_run = |(presence, names): &'static (Presence, &'static [&'static str])| {
            names.iter().map(|name| ResponseMember {
                name,
                presence: *presence,
                ..ResponseMember::STANDARD
            })
        };
        self.runs.iter().flat_map(of_run)
    }
}

/// Members, as names that are present alike.
#[doc(hidden)]
#[must_use]
pub const fn members(runs: &'static [(Presence, &'static [&'static str])]) -> MemberTable {
    MemberTable { runs }
}

#[cfg(feature = "owned")]
mod owned {
    use super::{MemberTable, members};
    use crate::field::Constant;
    use crate::owned;

    impl From<&[owned::ResponseMember]> for MemberTable {
        /// The memory of the table is never freed.
        fn from(all: &[owned::ResponseMember]) -> Self {
            let runs = all.chunk_by(|one, next| one.presence == next.presence);
            let runs = runs.map(|run| {
                let names = run.iter().map(|member| member.name.constant());
                (run[0].presence, &*names.collect::<Vec<_>>().leak())
            });
            members(runs.collect::<Vec<_>>().leak())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stay_in_their_order() {
        const TABLE: MemberTable = members(&[
            (Presence::Always, &["access_token", "token_type"]),
            (Presence::Never, &["expires_in"]),
            (Presence::Always, &["scope"]),
        ]);
        let told: Vec<_> = TABLE.iter().map(|one| (one.name, one.presence)).collect();
        let expected = [
            ("access_token", Presence::Always),
            ("token_type", Presence::Always),
            ("expires_in", Presence::Never),
            ("scope", Presence::Always),
        ];
        assert_eq!(told, expected);
        assert_ne!(TABLE, members(&[]));
    }
}
