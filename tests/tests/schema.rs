//! The tables: the same as Feast's where we make them, reported where they are not what the registry
//! needs, and never silently truncated into.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use feast_registry::{
    config::{RegistryConfig, SchemaMode},
    driver::{Access, FailureKind, open_driver},
    error::Error,
    registry::Registry,
    url::RegistryUrl,
};
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::Apply,
    proto::feast::core::{Entity, EntitySpecV2},
    query::Query,
    refusal::Refusal,
    sql::{CatalogColumn, Drift},
};
use feast_registry_tests::{
    feast::Feast,
    servers::{self, TestDatabase},
};
use prost::Message;

const PROJECT: &str = "p";

fn config(url: &str, schema_mode: SchemaMode) -> Result<RegistryConfig> {
    Ok(RegistryConfig { schema_mode, ..RegistryConfig::new(url.parse()?) })
}

fn open(url: &str) -> Result<Registry, Error> {
    Registry::open(&RegistryConfig::new(url.parse()?))
}

fn entity(name: &str, description: &str) -> Result<Object> {
    let spec = EntitySpecV2 { name: name.into(), description: description.into(), ..Default::default() };
    Ok(Object::parse(Kind::Entity, Entity { spec: Some(spec), meta: None }.encode_to_vec())?)
}

fn apply(registry: &Registry, object: Object) -> Result<(), Error> {
    registry.run(&Apply::new([(PROJECT.into(), object)])).map(drop)
}

fn catalog(url: &str) -> Result<Vec<CatalogColumn>> {
    let RegistryUrl::Database(database) = url.parse()? else { bail!("`{url}` is no database") };
    let driver = open_driver(&database, &Default::default(), Access::Read)?;
    Ok(driver.connect()?.catalog()?)
}

/// Two fresh databases of one sort, for comparing what is made in them.
struct Pair {
    name: &'static str,
    one: String,
    other: String,
    _kept: Box<dyn std::any::Any>,
}

fn pairs() -> Result<[Pair; 3]> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str| format!("sqlite:///{}", folder.path().join(name).display());
    let of_server = |name, one: TestDatabase, other: TestDatabase| Pair {
        name,
        one: one.url(),
        other: other.url(),
        _kept: Box::new((one, other)),
    };
    let (postgres, mariadb) = (servers::postgres()?, servers::mariadb()?);
    Ok([
        Pair { name: "sqlite", one: file("one.db"), other: file("other.db"), _kept: Box::new(folder) },
        of_server("postgres", postgres.fresh_database()?, postgres.fresh_database()?),
        of_server("mariadb", mariadb.fresh_database_in("utf8mb4")?, mariadb.fresh_database_in("utf8mb4")?),
    ])
}

#[test]
fn our_tables_are_feasts() -> Result<()> {
    for Pair { name, one: ours, other: feasts, .. } in &pairs()? {
        open(ours)?;
        // Of an empty registry this one makes the tables and an entity.
        Feast::installed()?.run(&Feast::script("rewrite.py"), &[feasts, "shop"])?;
        let plain = |url: &str| -> Result<Vec<CatalogColumn>> {
            let mut columns = catalog(url)?;
            columns
                .retain(|column| feast_registry_core::sql::tables().any(|table| table.name == column.table));
            for column in &mut columns {
                // Where we differ on purpose: names compare case-sensitively on MySQL.
                column.collation = None;
                column.type_name = column.type_name.to_lowercase();
            }
            columns.sort_by(|one, other| (&one.table, &one.column).cmp(&(&other.table, &other.column)));
            Ok(columns)
        };
        assert_eq!(plain(ours)?, plain(feasts)?, "{name}");
        // Feast's own tables on a modern server are fit for us, but for case on MySQL.
        let drift = Registry::connect(&config(feasts, SchemaMode::Skip)?)?.drift()?;
        assert!(
            drift.iter().all(|(drift, _)| matches!(drift, Drift::CaseInsensitive { .. })),
            "{name}: {drift:?}"
        );
        assert_eq!(drift.is_empty(), *name != "mariadb", "{name}: {drift:?}");
        assert_eq!(Registry::connect(&config(ours, SchemaMode::Skip)?)?.drift()?, [], "{name}");
    }
    Ok(())
}

#[test]
fn verify_lists_what_is_missing_and_skip_asks_nothing() -> Result<()> {
    for Pair { name, one: url, .. } in &pairs()? {
        match Registry::open(&config(url, SchemaMode::Verify)?) {
            Err(Error::Schema { drift, .. }) => assert_eq!(drift.len(), 14, "{name}"),
            other => bail!("{name}: {:?}", other.err()),
        }
        let registry = Registry::open(&config(url, SchemaMode::Skip)?)?;
        match registry.list(&Query::all(Kind::Entity, None)) {
            Err(Error::Database(failure)) => assert_eq!(failure.kind, FailureKind::MissingTable, "{name}"),
            other => bail!("{name}: {other:?}"),
        }
        assert!(catalog(url)?.is_empty(), "{name}: something was created");
        registry.create_schema()?;
        registry.create_schema()?;
        Registry::open(&config(url, SchemaMode::Verify)?)?;
    }
    Ok(())
}

#[test]
fn eight_processes_may_create_the_tables_at_once() -> Result<()> {
    for Pair { name, one: url, .. } in &pairs()? {
        let opened = std::thread::scope(|scope| {
            let tasks: Vec<_> = (0..8).map(|_| scope.spawn(|| open(url).map(drop))).collect();
            tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
        });
        for result in opened {
            if let Err(error) = result {
                bail!("{name}: {error:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_table_that_cannot_be_used_is_refused_on_opening() -> Result<()> {
    let database = servers::postgres()?.fresh_database()?;
    open(&database.url())?;
    database.execute("ALTER TABLE entities DROP COLUMN entity_proto; ALTER TABLE permissions ADD COLUMN extra text NOT NULL")?;
    match open(&database.url()) {
        Err(Error::Schema { drift, .. }) => {
            let texts: Vec<String> = drift.iter().map(ToString::to_string).collect();
            assert_eq!(texts[0], "column `entities.entity_proto` is missing");
            assert!(texts[1].starts_with("column `permissions.extra` is not the registry's"), "{texts:?}");
        }
        other => bail!("{:?}", other.err()),
    }
    Ok(())
}

/// Tables from before Feast widened them, on a database that folds case: the worst that is out there.
#[test]
fn an_old_narrow_column_is_reported_and_never_truncated_into() -> Result<()> {
    let database = servers::mariadb()?.fresh_database_in("latin1")?;
    database.execute(
        "CREATE TABLE entities (entity_name varchar(255) NOT NULL, project_id varchar(255) NOT NULL, \
         last_updated_timestamp bigint NOT NULL, entity_proto blob NOT NULL, PRIMARY KEY (entity_name, project_id))",
    )?;
    let registry = open(&database.url())?;
    let mut drift = registry.drift()?;
    drift.sort();
    let texts: Vec<String> = drift.iter().map(|(drift, _)| drift.to_string()).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert_eq!(texts[0], "column `entities.entity_proto` is `blob`, which holds at most 64 KiB");
    assert!(texts[1].contains("does not tell upper from lower case"), "{texts:?}");

    apply(&registry, entity("small", "")?)?;
    match apply(&registry, entity("large", &"x".repeat(70_000))?) {
        Err(Error::Database(failure)) => assert_eq!(failure.kind, FailureKind::TooLong, "{failure:?}"),
        other => bail!("{other:?}"),
    }
    assert!(registry.get(Kind::Entity, PROJECT, "large").is_err());

    // The two spellings are one row there: neither may stand in for the other.
    match apply(&registry, entity("SMALL", "")?) {
        Err(Error::Refused(Refusal::SpellingConflict { stored, .. })) => assert_eq!(stored, "small"),
        other => bail!("{other:?}"),
    }
    assert!(matches!(
        registry.get(Kind::Entity, PROJECT, "SMALL"),
        Err(Error::Refused(Refusal::NotFound { .. }))
    ));
    assert!(matches!(
        registry.get(Kind::Entity, PROJECT, "small "),
        Err(Error::Refused(Refusal::NotFound { .. }))
    ));

    // Whatever it is that a collation passes over, and in whatever company it is asked.
    apply(&registry, entity("résumé", "")?)?;
    let begun = Instant::now();
    for company in [&[][..], &["other", "another"]] {
        let names = company.iter().chain(&["resume"]);
        let objects = names.map(|name| Ok((PROJECT.to_owned(), entity(name, "")?)));
        match registry.run(&Apply::new(objects.collect::<Result<Vec<_>>>()?)) {
            Err(Error::Refused(Refusal::SpellingConflict { name, stored, .. })) => {
                assert_eq!((name.as_str(), stored.as_str()), ("resume", "résumé"));
            }
            other => bail!("{other:?}"),
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(registry.get(Kind::Entity, PROJECT, "other").is_err());

    // The statements that the report gives put it right.
    for (_, remedy) in drift {
        database.execute(&remedy.unwrap())?;
    }
    assert_eq!(registry.drift()?, []);
    apply(&registry, entity("large", &"x".repeat(70_000))?)?;
    apply(&registry, entity("SMALL", "")?)?;
    Ok(())
}

#[test]
fn without_the_right_to_create_tables_the_error_says_so() -> Result<()> {
    for database in
        [servers::postgres()?.fresh_database()?, servers::mariadb()?.fresh_database_in("utf8mb4")?]
    {
        let login = database.login_without_ddl()?;
        match open(&database.url_of(&login)) {
            Err(error @ Error::Database(_)) => {
                let hint = error.hint().unwrap_or_default();
                assert!(hint.contains("registry create-schema"), "{error:?} {hint}");
            }
            other => bail!("{:?}", other.err()),
        }
    }
    Ok(())
}
