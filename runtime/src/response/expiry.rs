//! When tokens expire, in the ways that providers say it.

use crate::provider::Expiry;
use crate::text::clock::days_since_1970;
use crate::text::json::Json;

/// A value that tells no time.
pub(crate) struct NoTime;

/// The second since 1970 at which a token expires that came in the second `now`.
///
/// Zero says that there is no expiry to tell, whatever it counts: a token that has expired when it
/// comes is of no use, and servers send zero for tokens that do not expire. So do dates before
/// 1970, which are the zero of some servers' clocks.
pub(crate) fn expires_at(value: &Json, expiry: Expiry, now: u64) -> Result<Option<u64>, NoTime> {
    let number = match expiry {
        Expiry::DateTime => return date_time(value),
        _ => seconds(value)?.filter(|number| *number > 0),
    };
    Ok(number.map(|number| match expiry {
        Expiry::Milliseconds => now.saturating_add(number / 1000),
        Expiry::UnixMilliseconds => number / 1000,
        Expiry::UnixSeconds => number,
        Expiry::Seconds | Expiry::DateTime => now.saturating_add(number),
    }))
}

/// What a value of this kind is called, for an error.
pub(crate) fn described(expiry: Expiry) -> &'static str {
    match expiry {
        Expiry::Seconds | Expiry::UnixSeconds => "a number of seconds",
        Expiry::Milliseconds | Expiry::UnixMilliseconds => "a number of milliseconds",
        Expiry::DateTime => "a date and time of RFC 3339",
    }
}

/// Reads a number, or a text that is one, its fraction dropped. `null` and an empty text are no
/// value.
pub(crate) fn seconds(value: &Json) -> Result<Option<u64>, NoTime> {
    if let Some(seconds) = value.as_u64() {
        return Ok(Some(seconds));
    }
    let number = match value {
        Json::Null => return Ok(None),
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match text.expose().trim() {
            "" => return Ok(None),
            text => match text.parse() {
                Ok(seconds) => return Ok(Some(seconds)),
                Err(_) => text.parse().map_err(|_| NoTime)?,
            },
        },
        _ => return Err(NoTime),
    };
    if number.is_finite() && number >= 0.0 {
        // The cast drops the fraction, and a number beyond all clocks becomes the largest one.
        Ok(Some(number as u64))
    } else {
        Err(NoTime)
    }
}

fn date_time(value: &Json) -> Result<Option<u64>, NoTime> {
    let text = match value {
        Json::Null => return Ok(None),
        Json::String(text) => text.expose().trim(),
        _ => return Err(NoTime),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let seconds = rfc3339(text).ok_or(NoTime)?;
    Ok(u64::try_from(seconds).ok().filter(|seconds| *seconds > 0))
}

/// Reads `1994-11-06T08:49:37.5+01:00` (RFC 3339 §5.6) as seconds since 1970, the fraction dropped.
/// The colon of the offset may be missing, as it is in ISO 8601's other form.
fn rfc3339(text: &str) -> Option<i64> {
    let mut rest = text.as_bytes();
    let year = digits(&mut rest, 4)?;
    let month = after(&mut rest, b"-", 2)?;
    let day = after(&mut rest, b"-", 2)?;
    let hour = after(&mut rest, b"Tt ", 2)?;
    let minute = after(&mut rest, b":", 2)?;
    let second = after(&mut rest, b":", 2)?;
    if let [b'.', fraction @ ..] = rest {
        let length = fraction.iter().take_while(|byte| byte.is_ascii_digit());
        let length = length.count();
        if length == 0 {
            return None;
        }
        rest = &fraction[length..];
    }
    let offset = offset(rest)?;
    // A leap second is written as 60.
    let in_range = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range {
        return None;
    }
    if year < 1970 {
        return Some(0);
    }
    let days = days_since_1970(year, month, day);
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some(i64::try_from(seconds).ok()? - offset)
}

/// How many seconds a clock with this offset is ahead of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match text {
        b"Z" | b"z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let hours = digits(&mut rest, 2)?;
    rest = rest.strip_prefix(b":").unwrap_or(rest);
    let minutes = digits(&mut rest, 2)?;
    if hours > 23 || minutes > 59 || !rest.is_empty() {
        return None;
    }
    Some(sign * i64::try_from((hours * 60 + minutes) * 60).ok()?)
}

fn after(rest: &mut &[u8], separators: &[u8], count: usize) -> Option<u64> {
    let (separator, number) = rest.split_first()?;
    if !separators.contains(separator) {
        return None;
    }
    *rest = number;
    digits(rest, count)
}

/// Reads this many digits, not more than a `u64` has.
fn digits(rest: &mut &[u8], count: usize) -> Option<u64> {
    let (digits, after) = rest.split_at_checked(count)?;
    *rest = after;
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u64::from(digit - b'0'))
    })
}

fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn read(json: &str, expiry: Expiry) -> Option<Option<u64>> {
        let value = Json::parse(json.as_bytes()).unwrap();
        expires_at(&value, expiry, NOW).ok()
    }

    #[test]
    fn numbers_count_from_now_or_from_1970() {
        for (json, expiry, expected) in [
            ("3600", Expiry::Seconds, Some(NOW + 3600)),
            ("3600999", Expiry::Milliseconds, Some(NOW + 3600)),
            ("\"1700003600\"", Expiry::UnixSeconds, Some(NOW + 3600)),
            ("1700003600.9", Expiry::UnixSeconds, Some(NOW + 3600)),
            ("1700003600999", Expiry::UnixMilliseconds, Some(NOW + 3600)),
            ("1.7000036e12", Expiry::UnixMilliseconds, Some(NOW + 3600)),
            ("1", Expiry::UnixSeconds, Some(1)),
            ("1", Expiry::Milliseconds, Some(NOW)),
            ("1e300", Expiry::Milliseconds, Some(NOW + u64::MAX / 1000)),
            ("1e300", Expiry::Seconds, Some(u64::MAX)),
        ] {
            assert_eq!(read(json, expiry), Some(expected), "{json} {expiry:?}");
        }
    }

    #[test]
    fn zero_and_nothing_tell_no_expiry() {
        for expiry in [
            Expiry::Seconds,
            Expiry::Milliseconds,
            Expiry::UnixSeconds,
            Expiry::UnixMilliseconds,
        ] {
            for json in ["0", "\"0\"", "null", "\"\""] {
                assert_eq!(read(json, expiry), Some(None), "{json} {expiry:?}");
            }
            for json in ["-1", "false", "{}", "\"soon\"", "\"2026-11-23T00:00:00Z\""] {
                assert_eq!(read(json, expiry), None, "{json} {expiry:?}");
            }
        }
    }

    #[test]
    fn dates_are_those_of_rfc_3339() {
        for (text, seconds) in [
            ("1985-04-12T23:20:50.52Z", 482_196_050),
            ("1996-12-19T16:39:57-08:00", 851_042_397),
            ("1990-12-31T15:59:60-08:00", 662_688_000),
            ("1937-01-01T12:00:27.87+00:20", 0),
            ("2026-11-23 04:43:23z", 1_795_409_003),
            ("2024-02-29t00:00:00+0000", 1_709_164_800),
            ("9999-12-31T23:59:59-23:59", 253_402_387_139),
        ] {
            let json = format!("\"{text}\"");
            let expected = Some(seconds).filter(|seconds| *seconds > 0);
            assert_eq!(read(&json, Expiry::DateTime), Some(expected), "{text}");
        }
    }

    #[test]
    fn dates_without_a_meaning_are_errors() {
        for text in [
            "2026-11-23",
            "2026-11-23T04:43:23",
            "2026-11-23T04:43Z",
            "2026-13-23T04:43:23Z",
            "2026-00-23T04:43:23Z",
            "2026-11-31T04:43:23Z",
            "2026-02-29T04:43:23Z",
            "2100-02-29T04:43:23Z",
            "2026-11-00T04:43:23Z",
            "2026-11-23T24:43:23Z",
            "2026-11-23T04:60:23Z",
            "2026-11-23T04:43:23.Z",
            "2026-11-23T04:43:23+24:00",
            "2026-11-23T04:43:23+01:60",
            "2026-11-23T04:43:23+01:00x",
            "2026-11-23T04:43:23+1",
            "2026-11-23T04:43:23Zulu",
            "+026-11-23T04:43:23Z",
            "2026-11-23T04:43:2é",
            "1795409003",
            "soon",
        ] {
            assert_eq!(
                read(&format!("\"{text}\""), Expiry::DateTime),
                None,
                "{text}"
            );
        }
        assert_eq!(read("1795409003", Expiry::DateTime), None);
        assert_eq!(read("null", Expiry::DateTime), Some(None));
        assert_eq!(read("\" \"", Expiry::DateTime), Some(None));
    }

    #[test]
    fn dates_count_from_the_first_of_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:01Z", Some(1)),
            ("1970-12-31T23:59:59Z", Some(365 * 86_400 - 1)),
            ("1969-12-31T23:59:59Z", Some(0)),
        ] {
            assert_eq!(rfc3339(text), expected, "{text}");
        }
    }

    #[test]
    fn zero_times_of_other_clocks_tell_no_expiry() {
        for text in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00+05:00"] {
            assert_eq!(read(&format!("\"{text}\""), Expiry::DateTime), Some(None));
        }
    }
}
