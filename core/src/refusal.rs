//! Why an operation does not happen. It knows nothing of SQL, HTTP or exit codes: each door has one
//! exhaustive match that says what a refusal means there.

use alloc::{format, string::String, vec::Vec};

use crate::{kind::Kind, message::MessageError, version::VersionError};

/// A refusal. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No object of that name.
    #[error("{kind} `{name}` does not exist in project `{project}`")]
    NotFound {
        /// The kind asked for; for views asked for without a kind, `FeatureView`.
        kind: Kind,
        /// The project looked in.
        project: String,
        /// The name looked for.
        name: String,
    },
    /// No project of that name.
    #[error("project `{name}` does not exist")]
    ProjectNotFound {
        /// The name looked for.
        name: String,
    },
    /// The user has no leave for it. Whether there is such an object it does not say.
    #[error("not permitted: {actions} of {kind} `{name}`")]
    Denied {
        /// What was to be done, by its names.
        actions: String,
        /// The kind of object.
        kind: Kind,
        /// The name asked for.
        name: String,
    },
    /// No object of any kind has that name.
    #[error("nothing named `{name}` exists in project `{project}`")]
    NothingNamed {
        /// The project looked in.
        project: String,
        /// The name looked for.
        name: String,
    },
    /// The view has no such version.
    #[error("version `v{version}` of feature view `{name}` does not exist in project `{project}`")]
    VersionNotFound {
        /// The project looked in.
        project: String,
        /// The view.
        name: String,
        /// The version's number.
        version: i32,
    },
    /// A name that cannot be given to an object.
    #[error("{kind} name `{}` {problem}", name.escape_debug())]
    InvalidName {
        /// The kind of object.
        kind: Kind,
        /// The name.
        name: String,
        /// What is wrong, as a predicate.
        problem: &'static str,
    },
    /// A definition that breaks a rule of its kind.
    #[error("{kind} `{name}` {problem}")]
    Invalid {
        /// The kind of object.
        kind: Kind,
        /// The name.
        name: String,
        /// What is wrong, as a predicate.
        problem: String,
    },
    /// Another kind of view has the name already; views share one name space.
    #[error(
        "cannot apply {incoming} `{name}`: project `{project}` has {existing} `{name}`, and views share one name space"
    )]
    NameConflict {
        /// The project.
        project: String,
        /// The name both want.
        name: String,
        /// The kind that has it.
        existing: Kind,
        /// The kind that was to be applied.
        incoming: Kind,
    },
    /// One batch names an object twice.
    #[error("{kind} `{name}` is given twice for project `{project}`")]
    Duplicate {
        /// The kind of object.
        kind: Kind,
        /// The project.
        project: String,
        /// The name.
        name: String,
    },
    /// The database compares names without regard to case, and has the name in another spelling.
    #[error(
        "{kind} `{name}` is taken by `{stored}`: this database's table does not tell the two spellings apart"
    )]
    SpellingConflict {
        /// The kind of object.
        kind: Kind,
        /// The name asked for.
        name: String,
        /// The spelling stored.
        stored: String,
    },
    /// A pin would drop a definition that is stored nowhere else.
    #[error(
        "cannot pin feature view `{name}` to `v{version}`: the definition given differs from the active one"
    )]
    PinConflict {
        /// The view.
        name: String,
        /// The version asked for.
        version: i32,
    },
    /// Only batch and stream feature views are materialized.
    #[error("{kind} `{name}` cannot be materialized")]
    NotMaterializable {
        /// The kind of view.
        kind: Kind,
        /// The view.
        name: String,
    },
    /// An interval that is none.
    #[error("the interval from {start} to {end} for `{name}` {problem}")]
    InvalidInterval {
        /// The view.
        name: String,
        /// Its start, RFC 3339.
        start: String,
        /// Its end, RFC 3339.
        end: String,
        /// What is wrong, as a predicate.
        problem: &'static str,
    },
    /// A version string that cannot be read.
    #[error("feature view `{name}`: {source}")]
    InvalidVersion {
        /// The view.
        name: String,
        /// What is wrong with it.
        source: VersionError,
    },
    /// A feature service names a view or a feature that does not exist.
    #[error("feature service `{service}` {problem}")]
    UnresolvedProjection {
        /// The service.
        service: String,
        /// What cannot be resolved, as a predicate.
        problem: String,
    },
    /// A row that must be read and cannot be decoded.
    #[error("{kind} `{name}` of project `{project}` is damaged: {source}")]
    Damaged {
        /// The kind of object.
        kind: Kind,
        /// The project of its row.
        project: String,
        /// The name of its row.
        name: String,
        /// What the bytes are not.
        source: MessageError,
    },
    /// Bytes that were to be applied are not the message they should be.
    #[error("the {kind} given cannot be read: {source}")]
    Unreadable {
        /// The kind of object.
        kind: Kind,
        /// What the bytes are not.
        source: MessageError,
    },
    /// A restore would overwrite objects.
    #[error("the snapshot would overwrite {example} of project `{project}`{}", and_more(*count))]
    WouldOverwrite {
        /// The project.
        project: String,
        /// How many.
        count: usize,
        /// One of them, kind and name.
        example: String,
    },
    /// A metadata key or value that cannot be stored.
    #[error("metadata key `{key}` {problem}")]
    InvalidMetadata {
        /// The key.
        key: String,
        /// What is wrong, as a predicate.
        problem: &'static str,
    },
    /// Several refusals of one batch, all of which must be put right.
    #[error("{} objects were refused, the first: {}", .0.len(), .0.first().map(alloc::string::ToString::to_string).unwrap_or_default())]
    Several(Vec<Refusal>),
}

fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => " and 1 more object".into(),
        _ => format!(" and {} more objects", count - 1),
    }
}

impl Refusal {
    /// What the person who meets the refusal can do.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Refusal::NotFound { .. } | Refusal::NothingNamed { .. } => {
                "names are case-sensitive; `list` shows those that exist, `--project` chooses the project"
            }
            Refusal::ProjectNotFound { .. } => "`projects list` shows the projects of this registry",
            Refusal::VersionNotFound { .. } => {
                "`feature-views list-versions NAME` shows the versions that exist"
            }
            Refusal::InvalidName { .. } => {
                "names have 1 to 255 characters without control characters; those of views also without `@` and `:`; \
                 those of projects only letters, digits, `_` and `-`, starting with a letter or digit"
            }
            Refusal::NameConflict { .. } => "rename one of the two, or delete the existing view first",
            Refusal::Duplicate { .. } => "remove one of the two definitions",
            Refusal::SpellingConflict { .. } => {
                "use the stored spelling, or convert the table's name columns to a case-sensitive collation (utf8mb4_bin)"
            }
            Refusal::PinConflict { .. } => {
                "apply the changed definition as `latest` first, so that it becomes a version, then pin"
            }
            Refusal::NotMaterializable { .. } => {
                "materializations are recorded on batch and stream feature views"
            }
            Refusal::InvalidInterval { .. } => "give the start first, then the end",
            Refusal::Damaged { .. } => {
                "restore the object from a backup with `registry import`, or delete it and apply its definition again"
            }
            Refusal::WouldOverwrite { .. } => {
                "import into an empty project, or pass `--overwrite` to replace the objects of the same name"
            }
            Refusal::Denied { .. } => "ask who manages the project's permissions for one that grants it",
            Refusal::Several(refusals) => return refusals.first().and_then(Refusal::hint),
            Refusal::Invalid { .. }
            | Refusal::InvalidVersion { .. }
            | Refusal::UnresolvedProjection { .. }
            | Refusal::Unreadable { .. }
            | Refusal::InvalidMetadata { .. } => return None,
        })
    }
}
