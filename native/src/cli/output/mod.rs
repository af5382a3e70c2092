//! Output: one command's answer as a table, JSON, YAML or names, on standard output.

mod document;
mod table;
mod text;
mod yaml;

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::Style;
use serde::Serialize;

pub(crate) use document::Document;
pub(crate) use text::{brief_change, escaped};
pub(crate) use yaml::yaml;

use super::{error::CliError, options::Format};

/// One line of a table, which is one record of JSON or YAML.
pub(crate) struct Item<T> {
    /// What `-o name` prints.
    pub(crate) name: String,
    /// What the table shows, a cell per column.
    pub(crate) cells: Vec<String>,
    /// What JSON and YAML show.
    pub(crate) record: T,
}

/// Standard output and how to write to it.
pub(crate) struct Screen {
    /// The form asked for; without one, each command has its own.
    pub(crate) format: Option<Format>,
    /// Columns of the terminal; `None` where the output goes to a file or a program.
    pub(crate) width: Option<usize>,
}

impl Screen {
    /// Standard output.
    pub(crate) fn new(format: Option<Format>) -> Self {
        let stdout = io::stdout();
        let size = stdout.is_terminal().then(|| terminal_size::terminal_size_of(&stdout)).flatten();
        Screen { format, width: size.map(|(width, _)| usize::from(width.0)) }
    }

    /// Whether people look at the output.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Prints text as it is.
    pub(crate) fn print(&self, text: &str) -> Result<(), CliError> {
        self.write(text.as_bytes())
    }

    /// Prints bytes as they are.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }

    /// Prints a list, as a table unless another form is asked for.
    pub(crate) fn list<T: Serialize>(&self, headers: &[&str], items: &[Item<T>]) -> Result<(), CliError> {
        match self.format.unwrap_or(Format::Table) {
            Format::Table => self.table(headers, items),
            Format::Json => self.print(&json(&items.iter().map(|item| &item.record).collect::<Vec<_>>())?),
            Format::Yaml => self.print(&documents(items)?),
            Format::Name => self.names(items),
        }
    }

    /// Prints one object, as YAML unless another form is asked for. The YAML ends in an empty line, as
    /// Feast's does.
    pub(crate) fn one<T: Serialize>(&self, headers: &[&str], item: &Item<T>) -> Result<(), CliError> {
        match self.format.unwrap_or(Format::Yaml) {
            Format::Table => self.table(headers, std::slice::from_ref(item)),
            Format::Json => self.print(&json(&item.record)?),
            Format::Yaml => self.print(&(yaml(&item.record)? + "\n")),
            Format::Name => self.names(std::slice::from_ref(item)),
        }
    }

    /// Prints what may be several descriptions, as a YAML document each unless another form is asked for.
    pub(crate) fn descriptions<T: Serialize>(
        &self,
        headers: &[&str],
        items: &[Item<T>],
    ) -> Result<(), CliError> {
        match (self.format, items) {
            (None | Some(Format::Yaml), [only]) => self.one(headers, only),
            (None, several) => self.print(&documents(several)?),
            (Some(_), several) => self.list(headers, several),
        }
    }

    /// Prints what a command did: as text, which may be styled, or, where another form is asked for, as records.
    pub(crate) fn say<T: Serialize>(&self, text: &str, items: &[Item<T>]) -> Result<(), CliError> {
        match self.format {
            None | Some(Format::Table) => self.styled(text),
            Some(_) => self.list(&[], items),
        }
    }

    /// Prints a value that is neither a list nor an object: as JSON or YAML, whichever is asked for, or else
    /// as `usual`.
    pub(crate) fn value(&self, value: &impl Serialize, usual: Format) -> Result<(), CliError> {
        let format = self.format.filter(|format| matches!(format, Format::Json | Format::Yaml));
        match format.unwrap_or(usual) {
            Format::Json => self.print(&json(value)?),
            _ => self.print(&(yaml(value)? + "\n")),
        }
    }

    /// Whether this form is asked for.
    pub(crate) fn is(&self, format: Format) -> bool {
        self.format == Some(format)
    }

    fn names<T>(&self, items: &[Item<T>]) -> Result<(), CliError> {
        let lines: String = items.iter().map(|item| escaped(&item.name) + "\n").collect();
        self.print(&lines)
    }

    fn table<T>(&self, headers: &[&str], items: &[Item<T>]) -> Result<(), CliError> {
        let text = table::render(headers, items.iter().map(|item| item.cells.as_slice()), self.width);
        let (header, rows) = text.split_once('\n').unwrap_or((&text, ""));
        let bold = Style::new().bold();
        self.styled(&format!("{bold}{header}{bold:#}\n{rows}"))
    }

    /// Prints text, without its styles where the output is no terminal or NO_COLOR is set.
    fn styled(&self, text: &str) -> Result<(), CliError> {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        Ok(stdout.flush()?)
    }
}

/// JSON, indented, with a line break at its end.
pub(crate) fn json(value: &impl Serialize) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    Ok(text + "\n")
}

/// A YAML document per item.
fn documents<T: Serialize>(items: &[Item<T>]) -> Result<String, CliError> {
    let mut text = String::new();
    for item in items {
        text += "---\n";
        text += &yaml(&item.record)?;
    }
    Ok(text)
}
