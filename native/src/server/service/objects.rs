//! Single objects, whatever their kind.

use feast_registry_core::{
    kind::{INFRA_NAME, Kind},
    object::Object,
    operation::{PROJECT_UUID, Selection},
    proto::feast::{core::ProjectMetadata, registry::ListProjectMetadataResponse},
    refusal::Refusal,
    rows::{Key, Rows},
    schema::MessageType,
    service::Request,
    wire,
};
use prost::Message as _;

use super::{ServiceError, reading::Reading};

impl Reading<'_> {
    pub(super) fn get(&self, kind: Kind) -> Result<Vec<u8>, ServiceError> {
        let key = key(self.request, kind);
        let rows = self.read(&[selection(&key)])?;
        match object(&rows, &key)? {
            Some(object) => Ok(object.into_bytes()),
            None => Err(self.missing(std::slice::from_ref(&key), || not_found(key.clone()))),
        }
    }

    pub(super) fn get_any_view(&self, output: &'static MessageType) -> Result<Vec<u8>, ServiceError> {
        let keys = Kind::VIEWS.map(|kind| key(self.request, kind));
        let rows = self.read(&keys.each_ref().map(selection))?;
        for key in &keys {
            if let Some(view) = object(&rows, key)? {
                let field = output.field_named("any_feature_view");
                let any = field.and_then(|field| field.message());
                let number = any.and_then(|any| any.field_of(key.kind.info().message));
                let (mut wrapped, mut out) = (Vec::new(), Vec::new());
                wire::put_bytes(&mut wrapped, number.map_or(0, |field| field.number), view.bytes());
                wire::put_bytes(&mut out, field.map_or(0, |field| field.number), &wrapped);
                return Ok(out);
            }
        }
        Err(self.missing(&keys, || not_found(key(self.request, Kind::FeatureView))))
    }

    /// A project's infra; empty where it has none.
    pub(super) fn get_infra(&self) -> Result<Vec<u8>, ServiceError> {
        let project = self.request.text("project");
        let key = Key::new(Kind::Infra, project, INFRA_NAME);
        let rows = self.read(&[selection(&key), selection(&Key::project(project))])?;
        Ok(object(&rows, &key)?.map(Object::into_bytes).unwrap_or_default())
    }

    /// The project's identifier, in a list of one; an empty one for a project without.
    pub(super) fn list_metadata(&self) -> Result<Vec<u8>, ServiceError> {
        let project = self.request.owned("project");
        let rows = self.read(&[Selection::Metadata { project: Some(project.clone()) }])?;
        let uuid = rows.metadata_value(&project, PROJECT_UUID).map(String::from);
        let found = uuid.map(|project_uuid| ProjectMetadata { project, project_uuid });
        Ok(ListProjectMetadataResponse { project_metadata: found.into_iter().collect() }.encode_to_vec())
    }
}

fn key(request: &Request<'_>, kind: Kind) -> Key {
    match kind {
        Kind::Project => Key::project(request.text("name")),
        _ => Key::new(kind, request.text("project"), request.text("name")),
    }
}

fn selection(key: &Key) -> Selection {
    Selection::named(key.kind, &key.project, [key.name.clone()])
}

fn object(rows: &Rows, key: &Key) -> Result<Option<Object>, Refusal> {
    let damaged = |source| {
        let Key { kind, project, name } = key.clone();
        Refusal::Damaged { kind, project, name, source }
    };
    rows.objects.get(key).map(|row| row.object(key)).transpose().map_err(damaged)
}

fn not_found(key: Key) -> ServiceError {
    let Key { kind, project, name } = key;
    match kind {
        Kind::Project => Refusal::ProjectNotFound { name }.into(),
        _ => Refusal::NotFound { kind, project, name }.into(),
    }
}
