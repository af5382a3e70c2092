//! What can go wrong at the command line, and how it is told: the error, what caused it, what to do.

use std::{error::Error as _, io, net::SocketAddr, path::PathBuf};

use anstyle::{AnsiColor, Style};
use feast_registry_core::{kind::Kind, refusal::Refusal};

use super::{input::DocumentError, output::escaped};
use crate::{
    error::Error,
    server::{GrpcError, MetricsError, RestError, TracesError},
};

/// A command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The registry's answer.
    #[error(transparent)]
    Registry(#[from] Error),
    /// Arguments that do not go together.
    #[error("{message}")]
    Usage { message: String, hint: &'static str },
    /// Nothing says which project is meant, and there is none.
    #[error("no project is given, and the registry has none")]
    NoProject,
    /// Nothing says which project is meant, and there are several.
    #[error("no project is given, and the registry has {}", .0.len())]
    SeveralProjects(Vec<String>),
    /// No view of the project has such a feature.
    #[error("feature `{0}` is in no feature view of the project")]
    FeatureNotFound(String),
    /// A rule of the command itself.
    #[error("{message}")]
    Refused { message: String, hint: &'static str },
    /// Standard input is nobody who could be asked.
    #[error("standard input is not a terminal, so that nobody can be asked: {question}")]
    NotConfirmed { question: String },
    /// The answer was no.
    #[error("aborted")]
    Aborted,
    /// Input files that cannot be read, each place with what is wrong there.
    #[error("{}", summary(.0))]
    Documents(Vec<DocumentError>),
    /// Input that is read whole and is not what it should be.
    #[error("cannot read `{}`: {problem}", path.display())]
    Input { path: PathBuf, problem: String, hint: Option<&'static str> },
    /// The tables are not as they should be; which, has been printed.
    #[error("the registry cannot work with its tables as they are")]
    Unfit,
    /// An address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// The server cannot serve.
    #[error(transparent)]
    Server(#[from] GrpcError),
    /// The server's REST door cannot serve.
    #[error(transparent)]
    RestServer(#[from] RestError),
    /// Traces cannot be sent.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// Neither can the one for metrics.
    #[error(transparent)]
    MetricsServer(#[from] MetricsError),
    /// Standard output cannot be written.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
    /// Whoever read the output has seen enough.
    #[error("the output was closed")]
    PipeClosed,
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => CliError::PipeClosed,
            _ => CliError::Output(error),
        }
    }
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        CliError::Registry(refusal.into())
    }
}

fn summary(errors: &[DocumentError]) -> String {
    match errors {
        [only] => only.to_string(),
        several => format!("{} documents cannot be read", several.len()),
    }
}

/// At most so many of a list are shown.
const MAX_ITEMS: usize = 20;

impl CliError {
    /// The error as a line.
    fn headline(&self) -> String {
        match self {
            CliError::Registry(Error::Refused(Refusal::Several(refusals))) => {
                format!("{} objects were refused, and nothing was changed", refusals.len())
            }
            other => other.to_string(),
        }
    }

    /// What the error is made of, if it is made of several.
    fn items(&self) -> Vec<String> {
        match self {
            CliError::Registry(Error::Refused(Refusal::Several(refusals))) => {
                refusals.iter().map(ToString::to_string).collect()
            }
            CliError::Documents(errors) if errors.len() > 1 => {
                errors.iter().map(ToString::to_string).collect()
            }
            CliError::SeveralProjects(names) => names.clone(),
            _ => Vec::new(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            CliError::Registry(error) => error.hint(),
            CliError::Usage { hint, .. } | CliError::Refused { hint, .. } => Some((*hint).into()),
            CliError::NoProject => Some("name one with `--project`; `apply` creates it".into()),
            CliError::SeveralProjects(_) => Some("choose one with `--project`".into()),
            CliError::NotConfirmed { .. } => Some("pass `--yes` to do it without being asked".into()),
            CliError::Documents(errors) => errors.iter().find_map(DocumentError::hint),
            CliError::Input { hint, .. } => hint.map(String::from),
            CliError::Unfit => Some(
                "create missing tables with `registry create-schema`; the statements above put right what can be \
                 put right without loss"
                    .into(),
            ),
            CliError::FeatureNotFound(_) => {
                Some("names are case-sensitive; `features list` shows those that exist".into())
            }
            CliError::Listen { .. } => Some("`--port 0` takes a port that is free".into()),
            CliError::Server(error) => error.hint().map(String::from),
            CliError::RestServer(error) => error.hint().map(String::from),
            CliError::Traces(_) => Some(
                "set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, and the endpoint to where the collector \
                 takes that: usually at port 4318"
                    .into(),
            ),
            CliError::MetricsServer(error) => error.hint().map(String::from),
            CliError::Aborted | CliError::Output(_) | CliError::PipeClosed => None,
        }
    }

    /// Tells the error on standard error, styled if that is a terminal that wants it.
    pub(crate) fn report(&self) {
        use io::Write as _;

        if matches!(self, CliError::PipeClosed) {
            return;
        }
        let error = AnsiColor::Red.on_default().bold();
        let hint = AnsiColor::Cyan.on_default().bold();
        let mut text = labelled(error, "error", &self.headline());
        let items = self.items();
        for item in items.iter().take(MAX_ITEMS) {
            text += &format!("  - {}\n", escaped(item));
        }
        if items.len() > MAX_ITEMS {
            text += &format!("  and {} more\n", items.len() - MAX_ITEMS);
        }
        for cause in self.causes() {
            text += &format!("  Caused by: {}\n", escaped(&cause));
        }
        if let Some(remedy) = self.hint() {
            text += "\n";
            text += &labelled(hint, "hint", &remedy);
        }
        // Where standard error is closed there is nobody left to tell.
        drop(anstream::stderr().lock().write_all(text.as_bytes()));
    }

    /// The sources that say more than what stands above them.
    fn causes(&self) -> Vec<String> {
        let mut told = self.to_string();
        let mut causes = Vec::new();
        let mut source = self.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !told.contains(&text) {
                causes.push(text.clone());
                told = text;
            }
            source = cause.source();
        }
        causes
    }
}

/// Tells something that is not an error, on standard error.
pub(crate) fn warn(text: &str) {
    use io::Write as _;

    let text = labelled(AnsiColor::Yellow.on_default().bold(), "warning", text);
    drop(anstream::stderr().lock().write_all(text.as_bytes()));
}

/// Tells something worth knowing, on standard error.
pub(crate) fn note(text: &str) {
    use io::Write as _;

    drop(anstream::stderr().lock().write_all(labelled(Style::new().bold(), "note", text).as_bytes()));
}

/// Names objects that were passed over because their bytes are not what they should be.
pub(crate) fn warn_of_damage(kind: Kind, project: &str, name: &str, problem: &dyn std::fmt::Display) {
    warn(&match kind {
        Kind::Project => format!("project `{name}` is damaged: {problem}"),
        _ => format!("{kind} `{name}` of project `{project}` is damaged: {problem}"),
    });
}

fn labelled(style: Style, label: &str, text: &str) -> String {
    format!("{style}{label}:{style:#} {}\n", escaped(text))
}
