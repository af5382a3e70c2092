//! Lists as files: CSV for spreadsheets, JSON for programs.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

use serde::{
    Deserialize, Serialize,
    ser::{SerializeMap, Serializer},
};

use super::{Catalog, Cell, CellType, List, collection::ColumnInfo};
use crate::{compact, time::Timestamp};

/// A form of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// RFC 4180, with a line of column ids.
    Csv,
    /// A list of objects, with times as RFC 3339 writes them.
    Json,
}

impl List {
    /// All rows with these columns.
    pub fn export(&self, catalog: &Catalog<'_>, format: ExportFormat, columns: &[&str]) -> String {
        let columns: Vec<&ColumnInfo> = self.columns(columns).into_iter().flatten().collect();
        let cells = |number: &u32| -> Vec<Cell<'_>> {
            let subject = self.subject(catalog, *number);
            columns.iter().map(|column| for_files(column.head.cell_type, (column.read)(&subject))).collect()
        };
        match format {
            ExportFormat::Csv => {
                let mut out = String::new();
                csv_line(&mut out, columns.iter().map(|column| column.head.id.into()));
                for number in self.numbers() {
                    csv_line(&mut out, cells(number).iter().map(|cell| cell.to_text().into()));
                }
                out
            }
            ExportFormat::Json => {
                let rows: Vec<Fields<'_>> =
                    self.numbers().iter().map(|number| Fields(&columns, cells(number))).collect();
                serde_json::to_string_pretty(&rows).unwrap_or_default()
            }
        }
    }
}

/// Times as texts; everything else stays.
fn for_files(cell_type: CellType, cell: Cell<'_>) -> Cell<'_> {
    match (cell_type, cell) {
        (CellType::Time, Cell::Number(millis)) => {
            let nanos = u32::try_from(millis.rem_euclid(1000)).unwrap_or_default() * 1_000_000;
            let time = Timestamp { seconds: millis.div_euclid(1000), nanos };
            Cell::Text(time.to_string().into())
        }
        (_, cell) => cell,
    }
}

fn csv_line<'a>(out: &mut String, values: impl Iterator<Item = Cow<'a, str>>) {
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        if value.contains([',', '"', '\r', '\n']) {
            out.push('"');
            out.push_str(&value.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&value);
        }
    }
    out.push_str("\r\n");
}

/// A row as an object; tags as one, references by name.
struct Fields<'a>(&'a [&'static ColumnInfo], Vec<Cell<'a>>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.1.len()))?;
        for (column, cell) in self.0.iter().zip(&self.1) {
            let id = column.head.id;
            match cell {
                Cell::Tags(tags) => {
                    map.serialize_entry(id, &compact::map(tags.iter().copied()))?;
                }
                Cell::Refs(refs) => {
                    map.serialize_entry(id, &refs.iter().map(|one| &one.name).collect::<Vec<_>>())?;
                }
                cell => map.serialize_entry(id, cell)?,
            }
        }
        map.end()
    }
}
