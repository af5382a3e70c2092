//! What went wrong, for a person: as a value, so that it crosses any boundary.

use alloc::string::{String, ToString};

use serde::Serialize;

use crate::{message::MessageError, snapshot::SnapshotError, wire::WireError};

/// A question that has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// For programs; stable.
    pub code: &'static str,
    /// What happened, as a sentence.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with these three.
    pub fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem { code, message: message.into(), hint: Some(hint.into()) }
    }
}

impl From<SnapshotError> for Problem {
    fn from(error: SnapshotError) -> Self {
        const GIVE_ONE: &str = "Open a Feast file registry (registry.db), or export one: `feast-registry registry export \
                                -o registry.pb` writes a file of any registry, databases too.";
        let (code, message, hint) = match &error {
            SnapshotError::Empty => ("empty", "The file is empty.", GIVE_ONE),
            SnapshotError::Sqlite => (
                "sqlite",
                "This is an SQLite database, not a serialized registry.",
                "If it is an SQL registry, export it first: `feast-registry registry export -o registry.pb`.",
            ),
            SnapshotError::NotARegistry(MessageError::Wire {
                source: WireError::Truncated { offset: 1.. },
                ..
            }) => (
                "truncated",
                "The file ends in the middle of an object.",
                "It was probably cut short when it was copied or downloaded: get it again.",
            ),
            SnapshotError::Foreign => {
                ("foreign", "Nothing in this file is part of a Feast registry.", GIVE_ONE)
            }
            SnapshotError::TooLarge { .. } => (
                "too-large",
                "The file has more than 4 GB.",
                "Import it into a database; the commands of `feast-registry` list and search there.",
            ),
            _ => ("not-a-registry", "This is not a serialized Feast registry.", GIVE_ONE),
        };
        let detail = match error {
            SnapshotError::NotARegistry(source) => alloc::format!(" ({source})"),
            _ => String::new(),
        };
        Problem::new(code, message.to_string() + &detail, hint)
    }
}
