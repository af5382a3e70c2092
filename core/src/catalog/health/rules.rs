//! The rules. A rule is a line here and a function.

use super::{Finder, Severity, Subject, definition, materialization, names, permissions, references};
use crate::kind::Kind;

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Rule {
    /// What programs call it; stable.
    pub id: &'static str,
    /// What it finds, as a title.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// To which kinds of object it applies.
    pub(super) applies: fn(Kind) -> bool,
    /// Whether it is about objects whose bytes are damaged, or about all others.
    pub(super) to_damaged: bool,
    pub(super) check: fn(&Subject<'_>, &mut Finder<'_>),
}

const fn rule(
    severity: Severity,
    id: &'static str,
    title: &'static str,
    why: &'static str,
    applies: fn(Kind) -> bool,
    check: fn(&Subject<'_>, &mut Finder<'_>),
) -> Rule {
    Rule { id, title, severity, why, applies, to_damaged: false, check }
}

use Severity::{Error, Info, Warning};

fn any(_: Kind) -> bool {
    true
}

fn views(kind: Kind) -> bool {
    kind.is_view()
}

fn materialized(kind: Kind) -> bool {
    kind.info().view.as_ref().is_some_and(|view| view.intervals != 0)
}

fn services(kind: Kind) -> bool {
    kind == Kind::FeatureService
}

fn permissions(kind: Kind) -> bool {
    kind == Kind::Permission
}

/// What users describe and own.
fn described(kind: Kind) -> bool {
    !kind.info().at.description.is_empty() && !matches!(kind, Kind::Project | Kind::ValidationReference)
}

fn owned(kind: Kind) -> bool {
    !kind.info().at.owner.is_empty() && kind != Kind::Project
}

/// All rules, those on one subject together.
pub static RULES: &[Rule] = &[
    Rule {
        to_damaged: true,
        ..rule(
            Error,
            "undecodable",
            "Objects that cannot be read",
            "Feast fails to list the whole kind in this project, and with a cache to read anything.",
            any,
            definition::undecodable,
        )
    },
    rule(
        Error,
        "refused",
        "Definitions that Feast refuses",
        "Feast fails when it applies or loads such an object.",
        any,
        definition::refused,
    ),
    rule(
        Error,
        "permission-without-policy",
        "Permissions without a policy",
        "Feast 0.67 stores a permission with its default policy, allow all, but cannot read it back: every \
         list of the project's permissions fails, and with authorization every request.",
        permissions,
        permissions::without_policy,
    ),
    rule(
        Error,
        "missing-view",
        "References to views that do not exist",
        "Features cannot be retrieved through what refers to them.",
        any,
        references::missing_view,
    ),
    rule(
        Error,
        "missing-feature",
        "References to features that do not exist",
        "The view no longer has the column, so that retrieving it fails.",
        any,
        references::missing_feature,
    ),
    rule(
        Error,
        "missing-entity",
        "References to entities that do not exist",
        "Feast needs the entity to join the view's features, and fails without it.",
        views,
        references::missing_entity,
    ),
    rule(
        Warning,
        "missing-source",
        "Sources that are not registered",
        "The definition carries a copy of the source, so that it works, but the source cannot be found, \
         owned or permitted on its own.",
        any,
        references::missing_source,
    ),
    rule(
        Warning,
        "missing-service",
        "References to services that do not exist",
        "Nobody can tell through what the dataset was retrieved.",
        any,
        references::missing_service,
    ),
    rule(
        Error,
        "missing-dataset",
        "References to datasets that do not exist",
        "Data cannot be validated against a dataset that is gone.",
        any,
        references::missing_dataset,
    ),
    rule(
        Error,
        "view-name-twice",
        "Views of several kinds with one name",
        "A project's views share one name space: which one Feast takes depends on where it looks first.",
        views,
        names::view_twice,
    ),
    rule(
        Warning,
        "names-differ-by-case",
        "Names that differ only in case",
        "`feast apply` refuses them, and a MySQL registry merges them into one object.",
        any,
        names::differ_by_case,
    ),
    rule(
        Error,
        "future-interval",
        "Materialized into the future",
        "Incremental materialization goes on from there, and so does nothing until then.",
        materialized,
        materialization::future,
    ),
    rule(
        Warning,
        "interval-backwards",
        "Intervals that end before they start",
        "They cover nothing; whoever recorded them meant something else.",
        materialized,
        materialization::backwards,
    ),
    rule(
        Warning,
        "materialization-gap",
        "Gaps in what is materialized",
        "Values of that time never reached the online store.",
        materialized,
        materialization::gap,
    ),
    rule(
        Info,
        "materialization-overlap",
        "Times that were materialized several times",
        "It costs, and does no other harm.",
        materialized,
        materialization::overlap,
    ),
    rule(
        Warning,
        "never-materialized",
        "Online, but never materialized",
        "The online store has no values to serve, as far as the registry knows.",
        materialized,
        materialization::never,
    ),
    rule(
        Warning,
        "stale",
        "Older than their TTL",
        "The online store serves no value that is older than the TTL: these views serve nothing.",
        materialized,
        materialization::stale,
    ),
    rule(
        Warning,
        "orphaned-versions",
        "Versions of views that no longer exist",
        "Feast leaves them behind when it deletes label views and projects; making a view of the name again \
         fails half-done then.",
        |kind| kind == Kind::Project,
        definition::orphaned_versions,
    ),
    rule(
        Warning,
        "no-features",
        "Views without features",
        "There is nothing to retrieve.",
        views,
        definition::no_features,
    ),
    rule(
        Warning,
        "duplicate-feature",
        "Features that a view has twice",
        "Which one is meant depends on who reads.",
        views,
        definition::duplicate_feature,
    ),
    rule(
        Warning,
        "duplicate-join-key",
        "Entities of a view with the same join key",
        "Feast refuses the view: it could not tell them apart.",
        views,
        definition::duplicate_join_key,
    ),
    rule(
        Warning,
        "empty-service",
        "Services without features",
        "There is nothing to retrieve.",
        services,
        definition::empty_service,
    ),
    rule(
        Info,
        "unused-entity",
        "Entities that no view uses",
        "They may be left over.",
        |kind| kind == Kind::Entity,
        references::unused,
    ),
    rule(
        Info,
        "unused-source",
        "Sources that no view uses",
        "They may be left over.",
        |kind| kind == Kind::DataSource,
        references::unused,
    ),
    rule(
        Info,
        "no-description",
        "Without a description",
        "Others cannot know what it is, and so do not use it, or make it again.",
        described,
        definition::no_description,
    ),
    rule(
        Info,
        "no-owner",
        "Without an owner",
        "Nobody is asked when it breaks or is to go.",
        owned,
        definition::no_owner,
    ),
];
