//! The default HTTP clients, which all clients share that bring none: a thousand tenants do not open
//! a thousand pools of connections.

use std::future::pending;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::runtime::{Handle, Id};

use crate::http::message::{TransportError, TransportErrorKind};
#[cfg(feature = "blocking")]
use crate::http::reqwest_client::BlockingReqwestClient;
use crate::http::reqwest_client::{ReqwestClient, Route};

/// Clients of one kind, one for each [`Route`], made when they are first needed.
struct Clients<Client>([OnceLock<Client>; 3]);

impl<Client> Clients<Client> {
    const fn new() -> Self {
        Self([const { OnceLock::new() }; 3])
    }

    /// Two threads may both make one; that which comes second is dropped.
    fn get(
        &self,
        route: Route,
        make: fn(Route) -> Result<Client, TransportError>,
    ) -> Result<&Client, TransportError> {
        let cell = &self.0[route as usize];
        match cell.get() {
            Some(client) => Ok(client),
            None => {
                let client = make(route)?;
                Ok(cell.get_or_init(|| client))
            }
        }
    }
}

/// Those of each runtime that runs. A connection is driven by the runtime that opened it, and would
/// stand still for the others whenever that one does.
static OF_RUNTIMES: Mutex<Vec<(Id, Arc<Clients<ReqwestClient>>)>> = Mutex::new(Vec::new());

/// The client for this route in the runtime that calls.
///
/// # Errors
///
/// Outside of a runtime, and when TLS cannot be set up.
pub(crate) fn asynchronous(route: Route) -> Result<ReqwestClient, TransportError> {
    let Ok(runtime) = Handle::try_current() else {
        return Err(TransportError::new(TransportErrorKind::Other).with_source(
            "the default HTTP client needs a tokio runtime: await the request in one, or use \
             another HTTP client",
        ));
    };
    let clients = of_runtime(&runtime);
    clients.get(route, ReqwestClient::with_defaults).cloned()
}

fn of_runtime(runtime: &Handle) -> Arc<Clients<ReqwestClient>> {
    let id = runtime.id();
    let mut all = OF_RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, clients)) = all.iter().find(|(known, _)| *known == id) {
        return Arc::clone(clients);
    }
    let clients = Arc::new(Clients::new());
    all.push((id, Arc::clone(&clients)));
    drop(all);
    // A runtime that ends drops its tasks.
    let end = EndOf(id);
    drop(runtime.spawn(async move {
        pending::<()>().await;
        drop(end);
    }));
    clients
}

/// Forgets the clients of a runtime when it is dropped.
struct EndOf(Id);

impl Drop for EndOf {
    fn drop(&mut self) {
        let mut all = OF_RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = all.iter().position(|(id, _)| *id == self.0);
        let ended = ended.map(|index| all.swap_remove(index));
        drop(all);
        drop(ended);
    }
}

/// The client for this route, for callers without a runtime.
///
/// # Errors
///
/// When TLS cannot be set up.
#[cfg(feature = "blocking")]
pub(crate) fn blocking(route: Route) -> Result<&'static BlockingReqwestClient, TransportError> {
    static ALL: Clients<BlockingReqwestClient> = Clients::new();
    ALL.get(route, BlockingReqwestClient::with_defaults)
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    fn is_kept(id: Id) -> bool {
        let all = OF_RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().any(|(known, _)| *known == id)
    }

    #[test]
    fn a_runtime_has_one_set_of_clients_and_takes_it_with_it() {
        let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
        let (one, other) = (runtime(), runtime());
        let first = of_runtime(one.handle());
        assert!(Arc::ptr_eq(&first, &of_runtime(one.handle())));
        assert!(!Arc::ptr_eq(&first, &of_runtime(other.handle())));
        let id = one.handle().id();
        assert!(is_kept(id));
        drop(one);
        assert!(!is_kept(id));
        assert_eq!(Arc::strong_count(&first), 1);
        assert!(is_kept(other.handle().id()));
    }

    #[test]
    fn a_runtime_is_needed() {
        assert!(asynchronous(Route::Direct).is_err());
    }
}
