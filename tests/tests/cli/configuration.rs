//! `configuration`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

const SECRETS: &str = "\
registry:
  path: postgresql://feast:s3cr%40t@db.example.com:5432/feast?sslmode=require&sslpassword=s3cr%40t
  registry_type: sql
  cache_ttl_seconds: 60
  sqlalchemy_config_kwargs: {echo: false, connect_args: {password: $REGISTRY_PASSWORD, application_name: feast}}
project: driver_ranking
provider: local
online_store:
  type: redis
  connection_string: redis:6379,ssl=true,password=s3cr@t
offline_store: {type: snowflake.offline, user: feast, private_key: s3cr@t, api_tokens: [s3cr@t, s3cr@t]}
";

#[test]
fn secrets_are_masked() -> Result<()> {
    let store = Store::empty()?;
    store.write("feature_store.yaml", SECRETS)?;
    let cli = store.variable("REGISTRY_PASSWORD", "s3cr@t");
    let yaml = cli.run(&["configuration"])?;
    assert_snapshot!(yaml, @"
    exit code 0
    --- stdout
    project: driver_ranking
    provider: local
    registry:
      path: postgresql://feast:***@db.example.com:5432/feast?sslmode=require&sslpassword=***
      registry_type: sql
      cache_ttl_seconds: 60
      sqlalchemy_config_kwargs:
        echo: false
        connect_args:
          password: '***'
          application_name: feast
    online_store:
      type: redis
      connection_string: redis:6379,ssl=true,password=***
    offline_store:
      type: snowflake.offline
      user: feast
      private_key: '***'
      api_tokens:
      - '***'
      - '***'

    --- stderr
    warning: [folder]/feature_store.yaml: parameter `sslpassword` of `registry.path` is not known here and has no effect
    ");
    let json = cli.run(&["configuration", "-o", "json"])?;
    assert_snapshot!(json, @r#"
    exit code 0
    --- stdout
    {
      "project": "driver_ranking",
      "provider": "local",
      "registry": {
        "path": "postgresql://feast:***@db.example.com:5432/feast?sslmode=require&sslpassword=***",
        "registry_type": "sql",
        "cache_ttl_seconds": 60,
        "sqlalchemy_config_kwargs": {
          "echo": false,
          "connect_args": {
            "password": "***",
            "application_name": "feast"
          }
        }
      },
      "online_store": {
        "type": "redis",
        "connection_string": "redis:6379,ssl=true,password=***"
      },
      "offline_store": {
        "type": "snowflake.offline",
        "user": "feast",
        "private_key": "***",
        "api_tokens": [
          "***",
          "***"
        ]
      }
    }
    --- stderr
    warning: [folder]/feature_store.yaml: parameter `sslpassword` of `registry.path` is not known here and has no effect
    "#);
    assert!(!yaml.to_string().contains("s3cr") && !json.to_string().contains("s3cr"));
    Ok(())
}

#[test]
fn the_database_is_not_needed() -> Result<()> {
    let store = Store::empty()?;
    assert_snapshot!(store.run("configuration")?, @"
    exit code 0
    --- stdout
    project: driver_ranking
    provider: local
    registry:
      registry_type: sql
      path: sqlite:///registry.db

    --- stderr
    ");
    assert!(!store.path("registry.db").exists());
    Ok(())
}
