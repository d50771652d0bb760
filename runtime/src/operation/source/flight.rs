//! One renewal, and those who wait for it.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::error::Error;
use crate::kept::token_set::TokenSet;

/// What a renewal came to.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Renewed(Arc<TokenSet>),
    Failed(Error),
    /// The tokens that it began with were replaced meanwhile, and it brings nothing.
    Superseded,
}

/// A renewal in flight.
pub(super) struct Flight {
    /// The generation of the tokens that it began with.
    pub(super) generation: u64,
    outcome: Mutex<Option<Outcome>>,
    landed: Notify,
}

impl Flight {
    pub(super) fn new(generation: u64) -> Self {
        Self {
            generation,
            outcome: Mutex::new(None),
            landed: Notify::new(),
        }
    }

    pub(super) fn land(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        self.landed.notify_waiters();
    }

    fn landed_with(&self) -> Option<Outcome> {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.clone()
    }

    /// Waits for the outcome. Whoever stops waiting changes nothing.
    pub(super) async fn outcome(&self) -> Outcome {
        loop {
            let mut landed = pin!(self.landed.notified());
            // Before the look, so that no landing between the two is missed.
            landed.as_mut().enable();
            if let Some(outcome) = self.landed_with() {
                return outcome;
            }
            landed.await;
        }
    }
}
