//! All or nothing: an apply of 5,000 objects is one transaction, whatever ends it.

use std::time::{Duration, Instant};

use feast_registry_core::proto::feast::core as feast;
use prost::Message;

use super::objects::{entities, large};
use super::place::{Place, wait_until};
use super::report::{clear_error, sound};
use feast_registry_tests::servers::Engine;

const OBJECTS: usize = 5_000;

/// Runs a test on the three databases at once.
fn on_each(test: fn(&Place)) {
    std::thread::scope(|scope| {
        for place in Place::all() {
            scope.spawn(move || test(&place));
        }
    });
}

#[test]
fn five_thousand_objects_are_one_transaction() {
    on_each(|place| {
        place.succeed(&["registry", "create-schema"]);
        place.file("large.pb", large(OBJECTS));
        place.configure("sqlalchemy_config_kwargs: {echo: true}");
        let started = Instant::now();
        let output = place.cli().run(&["-o", "name", "apply", "-f", "large.pb"]).unwrap();
        let elapsed = started.elapsed();
        println!("{}: {OBJECTS} objects in {elapsed:?}", place.name);
        assert_eq!(output.code, 0, "{}: {}", place.name, output.stderr);
        sound(&output);
        assert_eq!(output.stdout.lines().count(), OBJECTS);
        let lines = |text: &str| output.stderr.lines().filter(|line| *line == text).count();
        // On the servers it begins anew once it finds the project missing, to take its key first.
        let begun = if place.name == "sqlite" { 1 } else { 2 };
        let counts = (lines("info: begin (write)"), lines("info: commit"));
        assert_eq!(counts, (begun, 1), "{}", place.name);
        let statements = output.stderr.lines().filter(|line| line.starts_with("info: INSERT")).count();
        assert!(statements < 100, "{}: {statements} statements", place.name);
        if place.name == "postgres" {
            let tables = [
                "projects",
                "entities",
                "feature_views",
                "feature_services",
                "feature_view_version_history",
                "feast_metadata",
            ];
            let all = tables.map(|table| format!("SELECT xmin::text AS x FROM {table}")).join(" UNION ");
            assert_eq!(place.number(&format!("SELECT COUNT(DISTINCT x) FROM ({all}) AS t")), 1);
        }
        // The views' versions and the project's three metadata entries come on top.
        let views = place.number("SELECT COUNT(*) FROM feature_views");
        assert_eq!(place.number("SELECT COUNT(*) FROM feature_view_version_history"), views);
        assert_eq!(place.rows(), OBJECTS as i64 + views + 3, "{}", place.name);

        let before = place.contents();
        let output = place.bare(&["apply", "-f", "large.pb"]);
        assert_eq!((output.code, output.stdout.as_str()), (0, "No changes to registry\n"));
        assert!(place.contents() == before, "{}", place.name);
    });
}

#[test]
fn an_invalid_last_object_leaves_nothing() {
    on_each(|place| {
        place.succeed(&["registry", "create-schema"]);
        let mut registry = feast::Registry::decode(large(OBJECTS).as_slice()).unwrap();
        // Permissions come last, in the file and in the order of the kinds.
        let spec = feast::PermissionSpec {
            name: "zzz".into(),
            project: "shop".into(),
            actions: vec![1],
            ..Default::default()
        };
        registry.permissions.push(feast::Permission { spec: Some(spec), meta: None });
        place.file("large.pb", registry.encode_to_vec());
        let output = place.run(&["apply", "-f", "large.pb"]);
        clear_error(&output, 1, &["permission `zzz` has no policy", "spec.policy"]);
        assert_eq!(place.rows(), 0, "{}", place.name);
    });
}

#[test]
fn a_database_that_refuses_the_last_row_keeps_none() {
    on_each(|place| {
        place.succeed(&["registry", "create-schema"]);
        let last = format!("e{:04}", OBJECTS - 2);
        match place.name {
            "sqlite" => place.sql(&format!(
                "CREATE TRIGGER no BEFORE INSERT ON entities WHEN NEW.entity_name = '{last}' \
                 BEGIN SELECT RAISE(ABORT, 'row_is_not_wanted'); END"
            )),
            _ => place.sql(&format!(
                "ALTER TABLE entities ADD CONSTRAINT row_is_not_wanted CHECK (entity_name <> '{last}')"
            )),
        };
        place.file("large.pb", entities(OBJECTS - 1, 20).encode_to_vec());
        for command in [&["apply", "-f", "large.pb"][..], &["registry", "import", "large.pb"]] {
            let output = place.run(command);
            clear_error(
                &output,
                4,
                &["row_is_not_wanted", place.shown(), "the database's code is", "echo: true"],
            );
            assert_eq!(place.rows(), 0, "{}", place.name);
        }
    });
}

/// Makes the insert of `e0900` wait for a minute, the first time only.
fn put_a_brake_on(place: &Place) {
    let (engine, _) = place.server();
    place.sql(match engine {
        Engine::Postgres => {
            "CREATE SEQUENCE turns;
             CREATE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('turns') = 1 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$;
             CREATE TRIGGER brake BEFORE INSERT ON entities FOR EACH ROW
                 WHEN (NEW.entity_name = 'e0900') EXECUTE FUNCTION brake()"
        }
        Engine::MariaDb => {
            "CREATE SEQUENCE turns;
             CREATE TRIGGER brake BEFORE INSERT ON entities FOR EACH ROW
                 SET @slept = IF(NEW.entity_name = 'e0900', IF(NEXTVAL(turns) = 1, SLEEP(60), 0), 0)"
        }
    });
}

/// The connection that stands on the brake.
fn braking(place: &Place) -> Option<String> {
    let (engine, database) = place.server();
    let find = match engine {
        Engine::Postgres => format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND wait_event = 'PgSleep'",
            database.name
        ),
        Engine::MariaDb => format!(
            "SELECT id FROM information_schema.processlist WHERE db = '{}' AND state = 'User sleep'",
            database.name
        ),
    };
    let found = database.endpoint().execute(&find).unwrap();
    found.lines().next().map(String::from)
}

fn kill(place: &Place, connection: &str) {
    let (engine, database) = place.server();
    let kill = match engine {
        Engine::Postgres => format!("SELECT pg_terminate_backend({connection})"),
        Engine::MariaDb => format!("KILL {connection}"),
    };
    database.endpoint().execute(&kill).unwrap();
}

/// Applies 1,000 objects, does something to the connection half way, and gives how it ended.
fn interrupted(place: &Place, interrupt: impl FnOnce(&str)) -> feast_registry_tests::cli::CliOutput {
    place.succeed(&["registry", "create-schema"]);
    put_a_brake_on(place);
    place.file("large.pb", entities(1_000, 20).encode_to_vec());
    std::thread::scope(|scope| {
        let applying = scope.spawn(|| place.run(&["apply", "-f", "large.pb"]));
        let mut connection = None;
        wait_until("the apply is half way", || {
            connection = braking(place);
            connection.is_some()
        });
        assert_eq!(place.rows(), 0, "{}: something is seen before the commit", place.name);
        interrupt(&connection.unwrap());
        applying.join().unwrap()
    })
}

#[test]
fn a_connection_killed_half_way_is_made_again() {
    for place in Place::servers() {
        let output = interrupted(&place, |connection| kill(&place, connection));
        assert_eq!(output.code, 0, "{output}");
        sound(&output);
        assert_eq!(place.number("SELECT COUNT(*) FROM entities"), 1_000, "{}", place.name);
        // 1,000 entities, the project, its three metadata entries.
        assert_eq!(place.rows(), 1_004, "{}", place.name);
    }
}

#[test]
fn a_connection_killed_half_way_for_good_leaves_nothing() {
    for place in Place::servers() {
        let (engine, database) = place.server();
        let user = &database.owner.user;
        let (lock, unlock) = match engine {
            Engine::Postgres => (format!("ALTER ROLE {user} NOLOGIN"), format!("ALTER ROLE {user} LOGIN")),
            Engine::MariaDb => (
                format!("ALTER USER {user}@'%' ACCOUNT LOCK"),
                format!("ALTER USER {user}@'%' ACCOUNT UNLOCK"),
            ),
        };
        let output = interrupted(&place, |connection| {
            database.endpoint().execute(&lock).unwrap();
            kill(&place, connection);
        });
        database.endpoint().execute(&unlock).unwrap();
        clear_error(&output, 4, &[user, "check the user"]);
        assert_eq!(place.rows(), 0, "{}", place.name);
    }
}

/// The journal is on the disk and pages of the database are overwritten when the process is killed.
#[test]
fn a_process_killed_half_way_leaves_nothing() {
    let place = Place::sqlite();
    place.succeed(&["registry", "create-schema"]);
    place.sql(
        "CREATE TRIGGER brake BEFORE INSERT ON entities WHEN NEW.entity_name = 'e4990' BEGIN
             SELECT COUNT(*) FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c); END",
    );
    let (before, file) = (place.contents(), place.path("registry.db"));
    let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let empty = size(&file);
    place.file("large.pb", entities(OBJECTS - 1, 2_000).encode_to_vec());
    let arguments = ["--registry", &place.url, "apply", "-f", "large.pb"];
    let mut child = place.cli().command().args(arguments).spawn().unwrap();
    let journal = place.path("registry.db-journal");
    wait_until("half of it is in the file", || size(&journal) > 0 && size(&file) > empty + 1_000_000);
    std::thread::sleep(Duration::from_millis(200));
    assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(size(&file) > empty && journal.exists());

    assert_eq!(place.succeed(&["entities", "list", "-o", "name"]).stdout, "");
    assert!(place.contents() == before);
    assert_eq!(place.sql("PRAGMA integrity_check").trim(), "ok");
    place.sql("DROP TRIGGER brake");
    place.succeed(&["apply", "-f", "large.pb"]);
    assert_eq!(place.number("SELECT COUNT(*) FROM entities"), OBJECTS as i64 - 1);
}
