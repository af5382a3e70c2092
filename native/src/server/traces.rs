//! Traces of requests, as OpenTelemetry has them: a span each, below the span of the client where it sends one
//! (`traceparent`). They are sent over OTLP to where the environment says; where it says nothing there are none.

use std::{
    borrow::Cow,
    env,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use http::HeaderMap;
use opentelemetry::{
    Context, Key, KeyValue,
    propagation::TextMapPropagator as _,
    trace::{Span as _, SpanKind, Status, TraceContextExt as _, TraceId, Tracer as _, TracerProvider as _},
};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, Span},
};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

/// The service and the scope, where the environment gives it no other name.
const NAME: &str = "feast-registry";
const SERVICE_NAME: Key = Key::from_static_str("service.name");
/// The header in which a client says which span of its own a request belongs to.
const PARENT: &str = "traceparent";
/// The one by which they are sent.
const PROTOCOL: &str = "http/protobuf";
/// How long a collector may take, as OpenTelemetry has it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What makes spans, where they are sent.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// The environment asks for what cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// Another protocol than [`PROTOCOL`].
    #[error("traces cannot be sent by `{protocol}`, as `{variable}` says")]
    Protocol {
        /// Which says so.
        variable: &'static str,
        /// What it says.
        protocol: String,
    },
    /// What it says is not to be understood.
    #[error("traces cannot be sent as `OTEL_EXPORTER_OTLP_*` say")]
    Settings(#[from] ExporterBuildError),
}

/// Traces that are sent; what is left goes out with the value's end.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send traces, where the environment names a collector.
    ///
    /// # Errors
    /// [`TracesError`].
    pub fn begin() -> Result<Option<Self>, TracesError> {
        let is = |name: &str, value: &str| env::var(name).is_ok_and(|is| is.eq_ignore_ascii_case(value));
        let is_named = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let collectors = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
        if !collectors.into_iter().any(is_named)
            || is("OTEL_SDK_DISABLED", "true")
            || is("OTEL_TRACES_EXPORTER", "none")
        {
            return Ok(None);
        }
        for variable in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            match env::var(variable) {
                Ok(protocol) if !protocol.is_empty() && protocol != PROTOCOL => {
                    return Err(TracesError::Protocol { variable, protocol });
                }
                _ => {}
            }
        }
        let exporter = SpanExporter::builder().with_http().with_http_client(Client::new()).build()?;
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource());
        let provider = provider.build();
        TRACER.get_or_init(|| provider.tracer(NAME));
        Ok(Some(Traces(provider)))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!("the last traces were not sent: {error}");
        }
    }
}

/// Who sends: as the environment says, and by the name that it gives.
fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_attribute(version);
    let said = Resource::builder().build().get(&SERVICE_NAME);
    match said.is_some_and(|name| !name.as_str().starts_with("unknown_service")) {
        true => resource.build(),
        false => resource.with_service_name(NAME).build(),
    }
}

/// A request's span; it ends with the value.
pub(super) struct Traced {
    span: Option<Span>,
    /// Its trace, or that of the client, where spans are not sent.
    trace: TraceId,
}

impl Traced {
    /// Begins the span of a request with these headers.
    pub(super) fn begin(
        headers: &HeaderMap,
        name: Cow<'static, str>,
        facts: impl FnOnce() -> Vec<KeyValue>,
    ) -> Self {
        let parent = match headers.contains_key(PARENT) {
            true => {
                TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers))
            }
            false => Context::new(),
        };
        let span = TRACER.get().map(|tracer| {
            let span = tracer.span_builder(name).with_kind(SpanKind::Server).with_attributes(facts());
            span.start_with_context(tracer, &parent)
        });
        let own = span.as_ref().map(|span| span.span_context().trace_id());
        let trace = own.unwrap_or_else(|| parent.span().span_context().trace_id());
        Traced { span, trace }
    }

    /// The trace, by which logs are found.
    pub(super) fn id(&self) -> Option<String> {
        (self.trace != TraceId::INVALID).then(|| self.trace.to_string())
    }

    /// The end of the request, with its status.
    pub(super) fn end(mut self, status: impl FnOnce() -> KeyValue, has_failed: bool) {
        let Some(span) = &mut self.span else { return };
        span.set_attribute(status());
        if has_failed {
            span.set_status(Status::error(""));
        }
    }
}

/// What sends, on the thread that collects spans.
#[derive(Debug)]
struct Client(Agent);

impl Client {
    fn new() -> Self {
        let trusted = rustls_native_certs::load_native_certs().certs;
        let roots = trusted.into_iter().map(|certificate| Certificate::from_der(&certificate).to_owned());
        let tls = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(roots.collect()))).build();
        let config = Agent::config_builder().tls_config(tls).timeout_global(Some(PATIENCE));
        Client(config.http_status_as_error(false).build().into())
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, mut body) = self.0.run(request.map(Vec::from))?.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}
