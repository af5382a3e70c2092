//! docs/performance.md: tables and plots of what was measured.

mod page;
mod plot;
mod text;

use std::path::Path;

use anyhow::{Context, Result};

pub(crate) use self::page::table;
use crate::record::Record;

/// Writes the page and its plots into the folder of the documentation.
pub(crate) fn write(docs: &Path, records: &[Record]) -> Result<()> {
    let plots = docs.join("performance");
    std::fs::create_dir_all(&plots).with_context(|| format!("cannot make `{}`", plots.display()))?;
    let drawn = plot::draw(&plots, records)?;
    let page = docs.join("performance.md");
    std::fs::write(&page, page::page(records, &drawn))
        .with_context(|| format!("cannot write `{}`", page.display()))
}
