//! The servers that other tests rely on, shown to do what their names say.

mod alone;
mod ends;
mod galera;
mod postgres;
mod proxy;
mod replica;
