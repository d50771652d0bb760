//! Renewing tokens that several processes share.
//!
//! [`renew`] is the whole protocol: a state machine that is given answers and says what to do next
//! (`machine`), and the loop that does it. Tests drive the same machine through every order of steps,
//! crashes and lost answers of two and three processes.
//!
//! # The steps
//!
//! 1. **Begin a lease**, which reads the record in the same step. While a peer has it, wait and look
//!    again; a record that is good by then is adopted.
//! 2. **Adopt** the record of step 1 if it is good: a peer has renewed it in the meantime. If it is marked
//!    [`Mark::Rejected`], end: its refresh token is known to be dead.
//! 3. **Refresh**, if as much of the lease is left as a request may take.
//! 4. **Save** the answer, which ends the lease in the same step. While the store cannot, try again as
//!    long as the lease lasts. If something newer is stored, adopt it and drop the answer.
//! 5. Only now **hand out** the new tokens.
//!
//! Where the server refuses the refresh token (`invalid_grant`), read the record once more. If it has changed,
//! begin again with what is there now; otherwise mark it as rejected and say that the user has to log in again.
//! Where the answer was lost, mark it as in doubt: its refresh token may be spent.
//!
//! # What is to be proved
//!
//! **A spent refresh token is sent in the window only.** A token is sent by the holder of a lease (3), who read it
//! inside that lease (1). Somebody else who has sent the same token has held an earlier lease, which
//! ended by a save (then the record is another one), by a release (then the server did not take the token, or the
//! answer was lost: the window), or by time. By time it ends if its holder died (the window), or if it
//! outlasted its lease, which it does not unless the process stood still between the look at the clock
//! and the request (the window as well), as the request and the lease have limits that fit (3).
//!
//! The **window** therefore is: the server has spent the token, and its answer has not become durable,
//! because the process died, the answer was lost, or the process stood still for longer than a lease.
//! No client can close it. It lasts from the server's decision to the end of one save, and a peer that
//! comes after it knows: the record is [`Mark::InDoubt`].
//!
//! **What is handed out is durable** (4 before 5), and is what peers find or older than it.
//!
//! **What is adopted is good** when it is handed out: it is looked at again if a lease had to be ended in
//! between, which takes as long as the store takes. What this call has got itself is handed out however long the save took:
//! nothing is newer.
//!
//! **No account is lost outside the window.** The record is overwritten by its successor, which was got
//! for it under a lease, or by a login. A late save is accepted while nothing newer is stored: if its
//! holder alone has a valid token, it is not thrown away. A save that is older than what is stored is refused: numbers
//! grow with the leases. A login ends all leases that began before it, and waits for none.
//!
//! **No lease is stuck.** It ends by time at the latest, by the store's clock, and a clock that was set
//! back ends it as well. Nobody needs a lease to log in, to log out or to read.
//!
//! **A dead refresh token is found out once**: the mark is durable, and a save clears it. If the store
//! is away when it is to be marked, the next one finds out again.

use std::fmt;
use std::time::{Duration, Instant};

use crate::blocking::pause;
use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::record::{Kind, Record};
use crate::store::{Acquired, Mark, Saved, Store, Stored, Ticket, Version};

use machine::{Answer, End, Event, Machine, Step};

mod machine;
#[cfg(test)]
mod model;

/// The times of a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// How long a lease lasts. So long waits who comes after a process that died in a renewal.
    pub lease: Duration,
    /// The longest time that a refresh takes: at least the time limit of the HTTP client for a whole
    /// request, retries included. At least two operations of the store must fit into what the lease has beyond it.
    pub request: Duration,
    /// How long to wait for peers that hold the lease. It should be longer than a lease.
    pub patience: Duration,
}

impl Default for Policy {
    /// 60 s, 35 s and 90 s: for HTTP clients with a limit of 30 s.
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(60),
            request: Duration::from_secs(35),
            patience: Duration::from_secs(90),
        }
    }
}

/// Tokens that are good and durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewed {
    /// This call has renewed them.
    Here(Stored),
    /// A peer has, or a user has logged in again.
    ByPeer(Stored),
}

impl Renewed {
    /// The record.
    #[must_use]
    pub fn stored(&self) -> &Stored {
        match self {
            Self::Here(stored) | Self::ByPeer(stored) => stored,
        }
    }

    /// The record.
    #[must_use]
    pub fn into_stored(self) -> Stored {
        match self {
            Self::Here(stored) | Self::ByPeer(stored) => stored,
        }
    }
}

/// How a refresh has failed: what [`renew`] has to know of it.
#[derive(Debug)]
pub enum RefreshError<E> {
    /// The server has refused the refresh token for good: `invalid_grant`, RFC 6749, section 5.2.
    Rejected(E),
    /// The refresh token is as good as before: nothing was sent, or the answer is an error of another kind.
    Failed(E),
    /// The refresh token may be spent: no answer came, or none that could be read.
    Unknown(E),
    /// The answer could not be used, but carried a new refresh token, which the record has.
    Kept(Record, E),
}

/// Why there are no good tokens.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewError<E> {
    /// The refresh token is dead: the user has to log in again.
    Rejected {
        /// What the server said, or `None` if it has said so earlier, perhaps to a peer.
        error: Option<E>,
        /// Whether an earlier renewal has not come to its end, which would explain it: that one may have
        /// spent the token.
        in_doubt: bool,
    },
    /// The refresh failed. Try again as the error says.
    Refresh(E),
    /// The store failed. Nothing was sent.
    Store(StoreError),
    /// The tokens are renewed, and the store could not save them while the lease lasted. They exist
    /// nowhere but here: call [`Store::save`] with them until it succeeds.
    NotDurable {
        /// What to save with.
        ticket: Ticket,
        /// What to save.
        record: Record,
        /// What the store said the last time.
        error: StoreError,
    },
    /// The account was deleted in the meantime.
    Gone,
    /// Peers have held the lease for longer than [`Policy::patience`].
    Busy,
}

/// Renews the tokens of an account, unless a peer has done so.
///
/// `is_good` tells tokens that need no renewal: those that do not expire soon, or are others than
/// those that the API has refused. `refresh` sends the refresh request for the record that it is
/// given, or the first request where there is none, as with client credentials. It is called at most
/// once a lease, and bounded in time by [`Policy::request`].
///
/// **Do not drop the future** while it runs: a lease is left until it expires, and a new refresh token may
/// be lost. Give it a task of its own.
///
/// It runs on Tokio, with its timer. Outside Tokio the thread sleeps while it waits.
///
/// # Errors
///
/// See [`RenewError`].
pub async fn renew<E, F>(
    store: &dyn Store,
    key: &Key,
    policy: Policy,
    is_good: impl Fn(&Record) -> bool + Send,
    mut refresh: impl FnMut(Option<Record>) -> F + Send,
) -> Result<Renewed, RenewError<E>>
where
    F: Future<Output = Result<Record, RefreshError<E>>> + Send,
    E: Send,
{
    let started = Instant::now();
    let mut machine = Machine::new(policy);
    let mut failure = None;
    let mut event = Event::Begin;
    loop {
        event = match machine.step(event, started.elapsed(), &is_good) {
            Step::Acquire => Event::Acquired(acquire(store, key, policy.lease).await),
            Step::Load => Event::Loaded(store.load(key).await),
            Step::Refresh(record) => {
                let (answer, error) = match refresh(record).await {
                    Ok(record) => (Answer::Tokens(record), None),
                    Err(RefreshError::Kept(record, error)) => (Answer::Kept(record), Some(error)),
                    Err(RefreshError::Rejected(error)) => (Answer::Rejected, Some(error)),
                    Err(RefreshError::Failed(error)) => (Answer::Failed, Some(error)),
                    Err(RefreshError::Unknown(error)) => (Answer::Unknown, Some(error)),
                };
                failure = error;
                Event::Refreshed(answer)
            }
            Step::Save(ticket, record) => Event::Saved(store.save(key, ticket, &record).await),
            Step::Release {
                version,
                base,
                mark,
            } => {
                // A lease that cannot be ended ends by itself.
                let _ = store.release(key, version, base, mark).await;
                Event::Released
            }
            Step::Wait(duration) => {
                pause(duration.mul_f64(jitter())).await;
                Event::Waited
            }
            Step::End(end) => return outcome(end, failure),
        };
    }
}

fn outcome<E>(end: End, failure: Option<E>) -> Result<Renewed, RenewError<E>> {
    Err(match (end, failure) {
        (End::Renewed(stored), _) => return Ok(Renewed::Here(stored)),
        (End::Adopted(stored), _) => return Ok(Renewed::ByPeer(stored)),
        (End::Rejected { in_doubt }, error) => RenewError::Rejected { error, in_doubt },
        (End::Failed, Some(error)) => RenewError::Refresh(error),
        (End::Store(error), _) => RenewError::Store(error),
        (
            End::NotDurable {
                ticket,
                record,
                error,
            },
            _,
        ) => RenewError::NotDurable {
            ticket,
            record,
            error,
        },
        (End::Gone, _) => RenewError::Gone,
        // A failure without its error does not come: the machine fails after one only.
        (End::Busy | End::Failed, _) => RenewError::Busy,
    })
}

/// [`Store::acquire`], which refuses what are no tokens.
async fn acquire(store: &dyn Store, key: &Key, duration: Duration) -> Result<Acquired, StoreError> {
    let acquired = store.acquire(key, duration).await?;
    if let Acquired::Held(lease) = &acquired
        && let Some(stored) = &lease.stored
        && *stored.record.kind() != Kind::Tokens
    {
        let _ = store
            .release(key, lease.version, lease.base(), stored.mark)
            .await;
        let message = format!("expected tokens, found {:?}", stored.record.kind());
        return Err(StoreError::new(StoreErrorKind::WrongKind, "renew", message).of(key));
    }
    Ok(acquired)
}

/// From a half to one and a half, so that those who wait do not come at once.
fn jitter() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(()) >> 32;
    0.5 + f64::from(u32::try_from(random).unwrap_or_default()) / f64::from(u32::MAX)
}

impl<E: fmt::Display> fmt::Display for RenewError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected { error, in_doubt } => {
                formatter.write_str("the user has to log in again")?;
                if *in_doubt {
                    formatter.write_str(", as an earlier renewal was interrupted")?;
                }
                match error {
                    Some(error) => write!(formatter, ": {error}"),
                    None => formatter.write_str(": the refresh token was refused earlier"),
                }
            }
            Self::Refresh(error) => fmt::Display::fmt(error, formatter),
            Self::Store(error) => fmt::Display::fmt(error, formatter),
            Self::NotDurable { error, .. } => {
                write!(formatter, "the tokens are renewed but not stored: {error}")
            }
            Self::Gone => formatter.write_str("the account was deleted from the token store"),
            Self::Busy => formatter.write_str("other processes renew the tokens all the time"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for RenewError<E> {}
