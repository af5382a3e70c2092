//! What a command works with: the configuration, the registry, the project and the screen.

use std::{
    cell::OnceCell,
    env, io,
    io::{BufRead as _, IsTerminal as _, Write as _},
    path::Path,
};

use feast_registry_core::{
    kind::Kind,
    operation::Selection,
    query::Query,
    refusal::Refusal,
    rows::{Key, Rows},
    service::PROTECTED_PROJECT,
};

use super::{
    error::{CliError, note},
    exit::Status,
    options::Options,
    output::Screen,
};
use crate::{
    config::{Config, ConfigPath, RegistryConfig},
    error::Error,
    registry::Registry,
    url::RegistryUrl,
};

/// One run of the binary.
pub(crate) struct Session {
    options: Options,
    config: OnceCell<Option<Config>>,
    /// Standard output.
    pub(crate) screen: Screen,
}

impl Session {
    /// A run with these options. Nothing is read or opened yet.
    pub(crate) fn new(options: Options) -> Self {
        let screen = Screen::new(options.output);
        Session { options, config: OnceCell::new(), screen }
    }

    /// feature_store.yaml; `None` where `--registry` makes it unnecessary.
    pub(crate) fn config(&self) -> Result<Option<&Config>, CliError> {
        if let Some(read) = self.config.get() {
            return Ok(read.as_ref());
        }
        let config = match self.options.registry {
            Some(_) => None,
            None => Some(self.read_config()?),
        };
        Ok(self.config.get_or_init(|| config).as_ref())
    }

    /// feature_store.yaml, whatever `--registry` says.
    pub(crate) fn read_config(&self) -> Result<Config, CliError> {
        let variable = |name: &str| env::var(name).ok();
        let current = env::current_dir().map_err(|source| Error::Io {
            action: "read",
            path: Path::new(".").into(),
            source,
        })?;
        let (file, folder) = (self.options.feature_store_yaml(), self.options.chdir.as_deref());
        let path = ConfigPath::locate(file.map(AsRef::as_ref), folder, &current, &variable);
        let config = Config::read(&path, &variable).map_err(Error::from)?;
        config.warnings.iter().for_each(|warning| tracing::warn!("{}: {warning}", path.file.display()));
        Ok(config)
    }

    /// Where the registry is, and how to use it.
    pub(crate) fn registry_config(&self) -> Result<RegistryConfig, CliError> {
        match &self.options.registry {
            Some(url) => Ok(RegistryConfig::new(url.parse::<RegistryUrl>().map_err(Error::from)?)),
            None => Ok(self.config()?.map(|config| config.registry.clone()).ok_or(CliError::NoProject)?),
        }
    }

    /// The registry, its tables ready.
    pub(crate) fn open(&self) -> Result<Registry, CliError> {
        Ok(Registry::open(&self.registry_config()?)?)
    }

    /// The registry, to be written to.
    pub(crate) fn open_to_write(&self) -> Result<Registry, CliError> {
        let config = self.registry_config()?;
        refuse_file(&config)?;
        Ok(Registry::open(&config)?)
    }

    /// The registry, whatever its tables are.
    pub(crate) fn connect(&self) -> Result<Registry, CliError> {
        let config = self.registry_config()?;
        refuse_file(&config)?;
        Ok(Registry::connect(&config)?)
    }

    /// The project that `--project` names.
    pub(crate) fn project_option(&self) -> Option<&str> {
        self.options.project.as_deref()
    }

    /// The project that `--project` or feature_store.yaml names.
    pub(crate) fn given_project(&self) -> Result<Option<String>, CliError> {
        match self.project_option() {
            Some(project) => Ok(Some(project.into())),
            None => Ok(self.config()?.map(|config| config.project.clone())),
        }
    }

    /// The project to work on: the one given, or the registry's only one.
    pub(crate) fn project(&self, registry: &Registry) -> Result<String, CliError> {
        if let Some(project) = self.given_project()? {
            return Ok(project);
        }
        let projects = registry.read(&[Selection::all(Kind::Project, None)])?;
        let mut names: Vec<String> = projects.objects.into_keys().map(|key| key.name).collect();
        match names.len() {
            0 => Err(CliError::NoProject),
            1 => Ok(names.swap_remove(0)),
            _ => Err(CliError::SeveralProjects(names)),
        }
    }

    /// The project whose objects to list; `None` where there is none, and so nothing to list.
    pub(crate) fn project_to_list(&self, registry: &Registry) -> Result<Option<String>, CliError> {
        match self.project(registry) {
            Err(CliError::NoProject) => Ok(None),
            project => project.map(Some),
        }
    }

    /// Answers several queries about one project from one read, and says so if there is no such project.
    pub(crate) fn rows(&self, registry: &Registry, queries: &[Query]) -> Result<Rows, CliError> {
        let mut selections: Vec<Selection> = queries.iter().map(Query::selection).collect();
        let project = queries.first().and_then(|query| query.project.as_deref());
        selections.extend(project.map(|name| Selection::named(Kind::Project, name, [name.to_owned()])));
        let rows = registry.read(&selections)?;
        if let Some(name) = project.filter(|_| rows.objects.is_empty()) {
            note(&format!("project `{name}` does not exist in this registry"));
        }
        Ok(rows)
    }

    /// Asks whether to go on. Nobody is asked with `yes`, and nothing goes on where nobody can be asked.
    pub(crate) fn confirm(&self, question: &str, yes: bool) -> Result<(), CliError> {
        if yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(CliError::NotConfirmed { question: question.into() });
        }
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question} [y/N]: ")?;
        stderr.flush()?;
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer)? == 0 {
            writeln!(stderr)?;
        }
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(CliError::Aborted),
        }
    }
}

/// Refuses a registry file early: it is opened to be read only.
fn refuse_file(config: &RegistryConfig) -> Result<(), CliError> {
    match &config.path {
        RegistryUrl::Database(_) => Ok(()),
        RegistryUrl::File(path) => Err(CliError::Refused {
            message: format!("`{}` is a registry file, which is only read", path.display()),
            hint: "name a database, as in `--registry sqlite:///registry.db`; `registry import FILE` copies a \
                   registry file into it",
        }),
    }
}

/// Refuses to delete projects that are protected (Feast's tag and rule, for its teardown).
pub(crate) fn refuse_protected(registry: &Registry, name: Option<&str>) -> Result<(), CliError> {
    let listing = registry.list(&Query::all(Kind::Project, name))?;
    let protected = listing
        .objects
        .iter()
        .find(|(_, object)| object.tags().get(PROTECTED_PROJECT).is_some_and(|value| value == "true"));
    match protected {
        None => Ok(()),
        Some((key, _)) => Err(CliError::Refused {
            message: format!(
                "project `{}` is protected by its tag `{PROTECTED_PROJECT}: \"true\"`",
                key.name
            ),
            hint: "remove the tag first: apply the project's definition without it",
        }),
    }
}

/// Names what a listing passed over, and says what that makes of the command.
pub(crate) fn passed_over<E: std::fmt::Display>(damaged: &[(Key, E)]) -> Status {
    for (key, problem) in damaged {
        super::error::warn_of_damage(key.kind, &key.project, &key.name, problem);
    }
    if damaged.is_empty() { Status::Done } else { Status::DamagedPassedOver }
}

/// An object's refusal for bytes that are not what they should be.
pub(crate) fn damaged(key: &Key, source: feast_registry_core::message::MessageError) -> CliError {
    let (kind, project, name) = (key.kind, key.project.clone(), key.name.clone());
    Refusal::Damaged { kind, project, name, source }.into()
}
