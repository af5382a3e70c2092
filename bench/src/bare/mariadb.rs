//! mysql_async.

use anyhow::{Context, Result};
use feast_registry_tests::servers::{Endpoint, Login};
use mysql_async::{Conn, OptsBuilder, Params, Row, prelude::Queryable};
use tokio::runtime::{Builder, Runtime};

use super::{Connection, Value};

pub(super) struct MariaDb {
    runtime: Runtime,
    // Prepares each text once.
    connection: Conn,
}

impl MariaDb {
    pub(super) fn open(server: &Endpoint, database: &str, login: &Login) -> Result<MariaDb> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let options = OptsBuilder::default()
            .ip_or_hostname(server.host.clone())
            .tcp_port(server.port)
            .db_name(Some(database))
            .user(Some(&login.user))
            .pass(Some(&login.password))
            .prefer_socket(false);
        let connection = runtime.block_on(Conn::new(options))?;
        Ok(MariaDb { runtime, connection })
    }
}

fn bound(values: &[Value<'_>]) -> Params {
    let value = |value: &Value<'_>| match value {
        Value::Null => mysql_async::Value::NULL,
        Value::Int(number) => mysql_async::Value::Int(*number),
        Value::Text(text) => mysql_async::Value::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => mysql_async::Value::Bytes(bytes.to_vec()),
    };
    match values {
        [] => Params::Empty,
        values => Params::Positional(values.iter().map(value).collect()),
    }
}

impl Connection for MariaDb {
    fn control(&mut self, text: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.connection.query_drop(text))?)
    }

    fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<()> {
        Ok(self.runtime.block_on(self.connection.exec_drop(text, bound(values)))?)
    }

    fn read(&mut self, text: &str, values: &[Value<'_>]) -> Result<(u64, u64)> {
        let rows: Vec<Row> = self.runtime.block_on(self.connection.exec(text, bound(values)))?;
        let size = |value: &mysql_async::Value| match value {
            mysql_async::Value::Bytes(bytes) => bytes.len(),
            _ => 8,
        };
        let bytes = |row: &Row| (0..row.len()).filter_map(|index| row.as_ref(index)).map(size).sum::<usize>();
        Ok((rows.len() as u64, rows.iter().map(bytes).sum::<usize>() as u64))
    }

    fn bytes(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<u8>> {
        let row: Option<(Vec<u8>,)> =
            self.runtime.block_on(self.connection.exec_first(text, bound(values)))?;
        Ok(row.context("no row")?.0)
    }

    fn replace(&self) -> &'static str {
        "ON DUPLICATE KEY UPDATE metadata_value = VALUES(metadata_value)"
    }
}
