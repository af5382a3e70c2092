//! A child shell that owns a server process and its folder, and removes both when this process ends in any way.
//! It knows nothing of databases.

use std::fs::Permissions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User};

const SCRIPT: &str = include_str!("keeper.sh");
const RUN_LIMIT: Duration = Duration::from_secs(180);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// The keeper of one server.
///
/// A process that is killed runs no destructor and a static is never dropped, so the cleaning up is left to a shell that
/// waits for the end of its standard input, which the kernel closes for us. (The kernel's parent-death signal will not
/// do: it fires at the end of the *thread* that started the child, and every test is a thread.)
pub(crate) struct Keeper {
    child: Child,
    requests: Option<ChildStdin>,
    answers: Receiver<String>,
    folder: PathBuf,
    server: Option<Pid>,
}

impl Keeper {
    /// Makes a folder named after `name` and a keeper that runs as `accounts`' first existing one if we are root
    /// (database servers refuse root), else as ourselves. `at_end` is what the server gets when this process ends.
    pub(crate) fn new(name: &str, accounts: &[&str], at_end: Signal) -> Result<Keeper> {
        let folder = tempfile::Builder::new()
            .prefix(&format!("feast-registry-{name}-"))
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .context("no temporary folder")?;
        let mut command = Command::new("sh");
        command
            .args(["-c", SCRIPT, "keeper"])
            .arg(folder.path())
            .arg(at_end.as_str().trim_start_matches("SIG"))
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal reaches the tests' process group, not the keeper that has to clean up after them.
            .process_group(0);
        if Uid::effective().is_root() {
            let account = account(accounts)?;
            chown(folder.path(), Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
            command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
        }
        let mut child = command.spawn().context("cannot start `sh`")?;
        let folder = folder.keep();
        let requests = child.stdin.take();
        let output = child.stdout.take().context("the keeper has no output")?;
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Keeper { child, requests, answers, folder, server: None })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file into the folder, readable by the server's account alone.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf> {
        let path = self.folder.join(name);
        let mut file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.write_all(content)?;
        let folder = std::fs::metadata(&self.folder)?;
        chown(&path, Some(folder.uid()), Some(folder.gid()))?;
        Ok(path)
    }

    /// Copies a folder into ours, once, so that the server's account has all of it.
    pub(crate) fn copy(&self, from: &Path, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        if !path.exists() {
            let folder = std::fs::metadata(&self.folder)?;
            for command in [
                Command::new("cp").args(["-R", "--"]).arg(from).arg(&path),
                Command::new("chown").arg("-R").arg(format!("{}:{}", folder.uid(), folder.gid())).arg(&path),
            ] {
                let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
                if !output.status.success() {
                    bail!("{command:?} ended with {}\n{}", output.status, crate::tail(&output.stderr));
                }
            }
        }
        Ok(path)
    }

    /// Runs a command to its end; its output goes to the log. An error shows the log's last lines.
    pub(crate) fn run(&mut self, words: &[String]) -> Result<()> {
        let status = self.ask("run", words, RUN_LIMIT)?;
        if status != "0" {
            bail!("`{}` ended with status {status}\n{}", words.join(" "), self.log_tail());
        }
        Ok(())
    }

    /// Starts the server and leaves it running.
    pub(crate) fn start(&mut self, words: &[String]) -> Result<()> {
        let answer = self.ask("start", words, STOP_LIMIT)?;
        self.server =
            Some(Pid::from_raw(answer.parse().with_context(|| format!("`{answer}` is no process id"))?));
        Ok(())
    }

    /// Signals the server and waits for its end; one that does not end is killed. Nothing happens when none runs.
    pub(crate) fn stop(&mut self, signal: Signal) -> Result<()> {
        let Some(server) = self.server.take() else { return Ok(()) };
        // Fails only for a server that has ended by itself, which is what we want.
        let _ = kill(server, signal);
        let _ = kill(server, Signal::SIGCONT);
        self.send("wait", &[])?;
        if self.answers.recv_timeout(STOP_LIMIT).is_err() {
            let _ = kill(server, Signal::SIGKILL);
            self.answers.recv_timeout(STOP_LIMIT).context("the server outlived SIGKILL")?;
        }
        Ok(())
    }

    /// The server's process id while it has been started and not stopped by us.
    pub(crate) fn server(&self) -> Option<u32> {
        self.server.and_then(|pid| u32::try_from(pid.as_raw()).ok())
    }

    /// Whether the started server has ended by itself (a zombie until [`Keeper::stop`] collects it).
    pub(crate) fn has_ended(&self) -> bool {
        let Some(server) = self.server else { return true };
        match std::fs::read_to_string(format!("/proc/{server}/stat")) {
            Ok(stat) => stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')),
            Err(_) => true,
        }
    }

    /// The last lines that the server wrote.
    pub(crate) fn log_tail(&self) -> String {
        crate::tail(&std::fs::read(self.folder.join("log")).unwrap_or_default())
    }

    fn ask(&mut self, verb: &str, words: &[String], limit: Duration) -> Result<String> {
        self.send(verb, words)?;
        self.answers.recv_timeout(limit).with_context(|| format!("no answer to `{verb} {}`", words.join(" ")))
    }

    fn send(&mut self, verb: &str, words: &[String]) -> Result<()> {
        let mut request = format!("{verb}\n");
        for word in words {
            if word.is_empty() || word.contains('\n') {
                bail!("a server argument can be neither empty nor of two lines: {word:?}");
            }
            request.push_str(word);
            request.push('\n');
        }
        request.push('\n');
        let requests = self.requests.as_mut().context("the keeper has been dismissed")?;
        requests.write_all(request.as_bytes()).context("the keeper has ended")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

fn account(names: &[&str]) -> Result<User> {
    for name in names {
        if let Some(user) = User::from_name(name)? {
            return Ok(user);
        }
    }
    bail!("none of the accounts {names:?} exists, and a database server does not run as root")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A server that starts a helper, which would outlive it.
    fn start() -> Result<(Keeper, String)> {
        let mut keeper = Keeper::new("keeper", &["nobody"], Signal::SIGKILL)?;
        let noted = keeper.folder().join("helper");
        let script = format!("sleep 300 & echo $! >{0}.new; mv {0}.new {0}; wait", noted.display());
        keeper.start(&["sh".to_owned(), "-c".to_owned(), script])?;
        let begun = Instant::now();
        while !noted.exists() {
            anyhow::ensure!(begun.elapsed() < Duration::from_secs(10), "no helper");
            std::thread::sleep(Duration::from_millis(10));
        }
        let helper = std::fs::read_to_string(noted)?.trim().to_owned();
        assert!(runs(&helper));
        Ok((keeper, helper))
    }

    /// A zombie does not: who collects it is not up to us.
    fn runs(pid: &str) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    fn ends(pid: &str) -> bool {
        let begun = Instant::now();
        while runs(pid) && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(10));
        }
        !runs(pid)
    }

    #[test]
    fn a_servers_helpers_end_with_it() -> Result<()> {
        let (mut keeper, helper) = start()?;
        keeper.stop(Signal::SIGKILL)?;
        assert!(ends(&helper), "stopped");
        let (keeper, helper) = start()?;
        drop(keeper);
        assert!(ends(&helper), "dropped");
        Ok(())
    }
}
