//! The bare driver: the least SQL that could give the result, with nothing around it. What it would take to be
//! sure of the result (locks, checks, retries) it leaves out.

mod mariadb;
mod postgres;
mod sqlite;

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use feast_registry_core::{operation::LAST_UPDATED, sql::tables};

use self::{mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};
use crate::{
    meter::{Counts, Meter},
    place::Place,
    views::{self, PROJECT},
    way::Way,
    work::Work,
};

/// A value of a statement.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// What a driver can do. Statements are prepared once.
trait Connection {
    /// Begins or ends a transaction.
    fn control(&mut self, text: &str) -> Result<()>;

    fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<()>;

    /// Reads all rows into memory, as the driver gives them; says how many there are, and their bytes.
    fn read(&mut self, text: &str, values: &[Value<'_>]) -> Result<(u64, u64)>;

    /// The bytes in the first column of the only row.
    fn bytes(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<u8>>;

    /// The name of the `index`th value, from 1.
    fn placeholder(&self, index: usize) -> String {
        let _ = index;
        "?".into()
    }

    /// What replaces an entry of `feast_metadata`.
    fn replace(&self) -> &'static str {
        "ON CONFLICT (project_id, metadata_key) DO UPDATE SET metadata_value = excluded.metadata_value"
    }

    /// How many rows an insert of many should have.
    fn rows_at_once(&self) -> usize {
        1_000
    }
}

pub(crate) struct Bare {
    connection: Box<dyn Connection>,
    counts: Arc<Counts>,
}

const VIEW: &str = "feature_views (feature_view_name, project_id, last_updated_timestamp, feature_view_proto, \
                    user_metadata)";
const VERSION: &str = "feature_view_version_history (feature_view_name, project_id, version_number, feature_view_type, \
                       feature_view_proto, created_timestamp, description, version_id)";
const METADATA: &str = "feast_metadata (project_id, metadata_key, metadata_value, last_updated_timestamp)";
const PROJECTS: &str = "projects (project_id, project_name, last_updated_timestamp, project_proto)";

impl Bare {
    pub(crate) fn open(place: &Place) -> Result<Bare> {
        let connection: Box<dyn Connection> = match place {
            Place::File(path) => Box::new(Sqlite::open(path)?),
            Place::Server { database, .. } => {
                let (endpoint, name, owner) = (place.endpoint(database), &database.name, &database.owner);
                match endpoint.engine {
                    feast_registry_tests::servers::Engine::Postgres => {
                        Box::new(Postgres::open(&endpoint, name, owner)?)
                    }
                    feast_registry_tests::servers::Engine::MariaDb => {
                        Box::new(MariaDb::open(&endpoint, name, owner)?)
                    }
                }
            }
        };
        Ok(Bare { connection, counts: Arc::default() })
    }

    /// Removes a project that was applied as many views at once.
    pub(crate) fn remove(&mut self, project: &str) -> Result<()> {
        self.control("BEGIN")?;
        for table in tables() {
            let text =
                format!("DELETE FROM {} WHERE project_id = {}", table.name, self.connection.placeholder(1));
            self.execute(&text, &[Value::Text(project)])?;
        }
        self.control("COMMIT")
    }

    fn control(&mut self, text: &str) -> Result<()> {
        self.counts.sent(1);
        self.connection.control(text)
    }

    fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<()> {
        self.counts.sent(1);
        self.connection.execute(text, values)
    }

    fn read(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64> {
        self.counts.sent(1);
        let (rows, bytes) = self.connection.read(text, values)?;
        self.counts.returned(rows as usize);
        ensure!(bytes > 0, "nothing was read");
        Ok(rows)
    }

    fn insert(&mut self, into: &str, width: usize, values: &[Value<'_>]) -> Result<()> {
        let row = |row: usize| {
            let names: Vec<_> =
                (1..=width).map(|column| self.connection.placeholder(row * width + column)).collect();
            format!("({})", names.join(", "))
        };
        let rows: Vec<String> = (0..values.len() / width).map(row).collect();
        self.execute(&format!("INSERT INTO {into} VALUES {}", rows.join(", ")), values)
    }

    fn apply(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.control("BEGIN")?;
        self.insert(VIEW, 5, &view_row(PROJECT, name, bytes))?;
        self.insert(VERSION, 8, &version_row(PROJECT, name, bytes))?;
        let replace = self.connection.replace();
        let values: Vec<String> = (1..=4).map(|index| self.connection.placeholder(index)).collect();
        let text = format!("INSERT INTO {METADATA} VALUES ({}) {replace}", values.join(", "));
        let time =
            [Value::Text(PROJECT), Value::Text(LAST_UPDATED), Value::Text("1700000000"), Value::Int(NOW)];
        self.execute(&text, &time)?;
        self.control("COMMIT")
    }

    fn apply_many(&mut self, project: &str, views: &[(String, Vec<u8>)]) -> Result<()> {
        self.control("BEGIN")?;
        self.insert(
            PROJECTS,
            4,
            &[Value::Text(project), Value::Text(project), Value::Int(NOW), Value::Bytes(b"\n\0")],
        )?;
        for chunk in views.chunks(self.connection.rows_at_once()) {
            let rows = chunk.iter().flat_map(|(name, bytes)| view_row(project, name, bytes));
            self.insert(VIEW, 5, &rows.collect::<Vec<_>>())?;
            let rows = chunk.iter().flat_map(|(name, bytes)| version_row(project, name, bytes));
            self.insert(VERSION, 8, &rows.collect::<Vec<_>>())?;
        }
        self.control("COMMIT")
    }

    /// By its key.
    fn select(&mut self, name: &str) -> Result<()> {
        let text = self.view_by_key("feature_view_proto, last_updated_timestamp, user_metadata");
        let rows = self.read(&text, &[Value::Text(PROJECT), Value::Text(name)])?;
        ensure!(rows == 1, "{rows} rows of a view");
        Ok(())
    }

    fn view_by_key(&self, columns: &str) -> String {
        let [one, two] = [1, 2].map(|index| self.connection.placeholder(index));
        format!("SELECT {columns} FROM feature_views WHERE project_id = {one} AND feature_view_name = {two}")
    }
}

const NOW: i64 = 1_700_000_000;

fn view_row<'a>(project: &'a str, name: &'a str, bytes: &'a [u8]) -> [Value<'a>; 5] {
    [Value::Text(name), Value::Text(project), Value::Int(NOW), Value::Bytes(bytes), Value::Null]
}

fn version_row<'a>(project: &'a str, name: &'a str, bytes: &'a [u8]) -> [Value<'a>; 8] {
    [
        Value::Text(name),
        Value::Text(project),
        Value::Int(0),
        Value::Text("feature_view"),
        Value::Bytes(bytes),
        Value::Int(NOW),
        Value::Text(""),
        Value::Text("3b4b9a52-6c0c-4b9e-9e0f-0d6c8f1f7a11"),
    ]
}

impl Way for Bare {
    fn run(&mut self, work: Work, size: usize, step: usize, meter: &mut Meter<'_>) -> Result<()> {
        let counts = self.counts.clone();
        match work {
            Work::Apply => {
                let name = format!("bare_{step}");
                let view = views::view(&name)?;
                meter.run(&counts, 1, || self.apply(&name, view.bytes()))
            }
            Work::Materialize => meter.run(&counts, 1, || {
                let name = views::name(2);
                self.control("BEGIN")?;
                let text = self.view_by_key("feature_view_proto");
                self.counts.sent(1);
                let mut bytes = self.connection.bytes(&text, &[Value::Text(PROJECT), Value::Text(&name)])?;
                // An interval, in the view's `meta`.
                bytes.extend_from_slice(&[18, 12, 26, 10, 10, 3, 8, 128, 1, 18, 3, 8, 129, 1]);
                let [set, time, project, key] = [1, 2, 3, 4].map(|index| self.connection.placeholder(index));
                let text = format!(
                    "UPDATE feature_views SET feature_view_proto = {set}, last_updated_timestamp = {time} \
                     WHERE project_id = {project} AND feature_view_name = {key}"
                );
                let values = [Value::Bytes(&bytes), Value::Int(NOW), Value::Text(PROJECT), Value::Text(&name)];
                self.execute(&text, &values)?;
                self.control("COMMIT")
            }),
            Work::SyncApply => {
                let name = format!("sync_bare_{step}");
                let view = views::view(&name)?;
                meter.run(&counts, 1, || {
                    self.apply(&name, view.bytes())?;
                    self.select(&name)
                })
            }
            Work::ApplyMany => {
                let views: Result<Vec<_>> = (0..size)
                    .map(|number| {
                        let name = views::name(number);
                        let bytes = views::view(&name)?.into_bytes();
                        Ok((name, bytes))
                    })
                    .collect();
                let (project, views) = (format!("many_bare_{step}"), views?);
                meter.run(&counts, 1, || self.apply_many(&project, &views))
            }
            Work::List => meter.run(&counts, 1, || {
                let text = format!(
                    "SELECT project_id, feature_view_name, feature_view_proto, last_updated_timestamp, user_metadata \
                     FROM feature_views WHERE project_id = {}",
                    self.connection.placeholder(1)
                );
                let rows = self.read(&text, &[Value::Text(PROJECT)])?;
                ensure!(rows >= size as u64, "{rows} rows");
                Ok(())
            }),
            Work::Export => meter.run(&counts, 1, || {
                for table in tables() {
                    self.counts.sent(1);
                    let (rows, _) = self.connection.read(&format!("SELECT * FROM {}", table.name), &[])?;
                    self.counts.returned(rows as usize);
                }
                Ok(())
            }),
            Work::CachedGet => {
                let name = views::name(step * 7919 % size);
                meter.run(&counts, 1, || self.select(&name))
            }
            Work::Refresh => {
                let name = views::name(step * 7919 % size);
                meter.run(&counts, 1, || {
                    self.read("SELECT project_id, metadata_key, metadata_value FROM feast_metadata", &[])?;
                    self.select(&name)
                })
            }
            // A process of its own does these.
            Work::ProcessTime | Work::ProcessMemory | Work::Hold => bail!("no work of this process"),
        }
    }
}

/// The names of all views of the project, one a line, as a process of its own that was started for them.
pub(crate) fn print_names(file: &std::path::Path) -> Result<()> {
    let names = Sqlite::open(file)?.names(PROJECT).context("cannot list")?;
    println!("{}", names.join("\n"));
    Ok(())
}
