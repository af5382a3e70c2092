//! The rows of one table, held so that a copy costs nothing and a renewed one only what changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
    sync::Arc,
};

use feast_registry_core::{
    kind::Kind,
    operation::Selection,
    rows::{Found, Key, Row},
    sql::{Mark, Section, Stamp},
};
use imbl::{HashMap, OrdMap};

use super::{Effort, WINDOW, snapshot::VersionKey, version::Version};
use crate::{driver::Failure, store::Transaction};

/// A stored row that is cached.
pub(super) trait Stored: PartialEq + Sized {
    /// What it is found by.
    type Key: Ord + Hash + Clone;

    /// When it was last changed.
    fn stamp(&self) -> i64;

    /// The key that a stamp tells of.
    fn key(section: Section, stamp: Stamp) -> Self::Key;

    /// What to read to get the rows with these keys, and perhaps others.
    fn named(keys: &[Self::Key]) -> Vec<Selection>;
}

/// How a row that was read is held; `None` for one of another table.
pub(super) type Hold<'h, V> = &'h dyn Fn(Found) -> Option<(<V as Stored>::Key, V)>;

/// The rows of a table.
#[derive(Clone)]
pub(super) struct Table<V: Stored> {
    /// In their order.
    rows: OrdMap<Arc<V::Key>, Arc<V>>,
    /// The same: to find one in a tree means to look at the texts of many keys, each somewhere else in memory.
    index: HashMap<Arc<V::Key>, Arc<V>>,
    mark: Mark,
    /// No row has a later stamp.
    newest: i64,
}

impl<V: Stored> Default for Table<V> {
    fn default() -> Self {
        let (rows, index) = (OrdMap::new(), HashMap::new());
        Table { rows, index, mark: Mark::default(), newest: i64::MIN / 2 }
    }
}

impl<V: Stored> Table<V> {
    /// The rows in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&V::Key, &Arc<V>)> + Clone {
        self.rows.iter().map(|(key, row)| (&**key, row))
    }

    /// Those from a key on.
    pub(super) fn from(&self, first: V::Key) -> impl Iterator<Item = (&V::Key, &Arc<V>)> {
        self.rows.range(first..).map(|(key, row)| (&**key, row))
    }

    /// The row with this key.
    pub(super) fn get(&self, key: &V::Key) -> Option<&Arc<V>> {
        self.index.get(key)
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
        hold: Hold<'_, V>,
    ) -> Result<(bool, usize), Failure> {
        if effort == Effort::Full || self.rows.is_empty() {
            let mut renewal = Renewal::of(self);
            transaction.each(section, None, &mut |found| renewal.take(hold(found)))?;
            let (renewed, changed) = renewal.done();
            *self = renewed;
            return Ok((changed, 0));
        }
        // A stamp ahead of this clock must not hide the others.
        let since = self.newest.min(now).saturating_sub(WINDOW);
        let (mut changed, mut young) = (false, 0);
        transaction.each(section, Some(since), &mut |found| {
            if let Some((key, row)) = hold(found) {
                young += 1;
                changed |= self.put(key, row);
            }
        })?;
        if self.mark != mark {
            changed |= self.reconcile(section, transaction, hold)?;
        }
        Ok((changed, young))
    }

    /// Finds by their stamps which rows are gone and which others are not as known.
    fn reconcile(
        &mut self,
        section: Section,
        transaction: &mut dyn Transaction,
        hold: Hold<'_, V>,
    ) -> Result<bool, Failure> {
        let stored = transaction.stamps(section)?.into_iter().map(|stamp| {
            let at = stamp.at;
            (V::key(section, stamp), at)
        });
        let stored: BTreeMap<V::Key, i64> = stored.collect();
        let gone = self.rows.keys().filter(|key| !stored.contains_key(&***key));
        let gone: Vec<Arc<V::Key>> = gone.cloned().collect();
        for key in &gone {
            self.remove(key);
        }
        let is_known = |(key, at): &(V::Key, i64)| self.get(key).is_some_and(|row| row.stamp() == *at);
        let unknown: Vec<V::Key> =
            stored.into_iter().filter(|stamp| !is_known(stamp)).map(|(key, _)| key).collect();
        let mut changed = !gone.is_empty();
        for (key, row) in transaction.select(&V::named(&unknown))?.into_found().filter_map(hold) {
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

    /// Makes these all of the rows.
    pub(super) fn replace(&mut self, rows: impl Iterator<Item = (V::Key, V)>) {
        let mut renewal = Renewal::of(self);
        rows.for_each(|row| renewal.take(Some(row)));
        *self = renewal.done().0;
    }

    fn put(&mut self, key: V::Key, row: V) -> bool {
        match self.get(&key) {
            Some(known) if **known == row => return false,
            Some(known) => self.mark.remove(known.stamp()),
            None => {}
        }
        self.insert(Arc::new(key), Arc::new(row));
        true
    }

    fn insert(&mut self, key: Arc<V::Key>, row: Arc<V>) {
        self.count(&row);
        self.index.insert(key.clone(), row.clone());
        self.rows.insert(key, row);
    }

    fn count(&mut self, row: &V) {
        self.mark.add(row.stamp());
        self.newest = self.newest.max(row.stamp());
    }

    fn remove(&mut self, key: &V::Key) {
        if let Some(row) = self.rows.remove(key) {
            self.index.remove(key);
            self.mark.remove(row.stamp());
        }
    }
}

/// A table that is read anew: rows that are as before stay what they are in memory.
struct Renewal<'t, V: Stored> {
    before: &'t Table<V>,
    table: Table<V>,
    changed: bool,
}

impl<'t, V: Stored> Renewal<'t, V> {
    fn of(before: &'t Table<V>) -> Self {
        Renewal { before, table: Table::default(), changed: false }
    }

    fn take(&mut self, row: Option<(V::Key, V)>) {
        let Some((key, row)) = row else { return };
        match self.before.index.get_key_value(&key).filter(|(_, known)| ***known == row) {
            Some((key, known)) => self.table.insert(key.clone(), known.clone()),
            None => {
                self.changed = true;
                self.table.insert(Arc::new(key), Arc::new(row));
            }
        }
    }

    /// The table, and whether any row is not as before.
    fn done(self) -> (Table<V>, bool) {
        let changed = self.changed || self.table.rows.len() != self.before.rows.len();
        (self.table, changed)
    }
}

impl Stored for Row {
    type Key = Key;

    fn stamp(&self) -> i64 {
        self.last_updated
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

impl Stored for Version {
    type Key = VersionKey;

    fn stamp(&self) -> i64 {
        self.created
    }

    fn key(_: Section, stamp: Stamp) -> VersionKey {
        VersionKey { project: stamp.project, view: stamp.name, number: stamp.number }
    }

    fn named(keys: &[VersionKey]) -> Vec<Selection> {
        let mut views: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for VersionKey { project, view, .. } in keys {
            views.entry(project).or_default().insert(view.clone());
        }
        views.into_iter().map(|(project, views)| Selection::versions(project, views, true)).collect()
    }
}
