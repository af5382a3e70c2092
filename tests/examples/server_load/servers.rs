//! The databases, each with the same registry twice, and the servers on them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry_core::proto::feast::core as feast;
use feast_registry_tests::{
    cli::Cli,
    feast::{Feast, FeastServer},
    registry_server::RegistryServer,
    servers::{Postgres, TestDatabase},
};
use prost::Message as _;
use tempfile::TempDir;

use crate::{
    load::Target,
    workload::{Contents, Door},
};

/// As many feature views are in the registry.
const VIEWS: &str = "1000";
/// Ours, without a line in the log for every request, which Feast does not write either.
const QUIET: &str = "warn,feast_registry::server::grpc=info,feast_registry::server::grpc::call=warn,\
                     feast_registry::server::rest::listen=info";

/// All that is measured on.
pub(crate) struct Databases {
    folder: TempDir,
    file: PathBuf,
    postgres: Postgres,
}

/// A kind of database.
pub(crate) struct Database<'d> {
    pub(crate) name: &'static str,
    /// Feast's registry and ours, equal at first.
    urls: [String; 2],
    file: &'d Path,
    folder: &'d Path,
    _databases: Vec<TestDatabase>,
}

/// The servers on one.
pub(crate) struct Servers {
    feast: [(FeastServer, Duration); 2],
    ours: (RegistryServer, String, Duration),
    pub(crate) contents: Rc<Contents>,
}

impl Databases {
    pub(crate) fn start() -> Result<Databases> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("views.pb");
        let program = std::env::current_exe()?.with_file_name("snapshot");
        let mut command = Command::new(&program);
        let status = command.args(["views", VIEWS]).arg(&file).status();
        ensure!(status.is_ok_and(|status| status.success()), "`{}` fails", program.display());
        // Durable, as in production.
        Ok(Databases { folder, file, postgres: Postgres::start()? })
    }

    pub(crate) fn all(&self) -> Result<[Database<'_>; 2]> {
        let file = |name: &str| format!("sqlite:///{}", self.folder.path().join(name).display());
        let on_postgres =
            [self.postgres.endpoint().fresh_database()?, self.postgres.endpoint().fresh_database()?];
        let database = |name, urls, _databases| Database {
            name,
            urls,
            file: &self.file,
            folder: self.folder.path(),
            _databases,
        };
        Ok([
            database("SQLite", [file("feast.db"), file("ours.db")], Vec::new()),
            database("PostgreSQL", on_postgres.each_ref().map(TestDatabase::url), on_postgres.into()),
        ])
    }
}

impl Database<'_> {
    /// Fills both registries and starts the servers.
    pub(crate) fn serve(&self) -> Result<Servers> {
        let feast = Feast::installed()?;
        let cli = Cli::in_folder(self.folder)?.variable("RUST_LOG", QUIET);
        for url in &self.urls {
            let file = self.file.display().to_string();
            let output = cli.run(&["--registry", url, "registry", "import", &file])?;
            ensure!(output.code == 0, "{output}");
        }
        let contents = Rc::new(contents(self.file)?);
        let [feasts, ours] = &self.urls;
        let timed = |start: &dyn Fn() -> Result<FeastServer>| {
            let begun = Instant::now();
            Ok::<_, anyhow::Error>((start()?, begun.elapsed()))
        };
        let project = &contents.project;
        let feast = [
            timed(&|| FeastServer::start(feast, feasts, project))?,
            timed(&|| FeastServer::start_rest(feast, feasts, project))?,
        ];
        let begun = Instant::now();
        let arguments = ["--rest-api", "--rest-port", "0"];
        let server = RegistryServer::start(&cli, &["--registry", ours], &arguments)?;
        let rest = server.rest_address()?;
        Ok(Servers { feast, ours: (server, rest, begun.elapsed()), contents })
    }
}

impl Servers {
    pub(crate) fn feast(&self, door: Door) -> Target<'_> {
        let (server, _) = &self.feast[door as usize];
        Target { address: server.address(), process: server.id() }
    }

    pub(crate) fn ours(&self, door: Door) -> Target<'_> {
        let (server, rest, _) = &self.ours;
        let address = if door == Door::Rest { rest } else { server.address() };
        Target { address, process: server.id() }
    }

    /// How long they took until they were ready: Feast's two, and ours.
    pub(crate) fn ready_after(&self) -> [Duration; 3] {
        [self.feast[0].1, self.feast[1].1, self.ours.2]
    }
}

fn contents(file: &Path) -> Result<Contents> {
    let registry = feast::Registry::decode(&*fs::read(file)?)?;
    let project =
        registry.projects.first().and_then(|project| project.spec.as_ref()).context("no project")?;
    let views = registry.feature_views.into_iter().filter_map(|view| Some(view.spec?.name));
    Ok(Contents { project: project.name.clone(), views: views.collect() })
}
