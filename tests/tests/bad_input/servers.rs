//! Servers that cannot be reached, do not let us in, or do not let us do it.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use feast_registry_tests::servers::{Engine, Login};

use super::place::Place;
use super::report::{ENCODED, PASSWORD, clear_error, sound};

const SCHEMES: [&str; 2] = ["postgresql+psycopg", "mysql+pymysql"];

fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn nobody_listens() {
    let place = Place::sqlite();
    for scheme in SCHEMES {
        let address = format!("127.0.0.1:{}", closed_port());
        let url = format!("{scheme}://feast:{ENCODED}@{address}/registry");
        for command in [
            &["entities", "list"][..],
            &["teardown", "--yes"],
            &["registry", "create-schema"],
            &["entities", "delete", "x"],
        ] {
            let output = place.bare(&[&["--registry", &url, "--project", "shop"], command].concat());
            clear_error(
                &output,
                4,
                &["Connection refused", &address, &format!("`{scheme}://feast@"), "check the host"],
            );
        }
    }
}

#[test]
fn nobody_has_that_name() {
    let place = Place::sqlite();
    for scheme in SCHEMES {
        let url = format!("{scheme}://feast:{ENCODED}@no-such-host.invalid/registry");
        let started = Instant::now();
        let output = place.bare(&["--registry", &url, "entities", "list"]);
        clear_error(&output, 4, &["no-such-host.invalid", "check the host"]);
        assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    }
}

/// Without any timeout configured: ours is ten seconds.
#[test]
fn a_server_that_says_nothing_is_given_up() {
    std::thread::scope(|scope| {
        for scheme in SCHEMES {
            scope.spawn(move || {
                let place = Place::sqlite();
                let silent = TcpListener::bind("127.0.0.1:0").unwrap();
                let address = silent.local_addr().unwrap().to_string();
                let url = format!("{scheme}://feast:{ENCODED}@{address}/registry");
                let started = Instant::now();
                let output = place.bare(&["--registry", &url, "entities", "list"]);
                clear_error(&output, 4, &["no answer within 10s", &address, "check the host"]);
                assert!(started.elapsed() < Duration::from_secs(14), "{:?}", started.elapsed());
            });
        }
    });
}

#[test]
fn a_server_of_another_protocol() {
    for place in Place::servers() {
        // Each of the two is asked in the other's language.
        let (engine, database) = place.server();
        let scheme = if engine == Engine::Postgres { "mysql" } else { "postgresql" };
        let address = format!("{}:{}", database.endpoint().host, database.endpoint().port);
        let url = format!("{scheme}://feast:{ENCODED}@{address}/registry?connect_timeout=2");
        let output = place.bare(&["--registry", &url, "entities", "list"]);
        clear_error(&output, 4, &[&address, "check the host"]);
    }
}

/// A password may come in the URL, in its query and in `connect_args`, and the log may be at its most talkative.
#[test]
fn a_wrong_password_is_not_shown() {
    for place in Place::servers() {
        let (_, database) = place.server();
        let user = &database.owner.user;
        let wrong = database.url_of(&Login { user: user.clone(), password: PASSWORD.into() });
        let (login, address) = wrong.split_once('@').unwrap();
        let bare = format!("{}@{address}", login.rsplit_once(':').unwrap().0);
        let before = place.contents();
        for level in ["warning", "trace"] {
            for url in [&wrong, &format!("{bare}?password={ENCODED}")] {
                let output = place.bare(&["--registry", url, "--log-level", level, "entities", "list"]);
                clear_error(&output, 4, &[user, "check the user, the password"]);
            }
            for connect_args in [
                format!("connect_args: {{password: '{PASSWORD}'}}"),
                format!("connect_args:\n  password: '{PASSWORD}'\n  unheard_of: '{PASSWORD}'"),
            ] {
                let connect_args = connect_args.replace('\n', "\n  ");
                place.configure_url(
                    &bare,
                    &format!("sqlalchemy_config_kwargs:\n  echo: true\n  {connect_args}"),
                );
                let output = place.bare(&["--log-level", level, "entities", "list"]);
                clear_error(&output, 4, &[user, "check the user, the password"]);
            }
        }
        assert_eq!(place.contents(), before);
    }
}

/// The right password, in all its places, in the loudest log of a command that works.
#[test]
fn the_right_password_is_not_shown_either() {
    for place in Place::servers() {
        place.configure("sqlalchemy_config_kwargs: {echo: true, pool_pre_ping: true}");
        let (_, database) = place.server();
        let password = database.owner.password.clone();
        for lines in [
            "sqlalchemy_config_kwargs: {echo: true, pool_pre_ping: true}".to_owned(),
            format!("sqlalchemy_config_kwargs: {{echo: true, connect_args: {{password: '{password}'}}}}"),
        ] {
            place.configure(&lines);
            place.file("entity.yaml", "kind: Entity\nspec: {name: driver, joinKey: id}\n");
            for command in [
                &["apply", "-f", "entity.yaml"][..],
                &["entities", "list"],
                &["configuration"],
                &["registry", "verify-schema"],
            ] {
                let output = place.bare(&[&["--log-level", "trace"], command].concat());
                assert_eq!(output.code, 0, "{output}");
                sound(&output);
            }
        }
    }
}

#[test]
fn a_database_that_does_not_exist() {
    for place in Place::servers() {
        let (engine, database) = place.server();
        let url = place.url.replace(&format!("/{}", database.name), "/no_such_database");
        let output = place.bare(&["--registry", &url, "entities", "list"]);
        // MariaDB does not tell somebody without rights on it whether a database exists.
        let hint = if engine == Engine::Postgres { "create the database" } else { "administrator grant" };
        clear_error(&output, 4, &["no_such_database", hint]);

        let endpoint = database.endpoint();
        let url = format!("{}/no_such_database", endpoint.admin_url());
        let output = place.bare(&["--registry", &url, "entities", "list"]);
        clear_error(&output, 4, &["no_such_database", "create the database"]);
        assert!(!output.to_string().contains(&endpoint.admin.password), "{output}");

        let unnamed = place.url.replace(&format!("/{}", database.name), "/");
        let output = place.bare(&["--registry", &unnamed, "entities", "list"]);
        if engine == Engine::MariaDb {
            clear_error(&output, 4, &["o database", "registry URL"]);
        }
    }
}

#[test]
fn without_the_right_to_create_tables() {
    for place in Place::servers() {
        let (engine, database) = place.server();
        let url = database.url_of(&database.login_without_ddl().unwrap());
        let remedies = ["registry create-schema", "schema_mode: verify"];
        for command in [&["entities", "list"][..], &["registry", "create-schema"]] {
            let output = place.bare(&[&["--registry", &url, "--project", "shop"], command].concat());
            clear_error(&output, 4, &remedies);
        }
        place.configure_url(&url, "schema_mode: verify");
        let output = place.bare(&["entities", "list"]);
        clear_error(&output, 5, &["table `projects` is missing", "registry create-schema", &database.name]);
        assert_eq!(place.contents(), Vec::<String>::new(), "{}", place.name);

        // With the tables that an administrator has made, both modes work.
        place.succeed(&["registry", "create-schema"]);
        for mode in ["verify", "auto"] {
            place.configure_url(&url, &format!("schema_mode: {mode}"));
            let entity = place.file("entity.yaml", format!("kind: Entity\nspec: {{name: by_{mode}}}\n"));
            let output = place.bare(&["apply", "-f", entity.to_str().unwrap()]);
            assert_eq!(output.code, 0, "{output}");
        }
        let output = place.bare(&["teardown", "--yes"]);
        clear_error(
            &output,
            4,
            &[
                if engine == Engine::Postgres { "must be owner" } else { "DROP command denied" },
                "administrator grant",
            ],
        );
        assert_eq!(place.number("SELECT COUNT(*) FROM entities"), 2);
    }
}

#[test]
fn a_server_that_only_reads() {
    for place in Place::servers() {
        let (engine, database) = place.server();
        place.succeed(&["registry", "create-schema"]);
        let entity = place.file("entity.yaml", "kind: Entity\nspec: {name: driver}\n");
        let entity = entity.to_str().unwrap();
        place.succeed(&["apply", "-f", entity]);
        match engine {
            Engine::Postgres => database
                .endpoint()
                .execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name))
                .unwrap(),
            // A right to read alone, since a whole server that only reads would be in the other tests' way.
            Engine::MariaDb => database
                .endpoint()
                .execute(&format!(
                    "REVOKE ALL ON {0}.* FROM {0}@'%'; GRANT SELECT ON {0}.* TO {0}@'%'",
                    database.name
                ))
                .unwrap(),
        };
        let before = place.contents();
        let hint =
            if engine == Engine::Postgres { "give the primary in `path`" } else { "administrator grant" };
        for command in [
            &["apply", "-f", entity][..],
            &["entities", "delete", "driver"],
            &["projects", "delete", "shop", "--yes"],
        ] {
            let output = place.run(command);
            // An apply that changes nothing may go through.
            if output.code != 0 {
                clear_error(&output, 4, &[&database.name, hint]);
            }
        }
        place.file("entity.yaml", "kind: Entity\nspec: {name: driver, description: changed}\n");
        clear_error(&place.run(&["apply", "-f", entity]), 4, &[&database.name, hint]);
        clear_error(&place.run(&["teardown", "--yes"]), 4, &[&database.name, hint]);
        assert_eq!(place.succeed(&["-o", "name", "entities", "list"]).stdout, "driver\n");
        assert_eq!(place.succeed(&["plan", "-f", entity]).stderr, "");
        assert_eq!(place.contents(), before, "{}", place.name);
    }
}
