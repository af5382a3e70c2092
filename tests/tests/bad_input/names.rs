//! Names that are hard to store, to quote or to look at: stored as they are, or refused whole.

use serde_json::json;

use super::place::Place;
use super::report::clear_error;

/// What an entity may be called.
fn allowed() -> Vec<String> {
    let mut names: Vec<String> = [
        "a@b:c",
        "it's \"quoted\" `and` so",
        "back\\slash\\n",
        "100%_sure%s",
        "🚗 größe 日本",
        "\u{202e}gnihton",
        "'; DROP TABLE entities; --",
        "\" OR 1=1 --",
        "x'); DELETE FROM projects; --",
        "$1 ? :name %(name)s",
        "--project",
        "-",
        "a/b/../c",
        "null",
        "1e3",
        "{a: b}",
        "# no comment",
    ]
    .map(String::from)
    .into();
    names.push("n".repeat(255));
    names.push("ü".repeat(255));
    names
}

#[test]
fn odd_names_go_in_and_come_out() {
    for place in Place::all() {
        let names = allowed();
        let documents: Vec<_> = names
            .iter()
            .map(|name| json!({"kind": "Entity", "spec": {"name": name, "description": name}}))
            .collect();
        place.file("odd.json", serde_json::to_string(&documents).unwrap());
        place.succeed(&["apply", "-f", "odd.json"]);
        assert_eq!(place.number("SELECT COUNT(*) FROM entities"), names.len() as i64);

        let listed = place.succeed(&["entities", "list", "-o", "json"]);
        let listed: Vec<serde_json::Value> = serde_json::from_str(&listed.stdout).unwrap();
        let mut found: Vec<&str> =
            listed.iter().map(|object| object["spec"]["name"].as_str().unwrap()).collect();
        let mut expected: Vec<&str> = names.iter().map(String::as_str).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", place.name);

        // As a file of each form it goes elsewhere and comes back the same.
        for file in ["copy.pb", "copy.json", "copy.yaml"] {
            place.succeed(&["registry", "export", file]);
            let other = Place::sqlite();
            other.succeed(&["registry", "import", place.path(file).to_str().unwrap()]);
            assert_eq!(other.number("SELECT COUNT(*) FROM entities"), names.len() as i64);
            assert_eq!(place.succeed(&["registry", "import", file]).stdout, "No changes to registry\n");
        }
        let yaml = place.succeed(&["entities", "list", "-o", "yaml"]);
        place.file("again.yaml", yaml.stdout);
        assert_eq!(place.succeed(&["apply", "-f", "again.yaml"]).stdout, "No changes to registry\n");

        // A process each is slow on the servers, and nothing in it is theirs.
        let each = if place.name == "sqlite" { 1 } else { 5 };
        let names: Vec<&String> = names.iter().step_by(each).collect();
        for name in &names {
            let described = place.succeed(&["-o", "json", "entities", "describe", "--", name]);
            let described: serde_json::Value = serde_json::from_str(&described.stdout).unwrap();
            assert_eq!(described["spec"]["description"], **name);
        }
        for (index, name) in names.iter().enumerate() {
            place.succeed(&["entities", "delete", "--", name]);
            assert_eq!(
                place.number("SELECT COUNT(*) FROM entities"),
                (expected.len() - index - 1) as i64,
                "{name}"
            );
        }
    }
}

#[test]
fn names_that_cannot_be_are_refused_with_everything_beside_them() {
    for place in Place::all() {
        place.succeed(&["registry", "create-schema"]);
        let (long, wide) = ("n".repeat(300), "🚗".repeat(256));
        let view =
            |name: &str| json!({"kind": "FeatureView", "spec": {"name": name, "entities": ["driver"]}});
        let entity = |name: &str| json!({"kind": "Entity", "spec": {"name": name}});
        let project = |name: &str| json!({"kind": "Project", "spec": {"name": name}});
        for (document, problem) in [
            (entity(""), "entity name `` is empty"),
            (json!({"kind": "Entity", "spec": {}}), "entity name `` is empty"),
            (entity(&long), "is longer than 255 characters"),
            (entity(&wide), "is longer than 255 characters"),
            (entity("two\nlines"), "`two\\nlines` contains a control character"),
            (entity("\u{1b}[31mred"), "`\\u{1b}[31mred` contains a control character"),
            (entity("a\ttab"), "contains a control character"),
            (entity("nul\0"), "contains a control character"),
            (view("view@v1"), "contains `@`"),
            (view("view:rate"), "contains `:`"),
            (view(&long), "is longer than 255 characters"),
            (project("_hidden"), "starts with `_` or `-`"),
            (project("a b"), "has characters other than"),
            (project("'; DROP TABLE projects; --"), "has characters other than"),
        ] {
            place.file("one.json", json!([entity("good"), document]).to_string());
            for command in ["apply", "plan"] {
                let output = place.run(&[command, "-f", "one.json"]);
                clear_error(&output, 1, &[problem, "names have 1 to 255 characters"]);
                assert!(output.stderr.len() < 800, "{output}");
            }
            assert_eq!(place.rows(), 0, "{}: {problem}", place.name);
        }
        place.file("one.json", entity("good").to_string());
        for project in ["a b", "_p", "p\nq", &long] {
            let output =
                place.bare(&["--registry", &place.url, "--project", project, "apply", "-f", "one.json"]);
            clear_error(&output, 1, &["project name `", "names have 1 to 255 characters"]);
            assert_eq!(place.rows(), 0, "{}: {project}", place.name);
        }
    }
}

/// Nobody has such a name, which is all that there is to say.
#[test]
fn questions_for_impossible_names_are_answered() {
    for place in Place::all() {
        place.file("one.json", json!({"kind": "Entity", "spec": {"name": "good"}}).to_string());
        place.succeed(&["apply", "-f", "one.json"]);
        let before = place.contents();
        let long = "n".repeat(300);
        for (name, shown) in [
            ("", "``"),
            (long.as_str(), "nnn"),
            ("two\nlines", "`two\\nlines`"),
            ("\u{1b}[31mred", "`\\u{1b}[31mred`"),
            ("x' OR '1'='1", "`x' OR '1'='1`"),
            ("🚗", "`🚗`"),
            ("GOOD", "`GOOD`"),
            ("good ", "`good `"),
            ("%", "`%`"),
        ] {
            let commands = [
                &["entities", "describe"][..],
                &["entities", "delete"],
                &["feature-views", "describe"],
                &["feature-views", "delete"],
                &["delete"],
            ];
            // A process each is slow on the servers.
            for command in commands.into_iter().take(if place.name == "sqlite" { 5 } else { 2 }) {
                let output = place.run(&[command, &[name]].concat());
                clear_error(&output, 1, &[shown, "names are case-sensitive"]);
            }
            if place.name != "sqlite" {
                continue;
            }
            clear_error(&place.run(&["projects", "describe", name]), 1, &[shown, "`projects list`"]);
            clear_error(&place.run(&["projects", "delete", "--yes", name]), 1, &[shown, "`projects list`"]);
        }
        assert_eq!(place.contents(), before, "{}", place.name);
    }
}
