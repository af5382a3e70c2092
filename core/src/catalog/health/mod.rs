//! What looks wrong in a registry, or will go wrong: rules as data, each with one small function that looks
//! at one object. What a rule found says why, with the evidence and what to do about it.

mod definition;
mod materialization;
mod names;
mod permissions;
mod references;
mod rules;

use alloc::{string::String, vec, vec::Vec};
use core::cell::OnceCell;

use serde::Serialize;

use super::{Catalog, Entry, Freshness, Materialization, ObjectId, Parts, ProjectId, Ref};
use names::LowerNames;

use crate::compact;
pub use rules::{RULES, Rule};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Something does not work, or will break at the next step.
    Error,
    /// Something is probably not meant to be so.
    Warning,
    /// Something could be better.
    Info,
}

/// How many findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each name is its own description")]
pub struct SeverityCounts {
    pub error: usize,
    pub warning: usize,
    pub info: usize,
}

impl SeverityCounts {
    /// All of them.
    pub fn total(&self) -> usize {
        self.error + self.warning + self.info
    }

    /// Those of some findings.
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut counts = SeverityCounts::default();
        findings.iter().for_each(|finding| counts.add(finding.severity, 1));
        counts
    }

    fn add(&mut self, severity: Severity, count: usize) {
        match severity {
            Severity::Error => self.error += count,
            Severity::Warning => self.warning += count,
            Severity::Info => self.info += count,
        }
    }
}

/// What a rule found on an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The object.
    #[serde(rename = "ref")]
    pub object: Ref,
    /// The object's owner, whom it concerns.
    pub owner: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// By what one sees it.
    pub evidence: String,
    /// What to do: an edit in words, or a command.
    pub remedy: String,
    /// What else it is about.
    pub related: Vec<Ref>,
}

/// The findings of a registry or a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// How many of each severity.
    pub counts: SeverityCounts,
    /// The rules that found something, the worst first.
    pub rules: Vec<RuleCount>,
    /// How many findings there are.
    pub total: usize,
    /// The findings, the worst first, then rule by rule; of one rule no more than were asked for.
    pub findings: Vec<Finding>,
}

/// How often a rule found something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule's id.
    pub rule: &'static str,
    /// What it finds, as a title.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How many it found.
    pub count: usize,
    /// Why it matters.
    pub why: &'static str,
}

impl Catalog<'_> {
    /// What looks wrong in all projects or in one, as of `now`, in UTC epoch milliseconds. Of each rule at most
    /// `most` findings are told one by one; the others are only counted, which costs less.
    pub fn health(&self, project: Option<ProjectId>, now: i64, most: usize) -> Health {
        let mut health = Health::default();
        let context = Context::new(self, now);
        let mut found = Found::new(most);
        for entry in self.entries().filter(|entry| project.is_none_or(|project| entry.project_id == project))
        {
            context.check(entry, &mut found);
        }
        for (rule, count) in RULES.iter().zip(&found.counts).filter(|(_, count)| **count > 0) {
            let Rule { id, title, severity, why, .. } = *rule;
            health.rules.push(RuleCount { rule: id, title, severity, count: *count, why });
            health.counts.add(severity, *count);
        }
        compact::sort_by_key(&mut health.rules, |rule| rule.severity);
        health.total = health.counts.total();
        health.findings = found.in_order();
        health
    }

    /// What looks wrong with one object.
    pub fn findings(&self, id: ObjectId, now: i64) -> Vec<Finding> {
        let context = Context::new(self, now);
        let mut found = Found::new(usize::MAX);
        context.check(self.entry(id), &mut found);
        found.in_order()
    }
}

/// What the rules share.
struct Context<'a> {
    catalog: &'a Catalog<'a>,
    now: i64,
    lower_names: OnceCell<LowerNames>,
}

/// An object that is looked at.
struct Subject<'a> {
    catalog: &'a Catalog<'a>,
    context: &'a Context<'a>,
    entry: Entry<'a>,
    parts: Parts<'a>,
    materialization: OnceCell<Option<Materialization>>,
    freshness: OnceCell<Option<Freshness>>,
}

impl<'a> Context<'a> {
    fn new(catalog: &'a Catalog<'a>, now: i64) -> Self {
        Context { catalog, now, lower_names: OnceCell::new() }
    }

    fn check(&self, entry: Entry<'_>, found: &mut Found) {
        let subject = Subject {
            catalog: self.catalog,
            context: self,
            entry,
            parts: entry.parts(),
            materialization: OnceCell::new(),
            freshness: OnceCell::new(),
        };
        for (number, rule) in RULES.iter().enumerate() {
            if (rule.applies)(entry.kind) && entry.is_damaged == rule.to_damaged {
                (rule.check)(&subject, &mut Finder { number, rule, subject: &subject, found });
            }
        }
    }

    fn lower_names(&self) -> &LowerNames {
        self.lower_names.get_or_init(|| LowerNames::of(self.catalog))
    }
}

impl Subject<'_> {
    fn materialization(&self) -> Option<&Materialization> {
        let made = || super::materialization(&self.entry, self.context.now);
        self.materialization.get_or_init(made).as_ref()
    }

    fn freshness(&self) -> Option<Freshness> {
        *self.freshness.get_or_init(|| super::freshness(&self.parts, self.context.now))
    }

    /// What a finding is told with, where the object's name is needed.
    fn name(&self) -> &str {
        self.entry.name
    }
}

/// All findings so far.
struct Found {
    /// So many of a rule are told.
    most: usize,
    /// By rule.
    counts: Vec<usize>,
    findings: Vec<(usize, Finding)>,
}

impl Found {
    fn new(most: usize) -> Self {
        Found { most, counts: vec![0; RULES.len()], findings: Vec::new() }
    }

    /// The worst first, then rule by rule.
    fn in_order(mut self) -> Vec<Finding> {
        compact::sort_by_key(&mut self.findings, |(rule, finding)| (finding.severity, *rule));
        self.findings.into_iter().map(|(_, finding)| finding).collect()
    }
}

/// What a rule tells its findings to.
struct Finder<'a> {
    number: usize,
    rule: &'static Rule,
    subject: &'a Subject<'a>,
    found: &'a mut Found,
}

/// What a rule says of one thing that it found.
struct Told {
    message: String,
    evidence: String,
    remedy: String,
    related: Vec<Ref>,
}

impl Finder<'_> {
    /// Something was found. `tell` is not called where it is only counted.
    fn add(&mut self, tell: impl FnOnce() -> Told) {
        let Some(count) = self.found.counts.get_mut(self.number) else { return };
        *count += 1;
        if *count <= self.found.most {
            let Told { message, evidence, remedy, related } = tell();
            let Rule { id: rule, severity, .. } = *self.rule;
            let object = Ref::of(&self.subject.entry);
            let owner = self.subject.entry.parts().owner().into();
            let finding = Finding { rule, severity, object, owner, message, evidence, remedy, related };
            self.found.findings.push((self.number, finding));
        }
    }
}
