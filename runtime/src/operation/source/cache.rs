//! What nearly every caller gets: tokens that need nothing done, read without waiting for anybody.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, TryLockError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;

use crate::kept::token_set::TokenSet;
use crate::operation::source::deadline::{Deadline, Now};

/// How long one look at both clocks is good: it costs as much as all the rest of a read.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Tokens that are handed out until they are due.
pub(super) struct Cached {
    pub(super) tokens: Arc<TokenSet>,
    /// What authorizes a request with these tokens, once somebody has asked.
    pub(super) headers: OnceLock<Arc<HeaderMap>>,
    due: Deadline,
    /// Between these moments nobody has to look at the other clock.
    good: [SystemTime; 2],
}

impl Cached {
    pub(super) fn new(tokens: Arc<TokenSet>, due: Deadline) -> Self {
        Self {
            tokens,
            headers: OnceLock::new(),
            due,
            good: [SystemTime::UNIX_EPOCH; 2],
        }
    }

    #[inline]
    fn is_good(&self, now: SystemTime) -> bool {
        let [from, until] = self.good;
        from <= now && now < until
    }
}

/// Two places, of which readers use one while the other is written.
///
/// A reader takes its place's lock if it is free, which it is unless the places have changed since
/// the reader looked, and never waits for it. So a writer that stands still stops no reader. This
/// costs what an atomically counted pointer costs that can be exchanged, in safe code and without
/// a dependency: `cargo bench -- cached_read`.
#[derive(Default)]
pub(super) struct Cache {
    places: [RwLock<Option<Box<Cached>>>; 2],
    /// Whether it is the second that readers use.
    current: AtomicBool,
}

impl Cache {
    /// What `look` makes of the tokens, unless there are none or they are due.
    #[inline]
    pub(super) fn read<T>(&self, look: impl Fn(&Cached) -> T) -> Option<T> {
        match self.read_at_once(&look) {
            Some(found) => Some(found),
            None => self.read_by_both_clocks(look),
        }
    }

    /// The same as nearly every caller comes to it, and nothing where more is to be done. As short as it
    /// can be, since it is compiled into each caller.
    #[inline]
    pub(super) fn read_at_once<T>(&self, look: impl Fn(&Cached) -> T) -> Option<T> {
        // First, so that nothing has to outlive the call.
        let now = SystemTime::now();
        let current = self.current.load(Ordering::Acquire);
        let place = self.place(current).try_read().ok()?;
        let cached = place.as_ref().filter(|cached| cached.is_good(now))?;
        Some(look(cached))
    }

    #[inline]
    fn place(&self, which: bool) -> &RwLock<Option<Box<Cached>>> {
        &self.places[usize::from(which)]
    }

    #[cold]
    fn read_by_both_clocks<T>(&self, look: impl Fn(&Cached) -> T) -> Option<T> {
        let now = Now::read();
        let place = self.current()?;
        let cached = place.as_ref().filter(|one| !one.due.has_come(now))?;
        let (found, due) = (look(cached), cached.due);
        drop(place);
        self.remember_look(now, due);
        Some(found)
    }

    /// Where others read meanwhile, it is left to the next one. Those who come meanwhile ask the state.
    fn remember_look(&self, now: Now, due: Deadline) {
        let current = self.current.load(Ordering::Acquire);
        if let Ok(mut place) = self.place(current).try_write()
            && let Some(cached) = &mut *place
            && cached.due == due
        {
            let later = now.world.checked_add(BETWEEN_LOOKS).unwrap_or(now.world);
            cached.good = [now.world, due.no_later_than(later)];
        }
    }

    fn current(&self) -> Option<RwLockReadGuard<'_, Option<Box<Cached>>>> {
        loop {
            let current = self.current.load(Ordering::Acquire);
            match self.place(current).try_read() {
                Ok(guard) if guard.is_some() => return Some(guard),
                Err(TryLockError::Poisoned(poison)) => return Some(poison.into_inner()),
                Ok(_) | Err(TryLockError::WouldBlock) => {}
            }
            if self.current.load(Ordering::Acquire) == current {
                return None;
            }
        }
    }

    /// What readers find from now on. Writers come one after the other: they hold the state.
    pub(super) fn put(&self, cached: Option<Cached>) {
        let before = self.current.load(Ordering::Relaxed);
        let next = !before;
        self.write(next, cached.map(Box::new));
        self.current.store(next, Ordering::Release);
        // Old tokens are not kept longer than those who look at them.
        self.write(before, None);
    }

    fn write(&self, place: bool, cached: Option<Box<Cached>>) {
        let mut place = self
            .place(place)
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let old = mem::replace(&mut *place, cached);
        drop(place);
        drop(old);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::operation::source::state::State;

    fn cached(number: u32) -> Option<Cached> {
        let tokens = Arc::new(TokenSet::new(number.to_string()));
        State::new(Some(tokens), Now::read()).cached()
    }

    fn number(cache: &Cache) -> Option<u32> {
        let text = cache.read(|one| Arc::clone(&one.tokens))?;
        text.access_token().expose().parse().ok()
    }

    #[test]
    fn readers_find_what_was_put_last() {
        let cache = Cache::default();
        assert_eq!(number(&cache), None);
        for expected in [1, 2, 3] {
            cache.put(cached(expected));
            assert_eq!(number(&cache), Some(expected));
        }
        cache.put(None);
        assert_eq!(number(&cache), None);
    }

    #[test]
    fn tokens_that_are_due_are_not_found() {
        let due_in = |seconds: i64| {
            let now = crate::text::clock::unix_seconds(SystemTime::now());
            let mut tokens = TokenSet::new("1");
            tokens.expires_at = now.checked_add_signed(seconds);
            let cache = Cache::default();
            cache.put(State::new(Some(Arc::new(tokens)), Now::read()).cached());
            number(&cache)
        };
        assert_eq!(due_in(3600), Some(1));
        for seconds in [-1, 0, 30] {
            assert_eq!(due_in(seconds), None, "{seconds}");
        }
    }

    #[test]
    fn old_tokens_are_dropped_with_those_who_look_at_them() {
        let cache = Cache::default();
        cache.put(cached(1));
        let old = cache.read(|one| Arc::downgrade(&one.tokens));
        assert!(old.as_ref().is_some_and(|old| old.upgrade().is_some()));
        cache.put(cached(2));
        assert!(old.is_some_and(|old| old.upgrade().is_none()));
    }

    /// A writer waits for whoever looks at the old tokens, and nobody waits for the writer.
    #[test]
    fn a_writer_that_waits_stops_no_reader() {
        let cache = Cache::default();
        cache.put(cached(1));
        thread::scope(|scope| {
            cache.read(|_| {
                scope.spawn(|| cache.put(cached(2)));
                while number(&cache) != Some(2) {
                    thread::yield_now();
                }
            });
        });
        assert_eq!(number(&cache), Some(2));
    }

    #[test]
    fn readers_see_exchanged_tokens_in_their_order() {
        let cache = Cache::default();
        cache.put(cached(0));
        thread::scope(|scope| {
            let readers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut last = 0;
                        while last < 2_000 {
                            // A writer that laps a reader between two of its looks is not excluded.
                            let Some(seen) = number(&cache) else { continue };
                            assert!(seen >= last, "{seen} after {last}");
                            last = seen;
                        }
                    })
                })
                .collect();
            for next in 1..=2_000 {
                cache.put(cached(next));
            }
            for reader in readers {
                reader.join().unwrap();
            }
        });
    }
}
