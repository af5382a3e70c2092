//! Version strings of views: `latest`, or a number to forward-declare or pin.

use alloc::string::String;
use core::fmt;

/// What a definition's `version` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `""` or `latest`: the definition is the current one; numbers are given automatically.
    Latest,
    /// `v7`, `version7`, `V007`: that version.
    Number(i32),
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version; write `latest`, or `v` and a number such as `v2`")]
pub struct VersionError(pub String);

impl Version {
    /// Reads a version string as Feast does: `^v(?:ersion)?(\d+)$` without regard to case.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let error = || VersionError(text.into());
        let lower = text.to_lowercase();
        if lower.is_empty() || lower == "latest" {
            return Ok(Version::Latest);
        }
        let digits = lower.strip_prefix("version").or_else(|| lower.strip_prefix('v')).ok_or_else(error)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        digits.parse().map(Version::Number).map_err(|_| error())
    }
}

/// The canonical spelling: `latest` or `v7`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Latest => f.write_str("latest"),
            Version::Number(number) => write!(f, "v{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (text, version) in [
            ("", Some(Version::Latest)),
            ("Latest", Some(Version::Latest)),
            ("v0", Some(Version::Number(0))),
            ("Version12", Some(Version::Number(12))),
            ("V007", Some(Version::Number(7))),
            ("v", None),
            ("7", None),
            ("v-1", None),
            ("v1 ", None),
            ("v99999999999", None),
        ] {
            assert_eq!(Version::parse(text).ok(), version, "{text}");
        }
    }
}
