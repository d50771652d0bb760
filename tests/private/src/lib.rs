//! A payment desk: its people log in at the company's own identity provider, connect their accounts at
//! Kraken, and the desk itself books what was paid.

use oauth_atlas::kraken;
use oauth_atlas::{Error, Login, Method, TokenSource};

use providers::vaultline;

/// The company's own providers, one a file in `specs/`.
pub mod providers {
    oauth_atlas::include_providers!();
}

/// The desk, as it is registered with both providers.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Where its people have their accounts.
    pub vaultline: vaultline::Client,
    /// Where they have their coins.
    pub kraken: kraken::Client,
}

impl Desk {
    /// Where to send somebody who wants to log in.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration.
    pub fn log_in(&self) -> Result<Login, Error> {
        self.vaultline
            .authorize([vaultline::Scope::StaffRead])
            .start()
    }

    /// Where to send somebody who wants the desk to see their balances.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration.
    pub fn connect_kraken(&self) -> Result<Login, Error> {
        self.kraken
            .authorize([kraken::Scope::FastApiKeyFundsQuery])
            .start()
    }

    /// The desk's own tokens, kept fresh.
    #[must_use]
    pub fn own_tokens(&self) -> TokenSource {
        self.vaultline
            .client_credentials([vaultline::Scope::LedgerWrite])
            .token_source()
    }

    /// Books a payment, and says what the ledger answered.
    ///
    /// # Errors
    ///
    /// What went wrong on the way to the ledger.
    pub async fn book(&self, tokens: &TokenSource, payment: &str) -> Result<u16, Error> {
        let answer = tokens
            .call_api(Method::POST, "/ledger")
            .body("text/plain", payment)
            .await?;
        Ok(answer.status())
    }
}
