//! tokio-postgres.

use std::{collections::HashMap, error::Error};

use anyhow::Result;
use feast_registry_tests::servers::{Endpoint, Login};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{
    Client, Config, NoTls, Statement,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{Connection, Value};

pub(super) struct Postgres {
    runtime: Runtime,
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl Postgres {
    pub(super) fn open(server: &Endpoint, database: &str, login: &Login) -> Result<Postgres> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut config = Config::new();
        config
            .host(&server.host)
            .port(server.port)
            .dbname(database)
            .user(&login.user)
            .password(&login.password);
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        runtime.spawn(connection);
        Ok(Postgres { runtime, client, prepared: HashMap::new() })
    }

    fn prepared(&mut self, text: &str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(text))?;
        self.prepared.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    fn query(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        let statement = self.prepared(text)?;
        Ok(self.runtime.block_on(self.client.query(&statement, &bound(values)))?)
    }
}

fn bound<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Connection for Postgres {
    fn control(&mut self, text: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.client.batch_execute(text))?)
    }

    fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<()> {
        let statement = self.prepared(text)?;
        self.runtime.block_on(self.client.execute(&statement, &bound(values)))?;
        Ok(())
    }

    fn read(&mut self, text: &str, values: &[Value<'_>]) -> Result<(u64, u64)> {
        let rows = self.query(text, values)?;
        let bytes = rows.iter().map(tokio_postgres::Row::raw_size_bytes).sum::<usize>();
        Ok((rows.len() as u64, bytes as u64))
    }

    fn bytes(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<u8>> {
        let rows = self.query(text, values)?;
        Ok(rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default())
    }

    fn placeholder(&self, index: usize) -> String {
        format!("${index}")
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("value")
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
