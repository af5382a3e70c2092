//! The service's errors as Feast's clients expect them: a status, and where Feast has an exception for it,
//! JSON with its class, from which its Python clients raise that exception.

use std::error::Error as _;

use feast_registry_core::{kind::Kind, refusal::Refusal};
use tonic::{Code, Status};

use crate::{
    driver::FailureKind,
    error::Error,
    server::{callers::Unidentified, service::ServiceError, workers::Unserved},
};

/// The exception that all of Feast's are.
const FEAST_ERROR: &str = "FeastError";
const NOT_FOUND: &str = "FeastObjectNotFoundException";
/// Details go into a header, of which clients take a few kilobytes.
const MAX_MESSAGE: usize = 2_000;

/// What clients are told of an error, whatever the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Told {
    pub(in crate::server) code: Code,
    /// The exception of Feast's, where it has one.
    pub(in crate::server) class: Option<&'static str>,
    pub(in crate::server) message: String,
}

impl From<Told> for Status {
    fn from(told: Told) -> Self {
        let Told { code, class, message } = told;
        let Some(class) = class else { return Status::new(code, message) };
        // In the words in which Feast's servers send it.
        let message = serde_json::Value::from(message);
        Status::new(
            code,
            format!(r#"{{"module": "feast.errors", "class": "{class}", "message": {message}}}"#),
        )
    }
}

/// The status of an error.
pub(super) fn of(error: &ServiceError) -> Status {
    told(error).into()
}

/// What clients are told of an error.
pub(in crate::server) fn told(error: &ServiceError) -> Told {
    match error {
        ServiceError::Registry(Error::Refused(refusal)) => of_refusal(refusal),
        ServiceError::Registry(error) => plain(code_of_registry_error(error), &chain(error)),
        ServiceError::Unreadable(_) | ServiceError::NoObject | ServiceError::UnknownObjectType(_) => {
            exception(Code::InvalidArgument, FEAST_ERROR, &error.to_string())
        }
        ServiceError::FeatureNotFound { .. } => exception(Code::NotFound, NOT_FOUND, &error.to_string()),
        ServiceError::ReadOnly => {
            exception(Code::FailedPrecondition, "ReadOnlyRegistryException", &error.to_string())
        }
        ServiceError::NeedsOfflineStore { .. } => plain(Code::Unimplemented, &error.to_string()),
    }
}

/// The status of a request of whom nobody knows.
pub(super) fn of_unidentified(unidentified: &Unidentified) -> Status {
    match unidentified {
        Unidentified::Unauthenticated(reason) => Status::unauthenticated(reason.to_string()),
        Unidentified::Unserved(unserved) => of_unserved(*unserved),
    }
}

/// The status of a request that no worker answered.
pub(super) fn of_unserved(unserved: Unserved) -> Status {
    let code = match unserved {
        Unserved::Busy | Unserved::NotBegun => Code::ResourceExhausted,
        Unserved::TooLong => Code::DeadlineExceeded,
        Unserved::Failed => Code::Internal,
    };
    Status::new(code, unserved.to_string())
}

fn of_refusal(refusal: &Refusal) -> Told {
    let told = refusal.to_string();
    match refusal {
        // In Feast's words, which clients show.
        Refusal::NotFound { kind, project, name } => {
            let told = format!("{} {name} does not exist in project {project}", label(*kind));
            exception(Code::NotFound, kind.info().not_found, &told)
        }
        Refusal::ProjectNotFound { name } => {
            let told = format!("Project {name} does not exist");
            exception(Code::NotFound, Kind::Project.info().not_found, &told)
        }
        Refusal::VersionNotFound { project, name, version } => {
            let told =
                format!("Version v{version} of feature view {name} does not exist in project {project}");
            exception(Code::NotFound, "FeatureViewVersionNotFound", &told)
        }
        Refusal::Denied { .. } => {
            let told = format!("Permission error:\n{told}");
            exception(Code::PermissionDenied, "FeastPermissionError", &told)
        }
        Refusal::NothingNamed { .. } | Refusal::UnresolvedProjection { .. } => {
            exception(Code::NotFound, NOT_FOUND, &told)
        }
        // Feast's statuses: INTERNAL for every exception that is not one of the above.
        Refusal::NameConflict { .. } => exception(Code::Internal, "ConflictingFeatureViewNames", &told),
        Refusal::PinConflict { .. } => exception(Code::Internal, "FeatureViewPinConflict", &told),
        Refusal::InvalidName { .. }
        | Refusal::Invalid { .. }
        | Refusal::Duplicate { .. }
        | Refusal::NotMaterializable { .. }
        | Refusal::InvalidInterval { .. }
        | Refusal::InvalidVersion { .. }
        | Refusal::Unreadable { .. }
        | Refusal::InvalidMetadata { .. } => exception(Code::InvalidArgument, FEAST_ERROR, &told),
        Refusal::SpellingConflict { .. } | Refusal::WouldOverwrite { .. } => {
            exception(Code::AlreadyExists, FEAST_ERROR, &told)
        }
        Refusal::Damaged { .. } => exception(Code::DataLoss, FEAST_ERROR, &told),
        Refusal::Several(refusals) => {
            refusals.first().map_or_else(|| plain(Code::Internal, &told), of_refusal)
        }
    }
}

fn code_of_registry_error(error: &Error) -> Code {
    match error {
        Error::Database(failure) => match failure.kind {
            FailureKind::ConnectionLost | FailureKind::Unreachable => Code::Unavailable,
            FailureKind::PoolExhausted | FailureKind::Full => Code::ResourceExhausted,
            FailureKind::Conflict => Code::Aborted,
            FailureKind::ReadOnly | FailureKind::MissingTable | FailureKind::MissingDatabase => {
                Code::FailedPrecondition
            }
            FailureKind::TooLong => Code::InvalidArgument,
            FailureKind::Denied | FailureKind::NotADatabase | FailureKind::Refused => Code::Internal,
        },
        Error::Contended { .. } => Code::Aborted,
        // It may or may not have happened.
        Error::CommitUnknown(_) => Code::Unknown,
        Error::Schema { .. } => Code::FailedPrecondition,
        Error::Refused(_)
        | Error::Snapshot { .. }
        | Error::Export(_)
        | Error::Config(_)
        | Error::Url(_)
        | Error::Parameter(_)
        | Error::Io { .. } => Code::Internal,
    }
}

/// An exception of Feast's.
fn exception(code: Code, class: &'static str, message: &str) -> Told {
    Told { code, class: Some(class), message: shortened(message).into() }
}

/// What Feast has no exception for.
fn plain(code: Code, message: &str) -> Told {
    Told { code, class: None, message: message.into() }
}

/// An error with its causes.
fn chain(error: &Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        told += &format!(": {inner}");
        cause = inner.source();
    }
    shortened(&told).into()
}

fn shortened(message: &str) -> &str {
    message.char_indices().nth(MAX_MESSAGE).and_then(|(end, _)| message.get(..end)).unwrap_or(message)
}

/// `Data source`; all four kinds of view are feature views.
fn label(kind: Kind) -> String {
    let kind = if kind.is_view() { Kind::FeatureView } else { kind };
    let mut label = kind.info().singular.to_owned();
    label.get_mut(..1).map(str::make_ascii_uppercase);
    label
}

/// A code as gRPC spells it: `NOT_FOUND`.
pub(super) fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
