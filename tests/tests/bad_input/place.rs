//! A fresh database of each sort with a folder to run the binary in, and raw SQL on it past the code under test.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use feast_registry_core::sql;
use feast_registry_tests::cli::{Cli, CliOutput};
use feast_registry_tests::servers::{self, Engine, TestDatabase};
use tempfile::TempDir;

/// A registry's database that nobody else uses.
pub(crate) struct Place {
    /// For messages.
    pub(crate) name: &'static str,
    /// As SQLAlchemy writes it, with the password of [`super::report::SECRETS`] if it is a server's.
    pub(crate) url: String,
    pub(crate) database: Option<TestDatabase>,
    folder: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:///{}", folder.path().join("registry.db").display());
        Place { name: "sqlite", url, database: None, folder }
    }

    pub(crate) fn postgres() -> Place {
        Place::on("postgres", servers::postgres().unwrap().fresh_database().unwrap())
    }

    pub(crate) fn mariadb() -> Place {
        Place::on("mariadb", servers::mariadb().unwrap().fresh_database().unwrap())
    }

    pub(crate) fn all() -> [Place; 3] {
        [Place::sqlite(), Place::postgres(), Place::mariadb()]
    }

    pub(crate) fn servers() -> [Place; 2] {
        [Place::postgres(), Place::mariadb()]
    }

    fn on(name: &'static str, database: TestDatabase) -> Place {
        let folder = tempfile::tempdir().unwrap();
        Place { name, url: database.url(), database: Some(database), folder }
    }

    /// The engine and the database of a server.
    pub(crate) fn server(&self) -> (Engine, &TestDatabase) {
        let database = self.database.as_ref().unwrap();
        (database.endpoint().engine, database)
    }

    /// What names the database in messages.
    pub(crate) fn shown(&self) -> &str {
        match &self.database {
            Some(database) => &database.name,
            None => &self.url,
        }
    }

    /// A path in the folder that the binary runs in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file there.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// Writes a feature_store.yaml for this database, with more lines in its `registry` block.
    pub(crate) fn configure(&self, lines: &str) {
        self.configure_url(&self.url, lines);
    }

    /// Writes a feature_store.yaml for another URL.
    pub(crate) fn configure_url(&self, url: &str, lines: &str) {
        let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
        let text = format!("project: shop\nregistry:\n  registry_type: sql\n  path: '{url}'\n{lines}");
        self.file("feature_store.yaml", text);
    }

    /// The binary, to run in the folder.
    pub(crate) fn cli(&self) -> Cli {
        Cli::in_folder(self.folder.path()).unwrap()
    }

    /// Runs the binary with the folder's feature_store.yaml, or whatever the arguments say.
    pub(crate) fn bare<A: AsRef<OsStr>>(&self, arguments: &[A]) -> CliOutput {
        let output = self.cli().run(arguments).unwrap();
        let arguments: Vec<_> = arguments.iter().map(|argument| argument.as_ref()).collect();
        println!("{}: {arguments:?}\n{output}", self.name);
        output
    }

    /// Runs the binary on this database and the project `shop`.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> CliOutput {
        let given = ["--registry", &self.url, "--project", "shop"].map(OsStr::new);
        let all: Vec<&OsStr> = given.into_iter().chain(arguments.iter().map(AsRef::as_ref)).collect();
        self.bare(&all)
    }

    /// Runs the binary on this database, where it must succeed.
    #[track_caller]
    pub(crate) fn succeed<A: AsRef<OsStr>>(&self, arguments: &[A]) -> CliOutput {
        let output = self.run(arguments);
        assert_eq!(output.code, 0, "{}: {output}", self.name);
        output
    }

    /// Runs statements; gives rows as lines of tab-separated values.
    #[track_caller]
    pub(crate) fn sql(&self, statements: &str) -> String {
        match &self.database {
            Some(database) => database.execute(statements).unwrap(),
            None => {
                let connection = rusqlite::Connection::open(self.path("registry.db")).unwrap();
                let Ok(mut select) = connection.prepare(statements) else {
                    connection.execute_batch(statements).unwrap();
                    return String::new();
                };
                if select.column_count() == 0 {
                    drop(select);
                    connection.execute_batch(statements).unwrap();
                    return String::new();
                }
                let width = select.column_count();
                let mut rows = select.query(()).unwrap();
                let mut lines = String::new();
                while let Some(row) = rows.next().unwrap() {
                    let cells: Vec<String> =
                        (0..width).map(|index| cell(row.get_ref(index).unwrap())).collect();
                    lines += &(cells.join("\t") + "\n");
                }
                lines
            }
        }
    }

    /// A whole number that a statement gives.
    #[track_caller]
    pub(crate) fn number(&self, statement: &str) -> i64 {
        self.sql(statement).trim().parse().unwrap()
    }

    /// Bytes as a literal.
    pub(crate) fn literal(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.name {
            "postgres" => format!("'\\x{hex}'::bytea"),
            _ => format!("X'{hex}'"),
        }
    }

    /// Everything that the registry's tables hold, table by table; nothing for a table that does not exist.
    #[track_caller]
    pub(crate) fn contents(&self) -> Vec<String> {
        let catalog = match self.name {
            "sqlite" => "SELECT name FROM sqlite_schema WHERE type = 'table'",
            "postgres" => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
            _ => "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
        };
        if self.name == "sqlite" && !self.path("registry.db").exists() {
            return Vec::new();
        }
        let existing = self.sql(catalog);
        let existing: Vec<&str> = existing.lines().collect();
        let tables = sql::tables().filter(|table| existing.contains(&table.name));
        tables
            .map(|table| {
                format!(
                    "{}\n{}",
                    table.name,
                    self.sql(&format!("SELECT * FROM {} ORDER BY 1, 2, 3", table.name))
                )
            })
            .collect()
    }

    /// How many rows the fourteen tables hold together.
    #[track_caller]
    pub(crate) fn rows(&self) -> i64 {
        let counts: Vec<String> =
            sql::tables().map(|table| format!("(SELECT COUNT(*) FROM {})", table.name)).collect();
        self.number(&format!("SELECT {}", counts.join(" + ")))
    }
}

fn cell(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Waits until something is so; a minute is forever.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
