//! Processes, a store, a server, and what may happen next.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::server::{Rule, Server};
use crate::error::{StoreError, StoreErrorKind};
use crate::protocol::Policy;
use crate::protocol::machine::{Answer, End, Event, Machine, Step};
use crate::record::Record;
use crate::row::Row;
use crate::store::{Acquired, Mark, Saved, Stored, Ticket, Version};

/// How often each kind of event may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    /// By each process.
    pub renewals: u8,
    /// A process ends between any two steps, and another takes its place.
    pub crashes: u8,
    /// An operation of the store or the server happens and its answer is lost, or it does not happen and that is not known.
    pub losses: u8,
    /// A process stands still until its lease has expired.
    pub stalls: u8,
    pub logins: u8,
    pub logouts: u8,
    /// All access tokens expire.
    pub expiries: u8,
}

/// What is wrong with a protocol that must be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mutant {
    UsesWhatItReadBefore,
    HandsOutEarly,
    SavesAnything,
    LeasesNothing,
    LeasesForever,
    ReleasesAnything,
    LogsInAnyway,
    BelievesTheFirstRefusal,
    ForgetsDoubt,
    AdoptsWithoutAnotherLook,
}

const LEASE: Duration = Duration::from_micros(1000);

const POLICY: Policy = Policy {
    lease: LEASE,
    request: Duration::from_micros(500),
    patience: Duration::from_secs(1),
};

#[derive(Clone, Debug)]
pub(super) struct World {
    mutant: Option<Mutant>,
    budget: Budget,
    server: Server,
    row: Option<Row>,
    now: u64,
    /// Access tokens of earlier generations have expired.
    generation: u8,
    processes: Vec<Process>,
    login: Login,
    /// What has been in the store.
    durable: BTreeSet<(Version, u8)>,
    /// Spent tokens whose successor fell into the window.
    in_window: BTreeSet<u8>,
    is_deleted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Process {
    renewals: u8,
    running: Option<Running>,
    /// What it read before it began, which only a mutant uses.
    cached: Option<Stored>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Running {
    machine: Machine,
    next: Next,
    /// The lease that it believes to have.
    lease: Option<Version>,
    /// What was stored when it began.
    base: Option<Version>,
    /// It stood still for longer than its lease.
    is_late: bool,
    /// The record that it works on was marked in doubt.
    knows_doubt: bool,
    /// The token that it has spent, until the successor is stored.
    spent: Option<u8>,
    /// Whether what was stored would have worked when it looked again after a refusal.
    was_refused_for_nothing: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Next {
    Do(Step),
    /// The server has answered, and the answer is on its way.
    Deliver(Answer),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Login {
    Idle {
        done: Option<u8>,
    },
    Reserving {
        login: u8,
        token: u8,
    },
    Saving {
        login: u8,
        token: u8,
        version: Version,
    },
}

type Outcome = Result<World, String>;

fn record(token: u8, generation: u8) -> Record {
    Record::tokens([token, generation])
}

fn token_of(record: &Record) -> u8 {
    record.payload()[0]
}

fn lost() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "model", "lost")
}

impl World {
    /// An account whose access token has expired.
    pub fn new(processes: usize, budget: Budget, rule: Rule, mutant: Option<Mutant>) -> Self {
        let mut server = Server::new(rule);
        let token = server.log_in(0);
        let mut row = Row::default();
        let version = row.reserve(1);
        row.save(Ticket::Login { version }, record(token, 0));
        let process = Process {
            renewals: budget.renewals,
            running: None,
            cached: None,
        };
        Self {
            mutant,
            budget,
            server,
            row: Some(row),
            now: 1,
            generation: 1,
            processes: vec![process; processes],
            login: Login::Idle { done: None },
            durable: BTreeSet::from([(version, token)]),
            in_window: BTreeSet::new(),
            is_deleted: false,
        }
    }

    /// The same for worlds that differ in the order of their processes, which are all alike.
    pub fn hash_unordered(&self, state: &mut impl Hasher) {
        let of_one = |process: &Process| {
            let mut hasher = DefaultHasher::new();
            process.hash(&mut hasher);
            hasher.finish()
        };
        let mut processes: Vec<_> = self.processes.iter().map(of_one).collect();
        processes.sort_unstable();
        processes.hash(state);
        (
            self.budget,
            &self.server,
            &self.row,
            self.now,
            self.generation,
        )
            .hash(state);
        (&self.login, &self.durable, &self.in_window, self.is_deleted).hash(state);
    }

    fn stored(&self) -> Option<Stored> {
        self.row.as_ref().and_then(Row::stored)
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// All that may happen next.
    pub fn successors(&self) -> Vec<(String, Outcome)> {
        let mut all = Vec::new();
        for index in 0..self.processes.len() {
            self.of_process(index, &mut all);
        }
        self.of_login(&mut all);
        if self.budget.expiries > 0 {
            let mut world = self.clone();
            world.budget.expiries -= 1;
            world.generation += 1;
            all.push(("access tokens expire".to_owned(), Ok(world)));
        }
        if self.budget.logouts > 0 {
            let mut world = self.clone();
            world.budget.logouts -= 1;
            world.row = None;
            world.is_deleted = true;
            all.push(("log out".to_owned(), Ok(world)));
        }
        if let Some(world) = self.expire() {
            all.push(("the lease expires".to_owned(), Ok(world)));
        }
        all
    }

    /// The lease that is held ends by time: because its holder is dead, or stands still.
    fn expire(&self) -> Option<Self> {
        let leased = self.row.as_ref()?.leased;
        let hold = self.row.as_ref()?.hold?;
        if self.now >= hold.until || self.is(Mutant::LeasesForever) {
            return None;
        }
        let mut world = self.clone();
        world.now = hold.until;
        let has_it = |running: &&mut Running| running.lease == Some(leased) && !running.is_late;
        let running = world
            .processes
            .iter_mut()
            .filter_map(|process| process.running.as_mut());
        if let Some(holder) = running.into_iter().find(has_it) {
            world.budget.stalls = world.budget.stalls.checked_sub(1)?;
            holder.is_late = true;
            if let Some(spent) = holder.spent {
                world.in_window.insert(spent);
            }
        }
        Some(world)
    }

    fn of_process(&self, index: usize, all: &mut Vec<(String, Outcome)>) {
        let process = &self.processes[index];
        let Some(running) = &process.running else {
            if process.renewals > 0 {
                let mut world = self.clone();
                let outcome = world.begin(index).map(|()| world);
                all.push((format!("{index} begins"), outcome));
            }
            return;
        };
        if self.budget.crashes > 0 {
            let mut world = self.clone();
            world.budget.crashes -= 1;
            if let Some(spent) = running.spent {
                world.in_window.insert(spent);
            }
            world.processes[index].running = None;
            all.push((format!("{index} dies"), Ok(world)));
        }
        let label = match &running.next {
            Next::Do(step) => format!("{index}: {step:?}"),
            Next::Deliver(answer) => format!("{index} hears {answer:?}"),
        };
        let mut world = self.clone();
        let outcome = world.go_on(index, false, false).map(|()| world);
        all.push((label.clone(), outcome));
        if self.budget.losses > 0 {
            for (happens, what) in [(true, "its answer is lost"), (false, "it does not happen")] {
                let is_answer = matches!(running.next, Next::Deliver(_));
                let can_be_lost = match &running.next {
                    Next::Do(Step::Acquire | Step::Load | Step::Save(..)) => true,
                    // A release whose answer is lost is as one whose answer is heard.
                    Next::Do(Step::Release { .. }) => !happens,
                    Next::Deliver(_) => happens,
                    Next::Do(Step::Refresh(_)) => !happens,
                    Next::Do(Step::Wait(_) | Step::End(_)) => false,
                };
                if !can_be_lost {
                    continue;
                }
                let mut world = self.clone();
                world.budget.losses -= 1;
                if is_answer && let Some(spent) = running.spent {
                    world.in_window.insert(spent);
                }
                let outcome = world.go_on(index, true, happens).map(|()| world);
                all.push((format!("{label}, {what}"), outcome));
            }
        }
    }

    fn begin(&mut self, index: usize) -> Result<(), String> {
        let process = &mut self.processes[index];
        process.renewals -= 1;
        process.cached = self.row.as_ref().and_then(Row::stored);
        if !self.is(Mutant::UsesWhatItReadBefore) {
            self.processes[index].cached = None;
        }
        self.processes[index].running = Some(Running {
            machine: Machine::new(POLICY),
            next: Next::Do(Step::Wait(Duration::ZERO)),
            lease: None,
            base: None,
            is_late: false,
            knows_doubt: false,
            spent: None,
            was_refused_for_nothing: false,
        });
        self.advance(index, Event::Begin)
    }

    /// Does the next step of a process, whose answer may be lost or which may not happen at all.
    fn go_on(&mut self, index: usize, is_lost: bool, happens: bool) -> Result<(), String> {
        let happens = happens || !is_lost;
        let running = self.running(index);
        let event = match running.next.clone() {
            Next::Deliver(answer) => {
                if is_lost {
                    Event::Refreshed(Answer::Unknown)
                } else {
                    Event::Refreshed(answer)
                }
            }
            Next::Do(Step::Acquire) => {
                let acquired = happens.then(|| self.acquire());
                match acquired {
                    Some(acquired) if !is_lost => {
                        self.has_acquired(index, &acquired);
                        Event::Acquired(Ok(acquired))
                    }
                    _ => Event::Acquired(Err(lost())),
                }
            }
            Next::Do(Step::Refresh(record)) => {
                if !happens {
                    // It was not sent, which the client may not know.
                    return self.advance(index, Event::Refreshed(Answer::Unknown));
                }
                let answer = self.refresh(index, record.as_ref())?;
                self.running(index).next = Next::Deliver(answer);
                return Ok(());
            }
            Next::Do(Step::Save(ticket, record)) => {
                let saved = happens
                    .then(|| self.save(index, ticket, &record))
                    .transpose()?;
                match saved {
                    Some(saved) if !is_lost => Event::Saved(Ok(saved)),
                    _ => Event::Saved(Err(lost())),
                }
            }
            Next::Do(Step::Load) => {
                if is_lost {
                    Event::Loaded(Err(lost()))
                } else {
                    self.look_again(index)
                }
            }
            Next::Do(Step::Release {
                version,
                base,
                mark,
            }) => {
                if happens {
                    self.release(version, base, mark);
                }
                self.running(index).lease = None;
                Event::Released
            }
            Next::Do(Step::Wait(_)) => Event::Waited,
            Next::Do(Step::End(end)) => return self.end(index, &end),
        };
        self.advance(index, event)
    }

    fn running(&mut self, index: usize) -> &mut Running {
        self.processes[index].running.as_mut().expect("it runs")
    }

    fn advance(&mut self, index: usize, mut event: Event) -> Result<(), String> {
        if let Event::Acquired(Ok(Acquired::Held(lease))) = &mut event
            && self.is(Mutant::UsesWhatItReadBefore)
        {
            lease.stored.clone_from(&self.processes[index].cached);
        }
        let generation = self.generation;
        let is_good = move |record: &Record| record.payload()[1] >= generation;
        let looks_again =
            !self.is(Mutant::AdoptsWithoutAnotherLook) || !matches!(event, Event::Released);
        let is_good_now = |record: &Record| !looks_again || is_good(record);
        let running = self.running(index);
        let step = running.machine.step(event, Duration::ZERO, &is_good_now);
        running.machine.forget_pauses();
        if let Step::Save(ticket, record) = &step
            && self.is(Mutant::HandsOutEarly)
        {
            self.hands_out(ticket.version(), record)?;
        }
        if let Step::End(End::Adopted(stored)) = &step
            && !is_good(&stored.record)
        {
            return Err("what is adopted has expired".to_owned());
        }
        self.running(index).next = Next::Do(step);
        Ok(())
    }

    fn acquire(&mut self) -> Acquired {
        let now = self.now;
        let leases_nothing = self.is(Mutant::LeasesNothing);
        let forgets = self.is(Mutant::ForgetsDoubt);
        let row = self.row.get_or_insert_default();
        if leases_nothing {
            row.hold = None;
        }
        let mark = row.mark;
        let mut acquired = row.acquire(now, LEASE);
        if forgets && let Acquired::Held(lease) = &mut acquired {
            row.mark = mark;
            if let Some(stored) = &mut lease.stored {
                stored.mark = mark;
            }
        }
        acquired
    }

    fn has_acquired(&mut self, index: usize, acquired: &Acquired) {
        if let Acquired::Held(lease) = acquired {
            let mark = lease.stored.as_ref().map(|stored| stored.mark);
            let (version, base) = (lease.version, lease.base());
            let running = self.running(index);
            running.lease = Some(version);
            running.base = base;
            running.is_late = false;
            running.knows_doubt = mark == Some(Mark::InDoubt);
            running.spent = None;
        }
    }

    fn refresh(&mut self, index: usize, record: Option<&Record>) -> Result<Answer, String> {
        let Some(record) = record else {
            return Ok(Answer::Failed);
        };
        let token = token_of(record);
        if self.server.is_spent(token) {
            let running = self.running(index).clone();
            if !self.in_window.contains(&token) && !running.is_late {
                return Err(format!(
                    "the spent token {token} is sent outside the window"
                ));
            }
            if !running.knows_doubt && !running.is_late {
                return Err(format!(
                    "the spent token {token} is sent without being in doubt"
                ));
            }
        }
        let Some(successor) = self.server.refresh(token) else {
            // Where that has revoked the successors, they are lost to the window as well.
            let login = self.server.login_of(token);
            self.in_window.extend(self.server.revoked(login));
            return Ok(Answer::Rejected);
        };
        let is_late = self.running(index).is_late;
        self.running(index).spent = Some(token);
        if is_late {
            self.in_window.insert(token);
        }
        Ok(Answer::Tokens(self::record(successor, self.generation)))
    }

    fn save(&mut self, index: usize, ticket: Ticket, record: &Record) -> Result<Saved, String> {
        let before = self.stored().map(|stored| stored.version);
        let saves_anything = self.is(Mutant::SavesAnything);
        let row = self.row.get_or_insert_default();
        let saved = if saves_anything {
            row.saved = Some((ticket.version(), record.clone()));
            row.mark = Mark::Clear;
            row.hold.take_if(|_| row.leased == ticket.version());
            Saved::Done
        } else {
            row.save(ticket, record.clone())
        };
        if saved == Saved::Done {
            if before > Some(ticket.version()) {
                return Err("what is saved is older than what was stored".to_owned());
            }
            self.durable.insert((ticket.version(), token_of(record)));
            self.running(index).spent = None;
        }
        self.running(index).lease = None;
        Ok(saved)
    }

    fn look_again(&mut self, index: usize) -> Event {
        let stored = self.stored();
        let would_work = stored
            .as_ref()
            .is_some_and(|stored| self.server.accepts(token_of(&stored.record)));
        self.running(index).was_refused_for_nothing = would_work;
        if self.is(Mutant::BelievesTheFirstRefusal) {
            // As if nothing had changed.
            let base = self.running(index).base;
            let unchanged = stored
                .zip(base)
                .map(|(stored, version)| Stored { version, ..stored });
            return Event::Loaded(Ok(unchanged));
        }
        Event::Loaded(Ok(stored))
    }

    fn release(&mut self, version: Version, base: Option<Version>, mark: Mark) {
        let releases_anything = self.is(Mutant::ReleasesAnything);
        if let Some(row) = &mut self.row {
            row.release(version, base, mark);
            if releases_anything {
                row.hold = None;
            }
        }
    }

    fn end(&mut self, index: usize, end: &End) -> Result<(), String> {
        let running = self.processes[index].running.take().expect("it runs");
        match end {
            End::Renewed(stored) | End::Adopted(stored) => {
                self.hands_out(stored.version, &stored.record)
            }
            End::Rejected { .. } if running.was_refused_for_nothing => {
                Err("the user has to log in again for nothing".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn hands_out(&self, version: Version, record: &Record) -> Result<(), String> {
        if self.durable.contains(&(version, token_of(record))) {
            return Ok(());
        }
        Err("what is handed out is not durable".to_owned())
    }

    fn of_login(&self, all: &mut Vec<(String, Outcome)>) {
        let mut world = self.clone();
        let label = match self.login {
            Login::Idle { .. } if self.budget.logins == 0 => return,
            Login::Idle { .. } => {
                world.budget.logins -= 1;
                let login = 1 + self.budget.logins;
                let token = world.server.log_in(login);
                world.login = Login::Reserving { login, token };
                "a user logs in"
            }
            Login::Reserving { login, token } => {
                let version = world.row.get_or_insert_default().reserve(self.now);
                world.login = Login::Saving {
                    login,
                    token,
                    version,
                };
                "the login draws a number"
            }
            Login::Saving {
                login,
                token,
                version,
            } => {
                let generation = self.generation;
                let row = world.row.get_or_insert_default();
                if self.is(Mutant::LogsInAnyway) {
                    row.leased = Version(0);
                }
                let saved = row.save(Ticket::Login { version }, record(token, generation));
                world.login = match saved {
                    Saved::Done => {
                        world.durable.insert((version, token));
                        world.is_deleted = false;
                        Login::Idle { done: Some(login) }
                    }
                    Saved::Superseded(_) => Login::Reserving { login, token },
                };
                "the login is saved"
            }
        };
        all.push((label.to_owned(), Ok(world)));
    }

    /// What is wrong with this state, if anything is.
    pub fn wrong(&self) -> Option<String> {
        let stored = self.stored();
        if self.is_deleted && stored.is_some() {
            return Some("a deleted account is there again".to_owned());
        }
        if let Login::Idle { done: Some(login) } = self.login
            && let Some(stored) = &stored
            && self.server.login_of(token_of(&stored.record)) != login
        {
            return Some("the login is lost".to_owned());
        }
        if self
            .processes
            .iter()
            .any(|process| process.running.is_some())
        {
            return None;
        }
        let token = token_of(&stored?.record);
        let is_lost = !self.server.accepts(token);
        if is_lost && !self.in_window.contains(&token) {
            return Some(format!("the account is lost with token {token}"));
        }
        self.fresh_process_wrong(is_lost)
    }

    /// Whether a process that comes now, and to which nothing happens, gets tokens.
    fn fresh_process_wrong(&self, is_lost: bool) -> Option<String> {
        let mut world = self.clone();
        world.processes[0].renewals = 1;
        world.generation += 1;
        if let Some(expired) = world.expire() {
            world = expired;
        }
        if let Err(wrong) = world.begin(0) {
            return Some(wrong);
        }
        for _ in 0..100 {
            let running = world.running(0);
            if let Next::Do(Step::End(end)) = &running.next {
                let is_right = match end {
                    End::Renewed(_) => !is_lost,
                    End::Rejected { .. } => is_lost,
                    _ => false,
                };
                return (!is_right).then(|| format!("a fresh process ends with {end:?}"));
            }
            if let Err(wrong) = world.go_on(0, false, false) {
                return Some(wrong);
            }
        }
        Some("the lease is stuck".to_owned())
    }
}
