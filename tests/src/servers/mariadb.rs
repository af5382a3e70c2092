//! MariaDB for tests, from the machine's `mariadbd` and `mariadb-install-db` (Debian's package `mariadb-server`).

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::TlsFiles;
use super::endpoint::{Endpoint, Engine, Login, TestDatabase};
use super::keeper::Keeper;
use super::server::{Server, find_program, word};

pub(super) const CREATE_DATABASE: &str = "
    CREATE USER {name}@'%' IDENTIFIED BY '{password}';
    CREATE DATABASE {name} CHARACTER SET {charset};
    GRANT ALL ON {name}.* TO {name}@'%';
";
pub(super) const GRANT_ROWS: &str = "
    CREATE USER {user}@'%' IDENTIFIED BY '{password}';
    GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO {user}@'%';
";
// An unfinished transaction would make us wait a day for its table.
pub(super) const DROP_DATABASE: &str = "
    SET SESSION lock_wait_timeout = 2;
    DROP USER IF EXISTS {name}@'%', {name}_rows@'%';
    DROP DATABASE IF EXISTS {name};
";

/// How to start a MariaDB. The default is durable, as production is.
#[derive(Clone, Debug, Default)]
pub struct MariaDbOptions {
    /// Server options without their dashes: (`max-connections`, `10`). They win over ours.
    pub settings: Vec<(String, String)>,
    /// Offers TLS (and still takes connections without).
    pub tls: Option<TlsFiles>,
}

impl MariaDbOptions {
    /// Without waiting for the disk: several times quicker, and data may be lost in a crash.
    #[must_use]
    pub fn quick() -> Self {
        let settings = ["innodb-flush-log-at-trx-commit", "innodb-doublewrite", "sync-binlog"];
        MariaDbOptions { settings: settings.map(|name| (name.to_owned(), "0".to_owned())).into(), tls: None }
    }
}

/// What a server is to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It has none.
    Alone,
    /// The node that makes a Galera cluster, with data of its own.
    First,
    /// A node that starts empty and joins a Galera cluster.
    Joiner,
}

/// A MariaDB server of one's own. Dropping it ends the server and removes its folder.
pub struct MariaDb {
    server: Server,
}

impl MariaDb {
    /// Starts a server with the default options.
    pub fn start() -> Result<MariaDb> {
        MariaDb::start_with(&MariaDbOptions::default())
    }

    /// Starts a server; takes a few seconds. An error shows the server's log or names the missing package.
    pub fn start_with(options: &MariaDbOptions) -> Result<MariaDb> {
        MariaDb::start_as(Part::Alone, options)
    }

    pub(super) fn start_as(part: Part, options: &MariaDbOptions) -> Result<MariaDb> {
        let admin = Login { user: "administrator".to_owned(), password: "administers".to_owned() };
        let install = program("mariadb-install-db")?;
        let mariadbd = program("mariadbd")?;
        let mut keeper = Keeper::new("mariadb", &["mysql", "nobody"], Signal::SIGKILL)?;
        let folder = keeper.folder().to_owned();
        let in_folder = |name: &str| folder.join(name).display().to_string();
        let initialize = [
            word(&install),
            "--no-defaults".to_owned(),
            "--auth-root-authentication-method=normal".to_owned(),
            "--skip-test-db".to_owned(),
            "--skip-name-resolve".to_owned(),
            format!("--datadir={}", in_folder("data")),
            // In the common folder the temporary tables of installations at the same time collide.
            format!("--tmpdir={}", folder.display()),
        ];
        if part == Part::Joiner {
            // The donor sends everything, the users too.
            keeper.run(&["mkdir".to_owned(), in_folder("data")])?;
        } else {
            keeper.run(&initialize).context("cannot set up MariaDB")?;
        }

        // One statement a line. What is left of root, which has no password, is local to the folder's socket.
        let statements = format!(
            "CREATE USER IF NOT EXISTS '{0}'@'%' IDENTIFIED BY '{1}';\n\
             GRANT ALL PRIVILEGES ON *.* TO '{0}'@'%' WITH GRANT OPTION;\n\
             DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';\n\
             FLUSH PRIVILEGES;\n",
            admin.user, admin.password
        );
        let statements = keeper.write("init.sql", statements.as_bytes())?;
        let mut once = Vec::new();
        if part != Part::Joiner {
            once.push(format!("--init-file={}", statements.display()));
        }
        if part == Part::First {
            once.push("--wsrep-new-cluster".to_owned());
        }
        let mut settings = vec![
            ("datadir".to_owned(), in_folder("data")),
            ("socket".to_owned(), in_folder("socket")),
            ("pid-file".to_owned(), in_folder("pid")),
            ("tmpdir".to_owned(), word(&folder)),
            ("bind-address".to_owned(), "127.0.0.1".to_owned()),
            ("skip-name-resolve".to_owned(), "ON".to_owned()),
            ("max-connections".to_owned(), "300".to_owned()),
        ];
        if let Some(tls) = &options.tls {
            let files = [
                ("ssl-cert", Some(&tls.certificate)),
                ("ssl-key", Some(&tls.key)),
                ("ssl-ca", tls.client_authority.as_ref()),
            ];
            for (setting, path) in files {
                let Some(path) = path else { continue };
                let content =
                    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
                settings.push((setting.to_owned(), word(&keeper.write(setting, &content)?)));
            }
        }
        settings.extend(options.settings.iter().cloned());
        let command = |port: u16| {
            let mut words = vec![word(&mariadbd), "--no-defaults".to_owned(), format!("--port={port}")];
            words.extend(settings.iter().map(|(name, value)| format!("--{name}={value}")));
            words
        };
        let server =
            Server::start(Engine::MariaDb, admin, keeper, &once, command).context("cannot start MariaDB")?;
        Ok(MariaDb { server })
    }

    /// Where it answers.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.server.endpoint()
    }

    /// A new empty database.
    pub fn fresh_database(&self) -> Result<TestDatabase> {
        self.endpoint().fresh_database()
    }

    /// The server's process id, if it has been started and not stopped.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// The folder with the server's data and `log`.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.server.folder()
    }

    /// The last lines of its log.
    pub(super) fn log_tail(&self) -> String {
        self.server.log_tail()
    }

    /// Ends the server in order; the data stay for [`MariaDb::restart`].
    pub fn stop(&self) -> Result<()> {
        self.server.stop(Signal::SIGTERM)
    }

    /// Kills the server as a crash would; the data stay for [`MariaDb::restart`].
    pub fn kill(&self) -> Result<()> {
        self.server.stop(Signal::SIGKILL)
    }

    /// Stops the server if it runs and starts it on the same port and data.
    pub fn restart(&self) -> Result<()> {
        self.server.restart(Signal::SIGTERM)
    }
}

/// The installed program, else an error that names the package.
pub fn program(name: &str) -> Result<PathBuf> {
    // Debian keeps the server where an ordinary user's PATH does not lead.
    find_program(name, &[PathBuf::from("/usr/sbin")], "mariadb-server")
}

pub(super) fn client(at: &Endpoint, login: &Login, database: &str) -> Result<(PathBuf, Vec<OsString>)> {
    let arguments = [
        "--no-defaults",
        "--batch",
        "--skip-column-names",
        "--protocol=TCP",
        "--default-character-set=utf8mb4",
    ]
    .into_iter()
    .map(OsString::from)
    .chain([
        // Newer clients insist on a certificate that they can verify.
        "--skip-ssl-verify-server-cert".into(),
        format!("--host={}", at.host).into(),
        format!("--port={}", at.port).into(),
        format!("--user={}", login.user).into(),
        format!("--database={database}").into(),
    ]);
    Ok((program("mariadb")?, arguments.collect()))
}
