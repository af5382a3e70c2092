//! Rows that are not what they should be, among good ones: named, passed over, and removable.

use feast_registry_core::kind::Kind;
use prost::Message;

use super::objects::{entities, entity, registry, view};
use super::place::Place;
use super::report::{clear_error, sound};

/// Bytes that are no entity, and how an error says so.
const DAMAGED: &[u8] = b"\x0a\xff\xff\xff\xff\x0fgarbage";

fn overwrite(place: &Place, name: &str, bytes: &[u8]) {
    let bytes = place.literal(bytes);
    place.sql(&format!("UPDATE entities SET entity_proto = {bytes} WHERE entity_name = '{name}'"));
}

/// A warning that names the object, exit code 7, and the rest.
#[track_caller]
fn passed_over(place: &Place, arguments: &[&str], named: &str, rest: usize) {
    let output =
        place.cli().run(&[&["--registry", &place.url, "--project", "shop"], arguments].concat()).unwrap();
    sound(&output);
    assert_eq!(output.code, 7, "{arguments:?}: {}", output.stderr);
    let warnings: Vec<&str> = output.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 1, "{arguments:?}: {}", output.stderr);
    assert!(warnings[0].contains(named) && warnings[0].contains("damaged"), "{}", output.stderr);
    let listed = (0..1_000).filter(|number| output.stdout.contains(&format!("e{number:04}"))).count();
    assert_eq!(listed, rest, "{arguments:?}");
}

#[test]
fn one_bad_row_among_a_thousand() {
    for place in Place::all() {
        place.file("thousand.pb", entities(1_000, 0).encode_to_vec());
        place.succeed(&["registry", "import", "thousand.pb"]);
        overwrite(&place, "e0500", DAMAGED);
        let before = place.contents();
        let named = "entity `e0500` of project `shop`";
        for arguments in [
            &["entities", "list"][..],
            &["entities", "list", "-o", "json"],
            &["entities", "list", "-o", "yaml"],
            &["entities", "list", "-o", "name"],
            &["registry-dump"],
        ] {
            passed_over(&place, arguments, named, 999);
        }
        assert_eq!(place.succeed(&["projects", "list", "-o", "name"]).stdout, "shop\n");

        let remedies = ["is damaged", "`registry import`", "delete it and apply its definition again"];
        let says = [&[named], &remedies[..]].concat();
        clear_error(&place.run(&["entities", "describe", "e0500"]), 1, &says);

        clear_error(
            &place.run(&["registry", "export", "copy.pb"]),
            1,
            &["entity 501", "`e0500`", "--skip-damaged"],
        );
        assert!(!place.path("copy.pb").exists());
        let output = place.run(&["registry", "export", "copy.pb", "--skip-damaged"]);
        assert!(output.code == 7 && output.stderr.contains(named), "{output}");
        let copy = place.path("copy.pb");
        let listed = place.bare(&["--registry", copy.to_str().unwrap(), "entities", "list", "-o", "name"]);
        assert_eq!((listed.code, listed.stdout.lines().count()), (0, 999));

        // Neither is it overwritten by accident, nor with other objects that are fine.
        let documents = "kind: Entity\nspec: {name: e0500}\n---\nkind: Entity\nspec: {name: new}\n";
        place.file("again.yaml", documents);
        clear_error(&place.run(&["apply", "-f", "again.yaml"]), 1, &says);
        let clash = ["would overwrite entity `e0500`", "--overwrite"];
        clear_error(&place.run(&["registry", "import", "thousand.pb"]), 1, &clash);
        assert!(place.contents() == before, "{}: something was written", place.name);

        // Each of the two remedies works.
        place.succeed(&["registry", "import", "thousand.pb", "--overwrite"]);
        assert_eq!(place.succeed(&["entities", "list", "-o", "name"]).stdout.lines().count(), 1_000);
        overwrite(&place, "e0500", DAMAGED);
        place.succeed(&["entities", "delete", "e0500"]);
        place.succeed(&["apply", "-f", "again.yaml"]);
        assert_eq!(place.succeed(&["entities", "list", "-o", "name"]).stdout.lines().count(), 1_001);
    }
}

/// An inserted row of every kind whose bytes are nothing, beside those of an object of another kind.
#[test]
fn every_kind_names_its_bad_row() {
    for place in Place::all() {
        place.file(
            "view.pb",
            feast_registry_core::proto::feast::core::Registry {
                feature_views: vec![view("good")],
                ..registry()
            }
            .encode_to_vec(),
        );
        place.succeed(&["apply", "-f", "view.pb"]);
        let bad = place.literal(DAMAGED);
        for kind in Kind::all() {
            let table = &kind.info().table;
            let (name, value) = (table.name_column, table.value_column);
            let (columns, values) = match kind {
                Kind::Project => ("project_id, project_name".to_owned(), "'bad', 'bad'"),
                Kind::Infra => (format!("{name}, project_id"), "'infra_obj', 'shop'"),
                _ => (format!("{name}, project_id"), "'bad', 'shop'"),
            };
            place.sql(&format!(
                "INSERT INTO {} ({columns}, last_updated_timestamp, {value}) VALUES ({values}, 1, {bad})",
                table.name
            ));
            if kind == Kind::Infra {
                clear_error(
                    &place.run(&["registry", "export", "copy.pb"]),
                    1,
                    &["is damaged", "--skip-damaged"],
                );
            } else {
                let group = kind.info().plural;
                let output = place.run(&[group, "list"]);
                let named = if kind == Kind::Project {
                    "project `bad`".into()
                } else {
                    format!("{} `bad`", kind.info().singular)
                };
                sound(&output);
                assert!(output.code == 7 && output.stderr.contains(&named), "{group}: {output}");
                clear_error(&place.run(&[group, "describe", "bad"]), 1, &[&named, "is damaged"]);
                if kind == Kind::Project {
                    let output =
                        place.bare(&["--registry", &place.url, "--project", "bad", "entities", "list"]);
                    assert_eq!(output.code, 0, "{output}");
                    place.succeed(&["projects", "delete", "bad", "--yes"]);
                } else {
                    place.succeed(&[group, "delete", "bad"]);
                }
            }
        }
        let features = place.succeed(&["feature-views", "list", "-o", "name"]);
        assert_eq!(features.stdout, "good\n", "{}", place.name);
        assert_eq!(place.run(&["registry-dump"]).code, 7);
        assert_eq!(place.run(&["registry", "export", "copy.pb", "--skip-damaged"]).code, 7);
    }
}

#[test]
fn a_bad_version_in_the_history() {
    for place in Place::all() {
        place.file(
            "view.pb",
            feast_registry_core::proto::feast::core::Registry {
                feature_views: vec![view("rates")],
                ..registry()
            }
            .encode_to_vec(),
        );
        place.succeed(&["apply", "-f", "view.pb"]);
        place.sql(&format!(
            "UPDATE feature_view_version_history SET feature_view_proto = {}",
            place.literal(DAMAGED)
        ));
        place.succeed(&["feature-views", "list-versions", "rates"]);
        place.succeed(&["feature-views", "describe", "rates"]);
        let output = place.run(&["feature-views", "describe", "rates", "--version", "v0"]);
        clear_error(&output, 1, &["feature view `rates` of project `shop` is damaged"]);
        clear_error(
            &place.run(&["feature-views", "describe", "rates", "--version", "v7"]),
            1,
            &["`v7`", "list-versions"],
        );
    }
}

#[test]
fn a_row_and_its_bytes_disagree_on_the_name() {
    for place in Place::all() {
        place.file("three.pb", entities(3, 0).encode_to_vec());
        place.succeed(&["registry", "import", "three.pb"]);
        overwrite(&place, "e0001", &entity("other\n", "").encode_to_vec());
        overwrite(&place, "e0002", b"");
        let output = place.run(&["entities", "list", "-o", "name"]);
        sound(&output);
        assert_eq!((output.code, output.stdout.as_str()), (7, "e0000\n"));
        assert!(output.stderr.contains("`e0001` of project `shop` is damaged: its row has this name, its bytes have the name `other\\n`"), "{output}");
        assert!(
            output.stderr.contains(
                "`e0002` of project `shop` is damaged: its row has this name, its bytes have the name ``"
            ),
            "{output}"
        );
        clear_error(&place.run(&["entities", "describe", "e0001"]), 1, &["`other\\n`", "delete it"]);
        clear_error(&place.run(&["registry", "export", "copy.pb"]), 1, &["`e0001`", "--skip-damaged"]);
        for name in ["e0001", "e0002"] {
            place.succeed(&["entities", "delete", name]);
        }
        assert_eq!(place.succeed(&["entities", "list", "-o", "name"]).stdout, "e0000\n");

        // What MySQL's default collation makes Feast store is no damage.
        overwrite(&place, "e0000", &entity("E0000 ", "").encode_to_vec());
        assert_eq!(place.succeed(&["entities", "list", "-o", "name"]).stdout, "e0000\n");
    }
}
