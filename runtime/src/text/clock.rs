//! Time as it is stored, and dates as they are written.

use std::time::{SystemTime, UNIX_EPOCH};

/// Whole seconds since 1970; a clock that is set before counts as 1970.
pub(crate) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The days from 1970-01-01 to a date of the Gregorian calendar, which is not before 1970.
pub(crate) fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    // A year that starts in March ends with its leap day, so that all months before have a fixed
    // length: 153 days for five.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days_to_march_1970 = 1969 * 365 + 1969 / 4 - 1969 / 100 + 1969 / 400 + 306;
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - days_to_march_1970
}
