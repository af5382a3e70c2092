//! Traces, where OpenTelemetry's variables name a collector, which here is a small one on loopback.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use feast_registry_tests::{
    http,
    loopback::{Loopback, LoopbackRequest},
    registry_server::RegistryServer,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value as Any},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use prost::Message as _;
use serde_json::{Value, json};

use crate::place::{Engine, Place};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn serve(place: &Place, variables: &[(&str, &str)]) -> Result<RegistryServer> {
    let mut cli = place.cli.clone();
    for (name, value) in variables {
        cli = cli.variable(*name, *value);
    }
    RegistryServer::start(&cli, &["--registry", &place.url], &["--rest-api", "--rest-port", "0"])
}

/// Asks for what is not there, over REST, as a client that has a trace of its own.
fn ask_within_a_trace(server: &RegistryServer) -> Result<u16> {
    let headers = format!("traceparent: 00-{TRACE}-{PARENT}-01\r\nx-request-id: seven\r\n");
    Ok(http::get_with(&server.rest_address()?, "/api/v1/entities/nobody?project=x", &headers)?.0)
}

/// The line of the log about that.
fn logged(log: &str) -> Result<Value> {
    let line = log.lines().find(|line| line.contains("seven")).context("nothing logged")?;
    Ok(serde_json::from_str(line)?)
}

fn text<'a>(attributes: &'a [KeyValue], name: &str) -> Option<&'a str> {
    match attributes.iter().find(|attribute| attribute.key == name)?.value.as_ref()?.value.as_ref()? {
        Any::StringValue(text) => Some(text),
        _ => None,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_request_is_a_span_of_its_clients_trace() -> Result<()> {
    let received: Arc<Mutex<Vec<LoopbackRequest>>> = Arc::default();
    let collector = Loopback::start({
        let received = received.clone();
        move |request| {
            received.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
            (200, json!({}))
        }
    })?;
    let place = Place::new(Engine::Sqlite)?;
    let server = serve(&place, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())])?;
    assert_eq!(ask_within_a_trace(&server)?, 404);
    place.ask(&server, &[json!(["ListProjects", {}]), json!(["GetDatasetData", {}])])?;
    server.terminate()?;
    // What is left is sent at the end.
    let (status, log) = server.wait()?;
    ensure!(status.success(), "{log}");
    assert_eq!(logged(&log)?["span"]["trace"], TRACE);

    let received = received.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut spans: Vec<Span> = Vec::new();
    for request in received {
        assert_eq!(request.line, "POST /v1/traces");
        for resource in ExportTraceServiceRequest::decode(&*request.body)?.resource_spans {
            let attributes = resource.resource.context("no resource")?.attributes;
            assert_eq!(text(&attributes, "service.name"), Some("feast-registry"));
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["GET /entities/{name}", "ListProjects", "GetDatasetData"], "{log}");
    assert!(spans.iter().all(|span| span.kind == SpanKind::Server as i32));
    let [rest, list, data] = &spans[..] else { unreachable!() };
    assert_eq!(
        (hexadecimal(&rest.trace_id), hexadecimal(&rest.parent_span_id)),
        (TRACE.into(), PARENT.into())
    );
    assert_eq!(text(&rest.attributes, "feast_registry.request_id"), Some("seven"));
    assert!(list.parent_span_id.is_empty() && list.trace_id != rest.trace_id);
    assert_eq!(text(&list.attributes, "rpc.service"), Some("feast.registry.RegistryServer"));
    // What the client did wrong is no failure of the server.
    let failed =
        |span: &Span| span.status.as_ref().is_some_and(|status| status.code == StatusCode::Error as i32);
    assert_eq!([rest, list, data].map(failed), [false, false, true]);
    Ok(())
}

#[test]
fn without_a_collector_the_trace_is_in_the_log_and_without_one_that_answers_all_goes_on() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    for variables in [&[][..], &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")]] {
        let server = serve(&place, variables)?;
        assert_eq!(ask_within_a_trace(&server)?, 404);
        server.terminate()?;
        let (status, log) = server.wait()?;
        ensure!(status.success(), "{log}");
        assert_eq!(logged(&log)?["span"]["trace"], TRACE);
        let is_told = log.contains("WARN") || log.contains("ERROR");
        assert_eq!(is_told, !variables.is_empty(), "{log}");
    }
    Ok(())
}

#[test]
fn a_protocol_that_is_not_spoken_is_refused() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let cli = place.cli.clone().variable("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317");
    let output = cli.variable("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc").run(&[
        "--registry",
        &place.url,
        "serve",
        "--port",
        "0",
    ])?;
    assert_eq!(output.code, 2, "{output}");
    assert!(output.stderr.contains("OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf"), "{output}");
    Ok(())
}
