//! Where connections come from.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Socket};

use super::failed;
use crate::error::StoreError;

/// A connection that was borrowed, which goes back when it is dropped.
pub trait Connection: Deref<Target = Client> + Send + Sync {}

impl<C: Deref<Target = Client> + Send + Sync> Connection for C {}

/// What [`Connections::get`] returns.
pub type ConnectionFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Box<dyn Connection>, StoreError>> + Send + 'a>>;

/// A pool, or whatever else has connections.
///
/// ```
/// # #[cfg(feature = "postgres")] {
/// use oauth_atlas_store::postgres::{Connection, ConnectionFuture, Connections};
/// use oauth_atlas_store::{StoreError, StoreErrorKind};
/// # struct Pool;
/// # impl Pool {
/// #     async fn get_owned(&self) -> Result<std::sync::Arc<tokio_postgres::Client>, String> {
/// #         Err(String::new())
/// #     }
/// # }
///
/// struct Pooled(Pool);
///
/// impl Connections for Pooled {
///     fn get(&self) -> ConnectionFuture<'_> {
///         Box::pin(async {
///             match self.0.get_owned().await {
///                 Ok(connection) => Ok(Box::new(connection) as Box<dyn Connection>),
///                 Err(error) => {
///                     let kind = StoreErrorKind::Unavailable;
///                     Err(StoreError::new(kind, "postgres", error.to_string()))
///                 }
///             }
///         })
///     }
/// }
/// # }
/// ```
pub trait Connections: Send + Sync {
    /// A connection that works, as far as is known.
    fn get(&self) -> ConnectionFuture<'_>;
}

/// One connection for all, made when it is needed and again when it is lost. Operations share it without waiting
/// for each other's answers, so it goes a long way.
pub struct Reconnecting<T> {
    config: Config,
    tls: T,
    client: Mutex<Option<Arc<Client>>>,
}

impl<T> Reconnecting<T> {
    /// Connects as the configuration says, with this TLS ([`tokio_postgres::NoTls`] on one machine).
    pub fn new(config: Config, tls: T) -> Self {
        Self {
            config,
            tls,
            client: Mutex::new(None),
        }
    }
}

impl<T> Connections for Reconnecting<T>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    fn get(&self) -> ConnectionFuture<'_> {
        Box::pin(async {
            let mut slot = self.client.lock().await;
            let client = match slot.as_ref().filter(|client| !client.is_closed()) {
                Some(client) => Arc::clone(client),
                None => {
                    let connected = self.config.connect(self.tls.clone()).await;
                    let (client, connection) = connected.map_err(|error| failed(&error))?;
                    // It ends with its client, and its error is that of whatever was asked meanwhile.
                    tokio::spawn(connection);
                    Arc::clone(slot.insert(Arc::new(client)))
                }
            };
            Ok(Box::new(client) as Box<dyn Connection>)
        })
    }
}

impl<T> fmt::Debug for Reconnecting<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reconnecting")
            .finish_non_exhaustive()
    }
}
