//! `lint`: what core's health check finds, for people to read and for a pipeline to stop at.

use std::collections::BTreeSet;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use feast_registry_core::{
    catalog::{
        Catalog, ProjectId,
        health::{Finding, Health, Severity},
    },
    kind::Kind,
    refusal::Refusal,
};
use textwrap::{Options, WordSplitter};

use super::{
    error::CliError,
    exit::Status,
    options::Format,
    output::{Item, escaped},
    progress,
    projects::counted,
    session::Session,
};
use crate::{cache::Cache, clock, error::Error, runner::RetryPolicy};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The least severity to tell of
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "info")]
    severity: Least,
}

#[derive(Clone, Copy, ValueEnum)]
enum Least {
    /// Only what does not work, or breaks at the next step
    Error,
    /// Also what is probably not meant to be so
    Warning,
    /// Also what could be better
    Info,
}

pub(crate) fn run(session: &Session, args: &Args) -> Result<Status, CliError> {
    let config = session.registry_config()?;
    let project = session.given_project()?;
    // It reads files as well, makes no tables, and keeps damaged objects, which are findings.
    let cache = progress::during("reading the registry", || Cache::open(&config, RetryPolicy::default()))?;
    let bytes = cache.current().snapshot.serialized();
    let catalog =
        Catalog::open(&*bytes).map_err(|source| Error::Snapshot { path: cache.place().into(), source })?;
    let only = project.as_deref().map(|name| project_of(&catalog, name)).transpose()?;
    let (seconds, _) = clock::now();
    let health = progress::during("checking", || catalog.health(only, seconds * 1000, usize::MAX));
    let least = args.severity.severity();
    let findings: Vec<&Finding> = health.findings.iter().filter(|one| one.severity <= least).collect();
    let mut report = String::new();
    for finding in &findings {
        report += &paragraph(finding, only.is_none(), session.screen.width);
    }
    let objects = catalog.entries().filter(|entry| only.is_none_or(|only| entry.project_id == only));
    report += &summary(&health, least, objects.count());
    session.screen.say(&report, &items(&findings, session.screen.is(Format::Name)))?;
    let is_serious = findings.iter().any(|finding| finding.severity <= Severity::Warning);
    Ok(if is_serious { Status::Found } else { Status::Done })
}

fn project_of(catalog: &Catalog<'_>, name: &str) -> Result<ProjectId, Refusal> {
    catalog.find_project(name).ok_or_else(|| Refusal::ProjectNotFound { name: name.into() })
}

/// A finding as people read it, as wide as the terminal.
fn paragraph(finding: &Finding, with_project: bool, width: Option<usize>) -> String {
    let Finding { rule, severity, object, message, evidence, remedy, .. } = finding;
    let (label, style) = label(*severity);
    let project = match with_project && object.kind != Kind::Project.into() {
        true => format!(" of project `{}`", escaped(&object.project)),
        false => String::new(),
    };
    let mut text = format!(
        "{style}{label}[{rule}]:{style:#} {} `{}`{project}\n",
        object.kind.singular(),
        escaped(&object.name)
    );
    for (label, words) in [("", message), ("evidence: ", evidence), ("remedy: ", remedy)] {
        let words = escaped(words);
        // Words are kept whole, because they are names and commands that people copy.
        let options = Options::new(width.unwrap_or(usize::MAX))
            .initial_indent("  ")
            .subsequent_indent("    ")
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        text += &textwrap::fill(&format!("{label}{words}"), options);
        text += "\n";
    }
    text + "\n"
}

/// How many of each severity there are, and what is not told.
fn summary(health: &Health, least: Severity, objects: usize) -> String {
    let counts = &health.counts;
    let all =
        [(Severity::Error, counts.error), (Severity::Warning, counts.warning), (Severity::Info, counts.info)];
    let said = |told: bool| {
        let counts = all.iter().filter(|(severity, count)| (*severity <= least) == told && *count > 0);
        counts.map(|(severity, count)| counted(*count, label(*severity).0)).collect::<Vec<_>>().join(", ")
    };
    let found = match said(true) {
        none if none.is_empty() => "nothing".into(),
        some => some,
    };
    let objects = counted(objects, "object");
    match said(false) {
        none if none.is_empty() => format!("Found {found} in {objects}\n"),
        rest => format!("Found {found} in {objects}; not told: {rest}\n"),
    }
}

/// The findings as records; by name, each object is named once.
fn items<'a>(findings: &[&'a Finding], by_name: bool) -> Vec<Item<&'a Finding>> {
    let mut named = BTreeSet::new();
    let findings = findings.iter().filter(|finding| !by_name || named.insert(&finding.object));
    findings
        .map(|finding| Item { name: finding.object.name.clone(), cells: Vec::new(), record: *finding })
        .collect()
}

fn label(severity: Severity) -> (&'static str, Style) {
    let (label, colour) = match severity {
        Severity::Error => ("error", AnsiColor::Red),
        Severity::Warning => ("warning", AnsiColor::Yellow),
        Severity::Info => ("info", AnsiColor::Cyan),
    };
    (label, colour.on_default().bold())
}

impl Least {
    fn severity(self) -> Severity {
        match self {
            Least::Error => Severity::Error,
            Least::Warning => Severity::Warning,
            Least::Info => Severity::Info,
        }
    }
}
