//! What differs between two snapshots: staging and production, yesterday and today. Objects are paired by
//! kind, project and name; what the registry books on them (times, intervals, versions) is no difference.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write as _;

use serde::Serialize;

use super::{Catalog, Entry, Ref, SchemaChange, schema_changes};
use crate::{
    definition::{self, FieldChange},
    kind::Kind,
    message::{self, MessageError},
    wire,
};

/// So many changes are told one by one; the rest is counted.
const MOST: usize = 5_000;
/// So many of them are written into the Markdown, and so many fields of each.
const MOST_IN_MARKDOWN: usize = 300;
const MOST_FIELDS: usize = 20;
/// Values longer than this are cut in the Markdown, in letters.
const LONGEST_VALUE: usize = 120;

/// The difference between two snapshots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Objects that only the second has.
    pub added: usize,
    /// Objects that only the first has.
    pub removed: usize,
    /// Objects that are defined otherwise.
    pub changed: usize,
    /// Objects that are defined the same, though their bytes differ.
    pub bookkeeping_only: usize,
    /// The projects in which something was added, removed or changed.
    pub projects: Vec<String>,
    /// The changes, kind by kind; at most a few thousand of them.
    pub changes: Vec<ObjectChange>,
    /// How many more there are.
    pub omitted: usize,
    /// All this as text for a pull request.
    pub markdown: String,
}

/// An object in which two snapshots differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectChange {
    /// The object.
    #[serde(rename = "ref")]
    pub object: Ref,
    /// What happened to it.
    pub change: Change,
    /// The fields that changed, of a changed one.
    pub fields: Vec<FieldChange>,
    /// The columns that changed, of a changed one.
    pub schema: Vec<SchemaChange>,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum Change {
    Added,
    Removed,
    Changed,
}

/// Compares two snapshots, or one project of them.
pub fn compare(before: &Catalog<'_>, after: &Catalog<'_>, project: Option<&str>) -> Comparison {
    let mut comparison = Comparison::default();
    let mut projects = BTreeSet::new();
    let is_wanted = |entry: &Entry<'_>| project.is_none_or(|project| entry.project == project);
    for kind in Kind::all().filter(|kind| *kind != Kind::Infra) {
        for old in before.of_kind(kind).filter(is_wanted) {
            let Some(new) = after.find(kind, old.project, old.name) else {
                comparison.removed += 1;
                projects.insert(old.project);
                comparison.add(&old, Change::Removed, Vec::new(), Vec::new());
                continue;
            };
            if old.bytes == new.bytes {
                continue;
            }
            let fields = changes(&old, &new);
            if fields.is_empty() {
                comparison.bookkeeping_only += 1;
                continue;
            }
            comparison.changed += 1;
            projects.insert(old.project);
            let schema = schema_changes(&old.parts(), &new.parts());
            comparison.add(&old, Change::Changed, fields, schema);
        }
        for new in after.of_kind(kind).filter(is_wanted) {
            if before.find(kind, new.project, new.name).is_none() {
                comparison.added += 1;
                projects.insert(new.project);
                comparison.add(&new, Change::Added, Vec::new(), Vec::new());
            }
        }
    }
    comparison.projects = projects.into_iter().map(String::from).collect();
    comparison.markdown = comparison.to_markdown();
    comparison
}

/// The fields that differ, but for what the registry books.
fn changes(old: &Entry<'_>, new: &Entry<'_>) -> Vec<FieldChange> {
    let found = || -> Result<Vec<FieldChange>, MessageError> {
        // What of a damaged one can be made out proves nothing.
        [old, new].iter().try_for_each(|entry| message::check(entry.kind.info().message, entry.bytes))?;
        let (one, other) = (definition_of(old)?, definition_of(new)?);
        // Usually only the times differ, and this is found out in no time.
        if one == other || definition::equal(old.kind, &one, &other)? {
            return Ok(Vec::new());
        }
        definition::changes(old.kind, &one, &other)
    };
    found().unwrap_or_else(|_| {
        let state = |entry: &Entry<'_>| {
            let state = if entry.is_damaged { "cannot be read" } else { "can be read" };
            Some(format!("{state}, {} bytes", entry.bytes.len()))
        };
        Vec::from([FieldChange { path: "<bytes>".into(), before: state(old), after: state(new) }])
    })
}

/// The bytes without `meta`: times, intervals, versions, states.
fn definition_of(entry: &Entry<'_>) -> Result<Vec<u8>, MessageError> {
    let info = entry.kind.info();
    let error = |source| MessageError::Wire { message: info.message.name, source };
    wire::without(entry.bytes, info.at.meta).map_err(error)
}

impl Comparison {
    fn add(
        &mut self,
        entry: &Entry<'_>,
        change: Change,
        fields: Vec<FieldChange>,
        schema: Vec<SchemaChange>,
    ) {
        if self.changes.len() == MOST {
            self.omitted += 1;
            return;
        }
        self.changes.push(ObjectChange { object: Ref::of(entry), change, fields, schema });
    }

    fn to_markdown(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = self.write_markdown(&mut out);
        out
    }

    fn write_markdown(&self, out: &mut String) -> core::fmt::Result {
        let Comparison { added, removed, changed, .. } = self;
        if added + removed + changed == 0 {
            out.push_str("No definition differs.\n");
        } else {
            writeln!(out, "**{added} added, {removed} removed, {changed} changed**")?;
        }
        if self.bookkeeping_only > 0 {
            let count = self.bookkeeping_only;
            let objects = if count == 1 { "1 object differs" } else { &format!("{count} objects differ") };
            writeln!(out, "\n{objects} only in what the registry books, such as times.")?;
        }
        let shown = self.changes.get(..MOST_IN_MARKDOWN).unwrap_or(&self.changes);
        let mut kind = None;
        for change in shown {
            if kind != Some(change.object.kind) {
                kind = Some(change.object.kind);
                writeln!(out, "\n#### {}\n", capitalized(&change.object.kind.plural()))?;
            }
            change.write_markdown(out)?;
        }
        let rest = self.changes.len() - shown.len() + self.omitted;
        if rest > 0 {
            writeln!(out, "\n… and {rest} more.")?;
        }
        Ok(())
    }
}

impl ObjectChange {
    fn write_markdown(&self, out: &mut String) -> core::fmt::Result {
        let verb = match self.change {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
        };
        let Ref { project, name, .. } = &self.object;
        writeln!(out, "- {verb} {} in {}", code(name), code(project))?;
        for column in self.schema.iter().take(MOST_FIELDS) {
            let change = column.change.name();
            write!(out, "  - column {} {change}", code(&column.name))?;
            write_values(out, column.before.as_deref(), column.after.as_deref())?;
        }
        // Columns have been told of.
        let is_column =
            |path: &str| path.starts_with("spec.features[") || path.starts_with("spec.entityColumns[");
        let fields: Vec<&FieldChange> =
            self.fields.iter().filter(|field| self.schema.is_empty() || !is_column(&field.path)).collect();
        for field in fields.iter().take(MOST_FIELDS) {
            write!(out, "  - {}", code(&field.path))?;
            write_values(out, field.before.as_deref(), field.after.as_deref())?;
        }
        let rest = self.schema.len().saturating_sub(MOST_FIELDS) + fields.len().saturating_sub(MOST_FIELDS);
        if rest > 0 {
            writeln!(out, "  - … and {rest} more")?;
        }
        Ok(())
    }
}

fn write_values(out: &mut String, before: Option<&str>, after: Option<&str>) -> core::fmt::Result {
    match (before, after) {
        (Some(before), Some(after)) => writeln!(out, ": {} → {}", code(before), code(after)),
        (Some(before), None) => writeln!(out, ": was {}", code(before)),
        (None, Some(after)) => writeln!(out, ": {}", code(after)),
        (None, None) => writeln!(out),
    }
}

/// A text as code: on one line, not too long, whatever quotes are in it.
fn code(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_VALUE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    let short: String = short.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    if short.is_empty() {
        return "(empty)".to_string();
    }
    if !short.contains('`') {
        return format!("`{short}`");
    }
    let longest = short.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    format!("{fence} {short} {fence}")
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}
