//! Errors in the form in which Feast's REST server tells them: `{"status_code", "detail", "error_type"}`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tonic::Code;

use crate::server::{
    callers::Unidentified,
    grpc::status::{Told, told},
    service::ServiceError,
    traffic::Unreceived,
    workers::Unserved,
};

/// A request that is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) detail: String,
    error_type: &'static str,
}

impl Refused {
    /// What Feast calls an `HTTPException`.
    pub(super) fn with(status: StatusCode, detail: impl Into<String>) -> Self {
        Refused { status, detail: detail.into(), error_type: "HTTPException" }
    }

    /// A value that is none, found by more than its form.
    pub(super) fn value(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Refused { status, detail: detail.into(), error_type: "ValueError" }
    }

    /// What is not there.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        let status = StatusCode::NOT_FOUND;
        Refused { status, detail: detail.into(), error_type: "FeastObjectNotFoundException" }
    }

    /// The places where a request is not as it should be; fine where there are none.
    pub(super) fn if_invalid(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() {
            return Ok(());
        }
        let count = problems.len();
        let errors = if count == 1 { "error" } else { "errors" };
        let detail = format!("{count} validation {errors}:\n  {}", problems.join("\n  "));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Err(Refused { status, detail, error_type: "RequestValidationError" })
    }

    /// Whether what it is about is not there.
    pub(super) fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// A failure of the server's own.
    pub(super) fn internal(detail: impl std::fmt::Display) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let detail = format!("Internal server error: {detail}");
        Refused { status, detail, error_type: "InternalServerError" }
    }

    /// What only a server with compute or an offline store has.
    pub(super) fn needs(what: &str) -> Self {
        let detail = format!(
            "{what}; this server has the registry only: ask a Feast server that has the feature store"
        );
        Refused::with(StatusCode::NOT_IMPLEMENTED, detail)
    }
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        let Told { code, class, message } = told(&error);
        let typed = |status, error_type| Refused { status, detail: message.clone(), error_type };
        match (code, class) {
            (Code::NotFound, _) => typed(StatusCode::NOT_FOUND, "FeastObjectNotFoundException"),
            (Code::PermissionDenied, _) => typed(StatusCode::FORBIDDEN, "FeastPermissionError"),
            (Code::InvalidArgument, _) => typed(StatusCode::UNPROCESSABLE_ENTITY, "ValueError"),
            (Code::AlreadyExists | Code::Internal, Some(class)) => typed(StatusCode::CONFLICT, class),
            (Code::FailedPrecondition, Some(class)) => typed(StatusCode::FORBIDDEN, class),
            (Code::Unimplemented, _) => typed(StatusCode::NOT_IMPLEMENTED, "HTTPException"),
            (Code::Unavailable | Code::Aborted | Code::ResourceExhausted | Code::FailedPrecondition, _) => {
                typed(StatusCode::SERVICE_UNAVAILABLE, "HTTPException")
            }
            _ => Refused::internal(message),
        }
    }
}

impl From<Unidentified> for Refused {
    fn from(unidentified: Unidentified) -> Self {
        match unidentified {
            // In Feast's words, whatever the reason.
            Unidentified::Unauthenticated(_) => {
                Refused::with(StatusCode::UNAUTHORIZED, "Invalid or expired access token")
            }
            Unidentified::Unserved(unserved) => unserved.into(),
        }
    }
}

impl From<Unserved> for Refused {
    fn from(unserved: Unserved) -> Self {
        let status = match unserved {
            Unserved::Busy | Unserved::NotBegun => StatusCode::SERVICE_UNAVAILABLE,
            Unserved::TooLong => StatusCode::GATEWAY_TIMEOUT,
            Unserved::Failed => return Refused::internal(unserved),
        };
        Refused::with(status, unserved.to_string())
    }
}

impl From<Unreceived> for Refused {
    fn from(unreceived: Unreceived) -> Self {
        let status = match unreceived {
            Unreceived::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Unreceived::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            Unreceived::TooSlow => StatusCode::GATEWAY_TIMEOUT,
            Unreceived::Broken(_) => StatusCode::BAD_REQUEST,
        };
        Refused::with(status, unreceived.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Refused { status, detail, error_type } = &self;
        let body = json!({"status_code": status.as_u16(), "detail": detail, "error_type": error_type});
        let mut response = (*status, Json(body)).into_response();
        if *status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // For the log.
        response.extensions_mut().insert(self);
        response
    }
}
