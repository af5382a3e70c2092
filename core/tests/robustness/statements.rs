//! No statement binds more values than every database takes, whatever is read or written.

use std::collections::BTreeSet;

use feast_registry_core::{
    kind::Kind,
    operation::{Apply, Lock, Operation, Reads, Restore, Selection, Write},
    rows::{Key, Row, Rows},
    sql::{self, Dialect, Statement},
};

use crate::common::{at, entity, label_view};

/// SQLite's limit in builds from before 3.32; what PostgreSQL and MySQL take.
fn most_values(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 999,
        Dialect::Postgres | Dialect::Mysql => 65_535,
    }
}

/// How many `SELECT`s SQLite joins.
const SELECTS: usize = 500;
/// About what MySQL's smallest default packet has room for, less one object.
const BYTES: usize = 2 << 20;

const DIALECTS: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

fn check(statement: &Statement<'_>, dialect: Dialect) {
    let count = statement.values.len();
    assert!(count <= most_values(dialect), "{count} values");
    assert!(statement.text.matches(" UNION ALL ").count() < SELECTS);
    let bound = match dialect {
        Dialect::Postgres => statement.text.matches('$').count(),
        Dialect::Sqlite | Dialect::Mysql => statement.text.matches('?').count(),
    };
    assert_eq!(bound, count, "{}", statement.text);
    if dialect == Dialect::Postgres && count > 0 {
        assert!(statement.text.contains(&format!("${count}")) && !statement.text.contains("$0"));
    }
    assert!(statement.text.is_ascii());
}

pub(crate) fn check_reads(reads: &Reads) {
    for dialect in DIALECTS {
        sql::lock(&reads.lock, dialect).iter().for_each(|statement| check(statement, dialect));
        let looks = sql::vacancies(&reads.selections, dialect);
        looks.iter().for_each(|statement| check(statement, dialect));
        for locking in [false, true] {
            let statements = reads.selections.iter().flat_map(|one| sql::select(one, dialect, locking));
            statements.for_each(|statement| check(&statement, dialect));
        }
    }
}

pub(crate) fn check_writes(writes: &[Write]) {
    for dialect in DIALECTS {
        sql::steps(writes, dialect).iter().for_each(|step| check(&step.statement, dialect));
    }
}

#[test]
fn large_batches_stay_within_the_limits() {
    let objects = |count: usize, projects: usize| {
        (0..count).flat_map(move |n| {
            let project = format!("p{:05}", n % projects);
            [(project.clone(), entity(&format!("e{n}"))), (project, label_view(&format!("v{n}")))]
        })
    };
    for (count, projects) in [(6_000, 1), (3_000, 1_500)] {
        let apply = Apply::new(objects(count, projects));
        check_reads(&apply.reads());
        let plan = apply.decide(&Rows::default(), &at(1)).unwrap();
        assert_eq!(plan.outcome.len(), 2 * count + projects);
        check_writes(&plan.writes);
    }
    let project = |n: usize| (Key::project(&format!("p{n}")), row(0));
    let rows = Rows { objects: (0..1_200).map(project).collect(), ..Rows::default() };
    let restore = Restore { rows, overwrite: false };
    check_reads(&restore.reads());
    check_writes(&restore.decide(&Rows::default(), &at(1)).unwrap().writes);
}

fn row(user_metadata: usize) -> Row {
    Row { bytes: Vec::new(), last_updated: 0, user_metadata: Some(vec![0; user_metadata]) }
}

#[test]
fn projects_are_locked_in_one_order_whatever_their_number() {
    let names: BTreeSet<String> = (0..2_000).map(|n| format!("p{n}")).collect();
    for dialect in [Dialect::Postgres, Dialect::Mysql] {
        let lock = Lock::Exclusive(names.clone());
        let statements = sql::lock(&lock, dialect);
        let locked: Vec<_> = statements.into_iter().flat_map(|statement| statement.values).collect();
        assert_eq!(locked, names.iter().map(sql::Value::from).collect::<Vec<_>>());
    }
}

#[test]
fn inserts_are_split_by_size_user_metadata_included() {
    let insert = |n: usize| Write::Insert(Key::new(Kind::FeatureView, "p", format!("v{n}")), row(400_000));
    let writes: Vec<Write> = (0..20).map(insert).collect();
    for step in sql::steps(&writes, Dialect::Mysql) {
        let bytes = |value: &sql::Value<'_>| match value {
            sql::Value::Bytes(bytes) => bytes.len(),
            _ => 0,
        };
        assert!(step.statement.values.iter().map(bytes).sum::<usize>() < BYTES);
    }
}

#[test]
fn names_that_no_database_stores_are_not_asked_for() {
    for dialect in DIALECTS {
        let names = ["a\0b".to_owned()];
        let selections =
            [Selection::named(Kind::Entity, "p", names), Selection::all(Kind::Entity, Some("a\0b"))];
        assert!(selections.iter().all(|selection| sql::select(selection, dialect, true).is_empty()));
        assert!(sql::lock(&Lock::Shared(["a\0b".to_owned()].into()), dialect).is_empty());
    }
}
