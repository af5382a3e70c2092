//! URLs in every spelling, checked against how SQLAlchemy 2.1 splits them.

use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> ServerUrl {
    match text.parse::<DatabaseUrl>() {
        Ok(DatabaseUrl::Postgres(url) | DatabaseUrl::Mysql(url)) => url,
        other => panic!("{text}: {other:?}"),
    }
}

fn sqlite_database(text: &str) -> SqliteDatabase {
    match text.parse() {
        Ok(DatabaseUrl::Sqlite(url)) => url.database,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn sqlite_paths() {
    let file = |path: &str| SqliteDatabase::File(path.into());
    for (text, database) in [
        ("sqlite:///rel/registry.db", file("rel/registry.db")),
        ("sqlite:///../up.db", file("../up.db")),
        ("sqlite:////abs/registry.db", file("/abs/registry.db")),
        ("sqlite+pysqlite:////abs/with%20space.db", file("/abs/with space.db")),
        ("sqlite://", SqliteDatabase::Memory),
        ("sqlite:///", SqliteDatabase::Memory),
        ("sqlite:///:memory:", SqliteDatabase::Memory),
        ("sqlite:///file:x.db?mode=ro&uri=true", SqliteDatabase::Uri("file:x.db".into())),
    ] {
        assert_eq!(sqlite_database(text), database, "{text}");
    }
}

#[test]
fn a_relative_sqlite_path_can_be_placed() {
    let placed = |text: &str| {
        let url: DatabaseUrl = text.parse().unwrap();
        url.relative_to(Path::new("/repo")).to_string()
    };
    assert_eq!(placed("sqlite:///data/r.db"), "sqlite:////repo/data/r.db");
    assert_eq!(placed("sqlite:////abs/r.db"), "sqlite:////abs/r.db");
    assert_eq!(placed("sqlite://"), "sqlite://");
}

#[test]
fn every_spelling_of_the_servers() {
    for (text, dialect) in [
        ("postgresql://h/d", Dialect::Postgres),
        ("postgresql+psycopg://h/d", Dialect::Postgres),
        ("postgresql+psycopg2://h/d", Dialect::Postgres),
        ("postgres://h/d", Dialect::Postgres),
        ("cockroachdb://h/d", Dialect::Postgres),
        ("cockroachdb+psycopg2://h/d", Dialect::Postgres),
        ("mysql://h/d", Dialect::Mysql),
        ("mysql+pymysql://h/d", Dialect::Mysql),
        ("mysql+mysqldb://h/d", Dialect::Mysql),
        ("mariadb://h/d", Dialect::Mysql),
        ("mariadb+pymysql://h/d", Dialect::Mysql),
        ("mariadb+mariadbconnector://h/d", Dialect::Mysql),
    ] {
        assert_eq!(text.parse::<DatabaseUrl>().unwrap().dialect(), dialect, "{text}");
    }
}

#[test]
fn all_parts() {
    let url =
        parsed("postgresql+psycopg://us%40er:p%40ss%2Fw%3Ard@db.example:6543/re%20gistry?sslmode=require");
    assert_eq!(url.user.as_deref(), Some("us@er"));
    assert_eq!(url.password.as_ref().map(Secret::reveal), Some("p@ss/w:rd"));
    assert_eq!(url.host.as_deref(), Some("db.example"));
    assert_eq!(url.port, Some(6543));
    assert_eq!(url.database.as_deref(), Some("re gistry"));
    assert_eq!(url.query, [("sslmode".to_owned(), "require".to_owned())]);
}

#[test]
fn parts_may_be_missing() {
    let url = parsed("postgresql:///registry?host=/run/postgresql&port=5433");
    assert_eq!((url.host, url.database.as_deref()), (None, Some("registry")));
    assert_eq!(url.query[0].1, "/run/postgresql");
    let url = parsed("mysql://root@h");
    assert_eq!((url.user.as_deref(), url.password, url.database), (Some("root"), None, None));
    let url = parsed("mysql://root:@h/");
    assert_eq!((url.password.as_ref().map(Secret::reveal), url.database), (Some(""), None));
    assert_eq!(parsed("mysql://h:/d").port, None);
}

#[test]
fn ipv6_hosts() {
    let url = parsed("postgresql://u@[::1]:5433/d");
    assert_eq!((url.host.as_deref(), url.port), (Some("::1"), Some(5433)));
    assert_eq!(url.to_string(), "postgresql://u@[::1]:5433/d");
    assert_eq!(parsed("postgresql://[fe80::1]/d").port, None);
}

#[test]
fn passwords_may_hold_what_sqlalchemy_allows() {
    assert_eq!(parsed("mysql://u:a/b?c:d#e@h/x").password.unwrap().reveal(), "a/b?c:d#e");
    assert_eq!(parsed("mysql://u:a+b@h/x").password.unwrap().reveal(), "a+b");
}

#[test]
fn queries_are_decoded_like_forms() {
    let url = parsed("postgresql://h/d?options=-c%20search_path%3Dfeast&a=1+2&blank=&flag");
    assert_eq!(
        url.query,
        [("options".to_owned(), "-c search_path=feast".to_owned()), ("a".to_owned(), "1 2".to_owned())]
    );
}

#[test]
fn unsupported_places_say_what_is_supported() {
    for text in [
        "s3://bucket/registry.pb",
        "gs://b/r",
        "abfs://b/r",
        "az://b/r",
        "hdfs://h/r",
        "snowflake://a/b",
        "oracle://h/d",
        "mssql+pyodbc://h/d",
        "http://h",
        "sqlite+pysqlcipher://:key@/x.db",
    ] {
        let error = text.parse::<RegistryUrl>().unwrap_err();
        assert!(matches!(error, UrlError::Unsupported { .. }), "{text}: {error}");
        assert!(error.hint().unwrap().contains("postgresql://"));
    }
    assert_eq!("".parse::<RegistryUrl>(), Err(UrlError::Empty));
    assert_eq!("data/registry.db".parse::<DatabaseUrl>(), Err(UrlError::NotAUrl));
}

#[test]
fn malformed_urls_do_not_leak_the_password() {
    for text in [
        "postgresql://u:hunter2@x@h/d",
        "postgresql://u:hunter2",
        "postgresql://u:p@h:hunter2/d",
        "postgresql://u:p@[::1/hunter2",
        "postgresql://u:p@[::1]hunter2/d",
        "sqlite://u:hunter2@h/x.db",
    ] {
        let error = text.parse::<DatabaseUrl>().unwrap_err();
        assert!(matches!(error, UrlError::Malformed { .. }), "{text}: {error}");
        assert!(!format!("{error} {error:?} {:?}", error.hint()).contains("hunter2"), "{text}: {error}");
    }
}

#[test]
fn file_registries() {
    let file = |path: &str| Ok(RegistryUrl::File(path.into()));
    for (text, path) in [
        ("data/registry.db", "data/registry.db"),
        ("/abs/registry.pb", "/abs/registry.pb"),
        ("file:///abs/registry.pb", "/abs/registry.pb"),
        ("file://rel/registry.pb", "rel/registry.pb"),
        ("file:rel.pb", "rel.pb"),
    ] {
        assert_eq!(text.parse::<RegistryUrl>(), file(path), "{text}");
    }
}

#[test]
fn secrets_in_parameters_are_masked() {
    let text = "mysql://u:hunter2@h/d?ssl_key_password=hunter2&passwd=hunter2&charset=utf8mb4";
    let url: DatabaseUrl = text.parse().unwrap();
    assert_eq!(url.to_string(), "mysql://u:***@h/d?ssl_key_password=***&passwd=***&charset=utf8mb4");
}

proptest! {
    #[test]
    fn any_login_survives_encoding(user in "[^\0]{1,12}", password in "[^\0]{1,12}") {
        use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let url = parsed(&format!("postgresql://{}:{}@host:1/db", encode(&user), encode(&password)));
        prop_assert_eq!(url.user, Some(user));
        prop_assert_eq!(url.password, Some(Secret::new(password)));
        prop_assert_eq!(url.host.as_deref(), Some("host"));
    }

    #[test]
    fn never_panics_and_never_shows_the_password(rest in ".{0,40}") {
        let secret = "QzWxEc";
        for scheme in ["sqlite", "postgresql", "mysql+pymysql", "file", "s3"] {
            let text = format!("{scheme}://user:{secret}@{rest}");
            let shown = match text.parse::<RegistryUrl>() {
                Ok(RegistryUrl::Database(url)) => format!("{url} {url:?}"),
                Ok(RegistryUrl::File(_)) => String::new(),
                Err(error) => format!("{error} {error:?}"),
            };
            prop_assert!(!shown.contains(secret));
        }
    }
}
