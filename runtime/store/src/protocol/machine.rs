//! The protocol without its IO: answers in, steps out.

use std::mem;
use std::time::Duration;

use super::{Acquired, Mark, Policy, Record, Saved, StoreError, Stored, Ticket, Version};
use crate::store::Lease;

/// The first pause before another look at a lease that a peer holds, and before another save. It
/// doubles up to the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(640);

/// How many leases one renewal may begin that lead to no end: each time, a peer or a login came
/// between.
const ROUNDS: u8 = 4;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Machine {
    policy: Policy,
    state: State,
    pause: Duration,
    rounds: u8,
    /// When the request for the lease was sent that is held now, on the clock of the caller.
    asked_at: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State {
    Idle,
    Acquiring,
    WaitingForLease,
    Refreshing(Lease),
    Saving(Saving),
    WaitingToSave(Saving),
    Rereading(Lease),
    /// What follows is known already.
    Releasing(After),
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Saving {
    lease: Lease,
    record: Record,
    /// Whether the answer was an error that carried a refresh token.
    is_failure: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum After {
    Acquire,
    End(End),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Acquire,
    Load,
    Refresh(Option<Record>),
    Save(Ticket, Record),
    Release {
        version: Version,
        base: Option<Version>,
        mark: Mark,
    },
    Wait(Duration),
    End(End),
}

/// What has come of it.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Begin,
    Acquired(Result<Acquired, StoreError>),
    Loaded(Result<Option<Stored>, StoreError>),
    Refreshed(Answer),
    Saved(Result<Saved, StoreError>),
    Released,
    Waited,
}

/// The server's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Tokens(Record),
    Kept(Record),
    Rejected,
    Failed,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Renewed(Stored),
    Adopted(Stored),
    Rejected {
        in_doubt: bool,
    },
    Failed,
    Store(StoreError),
    NotDurable {
        ticket: Ticket,
        record: Record,
        error: StoreError,
    },
    Gone,
    Busy,
}

impl Machine {
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            state: State::Idle,
            pause: FIRST_PAUSE,
            rounds: 0,
            asked_at: Duration::ZERO,
        }
    }

    /// What to do next, after this. `now` is the time since the beginning.
    pub fn step(
        &mut self,
        event: Event,
        now: Duration,
        is_good: &impl Fn(&Record) -> bool,
    ) -> Step {
        match (mem::replace(&mut self.state, State::Over), event) {
            (State::Idle, Event::Begin) | (State::WaitingForLease, Event::Waited) => {
                self.acquire(now)
            }
            (State::Acquiring, Event::Acquired(Err(error))) => Step::End(End::Store(error)),
            (State::Acquiring, Event::Acquired(Ok(Acquired::Busy { stored, expires_in }))) => {
                match stored.filter(|stored| is_good(&stored.record)) {
                    Some(stored) => Step::End(End::Adopted(stored)),
                    None if now >= self.policy.patience => Step::End(End::Busy),
                    None => self.wait(State::WaitingForLease, expires_in),
                }
            }
            (State::Acquiring, Event::Acquired(Ok(Acquired::Held(lease)))) => {
                self.begin(lease, now, is_good)
            }
            (State::Refreshing(lease), Event::Refreshed(answer)) => self.answered(lease, answer),
            (State::WaitingToSave(saving), Event::Waited) => self.save(saving),
            (State::Saving(saving), Event::Saved(result)) => {
                self.saved(saving, result, now, is_good)
            }
            (State::Rereading(lease), Event::Loaded(result)) => {
                self.reread(&lease, result, is_good)
            }
            (State::Releasing(After::Acquire), Event::Released) => self.acquire(now),
            // To end the lease has taken longer than they were good.
            (State::Releasing(After::End(End::Adopted(stored))), Event::Released)
                if !is_good(&stored.record) =>
            {
                if self.is_last_round() {
                    return Step::End(End::Busy);
                }
                self.acquire(now)
            }
            (State::Releasing(After::End(end)), Event::Released) => Step::End(end),
            (state, event) => unreachable!("{event:?} in {state:?}"),
        }
    }

    /// For models, in which no time passes: how often it has waited makes no other state.
    #[cfg(test)]
    pub fn forget_pauses(&mut self) {
        self.pause = FIRST_PAUSE;
    }

    fn acquire(&mut self, now: Duration) -> Step {
        self.state = State::Acquiring;
        self.asked_at = now;
        Step::Acquire
    }

    fn begin(&mut self, lease: Lease, now: Duration, is_good: &impl Fn(&Record) -> bool) -> Step {
        let mark = mark_of(&lease);
        if let Some(stored) = &lease.stored {
            if is_good(&stored.record) {
                let end = End::Adopted(stored.clone());
                return self.release(&lease, mark, After::End(end));
            }
            if mark == Mark::Rejected {
                let end = End::Rejected { in_doubt: false };
                return self.release(&lease, mark, After::End(end));
            }
        }
        let left = self.lease_end().saturating_sub(now);
        if left < self.policy.request {
            return self.again(&lease, mark, End::Busy);
        }
        let record = lease.stored.as_ref().map(|stored| stored.record.clone());
        self.state = State::Refreshing(lease);
        Step::Refresh(record)
    }

    fn answered(&mut self, lease: Lease, answer: Answer) -> Step {
        let mark = mark_of(&lease);
        match answer {
            Answer::Tokens(record) => self.save(Saving {
                lease,
                record,
                is_failure: false,
            }),
            Answer::Kept(record) => self.save(Saving {
                lease,
                record,
                is_failure: true,
            }),
            Answer::Rejected => {
                self.state = State::Rereading(lease);
                Step::Load
            }
            Answer::Failed => self.release(&lease, mark, After::End(End::Failed)),
            Answer::Unknown => self.release(&lease, Mark::InDoubt, After::End(End::Failed)),
        }
    }

    fn save(&mut self, saving: Saving) -> Step {
        let step = Step::Save(saving.lease.ticket(), saving.record.clone());
        self.state = State::Saving(saving);
        step
    }

    fn saved(
        &mut self,
        saving: Saving,
        result: Result<Saved, StoreError>,
        now: Duration,
        is_good: &impl Fn(&Record) -> bool,
    ) -> Step {
        match result {
            Ok(Saved::Done) if saving.is_failure => Step::End(End::Failed),
            Ok(Saved::Done) => Step::End(End::Renewed(Stored {
                version: saving.lease.version,
                mark: Mark::Clear,
                record: saving.record,
            })),
            Ok(Saved::Superseded(Some(newer))) => {
                if is_good(&newer.record) {
                    return Step::End(End::Adopted(newer));
                }
                self.again(&saving.lease, newer.mark, End::Busy)
            }
            Ok(Saved::Superseded(None)) => Step::End(End::Gone),
            Err(error) => {
                let left = self.lease_end().saturating_sub(now);
                if left.is_zero() || !error.is_retryable() {
                    return Step::End(End::NotDurable {
                        ticket: saving.lease.ticket(),
                        record: saving.record,
                        error,
                    });
                }
                self.wait(State::WaitingToSave(saving), left)
            }
        }
    }

    /// The server has refused the refresh token, and this is what is stored now.
    fn reread(
        &mut self,
        lease: &Lease,
        result: Result<Option<Stored>, StoreError>,
        is_good: &impl Fn(&Record) -> bool,
    ) -> Step {
        let mark = mark_of(lease);
        match result {
            // Whoever comes next asks again and finds out.
            Err(error) => self.release(lease, mark, After::End(End::Store(error))),
            Ok(current) if current.as_ref().map(|stored| stored.version) == lease.base() => {
                let end = End::Rejected {
                    in_doubt: mark == Mark::InDoubt,
                };
                self.release(lease, Mark::Rejected, After::End(end))
            }
            Ok(None) => Step::End(End::Gone),
            Ok(Some(newer)) if is_good(&newer.record) => {
                self.release(lease, newer.mark, After::End(End::Adopted(newer)))
            }
            Ok(Some(newer)) => self.again(lease, newer.mark, End::Busy),
        }
    }

    /// Another lease, unless there were too many.
    fn again(&mut self, lease: &Lease, mark: Mark, otherwise: End) -> Step {
        let after = if self.is_last_round() {
            After::End(otherwise)
        } else {
            After::Acquire
        };
        self.release(lease, mark, after)
    }

    fn is_last_round(&mut self) -> bool {
        self.rounds += 1;
        self.rounds >= ROUNDS
    }

    fn release(&mut self, lease: &Lease, mark: Mark, after: After) -> Step {
        self.state = State::Releasing(after);
        Step::Release {
            version: lease.version,
            base: lease.base(),
            mark,
        }
    }

    fn wait(&mut self, state: State, at_most: Duration) -> Step {
        self.state = state;
        let pause = self.pause.min(at_most.max(FIRST_PAUSE));
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Step::Wait(pause)
    }

    /// When the lease ends at the earliest, on the clock of the caller.
    fn lease_end(&self) -> Duration {
        self.asked_at.saturating_add(self.policy.lease)
    }
}

fn mark_of(lease: &Lease) -> Mark {
    lease
        .stored
        .as_ref()
        .map_or(Mark::Clear, |stored| stored.mark)
}
