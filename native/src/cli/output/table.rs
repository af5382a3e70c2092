//! Plain tables as Feast prints them: a header, columns set apart by two spaces or more, no rules.

use comfy_table::{ContentArrangement, Row, Table, presets};

use super::escaped;

/// Renders a table, a line per row. With a width, cells are cut to fit it.
pub(super) fn render<'a>(
    headers: &[&str],
    rows: impl Iterator<Item = &'a [String]>,
    width: Option<usize>,
) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_truncation_indicator("…");
    // As Feast's: a header is two wider than its text.
    let headers = headers.iter().enumerate().map(|(index, header)| match index + 1 == headers.len() {
        true => (*header).to_owned(),
        false => format!("{header}  "),
    });
    table.set_header(single_line(headers));
    table.add_rows(rows.map(|cells| single_line(cells.iter().map(|cell| escaped(cell)))));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let Some(width) = width {
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    let lines = table.trim_fmt();
    lines + "\n"
}

fn single_line(cells: impl Iterator<Item = String>) -> Row {
    let mut row = Row::from(cells.collect::<Vec<_>>());
    row.max_height(1);
    row
}
