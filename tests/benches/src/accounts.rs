//! Many accounts in one process, each with tokens of its own.

use std::time::{Duration, SystemTime};

use oauth_atlas::{Core, ProviderClient as _, TokenSet, TokenSource};

use crate::bytes_kept;
use crate::providers::basic;

/// Numbers of accounts whose memory and speed are compared.
pub const NUMBERS: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// Accounts none of whose tokens is due.
#[must_use]
pub fn idle(accounts: usize) -> Vec<TokenSource> {
    const LIFETIME: u64 = 3_600_000;
    let client = basic::Client::confidential("id", "secret");
    sources(client.core(), accounts, LIFETIME)
}

/// What an account takes, in a program whose allocator counts.
#[must_use]
pub fn bytes_each(accounts: usize) -> f64 {
    let mut sources = Vec::new();
    bytes_kept(|| sources = idle(accounts)) / accounts as f64
}

/// Accounts whose tokens live for so many seconds, of which each has lived for another share of them.
#[must_use]
pub fn sources(client: &Core, accounts: usize, lifetime: u64) -> Vec<TokenSource> {
    (0..accounts)
        .map(|account| client.token_source(tokens(account, lifetime)))
        .collect()
}

/// The tokens of an account, of whose lifetime some is left.
#[must_use]
pub fn tokens(account: usize, lifetime: u64) -> TokenSet {
    let left = lifetime as f64 * ((account % 1_000) as f64 + 1.0) / 1_000.0;
    TokenSet::new(format!(
        "ya29.a0AfH6SMBx7qJ9kL2mN4pR6sT8uV0wX2yZ4aB6cD8eF{account}"
    ))
    .with_refresh_token(refresh_token(account as u64))
    .with_expires_at(SystemTime::now() + Duration::from_secs_f64(left))
}

/// The refresh token of an account.
#[must_use]
pub fn refresh_token(account: u64) -> String {
    format!("1//0gLr3fr35h-t0k3nL9IrF4bC6dE8fG0hI2jK4lM6nO8pQ0r{account}")
}
