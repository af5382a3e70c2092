//! The command line: the real binary, run on an SQLite registry made of the example project. A file here tests the file
//! of the same name in native/src/cli; `guide` tests docs/cli.md. Snapshots hold the exit code, standard output and standard error together.

mod apply;
mod command;
mod completions;
mod configuration;
mod delete;
mod exit;
mod features;
mod group;
mod guide;
mod lint;
mod materializations;
mod metadata;
mod options;
mod output;
mod projects;
mod registry;
mod registry_dump;
mod session;
mod store;
mod teardown;
mod version;
mod views;
