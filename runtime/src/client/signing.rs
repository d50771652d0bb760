//! The signatures of one request, of which some have to be waited for.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use crate::client::assertion::Draft;
use crate::client::signer::{Signer, SignerError};
use crate::client::template::sent::Filler;
use crate::error::Error;
use crate::provider::Provider;
use crate::text::clock::unix_seconds;
use crate::text::jwt::signed;
use crate::text::secret::Secret;

/// The signatures of one request.
///
/// A request is built at once, and a signature may take its time. So a request that needs one which
/// is not ready is no request yet: the signature is waited for, and the request is built anew.
#[derive(Default)]
pub struct Signing {
    made: RefCell<Vec<(Purpose, Secret)>>,
    waiting: RefCell<Option<Waiting>>,
}

/// What a JWT of a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To say who the client is.
    Client,
    /// To ask for tokens.
    Grant,
    /// To ask for a login.
    Login,
}

struct Waiting {
    purpose: Purpose,
    message: Arc<str>,
    signature: Signature,
}

type Signature = Pin<Box<dyn Future<Output = Result<Vec<u8>, SignerError>> + Send>>;

impl std::fmt::Debug for Signing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signing").finish_non_exhaustive()
    }
}

impl Signing {
    /// The same, once the signature that is waited for is there.
    ///
    /// # Errors
    ///
    /// When the signer fails.
    pub(crate) async fn finished(mut self, provider: &'static Provider) -> Result<Self, Error> {
        self.finish(provider).await?;
        Ok(self)
    }

    /// The JWT for this purpose.
    ///
    /// # Errors
    ///
    /// Those of [`Draft::message`], when the signer fails, and when it is not ready at once: then
    /// [`Signing::finish`] waits for it.
    pub(crate) fn jwt(
        &self,
        purpose: Purpose,
        draft: &Draft,
        signer: &Arc<dyn Signer>,
        filler: &Filler<'_>,
    ) -> Result<Secret, Error> {
        let made = self.made.borrow();
        if let Some((_, jwt)) = made.iter().find(|(other, _)| *other == purpose) {
            return Ok(jwt.clone());
        }
        let message: Arc<str> = draft.message(&**signer, filler)?.into();
        let (signer, kept) = (Arc::clone(signer), Arc::clone(&message));
        let mut signature: Signature = Box::pin(async move { signer.sign(kept.as_bytes()).await });
        let mut context = Context::from_waker(Waker::noop());
        match signature.as_mut().poll(&mut context) {
            Poll::Ready(Ok(signature)) => Ok(signed(&message, &signature)),
            Poll::Ready(Err(error)) => Err(failed(filler.provider(), &error)),
            Poll::Pending => {
                *self.waiting.borrow_mut() = Some(Waiting {
                    purpose,
                    message,
                    signature,
                });
                Err(filler.error(
                    "the signer is not ready at once: send the operation, instead of building its \
                     request",
                ))
            }
        }
    }

    /// Whether a signature has to be waited for.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.borrow().is_some()
    }

    /// Waits for the signature.
    ///
    /// # Errors
    ///
    /// When the signer fails.
    pub(crate) async fn finish(&mut self, provider: &'static Provider) -> Result<(), Error> {
        if let Some(waiting) = self.waiting.get_mut().take() {
            let signature = waiting.signature.await;
            let signature = signature.map_err(|error| failed(provider, &error))?;
            let jwt = signed(&waiting.message, &signature);
            self.made.get_mut().push((waiting.purpose, jwt));
        }
        Ok(())
    }
}

fn failed(provider: &'static Provider, error: &SignerError) -> Error {
    Error::signer(provider, &**error)
}

/// A JWT that is the client's secret, for as long as it lives.
#[derive(Default)]
pub(crate) struct SignedSecret(Mutex<Option<(Secret, u64)>>);

impl SignedSecret {
    /// The part of its life, one in so many, that is left when another is made.
    const SPARE: u64 = 6;

    pub(crate) fn get(&self, draft: &Draft) -> Option<Secret> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (secret, expires_at) = kept.as_ref()?;
        let spare = (draft.expires_at() - draft.now) / Self::SPARE;
        (draft.now.saturating_add(spare) < *expires_at).then(|| secret.clone())
    }

    pub(crate) fn keep(&self, secret: &Secret, draft: &Draft) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((secret.clone(), draft.expires_at()));
    }
}

/// The time that a JWT is made at.
pub(crate) fn now() -> u64 {
    unix_seconds(SystemTime::now())
}
