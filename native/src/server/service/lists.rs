//! Lists: of objects, of features, of what depends on what, and of everything.

use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::Selection,
    query::{Listing, Query},
    rows::{Key, Rows},
    schema::MessageType,
    service::{Arrangement, Entry, Lineage, ObjectType, Request, ViewFilter, feature, features, is_listed},
    snapshot::{Contents, Damaged},
};

use super::{ServiceError, reading::Reading};
use crate::{error::Error, export, listing::answer_all};

impl Reading<'_> {
    pub(super) fn list(&self, kind: Kind, output: &'static MessageType) -> Result<Vec<u8>, ServiceError> {
        let query = Query {
            kind,
            project: (kind != Kind::Project).then(|| self.request.owned("project")),
            tags: self.request.tags(),
            updated_since: None,
            namespace: self.request.given("namespace"),
            collection: self.request.given("collection"),
        };
        let mut objects = self.objects(&[query], None)?.0;
        objects.retain(|object| is_listed(self.request, object));
        Ok(answer(self.request, output, objects))
    }

    /// Views of all kinds but label views.
    pub(super) fn list_all_views(&self, output: &'static MessageType) -> Result<Vec<u8>, ServiceError> {
        let (tags, updated_since) = (self.request.tags(), self.request.time("updated_since"));
        let kinds = Kind::VIEWS.into_iter().filter(|kind| *kind != Kind::LabelView);
        let project = self.request.text("project");
        let queries =
            kinds.map(|kind| Query { tags: tags.clone(), updated_since, ..Query::all(kind, Some(project)) });
        let queries: Vec<Query> = queries.collect();
        let filter = ViewFilter::of(self.request);
        let service = filter.feature_service.clone();
        let (views, service) = self.objects(&queries, service.as_deref())?;
        Ok(answer(self.request, output, filter.apply(views, service.as_ref())))
    }

    pub(super) fn list_features(&self, output: &'static MessageType) -> Result<Vec<u8>, ServiceError> {
        let views = self.all_of(&Kind::VIEWS)?;
        Ok(Arrangement::of(self.request).answer(output, features(self.request, &views)))
    }

    pub(super) fn get_feature(&self) -> Result<Vec<u8>, ServiceError> {
        let [project, view, name] =
            ["project", "feature_view", "name"].map(|field| self.request.owned(field));
        let named = Kind::VIEWS.map(|kind| Selection::named(kind, &project, [view.clone()]));
        let rows = self.read(&named)?;
        let views = listing(&Kind::VIEWS.map(|kind| Query::all(kind, Some(&project))), rows);
        let found = views.into_iter().find_map(|view| feature(&view, &name));
        found.ok_or_else(|| {
            let keys = Kind::VIEWS.map(|kind| Key::new(kind, project.clone(), view.clone()));
            self.missing(&keys, || ServiceError::FeatureNotFound { project, view, name })
        })
    }

    pub(super) fn lineage(&self, output: &'static MessageType) -> Result<Vec<u8>, ServiceError> {
        let lineage = Lineage::of(&self.all_of(&Lineage::KINDS)?).filtered(self.request);
        let arrangement = Arrangement::of(self.request);
        let mut out = Vec::new();
        for (list, metadata, relations) in [
            ("relationships", "relationships_pagination", lineage.direct()),
            ("indirect_relationships", "indirect_relationships_pagination", lineage.indirect()),
        ] {
            if let Some(list) = output.field_named(list) {
                arrangement.put(&mut out, list, output.field_named(metadata), relations);
            }
        }
        Ok(out)
    }

    pub(super) fn relations(&self, output: &'static MessageType) -> Result<Vec<u8>, ServiceError> {
        let ty = ObjectType::find(self.request.text("object_type"))?;
        let lineage =
            Lineage::of(&self.all_of(&Lineage::KINDS)?).around(ty, self.request.text("object_name"));
        let mut relations = lineage.direct();
        if self.request.flag("include_indirect") {
            relations.extend(lineage.indirect());
        }
        Ok(Arrangement::of(self.request).answer(output, relations))
    }

    /// All objects of all projects, each with its project in it.
    pub(super) fn proto(&self) -> Result<Vec<u8>, ServiceError> {
        let kinds: Vec<Selection> = Kind::all().map(|kind| Selection::all(kind, None)).collect();
        let rows = self.read(&kinds)?;
        let written = export::write(&Contents::from(&rows), "", Damaged::LeaveOut).map_err(Error::Export)?;
        written.left_out.iter().for_each(|(key, problem)| warn_of_damage(key, problem));
        Ok(written.bytes)
    }

    /// All objects of some kinds of the request's project.
    fn all_of(&self, kinds: &[Kind]) -> Result<Vec<Object>, ServiceError> {
        let project = self.request.text("project");
        let queries: Vec<Query> = kinds.iter().map(|kind| Query::all(*kind, Some(project))).collect();
        Ok(self.objects(&queries, None)?.0)
    }

    /// What queries on one project find, in their order, and the feature service of that name, all as of
    /// one instant.
    fn objects(
        &self,
        queries: &[Query],
        service: Option<&str>,
    ) -> Result<(Vec<Object>, Option<Object>), ServiceError> {
        let project = self.request.text("project");
        let mut selections: Vec<Selection> = queries.iter().map(Query::selection).collect();
        let key = service.map(|name| Key::new(Kind::FeatureService, project, name));
        selections.extend(key.iter().map(|key| Selection::named(key.kind, project, [key.name.clone()])));
        let rows = self.read(&selections)?;
        let service = key.and_then(|key| rows.objects.get(&key)?.object(&key).ok());
        Ok((listing(queries, rows), service))
    }
}

/// What queries find; a damaged row is named in the log, and hides nothing.
fn listing(queries: &[Query], rows: Rows) -> Vec<Object> {
    let Listing { objects, damaged } = answer_all(queries, rows);
    damaged.iter().for_each(|(key, problem)| warn_of_damage(key, problem));
    objects.into_iter().map(|(_, object)| object).collect()
}

fn warn_of_damage(key: &Key, problem: &dyn std::fmt::Display) {
    let (kind, project, name) = (key.kind.info().name, &key.project, &key.name);
    tracing::warn!(kind, project, name, "a damaged row is left out: {problem}");
}

fn answer(request: &Request<'_>, output: &'static MessageType, objects: Vec<Object>) -> Vec<u8> {
    let entries: Vec<Entry> = objects.into_iter().map(Entry::from).collect();
    Arrangement::of(request).answer(output, entries)
}
