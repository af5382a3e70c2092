//! The REST API of `feast-registry serve`, beside Feast's own REST server. The programs are in `tests/feast`.

mod differential;
mod documented;
#[path = "../grpc/place.rs"]
#[expect(dead_code, reason = "the gRPC door's tests use more of it")]
mod place;
mod routes;
mod visits;

/// The project that `populate.py` fills.
const PROJECT: &str = "shop";
