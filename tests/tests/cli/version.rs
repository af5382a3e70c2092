//! `version`.

use anyhow::Result;

use crate::store::Store;

#[test]
fn the_version_is_that_of_the_package() -> Result<()> {
    let store = Store::empty()?;
    let version = concat!("feast-registry ", env!("CARGO_PKG_VERSION"));
    assert_eq!(store.does("version")?, format!("{version} (for Feast 0.67.0)\n"));
    assert_eq!(store.does("--version")?, format!("{version}\n"));
    Ok(())
}
