//! The server's doors without a socket, over a registry in memory: whatever is asked, the server does not fail.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use bytes::{BufMut as _, Bytes, BytesMut};
use feast_registry::{
    registry::Registry,
    server::{
        Callers, Metrics, Readiness, Service, ServiceOptions, Shared, Shutdown, Traffic, Visits, Workers,
        grpc_calls, rest_routes,
    },
};
use feast_registry_core::{
    proto::feast::{core as feast, registry as requests},
    schema::FEAST_REGISTRY_REGISTRYSERVER,
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use prost::Message;
use tower::ServiceExt as _;

/// The longest request.
const LONGEST: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// A call over gRPC: a byte for the method, and its request.
pub fn service(bytes: &[u8]) {
    let Some((first, message)) = bytes.split_first() else { return };
    let methods = FEAST_REGISTRY_REGISTRYSERVER.methods;
    let Some(method) = methods.get(usize::from(*first) % methods.len()) else { return };
    run(async |doors| {
        let told = doors.call(method.name, message).await;
        let said = told.get("grpc-message").map(|said| String::from_utf8_lossy(said.as_bytes()));
        assert!(!said.is_some_and(|said| said.starts_with("the server failed")), "{}", method.name);
    });
}

/// A request of REST: its method and target in the first line, its body in the others.
pub fn rest(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let line = parts.next().unwrap_or_default();
    let body = Bytes::copy_from_slice(parts.next().unwrap_or_default());
    let Ok(line) = std::str::from_utf8(line) else { return };
    let Some((verb, target)) = line.split_once(' ') else { return };
    let request = Request::builder()
        .method(Method::from_bytes(verb.as_bytes()).unwrap_or(Method::GET))
        .uri(target)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body));
    let Ok(request) = request else { return };
    run(async |doors| {
        let answer = doors.rest.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{line}");
        let body = answer.into_body().collect().await.expect("a whole answer").to_bytes();
        assert!(body.len() < 64 * LONGEST);
    });
}

/// A server with a little in it.
struct Doors {
    shared: Shared,
    rest: Router,
}

/// Every input has a server of its own: what one changes is nothing to the next.
fn run(ask: impl AsyncFnOnce(&Doors)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let threads = runtime.handle();
    runtime.block_on(async {
        let registry = Arc::new(Registry::in_memory());
        let options = ServiceOptions {
            read_only: false,
            cache_ttl: None,
            project: "shop".into(),
            readiness: Readiness::of(registry.clone()),
        };
        let visits = Arc::new(Visits::new(registry.clone(), false));
        let shared = Shared {
            service: Service::new(registry, options),
            callers: Callers::new(None, threads, 1, PATIENCE),
            workers: Workers::new(threads, threads, 1, 1, PATIENCE),
            traffic: Traffic::new(64 * LONGEST, PATIENCE),
            metrics: Metrics::default(),
            shutdown: Shutdown::at(std::future::pending()),
        };
        let rest = rest_routes(shared.clone(), visits, LONGEST, "local");
        let doors = Doors { shared, rest };
        doors.fill().await;
        ask(&doors).await;
    });
}

impl Doors {
    async fn fill(&self) {
        let project = || "shop".to_owned();
        let entity = feast::EntitySpecV2 { name: "driver".into(), value_type: 4, ..Default::default() };
        let entity = Some(feast::Entity { spec: Some(entity), meta: None });
        let request = requests::ApplyEntityRequest { entity, project: project(), commit: true };
        self.call("ApplyEntity", &request.encode_to_vec()).await;
        let feature = feast::FeatureSpecV2 { name: "trips".into(), value_type: 4, ..Default::default() };
        let view = feast::FeatureViewSpec {
            name: "stats".into(),
            entities: vec!["driver".into()],
            features: vec![feature],
            tags: [("team".to_owned(), "a".to_owned())].into(),
            ..Default::default()
        };
        let view = feast::FeatureView { spec: Some(view), meta: None };
        let request = requests::ApplyFeatureViewRequest {
            project: project(),
            base_feature_view: Some(requests::apply_feature_view_request::BaseFeatureView::FeatureView(view)),
            ..Default::default()
        };
        self.call("ApplyFeatureView", &request.encode_to_vec()).await;
    }

    /// Calls a method; the status that comes with or instead of the answer.
    async fn call(&self, method: &str, message: &[u8]) -> HeaderMap {
        let mut frame = BytesMut::with_capacity(5 + message.len());
        frame.put_u8(0);
        frame.put_u32(u32::try_from(message.len()).expect("a short message"));
        frame.extend_from_slice(message);
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/{}/{method}", FEAST_REGISTRY_REGISTRYSERVER.name))
            .body(tonic::body::Body::new(Full::new(frame.freeze())));
        let calls = grpc_calls(self.shared.clone(), LONGEST);
        let answer = calls.oneshot(request.expect("a request")).await.unwrap_or_else(|never| match never {});
        let (head, body) = answer.into_parts();
        let told = body.collect().await.expect("a whole answer").trailers().cloned();
        told.unwrap_or(head.headers)
    }
}
