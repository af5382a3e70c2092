//! PostgreSQL for tests, from whatever `initdb` and `postgres` the machine has (Debian's package `postgresql`).

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::TlsFiles;
use super::endpoint::{Endpoint, Engine, Login, TestDatabase};
use super::keeper::Keeper;
use super::server::{Server, find_program, word};

pub(super) const CREATE_DATABASE: &str = "
    CREATE ROLE {name} LOGIN PASSWORD '{password}';
    CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING '{charset}' LC_COLLATE 'C' LC_CTYPE 'C';
";
// Up to version 14 everybody may create tables in `public`.
pub(super) const GRANT_ROWS: &str = "
    CREATE ROLE {user} LOGIN PASSWORD '{password}';
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT CREATE ON SCHEMA public TO {name};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user};
    ALTER DEFAULT PRIVILEGES FOR ROLE {name} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {user};
";
pub(super) const DROP_DATABASE: &str = "
    DROP DATABASE IF EXISTS {name} WITH (FORCE);
    DROP ROLE IF EXISTS {name}_rows;
    DROP ROLE IF EXISTS {name};
";

/// How to start a PostgreSQL. The default is durable, as production is.
#[derive(Clone, Debug, Default)]
pub struct PostgresOptions {
    /// Settings as in `postgresql.conf`: (`wal_level`, `logical`). They win over ours.
    pub settings: Vec<(String, String)>,
    /// Offers TLS (and still takes connections without).
    pub tls: Option<TlsFiles>,
    /// Another PostgreSQL than the machine's newest.
    pub installation: Option<Installation>,
}

/// A PostgreSQL that has been installed in a folder.
#[derive(Clone, Debug)]
pub struct Installation {
    /// All that the programs need beside the system's libraries. It may lie where the server's account cannot go.
    pub folder: PathBuf,
    /// Where in it `initdb` and `postgres` are.
    pub programs: PathBuf,
}

impl PostgresOptions {
    /// Without waiting for the disk: several times quicker, and data may be lost in a crash.
    #[must_use]
    pub fn quick() -> Self {
        let settings = ["fsync", "synchronous_commit", "full_page_writes"]
            .map(|name| (name.to_owned(), "off".to_owned()));
        PostgresOptions { settings: settings.into(), ..PostgresOptions::default() }
    }

    /// With transactions that are SERIALIZABLE unless they say otherwise. (For one database of a shared server there is
    /// [`TestDatabase::make_serializable`].)
    #[must_use]
    pub fn serializable(mut self) -> Self {
        self.settings.push(("default_transaction_isolation".to_owned(), "serializable".to_owned()));
        self
    }
}

/// A PostgreSQL server of one's own. Dropping it ends the server and removes its folder.
pub struct Postgres {
    server: Server,
    options: PostgresOptions,
}

impl Postgres {
    /// Starts a server with the default options.
    pub fn start() -> Result<Postgres> {
        Postgres::start_with(&PostgresOptions::default())
    }

    /// Starts a server; takes about two seconds. An error shows the server's log or names the missing package.
    pub fn start_with(options: &PostgresOptions) -> Result<Postgres> {
        Postgres::start_from(None, options)
    }

    /// Starts a server with new data, or with a copy of another's data as its streaming replica.
    pub(super) fn start_from(primary: Option<&Endpoint>, options: &PostgresOptions) -> Result<Postgres> {
        let admin = Login { user: "administrator".to_owned(), password: "administers".to_owned() };
        let mut keeper = Keeper::new("postgres", &["postgres", "nobody"], Signal::SIGQUIT)?;
        let program = |keeper: &mut Keeper, name: &str| match &options.installation {
            Some(installation) => installed(keeper, installation, name),
            None => program(name),
        };
        let data = keeper.folder().join("data");
        if let Some(primary) = primary {
            // Read by the copying and, later, by the replica; it is the account's home.
            let login = format!("{}:{}:*:{}:{}\n", primary.host, primary.port, admin.user, admin.password);
            keeper.write(".pgpass", login.as_bytes())?;
            let copy = [
                word(&program(&mut keeper, "pg_basebackup")?),
                format!("--pgdata={}", data.display()),
                format!("--host={}", primary.host),
                format!("--port={}", primary.port),
                format!("--username={}", admin.user),
                "--no-password".to_owned(),
                "--checkpoint=fast".to_owned(),
                "--no-sync".to_owned(),
                "--write-recovery-conf".to_owned(),
            ];
            keeper.run(&copy).context("cannot copy the primary")?;
        } else {
            let password = keeper.write("password", admin.password.as_bytes())?;
            let initialize = [
                word(&program(&mut keeper, "initdb")?),
                format!("--pgdata={}", data.display()),
                format!("--username={}", admin.user),
                format!("--pwfile={}", password.display()),
                "--auth=scram-sha-256".to_owned(),
                "--encoding=UTF8".to_owned(),
                "--locale=C.UTF-8".to_owned(),
                "--no-sync".to_owned(),
            ];
            keeper.run(&initialize).context("cannot set up PostgreSQL")?;
        }

        let settings = settings(&keeper, options)?;
        let postgres = program(&mut keeper, "postgres")?;
        let command = |port: u16| {
            let mut words =
                vec![word(&postgres), "-D".to_owned(), word(&data), "-p".to_owned(), port.to_string()];
            for (name, value) in &settings {
                words.extend(["-c".to_owned(), format!("{name}={value}")]);
            }
            words
        };
        let server = Server::start(Engine::Postgres, admin, keeper, &[], command)
            .context("cannot start PostgreSQL")?;
        Ok(Postgres { server, options: options.clone() })
    }

    pub(super) fn options(&self) -> &PostgresOptions {
        &self.options
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

    /// The process id of the postmaster, if it has been started and not stopped.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// The folder with the server's data and `log`.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.server.folder()
    }

    /// Ends the server in order, disconnecting everybody; the data stay for [`Postgres::restart`].
    pub fn stop(&self) -> Result<()> {
        self.server.stop(Signal::SIGINT)
    }

    /// Ends all the server's processes at once and unfinished, as a power cut would; it recovers in
    /// [`Postgres::restart`].
    pub fn crash(&self) -> Result<()> {
        self.server.stop(Signal::SIGQUIT)
    }

    /// Kills the postmaster; its children end by themselves a moment later. The data stay for [`Postgres::restart`].
    pub fn kill(&self) -> Result<()> {
        self.server.stop(Signal::SIGKILL)
    }

    /// Stops the server if it runs and starts it on the same port and data.
    pub fn restart(&self) -> Result<()> {
        self.server.restart(Signal::SIGINT)
    }
}

fn settings(keeper: &Keeper, options: &PostgresOptions) -> Result<Vec<(String, String)>> {
    let mut settings = vec![
        ("listen_addresses".to_owned(), "127.0.0.1".to_owned()),
        // TCP alone: a socket's path has a length limit that a temporary folder may exceed.
        ("unix_socket_directories".to_owned(), String::new()),
        ("max_connections".to_owned(), "300".to_owned()),
        // For replicas that are stopped a while.
        ("wal_keep_size".to_owned(), "512MB".to_owned()),
    ];
    if let Some(tls) = &options.tls {
        settings.push(("ssl".to_owned(), "on".to_owned()));
        let files = [
            ("ssl_cert_file", Some(&tls.certificate)),
            ("ssl_key_file", Some(&tls.key)),
            ("ssl_ca_file", tls.client_authority.as_ref()),
        ];
        for (setting, path) in files {
            let Some(path) = path else { continue };
            let content = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            settings.push((setting.to_owned(), word(&keeper.write(setting, &content)?)));
        }
    }
    settings.extend(options.settings.iter().cloned());
    Ok(settings)
}

/// The installation's program, or a copy's where the server's account cannot run it.
fn installed(keeper: &mut Keeper, installation: &Installation, name: &str) -> Result<PathBuf> {
    let program = installation.folder.join(&installation.programs).join(name);
    if !program.is_file() {
        bail!("`{}` is missing", program.display());
    }
    if keeper.run(&["test".to_owned(), "-x".to_owned(), word(&program)]).is_ok() {
        return Ok(program);
    }
    let copy = keeper.copy(&installation.folder, "installation")?;
    Ok(copy.join(&installation.programs).join(name))
}

/// The newest installed version's program, else an error that names the package.
pub fn program(name: &str) -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let folders: Vec<PathBuf> = versions.into_iter().rev().map(|(_, folder)| folder).collect();
    find_program(name, &folders, "postgresql")
}

pub(super) fn client(at: &Endpoint, login: &Login, database: &str) -> Result<(PathBuf, Vec<OsString>)> {
    let arguments =
        ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--field-separator=\t", "--no-password"]
            .into_iter()
            .map(OsString::from)
            .chain([
                "--set=ON_ERROR_STOP=1".into(),
                format!("--host={}", at.host).into(),
                format!("--port={}", at.port).into(),
                format!("--username={}", login.user).into(),
                format!("--dbname={database}").into(),
            ]);
    Ok((program("psql")?, arguments.collect()))
}
