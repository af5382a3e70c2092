//! What is wrong with a definition in itself.

use alloc::{collections::BTreeSet, format, string::ToString, vec::Vec};

use super::{Finder, Subject, Told};
use crate::{
    catalog::{DUMMY_ENTITY, Ref, snippets::shell_word},
    kind::Kind,
    message,
    object::Object,
    validity,
};

pub(super) fn undecodable(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let entry = &subject.entry;
    let info = entry.kind.info();
    found.add(|| {
        let problem = message::check(info.message, entry.bytes).err().map(|error| error.to_string());
        let (kind, bytes) = (entry.kind, entry.bytes.len());
        Told {
            message: match problem {
                Some(_) => format!("The bytes of this {kind} are damaged."),
                None => format!("This {kind} has no name."),
            },
            evidence: match problem {
                Some(problem) => format!("{bytes} bytes, {problem}"),
                None => format!("{bytes} bytes, none of which is a name"),
            },
            remedy: format!(
                "Apply its definition again, or delete it: feast-registry {} delete {} --project {}",
                info.plural,
                shell_word(entry.name),
                shell_word(entry.project)
            ),
            related: Vec::new(),
        }
    });
}

pub(super) fn refused(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let entry = &subject.entry;
    // That has a rule of its own.
    let without_policy = entry.kind == Kind::Permission && !super::permissions::has_policy(&subject.parts);
    let Ok(object) = Object::parse(entry.kind, entry.bytes.to_vec()) else { return };
    if let (Err(refusal), false) = (validity::admit(object), without_policy) {
        found.add(|| Told {
            message: format!("Feast would not accept this {} as it is.", entry.kind),
            evidence: refusal.to_string(),
            remedy: "Correct the definition and apply it again.".into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn no_features(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if subject.parts.features().next().is_none() {
        found.add(|| Told {
            message: "This view has no features.".into(),
            evidence: "Its schema has no columns but join keys.".into(),
            remedy: "Add fields to its schema, or delete the view.".into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn duplicate_feature(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let mut names = BTreeSet::new();
    let mut twice: Vec<&str> =
        subject.parts.features().map(|column| column.name()).filter(|name| !names.insert(*name)).collect();
    twice.dedup();
    if !twice.is_empty() {
        found.add(|| Told {
            message: format!("This view has {} more than once.", list("feature", &twice)),
            evidence: format!(
                "{} columns, {} different names",
                subject.parts.features().count(),
                names.len()
            ),
            remedy: "Keep one field of each name in the view's schema.".into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn duplicate_join_key(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let find = |name| subject.catalog.find(Kind::Entity, subject.entry.project, name);
    let entities: Vec<_> = subject.parts.entities().filter_map(find).collect();
    if entities.len() < 2 {
        return;
    }
    let key = |entity: &crate::catalog::Entry<'_>| match entity.parts().text(&[1, 4]) {
        "" => entity.name.to_string(),
        key => key.to_string(),
    };
    let keys: Vec<_> = entities.iter().map(key).collect();
    for (number, shared) in keys.iter().enumerate() {
        let with: Vec<Ref> =
            keys.iter().zip(&entities).filter(|(key, _)| *key == shared).map(|(_, e)| Ref::of(e)).collect();
        if with.len() > 1 && keys.iter().position(|key| key == shared) == Some(number) {
            found.add(|| Told {
                message: format!("Several of this view's entities have the join key `{shared}`."),
                evidence: list("entity", &with.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>()),
                remedy: "Keep one of them in the view, or give the others join keys of their own.".into(),
                related: with,
            });
        }
    }
}

pub(super) fn empty_service(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if subject.parts.projections().next().is_none() {
        found.add(|| Told {
            message: "This service has no features.".into(),
            evidence: "It names no view.".into(),
            remedy: "Give it features of views, or delete it.".into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn no_description(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if subject.parts.description().trim().is_empty() && !is_dummy(subject) {
        found.add(|| Told {
            message: format!("This {} has no description.", subject.entry.kind),
            evidence: "`description` is empty.".into(),
            remedy: "Say in its definition what it is, in which unit, and for whom; then apply it.".into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn no_owner(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if subject.parts.owner().trim().is_empty() && !is_dummy(subject) {
        found.add(|| Told {
            message: format!("This {} has no owner.", subject.entry.kind),
            evidence: "`owner` is empty.".into(),
            remedy: "Name the team or person in its definition, best as an address; then apply it.".into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn orphaned_versions(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let records = subject.catalog.orphaned_versions().filter(|record| record.project == subject.name());
    let views: BTreeSet<&str> = records.map(|record| record.name).collect();
    if !views.is_empty() {
        let views: Vec<&str> = views.into_iter().collect();
        found.add(|| Told {
            message: "The project has versions of views that no longer exist.".into(),
            evidence: format!("Versions of the {}", list("view", &views)),
            remedy:
                "Before one of these is made again with Feast, make it with `feast-registry apply`, which \
                     goes on from the old versions."
                    .into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn is_dummy(subject: &Subject<'_>) -> bool {
    subject.entry.kind == Kind::Entity && subject.name() == DUMMY_ENTITY
}

/// `feature `a``, `features `a`, `b` and 3 more`.
pub(super) fn list(what: &str, names: &[&str]) -> alloc::string::String {
    const SHOWN: usize = 3;
    let plural = if what == "entity" { "entities".to_string() } else { format!("{what}s") };
    let shown: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let what = if names.len() == 1 { what } else { &plural };
    match names.len().saturating_sub(SHOWN) {
        0 => format!("{what} {}", shown.join(", ")),
        rest => format!("{what} {} and {rest} more", shown.join(", ")),
    }
}
