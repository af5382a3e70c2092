//! The only place that reads the wall clock and the operating system's randomness.

use std::hash::{BuildHasher, RandomState};

/// Seconds and nanoseconds since the Unix epoch, cut to whole microseconds, which is what Feast
/// keeps. A clock set before 1970 reads as the epoch.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that may")]
pub fn now() -> (i64, u32) {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
    (seconds, since_epoch.subsec_micros() * 1_000)
}

/// Sixteen unpredictable bytes, for identifiers; not for keys.
#[must_use]
pub fn entropy() -> [u8; 16] {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // Still distinct per process and call: the standard library's hash seeds.
        let (low, high) = bytes.split_at_mut(8);
        low.copy_from_slice(&RandomState::new().hash_one(now()).to_le_bytes());
        high.copy_from_slice(&RandomState::new().hash_one(now()).to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_after_2020_and_whole_microseconds() {
        let (seconds, nanos) = now();
        assert!(seconds > 1_577_836_800);
        assert_eq!(nanos % 1_000, 0);
    }

    #[test]
    fn entropy_differs() {
        assert_ne!(entropy(), entropy());
    }
}
