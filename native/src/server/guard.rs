//! What answers to browsers go through: under which name a door may be asked that is meant for this machine, and
//! what a browser may do with an answer.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::Problem;

/// The names under which the door may be asked. A page of another site can have its own name lead to this
/// machine (DNS rebinding) and would then count as of this origin; but its name stays in the request.
#[derive(Clone, Debug)]
pub(super) struct Hosts(Arc<BTreeSet<String>>);

const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
         worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), usb=()"),
];

impl Hosts {
    /// This machine under its own names for itself, and these.
    pub(super) fn new(others: impl IntoIterator<Item = String>) -> Self {
        let own = ["localhost".to_owned()].into_iter();
        Hosts(Arc::new(own.chain(others).map(|name| name.to_ascii_lowercase()).collect()))
    }

    /// An address cannot be made to lead elsewhere, so that it is always right.
    fn allow(&self, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (given.next(), given.next()) else { return false };
        let Ok(host) = host.to_str() else { return false };
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        name.parse::<IpAddr>().is_ok() || self.0.contains(&name.to_ascii_lowercase())
    }
}

/// Lets through what only reads, under a name that is allowed.
pub(super) async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let response = if !hosts.allow(request.headers()) {
        let message =
            "this name is not one of the server's; start it with `--allow-host NAME` if it should be";
        Problem::new("host", message).answer(StatusCode::MISDIRECTED_REQUEST)
    } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET, HEAD")];
        (allow, Problem::new("method", "the viewer only reads").answer(StatusCode::METHOD_NOT_ALLOWED))
            .into_response()
    } else {
        return next.run(request).await;
    };
    with_headers(response)
}

/// Says what a browser may do with the answer.
pub(super) async fn protect(request: Request, next: Next) -> Response {
    with_headers(next.run(request).await)
}

fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_names_and_addresses_are_answered() {
        let hosts = Hosts::new(["Registry.internal".to_owned()]);
        let asked = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
            hosts.allow(&headers)
        };
        for host in
            ["localhost", "LOCALHOST:8888", "127.0.0.1:1", "[::1]:8888", "10.0.0.7", "registry.INTERNAL:80"]
        {
            assert!(asked(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:8888", "127.0.0.1.evil.example", "", "[evil]:1"]
        {
            assert!(!asked(host), "{host}");
        }
        assert!(!hosts.allow(&HeaderMap::new()));
    }
}
