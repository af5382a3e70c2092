//! The fourteen tables of a Feast registry as data: names, columns, keys. The twelve kinds' tables
//! stand in `kind`; the two others here.

use alloc::{format, string::String, vec, vec::Vec};

use crate::kind::Kind;

/// A table of the registry.
#[derive(Debug)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// The column with the object's name; in the history, with the view's name.
    pub name_column: &'static str,
    /// The column with the serialized object; for metadata, with the value.
    pub value_column: &'static str,
    /// Which further columns it has.
    pub layout: Layout,
}

/// The column layouts that occur. All have `last_updated_timestamp` except the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `projects`: keyed by its name alone, with the name once more in `project_name`.
    Project,
    /// An object: its bytes.
    Object,
    /// A view: an object with user metadata.
    View,
    /// A batch feature view: a view with `materialized_intervals`, which nobody fills.
    BatchView,
    /// `feature_view_version_history`.
    History,
    /// `feast_metadata`.
    Metadata,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: &'static str,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
}

/// A column's type, before a dialect spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnType {
    /// Text of at most so many characters.
    Name(u16),
    /// Text of any length.
    Text,
    /// Bytes of any length.
    Bytes,
    /// A 32-bit integer.
    Int,
    /// A 64-bit integer; every one holds UTC epoch seconds.
    Seconds,
}

impl ColumnType {
    /// The type of an array's elements that go to such columns.
    pub(super) fn element(self) -> Self {
        match self {
            ColumnType::Name(_) | ColumnType::Text => ColumnType::Text,
            ColumnType::Bytes => ColumnType::Bytes,
            ColumnType::Int | ColumnType::Seconds => ColumnType::Seconds,
        }
    }
}

/// The versions of views: one row per version, its bytes those of the view's own message.
pub static HISTORY: Table =
    Table::new("feature_view_version_history", "feature_view_name", "feature_view_proto", Layout::History);

/// Keys and values per project: `project_uuid`, `last_updated_timestamp`, users' own.
pub static METADATA: Table = Table::new("feast_metadata", "metadata_key", "metadata_value", Layout::Metadata);

/// All fourteen tables, in the order in which they are created.
pub fn tables() -> impl DoubleEndedIterator<Item = &'static Table> {
    Kind::all().map(|kind| &kind.info().table).chain([&HISTORY, &METADATA])
}

impl Table {
    pub(crate) const fn new(
        name: &'static str,
        name_column: &'static str,
        value_column: &'static str,
        layout: Layout,
    ) -> Self {
        Table { name, name_column, value_column, layout }
    }

    /// The columns, in the order in which Feast creates them.
    pub fn columns(&self) -> Vec<Column> {
        let column = |name, ty| Column { name, ty, nullable: false };
        let null = |name, ty| Column { name, ty, nullable: true };
        let name = column(self.name_column, ColumnType::Name(255));
        let project = column("project_id", ColumnType::Name(255));
        let updated = column("last_updated_timestamp", ColumnType::Seconds);
        let bytes = column(self.value_column, ColumnType::Bytes);
        let user = null("user_metadata", ColumnType::Bytes);
        match self.layout {
            Layout::Project => {
                vec![project, column("project_name", ColumnType::Name(255)), updated, bytes]
            }
            Layout::Object => vec![name, project, updated, bytes],
            Layout::View => vec![name, project, updated, bytes, user],
            Layout::BatchView => {
                vec![name, project, updated, null("materialized_intervals", ColumnType::Bytes), bytes, user]
            }
            Layout::History => vec![
                name,
                project,
                column("version_number", ColumnType::Int),
                column("feature_view_type", ColumnType::Name(50)),
                bytes,
                column("created_timestamp", ColumnType::Seconds),
                null("description", ColumnType::Text),
                column("version_id", ColumnType::Name(36)),
            ],
            Layout::Metadata => vec![
                project,
                column(self.name_column, ColumnType::Name(50)),
                column(self.value_column, ColumnType::Text),
                updated,
            ],
        }
    }

    /// The columns of the primary key, in order.
    pub fn primary_key(&self) -> Vec<&'static str> {
        match self.layout {
            Layout::Project => vec!["project_id"],
            Layout::Object | Layout::View | Layout::BatchView => vec![self.name_column, "project_id"],
            Layout::History => vec![self.name_column, "project_id", "version_number"],
            Layout::Metadata => vec!["project_id", self.name_column],
        }
    }

    /// The name of the table's one secondary index, on `project_id`.
    pub fn index(&self) -> String {
        match self.layout {
            Layout::History => "idx_fv_version_history_project_id".into(),
            _ => format!("idx_{}_project_id", self.name),
        }
    }

    /// The column with the time of a row's last change: UTC epoch seconds. Versions do not change.
    pub fn stamp_column(&self) -> &'static str {
        match self.layout {
            Layout::History => "created_timestamp",
            _ => "last_updated_timestamp",
        }
    }

    /// Whether rows have a `user_metadata` column.
    pub fn has_user_metadata(&self) -> bool {
        matches!(self.layout, Layout::View | Layout::BatchView)
    }
}
