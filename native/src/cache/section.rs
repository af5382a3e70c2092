//! The rows of one table, held so that a copy costs nothing and a renewed one only what changed.

use std::{collections::BTreeMap, sync::Arc};

use feast_registry_core::{
    kind::Kind,
    operation::Selection,
    rows::{Key, Row, Rows, VersionRow},
    sql::{Mark, Section, Stamp},
};
use imbl::OrdMap;

use super::{Effort, WINDOW, snapshot::VersionKey};
use crate::{driver::Failure, store::Transaction};

/// A stored row that is cached.
pub(super) trait Stored: PartialEq + Sized {
    /// What it is found by.
    type Key: Ord + Clone;

    /// When it was last changed.
    fn stamp(&self) -> i64;

    /// The rows of this type among those that were read.
    fn among(rows: Rows) -> impl Iterator<Item = (Self::Key, Self)>;

    /// The key that a stamp tells of.
    fn key(section: Section, stamp: Stamp) -> Self::Key;

    /// What to read to get the rows with these keys, and perhaps others.
    fn named(keys: &[Self::Key]) -> Vec<Selection>;
}

/// The rows of a table.
#[derive(Clone)]
pub(super) struct Table<V: Stored> {
    rows: OrdMap<V::Key, Arc<V>>,
    mark: Mark,
    /// No row has a later stamp.
    newest: i64,
}

impl<V: Stored> Default for Table<V> {
    fn default() -> Self {
        Table { rows: OrdMap::new(), mark: Mark::default(), newest: i64::MIN / 2 }
    }
}

impl<V: Stored> Table<V> {
    pub(super) fn rows(&self) -> &OrdMap<V::Key, Arc<V>> {
        &self.rows
    }

    pub(super) fn newest(&self) -> i64 {
        self.newest
    }

    /// Makes the rows those of the transaction, in which they have this mark. Says whether any is not as
    /// before, and how many were read because they are young.
    pub(super) fn refresh(
        &mut self,
        section: Section,
        mark: Mark,
        effort: Effort,
        now: i64,
        transaction: &mut dyn Transaction,
    ) -> Result<(bool, usize), Failure> {
        if effort == Effort::Full || self.rows.is_empty() {
            let all = transaction.select(&[section.selection(None)])?;
            return Ok((self.replace(V::among(all)), 0));
        }
        // A stamp ahead of this clock must not hide the others.
        let since = self.newest.min(now).saturating_sub(WINDOW);
        let (mut changed, mut young) = (false, 0);
        for (key, row) in V::among(transaction.select(&[section.selection(Some(since))])?) {
            young += 1;
            changed |= self.put(key, row);
        }
        if self.mark != mark {
            changed |= self.reconcile(section, transaction)?;
        }
        Ok((changed, young))
    }

    /// Finds by their stamps which rows are gone and which others are not as known.
    fn reconcile(&mut self, section: Section, transaction: &mut dyn Transaction) -> Result<bool, Failure> {
        let stored = transaction.stamps(section)?.into_iter().map(|stamp| {
            let at = stamp.at;
            (V::key(section, stamp), at)
        });
        let stored: BTreeMap<V::Key, i64> = stored.collect();
        let gone: Vec<V::Key> = self.rows.keys().filter(|key| !stored.contains_key(key)).cloned().collect();
        for key in &gone {
            self.remove(key);
        }
        let is_known = |(key, at): &(V::Key, i64)| self.rows.get(key).is_some_and(|row| row.stamp() == *at);
        let unknown: Vec<V::Key> =
            stored.into_iter().filter(|stamp| !is_known(stamp)).map(|(key, _)| key).collect();
        let mut changed = !gone.is_empty();
        for (key, row) in V::among(transaction.select(&V::named(&unknown))?) {
            changed |= self.put(key, row);
        }
        Ok(changed)
    }

    /// Makes a row what is stored, or removes it where there is none.
    pub(super) fn set(&mut self, key: &V::Key, stored: Option<V>) {
        match stored {
            Some(row) => drop(self.put(key.clone(), row)),
            None => self.remove(key),
        }
    }

    /// Makes these all of the rows; those that are equal stay what they are in memory.
    pub(super) fn replace(&mut self, rows: impl Iterator<Item = (V::Key, V)>) -> bool {
        let before = std::mem::take(self);
        let mut changed = false;
        for (key, row) in rows {
            let known = before.rows.get(&key).filter(|known| ***known == row);
            changed |= known.is_none();
            let row = known.cloned().unwrap_or_else(|| Arc::new(row));
            self.count(&row);
            self.rows.insert(key, row);
        }
        changed || self.rows.len() != before.rows.len()
    }

    fn put(&mut self, key: V::Key, row: V) -> bool {
        match self.rows.get(&key) {
            Some(known) if **known == row => return false,
            Some(known) => self.mark.remove(known.stamp()),
            None => {}
        }
        self.count(&row);
        self.rows.insert(key, Arc::new(row));
        true
    }

    fn count(&mut self, row: &V) {
        self.mark.add(row.stamp());
        self.newest = self.newest.max(row.stamp());
    }

    fn remove(&mut self, key: &V::Key) {
        if let Some(row) = self.rows.remove(key) {
            self.mark.remove(row.stamp());
        }
    }
}

impl Stored for Row {
    type Key = Key;

    fn stamp(&self) -> i64 {
        self.last_updated
    }

    fn among(rows: Rows) -> impl Iterator<Item = (Key, Row)> {
        rows.objects.into_iter()
    }

    fn key(section: Section, stamp: Stamp) -> Key {
        let kind = match section {
            Section::Objects(kind) => kind,
            Section::Versions => Kind::FeatureView,
        };
        Key { kind, project: stamp.project, name: stamp.name }
    }

    fn named(keys: &[Key]) -> Vec<Selection> {
        let mut names: BTreeMap<(Kind, &str), Vec<String>> = BTreeMap::new();
        for Key { kind, project, name } in keys {
            names.entry((*kind, project)).or_default().push(name.clone());
        }
        names.into_iter().map(|((kind, project), names)| Selection::named(kind, project, names)).collect()
    }
}

impl Stored for VersionRow {
    type Key = VersionKey;

    fn stamp(&self) -> i64 {
        self.created
    }

    fn among(rows: Rows) -> impl Iterator<Item = (VersionKey, VersionRow)> {
        rows.versions.into_iter().flat_map(|((project, view), versions)| {
            versions.into_iter().map(move |(number, row)| {
                (VersionKey { project: project.clone(), view: view.clone(), number }, row)
            })
        })
    }

    fn key(_: Section, stamp: Stamp) -> VersionKey {
        VersionKey { project: stamp.project, view: stamp.name, number: stamp.number }
    }

    fn named(keys: &[VersionKey]) -> Vec<Selection> {
        let mut views: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for VersionKey { project, view, .. } in keys {
            views.entry(project).or_default().push(view.clone());
        }
        let selection = |(project, views): (&str, Vec<String>)| Selection::Versions {
            project: Some(project.into()),
            names: Some(views.into_iter().collect()),
            bytes: true,
            created_since: None,
        };
        views.into_iter().map(selection).collect()
    }
}
