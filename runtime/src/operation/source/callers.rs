//! On which threads async code waits for tokens.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// How many async callers were last polled on which thread: those that go on there, if nothing keeps
/// the thread from polling them.
#[derive(Default)]
pub(super) struct AsyncCallers(Mutex<HashMap<ThreadId, usize>>);

/// One caller, until it is dropped.
pub(super) struct AsyncCaller<'c> {
    callers: &'c AsyncCallers,
    thread: Option<ThreadId>,
}

impl AsyncCallers {
    /// A caller that was not polled yet.
    pub(super) fn caller(&self) -> AsyncCaller<'_> {
        AsyncCaller {
            callers: self,
            thread: None,
        }
    }

    /// Whether an async caller goes on only once this thread is free.
    pub(super) fn wait_on_this_thread(&self) -> bool {
        self.counts().contains_key(&thread::current().id())
    }

    // A count is changed by plain assignments, so it is whole even if a thread panicked meanwhile.
    fn counts(&self) -> MutexGuard<'_, HashMap<ThreadId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncCaller<'_> {
    /// Notes that this thread polls the caller. A task may move from one thread to another.
    pub(super) fn is_polled_here(&mut self) {
        let here = thread::current().id();
        if self.thread != Some(here) {
            self.leave();
            *self.callers.counts().entry(here).or_default() += 1;
            self.thread = Some(here);
        }
    }

    fn leave(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        let mut counts = self.callers.counts();
        if let Some(count) = counts.get_mut(&thread) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&thread);
            }
        }
    }
}

impl Drop for AsyncCaller<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
