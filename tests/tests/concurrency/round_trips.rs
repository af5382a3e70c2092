//! How often a change waits for the server, counted by a proxy in front of it. Statements have been prepared before.

use std::time::Duration;

use anyhow::{Result, ensure};
use feast_registry::{config::RegistryConfig, registry::Registry};
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{Apply, Materialize, Operation},
    proto::feast::core as feast,
    time::Timestamp,
};
use feast_registry_tests::servers::{self, Direction, Endpoint, Engine, Proxy};
use prost::Message;

use crate::load::PROJECT;

#[test]
fn a_change_is_three_round_trips_on_postgres() -> Result<()> {
    a_change_is_three_round_trips(servers::postgres()?)
}

#[test]
fn a_change_is_three_round_trips_on_mariadb() -> Result<()> {
    a_change_is_three_round_trips(servers::mariadb()?)
}

/// To begin, lock and read; to write; to commit.
fn a_change_is_three_round_trips(server: &Endpoint) -> Result<()> {
    let bench = Bench::new(server)?;
    let project = || PROJECT.to_owned();
    // The first makes the project.
    bench.run(&Apply::new([(project(), view("first")?)]))?;
    let trips = least((0..TIMES).map(|number| {
        let view = view(&format!("new {number}"))?;
        bench.run(&Apply::new([(project(), view)]))
    }))?;
    ensure!(trips == 3, "{trips} round trips to apply a new view");
    let trips = bench.run(&Apply::new([(project(), view("first")?)]))?;
    ensure!(trips == 2, "{trips} round trips to find that nothing changes, the rollback included");

    let materialize = |second| {
        let (start, end) =
            (Timestamp { seconds: second, nanos: 0 }, Timestamp { seconds: second + 1, nanos: 0 });
        Materialize { project: project(), view: "first".into(), start, end }
    };
    let trips = least((0..TIMES).map(|second| bench.run(&materialize(second))))?;
    ensure!(trips == 3, "{trips} round trips to record a materialization");

    let trips = |count: usize| {
        let names = (0..count).map(|number| format!("of {count} {number}"));
        let objects: Result<Vec<_>> = names.map(|name| Ok((project(), view(&name)?))).collect();
        bench.run(&Apply::new(objects?))
    };
    let (few, many, more) = (trips(20)?, trips(2000)?, trips(4000)?);
    let all = format!("{few}, {many} and {more} round trips");
    match server.engine {
        // To lock; to look where there is anything; to read; to write; to commit. Statements that have been run before,
        // but not often enough, are prepared meanwhile, once.
        Engine::Postgres => ensure!(few <= 5 && many <= 8 && more <= 6, "{all}"),
        // One more for every 1,000 rows of a table, which take one more to prepare, once.
        Engine::MariaDb => ensure!(few == 3 && many <= 12 && more <= 14, "{all}"),
    }
    println!("{:?}: {all} to apply 20, 2,000 and 4,000 views", server.engine);
    Ok(())
}

/// How often a change is made until its statements have been prepared: those that note the second of a change are only
/// there when that has moved on since the one before.
const TIMES: i64 = 8;

fn least(mut trips: impl Iterator<Item = Result<usize>>) -> Result<usize> {
    trips.try_fold(usize::MAX, |least, trips| Ok(least.min(trips?)))
}

/// A registry behind a proxy.
struct Bench {
    registry: Registry,
    proxy: Proxy,
    _database: servers::TestDatabase,
}

impl Bench {
    fn new(server: &Endpoint) -> Result<Bench> {
        let (database, proxy) = (server.fresh_database()?, Proxy::start(server)?);
        let url = database.url_at(proxy.endpoint()).parse()?;
        let registry = Registry::open(&RegistryConfig::new(url))?;
        // Whoever does not wait for answers has sent everything before the first is there, however busy the machine is.
        proxy.delay(Direction::ToClient, Duration::from_millis(50));
        Ok(Bench { registry, proxy, _database: database })
    }

    /// Makes a change, and counts.
    fn run(&self, change: &impl Operation) -> Result<usize> {
        let before = self.proxy.round_trips();
        self.registry.run(change)?;
        Ok(self.proxy.round_trips() - before)
    }
}

fn view(name: &str) -> Result<Object> {
    let feature =
        |number| feast::FeatureSpecV2 { name: format!("f{number}"), value_type: 5, ..Default::default() };
    let spec = feast::FeatureViewSpec {
        name: name.into(),
        entities: vec!["__dummy".into()],
        features: (0..10).map(feature).collect(),
        ..Default::default()
    };
    let view = feast::FeatureView { spec: Some(spec), meta: None };
    Ok(Object::parse(Kind::FeatureView, view.encode_to_vec())?)
}
