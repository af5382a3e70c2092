//! What went wrong, as the viewer is told it.

use std::error::Error as _;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{driver::FailureKind, error::Error};

/// What happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Problem {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Problem { code, message: message.into(), hint: None }
    }

    pub(super) fn answer(self, status: StatusCode) -> Response {
        (status, [(header::CACHE_CONTROL, "no-store")], Json(self)).into_response()
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message += ": ";
                message += &text;
            }
            source = cause.source();
        }
        Problem { code: code(error), message, hint: error.hint() }
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Database(failure) => match failure.kind {
            FailureKind::Denied => "denied",
            FailureKind::MissingTable | FailureKind::MissingDatabase | FailureKind::NotADatabase => "schema",
            _ => "unreachable",
        },
        Error::Schema { .. } => "schema",
        Error::Io { .. } | Error::Snapshot { .. } => "unreadable",
        _ => "failed",
    }
}
