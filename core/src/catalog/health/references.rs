//! What refers to something that is not there, and what nothing refers to.

use alloc::{collections::BTreeSet, format, vec::Vec};

use super::{Finder, Subject, Told, definition};
use crate::{
    catalog::{Ref, references::taken, snippets::shell_word},
    compact,
    kind::Kind,
};

pub(super) fn missing_view(subject: &Subject<'_>, found: &mut Finder<'_>) {
    missing(subject, found, Kind::is_view, "Apply the view, or take it out of this definition.");
}

pub(super) fn missing_entity(subject: &Subject<'_>, found: &mut Finder<'_>) {
    missing(subject, found, |kind| kind == Kind::Entity, "Apply the entity, or take it out of the view.");
}

pub(super) fn missing_source(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let remedy = "Apply the source under this name; the copy in the definition says what it is.";
    missing(subject, found, |kind| kind == Kind::DataSource, remedy);
}

pub(super) fn missing_service(subject: &Subject<'_>, found: &mut Finder<'_>) {
    missing(
        subject,
        found,
        |kind| kind == Kind::FeatureService,
        "Apply the service again, or save the dataset anew.",
    );
}

pub(super) fn missing_dataset(subject: &Subject<'_>, found: &mut Finder<'_>) {
    missing(
        subject,
        found,
        |kind| kind == Kind::SavedDataset,
        "Save the dataset again, or delete this reference.",
    );
}

fn missing(subject: &Subject<'_>, found: &mut Finder<'_>, is_it: impl Fn(Kind) -> bool, remedy: &str) {
    let references = subject.catalog.references();
    for (node, how) in references.uses(subject.entry.id.into()) {
        if !references.is_missing(node) {
            continue;
        }
        let (kind, _, name) = references.key(subject.catalog, node);
        if is_it(kind) {
            let what = if kind.is_view() { "view" } else { kind.info().singular };
            found.add(|| Told {
                message: format!("It refers to the {what} `{name}`, which does not exist."),
                evidence: format!("`{name}` is its {}.", how.name()),
                remedy: remedy.into(),
                related: Vec::from([references.describe(subject.catalog, node)]),
            });
        }
    }
}

pub(super) fn missing_feature(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let catalog = subject.catalog;
    // A pinned version need not have what the view has now.
    let pinned: BTreeSet<&str> = subject
        .parts
        .projections()
        .filter(|projection| projection.version().is_some())
        .map(|projection| projection.view())
        .collect();
    let used = catalog.references().uses(subject.entry.id.into());
    let mut views: Vec<_> = used.filter_map(|(node, _)| catalog.references().object(catalog, node)).collect();
    compact::sort_by(&mut views, Ord::cmp);
    views.dedup();
    for view in views.into_iter().map(|id| catalog.entry(id)) {
        if !view.kind.is_view() || view.is_damaged || pinned.contains(view.name) {
            continue;
        }
        let wanted = taken(&subject.entry, view.name);
        if wanted.is_empty() {
            continue;
        }
        let parts = view.parts();
        let has: BTreeSet<&str> =
            parts.features().chain(parts.entity_columns()).map(|column| column.name()).collect();
        let lost: BTreeSet<&str> = wanted.into_iter().filter(|name| !has.contains(name)).collect();
        if !lost.is_empty() {
            let lost: Vec<&str> = lost.into_iter().collect();
            found.add(|| Told {
                message: format!(
                    "The view `{}` no longer has the {}.",
                    view.name,
                    definition::list("feature", &lost)
                ),
                evidence: format!(
                    "It has {}.",
                    definition::list("column", &has.into_iter().collect::<Vec<_>>())
                ),
                remedy: format!(
                    "Take what is gone out of this definition and apply it, or bring it back: \
                     feast-registry feature-views list-versions {} --project {}",
                    shell_word(view.name),
                    shell_word(view.project)
                ),
                related: Vec::from([Ref::of(&view)]),
            });
        }
    }
}

pub(super) fn unused(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let users = subject.catalog.references().used_by(subject.entry.id.into()).len();
    if users == 0 && !definition::is_dummy(subject) {
        let kind = subject.entry.kind;
        found.add(|| Told {
            message: format!("Nothing uses this {kind}."),
            evidence: "No definition in its project names it.".into(),
            remedy: format!(
                "Delete it if nothing outside the registry needs it: feast-registry {} delete {} --project {}",
                kind.info().plural,
                shell_word(subject.name()),
                shell_word(subject.entry.project)
            ),
            related: Vec::new(),
        });
    }
}
