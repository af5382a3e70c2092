//! A registry written by a newer Feast: what this build does not know is kept, or said to be in the way.

use feast_registry_core::wire;
use prost::Message;

use super::objects::{entities, entity, registry, view};
use super::place::Place;
use super::report::clear_error;

/// A message's bytes with a field that no schema here has.
fn with_unknown(message: &impl Message) -> Vec<u8> {
    let mut bytes = message.encode_to_vec();
    wire::put_bytes(&mut bytes, 900, b"from the future");
    bytes
}

#[test]
fn unknown_fields_and_enum_numbers_are_kept() {
    for place in Place::all() {
        place.file("start.pb", entities(2, 0).encode_to_vec());
        place.succeed(&["apply", "-f", "start.pb"]);
        let mut newer = entity("e0001", "old");
        newer.spec.as_mut().unwrap().value_type = 4_711;
        let bytes = place.literal(&with_unknown(&newer));
        place.sql(&format!("UPDATE entities SET entity_proto = {bytes} WHERE entity_name = 'e0001'"));

        assert!(place.succeed(&["entities", "list"]).stdout.contains("4711"));
        let described = place.succeed(&["entities", "describe", "e0001"]);
        assert!(described.stdout.contains("valueType: 4711"), "{described}");
        place.file("same.yaml", described.stdout.replace("description: old", "description: new"));
        place.succeed(&["apply", "-f", "same.yaml"]);
        place.succeed(&["registry", "export", "copy.pb"]);
        let other = Place::sqlite();
        other.succeed(&["registry", "import", place.path("copy.pb").to_str().unwrap()]);
        for place in [&place, &other] {
            let stored = place.number(&format!(
                "SELECT COUNT(*) FROM entities WHERE entity_name = 'e0001' AND {}",
                match place.name {
                    "postgres" => "position('from the future'::bytea IN entity_proto) > 0 AND position('new'::bytea IN entity_proto) > 0",
                    _ => "INSTR(entity_proto, X'66726f6d2074686520667574757265') > 0 AND INSTR(entity_proto, X'6e6577') > 0",
                }
            ));
            assert_eq!(stored, 1, "{}", place.name);
        }
    }
}

#[test]
fn unknown_columns_and_tables_are_left_alone() {
    for place in Place::all() {
        place.file("start.pb", entities(2, 0).encode_to_vec());
        place.succeed(&["apply", "-f", "start.pb"]);
        place.sql("ALTER TABLE entities ADD COLUMN novelty VARCHAR(20)");
        place.sql("ALTER TABLE projects ADD COLUMN counted INTEGER DEFAULT 7 NOT NULL");
        place.sql("CREATE TABLE novelties (name VARCHAR(20) NOT NULL PRIMARY KEY)");
        place.sql("INSERT INTO novelties VALUES ('kept')");
        place.sql("UPDATE entities SET novelty = 'kept' WHERE entity_name = 'e0001'");

        let verified = place.succeed(&["registry", "verify-schema"]);
        assert!(verified.stdout.contains("as the registry needs them"), "{verified}");
        place.file("more.pb", entities(4, 3).encode_to_vec());
        place.succeed(&["apply", "-f", "more.pb"]);
        place.file("other.yaml", "kind: Project\nspec: {name: other}\n");
        place.succeed(&["apply", "-f", "other.yaml"]);
        assert_eq!(place.sql("SELECT novelty FROM entities WHERE entity_name = 'e0001'").trim(), "kept");
        assert_eq!(place.sql("SELECT name FROM novelties").trim(), "kept");
        assert_eq!(place.number("SELECT COUNT(*) FROM projects WHERE counted = 7"), 2);
        place.succeed(&["teardown", "--yes"]);
        assert_eq!(place.sql("SELECT name FROM novelties").trim(), "kept");
    }
}

#[test]
fn a_column_that_must_be_filled_is_reported() {
    for place in Place::all() {
        place.succeed(&["registry", "create-schema"]);
        let column = if place.name == "sqlite" {
            // SQLite adds no such column to a table that exists.
            let text = place.sql("SELECT sql FROM sqlite_schema WHERE name = 'entities'");
            place.sql("DROP TABLE entities");
            text.trim().replacen('(', "(novelty INTEGER NOT NULL, ", 1)
        } else {
            "ALTER TABLE entities ADD COLUMN novelty INTEGER NOT NULL".to_owned()
        };
        place.sql(&column);
        place.file("start.pb", entities(2, 0).encode_to_vec());
        let says = [
            "column `entities.novelty` is not the registry's, must not be null and has no default",
            "registry verify-schema",
            place.shown(),
        ];
        for mode in ["auto", "verify"] {
            place.configure(&format!("schema_mode: {mode}"));
            for command in
                [&["entities", "list"][..], &["apply", "-f", "start.pb"], &["registry", "import", "start.pb"]]
            {
                clear_error(&place.bare(command), 5, &says);
            }
        }
        let verified = place.run(&["registry", "verify-schema"]);
        assert_eq!(verified.code, 5, "{verified}");
        assert!(verified.stdout.contains("unfit: column `entities.novelty`"), "{verified}");
        // Who looks away is stopped by the database, whole.
        place.configure("schema_mode: skip");
        clear_error(&place.bare(&["apply", "-f", "start.pb"]), 4, &["novelty", place.shown(), "hint: "]);
        assert_eq!(place.rows(), 0, "{}", place.name);
    }
}

#[test]
fn a_newer_file_is_read_and_not_imported_by_halves() {
    let place = Place::sqlite();
    place.succeed(&["registry", "create-schema"]);
    let newer = with_unknown(&feast_registry_core::proto::feast::core::Registry {
        feature_views: vec![view("rates")],
        ..registry()
    });
    place.file("newer.pb", &newer);
    let listed =
        place.bare(&["--registry", "newer.pb", "--project", "shop", "feature-views", "list", "-o", "name"]);
    assert_eq!((listed.code, listed.stdout.as_str()), (0, "rates\n"), "{listed}");
    for command in [&["registry", "import"][..], &["apply", "-f"]] {
        let output = place.run(&[command, &["newer.pb"]].concat());
        clear_error(&output, 3, &["`newer.pb`", "1 entries of the unknown field 900", "--skip-unsupported"]);
    }
    let mut next = entities(1, 0);
    next.registry_schema_version = "2".into();
    place.file("next.pb", next.encode_to_vec());
    let output = place.run(&["registry", "import", "next.pb"]);
    clear_error(&output, 3, &["registry schema version `2`", "newer feast-registry"]);
    assert_eq!(place.rows(), 0);
    place.succeed(&["registry", "import", "newer.pb", "--skip-unsupported"]);

    // As JSON an unknown field is a mistake until proven otherwise.
    place.file("newer.json", r#"{"entities": [{"spec": {"name": "driver", "novelty": 1}}]}"#);
    for command in [&["registry", "import"][..], &["apply", "-f"]] {
        let output = place.run(&[command, &["newer.json"]].concat());
        clear_error(&output, 3, &["`newer.json`, line 1", "novelty"]);
    }
}
