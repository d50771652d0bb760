//! What files and SQLite need of a runtime, where there is one.

#[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;

#[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
use crate::error::{StoreError, StoreErrorKind};

/// Runs what blocks on a thread for it. Outside Tokio, on this one. It runs to its end even if the
/// future is dropped.
#[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
pub(crate) async fn off_thread<T: Send + 'static>(
    store: &'static str,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let Ok(handle) = Handle::try_current() else {
        return work();
    };
    match handle.spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(StoreError::new(
                StoreErrorKind::Unavailable,
                store,
                "the async runtime is shutting down",
            )),
        },
    }
}

/// A pause. Outside Tokio, the thread sleeps.
pub(crate) async fn pause(duration: Duration) {
    if Handle::try_current().is_ok() {
        tokio::time::sleep(duration).await;
    } else {
        thread::sleep(duration);
    }
}
