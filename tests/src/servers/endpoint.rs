//! Where a server answers and who may administer it, and the throw-away databases made there. The server's process is
//! somebody else's; statements go through the server's own command line client, so that no driver under test is used.

use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{mariadb, postgres};

/// The password of every database's owner: each of its signs breaks a URL that is not percent-encoded, and `%41` one
/// that is decoded twice.
const PASSWORD: &str = "s3cr:et/@%41";

/// The two kinds of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL.
    Postgres,
    /// MariaDB, which stands for MySQL too.
    MariaDb,
}

/// A user's name and password.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password, as typed: not percent-encoded.
    pub password: String,
}

/// A server's address with an administrator's login.
#[derive(Clone)]
pub struct Endpoint {
    /// What listens there.
    pub engine: Engine,
    /// An address, not a name.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Who may create databases and users.
    pub admin: Login,
}

impl Endpoint {
    /// Reads what [`Endpoint::admin_url`] writes.
    pub fn from_admin_url(url: &str) -> Result<Endpoint> {
        // Says nothing of the URL itself: there is a password in it.
        Endpoint::parse(url)
            .context("an administrator's URL reads `postgresql://USER:PASSWORD@HOST:PORT` or `mariadb://...`")
    }

    fn parse(url: &str) -> Option<Endpoint> {
        let (scheme, rest) = url.split_once("://")?;
        let engine = match scheme {
            "postgresql" => Engine::Postgres,
            "mariadb" => Engine::MariaDb,
            _ => return None,
        };
        let (login, address) = rest.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        let (host, port) = address.trim_end_matches('/').rsplit_once(':')?;
        let decode = |text| percent_decode_str(text).decode_utf8().ok().map(String::from);
        let admin = Login { user: decode(user)?, password: decode(password)? };
        Some(Endpoint { engine, host: host.to_owned(), port: port.parse().ok()?, admin })
    }

    /// The address and the administrator's login as one URL.
    #[must_use]
    pub fn admin_url(&self) -> String {
        let scheme = match self.engine {
            Engine::Postgres => "postgresql",
            Engine::MariaDb => "mariadb",
        };
        format!("{scheme}://{}@{}:{}", encoded(&self.admin), self.host, self.port)
    }

    /// A new empty database (UTF-8) with an owner of its own.
    pub fn fresh_database(&self) -> Result<TestDatabase> {
        self.fresh_database_in(match self.engine {
            Engine::Postgres => "UTF8",
            Engine::MariaDb => "utf8mb4",
        })
    }

    /// A new empty database in the given character set, as the engine spells it (`LATIN1`, `latin1`).
    pub fn fresh_database_in(&self, charset: &str) -> Result<TestDatabase> {
        let name = format!("feast_{:016x}", RandomState::new().hash_one(std::process::id()));
        let owner = Login { user: name.clone(), password: PASSWORD.to_owned() };
        let create = match self.engine {
            Engine::Postgres => postgres::CREATE_DATABASE,
            Engine::MariaDb => mariadb::CREATE_DATABASE,
        };
        let statements =
            create.replace("{name}", &name).replace("{password}", PASSWORD).replace("{charset}", charset);
        self.execute(&statements).context("cannot create a database")?;
        Ok(TestDatabase { endpoint: self.clone(), name, owner })
    }

    /// Runs statements as the administrator, outside any test database; gives rows as lines of tab-separated values.
    pub fn execute(&self, statements: &str) -> Result<String> {
        let database = match self.engine {
            Engine::Postgres => "postgres",
            Engine::MariaDb => "mysql",
        };
        self.execute_as(&self.admin, database, statements)
    }

    /// Runs statements in a database as anybody; an error shows what the server said.
    pub fn execute_as(&self, login: &Login, database: &str, statements: &str) -> Result<String> {
        let (program, arguments): (PathBuf, Vec<OsString>) = match self.engine {
            Engine::Postgres => postgres::client(self, login, database)?,
            Engine::MariaDb => mariadb::client(self, login, database)?,
        };
        let mut client = Command::new(&program)
            .args(arguments)
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            // In the environment, because arguments are for every user of the machine to see.
            .env("PGPASSWORD", &login.password)
            .env("MYSQL_PWD", &login.password)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run `{}`", program.display()))?;
        if let Some(mut input) = client.stdin.take() {
            // A client that fails to log in ends without reading; its exit status tells.
            let _ = input.write_all(statements.as_bytes());
        }
        let output = client.wait_with_output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// A database that nobody else uses; dropped with its users when this value is.
pub struct TestDatabase {
    endpoint: Endpoint,
    /// The database's name.
    pub name: String,
    /// The owner, who may do anything in this database and nothing elsewhere.
    pub owner: Login,
}

impl TestDatabase {
    /// The server.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The owner's SQLAlchemy URL (`postgresql+psycopg://...`, `mysql+pymysql://...`), for Feast and for us.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(&self.owner)
    }

    /// The SQLAlchemy URL of another user.
    #[must_use]
    pub fn url_of(&self, login: &Login) -> String {
        self.url_for(&self.endpoint, login)
    }

    /// The owner's SQLAlchemy URL at another address of this database: a replica, a node of a cluster, a proxy.
    #[must_use]
    pub fn url_at(&self, endpoint: &Endpoint) -> String {
        self.url_for(endpoint, &self.owner)
    }

    /// Makes the transactions of PostgreSQL sessions that begin from now on SERIALIZABLE, unless they say otherwise.
    pub fn make_serializable(&self) -> Result<()> {
        self.execute(&format!(
            "ALTER DATABASE {} SET default_transaction_isolation = 'serializable';",
            self.name
        ))?;
        Ok(())
    }

    /// Creates a user who may read and write rows, in present and future tables, and may not create, change or drop any.
    pub fn login_without_ddl(&self) -> Result<Login> {
        let login = Login { user: format!("{}_rows", self.name), password: PASSWORD.to_owned() };
        let grant = match self.endpoint.engine {
            Engine::Postgres => postgres::GRANT_ROWS,
            Engine::MariaDb => mariadb::GRANT_ROWS,
        };
        let statements = grant
            .replace("{name}", &self.name)
            .replace("{user}", &login.user)
            .replace("{password}", PASSWORD);
        self.endpoint
            .execute_as(&self.endpoint.admin, &self.name, &statements)
            .context("cannot create a user")?;
        Ok(login)
    }

    /// Runs statements here as the owner; gives rows as lines of tab-separated values.
    pub fn execute(&self, statements: &str) -> Result<String> {
        self.execute_at(&self.endpoint, statements)
    }

    /// Runs statements as the owner at another address of this database.
    pub fn execute_at(&self, endpoint: &Endpoint, statements: &str) -> Result<String> {
        endpoint.execute_as(&self.owner, &self.name, statements)
    }

    fn url_for(&self, endpoint: &Endpoint, login: &Login) -> String {
        let scheme = match endpoint.engine {
            Engine::Postgres => "postgresql+psycopg",
            Engine::MariaDb => "mysql+pymysql",
        };
        format!("{scheme}://{}@{}:{}/{}", encoded(login), endpoint.host, endpoint.port, self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let remove = match self.endpoint.engine {
            Engine::Postgres => postgres::DROP_DATABASE,
            Engine::MariaDb => mariadb::DROP_DATABASE,
        };
        // A stopped server takes its databases along.
        let _ = self.endpoint.execute(&remove.replace("{name}", &self.name));
    }
}

fn encoded(login: &Login) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    format!("{}:{}", encode(&login.user), encode(&login.password))
}
