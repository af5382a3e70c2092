//! What is remembered and reported, on rows that are written here.

use std::{
    io,
    sync::{Arc, Mutex},
};

use feast_registry_core::rows::{Row, VersionRow};

use super::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The warnings that come of it.
fn warnings(act: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, act);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn key(name: &str) -> Key {
    Key::new(Kind::FeatureView, "p", name)
}

/// A view with these intervals (by their first second) and this active version.
fn view(name: &str, created: i64, intervals: &[i64], version: i32) -> Object {
    let interval = |second: &i64| {
        let mut bytes = Vec::new();
        for (number, seconds) in [(1, *second), (2, second + 1)] {
            wire::put_bytes(&mut bytes, number, &Timestamp { seconds, nanos: 0 }.encode());
        }
        bytes
    };
    let books = Bookkeeping {
        created: Some(Timestamp { seconds: created, nanos: 1_999 }),
        intervals: intervals.iter().map(interval).collect(),
        version_number: Some(version).filter(|version| *version != 0),
        ..Bookkeeping::default()
    };
    let empty = Object::parse(Kind::FeatureView, Vec::new()).unwrap().with_text(&[1, 1], name).unwrap();
    empty.with_bookkeeping(&books).unwrap()
}

fn row(view: &Object) -> Row {
    Row { bytes: view.bytes().to_vec(), last_updated: 0, user_metadata: None }
}

fn rows(view: &Object) -> Rows {
    Rows { objects: [(key(&view.name()), row(view))].into(), ..Rows::default() }
}

fn change(watch: &Watch, old: &Object, new: &Object) -> Vec<String> {
    let (key, bytes) = (key(&new.name()), new.bytes().to_vec());
    warnings(|| watch.committed(&rows(old), &[Write::Update { key, bytes, last_updated: 0 }]))
}

#[test]
fn what_vanished_is_reported_once() {
    let watch = Watch::default();
    let view = |intervals: &[i64], version| view("v", 1, intervals, version);
    assert!(change(&watch, &view(&[1], 0), &view(&[1, 2, 2], 3)).is_empty(), "1 is not ours");
    let said = change(&watch, &view(&[2], 1), &view(&[2, 4], 1));
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("the interval from 1970-01-01T00:00:02Z"), "{said:?}");
    assert!(said[1].contains("version `v3`") && said[1].contains("`v1`"), "{said:?}");
    assert!(said.iter().all(|line| line.contains("WARN") && line.contains("project=\"p\"")), "{said:?}");
    assert!(change(&watch, &view(&[2, 4], 1), &view(&[2, 4, 5], 1)).is_empty());
}

#[test]
fn what_was_meant_is_not_reported() {
    let watch = Watch::default();
    let old = view("v", 1, &[], 0);
    change(&watch, &old, &view("v", 1, &[1, 2], 3));
    // A pin, an own change that takes an interval away, and another view of the same name.
    let pinned = view("v", 1, &[1, 2], 1).with_text(&[1, 18], "v1").unwrap();
    assert_eq!(change(&watch, &pinned, &view("v", 1, &[1], 1)), [""; 0]);
    assert_eq!(change(&watch, &view("v", 1, &[1], 1), &view("v", 1, &[1], 1)), [""; 0]);
    assert_eq!(change(&watch, &view("v", 2, &[], 0), &view("v", 2, &[], 0)), [""; 0]);
    change(&watch, &view("v", 2, &[], 0), &view("v", 2, &[7], 0));
    watch.committed(&rows(&view("v", 2, &[7], 0)), &[Write::Delete(key("v"))]);
    assert_eq!(change(&watch, &view("v", 2, &[], 0), &view("v", 2, &[], 0)), [""; 0]);
}

#[test]
fn gaps_are_reported_once() {
    let watch = Watch::default();
    let version = |number: i32, declared: &str| {
        let view = view("v", 1, &[], number).with_text(&[1, 18], declared).unwrap();
        let view_type = Kind::FeatureView.info().view.as_ref().unwrap().history_type.to_owned();
        let (description, version_id) = (String::new(), String::new());
        (number, VersionRow { view_type, bytes: view.into_bytes(), created: 0, description, version_id })
    };
    let said = |versions: &[(i32, &str)], active| {
        let mut rows = rows(&view("v", 1, &[], active));
        let versions = versions.iter().map(|(number, declared)| version(*number, declared)).collect();
        rows.versions.insert(("p".into(), "v".into()), versions);
        warnings(|| watch.committed(&rows, &[]))
    };
    assert_eq!(said(&[(0, ""), (1, "")], 1), [""; 0]);
    assert_eq!(said(&[(0, ""), (5, "v5")], 5), [""; 0], "declared ahead");
    let gap = said(&[(0, ""), (3, "")], 4);
    assert!(gap.len() == 1 && gap[0].contains("`v1` to `v2`, `v4`"), "{gap:?}");
    assert_eq!(said(&[(0, ""), (3, "")], 4), [""; 0], "a second time");
    assert_eq!(said(&[(0, "")], i32::MAX).len(), 1);
}

#[test]
fn memory_is_bounded() {
    let watch = Watch::default();
    for number in 0..2 * VIEWS {
        let name = format!("v{number}");
        change(&watch, &view(&name, 1, &[], 0), &view(&name, 1, &[1], 0));
    }
    let many: Vec<i64> = (0..2 * INTERVALS as i64).collect();
    change(&watch, &view("v", 1, &[], 0), &view("v", 1, &many, 0));
    let records = watch.0.lock().unwrap();
    assert_eq!(records.len(), VIEWS);
    assert_eq!(records[&key("v")].intervals.len(), INTERVALS);
}
