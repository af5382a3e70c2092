//! Bytes from a database, a file or the network, without a server.

use std::path::Path;

use feast_registry::{
    config::{AuthConfig, Config, ConfigPath},
    url::RegistryUrl,
};
use feast_registry_core::{
    catalog::{Catalog, CollectionId, List, ListRequest},
    definition,
    document::Document,
    json::read_value,
    kind::Kind,
    message,
    object::Object,
    snapshot::{self, ReadOptions},
    unknown, validity,
    wire::{self, WireError},
    yaml,
};

/// Any time; answers may depend on it.
const NOW: i64 = 1_780_000_000;

/// Protobuf as such: the parts of a message are the message.
pub fn wire(bytes: &[u8]) {
    let fields: Result<Vec<_>, WireError> = wire::fields(bytes).collect();
    let path = [1, 2, 3];
    let walked = wire::walk(bytes, &path).count();
    let keep = |inner: &[u8]| Ok::<_, WireError>(inner.to_vec());
    match fields {
        Ok(fields) => {
            let whole: Vec<u8> = fields.iter().flat_map(|field| field.raw).copied().collect();
            assert_eq!(whole, bytes);
            let without = wire::without(bytes, &[1]).expect("fields that were read");
            assert!(wire::fields(&without).all(|field| field.is_ok_and(|field| field.number != 1)));
            let edited = wire::edit_at(bytes, &[1], &mut { keep }).expect("fields that were read");
            assert_eq!(
                wire::submessage(&edited, 1),
                wire::submessage(bytes, 1).map(|found| found.or(Some(Default::default())))
            );
            drop(wire::edit_at(bytes, &path, &mut { keep }));
            drop(wire::submessage_at(bytes, &path));
            drop(wire::repeated(bytes, 1));
            assert!(wire::last_varint(bytes, 2).is_ok());
        }
        Err(_) => {
            assert!(wire::without(bytes, &[1]).is_err() && wire::repeated(bytes, 1).is_err());
            assert!(walked <= bytes.len());
        }
    }
}

/// One stored object, its kind by the first byte.
pub fn object(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let Some(kind) = Kind::all().nth(usize::from(*first) % Kind::all().count()) else { return };
    let ty = kind.info().message;
    let checked = message::check(ty, bytes);
    let parsed = Object::parse(kind, bytes.to_vec());
    assert_eq!(checked.is_ok(), parsed.is_ok());
    let Ok(object) = parsed else { return };
    drop((object.name(), object.project(), object.description(), object.owner(), object.tags()));
    assert!(definition::equal(kind, bytes, bytes).expect("an object that was read"));
    assert!(definition::changes(kind, bytes, bytes).expect("an object that was read").is_empty());
    let books = object.bookkeeping();
    let booked = object.clone().with_bookkeeping(&books).expect("its own books");
    assert_eq!(booked.bookkeeping(), books);
    drop(object.clone().stored_in("elsewhere").map(validity::admit));
    drop(unknown::carry_unknown(ty, bytes, bytes));
    // What is printed can be read, unless it is there to show what is wrong, and is printed the same again.
    let Ok(json) = serde_json::to_value(Document::new(kind, bytes)) else { return };
    drop(yaml::to_string(&Document::new(kind, bytes)));
    let Some(spec) = json.as_object().map(|json| json.iter().filter(|(key, _)| *key != "kind")) else {
        return;
    };
    let spec: serde_json::Map<_, _> = spec.map(|(key, value)| (key.clone(), value.clone())).collect();
    let Ok(read) = read_value(ty, serde_json::Value::from(spec)) else { return };
    let again = serde_json::to_value(Document::new(kind, &read)).expect("what was read");
    assert_eq!(again, json);
}

/// A registry file: read strictly and leniently, written, and looked at.
pub fn snapshot(bytes: &[u8]) {
    drop(snapshot::read(bytes, ReadOptions::default()));
    let lenient = ReadOptions { default_project: Some("p"), skip_unsupported: true, keep_damaged: true };
    if let Ok(rows) = snapshot::read(bytes, lenient)
        && let Ok(written) = snapshot::write(&rows, "1")
    {
        let again = snapshot::read(&written, lenient).expect("a snapshot that was written");
        assert_eq!(again, rows);
    }
    let Ok(catalog) = Catalog::open(bytes) else { return };
    for collection in CollectionId::all() {
        let request = ListRequest {
            collection,
            project: None,
            filter: "team:a status:stale -x".into(),
            sort: None,
            now: NOW,
        };
        let list = List::new(&catalog, &request);
        drop(list.rows(&catalog, 0, 20, &[]));
    }
    drop(catalog.summary(NOW));
    drop(catalog.home(None, NOW));
    drop(catalog.health(None, NOW, 10));
    drop(catalog.search("a", None, 10));
    for entry in catalog.entries().take(20) {
        drop(catalog.findings(entry.id, NOW));
        assert!(catalog.uses(entry.id).count() <= bytes.len());
    }
}

/// A feature_store.yaml, and a URL.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let path =
        ConfigPath { file: Path::new("feature_store.yaml").into(), folder: Path::new("/folder").into() };
    let variable = |name: &str| name.len().is_multiple_of(2).then(|| format!("<{name}>"));
    if let Ok(config) = Config::parse(text, &path, &variable) {
        drop(AuthConfig::read(&config.document));
        drop(format!("{config:?}"));
    }
    for text in text.lines().take(4).chain([text]) {
        if let Ok(url) = text.parse::<RegistryUrl>() {
            drop((url.to_string(), format!("{url:?}")));
        }
    }
}
