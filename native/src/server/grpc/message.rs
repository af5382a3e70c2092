//! A unary call's message in its frame. The bytes are handed on as they are, so that what a request holds and this
//! build does not know stays in it, and what is stored goes out as it is stored.

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tokio_util::sync::CancellationToken;
use tonic::{Status, body::Body};

use crate::server::traffic::{Received, Traffic, Unreceived};

/// In front of a message: whether it is compressed, and its length.
const PREFIX: usize = 5;
/// A message up to this length is copied behind its prefix, so that all of the answer is written at once.
const SHORT: usize = 2 << 10;
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/grpc");
const OK: HeaderValue = HeaderValue::from_static("0");

/// A request's message.
#[derive(Debug)]
pub(super) struct Message(Received);

impl Message {
    /// Reads it from a request's body, at most so long.
    pub(super) async fn receive(body: Body, limit: usize, traffic: &Traffic) -> Result<Message, Status> {
        let announces = |start: &[u8]| Some(PREFIX + length(start)?);
        let received = traffic.receive(body, limit.saturating_add(PREFIX), announces).await;
        let received = received.map_err(|unreceived| refusal(unreceived, limit))?;
        match received.bytes.first() {
            Some(0) => {}
            None => return Err(Status::internal("the request has no message")),
            Some(_) => {
                return Err(Status::unimplemented("the message is compressed, which is not supported"));
            }
        }
        match length(&received.bytes) {
            Some(length) if PREFIX + length == received.bytes.len() => Ok(Message(received)),
            _ => Err(Status::internal("the request is not one whole message")),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.bytes.get(PREFIX..).unwrap_or_default()
    }
}

/// The answer to a call that succeeded.
pub(super) fn answer(
    message: Bytes,
    traffic: &Traffic,
    connection: &CancellationToken,
) -> Result<http::Response<Body>, Status> {
    let length =
        u32::try_from(message.len()).map_err(|_| Status::out_of_range("the answer is too long for gRPC"))?;
    let is_short = message.len() <= SHORT;
    let mut head = BytesMut::with_capacity(PREFIX + if is_short { message.len() } else { 0 });
    head.put_u8(0);
    head.put_u32(length);
    if is_short {
        head.extend_from_slice(&message);
    }
    let rest = if is_short { Bytes::new() } else { message };
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert(GRPC_STATUS, OK);
    let body = traffic.answer(head.freeze(), rest, Some(trailers), connection);
    let mut response = http::Response::new(Body::new(body.map_err(|crowded| refusal(crowded, 0))?));
    response.headers_mut().insert(header::CONTENT_TYPE, CONTENT_TYPE);
    Ok(response)
}

/// What the prefix says of the message's length, where all of it is there.
fn length(start: &[u8]) -> Option<usize> {
    let [_, length @ ..] = start.first_chunk::<PREFIX>()?;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

fn refusal(unreceived: Unreceived, limit: usize) -> Status {
    match unreceived {
        Unreceived::TooLong { .. } => Status::resource_exhausted(Unreceived::TooLong { limit }.to_string()),
        Unreceived::Crowded => Status::resource_exhausted(unreceived.to_string()),
        Unreceived::TooSlow => Status::deadline_exceeded(unreceived.to_string()),
        Unreceived::Broken(_) => Status::internal(unreceived.to_string()),
    }
}
