//! Which things a lineage graph is about: those around one of them, or a whole project; and by what they are
//! filtered.

use alloc::{collections::BTreeSet, format, vec::Vec};

use super::LineageRequest;
use crate::{
    catalog::{
        Catalog, DUMMY_ENTITY, Problem, ProjectId, Ref, Thing,
        filter::Filter,
        permissions::Permission,
        references::{NodeId, taken, takes_all},
    },
    kind::Kind,
};

/// Objects that feed nothing and are fed by nothing.
const APART: [Kind; 3] = [Kind::Project, Kind::Permission, Kind::Infra];

/// The thing in the middle: an object, perhaps missing, or a feature of one.
pub(super) struct Focus<'a> {
    pub(super) node: NodeId,
    pub(super) feature: Option<&'a str>,
}

impl<'a> Focus<'a> {
    pub(super) fn find(catalog: &'a Catalog<'a>, wanted: &'a Ref) -> Result<Self, Problem> {
        if let Some((entry, feature)) = wanted.find(catalog) {
            return Ok(Focus { node: entry.id.into(), feature });
        }
        let missing = || {
            let project = catalog.find_project(&wanted.project)?;
            let Thing::Object(kind) = wanted.kind else { return None };
            catalog.references().find_missing(kind, project, &wanted.name)
        };
        let node = missing().ok_or_else(|| {
            let message = format!("The snapshot has no {} `{}`.", wanted.kind.singular(), wanted.name);
            Problem::new(
                "not-found",
                message,
                "It may have been renamed or deleted; search for a part of its name.",
            )
        })?;
        Ok(Focus { node, feature: None })
    }

    /// The node, and what is so many steps away from it.
    pub(super) fn surroundings(&self, catalog: &Catalog<'_>, request: &LineageRequest) -> Vec<NodeId> {
        let references = catalog.references();
        let view = references.key(catalog, self.node).2;
        let takes_it = |user: NodeId| {
            let Some(feature) = self.feature else { return true };
            let user = references.object(catalog, user).map(|id| catalog.entry(id));
            user.is_some_and(|user| takes_all(&user, view) || taken(&user, view).contains(&feature))
        };
        let mut found = BTreeSet::from([self.node]);
        walk(self.node, request.upstream, &mut found, |node| {
            let used = references.uses(node).map(|(used, _)| used);
            used.filter(|used| !is_dummy(catalog, *used)).collect()
        });
        walk(self.node, request.downstream, &mut found, |node| {
            let users = references.used_by(node).map(|(user, _)| user);
            users.filter(|user| node != self.node || takes_it(*user)).collect()
        });
        found.into_iter().collect()
    }
}

/// Adds what is reached within so many steps.
fn walk(start: NodeId, steps: u32, found: &mut BTreeSet<NodeId>, next: impl Fn(NodeId) -> Vec<NodeId>) {
    let mut seen = BTreeSet::from([start]);
    let mut edge = Vec::from([start]);
    for _ in 0..steps {
        edge = edge.into_iter().flat_map(&next).filter(|node| seen.insert(*node)).collect();
        if edge.is_empty() {
            break;
        }
    }
    found.extend(seen);
}

/// Everything of a project that feeds or is fed, and with `unrelated` what could.
pub(super) fn whole(catalog: &Catalog<'_>, project: ProjectId, unrelated: bool) -> Vec<NodeId> {
    let references = catalog.references();
    let nodes = (0..references.len()).map(NodeId::at).filter(|node| {
        let (kind, of, _) = references.key(catalog, *node);
        let is_related = || references.uses(*node).len() + references.used_by(*node).len() > 0;
        of == project && !APART.contains(&kind) && !is_dummy(catalog, *node) && (unrelated || is_related())
    });
    nodes.collect()
}

/// The permission that is asked for, ready to be asked in turn.
pub(super) fn permission<'a>(
    catalog: &'a Catalog<'a>,
    request: &LineageRequest,
    project: ProjectId,
) -> Result<Option<Permission<'a>>, Problem> {
    let Some(name) = &request.permission else { return Ok(None) };
    let found = catalog.find(Kind::Permission, catalog.project_name(project), name);
    let entry = found.ok_or_else(|| {
        let message = format!("The project has no permission `{name}`.");
        Problem::new("not-found", message, "Choose one of those that it has.")
    })?;
    Ok(Some(Permission::read(&entry.parts())))
}

/// The filter, if there is one; an error names the word that means nothing.
pub(super) fn understood(request: &LineageRequest) -> Result<Option<Filter>, Problem> {
    let filter = Filter::parse(&request.filter, request.now);
    if let Some((term, problem)) = filter.terms().find_map(|term| Some((term, term.problem.as_ref()?))) {
        let hint = format!("Take `{}` out of the filter.", term.text);
        return Err(Problem::new("bad-filter", problem.clone(), hint));
    }
    let has_terms = filter.terms().next().is_some();
    Ok(has_terms.then_some(filter))
}

/// Whether it is the entity that Feast puts into views that have none.
pub(super) fn is_dummy(catalog: &Catalog<'_>, node: NodeId) -> bool {
    let (kind, _, name) = catalog.references().key(catalog, node);
    kind == Kind::Entity && name == DUMMY_ENTITY
}
