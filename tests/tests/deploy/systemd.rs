//! The unit: systemd takes it and finds it confined, and the server tells it what it waits for.

use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use feast_registry_tests::{
    cli::{self, Cli},
    image::output,
    registry_server::RegistryServer,
};

const UNIT: &str = include_str!("../../../deploy/systemd/feast-registry.service");
/// Where the unit has the binary.
const INSTALLED: &str = "/usr/local/bin/feast-registry";
/// Of 100, as `systemd-analyze security` counts; half of it is that the server speaks to networks.
const MOST_EXPOSED: &str = "15";

#[test]
fn systemd_takes_the_unit_and_finds_it_confined() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("feast-registry.service");
    let program = cli::program()?;
    std::fs::write(&file, UNIT.replace(INSTALLED, program.to_str().context("not UTF-8")?))?;
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .arg(&file)
        .output()
        .context("cannot run `systemd-analyze`")?;
    let complaints = String::from_utf8(verified.stderr)?;
    ensure!(verified.status.success() && complaints.is_empty(), "{complaints}");
    let mut security = Command::new("systemd-analyze");
    security.args(["security", "--no-pager", "--offline=true", "--threshold", MOST_EXPOSED]).arg(&file);
    output(&mut security).map(drop)
}

#[test]
fn the_server_says_when_its_doors_open_and_when_they_close() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store =
        "project: shop\nprovider: local\nregistry: {registry_type: sql, path: 'sqlite:///registry.db'}\n";
    std::fs::write(folder.path().join("feature_store.yaml"), store)?;
    let socket = folder.path().join("notify");
    let told = UnixDatagram::bind(&socket)?;
    told.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut command = Cli::in_folder(folder.path())?.command();
    command.args(arguments(folder.path())?).env("NOTIFY_SOCKET", &socket);
    command.args(["--host", "127.0.0.1", "--port", "0", "--rest-port", "0"]);
    let server = RegistryServer::run(command)?;
    assert_eq!(receive(&told).with_context(|| server.log())?, "READY=1\n");
    for address in [server.address(), &server.rest_address()?] {
        TcpStream::connect(address).with_context(|| format!("{address} is not open"))?;
    }
    server.terminate()?;
    assert_eq!(receive(&told).with_context(|| server.log())?, "STOPPING=1\n");
    let (status, log) = server.wait()?;
    ensure!(status.success(), "{status}\n{log}");
    Ok(())
}

/// What the unit starts the binary with.
fn arguments(credentials: &Path) -> Result<Vec<String>> {
    let credentials = credentials.to_str().context("not UTF-8")?;
    let start = UNIT.lines().find_map(|line| line.strip_prefix("ExecStart=")).context("no ExecStart")?;
    let arguments = start.strip_prefix(INSTALLED).context("another binary")?;
    let argument = |word: &str| word.replace("${CREDENTIALS_DIRECTORY}", credentials);
    Ok(arguments.split_whitespace().map(argument).collect())
}

fn receive(socket: &UnixDatagram) -> Result<String> {
    let mut message = [0; 256];
    let length = socket.recv(&mut message).context("nothing was told")?;
    Ok(String::from_utf8(message[..length].to_vec())?)
}
