//! Registry files that are not what they should be, for every command that takes one.

use feast_registry_core::proto::feast::core as feast;
use feast_registry_core::snapshot::{self, ReadOptions};
use prost::Message;

use super::objects::{entities, entity, registry, view};
use super::place::Place;
use super::report::{clear_error, sound};

/// The three ways in: each with its arguments before the file.
const WAYS: [&[&str]; 3] = [&["apply", "-f"], &["registry", "import"], &["entities", "list", "--registry"]];

#[track_caller]
fn refused_everywhere(place: &Place, file: &str, says: &[&str]) {
    let name = format!("`{file}`");
    let says = [&[name.as_str()], says].concat();
    for way in WAYS {
        let arguments = [way, &[file]].concat();
        let output = match way {
            [.., "--registry"] => place.bare(&arguments),
            _ => place.run(&arguments),
        };
        clear_error(&output, 3, &says);
    }
}

#[test]
fn files_that_are_no_registry() {
    let place = Place::sqlite();
    place.succeed(&["registry", "create-schema"]);
    let good = entities(3, 50).encode_to_vec();
    let remedy = "give a Feast file registry";
    place.file("empty.db", b"");
    refused_everywhere(&place, "empty.db", &["cannot read", "hint: give "]);
    place.file("cut.db", &good[..good.len() - 20]);
    refused_everywhere(&place, "cut.db", &["truncated", "hint: "]);
    place.file("huge.db", b"\x0a\xff\xff\xff\xff\x0f\x01\x02");
    refused_everywhere(&place, "huge.db", &["not a serialized Feast registry", remedy]);
    place.file("overlong.db", [&[0x0a][..], &[0xff; 12]].concat());
    refused_everywhere(&place, "overlong.db", &["not a serialized Feast registry", remedy]);
    place.file("groups.db", b"\x0b\x0b\x0b\x0b");
    refused_everywhere(&place, "groups.db", &["not a serialized Feast registry", remedy]);
    // A protobuf, but another: its fields have other numbers or other types.
    place.file("foreign.db", b"\xa2\x06\x05\x0a\x03abc\xaa\x06\x01\xff");
    refused_everywhere(&place, "foreign.db", &["none of its fields", remedy]);
    place.file("view.db", view("rates").encode_to_vec());
    // A view looks like a registry of entities, until one looks at these.
    for way in &WAYS[..2] {
        clear_error(
            &place.run(&[*way, &["view.db"]].concat()),
            3,
            &["`view.db`", "is damaged", "the file was damaged"],
        );
    }
    place.file("image.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
    refused_everywhere(&place, "image.png", &["not a serialized Feast registry", remedy]);
    std::fs::copy(place.path("registry.db"), place.path("sqlite.db")).unwrap();
    refused_everywhere(&place, "sqlite.db", &["SQLite database", "--registry sqlite:////"]);
    refused_everywhere(&place, "absent.db", &["cannot read", "No such file"]);
    std::fs::create_dir(place.path("folder")).unwrap();
    refused_everywhere(&place, "folder", &["cannot read", "directory"]);
    assert_eq!(place.rows(), 0);
}

#[test]
fn damaged_objects_in_a_registry_file() {
    let place = Place::sqlite();
    place.succeed(&["registry", "create-schema"]);
    let mut bytes = entities(3, 0).encode_to_vec();
    // A fourth entity whose name is not UTF-8.
    bytes.extend(b"\x0a\x05\x0a\x03\x0a\x01\xff");
    place.file("damaged.pb", &bytes);
    for way in &WAYS[..2] {
        let output = place.run(&[*way, &["damaged.pb"]].concat());
        clear_error(
            &output,
            3,
            &["`damaged.pb`", "entity 4 of the snapshot", "not UTF-8", "the file was damaged"],
        );
    }
    assert_eq!(place.rows(), 0);
    // To be read only, the rest is there.
    let output = place.bare(&["--registry", "damaged.pb", "entities", "list", "-o", "name"]);
    sound(&output);
    assert_eq!((output.code, output.stdout.as_str()), (7, "e0000\ne0001\ne0002\n"), "{output}");
    assert!(output.stderr.contains("is damaged") && output.stderr.contains("not UTF-8"), "{output}");
}

#[test]
fn objects_that_a_file_has_twice() {
    for place in Place::all() {
        place.succeed(&["registry", "create-schema"]);
        let mut twice = entities(2, 0);
        twice.entities.push(entity("e0001", "another one"));
        place.file("twice.pb", twice.encode_to_vec());
        refused_everywhere(
            &place,
            "twice.pb",
            &["entity `e0001` of project `shop` twice", "take one of the two out"],
        );

        // Two kinds of view share their names.
        let spec = feast::LabelViewSpec {
            name: "rates".into(),
            project: "shop".into(),
            entities: vec!["driver".into()],
            ..Default::default()
        };
        let both = feast::Registry {
            feature_views: vec![view("rates")],
            label_views: vec![feast::LabelView { spec: Some(spec), meta: None }],
            ..registry()
        };
        place.file("both.pb", both.encode_to_vec());
        for way in &WAYS[..2] {
            clear_error(
                &place.run(&[*way, &["both.pb"]].concat()),
                1,
                &["`rates`", "views share one name space", "rename one"],
            );
        }
        // As documents, and over several files.
        place.file("one.yaml", "kind: Entity\nspec: {name: driver}\n");
        place.file("two.yaml", "kind: Entity\nspec: {name: driver, description: b}\n");
        let output = place.run(&["apply", "-f", "one.yaml", "two.yaml"]);
        clear_error(&output, 1, &["entity `driver` is given twice", "remove one"]);
        assert_eq!(place.rows(), 0, "{}", place.name);
    }
}

#[test]
fn a_file_is_only_read() {
    let place = Place::sqlite();
    let bytes = entities(3, 0).encode_to_vec();
    place.file("file.pb", &bytes);
    place.file("entity.yaml", "kind: Entity\nspec: {name: driver}\n");
    for command in [
        &["apply", "-f", "entity.yaml"][..],
        &["entities", "delete", "e0001"],
        &["registry", "import", "file.pb"],
        &["registry", "create-schema"],
        &["teardown", "--yes"],
    ] {
        let output = place.bare(&[&["--registry", "file.pb", "--project", "shop"], command].concat());
        clear_error(&output, 1, &["`file.pb` is a registry file, which is only read", "registry import"]);
    }
    assert_eq!(std::fs::read(place.path("file.pb")).unwrap(), bytes);
}

/// Every truncation and a few thousand random changes of a good file, through the library: an error or
/// an answer, and what is answered can be written again.
#[test]
fn no_bytes_make_it_panic() {
    let good = super::objects::large(40);
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut cases: Vec<Vec<u8>> = (0..good.len()).map(|length| good[..length].to_vec()).collect();
    for _ in 0..3_000 {
        let mut bytes = good.clone();
        for _ in 0..1 + random(4) {
            let at = random(bytes.len());
            match random(3) {
                0 => bytes[at] = random(256) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, random(256) as u8),
            }
        }
        cases.push(bytes);
    }
    cases.extend((0..500).map(|_| (0..random(200)).map(|_| random(256) as u8).collect::<Vec<u8>>()));
    let (mut read, mut refused) = (0, 0);
    for bytes in &cases {
        let lenient =
            ReadOptions { skip_unsupported: true, keep_damaged: true, default_project: Some("shop") };
        if let Ok(rows) = snapshot::read(bytes, lenient) {
            for (key, row) in &rows.objects {
                drop(row.object(key));
            }
        }
        match snapshot::read(bytes, ReadOptions { skip_unsupported: true, ..ReadOptions::default() }) {
            Ok(rows) => {
                read += 1;
                snapshot::write(&rows, "").unwrap();
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty() && error.hint().is_some(), "{error}");
            }
        }
    }
    assert!(read > 100 && refused > 1_000, "{read} {refused}");
}
