//! Interchangeable with real Feast 0.67, both ways, on all three databases: what Feast writes we list,
//! describe, export and apply again; what we import and apply Feast reads, and writes on.
//!
//! Documents compared here are made by the programs in `tests/feast`, through Feast's own classes.

mod definitions;
mod scenario;

use anyhow::Result;
use feast_registry_tests::{feast::Feast, servers};

use scenario::{Databases, Scenario};

/// The project that `populate.py` fills.
const PROJECT: &str = "shop";

/// Makes a test of every scenario on every database. A server or a Feast that cannot be started fails it.
macro_rules! on_every_database {
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite { $(#[test] fn $scenario() -> anyhow::Result<()> { super::scenario::$scenario(&super::sqlite()?) })+ }
        mod postgres { $(#[test] fn $scenario() -> anyhow::Result<()> { super::scenario::$scenario(&super::postgres()?) })+ }
        mod mariadb { $(#[test] fn $scenario() -> anyhow::Result<()> { super::scenario::$scenario(&super::mariadb()?) })+ }
    };
}

on_every_database! {
    what_feast_writes_we_read_and_keep,
    what_we_write_feast_reads_and_writes_on,
    unknown_fields_survive_our_writes_beside_feast,
}

fn sqlite() -> Result<Scenario> {
    Scenario::new(Databases::Folder)
}

fn postgres() -> Result<Scenario> {
    Scenario::new(Databases::Server(servers::postgres()?, "UTF8"))
}

fn mariadb() -> Result<Scenario> {
    Scenario::new(Databases::Server(servers::mariadb()?, "utf8mb4"))
}

/// A registry of Feast's kept in a file is listed, described and imported.
#[test]
fn feasts_registry_file_opens_read_only_and_imports() -> Result<()> {
    scenario::a_registry_file_of_feasts(&sqlite()?)
}

/// The Python that we print for what Feast stored defines the same.
#[test]
fn what_we_print_as_python_defines_the_same() -> Result<()> {
    definitions::what_we_print_as_python_defines_the_same(&sqlite()?)
}

/// Every message, field, enum and method of our schema is that of the package on PyPI.
#[test]
fn our_descriptors_are_feasts() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let set = folder.path().join("descriptors.bin");
    std::fs::write(&set, feast_registry_core::proto::FILE_DESCRIPTOR_SET)?;
    let output = Feast::installed()?.run(&Feast::script("descriptors.py"), &[&set])?;
    let text = String::from_utf8(output.stdout)?;
    assert!(text.starts_with("same as feast: 29 files, 248 messages"), "{text}");
    Ok(())
}
