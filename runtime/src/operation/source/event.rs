//! Events of token sources.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::error::Error;
use crate::kept::token_set::TokenSet;

/// The result of a refresh. See [`TokenSource::on_event`](crate::TokenSource::on_event).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum TokenEvent<'event> {
    /// There are new tokens. No caller has got them yet.
    Renewed(&'event TokenSet),
    /// The refresh failed. The source will try again.
    Failed(&'event Error),
    /// The refresh failed, and only a new login helps ([`Error::needs_login`]).
    LoginRequired(&'event Error),
}

type Listener = dyn Fn(TokenEvent<'_>) + Send + Sync;

/// Made when there is one: most sources have none.
#[derive(Default)]
pub(super) struct Listeners(OnceLock<Box<RwLock<Vec<Arc<Listener>>>>>);

#[cfg(feature = "store")]
impl Clone for Listeners {
    fn clone(&self) -> Self {
        let listeners = self.all();
        let copy = Self::default();
        if !listeners.is_empty() {
            let _ = copy.0.set(Box::new(RwLock::new(listeners)));
        }
        copy
    }
}

impl Listeners {
    pub(super) fn add(&self, listener: impl Fn(TokenEvent<'_>) + Send + Sync + 'static) {
        let listeners = self.0.get_or_init(Box::default).write();
        let mut listeners = listeners.unwrap_or_else(PoisonError::into_inner);
        listeners.push(Arc::new(listener));
    }

    fn all(&self) -> Vec<Arc<Listener>> {
        let Some(listeners) = self.0.get() else {
            return Vec::new();
        };
        let listeners = listeners.read().unwrap_or_else(PoisonError::into_inner);
        listeners.clone()
    }

    /// Tells everybody. A listener that panics loses neither the tokens nor the others' turn.
    pub(super) fn tell(&self, event: TokenEvent<'_>) {
        #[cfg(feature = "tracing")]
        log(event);
        for listener in self.all() {
            let _ = catch_unwind(AssertUnwindSafe(|| listener(event)));
        }
    }
}

#[cfg(feature = "tracing")]
const TARGET: &str = "oauth_atlas::token_source";

#[cfg(feature = "tracing")]
fn log(event: TokenEvent<'_>) {
    match event {
        TokenEvent::Renewed(tokens) => {
            let expires_in = tokens.expires_in().map(|left| left.as_secs());
            tracing::info!(target: TARGET, event = "renewed", expires_in);
        }
        TokenEvent::Failed(error) => {
            let retry_after = error.retry_after().map(|wait| wait.as_secs());
            tracing::warn!(
                target: TARGET,
                event = "failed",
                provider = error.provider(),
                status = error.status(),
                code = error.code_text(),
                retry_after,
            );
        }
        TokenEvent::LoginRequired(error) => {
            tracing::error!(
                target: TARGET,
                event = "login_required",
                provider = error.provider(),
                status = error.status(),
                code = error.code_text(),
            );
        }
    }
}

#[cfg(all(test, feature = "tracing"))]
mod tests {
    use std::fmt::{Debug, Write as _};
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::TARGET;
    use crate::operation::source::tests::{DOWN, GONE, NEW, Server, source, tokens};

    /// Hears what is logged by this thread.
    #[derive(Clone, Default)]
    struct Ear(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0, " {field}={value:?}").unwrap();
        }
    }

    impl Subscriber for Ear {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == TARGET
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut line = Line(event.metadata().level().to_string());
            event.record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_log_says_what_became_of_a_renewal_and_no_token() {
        let ear = Ear::default();
        let server = Server::open([NEW, DOWN, GONE]);
        let source = source(&server, -1);
        tracing::subscriber::with_default(ear.clone(), || {
            for _ in 0..3 {
                let _ = source.tokens_blocking();
                source.replace(tokens(-1));
            }
        });
        let lines = ear.0.lock().unwrap().clone();
        let starts = [
            r#"INFO event="renewed" expires_in="#,
            r#"WARN event="failed" provider="Acme" status=503"#,
            r#"ERROR event="login_required" provider="Acme" status=400 code="invalid_grant""#,
        ];
        assert_eq!(lines.len(), starts.len(), "{lines:?}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line}");
        }
    }
}
