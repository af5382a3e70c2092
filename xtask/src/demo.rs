//! `cargo xtask demo`: the example project in an SQLite registry, and a look at it, at last in the browser. Every command
//! is shown as it can be typed.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use xshell::{Shell, cmd};

use crate::web;

const EXAMPLE: &str = "examples/driver_ranking.yaml";

/// Serves until Ctrl-C; without a terminal, until standard input ends.
pub(crate) fn run(shell: &Shell) -> Result<()> {
    web::run(shell)?;
    // Unoptimized: a first visitor waits for the compiler, not for a registry of a few objects, and `xtask test` finds
    // the same build again.
    cmd!(shell, "cargo build --package feast-registry").run()?;
    let mut viewer = Demo::new(shell)?.show()?;
    println!("The viewer is at {}; Ctrl-C ends it.", viewer.address);
    if io::stdin().is_terminal() {
        // Ctrl-C reaches it as well.
        viewer.process.wait()?;
    } else {
        io::copy(&mut io::stdin(), &mut io::sink())?;
    }
    Ok(())
}

/// Shows it on a machine where all is built, and looks whether the viewer is there.
pub(crate) fn check(shell: &Shell) -> Result<()> {
    let viewer = Demo::new(shell)?.show()?;
    let host = viewer.address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    ensure!(page.contains("feast-registry-source") && page.contains("<script"), "no viewer, but:\n{page}");
    Ok(())
}

/// The registry, and the binary that shows it.
struct Demo {
    root: PathBuf,
    program: PathBuf,
    url: String,
    export: PathBuf,
}

/// A viewer that is served; it ends with the value.
struct Viewer {
    process: Child,
    address: String,
}

impl Demo {
    /// An empty registry in a folder of its own.
    fn new(shell: &Shell) -> Result<Demo> {
        let target = feast_registry_tests::target_folder()?;
        let folder = target.join("demo");
        shell.remove_path(&folder)?;
        shell.create_dir(&folder)?;
        let root = shell.current_dir();
        // Relative where possible, for the sake of the reader.
        let shown = |path: PathBuf| path.strip_prefix(&root).map(PathBuf::from).unwrap_or(path);
        let database = shown(folder.join("registry.db"));
        let name = database.to_str().context("the target folder's name is not UTF-8")?;
        Ok(Demo {
            program: shown(target.join("debug/feast-registry")),
            url: format!("sqlite:///{name}"),
            export: shown(folder.join("export.yaml")),
            root,
        })
    }

    /// All commands; the last one, the viewer, is left at work.
    fn show(&self) -> Result<Viewer> {
        let session: [&[&OsStr]; 5] = [
            &["apply".as_ref(), "-f".as_ref(), EXAMPLE.as_ref()],
            &["projects".as_ref(), "list".as_ref()],
            &["feature-views".as_ref(), "list".as_ref()],
            &["feature-views".as_ref(), "describe".as_ref(), "driver_hourly_stats".as_ref()],
            &[
                "registry".as_ref(),
                "export".as_ref(),
                self.export.as_ref(),
                "--format".as_ref(),
                "yaml".as_ref(),
            ],
        ];
        for arguments in session {
            let status = self.typed(arguments)?.status().context("cannot run `feast-registry`")?;
            if !status.success() {
                bail!("the command above ended with {status}");
            }
        }
        println!("\nThe registry is {}: try the commands above on it, or point Feast at it.", self.url);
        let mut process = self
            .typed(&["ui".as_ref()])?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run `feast-registry`")?;
        let output = process.stdout.take().context("no standard output")?;
        let mut viewer = Viewer { process, address: String::new() };
        BufReader::new(output).read_line(&mut viewer.address)?;
        viewer.address.truncate(viewer.address.trim_end().len());
        ensure!(viewer.address.starts_with("http://"), "the viewer is not served");
        Ok(viewer)
    }

    /// A command on the registry, printed.
    fn typed(&self, arguments: &[&OsStr]) -> Result<Command> {
        let mut command = Command::new(self.root.join(&self.program));
        command.args(["--registry", &self.url]).args(arguments).current_dir(&self.root);
        let words = [self.program.clone().into_os_string()];
        let words = words.into_iter().chain(command.get_args().map(OsString::from));
        let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
        println!("\n$ {}", shlex::try_join(words.iter().map(String::as_str))?);
        Ok(command)
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
