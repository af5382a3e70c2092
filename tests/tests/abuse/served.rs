//! A server with something in it, and how it is doing.

use std::{
    fs,
    future::Future,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use feast_registry_core::proto::feast::{core as feast, registry as requests};
use feast_registry_tests::{cli::Cli, registry_server::RegistryServer};
use prost::Message;
use tempfile::TempDir;

use crate::grpc::Client;

pub(crate) const PROJECT: &str = "shop";
/// Views of four kibibytes each.
const VIEWS: usize = 256;
/// All lists of a mebibyte are to take this time at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server over SQLite with a mebibyte of feature views, gRPC and REST.
pub(crate) struct Served {
    pub(crate) server: RegistryServer,
    _folder: TempDir,
}

impl Served {
    /// Starts one with these arguments.
    pub(crate) fn start(arguments: &[&str]) -> Result<Served> {
        Self::with_auth("{type: no_auth}", arguments)
    }

    /// As [`Served::start`], with an `auth` block.
    pub(crate) fn with_auth(auth: &str, arguments: &[&str]) -> Result<Served> {
        Self::on("sqlite:///registry.db", auth, arguments)
    }

    /// As [`Served::with_auth`], over another database.
    pub(crate) fn on(url: &str, auth: &str, arguments: &[&str]) -> Result<Served> {
        let folder = tempfile::tempdir()?;
        let path = |name: &str| folder.path().join(name);
        let document = format!(
            "project: {PROJECT}\nprovider: local\nregistry: {{registry_type: sql, path: '{url}'}}\nauth: {auth}\n"
        );
        fs::write(path("feature_store.yaml"), document)?;
        fs::write(path("views.pb"), registry().encode_to_vec())?;
        // Not a line per request: there are very many.
        let quiet = "warn,feast_registry::server::grpc=info,feast_registry::server::grpc::call=warn,\
                     feast_registry::server::rest::listen=info";
        let cli = Cli::in_folder(folder.path())?.variable("RUST_LOG", quiet);
        let imported = cli.run(&["registry", "import", "views.pb"])?;
        ensure!(imported.code == 0, "{imported}");
        let arguments = [&["--rest-api", "--rest-port", "0"], arguments].concat();
        let server = RegistryServer::start(&cli, &[], &arguments)?;
        Ok(Served { server, _folder: folder })
    }

    /// Whether it answers somebody who does nothing wrong, over either door.
    pub(crate) async fn answers(&self) -> Result<()> {
        let begun = Instant::now();
        let answered = Client::connect(self.server.address()).await?.call("GetFeatureView", &get(0)).await?;
        ensure!(answered.len() > 4_000, "{answered:?}");
        ensure!(begun.elapsed() < PATIENCE, "answered after {:?}", begun.elapsed());
        Ok(())
    }

    /// What it has in memory, in mebibytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.status("VmRSS")
    }

    /// The most that it ever had, in mebibytes.
    pub(crate) fn most_memory(&self) -> Result<u64> {
        self.status("VmHWM")
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        Ok(line.context("no such line")?.trim().trim_end_matches(" kB").parse::<u64>()? >> 10)
    }
}

/// Runs what tests do with many connections.
pub(crate) fn run<T>(test: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(test)
}

/// A request for a view.
pub(crate) fn get(number: usize) -> Bytes {
    let request = requests::GetFeatureViewRequest {
        name: format!("view_{}", number % VIEWS),
        project: PROJECT.into(),
        allow_cache: true,
    };
    request.encode_to_vec().into()
}

/// A request for all views: a mebibyte.
pub(crate) fn list(allow_cache: bool) -> Bytes {
    let request =
        requests::ListFeatureViewsRequest { project: PROJECT.into(), allow_cache, ..Default::default() };
    request.encode_to_vec().into()
}

fn registry() -> feast::Registry {
    let view = |number: usize| {
        let spec = feast::FeatureViewSpec {
            name: format!("view_{number}"),
            project: PROJECT.into(),
            description: "d".repeat(4 << 10),
            ..Default::default()
        };
        feast::FeatureView { spec: Some(spec), meta: None }
    };
    let spec = feast::ProjectSpec { name: PROJECT.into(), ..Default::default() };
    feast::Registry {
        registry_schema_version: "1".into(),
        projects: vec![feast::Project { spec: Some(spec), meta: None }],
        feature_views: (0..VIEWS).map(view).collect(),
        ..Default::default()
    }
}
