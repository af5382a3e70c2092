//! From what an operation wants to read to `SELECT`s, and from their results to [`Rows`].

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{ColumnType, Dialect, HISTORY, METADATA, Record, Statement, Table, Value};
use crate::{
    kind::Kind,
    operation::{Lock, REVISION, Selection},
    rows::{Found, Key, Row, Rows, VersionRow, Versions},
};

/// Names asked for in one statement, a value each.
const NAMES_PER_STATEMENT: usize = 400;
/// SQLite takes 500.
const SELECTS_PER_UNION: usize = 100;
/// Names asked for in one statement, in one value for all of them.
const NAMES_PER_ARRAY: usize = 10_000;

/// The `SELECT`s that take a lock on projects' rows; none where nothing is to be locked. Rows that do
/// not exist are not locked: two writers that create them meet at the primary key.
pub fn lock<'l>(lock: &'l Lock, dialect: Dialect) -> Vec<Statement<'l>> {
    let (projects, suffix) = match lock {
        Lock::None => return Vec::new(),
        Lock::Shared(projects) => (projects, dialect.for_share()),
        Lock::Exclusive(projects) => (projects, dialect.for_update()),
    };
    if suffix.is_empty() {
        return Vec::new();
    }
    // In the order of the names, as every other writer takes them, so that none waits in a circle.
    let projects: Vec<&'l String> = projects.iter().filter(|project| is_storable(project)).collect();
    let statement = |projects: &[&'l String]| {
        let list = dialect.placeholders(1, projects.len());
        let from = match (lock, dialect) {
            // With the project's revision, which every deciding change writes: on a cluster of MySQL servers
            // that is where another node's change meets this transaction before it takes its snapshot. A
            // change that arrived after would be seen by the reads that lock and not by the others.
            // (Its value is asked for, because MariaDB leaves out joins that nobody looks at.)
            (Lock::Exclusive(_), Dialect::Mysql) => format!(
                ", metadata_value FROM projects LEFT JOIN feast_metadata ON feast_metadata.project_id = projects.project_id \
                 AND metadata_key = '{REVISION}'"
            ),
            _ => " FROM projects".into(),
        };
        let text = format!(
            "SELECT projects.project_id{from} WHERE projects.project_id IN ({list}) \
             ORDER BY projects.project_id{suffix}"
        );
        Statement { text, values: projects.iter().map(|project| Value::from(*project)).collect() }
    };
    projects.chunks(NAMES_PER_STATEMENT).map(statement).collect()
}

/// The `SELECT`s of a selection. With `locking`, rows asked for by name are locked for a writer.
pub fn select<'s>(selection: &'s Selection, dialect: Dialect, locking: bool) -> Vec<Statement<'s>> {
    let (table, columns, project, names) = match selection {
        Selection::Objects { kind, project, names, .. } => {
            let table = &kind.info().table;
            let mut columns =
                format!("project_id, {}, {}, last_updated_timestamp", table.name_column, table.value_column);
            if table.has_user_metadata() {
                columns.push_str(", user_metadata");
            }
            // The project of a project is its name.
            let project = project.as_ref().filter(|_| *kind != Kind::Project || names.is_none());
            (table, columns, project, names)
        }
        Selection::Versions { project, names, bytes, .. } => {
            let mut columns = String::from(
                "project_id, feature_view_name, version_number, feature_view_type, created_timestamp, \
                 description, version_id",
            );
            if *bytes {
                columns.push_str(", feature_view_proto");
            }
            (&HISTORY, columns, project.as_ref(), names)
        }
        Selection::Metadata { project } => {
            (&METADATA, "project_id, metadata_key, metadata_value".into(), project.as_ref(), &None)
        }
    };
    let since = match selection {
        Selection::Objects { updated_since: since, .. }
        | Selection::Versions { created_since: since, .. } => *since,
        Selection::Metadata { .. } => None,
    };
    let suffix = match selection {
        // Projects are locked by `lock` alone: to raise a shared lock would be to wait in a circle.
        Selection::Objects { kind, .. } if locking && names.is_some() && *kind != Kind::Project => {
            dialect.for_update()
        }
        _ => "",
    };
    if !project.is_none_or(|project| is_storable(project)) {
        return Vec::new();
    }
    let one = |names: Option<&[&'s String]>| render(table, &columns, project, names, since, dialect, suffix);
    match names {
        None => Vec::from([one(None)]),
        Some(names) => {
            let names: Vec<&String> = names.iter().filter(|name| is_storable(name)).collect();
            let most = if dialect == Dialect::Mysql { NAMES_PER_STATEMENT } else { NAMES_PER_ARRAY };
            names.chunks(most).map(|names| one(Some(names))).collect()
        }
    }
}

/// The `SELECT`s that tell which selections by names find nothing whatever the names are, because their tables have no
/// row of their project.
pub fn vacancies<'s>(selections: &'s [Selection], dialect: Dialect) -> Vec<Statement<'s>> {
    let asked = selections.iter().enumerate().filter_map(|(index, selection)| match selection {
        // The project of a project is its name.
        Selection::Objects { kind: Kind::Project, .. } => None,
        Selection::Objects { kind, project: Some(project), names: Some(_), .. } => {
            Some((index, &kind.info().table, project))
        }
        Selection::Versions { project: Some(project), names: Some(_), .. } => {
            Some((index, &HISTORY, project))
        }
        _ => None,
    });
    let asked: Vec<_> = asked.filter(|(.., project)| is_storable(project)).collect();
    let statement = |asked: &[(usize, &Table, &'s String)]| {
        let each = asked.iter().enumerate().map(|(place, (index, table, _))| {
            let project = dialect.placeholder(place + 1);
            format!("SELECT {index}, NOT EXISTS (SELECT 1 FROM {} WHERE project_id = {project})", table.name)
        });
        let text = each.collect::<Vec<_>>().join(" UNION ALL ");
        Statement { text, values: asked.iter().map(|(.., project)| Value::from(*project)).collect() }
    };
    asked.chunks(SELECTS_PER_UNION).map(statement).collect()
}

/// The indices of the selections that find nothing, from the result of [`vacancies`].
pub fn read_vacancies(result: Vec<Vec<Value<'_>>>) -> BTreeSet<usize> {
    let vacant = |columns: Vec<Value<'_>>| match columns.as_slice() {
        [Value::Int(index), Value::Int(1)] => usize::try_from(*index).ok(),
        _ => None,
    };
    result.into_iter().filter_map(vacant).collect()
}

/// PostgreSQL takes no NUL in a text, so that no row can have such a name and no question may ask for it.
fn is_storable(name: &str) -> bool {
    !name.contains('\0')
}

fn render<'s>(
    table: &Table,
    columns: &str,
    project: Option<&'s String>,
    names: Option<&[&'s String]>,
    since: Option<i64>,
    dialect: Dialect,
    suffix: &str,
) -> Statement<'s> {
    let mut values: Vec<Value<'s>> = Vec::new();
    let mut conditions = Vec::new();
    let mut from = String::from(table.name);
    if let Some(project) = project {
        values.push(project.into());
        conditions.push(format!("project_id = {}", dialect.placeholder(values.len())));
    }
    match names {
        Some([name]) => {
            values.push((*name).into());
            conditions.push(format!("{} = {}", table.name_column, dialect.placeholder(values.len())));
        }
        // One text whatever their number, which is prepared once.
        Some(names) if dialect == Dialect::Sqlite => {
            from = format!("json_each(?) AS wanted CROSS JOIN {}", table.name);
            values.insert(0, serde_json::to_string(names).unwrap_or_default().into());
            conditions.push(format!("{} = wanted.value", table.name_column));
        }
        Some(names) if dialect == Dialect::Postgres => {
            let names = names.iter().map(|name| Value::from(*name)).collect();
            values.push(Value::Array(ColumnType::Text, names));
            conditions.push(format!("{} = ANY({})", table.name_column, dialect.placeholder(values.len())));
        }
        Some(names) => {
            let list = dialect.placeholders(values.len() + 1, names.len());
            values.extend(names.iter().map(|name| Value::from(*name)));
            conditions.push(format!("{} IN ({list})", table.name_column));
        }
        None => {}
    }
    if let Some(since) = since {
        values.push(since.into());
        conditions.push(format!("{} >= {}", table.stamp_column(), dialect.placeholder(values.len())));
    }
    let filter = match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    };
    Statement { text: format!("SELECT {columns} FROM {from}{filter}{suffix}"), values }
}

/// Makes [`Rows`] of result rows as they come.
#[derive(Debug)]
pub struct Collector<'s> {
    /// The selection of each statement.
    selections: Vec<&'s Selection>,
    /// Rows mostly come in the order of their keys, so that a tree is better made of them all at once.
    objects: Vec<(Key, Row)>,
    versions: Vec<((String, String), i32, VersionRow)>,
    rows: Rows,
    foreign: usize,
    /// Statements whose names the database took for others.
    again: BTreeSet<usize>,
}

/// What became of result rows.
#[derive(Debug)]
pub struct Collected {
    /// What was read.
    pub rows: Rows,
    /// So many did not have the types of the registry's tables and were left out.
    pub foreign: usize,
    /// What to ask for in addition: the database took one of several names for another, and does not say which.
    pub again: Vec<Selection>,
}

impl<'s> Collector<'s> {
    /// Of the rows of statements that were rendered for these selections, one for each.
    pub fn new(selections: Vec<&'s Selection>) -> Self {
        let (objects, versions, again) = (Vec::new(), Vec::new(), BTreeSet::new());
        Collector { selections, objects, versions, rows: Rows::default(), foreign: 0, again }
    }

    /// Takes a row of a statement, counted from 0.
    pub fn take(&mut self, statement: usize, row: &mut dyn Record) {
        let Some(selection) = self.selections.get(statement) else { return };
        match (found(selection, row), selection) {
            (None, _) => self.foreign += 1,
            (Some(Found::Object(key, row)), Selection::Objects { project, names: Some(names), .. })
                if !names.contains(&key.name) =>
            {
                drop(row);
                match names.first().filter(|_| names.len() == 1) {
                    Some(name) => {
                        let project = project.as_ref().unwrap_or(&key.project);
                        let asked = Key { kind: key.kind, project: project.clone(), name: name.clone() };
                        self.rows.other_spellings.insert(asked, key);
                    }
                    None => drop(self.again.insert(statement)),
                }
            }
            (Some(Found::Object(key, row)), _) => self.objects.push((key, row)),
            (Some(Found::Version((_, view), ..)), Selection::Versions { names: Some(names), .. })
                if !names.contains(&view) => {}
            (Some(Found::Version(view, number, row)), _) => {
                self.versions.push((view, number, row));
            }
            (Some(Found::Metadata(entry, value)), _) => drop(self.rows.metadata.insert(entry, value)),
        }
    }

    /// What was read.
    pub fn collected(self) -> Collected {
        let Collector { selections, objects, mut versions, mut rows, foreign, again } = self;
        rows.objects = objects.into_iter().collect();
        versions.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let mut views: Vec<(_, Versions)> = Vec::new();
        for (view, number, row) in versions {
            match views.last_mut() {
                Some((last, versions)) if *last == view => drop(versions.insert(number, row)),
                _ => views.push((view, [(number, row)].into())),
            }
        }
        rows.versions = views.into_iter().collect();
        let again = again.into_iter().filter_map(|statement| selections.get(statement));
        let again = again.flat_map(|selection| one_by_one(selection)).collect();
        Collected { rows, foreign, again }
    }
}

/// What a result row of a selection is; `None` where it does not have the types of the registry's tables.
pub fn found(selection: &Selection, columns: &mut dyn Record) -> Option<Found> {
    let (project, name) = (columns.text(0)?, columns.text(1)?);
    Some(match selection {
        Selection::Objects { kind, .. } => {
            let (bytes, last_updated) = (columns.bytes(2)?, columns.int(3)?);
            let row = Row { bytes, last_updated, user_metadata: columns.bytes(4) };
            Found::Object(Key { kind: *kind, project, name }, row)
        }
        Selection::Versions { .. } => {
            let number = i32::try_from(columns.int(2)?).ok()?;
            let row = VersionRow {
                view_type: columns.text(3)?,
                created: columns.int(4)?,
                description: columns.text(5).unwrap_or_default(),
                version_id: columns.text(6)?,
                bytes: columns.bytes(7).unwrap_or_default(),
            };
            Found::Version((project, name), number, row)
        }
        Selection::Metadata { .. } => Found::Metadata((project, name), columns.text(2)?),
    })
}

/// A selection by names as one for each.
fn one_by_one(selection: &Selection) -> Vec<Selection> {
    let Selection::Objects { kind, project, names: Some(names), .. } = selection else { return Vec::new() };
    let one = |name: &String| {
        let (project, names) = (project.clone(), Some(BTreeSet::from([name.clone()]).into()));
        Selection::Objects { kind: *kind, project, names, updated_since: None }
    };
    names.iter().map(one).collect()
}
