//! All that a store knows of a key, and the one definition of what each operation does to it.
//!
//! Memory, file, SQLite and keyring keep a row and change it by these functions. PostgreSQL and Redis
//! do the same in their own languages, so that an operation is one round trip; the contract test holds
//! all of them to it.

#[cfg(any(feature = "file", feature = "keyring"))]
mod bytes;

use std::time::Duration;

use crate::record::Record;
use crate::store::{Acquired, Lease, Mark, Saved, Stored, Ticket, Version};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    /// The highest number that was drawn.
    pub number: Version,
    /// The number of the last lease, which may have ended.
    pub leased: Version,
    pub hold: Option<Hold>,
    pub mark: Mark,
    pub saved: Option<(Version, Record)>,
}

/// The time of the last lease where it has not ended, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Hold {
    pub from: u64,
    pub until: u64,
}

impl Hold {
    fn is_held(self, now: u64) -> bool {
        let duration = self.until - self.from;
        // Where the clock was set back, a lease could last for years. Small steps are a clock's daily
        // life, and end no lease.
        (self.from.saturating_sub(duration)..self.until).contains(&now)
    }
}

impl Row {
    pub fn stored(&self) -> Option<Stored> {
        let (version, record) = self.saved.clone()?;
        (!record.is_expired()).then_some(Stored {
            version,
            mark: self.mark,
            record,
        })
    }

    /// Whether there is nothing to know.
    pub fn is_void(&self, now: u64) -> bool {
        let is_held = self.hold.is_some_and(|hold| hold.is_held(now));
        !is_held
            && self
                .saved
                .as_ref()
                .is_none_or(|(_, record)| record.is_expired())
    }

    pub fn reserve(&mut self, now: u64) -> Version {
        self.number = Version(now.max(self.number.0 + 1));
        self.number
    }

    pub fn acquire(&mut self, now: u64, duration: Duration) -> Acquired {
        if let Some(hold) = self.hold.filter(|hold| hold.is_held(now)) {
            return Acquired::Busy {
                stored: self.stored(),
                expires_in: Duration::from_micros(hold.until - now),
            };
        }
        if self.hold.is_some() && self.mark == Mark::Clear {
            self.mark = Mark::InDoubt;
        }
        let version = self.reserve(now);
        self.leased = version;
        self.hold = Some(Hold {
            from: now,
            until: now.saturating_add(micros(duration)),
        });
        Acquired::Held(Lease {
            version,
            stored: self.stored(),
        })
    }

    pub fn save(&mut self, ticket: Ticket, record: Record) -> Saved {
        let version = ticket.version();
        let current = self.saved.as_ref().map(|(version, _)| *version);
        if current == Some(version) {
            return Saved::Done;
        }
        let is_accepted = match ticket {
            Ticket::Login { .. } => self.leased < version,
            Ticket::Renewal { base, .. } => {
                self.number >= version && (current.is_some() || base.is_none())
            }
        };
        if !is_accepted || current.is_some_and(|current| current > version) {
            return Saved::Superseded(self.stored());
        }
        self.number = self.number.max(version);
        self.mark = Mark::Clear;
        self.saved = Some((version, record));
        match ticket {
            Ticket::Login { .. } => self.hold = None,
            Ticket::Renewal { .. } if self.leased == version => self.hold = None,
            // Late, and a peer has the lease.
            Ticket::Renewal { .. } => {}
        }
        Saved::Done
    }

    pub fn release(&mut self, version: Version, base: Option<Version>, mark: Mark) {
        if self.leased == version && self.hold.is_some() {
            let current = self.saved.as_ref().map(|(version, _)| *version);
            if current == base {
                self.mark = mark;
            }
            self.hold = None;
        }
    }
}

/// Microseconds, for times that are added to others.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_micros(10);

    fn held(row: &mut Row, now: u64) -> Lease {
        match row.acquire(now, LEASE) {
            Acquired::Held(lease) => lease,
            busy @ Acquired::Busy { .. } => panic!("{busy:?}"),
        }
    }

    #[test]
    fn numbers_grow_though_the_clock_does_not() {
        let mut row = Row::default();
        assert_eq!(row.reserve(100), Version(100));
        assert_eq!(row.reserve(100), Version(101));
        assert_eq!(row.reserve(5), Version(102));
    }

    #[test]
    fn a_lease_from_the_far_future_has_ended() {
        let mut row = Row::default();
        held(&mut row, 1000);
        assert!(matches!(row.acquire(990, LEASE), Acquired::Busy { .. }));
        assert!(matches!(row.acquire(989, LEASE), Acquired::Held(_)));
    }

    #[test]
    fn a_login_waits_for_no_lease_and_is_not_overwritten_by_one() {
        let mut row = Row::default();
        let first = row.reserve(1);
        assert_eq!(
            row.save(Ticket::Login { version: first }, Record::tokens("1")),
            Saved::Done
        );
        let login = Ticket::Login {
            version: row.reserve(2),
        };
        let lease = held(&mut row, 3);
        assert!(matches!(
            row.save(login, Record::tokens("2")),
            Saved::Superseded(Some(_))
        ));
        let login = Ticket::Login {
            version: row.reserve(4),
        };
        assert_eq!(row.save(login, Record::tokens("2")), Saved::Done);
        assert!(matches!(
            row.save(lease.ticket(), Record::tokens("3")),
            Saved::Superseded(Some(_))
        ));
        assert_eq!(row.stored().unwrap().record, Record::tokens("2"));
        assert_eq!(row.hold, None);
    }
}
