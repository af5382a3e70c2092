//! JSON and YAML documents that are not what they should be: the file, the document, the line and the path. For a
//! value that is of the right form and still wrong, YAML's line is that where the map around it starts.

use super::place::Place;
use super::report::clear_error;

const GOOD: &str = "kind: Entity\nspec:\n  name: driver\n";

#[test]
fn wrong_documents_name_the_place() {
    let place = Place::sqlite();
    place.succeed(&["registry", "create-schema"]);
    for (text, says) in [
        ("kind: Entitty\nspec: {name: driver}\n", &["line 1", "unknown kind `Entitty`", "Entity"][..]),
        ("spec: {name: driver}\n", &["`kind` is missing"]),
        ("kind: 5\nspec: {name: driver}\n", &["line 1"]),
        (
            "kind: Entity\nspec:\n  name: driver\n  owmer: me\n",
            &["line 3", "`spec`: unknown field `owmer`", "the fields here are name"],
        ),
        ("kind: Entity\nspec:\n  name: driver\n  tags: [a, b]\n", &["line 4", "tags"]),
        ("kind: Entity\nspec: [a]\n", &["line 2", "spec"]),
        ("kind: Entity\nspec:\n  name: {a: b}\n", &["line 3", "name"]),
        (
            "kind: Entity\nspec:\n  name: driver\n  valueType: NUMBER\n",
            &["line 3", "`spec.valueType`", "NUMBER"],
        ),
        (
            "kind: FeatureView\nspec:\n  name: rates\n  entities: [driver]\n  features:\n  - name: a\n    valueType: INT64\n  - name: b\n    valueType: true\n",
            &["line 8", "`spec.features[1].valueType`"],
        ),
        (
            "kind: FeatureView\nspec:\n  name: rates\n  ttl: forever\n",
            &["line 3", "`spec.ttl`: `forever` is not a duration", "86400s"],
        ),
        (
            "kind: FeatureView\nspec:\n  name: rates\n  online: maybe\n",
            &["line 3", "`spec.online`: expected true or false"],
        ),
        ("kind: Entity\nspec:\n  name: one\n  name: two\n", &["`spec.name`: is given twice"]),
        ("kind: Entity\nkind: Project\nspec: {name: one}\n", &["`kind` is given twice"]),
        ("kind: Entity\nspec: {name: a}\nspec: {name: b}\n", &["`spec`: is given twice"]),
        ("kind: Entity\nspec:\n\tname: driver\n", &["line 3"]),
        ("kind: Entity\nspec: {name: driver\n", &["line "]),
        ("just a text\n", &["an object with its `kind`"]),
        ("- kind: Entity\n  spec: {name: a}\n- 5\n", &["line "]),
    ] {
        place.file("bad.yaml", text);
        for command in ["apply", "plan"] {
            let output = place.run(&[command, "-f", "bad.yaml"]);
            clear_error(&output, 3, &[&["`bad.yaml`"], says].concat());
        }
        assert_eq!(place.rows(), 0, "{text}");
    }
    for (text, says) in [
        ("{\"kind\": \"Entity\", \"spec\": {\"name\": \"a\",}}", &["line 1"][..]),
        ("{\"kind\": \"Entity\",\n \"spec\": {\"name\": 5}}", &["line 2", "name"]),
        ("{\"kind\": \"Entity\", \"spec\": {\"name\": \"a\"}} trailing", &["document 2"]),
        ("{\"kind\": \"Entity\", \"spec\": {\"name\": \"\\ud800\"}}", &["line 1"]),
        ("[{\"kind\": \"Entity\"", &["line 1"]),
    ] {
        place.file("bad.json", text);
        clear_error(&place.run(&["apply", "-f", "bad.json"]), 3, &[&["`bad.json`"], says].concat());
        assert_eq!(place.rows(), 0, "{text}");
    }
    for name in ["empty.yaml", "empty.json", "dashes.yaml"] {
        place.file(name, if name == "dashes.yaml" { "---\n---\n" } else { "" });
        let output = place.run(&["apply", "-f", name]);
        clear_error(&output, 3, &[&format!("`{name}`"), "hint: "]);
    }
}

/// Every wrong document is told at once, and none of the right ones is applied.
#[test]
fn one_wrong_document_among_good_ones() {
    for place in Place::all() {
        place.succeed(&["registry", "create-schema"]);
        let bad = "kind: Entity\nspec:\n  name: other\n  valueType: [1]\n";
        place.file("two.yaml", format!("{GOOD}---\n{bad}"));
        let output = place.run(&["apply", "-f", "two.yaml"]);
        clear_error(&output, 3, &["`two.yaml`, document 2, line 8", "valueType"]);

        place.file("good.yaml", GOOD);
        place.file("three.yaml", format!("{bad}---\n{GOOD}---\nkind: Nothing\n"));
        let output = place.run(&["apply", "-f", "good.yaml", "three.yaml", "two.yaml"]);
        clear_error(
            &output,
            3,
            &[
                "3 documents cannot be read",
                "`three.yaml`, document 1, line 4",
                "`three.yaml`, document 3",
                "`two.yaml`, document 2",
            ],
        );
        assert_eq!(place.rows(), 0, "{}", place.name);

        // So with rules that the registry has.
        place.file(
            "rules.yaml",
            format!(
                "{GOOD}---\nkind: DataSource\nname: untyped\n---\nkind: Permission\nspec: {{name: open}}\n"
            ),
        );
        let output = place.run(&["apply", "-f", "rules.yaml"]);
        clear_error(
            &output,
            1,
            &[
                "2 objects were refused, and nothing was changed",
                "data source `untyped` has no type; set `type`",
                "permission `open` allows no actions; set",
            ],
        );
        assert_eq!(place.rows(), 0, "{}", place.name);
    }
}

#[test]
fn an_import_names_the_place_too() {
    let place = Place::sqlite();
    place.succeed(&["registry", "create-schema"]);
    place.file("bad.yaml", "entities:\n- spec: {name: driver}\n- spec:\n    name: [other]\n");
    clear_error(
        &place.run(&["registry", "import", "bad.yaml"]),
        3,
        &["`bad.yaml`, line 4", "name", "hint: "],
    );
    place.file("document.yaml", GOOD);
    clear_error(&place.run(&["registry", "import", "document.yaml"]), 3, &["`document.yaml`", "`apply -f`"]);
    assert_eq!(place.rows(), 0);
}
