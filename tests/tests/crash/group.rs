//! Writers of one process on SQLite share a commit where they wait for one another, and nothing else: one fails alone, and
//! none is told of a success before the commit that all of them wait for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread::{self, Scope, ScopedJoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use feast_registry::{error::Error, registry::Registry};
use feast_registry_core::{
    kind::Kind,
    operation::{Apply, Change, Context, Delete, Operation, Plan, Reads, Target, Write},
    refusal::Refusal,
    rows::{Key, Row, Rows},
};

use crate::{
    databases::{Database, driver, impatient, on},
    faulty::Faulty,
    operations::{PROJECT, entity},
};

const WRITERS: usize = 12;

/// An apply that has its turn until it is told to decide.
struct Held {
    operation: Apply,
    has_turn: AtomicBool,
    may_decide: AtomicBool,
}

impl Operation for Held {
    type Outcome = Vec<Change>;

    fn reads(&self) -> Reads {
        self.operation.reads()
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Vec<Change>>, Refusal> {
        self.has_turn.store(true, SeqCst);
        while !self.may_decide.load(SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        self.operation.decide(rows, context)
    }
}

/// Inserts one row, and changes another that is not there, so that the first must not stay either.
struct Broken;

impl Operation for Broken {
    type Outcome = ();

    fn reads(&self) -> Reads {
        Reads::default()
    }

    fn decide(&self, _: &Rows, _: &Context) -> Result<Plan<()>, Refusal> {
        let bytes = entity("half", "").into_bytes();
        let update = Write::Update {
            key: Key::new(Kind::Entity, PROJECT, "nothing"),
            bytes: bytes.clone(),
            last_updated: 1,
        };
        let row = Row { bytes, last_updated: 1, user_metadata: None };
        let insert = Write::Insert(Key::new(Kind::Entity, PROJECT, "half"), row);
        Ok(Plan { writes: vec![insert, update], outcome: () })
    }
}

fn put(name: &str) -> Apply {
    Apply::new([(PROJECT.to_owned(), entity(name, ""))])
}

/// The names of the entities that are stored.
fn stored(registry: &Registry) -> Result<Vec<String>> {
    let rows = registry.rows(Some(PROJECT))?;
    Ok(rows.of_kind(Kind::Entity).map(|(key, _)| key.name.clone()).collect())
}

fn until(mut holds: impl FnMut() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !holds() {
        ensure!(begun.elapsed() < Duration::from_secs(30), "it does not come to that");
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

type Writer<'s> = ScopedJoinHandle<'s, Result<(), Error>>;

/// Starts one writer, and these others once it has its turn; lets them go when all of them wait.
fn let_go<'s>(
    scope: &'s Scope<'s, '_>,
    registry: &'s Registry,
    first: &'s Held,
    others: Vec<Box<dyn FnOnce() -> Result<(), Error> + Send + 's>>,
) -> Result<Vec<Writer<'s>>> {
    let mut writers = vec![scope.spawn(|| registry.run(first).map(drop))];
    until(|| first.has_turn.load(SeqCst))?;
    let waiting = others.len();
    writers.extend(others.into_iter().map(|other| scope.spawn(other)));
    let all_wait = until(|| registry.connections().waited_for == waiting);
    first.may_decide.store(true, SeqCst);
    all_wait.map(|()| writers)
}

fn held() -> Held {
    Held { operation: put("first"), has_turn: false.into(), may_decide: false.into() }
}

#[test]
fn writers_that_wait_for_one_another_share_a_commit_and_fail_alone() -> Result<()> {
    let database = Database::sqlite()?;
    let faulty = Faulty::new(database.driver()?, None);
    let registry = on(Arc::new(faulty.clone())).with_retry(impatient());
    registry.create_schema()?;
    let commits = || faulty.trace().iter().filter(|call| *call == "COMMIT").count();
    let (before, first) = (commits(), held());
    let mut outcomes = thread::scope(|scope| {
        let registry = &registry;
        let mut others: Vec<Box<dyn FnOnce() -> Result<(), Error> + Send>> = Vec::new();
        others.extend((0..WRITERS).map(|number| {
            let change = put(&format!("entity_{number}"));
            Box::new(move || registry.run(&change).map(drop)) as _
        }));
        others.push(Box::new(move || registry.run(&Broken)));
        let (project, name) = (PROJECT.to_owned(), "unknown".to_owned());
        let delete = Delete { project, name, target: Target::Kind(Kind::Entity) };
        others.push(Box::new(move || registry.run(&delete).map(drop)));
        // Has nothing to do, but only because of what is not committed yet.
        others.push(Box::new(move || registry.run(&put("first")).map(drop)));
        let writers = let_go(scope, registry, &first, others)?;
        writers.into_iter().map(|writer| writer.join().ok().context("a panic")).collect::<Result<Vec<_>>>()
    })?;
    ensure!(outcomes.pop().is_some_and(|same| same.is_ok()));
    ensure!(matches!(outcomes.pop(), Some(Err(Error::Refused(Refusal::NotFound { .. })))));
    ensure!(matches!(outcomes.pop(), Some(Err(Error::Contended { .. }))));
    for outcome in outcomes {
        outcome?;
    }
    assert_eq!(commits() - before, 1, "all in one commit");
    let names = stored(&registry)?;
    let mut expected: Vec<String> = (0..WRITERS).map(|number| format!("entity_{number}")).collect();
    expected.push("first".into());
    expected.sort();
    assert_eq!(names, expected);
    Ok(())
}

#[test]
fn a_shared_commit_that_fails_has_failed_for_all_and_is_repeated() -> Result<()> {
    let database = Database::sqlite()?;
    let registry = on(driver(&format!("{}?timeout=0.02", database.url))?);
    registry.create_schema()?;
    registry.run(&put("there"))?;
    let file = database.url.strip_prefix("sqlite:///").context("no file")?;
    // Who reads keeps a commit from being made, but nobody from preparing one.
    let reader = rusqlite::Connection::open(file)?;
    reader.execute_batch("BEGIN; SELECT * FROM projects")?;
    let first = held();
    let outcomes = thread::scope(|scope| {
        let registry = &registry;
        let others = (0..WRITERS).map(|number| {
            let change = put(&format!("entity_{number}"));
            Box::new(move || registry.run(&change).map(drop)) as _
        });
        let writers = let_go(scope, registry, &first, others.collect())?;
        let failed = until(|| registry.retries().conflicts > WRITERS as u64);
        let answered = writers.iter().filter(|writer| writer.is_finished()).count();
        let seen = stored(registry);
        reader.execute_batch("COMMIT")?;
        failed?;
        let seen = seen?;
        ensure!(answered == 0 && seen.len() == 1, "{answered} were answered, {seen:?}");
        writers.into_iter().map(|writer| writer.join().ok().context("a panic")).collect::<Result<Vec<_>>>()
    })?;
    for outcome in outcomes {
        outcome?;
    }
    assert_eq!(stored(&registry)?.len(), 1 + 1 + WRITERS);
    Ok(())
}
