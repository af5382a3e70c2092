//! One connection: statements, each with its parameters or prepared, that travel together.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::slice;

use feast_registry_core::sql::{Statement, Take, Value};
use futures_util::{TryStreamExt, future::Either};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

use super::classify::{classify, is_stale_plan};
use super::link::{Link, in_one_flight, in_order};
use super::values::{Bound, PostgresRecord, type_of};
use crate::config::IsolationLevel;
use crate::driver::{Access, CatalogColumn, Connection, Failure, FailureKind, LOCK_WAIT_SECONDS};

pub(super) struct PostgresConnection {
    // Before the link, which then says goodbye.
    client: Client,
    link: Link,
    isolation: Option<IsolationLevel>,
    /// Uses after which a text is prepared; `None` for never.
    prepare_after: Option<u32>,
    statements: HashMap<String, Usage>,
    /// What begins the transaction, where the server is yet to be told.
    begin: Option<String>,
    /// A statement of this transaction failed, and PostgreSQL ignores all others until its end.
    aborted: bool,
    broken: bool,
}

/// A text that was run before on this connection.
enum Usage {
    /// So many times, sent with its parameters in one message.
    Unprepared(u32),
    Prepared(tokio_postgres::Statement),
}

impl PostgresConnection {
    pub(super) fn new(
        client: Client,
        link: Link,
        isolation: Option<IsolationLevel>,
        prepare_after: Option<u32>,
    ) -> Self {
        let statements = HashMap::new();
        Self {
            client,
            link,
            isolation,
            prepare_after,
            statements,
            begin: None,
            aborted: false,
            broken: false,
        }
    }

    /// Prepares the texts that are used often enough to be worth the round trip that preparing takes.
    fn prepare(&mut self, statements: &[Statement<'_>]) -> Result<(), Error> {
        let Some(threshold) = self.prepare_after else { return Ok(()) };
        let mut worthy = BTreeMap::new();
        for Statement { text, values } in statements {
            match self.statements.get_mut(text) {
                Some(Usage::Prepared(_)) => {}
                Some(Usage::Unprepared(uses)) if *uses < threshold => *uses += 1,
                None if threshold > 0 => drop(self.statements.insert(text.clone(), Usage::Unprepared(1))),
                Some(Usage::Unprepared(_)) | None => drop(worthy.insert(text, values)),
            }
        }
        if worthy.is_empty() {
            return Ok(());
        }
        let types = worthy.values().map(|values| values.iter().map(type_of).collect());
        let types: Vec<Vec<Type>> = types.collect();
        let each = worthy.keys().zip(&types).map(|(text, types)| self.client.prepare_typed(text, types));
        let prepared = self.link.wait(in_one_flight(each))?;
        for (text, prepared) in worthy.into_keys().zip(prepared) {
            self.statements.insert(text.clone(), Usage::Prepared(prepared));
        }
        Ok(())
    }

    /// Takes the rows of queries. What begins the transaction travels ahead of them, and `end` behind.
    fn rows(
        &mut self,
        statements: &[Statement<'_>],
        end: Option<&str>,
        take: &mut Take<'_>,
    ) -> Result<(), Error> {
        self.prepare(statements)?;
        let (client, prepared, begin) = (&self.client, &self.statements, self.begin.take());
        let control = async |text| {
            client.batch_execute(text).await?;
            Ok(None)
        };
        let (begin, end) = (begin.as_deref().map(control), end.map(control));
        let each = statements.iter().enumerate().map(async |(index, statement)| {
            let bound: Vec<Bound<'_>> = statement.values.iter().map(Bound).collect();
            let rows = match prepared.get(&statement.text) {
                Some(Usage::Prepared(prepared)) => client.query_raw(prepared, &bound).await?,
                _ => client.query_typed_raw(&statement.text, typed(&bound)).await?,
            };
            Ok(Some((index, rows)))
        });
        let all = begin.into_iter().map(Either::Left).chain(each.map(Either::Right));
        let all = all.chain(end.into_iter().map(Either::Left));
        self.link.wait(in_order(all, async |answer| {
            let Some((index, rows)) = answer else { return Ok(()) };
            let mut rows = pin!(rows);
            while let Some(row) = rows.try_next().await? {
                take(index, &mut PostgresRecord(row));
            }
            Ok(())
        }))
    }

    fn counts(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Error> {
        self.prepare(statements)?;
        if let Some(begin) = self.begin.take() {
            // By itself: what follows changes something, be there a transaction or not.
            self.link.wait(self.client.batch_execute(&begin))?;
        }
        let (client, prepared) = (&self.client, &self.statements);
        let each = statements.iter().map(async |statement| {
            let bound: Vec<Bound<'_>> = statement.values.iter().map(Bound).collect();
            match prepared.get(&statement.text) {
                Some(Usage::Prepared(prepared)) => client.execute(prepared, &untyped(&bound)).await,
                _ => client.execute_typed(&statement.text, &typed(&bound)).await,
            }
        });
        self.link.wait(in_one_flight(each))
    }

    fn query_with(
        &mut self,
        statements: &[Statement<'_>],
        end: Option<&str>,
        take: &mut Take<'_>,
    ) -> Result<(), Failure> {
        self.rows(statements, end, take).map_err(|error| self.failed(&error))
    }

    fn run(&mut self, text: &str) -> Result<(), Failure> {
        let outcome = self.link.wait(self.client.batch_execute(text));
        outcome.map_err(|error| self.failed(&error))
    }

    fn failed(&mut self, error: &Error) -> Failure {
        let mut failure = classify(error);
        if self.client.is_closed() {
            failure.kind = FailureKind::ConnectionLost;
        }
        if is_stale_plan(error) {
            self.statements.clear();
        }
        self.aborted = true;
        self.broken |= failure.kind == FailureKind::ConnectionLost;
        failure
    }
}

fn untyped<'a>(bound: &'a [Bound<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    bound.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn typed<'a>(bound: &'a [Bound<'a>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    bound.iter().map(|value| (value as &(dyn ToSql + Sync), type_of(value.0))).collect()
}

impl Connection for PostgresConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        let isolation = match (access, self.isolation) {
            // Several statements are to see one state of the registry.
            (Access::Read, None | Some(IsolationLevel::ReadUncommitted | IsolationLevel::ReadCommitted)) => {
                Some(IsolationLevel::RepeatableRead)
            }
            // A snapshot that is older than the lock just waited for shows a state that is gone, and at
            // this level nobody objects to a decision on it.
            (Access::Write, Some(IsolationLevel::RepeatableRead)) => Some(IsolationLevel::Serializable),
            (_, configured) => configured,
        };
        let level = isolation.map(|level| format!(" ISOLATION LEVEL {}", level.as_sql())).unwrap_or_default();
        let mode = match access {
            Access::Read => " READ ONLY".into(),
            Access::Write => format!("; SET LOCAL lock_timeout = '{LOCK_WAIT_SECONDS}s'"),
        };
        self.aborted = false;
        self.begin = Some(format!("BEGIN{level}{mode}"));
        Ok(())
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        let mut found = Vec::new();
        self.query_all(slice::from_ref(statement), &mut |_, row| found.push(row.values()))?;
        Ok(found)
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        Ok(self.execute_all(slice::from_ref(statement))?.pop().unwrap_or_default())
    }

    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        self.query_with(statements, None, take)
    }

    fn query_apart(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        self.begin(Access::Read)?;
        if statements.len() == 1 && self.isolation.is_none() {
            // It sees one state by itself.
            self.begin = None;
            return self.query_with(statements, None, take);
        }
        self.query_with(statements, Some("COMMIT"), take)
    }

    fn execute_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Failure> {
        self.counts(statements).map_err(|error| self.failed(&error))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if self.aborted {
            // PostgreSQL answers a COMMIT now by rolling back, and calls that a success.
            let message = "a statement of the transaction failed, so that it cannot be committed";
            return Err(Failure::new(FailureKind::Refused, message));
        }
        match self.begin.take() {
            Some(_) => Ok(()),
            None => self.run("COMMIT"),
        }
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.aborted = false;
        match self.begin.take() {
            Some(_) => Ok(()),
            None => self.run("ROLLBACK"),
        }
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        let rows = self.link.wait(self.client.query_typed(CATALOG, &[]));
        let rows = rows.map_err(|error| self.failed(&error))?;
        let column = |row: &tokio_postgres::Row| {
            let length: Option<i32> = row.try_get(3)?;
            let key: Option<i32> = row.try_get(6)?;
            Ok(CatalogColumn {
                table: row.try_get(0)?,
                column: row.try_get(1)?,
                type_name: row.try_get(2)?,
                length: length.and_then(|length| u64::try_from(length).ok()),
                collation: row.try_get(4)?,
                nullable: row.try_get(5)?,
                has_default: row.try_get(7)?,
                key: key.and_then(|key| u32::try_from(key).ok()),
            })
        };
        rows.iter().map(column).collect::<Result<_, _>>().map_err(|error| self.failed(&error))
    }

    fn is_broken(&self) -> bool {
        self.broken || self.client.is_closed()
    }

    fn ping(&mut self) -> Result<(), Failure> {
        // An empty statement: one round trip, and no table or transaction is touched.
        self.run("")
    }
}

/// Every table that an unqualified name reaches, which is what the `search_path` decides. The type
/// modifier of a character type is its length and four. CockroachDB answers it too: it is spared the
/// vectors of `pg_index`.
const CATALOG: &str = "
    SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN a.atttypmod - 4 END,
           CASE WHEN a.attcollation <> t.typcollation THEN l.collname::text END,
           NOT a.attnotnull,
           array_position(k.conkey, a.attnum)::int4,
           a.atthasdef OR a.attidentity <> ''
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal')
       AND pg_catalog.pg_table_is_visible(c.oid)
     ORDER BY c.relname, a.attnum";
