//! Days, as specs write them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// The current one in UTC, so that a day never depends on where it is asked for.
    pub fn today() -> Self {
        Self(Timestamp::now().to_zoned(TimeZone::UTC).date())
    }

    /// How many days lie between an earlier day and this one.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0.duration_since(earlier.0)).as_hours() / 24
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error| error.to_string())
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        assert_eq!(day("2024-03-01").since(day("2024-02-28")), 2);
        assert_eq!(day("2027-11-23").since(day("2026-11-23")), 365);
        assert_eq!(day("2026-11-22").since(day("2026-11-23")), -1);
        assert!("2026-02-30".parse::<Day>().is_err());
    }
}
