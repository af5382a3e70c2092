//! What differs between the columns of two definitions of a view, or of what a service hands out.

use alloc::{borrow::Cow, collections::BTreeMap, format, string::String, vec::Vec};

use serde::Serialize;

use super::{Column, Parts};

use crate::compact;

/// A column in which two definitions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaChange {
    /// The column's name; of a service `view:feature`.
    pub name: String,
    /// What happened to it.
    pub change: ColumnChange,
    /// Its type before; where only the description was edited, that.
    pub before: Option<String>,
    /// The same after.
    pub after: Option<String>,
}

/// What happened to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum ColumnChange {
    Added,
    Removed,
    Retyped,
    /// Its description, its tags, or how it is searched.
    Edited,
}

impl ColumnChange {
    /// The change in words.
    pub fn name(self) -> &'static str {
        match self {
            ColumnChange::Added => "added",
            ColumnChange::Removed => "removed",
            ColumnChange::Retyped => "retyped",
            ColumnChange::Edited => "edited",
        }
    }
}

/// The columns in which two objects of one kind differ, by name.
pub fn schema_changes(before: &Parts<'_>, after: &Parts<'_>) -> Vec<SchemaChange> {
    let (old, new) = (columns(before), columns(after));
    let removed =
        old.iter().filter(|(name, _)| !new.contains_key(*name)).map(|(name, column)| SchemaChange {
            name: name.clone().into_owned(),
            change: ColumnChange::Removed,
            before: Some(column.type_name().into_owned()),
            after: None,
        });
    let others = new.iter().filter_map(|(name, column)| {
        let after = Some(column.type_name().into_owned());
        let (change, before, after) = match old.get(name) {
            None => (ColumnChange::Added, None, after),
            Some(old) if old.type_name() != column.type_name() => {
                (ColumnChange::Retyped, Some(old.type_name().into_owned()), after)
            }
            Some(old) if is_edited(old, column) => {
                let description = |column: &Column<'_>| {
                    Some(column.description()).filter(|text| !text.is_empty()).map(String::from)
                };
                (ColumnChange::Edited, description(old), description(column))
            }
            Some(_) => return None,
        };
        Some(SchemaChange { name: name.clone().into_owned(), change, before, after })
    });
    let mut changes: Vec<SchemaChange> = removed.chain(others).collect();
    compact::sort_by(&mut changes, |one, other| one.name.cmp(&other.name));
    changes
}

fn columns<'a>(parts: &Parts<'a>) -> BTreeMap<Cow<'a, str>, Column<'a>> {
    if parts.kind().is_view() {
        let columns = parts.entity_columns().chain(parts.features());
        return compact::map(columns.map(|column| (Cow::Borrowed(column.name()), column)));
    }
    let mut columns = BTreeMap::new();
    for projection in parts.projections() {
        let named = projection
            .features()
            .map(|column| (Cow::Owned(format!("{}:{}", projection.view(), column.name())), column));
        columns.extend(named);
    }
    columns
}

fn is_edited(one: &Column<'_>, other: &Column<'_>) -> bool {
    one.description() != other.description()
        || one.is_vector() != other.is_vector()
        || one.vector_length() != other.vector_length()
        || one.vector_metric() != other.vector_metric()
        || compact::map(one.tags()) != compact::map(other.tags())
}
