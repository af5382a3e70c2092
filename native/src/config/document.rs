//! Typed access to a YAML map, as strict as Feast's pydantic models are: no text passes for a
//! number, no number for a text.

use std::time::Duration;

use serde_yaml::{Mapping, Value};

use super::error::Problem;

/// A YAML map and the path of keys that leads to it.
#[derive(Clone, Copy)]
pub(super) struct Document<'a> {
    pub(super) map: &'a Mapping,
    pub(super) prefix: &'a str,
}

impl<'a> Document<'a> {
    /// The path of a key.
    pub(super) fn path(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}.{key}", self.prefix) }
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).map(untagged)
    }

    fn read<T>(
        &self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(value) = self.value(key) else { return Ok(None) };
        match read(value) {
            Some(read) => Ok(Some(read)),
            None => Err(self.mismatch(key, expected, value)),
        }
    }

    pub(super) fn mismatch(&self, key: &str, expected: &'static str, value: &Value) -> Problem {
        Problem::Mismatch { key: self.path(key), expected, found: describe(value) }
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Problem> {
        self.read(key, "a string", Value::as_str)
    }

    /// A text, or absent as `null`.
    pub(super) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Problem> {
        match self.value(key) {
            Some(Value::Null) => Ok(None),
            _ => self.text(key),
        }
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, Problem> {
        self.read(key, "true or false", as_flag)
    }

    pub(super) fn integer(&self, key: &str) -> Result<Option<i64>, Problem> {
        self.read(key, "an integer", as_integer)
    }

    /// Seconds, fractions allowed.
    pub(super) fn seconds(&self, key: &str) -> Result<Option<f64>, Problem> {
        let seconds = |value: &Value| as_integer(value).map(|whole| whole as f64).or(value.as_f64());
        self.read(key, "a number of seconds", |value| seconds(value).filter(|seconds| seconds.is_finite()))
    }

    pub(super) fn map(&self, key: &str) -> Result<Option<&'a Mapping>, Problem> {
        // What was meant to be a map may hold a password.
        self.read(key, "a map", Value::as_mapping).map_err(|problem| match problem {
            Problem::Mismatch { key, expected, .. } => {
                let found = self.map.get(key.rsplit('.').next().unwrap_or_default()).map_or("", kind);
                Problem::Mismatch { key, expected, found: found.into() }
            }
            other => other,
        })
    }
}

/// Seconds as a duration; below zero is none.
pub(super) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
}

/// A text as a message may repeat it: a URL that landed in the wrong place may hold a password.
pub(super) fn shown(text: &str) -> &str {
    if text.contains('@') { "..." } else { text }
}

/// What a value is, for a message: scalars as they are.
pub(super) fn describe(value: &Value) -> String {
    match untagged(value) {
        Value::Bool(flag) => format!("{flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if shown(text) != text => "a string".into(),
        Value::String(text) => format!("the string {text:?}"),
        other => kind(other).into(),
    }
}

fn kind(value: &Value) -> &'static str {
    match untagged(value) {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a map",
        Value::Tagged(_) => "a tagged value",
    }
}

/// Python's YAML reads `yes`, `on` and their like as booleans, too.
pub(super) fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.as_str() {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Python's YAML reads `1_000` as an integer, too.
pub(super) fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) if text.contains('_') && text.starts_with(|c: char| c.is_ascii_digit()) => {
            text.replace('_', "").parse().ok()
        }
        _ => None,
    }
}

fn untagged(value: &Value) -> &Value {
    match value {
        Value::Tagged(tagged) => untagged(&tagged.value),
        other => other,
    }
}
