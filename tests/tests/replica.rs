//! `read_path`: reads go to a replica, but never to one that lags behind what the caller has done.

use std::{thread, time::Duration};

use anyhow::Result;
use feast_registry::{config::RegistryConfig, registry::Registry};
use feast_registry_core::{
    kind::Kind, object::Object, operation::Apply, proto::feast::core as feast, query::Query,
};
use prost::Message;

fn apply(registry: &Registry, name: &str) -> Result<()> {
    let spec = feast::EntitySpecV2 { name: name.into(), ..Default::default() };
    let bytes = feast::Entity { spec: Some(spec), meta: None }.encode_to_vec();
    let object = Object::parse(Kind::Entity, bytes)?;
    registry.run(&Apply::new([("p".into(), object)]))?;
    Ok(())
}

fn names(registry: &Registry) -> Result<Vec<String>> {
    let listing = registry.list(&Query::all(Kind::Entity, Some("p")))?;
    Ok(listing.objects.into_iter().map(|(key, _)| key.name).collect())
}

#[test]
fn a_replica_is_read_once_it_has_the_tables_and_not_without_what_the_caller_has_written() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = |name: &str| format!("sqlite:///{}", folder.path().join(name).display());
    // Two databases stand for a primary and a replica that lags: what differs shows which was read.
    let primary = RegistryConfig::new(url("primary.db").parse()?);
    let replica = RegistryConfig::new(url("replica.db").parse()?);
    std::fs::write(folder.path().join("replica.db"), b"")?;
    let both = RegistryConfig { read_path: Some(replica.path.clone()), ..primary.clone() };
    apply(&Registry::open(&primary)?, "new")?;

    let registry = Registry::open(&both)?;
    assert_eq!(names(&registry)?, ["new"], "the replica has no tables yet");
    apply(&Registry::open(&replica)?, "old")?;
    assert_eq!(names(&registry)?, ["old"]);
    apply(&registry, "own")?;
    assert_eq!(names(&registry)?, ["new", "own"]);
    assert_eq!(names(&Registry::open(&both)?)?, ["old"], "another caller has not written");

    // However long it takes.
    for _ in 0..5 {
        thread::sleep(Duration::from_millis(300));
        assert_eq!(names(&registry)?, ["new", "own"], "the replica has not got it");
    }
    Ok(())
}
