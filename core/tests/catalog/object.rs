//! Pages of objects and features, versions and definitions.

use feast_registry_core::{
    catalog::{
        Catalog, ObjectPage, Ref, Thing,
        object::{ColumnRole, FactKind, SourceRole},
        versions::DefinitionFormat,
    },
    document::Document,
    kind::Kind,
    proto::feast::core as feast,
    snapshot,
};
use prost::Message;

use crate::{
    common::{Registry, revision},
    shop::{PROJECT, feature, open, permission, shop, view},
};

const NOW: i64 = 1_767_225_600_000;

fn reference(kind: Kind, name: &str) -> Ref {
    Ref { kind: Thing::Object(kind), project: PROJECT.into(), name: name.into() }
}

fn page(catalog: &Catalog<'_>, kind: Kind, name: &str) -> ObjectPage {
    catalog.object(&reference(kind, name), NOW).unwrap()
}

fn fact(page: &ObjectPage, label: &str) -> Option<(String, FactKind)> {
    let found = page.facts.iter().find(|fact| fact.label == label)?;
    Some((found.value.clone(), found.kind))
}

#[test]
fn every_object_has_a_page_and_every_definition_can_be_written() {
    let catalog = open(&shop());
    for entry in catalog.entries() {
        let found = catalog.object(&Ref::of(&entry), NOW).unwrap();
        assert_eq!(found.object, Ref::of(&entry));
        assert!(found.damage.is_none());
        assert_eq!(found.uses_total, found.uses.len());
        let json = catalog.definition(&Ref::of(&entry), DefinitionFormat::Json, None).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value, serde_json::to_value(Document::new(entry.kind, entry.bytes)).unwrap());
        assert_eq!(value["kind"], entry.kind.info().name);
        let yaml = catalog.definition(&Ref::of(&entry), DefinitionFormat::Yaml, None).unwrap();
        assert!(yaml.starts_with(&format!("kind: {}\n", entry.kind.info().name)));
    }
    let problem = catalog.object(&reference(Kind::Entity, "nobody"), NOW).unwrap_err();
    assert_eq!(problem.code, "not-found");
    assert!(problem.message.contains("entity nobody"), "{problem:?}");
}

#[test]
fn a_view_shows_its_columns_entities_sources_and_users() {
    let catalog = open(&shop());
    let stats = page(&catalog, Kind::FeatureView, "stats");
    let columns: Vec<_> =
        stats.schema.as_ref().unwrap().iter().map(|field| (field.name.as_str(), field.role)).collect();
    let expected =
        [("driver_id", ColumnRole::Entity), ("trips", ColumnRole::Feature), ("rate", ColumnRole::Feature)];
    assert_eq!(columns, expected);
    let entities = stats.entities.as_ref().unwrap();
    assert_eq!((entities[0].name.as_str(), entities[0].join_key.as_str()), ("driver", "driver_id"));
    assert_eq!((entities[0].value_type.as_str(), entities[0].entity.is_some()), ("INT32", true));
    let sources = stats.sources.as_ref().unwrap();
    assert_eq!((sources.len(), sources[0].role, sources[0].name.as_str()), (1, SourceRole::Batch, "trips"));
    assert!(
        sources[0]
            .facts
            .iter()
            .any(|fact| fact.value == "s3://lake/trips.parquet" && fact.kind == FactKind::Url)
    );
    let users: Vec<&str> = stats.used_by.iter().map(|user| user.object.name.as_str()).collect();
    assert_eq!(users, ["weekly", "scores", "model", "training"]);
    assert_eq!(stats.alive.as_ref().unwrap().consumers, 4);
    assert_eq!(fact(&stats, "Online"), Some(("false".into(), FactKind::Flag)));
    assert_eq!(fact(&stats, "TTL"), Some(("for ever".into(), FactKind::Text)));
    assert_eq!(stats.permissions.len(), 1);
    let applying = &stats.permissions[0];
    assert_eq!(
        (applying.permission.name.as_str(), applying.who.as_slice()),
        ("readers", &["role reader".to_owned()][..])
    );
    assert_eq!(applying.why, "type FEATURE_VIEW, name matches `stats.*`");
    assert_eq!(applying.actions, ["DESCRIBE"]);
    let online = &stats.snippets[0].text;
    assert!(online.contains("\"stats:trips\"") && online.contains("{\"driver_id\": 1001}"), "{online}");
}

#[test]
fn a_view_is_asked_by_its_entities_keys_where_its_schema_has_none() {
    let mut registry = shop();
    registry.feature_views.push(view("bare", "trips", |spec| spec.entity_columns.clear()));
    let online = page(&open(&registry), Kind::FeatureView, "bare").snippets[0].text.clone();
    assert!(online.contains("{\"driver_id\": \"...\"}"), "{online}");
}

#[test]
fn derived_and_on_demand_views_show_what_they_read() {
    let catalog = open(&shop());
    let roles = |name: &str, kind| -> Vec<(SourceRole, String, bool)> {
        let sources = page(&catalog, kind, name).sources.unwrap();
        sources.into_iter().map(|source| (source.role, source.name, source.source.is_some())).collect()
    };
    let mut scores = roles("scores", Kind::OnDemandFeatureView);
    scores.sort_by(|one, other| one.1.cmp(&other.1));
    let expected = [
        (SourceRole::Request, "__input_schema__scores".into(), false),
        (SourceRole::Request, "amounts".into(), true),
        (SourceRole::View, "stats".into(), true),
    ];
    assert_eq!(scores, expected);
    let clicks = roles("clicks", Kind::StreamFeatureView);
    assert_eq!(
        clicks.iter().map(|source| source.0).collect::<Vec<_>>(),
        [SourceRole::Batch, SourceRole::Stream]
    );
    assert!(roles("weekly", Kind::FeatureView).contains(&(SourceRole::View, "stats".into(), true)));
    let pushed = roles("pushed", Kind::DataSource);
    assert_eq!(
        pushed,
        [(SourceRole::Source, "pushed".into(), true), (SourceRole::Batch, "trips".into(), true)]
    );
    let projections = page(&catalog, Kind::OnDemandFeatureView, "scores").projections.unwrap();
    let missing: Vec<_> = projections[0].features.iter().map(|f| (f.name.as_str(), f.is_missing)).collect();
    assert_eq!(missing, [("rate", false), ("lost", true)]);
    let service = page(&catalog, Kind::FeatureService, "model");
    let names: Vec<String> = service.schema.unwrap().into_iter().map(|field| field.name).collect();
    assert_eq!(names, ["stats:trips", "scores:score"]);
    assert!(service.snippets[0].text.contains("store.get_feature_service(\"model\")"));
}

#[test]
fn a_permission_shows_what_it_applies_to() {
    let mut registry = shop();
    let mut tagged = permission("tagged", &[]);
    let spec = tagged.spec.as_mut().unwrap();
    spec.types = Vec::new();
    spec.required_tags = [("tier".to_owned(), "gold".to_owned())].into();
    registry.permissions.push(tagged);
    let gold = |spec: &mut feast::FeatureViewSpec| {
        spec.tags = [("tier".to_owned(), "gold".to_owned())].into();
        spec.feature_transformation = Some(Default::default());
    };
    registry.feature_views.push(view("stats_gold", "trips", gold));
    let mut batch = permission("batch", &["STATS.*", "stats.*"]);
    batch.spec.as_mut().unwrap().types = vec![2];
    registry.permissions.push(batch);
    let catalog = open(&registry);
    let names = |name: &str| -> Vec<String> {
        let found = page(&catalog, Kind::Permission, name);
        let applies = found.applies.unwrap();
        assert_eq!(found.applies_total, Some(applies.len()));
        applies.into_iter().map(|one| one.object.name).collect()
    };
    assert_eq!(names("readers"), ["stats", "stats_gold"]);
    assert_eq!(names("tagged"), ["stats_gold"]);
    assert_eq!(names("batch"), ["stats_gold"]);
    let policy = page(&catalog, Kind::Permission, "readers").policy.unwrap();
    assert_eq!((policy.kind.as_str(), policy.roles.as_slice()), ("RoleBased", &["reader".to_owned()][..]));
}

#[test]
fn a_feature_has_a_page() {
    let mut registry = shop();
    registry.feature_views.push(view("other", "trips", |spec| {
        spec.features = vec![feast::FeatureSpecV2 {
            description: "How many".into(),
            tags: [
                ("unit".to_owned(), "1".to_owned()),
                ("feast:nested_inner_type".to_owned(), "Array(Set(INT64))".to_owned()),
            ]
            .into(),
            value_type: 42,
            vector_index: true,
            vector_length: 3,
            ..feature("trips")
        }];
    }));
    let catalog = open(&registry);
    let trips = |view: &str| {
        let feature = Ref { kind: Thing::Feature, project: PROJECT.into(), name: format!("{view}:trips") };
        catalog.feature_page(&feature, NOW)
    };
    let stats = trips("stats").unwrap();
    let users: Vec<&str> = stats.used_by.iter().map(|user| user.object.name.as_str()).collect();
    assert_eq!(users, ["weekly", "model", "training"]);
    assert_eq!(
        stats.also_named.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["weekly:trips", "other:trips"]
    );
    let other = trips("other").unwrap();
    assert_eq!((other.value_type.as_str(), other.description.as_str()), ("Array(Set(INT64))", "How many"));
    assert_eq!(other.tags, [("unit".to_owned(), "1".to_owned())]);
    assert_eq!(other.vector.unwrap().length, Some(3));
    assert_eq!(trips("nowhere").unwrap_err().code, "not-found");
}

#[test]
fn damaged_objects_show_their_bytes() {
    let mut bytes = shop().encode_to_vec();
    feast_registry_core::wire::put_bytes(&mut bytes, Kind::Entity.info().registry_field, b"\x0a\x50driver");
    let catalog = Catalog::open(bytes).unwrap();
    let found = catalog.object(&reference(Kind::Entity, "<entity 3>"), NOW);
    let damage = found.unwrap().damage.unwrap();
    assert!(damage.message.contains("truncated"), "{}", damage.message);
    assert_eq!(damage.hex, "0000  0a 50 64 72 69 76 65 72                          .Pdriver\n");
    let definition = catalog.definition(&reference(Kind::Entity, "<entity 3>"), DefinitionFormat::Json, None);
    assert_eq!(definition.unwrap_err().code, "damaged");
}

#[test]
fn versions_are_listed_latest_first_and_compared() {
    let mut registry = Registry::default();
    for number in 0..3 {
        registry.apply(revision("v", number));
    }
    let catalog = Catalog::open(snapshot::write(registry.memory.rows(), "").unwrap()).unwrap();
    let v = Ref { kind: Thing::Object(Kind::FeatureView), project: "p".into(), name: "v".into() };
    let versions: Vec<_> =
        catalog.versions(&v).into_iter().map(|info| (info.number, info.is_current, info.damaged)).collect();
    assert_eq!(versions, [(2, true, false), (1, false, false), (0, false, false)]);
    assert!(catalog.versions(&v).iter().all(|info| info.kind == "FeatureView" && info.created > 0));
    let diff = catalog.version_diff(&v, 0, 2).unwrap();
    let schema: Vec<_> =
        diff.schema.iter().map(|change| (change.name.as_str(), change.change.name())).collect();
    assert_eq!(schema, [("f0", "removed"), ("f2", "added")]);
    assert!(diff.fields.iter().all(|change| change.path.starts_with("spec.features[")), "{:?}", diff.fields);
    assert_eq!(catalog.version_diff(&v, 2, 2).unwrap().fields, []);
    assert_eq!(catalog.version_diff(&v, 0, 9).unwrap_err().code, "not-found");
    let old = catalog.definition(&v, DefinitionFormat::Yaml, Some(0)).unwrap();
    assert!(old.contains("- name: f0\n") && !old.contains("- name: f2\n"), "{old}");
}

/// What runs, and defines the same, the interop tests show. Here is what cannot be said.
#[test]
fn definitions_in_python_say_what_they_cannot_express() {
    let mut registry = shop();
    let function = |body_text: &str| feast::UserDefinedFunctionV2 {
        name: "score".into(),
        body: b"pickled".to_vec(),
        body_text: body_text.into(),
        mode: "pandas".into(),
    };
    let mut pickled = registry.feature_views[0].clone();
    let spec = pickled.spec.as_mut().unwrap();
    spec.name = "x\"; import os\nimport sys".into();
    spec.entities = vec!["nobody\nimport os".into()];
    let transformation = feast::feature_transformation_v2::Transformation::UserDefinedFunction(function(""));
    spec.feature_transformation =
        Some(feast::FeatureTransformationV2 { transformation: Some(transformation) });
    registry.feature_views.push(pickled);
    let catalog = open(&registry);
    let python = |kind, name: &str| {
        catalog.definition(&reference(kind, name), DefinitionFormat::Python, None).unwrap()
    };
    let view = python(Kind::FeatureView, "x\"; import os\nimport sys");
    assert!(
        view.contains("# The entity nobody import os is not in the registry. Its join key is a guess.\n")
    );
    assert!(view.contains("# The registry has only the pickled form of score (7 bytes), not its text.\n"));
    assert!(
        view.contains(
            "x_import_os_import_sys = BatchFeatureView(\n    name='x\"; import os\\nimport sys',\n"
        )
    );
    assert!(!view.lines().any(|line| line.starts_with("import ")), "{view}");
    for entry in catalog.entries() {
        assert!(!python(entry.kind, entry.name).is_empty(), "{} {}", entry.kind, entry.name);
    }
}
