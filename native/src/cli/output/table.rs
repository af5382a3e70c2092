//! Plain tables as Feast prints them: a header, columns set apart by two spaces, no rules.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, Width, presets};

use super::escaped;

/// How many spaces set columns apart.
const GAP: u16 = 2;

/// Renders a table, a line per row. With a width, cells are cut to fit it, but no names, which people copy,
/// and no headers as long as there is room for both.
pub(super) fn render<'a>(
    headers: &[&str],
    rows: impl Iterator<Item = &'a [String]>,
    width: Option<usize>,
) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_truncation_indicator("…");
    table.set_header(single_line(headers.iter().map(|header| (*header).to_owned())));
    table.add_rows(rows.map(|cells| single_line(cells.iter().map(|cell| escaped(cell)))));
    let last = headers.len().saturating_sub(1);
    for (column, header) in table.column_iter_mut().zip(headers) {
        let gap = if column.index == last { 0 } else { GAP };
        column.set_padding((0, gap));
        column.set_constraint(match column.index {
            0 => ColumnConstraint::ContentWidth,
            _ => ColumnConstraint::LowerBoundary(Width::Fixed(narrow(header.len()) + gap)),
        });
    }
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(narrow(width));
    }
    table.trim_fmt() + "\n"
}

fn narrow(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

fn single_line(cells: impl Iterator<Item = String>) -> Row {
    let mut row = Row::from(cells.collect::<Vec<_>>());
    row.max_height(1);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(rows: &[[&str; 3]], width: Option<usize>) -> String {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(String::from).to_vec()).collect();
        render(&["NAME", "ENTITIES", "STATE"], rows.iter().map(Vec::as_slice), width)
    }

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        assert_eq!(rendered(&[], None), "NAME  ENTITIES  STATE\n");
        assert_eq!(
            rendered(&[["driver_hourly", "driver, customer", ""], ["é車", "a\nb", "CREATED"]], None),
            "NAME           ENTITIES          STATE\n\
             driver_hourly  driver, customer\n\
             é車            a\\nb              CREATED\n"
        );
    }

    #[test]
    fn names_and_headers_are_not_cut() {
        let row = ["driver_hourly_stats", "driver, customer, restaurant", "STATE_UNSPECIFIED"];
        assert_eq!(
            rendered(&[row], Some(50)),
            "NAME                 ENTITIES    STATE\n\
             driver_hourly_stats  driver,…    STATE_UNSPECIFIED\n"
        );
        assert_eq!(
            rendered(&[row], Some(20)),
            "NAME                 ENTITIES  STATE\n\
             driver_hourly_stats  driver,…  STAT…\n"
        );
    }
}
