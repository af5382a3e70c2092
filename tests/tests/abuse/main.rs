//! The registry server under load and abuse: it stays up, its memory stays bounded, others are answered meanwhile, and
//! whoever is refused is told why.

mod connections;
mod database;
mod frames;
#[path = "../../examples/server_load/grpc.rs"]
mod grpc;
mod heavy;
mod messages;
mod served;
mod slow;
mod tokens;
