//! CockroachDB's rules, enforced over a real PostgreSQL: any statement and any commit may be told to restart the
//! transaction, a commit may be ambiguous, every transaction is SERIALIZABLE, a transaction changes tables or rows and
//! not both, and nothing is said that CockroachDB does not understand. Its errors are raised by the server itself, so
//! that our driver reads them off the wire.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
};

use anyhow::{Context, Result, ensure};
use feast_registry::{
    config::{EngineOptions, IsolationLevel},
    driver::{Access, CatalogColumn, Connection, Driver, Failure, FailureKind, open_driver},
    error::Error,
    registry::Registry,
    url::DatabaseUrl,
};
use feast_registry_core::{
    kind::Kind,
    operation::{Apply, Delete, Materialize, SetProjectMetadata, Target},
    sql::{Dialect, Statement, Value},
    time::Timestamp,
};
use feast_registry_tests::servers;

use crate::{
    databases::on,
    operations::{PROJECT, entity, view},
};

/// Gives back the seed of a run that failed.
const SEED_VARIABLE: &str = "FEAST_REGISTRY_TEST_CRASH_SEED";
/// One call of so many fails.
const STATEMENT_RATE: u64 = 16;
const COMMIT_RATE: u64 = 4;

struct Cockroach(Arc<Shared>);

struct Shared {
    inner: Arc<dyn Driver>,
    random: AtomicU64,
    restarts: AtomicU64,
    ambiguous: AtomicU64,
    /// What was said against the rules.
    violations: Mutex<BTreeSet<String>>,
}

impl Shared {
    /// True once in `rate` times.
    fn strikes(&self, rate: u64) -> bool {
        // SplitMix64.
        let mut z = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, SeqCst);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).is_multiple_of(rate)
    }
}

impl Driver for Cockroach {
    fn dialect(&self) -> Dialect {
        self.0.inner.dialect()
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        let (shared, inner) = (Arc::clone(&self.0), self.0.inner.connect()?);
        Ok(Box::new(Session { shared, inner, said: None }))
    }

    fn place(&self) -> &str {
        self.0.inner.place()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Tables,
    Rows,
}

struct Session {
    shared: Arc<Shared>,
    inner: Box<dyn Connection>,
    /// What the transaction changes.
    said: Option<Said>,
}

impl Session {
    /// Lets the server fail with a code, which ends the transaction.
    fn raise(&mut self, code: &str, text: &str) -> Failure {
        let text = format!("DO $$ BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = '{code}'; END $$");
        match self.inner.execute(&Statement::from(text)) {
            Err(failure) => failure,
            Ok(_) => Failure::new(FailureKind::Refused, "an error that was no error"),
        }
    }

    fn restart(&mut self) -> Failure {
        self.shared.restarts.fetch_add(1, SeqCst);
        self.raise("40001", "restart transaction: TransactionRetryWithProtoRefreshError: WriteTooOldError")
    }

    fn check(&mut self, statement: &Statement<'_>) {
        let text = &statement.text;
        let said = match text.split(' ').next() {
            Some("CREATE" | "DROP" | "ALTER") => Said::Tables,
            _ => Said::Rows,
        };
        let upper = text.to_uppercase();
        let unknown = ["ADVISORY", "LISTEN", "NOTIFY", "LOCK TABLE", "SKIP LOCKED", "XMIN", "CTID", "TXID_"];
        let broken =
            unknown.iter().any(|word| upper.contains(word)) || self.said.is_some_and(|one| one != said);
        if broken {
            self.shared.violations.lock().unwrap().insert(text.clone());
        }
        self.said = Some(said);
    }

    fn run<T>(
        &mut self,
        statement: &Statement<'_>,
        act: fn(&mut dyn Connection, &Statement<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.check(statement);
        if self.shared.strikes(STATEMENT_RATE) {
            return Err(self.restart());
        }
        act(&mut *self.inner, statement)
    }
}

impl Connection for Session {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.said = None;
        self.inner.begin(access)
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        self.run(statement, |inner, statement| inner.query(statement))
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        self.run(statement, |inner, statement| inner.execute(statement))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if !self.shared.strikes(COMMIT_RATE) {
            return self.inner.commit();
        }
        if self.shared.strikes(2) {
            return Err(self.restart());
        }
        match self.shared.strikes(2) {
            true => self.inner.commit()?,
            false => self.inner.rollback()?,
        }
        self.shared.ambiguous.fetch_add(1, SeqCst);
        Err(self.raise("40003", "result is ambiguous: error=ba: unable to send"))
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.inner.rollback()
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        self.inner.catalog()
    }

    fn is_broken(&self) -> bool {
        self.inner.is_broken()
    }

    fn ping(&mut self) -> Result<(), Failure> {
        self.inner.ping()
    }
}

/// What one thread was told, by the names of what it made.
#[derive(Default)]
struct Told {
    acknowledged: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

#[test]
fn every_acknowledged_change_is_there_once_under_cockroachdbs_rules() -> Result<()> {
    let seed = match std::env::var(SEED_VARIABLE) {
        Ok(seed) => seed.parse()?,
        Err(_) => RandomState::new().build_hasher().finish(),
    };
    eprintln!("{SEED_VARIABLE}={seed}");
    let scale: usize = std::env::var("FEAST_REGISTRY_TEST_SCALE").map_or(Ok(1), |factor| factor.parse())?;
    let database = servers::postgres()?.fresh_database()?;
    let engine =
        EngineOptions { isolation_level: Some(IsolationLevel::Serializable), ..EngineOptions::default() };
    let url: DatabaseUrl = database.url().replacen("postgresql+psycopg", "cockroachdb", 1).parse()?;
    let inner = open_driver(&url, &engine, Access::Write)?;
    let shared = Arc::new(Shared {
        inner,
        random: AtomicU64::new(seed),
        restarts: AtomicU64::default(),
        ambiguous: AtomicU64::default(),
        violations: Mutex::default(),
    });
    let registry = on(Arc::new(Cockroach(Arc::clone(&shared))));
    registry.create_schema()?;
    ensure!(registry.drift()?.is_empty(), "{:?}", registry.drift()?);
    registry.run(&Apply::new([(PROJECT.to_owned(), view("shared", &["rate"], |_| {}))]))?;

    let told: Vec<Result<Told>> = thread::scope(|scope| {
        let registry = &registry;
        let writers: Vec<_> =
            (0..4).map(|writer| scope.spawn(move || write(registry, writer, 60 * scale))).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let told: Vec<Told> = told.into_iter().collect::<Result<_>>()?;

    let (restarts, ambiguous) = (shared.restarts.load(SeqCst), shared.ambiguous.load(SeqCst));
    let unknown: usize = told.iter().map(|told| told.unknown.len()).sum();
    eprintln!(
        "{restarts} restarts, {ambiguous} ambiguous commits, {unknown} of them unknown; {:?}",
        registry.retries()
    );
    ensure!(restarts > 100 && ambiguous > 20, "{restarts} restarts, {ambiguous} ambiguous commits");
    let violations = shared.violations.lock().unwrap();
    ensure!(violations.is_empty(), "CockroachDB would not have: {violations:?}");

    let found = made(&registry)?;
    let names: BTreeSet<&String> = found.iter().collect();
    ensure!(names.len() == found.len(), "made twice: {found:?}");
    for told in &told {
        for name in &told.acknowledged {
            ensure!(names.contains(name), "acknowledged and not there: {name}");
        }
    }
    let known: BTreeSet<&String> =
        told.iter().flat_map(|told| told.acknowledged.iter().chain(&told.unknown)).collect();
    ensure!(names.is_subset(&known), "there and reported as failed: {:?}", names.difference(&known));
    Ok(())
}

/// Each step makes something that is told apart from all else.
fn write(registry: &Registry, writer: usize, steps: usize) -> Result<Told> {
    let mut told = Told::default();
    let project = || PROJECT.to_owned();
    for step in 0..steps {
        let number = writer * 100_000 + step;
        let (name, outcome) = match step % 5 {
            0 | 1 => {
                let at = |seconds: usize| Timestamp { seconds: seconds as i64, nanos: 0 };
                let (start, end) = (at(number), at(number + 1));
                let change = Materialize { project: project(), view: "shared".into(), start, end };
                (format!("interval {number}"), registry.run(&change).map(drop))
            }
            2 => {
                let change = Apply::new([(
                    project(),
                    view(&format!("own{writer}"), &[&format!("f{number}")], |_| {}),
                )]);
                (format!("version {number}"), registry.run(&change).map(drop))
            }
            3 => {
                let name = format!("entity {number}");
                let made = registry.run(&Apply::new([(project(), entity(&name, ""))])).map(drop);
                // Every other one goes again.
                let gone = Delete { project: project(), name: name.clone(), target: Target::Any };
                match (made, number % 2) {
                    (Ok(()), 0) => match registry.run(&gone) {
                        Ok(_) => {
                            ensure!(
                                registry.get(Kind::Entity, PROJECT, &name).is_err(),
                                "{name} was deleted and is there"
                            );
                            continue;
                        }
                        // It is there or not.
                        Err(error) => (name, Err(error)),
                    },
                    (made, _) => (name, made),
                }
            }
            _ => {
                let (key, value) = (format!("key {number}"), number.to_string());
                let change = SetProjectMetadata { project: project(), key: key.clone(), value };
                (key, registry.run(&change))
            }
        };
        match outcome {
            Ok(()) => told.acknowledged.insert(name),
            Err(Error::CommitUnknown(_)) => told.unknown.insert(name),
            Err(error) => return Err(error).with_context(|| name),
        };
    }
    Ok(told)
}

/// What the writers have made, by the same names.
fn made(registry: &Registry) -> Result<Vec<String>> {
    let rows = registry.rows(Some(PROJECT))?;
    let mut found = Vec::new();
    for (key, row) in &rows.objects {
        match key.kind {
            Kind::Entity => found.push(key.name.clone()),
            Kind::FeatureView if key.name == "shared" => {
                for interval in row.object(key)?.bookkeeping().intervals {
                    let start = feast_registry_core::wire::submessage(&interval, 1)?.context("no start")?;
                    found.push(format!("interval {}", Timestamp::decode(&start)?.seconds));
                }
            }
            _ => {}
        }
    }
    for ((_, name), versions) in rows.versions.iter().filter(|((_, name), _)| name != "shared") {
        ensure!(
            versions.keys().copied().eq(0..versions.len() as i32),
            "versions of {name}: {:?}",
            versions.keys()
        );
        for (number, row) in versions {
            let text = String::from_utf8_lossy(&row.bytes);
            let feature = text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
                word.strip_prefix('f')
                    .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
            });
            let feature = feature.with_context(|| format!("version {number} of {name} has no feature"))?;
            found.push(format!("version {}", &feature[1..]));
        }
    }
    let keys = rows.metadata.keys().map(|(_, key)| key).filter(|key| key.starts_with("key "));
    found.extend(keys.cloned());
    Ok(found)
}
