//! The viewer's site, which is in the binary: the files of web/dist, each in the encoding that the browser
//! takes, and the page with the mark that tells it that a live registry is behind it.

use std::borrow::Cow;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

/// Read from the folder at run time in builds for development.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/dist"]
#[allow_missing = true]
struct Site;

const PAGE: &str = "index.html";
/// Put into the page, so that it asks for the registry and stores nothing in the browser.
const LIVE: &str = "<meta name=\"feast-registry-source\" content=\"api/viewer/\">";
/// Encodings and the endings under which the site's build leaves them, the best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// A file of the site.
pub(super) fn find(uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { PAGE } else { path };
    match Site::get(path) {
        Some(file) if path == PAGE => Some(page(&file, headers)),
        Some(file) => Some(asset(path, file, headers)),
        None if path == PAGE => Some(([(header::CACHE_CONTROL, "no-store")], Unbuilt).into_response()),
        None => None,
    }
}

fn page(file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let text = String::from_utf8_lossy(&file.data);
    let text = text.replacen("<head>", &format!("<head>\n    {LIVE}"), 1);
    answer(
        headers,
        &tag(file, "live"),
        "text/html; charset=utf-8",
        "no-cache",
        None,
        text.into_bytes().into(),
    )
}

fn asset(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    // Names below it hold a hash of the contents.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let encoded = ENCODINGS
        .iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, ending)| Some((*encoding, Site::get(&format!("{path}{ending}"))?)));
    let kind = content_type(path, &file);
    match encoded {
        Some((encoding, smaller)) => {
            answer(headers, &tag(&file, encoding), &kind, caching, Some(encoding), bytes(smaller))
        }
        None => answer(headers, &tag(&file, "plain"), &kind, caching, None, bytes(file)),
    }
}

fn answer(
    headers: &HeaderMap,
    tag: &str,
    kind: &str,
    caching: &'static str,
    encoding: Option<&'static str>,
    body: Bytes,
) -> Response {
    let is_known = is_known(headers, tag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Response::new(Body::from(body)),
    };
    let answered = response.headers_mut();
    let mut put = |name, value: &str| {
        // All are ASCII.
        answered.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    };
    put(header::ETAG, tag);
    put(header::CACHE_CONTROL, caching);
    put(header::VARY, "accept-encoding");
    if !is_known {
        put(header::CONTENT_TYPE, kind);
        encoding.into_iter().for_each(|encoding| put(header::CONTENT_ENCODING, encoding));
    }
    response
}

/// Whether the browser says that it has what goes by this tag.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// Whether the browser takes an encoding.
pub(super) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let given = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).any(|given| {
        let mut parts = given.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let is_refused = |part: &str| {
            part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
        };
        is_it && !parts.any(is_refused)
    })
}

fn tag(file: &EmbeddedFile, form: &str) -> String {
    let hash: String = file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}-{form}\"")
}

fn content_type(path: &str, file: &EmbeddedFile) -> String {
    // Both are what browsers insist on for modules and streamed compilation.
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8".into(),
        Some("wasm") => "application/wasm".into(),
        _ => match file.metadata.mimetype() {
            text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
            other => other.into(),
        },
    }
}

fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

/// What a build without the site has to show.
struct Unbuilt;

impl IntoResponse for Unbuilt {
    fn into_response(self) -> Response {
        let page = "<!doctype html>\n<html lang=\"en\">\n<title>feast-registry</title>\n\
            <h1>This build is without the viewer</h1>\n\
            <p>The registry is served all the same, below <code>api/viewer/</code>. To have the viewer in the \
            binary, run <code>cargo xtask web</code> in the source folder and build <code>feast-registry</code> \
            again.</p>\n</html>\n";
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        [(name, HeaderValue::from_str(value).unwrap())].into_iter().collect()
    }

    #[test]
    fn encodings_are_told_apart_and_may_be_refused() {
        let given = headers(header::ACCEPT_ENCODING, "gzip;q=0.5, BR , zstd;q=0");
        assert!(accepts(&given, "gzip") && accepts(&given, "br") && !accepts(&given, "zstd"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
        assert!(!accepts(&headers(header::ACCEPT_ENCODING, "brotli"), "br"));
    }

    #[test]
    fn tags_are_known_in_lists_and_weakened_by_proxies() {
        assert!(is_known(&headers(header::IF_NONE_MATCH, "\"a\", W/\"b\""), "\"b\""));
        assert!(!is_known(&headers(header::IF_NONE_MATCH, "\"ab\""), "\"b\""));
    }
}
