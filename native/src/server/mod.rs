//! The doors over HTTP. They parse, call and render; rules live in the registry and in core.

mod assets;
mod guard;
mod live;
mod problem;
pub mod ui;
