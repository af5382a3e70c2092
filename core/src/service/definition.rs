//! The Python that defines an object, for answers that show it.

use alloc::{format, string::String, vec::Vec};

use super::lineage::References;
use crate::{
    catalog::{Catalog, Ref, Thing, versions::DefinitionFormat},
    kind::Kind,
    object::Object,
    rows::{Key, Row, Rows},
    schema::MessageType,
    snapshot, wire,
};

/// The names of what a definition names besides itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandsOn {
    /// Entities.
    pub entities: Vec<String>,
    /// Views of any kind.
    pub views: Vec<String>,
}

impl StandsOn {
    /// What an object stands on, not going further than one step.
    pub fn of(object: &Object) -> Self {
        let References { entities, views, .. } = References::of(object);
        StandsOn { entities, views: views.into_iter().map(|(_, name)| name).collect() }
    }
}

/// The Python that defines an object of a project, with what it stands on, as far as that is among `others`.
/// `None` where the object cannot be written so.
pub fn definition(project: &str, object: &Object, others: &[Object]) -> Option<String> {
    let thing = Thing::Object(object.kind());
    written(project, others.iter().chain([object]), thing, object.name())
}

/// The Python that defines a feature of a view.
pub fn feature_definition(project: &str, view: &Object, name: &str) -> Option<String> {
    written(project, [view].into_iter(), Thing::Feature, format!("{}:{name}", view.name()))
}

fn written<'a>(
    project: &str,
    objects: impl Iterator<Item = &'a Object>,
    kind: Thing,
    name: String,
) -> Option<String> {
    let row = |object: &Object| Row { bytes: object.bytes().into(), last_updated: 0, user_metadata: None };
    let keyed = objects.map(|object| (Key::new(object.kind(), project, object.name()), row(object)));
    let rows = Rows { objects: keyed.collect(), ..Rows::default() };
    let catalog = Catalog::open(snapshot::write(&rows, "").ok()?).ok()?;
    let wanted = Ref { kind, project: project.into(), name };
    catalog.definition(&wanted, DefinitionFormat::Python, None).ok()
}

/// The view in an answer that has one of any kind.
pub fn any_view(output: &'static MessageType, bytes: &[u8]) -> Option<Object> {
    let field = output.field_named("any_feature_view")?;
    let any = wire::submessage(bytes, field.number).ok()??;
    field.message()?.fields.iter().find_map(|field| {
        let kind = Kind::VIEWS.into_iter().find(|kind| {
            field.message().is_some_and(|message| core::ptr::eq(message, kind.info().message))
        })?;
        let view = wire::submessage(&any, field.number).ok()??;
        Object::parse(kind, view.into_owned()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(kind: Kind, json: &str) -> Object {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        Object::parse(kind, crate::json::read_value(kind.info().message, value).unwrap()).unwrap()
    }

    #[test]
    fn definitions_have_what_they_stand_on() {
        let view = object(
            Kind::FeatureView,
            r#"{"spec": {"name": "rides", "entities": ["rider"], "features": [{"name": "trips", "valueType": "INT64"}]}}"#,
        );
        let stands_on = StandsOn { entities: ["rider".into()].into(), views: Vec::new() };
        assert_eq!(StandsOn::of(&view), stands_on);
        let entity = object(Kind::Entity, r#"{"spec": {"name": "rider", "joinKey": "rider_id"}}"#);
        let written = definition("p", &view, &[entity]).unwrap();
        assert!(written.contains("join_keys=[\"rider_id\"]"), "{written}");
        assert!(written.contains("rides = FeatureView("), "{written}");
        let written = feature_definition("p", &view, "trips").unwrap();
        assert!(written.ends_with("trips = Field(name=\"trips\", dtype=Int64)\n"), "{written}");
        assert_eq!(feature_definition("p", &view, "none"), None);
    }
}
