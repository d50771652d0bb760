//! What server and workers say to each other, a line a message, and what workers store.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oauth_atlas_store::{Key, Policy};

pub(crate) const ACCOUNTS: u32 = 200;
pub(crate) const WORKERS: usize = 8;

/// How long an access token is good, and how long before its end it is renewed.
pub(crate) const LIFETIME: Duration = Duration::from_millis(3000);
pub(crate) const MARGIN: Duration = Duration::from_millis(1500);

/// Short, so that many leases of dead processes expire in the time of a test.
pub(crate) const POLICY: Policy = Policy {
    lease: Duration::from_millis(2500),
    request: Duration::from_millis(1000),
    patience: Duration::from_secs(20),
};

pub(crate) fn key(account: u32) -> Key {
    Key::new(format!("account/{account}")).expect("a key")
}

pub(crate) fn millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    u64::try_from(since.as_millis()).expect("before the year 500,000,000")
}

pub(crate) fn millis_of(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("a short time")
}

/// Tokens: the refresh token, and the time at which the access token, which is derived from it, ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub refresh: u64,
    pub expires_at: u64,
}

impl Tokens {
    pub fn text(self) -> String {
        format!("{} {}", self.refresh, self.expires_at)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (refresh, expires_at) = text.trim_end().split_once(' ')?;
        Some(Self {
            refresh: refresh.parse().ok()?,
            expires_at: expires_at.parse().ok()?,
        })
    }

    pub fn are_good(self) -> bool {
        self.are_good_at(millis())
    }

    pub fn are_good_at(self, now: u64) -> bool {
        self.expires_at > now + millis_of(MARGIN)
    }
}
