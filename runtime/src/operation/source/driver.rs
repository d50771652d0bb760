//! Where renewals run: on a thread of their own, so that one goes on to its end whoever waits for it
//! and whatever becomes of the runtime that asked for it.

use std::future::pending;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle};

/// The runtime of the thread, once there is one.
static DRIVER: Mutex<Option<Handle>> = Mutex::new(None);

/// Runs the future to its end.
///
/// # Errors
///
/// When the system gives no thread, or what a runtime needs.
pub(super) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let mut driver = DRIVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*driver {
        drop(handle.spawn(future));
        return Ok(());
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("oauth-atlas".to_owned())
        .spawn(move || runtime.block_on(pending::<()>()))?;
    drop(handle.spawn(future));
    *driver = Some(handle);
    Ok(())
}
