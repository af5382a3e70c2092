//! `registry verify-schema`: every difference, and the statement that puts it right.

use serde::Serialize;

use super::super::{error::CliError, exit::Status, output::Item, session::Session};

/// A difference as JSON and YAML show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Difference {
    problem: String,
    /// Whether the registry cannot work with it.
    fatal: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

pub(super) fn run(session: &Session) -> Result<Status, CliError> {
    let registry = session.connect()?;
    let mut fatal = false;
    let mut text = String::new();
    let mut items = Vec::new();
    for (drift, remedy) in registry.drift()? {
        fatal |= drift.is_fatal();
        let severity = if drift.is_fatal() { "unfit" } else { "limited" };
        text += &format!("{severity}: {drift}\n");
        text.extend(remedy.iter().map(|remedy| format!("\t{remedy};\n")));
        let record = Difference { problem: drift.to_string(), fatal: drift.is_fatal(), remedy };
        items.push(Item { name: drift.to_string(), cells: Vec::new(), record });
    }
    if items.is_empty() {
        text = format!("The tables in {} are as the registry needs them\n", registry.place());
    }
    session.screen.say(&text, &items)?;
    if fatal { Err(CliError::Unfit) } else { Ok(Status::Done) }
}
