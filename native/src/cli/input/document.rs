//! JSON and YAML documents. Each is read twice: once for what it is (its `kind`, a list, or a whole
//! registry), once for the fields, so that errors have the line and the path where they occur.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use feast_registry_core::{
    json::JsonSeed,
    kind::Kind,
    object::Object,
    schema::{self, MessageType},
};
use serde::{
    Deserialize as _,
    de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// The syntax of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Json,
    Yaml,
}

/// What a document is.
pub(super) enum Entry {
    /// One object.
    Object(Object),
    /// A whole registry, serialized.
    Registry(Vec<u8>),
}

/// A place in a file that cannot be read.
#[derive(Debug)]
pub(crate) struct DocumentError {
    path: PathBuf,
    /// Counted from 1; `None` where the file has only one.
    document: Option<usize>,
    line: Option<usize>,
    problem: String,
    hint: Option<&'static str>,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.path.display())?;
        if let Some(number) = self.document {
            write!(f, ", document {number}")?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl DocumentError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        self.hint.map(String::from)
    }
}

/// Reads all documents of a text; those that cannot be read are the errors.
pub(super) fn read(path: &Path, text: &str, content: Content) -> (Vec<Entry>, Vec<DocumentError>) {
    let mut found = match content {
        Content::Json => read_json(text),
        Content::Yaml => read_yaml(text),
    };
    let several = found.len() > 1;
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for (index, document) in found.drain(..).enumerate() {
        match document {
            Ok(read) => entries.extend(read),
            Err(Fault { line, problem }) => errors.push(DocumentError {
                path: path.into(),
                document: several.then_some(index + 1),
                line,
                hint: hint_for(&problem),
                problem,
            }),
        }
    }
    (entries, errors)
}

/// Reads a text that should be one message.
pub(super) fn read_one(
    path: &Path,
    text: &str,
    content: Content,
    ty: &'static MessageType,
) -> Result<Vec<u8>, DocumentError> {
    let read = match content {
        Content::Json => {
            let mut json = serde_json::Deserializer::from_str(text);
            let read = JsonSeed::new(ty).deserialize(&mut json);
            read.and_then(|bytes| json.end().map(|()| bytes)).map_err(Fault::of_json)
        }
        Content::Yaml => {
            JsonSeed::new(ty).deserialize(serde_yaml::Deserializer::from_str(text)).map_err(Fault::of_yaml)
        }
    };
    read.map_err(|Fault { line, problem }| DocumentError {
        path: path.into(),
        document: None,
        line,
        problem,
        hint: Some("a registry is imported from a registry file or from what `registry export` wrote; single objects are for `apply -f`"),
    })
}

fn hint_for(problem: &str) -> Option<&'static str> {
    if problem.contains("`kind`") || problem.contains("kind `") {
        return Some("a document looks like what `describe NAME -o yaml` prints");
    }
    None
}

type Document = Result<Vec<Entry>, Fault>;

/// JSON values one after the other. After one that cannot be read nothing else can.
fn read_json(text: &str) -> Vec<Document> {
    let mut first = serde_json::Deserializer::from_str(text);
    let mut second = serde_json::Deserializer::from_str(text);
    let mut documents = Vec::new();
    while first.end().is_err() {
        let document = Outline::deserialize(&mut first)
            .and_then(|outline| Entries { outline: &outline }.deserialize(&mut second))
            .map_err(Fault::of_json);
        let failed = document.is_err();
        documents.push(document);
        if failed {
            break;
        }
    }
    documents
}

/// YAML documents. After one that is not YAML nothing else can be read, and the parser would give the same
/// error for ever.
fn read_yaml(text: &str) -> Vec<Document> {
    let syntax = serde_yaml::Deserializer::from_str(text);
    let first = serde_yaml::Deserializer::from_str(text);
    let second = serde_yaml::Deserializer::from_str(text);
    let mut documents = Vec::new();
    for (syntax, (first, second)) in syntax.zip(first.zip(second)) {
        if let Err(error) = IgnoredAny::deserialize(syntax) {
            documents.push(Err(Fault::of_yaml(error)));
            break;
        }
        match Outline::deserialize(first) {
            // What stands between two `---`.
            Ok(Outline::Nothing) => {}
            Ok(outline) => {
                documents.push(Entries { outline: &outline }.deserialize(second).map_err(Fault::of_yaml));
            }
            Err(error) => documents.push(Err(Fault::of_yaml(error))),
        }
    }
    documents
}

/// What is wrong, and where.
struct Fault {
    line: Option<usize>,
    problem: String,
}

impl Fault {
    fn of_json(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let problem = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        Fault { line: Some(error.line()).filter(|line| *line > 0), problem }
    }

    fn of_yaml(error: serde_yaml::Error) -> Self {
        let text = error.to_string();
        let location = error.location();
        let place = location.as_ref().map(|at| format!(" at line {} column {}", at.line(), at.column()));
        let text = place.and_then(|place| text.strip_suffix(&place)).unwrap_or(&text);
        // The parser puts the path before the message, which has one of its own.
        let problem = match text.split_once(": ") {
            Some((path, message)) if !path.contains('`') && message.contains('`') => message,
            _ => text,
        };
        Fault { line: location.map(|at| at.line()), problem: problem.to_owned() }
    }
}

/// What a document is, by its outermost keys.
enum Outline {
    /// Null: an empty document.
    Nothing,
    /// A map with this `kind`.
    Object(Kind),
    /// A map of the fields of a whole registry.
    Registry,
    /// A list of documents.
    List(Vec<Outline>),
}

impl<'de> serde::Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OutlineVisitor)
    }
}

struct OutlineVisitor;

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with its `kind`")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Outline, E> {
        Ok(Outline::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Outline, A::Error> {
        let mut outlines = Vec::new();
        while let Some(outline) = list.next_element()? {
            outlines.push(outline);
        }
        Ok(Outline::List(outlines))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut kind = None;
        let mut is_registry = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == KIND {
                let name: String = map.next_value()?;
                if kind.is_some() {
                    return Err(A::Error::custom("`kind` is given twice"));
                }
                kind = Some(known_kind(&name).ok_or_else(|| {
                    let known: Vec<&str> = Kind::all().map(|kind| kind.info().name).collect();
                    A::Error::custom(format_args!(
                        "unknown kind `{name}`; the kinds are {}",
                        known.join(", ")
                    ))
                })?);
            } else {
                map.next_value::<IgnoredAny>()?;
                is_registry |= schema::FEAST_REGISTRY_SNAPSHOT.field_named(&key).is_some();
            }
        }
        match kind {
            Some(kind) => Ok(Outline::Object(kind)),
            None if is_registry => Ok(Outline::Registry),
            None => Err(A::Error::custom("`kind` is missing")),
        }
    }
}

const KIND: &str = "kind";

/// The kind of that name. Batch feature views are stored as feature views, and nothing tells them apart.
fn known_kind(name: &str) -> Option<Kind> {
    Kind::find(if name == "BatchFeatureView" { "FeatureView" } else { name })
}

/// Reads what an outline has found.
struct Entries<'o> {
    outline: &'o Outline,
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = Vec<Entry>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Entry>, D::Error> {
        match self.outline {
            Outline::Nothing => IgnoredAny::deserialize(deserializer).map(|_| Vec::new()),
            Outline::List(outlines) => deserializer.deserialize_seq(List(outlines)),
            Outline::Registry => {
                let bytes = JsonSeed::new(&schema::FEAST_REGISTRY_SNAPSHOT).deserialize(deserializer)?;
                Ok(vec![Entry::Registry(bytes)])
            }
            Outline::Object(kind) => {
                let bytes = JsonSeed::new(kind.info().message).skipping(KIND).deserialize(deserializer)?;
                let object = Object::parse(*kind, bytes).map_err(D::Error::custom)?;
                Ok(vec![Entry::Object(object)])
            }
        }
    }
}

struct List<'o>(&'o [Outline]);

impl<'de> Visitor<'de> for List<'_> {
    type Value = Vec<Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Entry>, A::Error> {
        let mut entries = Vec::new();
        for outline in self.0 {
            entries.extend(list.next_element_seed(Entries { outline })?.unwrap_or_default());
        }
        // The list's end has to be asked for.
        list.next_element::<IgnoredAny>()?;
        Ok(entries)
    }
}
