//! The image: built from the static binary, and run as the chart runs it.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use feast_registry_tests::{
    chart,
    cli::Cli,
    http::{self, Request},
    image::{self, Buildah, output},
    registry_server::RegistryServer,
    target_folder,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

/// The user in the image, and in the chart.
const USER: &str = "65532";
const EXAMPLE: &str = include_str!("../../../examples/driver_ranking.yaml");

#[test]
fn it_serves_as_the_chart_starts_it_and_finishes_what_was_begun() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [context, store, data] = ["context", "store", "data"].map(|name| folder.path().join(name));
    image::context(&static_binary()?, &context)?;
    let buildah = Buildah::at(&folder.path().join("storage"));
    buildah.build(&context, "feast-registry:test")?;
    let container = output(buildah.command("from").args(["--pull-never", "feast-registry:test"]))?;
    only_what_is_needed(Path::new(&output(buildah.command("mount").arg(&container))?))?;

    for folder in [&store, &data] {
        std::fs::create_dir(folder)?;
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o777))?;
    }
    let config = "project: driver_ranking\nprovider: local\n\
                  registry: {registry_type: sql, path: 'sqlite:////data/${DATABASE}'}\n";
    std::fs::write(store.join("feature_store.yaml"), config)?;
    let applied = Cli::in_folder(&data)?.input(EXAMPLE).run(&[
        "--registry",
        "sqlite:///registry.db",
        "apply",
        "-f",
        "-",
    ])?;
    ensure!(applied.code == 0, "{applied}");
    std::fs::set_permissions(data.join("registry.db"), PermissionsExt::from_mode(0o666))?;

    let rendered = chart::render(&[json!({
        "extraArgs": ["--host=127.0.0.1", "--port=0", "--rest-port=0", "--metrics-port=0"],
        "env": [{"name": "DATABASE", "value": "registry.db"}],
    })])?;
    let chart =
        rendered.into_iter().next().context("nothing rendered")?.map_err(|refused| anyhow!(refused))?;
    let pod = chart.container()?;
    let mut run = buildah.command("run");
    for variable in texts(pod, "env", |variable| {
        Some(format!("{}={}", variable["name"].as_str()?, variable["value"].as_str()?))
    }) {
        run.args(["--env", &variable]);
    }
    for (from, to) in [(&store, pod["volumeMounts"][0]["mountPath"].as_str()), (&data, Some("/data"))] {
        run.arg("--volume").arg(format!("{}:{}", from.display(), to.context("no mount")?));
    }
    run.args([&container, "--", "/usr/bin/feast-registry"]);
    run.args(texts(pod, "args", |argument| Some(argument.as_str()?.to_owned())));
    let server = RegistryServer::run(run)?;
    let process = inside(server.id())?;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:")).context("no user")?;
    ensure!(user.split_whitespace().all(|id| id == USER), "runs as {user}");

    let (address, metrics) = (server.rest_address()?, server.metrics_address()?);
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = &pod[probe]["httpGet"];
        ensure!(probe["port"] == "metrics", "{probe}");
        let (status, answer) = http::get(&metrics, probe["path"].as_str().context("no path")?)?;
        ensure!(status == 200, "{probe}: {answer}");
    }
    assert_eq!(http::get(&address, "/health")?.0, 200);
    let views = "/api/v1/feature_views?project=driver_ranking";
    let (_, answer) = http::get(&address, views)?;
    ensure!(answer.contains("driver_hourly_stats"), "{answer}");

    // Told to end while a request has come halfway.
    let body = json!({"name": "courier", "project": "driver_ranking"}).to_string();
    let request = Request::begin(&address, "POST", "/api/v1/entities", body.len())?;
    kill(Pid::from_raw(process), Signal::SIGTERM)?;
    let deadline = Instant::now() + Duration::from_secs(60);
    while !server.log().contains("\"closing\"") {
        ensure!(Instant::now() < deadline, "does not close:\n{}", server.log());
        thread::sleep(Duration::from_millis(10));
    }
    let (status, answer) = request.finish(&body)?;
    ensure!(status == 201, "{answer}");
    let (status, log) = server.wait()?;
    ensure!(status.success(), "{status}\n{log}");
    let described = Cli::in_folder(&data)?.run(&[
        "--registry",
        "sqlite:///registry.db",
        "entities",
        "describe",
        "courier",
        "-o",
        "name",
    ])?;
    ensure!(described.code == 0, "acknowledged and not there: {described}");
    Ok(())
}

/// The binary that `cargo xtask test` builds for musl.
fn static_binary() -> Result<PathBuf> {
    let target = image::target();
    let binary = target_folder()?.join(&target).join("debug/feast-registry");
    ensure!(
        binary.is_file(),
        "no static binary: `cargo build -p feast-registry --target {target}`, or `cargo xtask test`"
    );
    Ok(binary)
}

/// Nothing is in the image but the binary and the certificate authorities: no shell, no library.
fn only_what_is_needed(root: &Path) -> Result<()> {
    let mut files = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => drop(files.insert(entry.path().strip_prefix(root)?.to_owned())),
            }
        }
    }
    let expected = ["etc/ssl/certs/ca-certificates.crt", "usr/bin/feast-registry"];
    assert_eq!(files, expected.iter().map(PathBuf::from).collect());
    let authorities = std::fs::read_to_string(root.join(expected[0]))?;
    assert!(authorities.matches("BEGIN CERTIFICATE").count() > 50);
    Ok(())
}

fn texts(pod: &Value, field: &str, text: impl Fn(&Value) -> Option<String>) -> Vec<String> {
    pod[field].as_array().into_iter().flatten().filter_map(text).collect()
}

/// The server's process, which is not buildah's own.
fn inside(buildah: u32) -> Result<i32> {
    let mut family = vec![i32::try_from(buildah)?];
    let mut index = 0;
    while let Some(&parent) = family.get(index) {
        let children = std::fs::read_dir(format!("/proc/{parent}/task"))?
            .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
        family.extend(
            children.flat_map(|list| {
                list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<i32>>()
            }),
        );
        index += 1;
    }
    let is_server = |id: &&i32| {
        std::fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim() == "feast-registry")
    };
    family.iter().find(is_server).copied().context("no server in the container")
}
