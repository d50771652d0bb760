//! Time as it is stored.

use std::time::{SystemTime, UNIX_EPOCH};

/// Whole seconds since 1970; a clock that is set before counts as 1970.
pub(crate) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
