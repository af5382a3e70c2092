//! Names that are too much alike.

use alloc::{collections::BTreeSet, format, vec::Vec};
use core::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::{Finder, Subject, Told, definition};
use crate::{
    catalog::{Catalog, Entry, ObjectId, Ref},
    kind::Kind,
};

/// Where names are that are the same but for case.
pub(super) struct LowerNames {
    /// Hashes of name spaces and lower-case names, ascending.
    hashes: Vec<(u32, ObjectId)>,
}

impl LowerNames {
    pub(super) fn of(catalog: &Catalog<'_>) -> Self {
        let hasher = FixedState::default();
        let mut hashes: Vec<_> = catalog.entries().map(|entry| (hash(&hasher, &entry), entry.id)).collect();
        hashes.sort_unstable();
        LowerNames { hashes }
    }

    /// The other objects of the name space whose name is the same but for case, or altogether.
    fn namesakes<'a>(&self, catalog: &'a Catalog<'_>, entry: &Entry<'_>) -> Vec<Entry<'a>> {
        let wanted = hash(&FixedState::default(), entry);
        let from = self.hashes.partition_point(|(hash, _)| *hash < wanted);
        let same = self.hashes.iter().skip(from).take_while(|(hash, _)| *hash == wanted);
        let others = same.filter(|(_, id)| *id != entry.id).map(|(_, id)| catalog.entry(*id));
        others
            .filter(|other| {
                space(other.kind) == space(entry.kind)
                    && other.project_id == entry.project_id
                    && other.name.to_lowercase() == entry.name.to_lowercase()
            })
            .take(10)
            .collect()
    }
}

/// Views share a name space.
fn space(kind: Kind) -> Kind {
    if kind.is_view() { Kind::FeatureView } else { kind }
}

fn hash(hasher: &FixedState, entry: &Entry<'_>) -> u32 {
    let mut hash = hasher.build_hasher();
    hash.write_u8(space(entry.kind) as u8);
    hash.write_usize(entry.project_id.index());
    entry.name.chars().flat_map(char::to_lowercase).for_each(|char| hash.write_u32(u32::from(char)));
    hash.finish() as u32
}

pub(super) fn differ_by_case(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let mut others = subject.context.lower_names().namesakes(subject.catalog, &subject.entry);
    others.retain(|other| other.name != subject.name());
    tell(found, &others, |names| Told {
        message: format!("Its name is that of {names} but for case."),
        evidence: format!("`{}` and {names}", subject.name()),
        remedy: "Apply one of them under another name, move its users over, and delete it.".into(),
        related: others.iter().map(Ref::of).collect(),
    });
}

pub(super) fn view_twice(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let mut others = subject.context.lower_names().namesakes(subject.catalog, &subject.entry);
    others.retain(|other| other.name == subject.name());
    let kinds: BTreeSet<Kind> = others.iter().map(|other| other.kind).collect();
    tell(found, &others, |_| Told {
        message: format!(
            "There is also {} of this name.",
            kinds.iter().map(|kind| format!("a {kind}")).collect::<Vec<_>>().join(", ")
        ),
        evidence: format!("{} views are named `{}`.", others.len() + 1, subject.name()),
        remedy: format!(
            "Delete the one that is not meant: feast-registry {} delete NAME",
            subject.entry.kind.info().plural
        ),
        related: others.iter().map(Ref::of).collect(),
    });
}

fn tell(found: &mut Finder<'_>, others: &[Entry<'_>], told: impl FnOnce(&str) -> Told) {
    if let Some(first) = others.first() {
        let names: Vec<&str> = others.iter().map(|other| other.name).collect();
        found.add(|| told(&definition::list(first.kind.info().singular, &names)));
    }
}
