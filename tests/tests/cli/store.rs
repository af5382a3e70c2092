//! What the tests run commands on: a folder with a feature_store.yaml, whose registry is an SQLite database beside it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, ensure};
use feast_registry_core::time::Timestamp;
use feast_registry_tests::cli::{self, Cli, CliOutput};
use insta::internals::SettingsBindDropGuard;
use serde_json::Value;
use tempfile::TempDir;

/// The example's project, which the feature_store.yaml names.
pub(crate) const PROJECT: &str = "driver_ranking";

/// The example's documents.
pub(crate) const EXAMPLE: &str = include_str!("../../../examples/driver_ranking.yaml");

/// The one kind that the example has no object of.
pub(crate) const VALIDATION_REFERENCE: &str = "\
kind: ValidationReference
name: ranking_profile
referenceDatasetName: ranking_2026_01
description: What the training set looked like
tags: {team: ranking}
geProfiler: {profiler: {body: YWJj}}
";

/// A group of commands on objects for every kind, with one object of it.
pub(crate) const GROUPS: [(&str, &str); 11] = [
    ("projects", "driver_ranking"),
    ("entities", "driver"),
    ("data-sources", "driver_events"),
    ("feature-views", "driver_hourly_stats"),
    ("stream-feature-views", "driver_live"),
    ("on-demand-feature-views", "trip_estimate"),
    ("label-views", "driver_reviews_labels"),
    ("feature-services", "ranking_v2"),
    ("saved-datasets", "ranking_2026_01"),
    ("validation-references", "ranking_profile"),
    ("permissions", "ranking_readers"),
];

const CONFIGURATION: &str = "\
project: driver_ranking
provider: local
registry:
  registry_type: sql
  path: sqlite:///registry.db
";

/// The folder, and the binary in it. While it lives, snapshots hide what is different in every run.
pub(crate) struct Store {
    folder: TempDir,
    cli: Cli,
    _masks: SettingsBindDropGuard,
}

impl Store {
    /// A registry without tables.
    pub(crate) fn empty() -> Result<Store> {
        let folder = tempfile::tempdir()?;
        let cli = Cli::in_folder(folder.path())?;
        let _masks = masks(folder.path()).bind_to_scope();
        let store = Store { folder, cli, _masks };
        store.write("feature_store.yaml", CONFIGURATION)?;
        Ok(store)
    }

    /// A registry with at least one object of every kind.
    pub(crate) fn example() -> Result<Store> {
        let store = Store::empty()?;
        store.write("example.yaml", EXAMPLE)?;
        store.write("validation_reference.yaml", VALIDATION_REFERENCE)?;
        // Applied once; the other tests take a copy of the database.
        static DATABASE: OnceLock<Vec<u8>> = OnceLock::new();
        match DATABASE.get() {
            Some(database) => store.write("registry.db", database)?,
            None => {
                store.does("apply -f example.yaml validation_reference.yaml")?;
                let database = store.read("registry.db")?;
                DATABASE.get_or_init(|| database);
            }
        }
        Ok(store)
    }

    /// The same with a second project, which has one entity.
    pub(crate) fn with_two_projects() -> Result<Store> {
        let store = Store::example()?;
        store.apply("kind: Entity\nspec: {name: rider, joinKey: rider_id}", "--project rides")?;
        Ok(store)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        Ok(std::fs::write(self.path(name), content)?)
    }

    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>> {
        Ok(std::fs::read(self.path(name))?)
    }

    /// Applies documents from standard input, with more options.
    pub(crate) fn apply(&self, documents: &str, options: &str) -> Result<String> {
        let output = self.cli.clone().input(documents).run(&words(&format!("apply -f - {options}")))?;
        ensure!(output.code == 0, "{output}");
        Ok(output.stdout)
    }

    /// Runs a command, given as words set apart by spaces.
    pub(crate) fn run(&self, line: &str) -> Result<CliOutput> {
        self.cli.run(&words(line))
    }

    /// Runs a command that must succeed and be silent on standard error; its output.
    pub(crate) fn does(&self, line: &str) -> Result<String> {
        let output = self.run(line)?;
        ensure!(output.code == 0 && output.stderr.is_empty(), "`{line}`: {output}");
        Ok(output.stdout)
    }

    /// The binary, in this folder, with one more environment variable.
    pub(crate) fn variable(&self, name: &str, value: impl AsRef<OsStr>) -> Cli {
        self.cli.clone().variable(name, value.as_ref())
    }

    /// The binary, in this folder, with this on standard input.
    pub(crate) fn input(&self, input: impl Into<Vec<u8>>) -> Cli {
        self.cli.clone().input(input)
    }

    /// A process of the binary, for what is not plain running.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = self.cli.command();
        command.args(words(line));
        command
    }

    /// Runs a command in a terminal of so many columns, as a person would: all that it shows there.
    pub(crate) fn in_terminal(&self, line: &str, columns: u16, variables: &[(&str, &str)]) -> Result<String> {
        let inside = format!("stty cols {columns} rows 40; exec {} {line}", cli::program()?.display());
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &inside, "/dev/null"]);
        command.current_dir(self.folder.path()).env_clear().env("TERM", "xterm-256color");
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).envs(variables.iter().copied());
        let output = command.stdin(std::process::Stdio::null()).output()?;
        // A terminal's line ends in two characters, and `script` passes on the end of its own input as ^D.
        let text = String::from_utf8(output.stdout)?.replace("\r\n", "\n").replace("^D\u{8}\u{8}", "");
        Ok(text.replace('\u{1b}', "␛"))
    }

    /// The whole registry, but for the times at which its projects were last written to.
    pub(crate) fn exported(&self) -> Result<Value> {
        let mut registry = serde_json::from_str(&self.does("registry export --format json")?)?;
        forget_last_writes(&mut registry);
        Ok(registry)
    }
}

fn forget_last_writes(value: &mut Value) {
    match value {
        Value::Object(entry) if entry.get("key").is_some_and(|key| key == "last_updated_timestamp") => {
            entry.clear()
        }
        Value::Object(fields) => fields.values_mut().for_each(forget_last_writes),
        Value::Array(items) => items.iter_mut().for_each(forget_last_writes),
        _ => {}
    }
}

/// The words of a command line.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Hides folders, the times at which the tests run, and unique ids; the times of the example stay.
fn masks(folder: &Path) -> insta::Settings {
    let (seconds, _) = feast_registry::clock::now();
    let mut masks = insta::Settings::clone_current();
    masks.set_prepend_module_to_snapshot(false);
    masks.set_omit_expression(true);
    masks.add_filter(&folder.display().to_string(), "[folder]");
    masks.add_filter("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[uuid]");
    // A test may run past midnight.
    for seconds in [seconds, seconds + 24 * 60 * 60] {
        let time = Timestamp { seconds, nanos: 0 }.to_string();
        let day = time.split('T').next().unwrap_or_default();
        masks.add_filter(&format!(r"{day}T[0-9:.]+Z?"), "[now]");
        masks.add_filter(&format!(r"\b{}\d{{5}}\b", seconds / 100_000), "[now]");
    }
    masks
}
