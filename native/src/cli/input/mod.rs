//! Input files: serialized registries, and JSON and YAML documents. What is in them is told by the
//! ending of their name, or else by their first bytes.

mod document;

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use feast_registry_core::{
    kind::Kind,
    object::Object,
    schema,
    snapshot::{self, ReadOptions},
};

pub(crate) use document::DocumentError;
use document::{Content, Entry};

use super::error::CliError;
use crate::error::Error;

/// An object to apply, with its project where it says one.
type Given = (Option<String>, Object);

/// Every object of every file, in order. Objects in serialized registries that do not say their project
/// belong to `project`.
pub(crate) fn objects(files: &[PathBuf], project: Option<&str>) -> Result<Vec<Given>, CliError> {
    let (mut objects, mut errors) = (Vec::new(), Vec::new());
    for path in files {
        let bytes = read(path)?;
        let path = shown(path);
        match Form::of(path, &bytes) {
            Form::Protobuf => objects.extend(registry_objects(path, &bytes, project)?),
            Form::Text(syntax, text) => {
                let (entries, unread) = document::read(path, text, syntax);
                errors.extend(unread);
                for entry in entries {
                    match entry {
                        Entry::Object(object) => {
                            objects.push((Some(object.project()).filter(|own| !own.is_empty()), object));
                        }
                        Entry::Registry(bytes) => objects.extend(registry_objects(path, &bytes, project)?),
                    }
                }
            }
        }
    }
    match errors.is_empty() {
        true if objects.is_empty() => Err(CliError::Input {
            path: files.first().map(|path| shown(path).into()).unwrap_or_default(),
            problem: "there are no objects in it".into(),
            hint: Some("give documents such as `describe NAME -o yaml` prints, or a registry file"),
        }),
        true => Ok(objects),
        false => Err(CliError::Documents(errors)),
    }
}

/// The project that the objects define, if they define exactly one.
pub(crate) fn only_project(objects: &[Given]) -> Option<String> {
    let mut projects = objects.iter().filter(|(_, object)| object.kind() == Kind::Project);
    let only = projects.next()?;
    projects.next().is_none().then(|| only.1.name())
}

/// A serialized registry, from whatever form the file has.
pub(crate) fn snapshot(path: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = read(path)?;
    let path = shown(path);
    let Form::Text(syntax, text) = Form::of(path, &bytes) else { return Ok(bytes) };
    document::read_one(path, text, syntax, &schema::FEAST_REGISTRY_SNAPSHOT)
        .map_err(|error| CliError::Documents(vec![error]))
}

fn registry_objects(path: &Path, bytes: &[u8], project: Option<&str>) -> Result<Vec<Given>, CliError> {
    let unreadable = |source| Error::Snapshot { path: path.into(), source };
    let options = ReadOptions { default_project: project, ..ReadOptions::default() };
    let rows = snapshot::read(bytes, options).map_err(unreadable)?;
    let mut objects = Vec::new();
    for (key, row) in rows.objects {
        let object = row.object(&key).map_err(|source| super::session::damaged(&key, source))?;
        objects.push((Some(key.project), object));
    }
    Ok(objects)
}

/// A file, or standard input for `-`.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = match path == Path::new(STANDARD_INPUT) {
        true => io::stdin().lock().read_to_end(&mut bytes),
        false => fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|source| Error::Io { action: "read", path: shown(path).into(), source })?;
    Ok(bytes)
}

const STANDARD_INPUT: &str = "-";

/// The file as messages name it.
pub(crate) fn shown(path: &Path) -> &Path {
    if path == Path::new(STANDARD_INPUT) { Path::new("standard input") } else { path }
}

enum Form<'a> {
    Protobuf,
    Text(Content, &'a str),
}

impl<'a> Form<'a> {
    fn of(path: &Path, bytes: &'a [u8]) -> Self {
        let text = std::str::from_utf8(bytes).map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match (text, ending) {
            (Ok(text), "json" | "jsonl" | "ndjson") => Form::Text(Content::Json, text),
            (Ok(text), "yaml" | "yml") => Form::Text(Content::Yaml, text),
            (Err(_), _) | (Ok(""), _) => Form::Protobuf,
            // Every serialized registry has tags and lengths, which are control characters.
            (Ok(text), _) if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
                Form::Protobuf
            }
            (Ok(text), _) if text.trim_start().starts_with(['{', '[']) => Form::Text(Content::Json, text),
            (Ok(text), _) => Form::Text(Content::Yaml, text),
        }
    }
}
