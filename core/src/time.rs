//! Instants as the registry stores them: `google.protobuf.Timestamp` inside the blobs, epoch
//! seconds in the columns, RFC 3339 to people. It never asks what time it is.

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use jiff::{civil, fmt::temporal::DateTimeParser, tz::TimeZone};

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

/// A text that is no date or time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time; write 2026-01-31, 2026-01-31T08:00:00 (UTC) or 2026-01-31T08:00:00+02:00")]
pub struct TimestampError(pub String);

impl Timestamp {
    /// Reads a date or a date with time, as ISO 8601 and RFC 3339 write them. Without an offset it
    /// is UTC, as Feast takes naive datetimes.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let error = || TimestampError(text.into());
        let parser = DateTimeParser::new();
        let instant = match parser.parse_timestamp(text) {
            Ok(instant) => instant,
            Err(_) => {
                let local: civil::DateTime = parser.parse_datetime(text).map_err(|_| error())?;
                local.to_zoned(TimeZone::UTC).map_err(|_| error())?.timestamp()
            }
        };
        let nanos = instant.as_nanosecond();
        let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).map_err(|_| error())?;
        let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).map_err(|_| error())?;
        Ok(Timestamp { seconds, nanos })
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

/// RFC 3339 in UTC with 0, 3, 6 or 9 decimals, as protobuf JSON writes it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(instant) = jiff::Timestamp::from_second(self.seconds) else {
            // Years outside -9999 to 9999, which no calendar text can carry.
            return write!(f, "{}s", self.seconds);
        };
        let date = TimeZone::UTC.to_datetime(instant);
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
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!(time.to_string(), shown);
            assert_eq!(Timestamp::decode(&time.encode()).unwrap(), time);
        }
        assert!(Timestamp::parse("yesterday").is_err());
        assert_eq!(Timestamp { seconds: i64::MAX, nanos: 0 }.to_string(), "9223372036854775807s");
    }
}
