//! `registry export [FILE]`: a registry file that Feast reads, or the same as JSON or YAML.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use feast_registry_core::{
    json::Json,
    schema,
    snapshot::{Damaged, Written},
};

use super::super::{
    error::{CliError, note},
    exit::Status,
    file,
    output::{json, yaml},
    progress,
    projects::counted,
    session::{Session, passed_over},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to write it; `-` or nothing is standard output
    file: Option<PathBuf>,
    /// In which form [default: by the file's ending, `.json`, `.yaml` or `.yml`, or else pb]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Leave out damaged objects, naming them
    #[arg(long)]
    skip_damaged: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A serialized feast.core.Registry, which Feast opens as a file registry
    Pb,
    /// The same as protobuf JSON
    Json,
    /// The same as YAML
    Yaml,
}

pub(super) fn run(session: &Session, args: &Args) -> Result<Status, CliError> {
    let file = args.file.as_deref().filter(|file| *file != Path::new("-"));
    let format = args.format.unwrap_or_else(|| by_ending(file));
    if format == Format::Pb && file.is_none() && session.screen.is_terminal() {
        return Err(CliError::Usage {
            message: "a serialized registry is not for a terminal".into(),
            hint: "name a file, redirect the output, or pass `--format yaml`",
        });
    }
    let registry = session.open()?;
    let Written { bytes, objects, left_out } = progress::during("exporting", || {
        let damaged = if args.skip_damaged { Damaged::LeaveOut } else { Damaged::Refuse };
        registry.export(session.project_option(), damaged)
    })?;
    let status = passed_over(&left_out);
    let bytes = match format {
        Format::Pb => bytes,
        Format::Json => json(&Json::new(&schema::FEAST_REGISTRY_SNAPSHOT, &bytes))?.into_bytes(),
        Format::Yaml => yaml(&Json::new(&schema::FEAST_REGISTRY_SNAPSHOT, &bytes))?.into_bytes(),
    };
    match file {
        None => session.screen.write(&bytes)?,
        Some(path) => {
            file::write(path, &bytes)?;
            note(&format!("wrote {} to `{}`", counted(objects, "object"), path.display()));
        }
    }
    Ok(status)
}

fn by_ending(file: Option<&Path>) -> Format {
    match file.and_then(Path::extension).and_then(|ending| ending.to_str()) {
        Some("json") => Format::Json,
        Some("yaml" | "yml") => Format::Yaml,
        _ => Format::Pb,
    }
}
