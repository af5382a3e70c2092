//! Lists: the things of a collection that pass a filter, sorted, a page at a time.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{
    Catalog, Cell, CollectionId, FeatureId, ObjectId, Ref,
    collection::{ColumnInfo, Subject},
    filter::{Filter, Term},
};

/// What to list.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListRequest {
    /// The collection.
    pub collection: CollectionId,
    /// The project's name; `None` for all.
    pub project: Option<String>,
    /// The filter; see [`super::filter`].
    pub filter: String,
    /// By what; without it by name.
    pub sort: Option<Sort>,
    /// UTC epoch milliseconds.
    pub now: i64,
}

/// What to sort by. What has no value comes last either way.
#[derive(Clone, Debug, Deserialize)]
pub struct Sort {
    /// The column's id.
    pub column: String,
    /// The greatest first.
    pub descending: bool,
}

/// What was asked for, in order.
#[derive(Debug)]
pub struct List {
    collection: CollectionId,
    now: i64,
    /// Numbers of objects, or of features in the list of these.
    numbers: Vec<u32>,
    of_total: usize,
    terms: Vec<Term>,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'a> {
    /// What it is.
    #[serde(rename = "ref")]
    pub thing: Ref,
    /// Whether its bytes are damaged.
    pub damaged: bool,
    /// The cells of the columns that were asked for.
    pub cells: Vec<Cell<'a>>,
}

impl List {
    /// Lists.
    pub fn new(catalog: &Catalog<'_>, request: &ListRequest) -> Self {
        let info = request.collection.info();
        let filter = Filter::parse(&request.filter, request.now);
        let is_in = is_in(catalog, request);
        let by = request.sort.as_ref().and_then(|sort| info.column(&sort.column)).unwrap_or(&info.columns[0]);
        let mut of_total = 0;
        let mut found: Vec<(Key<'_>, u32)> = Vec::new();
        let subjects = Subjects { catalog, collection: request.collection, now: request.now };
        subjects.each(|number, subject| {
            if is_in(subject) {
                of_total += 1;
                if filter.passes(subject) {
                    found.push((Key::of((by.read)(subject)), number));
                }
            }
        });
        let descending = request.sort.as_ref().is_some_and(|sort| sort.descending);
        found.sort_by(|(one, _), (other, _)| one.compare(other, descending));
        let numbers = found.into_iter().map(|(_, number)| number).collect();
        let terms = filter.terms().cloned().collect();
        List { collection: request.collection, now: request.now, numbers, of_total, terms }
    }

    /// How many things are in it.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether nothing passed the filter.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// How many things there are without the filter.
    pub fn of_total(&self) -> usize {
        self.of_total
    }

    /// The words of the filter, as they were understood.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Some rows, with these columns. An unknown column's cells are empty.
    pub fn rows<'a>(
        &self,
        catalog: &'a Catalog<'a>,
        offset: usize,
        limit: usize,
        columns: &[&str],
    ) -> Vec<Row<'a>> {
        let columns = self.columns(columns);
        let numbers = self.numbers.iter().skip(offset).take(limit);
        numbers.map(|number| self.row(catalog, *number, &columns)).collect()
    }

    /// The place of a thing in the list, from 0.
    pub fn position(&self, catalog: &Catalog<'_>, thing: &Ref) -> Option<usize> {
        let (entry, feature) = thing.find(catalog)?;
        let number = match feature {
            Some(name) => catalog.find_feature(entry.id, name)?.index(),
            None => entry.id.index(),
        };
        let is_feature = self.collection == CollectionId::Features;
        let number = u32::try_from(number).ok().filter(|_| feature.is_some() == is_feature)?;
        self.numbers.iter().position(|listed| *listed == number)
    }

    pub(super) fn columns(&self, ids: &[&str]) -> Vec<Option<&'static ColumnInfo>> {
        ids.iter().map(|id| self.collection.info().column(id)).collect()
    }

    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    pub(super) fn subject<'a>(&self, catalog: &'a Catalog<'a>, number: u32) -> Subject<'a> {
        Subjects { catalog, collection: self.collection, now: self.now }.one(number)
    }

    fn row<'a>(
        &self,
        catalog: &'a Catalog<'a>,
        number: u32,
        columns: &[Option<&'static ColumnInfo>],
    ) -> Row<'a> {
        let subject = self.subject(catalog, number);
        let cell =
            |column: &Option<&ColumnInfo>| column.map_or(Cell::Absent, |column| (column.read)(&subject));
        Row {
            thing: match &subject.feature {
                Some(feature) => Ref::feature(&subject.entry, feature.name()),
                None => Ref::of(&subject.entry),
            },
            damaged: subject.entry.is_damaged,
            cells: columns.iter().map(cell).collect(),
        }
    }
}

/// Whether a subject is in the project that was asked for.
pub(super) fn is_in(catalog: &Catalog<'_>, request: &ListRequest) -> impl Fn(&Subject<'_>) -> bool + use<> {
    let project = request.project.as_deref().map(|name| catalog.find_project(name));
    move |subject| project.is_none_or(|project| project == Some(subject.entry.project_id))
}

/// All that could be in a list.
pub(super) struct Subjects<'a> {
    pub(super) catalog: &'a Catalog<'a>,
    pub(super) collection: CollectionId,
    pub(super) now: i64,
}

impl<'a> Subjects<'a> {
    pub(super) fn each(&self, mut visit: impl FnMut(u32, &Subject<'a>)) {
        for kind in self.collection.info().kinds {
            for entry in self.catalog.of_kind(*kind) {
                let mut subject = Subject { catalog: self.catalog, entry, feature: None, now: self.now };
                if self.collection == CollectionId::Features {
                    for (id, column) in self.catalog.features_of(entry.id).zip(entry.parts().features()) {
                        subject.feature = Some(column);
                        visit(id.index() as u32, &subject);
                    }
                } else {
                    visit(entry.id.index() as u32, &subject);
                }
            }
        }
    }

    fn one(&self, number: u32) -> Subject<'a> {
        let catalog = self.catalog;
        let (view, feature) = match self.collection {
            CollectionId::Features => {
                let feature = catalog.feature(FeatureId::new(number));
                (feature.view, Some(feature.column))
            }
            _ => (ObjectId::new(number), None),
        };
        Subject { catalog, entry: catalog.entry(view), feature, now: self.now }
    }
}

/// What rows are compared by.
enum Key<'a> {
    Absent,
    Number(i64),
    Text(Cow<'a, str>),
}

impl<'a> Key<'a> {
    fn of(cell: Cell<'a>) -> Self {
        match cell {
            Cell::Absent => Key::Absent,
            Cell::Number(number) => Key::Number(number),
            Cell::Flag(flag) => Key::Number(i64::from(flag)),
            Cell::Text(text) => Key::Text(text),
            other => match other.to_text() {
                text if text.is_empty() => Key::Absent,
                text => Key::Text(text.into()),
            },
        }
    }

    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Key::Absent, Key::Absent) => return Ordering::Equal,
            (Key::Absent, _) => return Ordering::Greater,
            (_, Key::Absent) => return Ordering::Less,
            (Key::Number(one), Key::Number(other)) => one.cmp(other),
            (Key::Text(one), Key::Text(other)) => compare_texts(one, other),
            (Key::Number(_), Key::Text(_)) => Ordering::Less,
            (Key::Text(_), Key::Number(_)) => Ordering::Greater,
        };
        if descending { order.reverse() } else { order }
    }
}

/// Without regard to the case of ASCII letters, unless nothing else differs.
fn compare_texts(one: &str, other: &str) -> Ordering {
    let folded = str::bytes(one).map(|byte| byte.to_ascii_lowercase());
    folded.cmp(str::bytes(other).map(|byte| byte.to_ascii_lowercase())).then_with(|| one.cmp(other))
}
