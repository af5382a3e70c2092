//! The databases, each with the addresses at which writers reach it; the writers; and what is stored, read without us.

use std::any::Any;

use anyhow::{Context, Result};
use feast_registry::{config::RegistryConfig, registry::Registry};
use feast_registry_core::proto::feast::core as feast;
use feast_registry_tests::servers::{self, Endpoint, Engine, TestDatabase};
use feast_registry_tests::writers::{Report, Writers, scale, writer};
use prost::Message;
use rusqlite::types::ValueRef;

/// The project of the writers.
pub(crate) const PROJECT: &str = "load";
/// The view of all writers.
pub(crate) const SHARED: &str = "shared";
/// The writers of a load.
pub(crate) const PROCESSES: usize = 8;

/// Runs a query with the database's own client.
type Rows = Box<dyn Fn(&str) -> Result<Vec<Vec<String>>>>;

/// A database that writers meet in.
pub(crate) struct Place {
    name: &'static str,
    /// One for each of its nodes.
    urls: Vec<String>,
    rows: Rows,
    hex: &'static str,
    _kept: Box<dyn Any>,
}

pub(crate) fn sqlite() -> Result<Place> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("registry.db");
    let urls = vec![format!("sqlite:///{}", file.display())];
    let rows = move |query: &str| {
        let connection = rusqlite::Connection::open(&file)?;
        connection.busy_timeout(std::time::Duration::from_secs(30))?;
        let mut statement = connection.prepare(query)?;
        let width = statement.column_count();
        let text = |value: ValueRef<'_>| match value {
            ValueRef::Integer(number) => number.to_string(),
            other => other.as_str().map(str::to_owned).unwrap_or_default(),
        };
        let rows = statement.query_map((), |row| (0..width).map(|at| row.get_ref(at).map(text)).collect())?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    place("SQLite", urls, "hex({})", Box::new(rows), Box::new(folder))
}

pub(crate) fn postgres() -> Result<Place> {
    server("PostgreSQL", servers::postgres()?.fresh_database()?, &[])
}

pub(crate) fn serializable() -> Result<Place> {
    let database = servers::postgres()?.fresh_database()?;
    database.make_serializable()?;
    server("PostgreSQL, SERIALIZABLE", database, &[])
}

pub(crate) fn postgres_18() -> Result<Place> {
    server("PostgreSQL 18", servers::newest_postgres()?.fresh_database()?, &[])
}

pub(crate) fn mariadb() -> Result<Place> {
    server("MariaDB", servers::mariadb()?.fresh_database()?, &[])
}

pub(crate) fn galera() -> Result<Place> {
    let galera = servers::galera()?;
    server("Galera", galera.fresh_database()?, &galera.endpoints())
}

fn server(name: &'static str, database: TestDatabase, nodes: &[&Endpoint]) -> Result<Place> {
    let urls: Vec<String> = match nodes {
        [] => vec![database.url()],
        nodes => nodes.iter().map(|node| database.url_at(node)).collect(),
    };
    let hex = match database.endpoint().engine {
        Engine::Postgres => "encode({}, 'hex')",
        Engine::MariaDb => "hex({})",
    };
    let database = std::sync::Arc::new(database);
    // A node of a cluster first catches up with the others.
    let prefix = if nodes.is_empty() { "" } else { "SET SESSION wsrep_sync_wait = 1; " };
    let reader = std::sync::Arc::clone(&database);
    let rows = move |query: &str| {
        let lines = reader.execute(&format!("{prefix}{query};"))?;
        Ok(lines.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
    };
    place(name, urls, hex, Box::new(rows), Box::new(database))
}

fn place(
    name: &'static str,
    urls: Vec<String>,
    hex: &'static str,
    rows: Rows,
    kept: Box<dyn Any>,
) -> Result<Place> {
    let (first, others) = urls.split_first().context("no address")?;
    let status = writer(first, "prepare", 0, PROCESSES)?.status()?;
    anyhow::ensure!(status.success(), "cannot prepare {name}");
    let place = Place { name, urls: urls.clone(), rows, hex, _kept: kept };
    for url in others {
        // Until it has what the first one has.
        let begun = std::time::Instant::now();
        while open(url)?.get(feast_registry_core::kind::Kind::FeatureView, PROJECT, SHARED).is_err() {
            anyhow::ensure!(begun.elapsed().as_secs() < 30, "a node does not get the others' writes");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    Ok(place)
}

fn open(url: &str) -> Result<Registry> {
    Ok(Registry::open(&RegistryConfig::new(url.parse()?))?)
}

impl Place {
    /// Starts writers of these jobs, spread over the nodes; each makes `changes` changes.
    pub(crate) fn writers(&self, jobs: &[&str], changes: usize) -> Result<Writers> {
        // The jobs of one worker are at work beside each other; its number names what they write.
        let mut workers = std::collections::BTreeMap::<&str, usize>::new();
        let commands = jobs.iter().enumerate().map(|(index, job)| {
            let worker = workers.entry(job).or_default();
            *worker += 1;
            writer(&self.urls[index % self.urls.len()], job, *worker - 1, changes)
        });
        Writers::start(commands.collect::<Result<Vec<_>>>()?)
    }

    /// Prints what became of a load, and fails if a writer saw an error that is no refusal.
    pub(crate) fn check(&self, what: &str, reports: &[Report]) {
        let sum = |count: fn(&Report) -> u64| reports.iter().map(count).sum::<u64>();
        let seconds =
            reports.iter().filter_map(|report| report.ended["seconds"].as_f64()).fold(0.0, f64::max);
        println!(
            "{}: {what}: {} acknowledged, {} refused, {} conflicts in {seconds:.1} s",
            self.name,
            sum(|report| report.acked.len() as u64),
            sum(|report| report.refused.len() as u64),
            sum(Report::conflicts),
        );
        let failed: Vec<&String> = reports.iter().flat_map(|report| &report.failed).collect();
        assert!(failed.is_empty(), "{} of the writers' changes failed: {failed:#?}", failed.len());
    }

    /// The registry as each node has it, through our library; a node is asked once it has all that was written.
    pub(crate) fn registries(&self) -> Result<Vec<Registry>> {
        let synced = |url: &String| match self.urls.len() {
            1 => open(url),
            _ => open(&format!("{url}?init_command=SET SESSION wsrep_sync_wait = 1")),
        };
        self.urls.iter().map(synced).collect()
    }

    /// The rows of a query, through the database's own client.
    pub(crate) fn rows(&self, query: &str) -> Result<Vec<Vec<String>>> {
        (self.rows)(query)
    }

    /// The one number that a query gives.
    pub(crate) fn number(&self, query: &str) -> Result<usize> {
        let rows = self.rows(query)?;
        let number = rows.first().and_then(|row| row.first()).context("no row")?;
        number.parse().with_context(|| format!("`{query}` gave `{number}`"))
    }

    /// A feature view, through the database's own client.
    pub(crate) fn view(&self, name: &str) -> Result<feast::FeatureView> {
        let column = self.hex.replace("{}", "feature_view_proto");
        let table = "feature_views";
        let rows = self.rows(&format!(
            "SELECT {column} FROM {table} WHERE feature_view_name = '{name}' AND project_id = '{PROJECT}'"
        ))?;
        decode(&rows.first().context("the view is gone")?[0])
    }

    /// The definitions in a view's history by number, through the database's own client.
    pub(crate) fn history(&self, name: &str) -> Result<Vec<(usize, feast::FeatureView)>> {
        let column = self.hex.replace("{}", "feature_view_proto");
        let rows = self.rows(&format!(
            "SELECT version_number, {column} FROM feature_view_version_history \
             WHERE feature_view_name = '{name}' AND project_id = '{PROJECT}' ORDER BY version_number"
        ))?;
        rows.iter().map(|row| Ok((row[0].parse()?, decode(&row[1])?))).collect()
    }
}

fn decode(hex: &str) -> Result<feast::FeatureView> {
    let byte =
        |at: usize| u8::from_str_radix(hex.get(at..at + 2).context("half a byte")?, 16).map_err(Into::into);
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect::<Result<_>>()?;
    Ok(feast::FeatureView::decode(bytes.as_slice())?)
}

/// So many, times the factor asked for.
pub(crate) fn scaled(count: usize) -> Result<usize> {
    Ok(count * scale()?)
}

/// The seconds at which a view's intervals start, in order.
pub(crate) fn starts(view: &feast::FeatureView) -> Vec<i64> {
    let intervals = view.meta.iter().flat_map(|meta| &meta.materialization_intervals);
    let mut starts: Vec<i64> =
        intervals.map(|interval| interval.start_time.as_ref().map_or(-1, |start| start.seconds)).collect();
    starts.sort_unstable();
    starts
}

/// Fails unless the first, which are stored, are the second, which were acknowledged.
pub(crate) fn assert_stored(stored: &[i64], acknowledged: &[i64]) {
    let missing = |from: &[i64], of: &[i64]| {
        let mut rest = of.to_vec();
        for one in from {
            rest.iter().position(|other| other == one).map(|at| rest.swap_remove(at));
        }
        rest
    };
    let (lost, unasked) = (missing(stored, acknowledged), missing(acknowledged, stored));
    assert!(
        lost.is_empty() && unasked.is_empty(),
        "lost: {lost:?}; stored and not acknowledged: {unasked:?}"
    );
}

/// The starts of the intervals on `view` that were acknowledged, in order.
pub(crate) fn acknowledged(reports: &[Report], view: &str) -> Vec<i64> {
    let acked = reports.iter().flat_map(|report| &report.acked).filter(|acked| acked["view"] == view);
    let mut starts: Vec<i64> = acked.filter_map(|acked| acked["start"].as_i64()).collect();
    starts.sort_unstable();
    starts
}
