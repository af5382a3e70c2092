//! Instants as the registry stores them: `google.protobuf.Timestamp` inside the blobs, epoch
//! seconds in the columns, RFC 3339 to people. It never asks what time it is.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, ops::RangeInclusive};

use jiff::{SignedDuration, civil::DateTime, fmt::temporal::DateTimeParser};

use crate::wire::{self, WireError};

/// An instant: seconds and nanoseconds since 1970-01-01T00:00:00Z, UTC.
///
/// Feast writes microseconds; nanoseconds written by others are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds, negative before 1970.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanos: u32,
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The longest `google.protobuf.Duration`, about 10,000 years in seconds.
pub(crate) const MAX_DURATION: u64 = 315_576_000_000;

/// A text that is no date or time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time; write 2026-01-31, 2026-01-31T08:00:00 (UTC) or 2026-01-31T08:00:00+02:00")]
pub struct TimestampError(pub String);

impl Timestamp {
    /// The first and the last second that `google.protobuf.Timestamp` allows: the years 1 to 9999.
    const CALENDAR: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

    /// Whether a calendar has this instant. Feast fails on one that it has not.
    pub fn is_calendar(self) -> bool {
        Self::CALENDAR.contains(&self.seconds)
    }

    /// Milliseconds since the epoch, as far as 64 bits go.
    pub fn millis(self) -> i64 {
        self.seconds.saturating_mul(1000).saturating_add(i64::from(self.nanos / 1_000_000))
    }

    /// Reads a date or a date with time, as ISO 8601 and RFC 3339 write them, of the years 1 to 9999.
    /// Without an offset it is UTC, as Feast takes naive datetimes.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let error = || TimestampError(text.into());
        // jiff's own instants end a day before the year does; its civil times do not.
        let pieces = DateTimeParser::new().parse_pieces(text).map_err(|_| error())?;
        let time = pieces.date().to_datetime(pieces.time().unwrap_or_default());
        // A time zone by name alone would need a database of them.
        let offset = match (pieces.to_numeric_offset(), pieces.time_zone_annotation()) {
            (None, Some(_)) => return Err(error()),
            (offset, _) => offset.map_or(0, |offset| i64::from(offset.seconds())),
        };
        let since = time.duration_since(EPOCH);
        let nanos = since.as_nanos() - i128::from(offset) * 1_000_000_000;
        let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).map_err(|_| error())?;
        let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).map_err(|_| error())?;
        Some(Timestamp { seconds, nanos }).filter(|time| time.is_calendar()).ok_or_else(error)
    }

    /// Reads a `google.protobuf.Timestamp`; nanoseconds out of range become 0.
    pub fn decode(message: &[u8]) -> Result<Self, WireError> {
        let seconds = wire::last_varint(message, 1)?.unwrap_or(0) as i64;
        let nanos = wire::last_varint(message, 2)?.and_then(|n| u32::try_from(n).ok());
        Ok(Timestamp { seconds, nanos: nanos.filter(|n| *n < 1_000_000_000).unwrap_or(0) })
    }

    /// The bytes of this instant as a `google.protobuf.Timestamp`.
    pub fn encode(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16);
        if self.seconds != 0 {
            wire::put_varint(&mut out, 1, self.seconds as u64);
        }
        if self.nanos != 0 {
            wire::put_varint(&mut out, 2, u64::from(self.nanos));
        }
        out
    }
}

/// RFC 3339 in UTC with 0, 3, 6 or 9 decimals, as protobuf JSON writes it. What no calendar has is shown
/// as seconds, which cannot be read back.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = SignedDuration::from_secs(self.seconds);
        let Some(date) = EPOCH.checked_add(since).ok().filter(|_| self.is_calendar()) else {
            return write!(f, "{}s", self.seconds);
        };
        let (y, m, d) = (date.year(), date.month(), date.day());
        let (h, min, s) = (date.hour(), date.minute(), date.second());
        write!(f, "{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}{}Z", decimals(self.nanos))
    }
}

/// A fraction of a second with 0, 3, 6 or 9 digits, point included.
pub(crate) fn decimals(nanos: u32) -> String {
    match nanos {
        0 => String::new(),
        n if n % 1_000_000 == 0 => format!(".{:03}", n / 1_000_000),
        n if n % 1_000 == 0 => format!(".{:06}", n / 1_000),
        n => format!(".{n:09}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn texts_and_instants() {
        for (text, shown) in [
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31T08:00:00", "2026-01-31T08:00:00Z"),
            ("2026-01-31 08:00:00.25", "2026-01-31T08:00:00.250Z"),
            ("2026-01-31T08:00:00+02:00", "2026-01-31T06:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!(time.to_string(), shown);
            assert_eq!(Timestamp::decode(&time.encode()).unwrap(), time);
        }
        for text in [
            "yesterday",
            "0000-12-31T23:59:59Z",
            "-000001-01-01",
            "9999-12-31T23:59:59-00:01",
            "2026-01-31T08:00:00[Europe/Berlin]",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
        assert_eq!(Timestamp { seconds: i64::MAX, nanos: 0 }.to_string(), "9223372036854775807s");
    }
}
