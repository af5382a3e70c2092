//! What the operations decide, on a registry in memory: one test per promise of Feast's that its own
//! registry breaks, and per rule that both keep.

mod common;

use common::*;
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{
        Action, AdoptProjects, Apply, Delete, DeleteProject, Materialize, PurgeMetadata, SetProjectMetadata,
        SetUserMetadata, Target, Write,
    },
    proto::feast::core as feast,
    refusal::Refusal,
    rows::Key,
    snapshot,
    time::Timestamp,
};
use prost::Message;

fn time(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

fn materialize(registry: &mut Registry, view: &str, start: i64, end: i64) -> Result<Key, Refusal> {
    let (project, view) = (PROJECT.into(), view.into());
    registry.run(Materialize { project, view, start: time(start), end: time(end) })
}

#[test]
fn the_first_object_creates_its_project_and_its_metadata() {
    let mut registry = Registry::default();
    let changes = registry.run(Apply::new([(PROJECT.into(), entity("driver"))])).unwrap();
    let keys: Vec<(Kind, Action)> = changes.iter().map(|change| (change.key.kind, change.action)).collect();
    assert_eq!(keys, [(Kind::Project, Action::Created), (Kind::Entity, Action::Created)]);
    let rows = registry.memory.rows();
    assert_eq!(rows.metadata_value(PROJECT, "last_updated_timestamp"), Some("1"));
    let uuid = rows.metadata_value(PROJECT, "project_uuid").unwrap();
    let shape = uuid.replace(|digit: char| matches!(digit, '0'..='9' | 'a'..='f'), "x");
    assert_eq!((&*shape, &uuid[14..15]), ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "4"));
    assert!("89ab".contains(&uuid[19..20]));
}

#[test]
fn an_equal_object_is_not_written() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    let before = registry.memory.rows().clone();
    assert_eq!(registry.action(view("v", |spec| spec.features.reverse())), Action::Unchanged);
    assert_eq!(*registry.memory.rows(), before);
}

#[test]
fn times_are_the_registrys() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    registry.apply(view("v", |spec| spec.owner = "me".into()));
    let books = registry.active("v").bookkeeping();
    assert_eq!((books.created.unwrap().seconds, books.last_updated.unwrap().seconds), (1, 2));
    assert_eq!(registry.memory.rows().row(Kind::FeatureView, PROJECT, "v").unwrap().last_updated, 2);
}

#[test]
fn every_field_of_an_on_demand_view_counts() {
    let build = |tag: &str, owner: &str, output: &str| {
        let projection = feast::FeatureViewProjection { feature_view_name: "v".into(), ..Default::default() };
        let source = feast::on_demand_source::Source::FeatureViewProjection(projection);
        let function =
            feast::UserDefinedFunctionV2 { body_text: "def f(x): return x".into(), ..Default::default() };
        let spec = feast::OnDemandFeatureViewSpec {
            name: "odfv".into(),
            sources: [("v".into(), feast::OnDemandSource { source: Some(source) })].into(),
            features: vec![feature(output, 1)],
            tags: [("team".into(), tag.into())].into(),
            owner: owner.into(),
            feature_transformation: Some(feast::FeatureTransformationV2 {
                transformation: Some(feast::feature_transformation_v2::Transformation::UserDefinedFunction(
                    function,
                )),
            }),
            ..Default::default()
        };
        object(Kind::OnDemandFeatureView, &feast::OnDemandFeatureView { spec: Some(spec), meta: None })
    };
    let mut registry = Registry::default();
    assert_eq!(registry.action(build("a", "o", "x")), Action::Created);
    assert_eq!(registry.action(build("a", "o", "x")), Action::Unchanged);
    assert_eq!(registry.action(build("b", "o", "x")), Action::Updated);
    assert_eq!(registry.action(build("b", "p", "x")), Action::Updated);
    assert_eq!(registry.numbers("odfv"), [0]);
    assert_eq!(registry.action(build("b", "p", "y")), Action::Updated);
    assert_eq!(registry.numbers("odfv"), [0, 1]);
    // Feast can only read modes in lower case, and none not at all.
    assert_eq!(registry.active("odfv").text(&[1, 11]), "pandas");
}

#[test]
fn a_request_source_keeps_its_last_field() {
    let build = |fields: &[&str]| {
        let schema = fields.iter().map(|name| feature(name, 1)).collect();
        let options = feast::data_source::RequestDataOptions { schema, ..Default::default() };
        let source = feast::DataSource {
            name: "r".into(),
            r#type: 7,
            options: Some(feast::data_source::Options::RequestDataOptions(options)),
            ..Default::default()
        };
        object(Kind::DataSource, &source)
    };
    let mut registry = Registry::default();
    registry.apply(build(&["a"]));
    assert_eq!(registry.action(build(&["a", "b"])), Action::Updated);
}

#[test]
fn the_batch_source_of_a_stream_source_counts() {
    use feast::data_source::{KafkaOptions, KinesisOptions, Options};
    let mut registry = Registry::default();
    for (name, options) in [
        ("kafka", Options::KafkaOptions(KafkaOptions::default())),
        ("kinesis", Options::KinesisOptions(KinesisOptions::default())),
    ] {
        let build = |batch: &str| {
            let batch = feast::DataSource { name: batch.into(), r#type: 1, ..Default::default() };
            let source = feast::DataSource {
                name: name.into(),
                r#type: 3,
                options: Some(options.clone()),
                batch_source: Some(Box::new(batch)),
                ..Default::default()
            };
            object(Kind::DataSource, &source)
        };
        registry.apply(build("a"));
        assert_eq!(registry.action(build("a")), Action::Unchanged);
        assert_eq!(registry.action(build("b")), Action::Updated, "{name}");
    }
}

fn transformation(text: &str) -> feast::FeatureTransformationV2 {
    let function = feast::UserDefinedFunctionV2 { body_text: text.into(), ..Default::default() };
    let function = feast::feature_transformation_v2::Transformation::UserDefinedFunction(function);
    feast::FeatureTransformationV2 { transformation: Some(function) }
}

/// A batch feature view: one with a transformation.
fn batch_view(text: &str, owner: &str) -> Object {
    view("v", |spec| {
        spec.feature_transformation = Some(transformation(text));
        spec.owner = owner.into();
    })
}

#[test]
fn the_transformation_of_a_batch_feature_view_makes_a_version() {
    let mut registry = Registry::default();
    registry.apply(batch_view("def f(x): return x", ""));
    assert_eq!(registry.apply(batch_view("def f(x): return 2 * x", "")).version, Some(1));
    assert_eq!(registry.numbers("v"), [0, 1]);
}

#[test]
fn a_batch_feature_view_keeps_its_times_intervals_and_state() {
    let mut registry = Registry::default();
    registry.apply(batch_view("def f(x): return x", ""));
    materialize(&mut registry, "v", 10, 20).unwrap();
    let before = registry.active("v").bookkeeping();
    assert_eq!(registry.action(batch_view("def f(x): return x", "me")), Action::Updated);
    let after = registry.active("v").bookkeeping();
    assert_eq!((after.created, after.state), (Some(at(1).now), 4));
    assert_eq!((after.intervals, after.last_updated), (before.intervals, Some(at(3).now)));
}

#[test]
fn a_function_that_feast_could_not_load_is_refused() {
    let mut registry = Registry::default();
    let on_demand = |text: &str| {
        let source = feast::DataSource { name: "r".into(), r#type: 7, ..Default::default() };
        let source = feast::on_demand_source::Source::RequestDataSource(source);
        let spec = feast::OnDemandFeatureViewSpec {
            name: "odfv".into(),
            sources: [("r".into(), feast::OnDemandSource { source: Some(source) })].into(),
            feature_transformation: Some(transformation(text)),
            ..Default::default()
        };
        object(Kind::OnDemandFeatureView, &feast::OnDemandFeatureView { spec: Some(spec), meta: None })
    };
    let refusal = registry.try_apply(on_demand("")).unwrap_err();
    assert!(refusal.to_string().contains("bodyText"), "{refusal}");
    assert_eq!(registry.action(on_demand("def f(x): return x")), Action::Created);

    let stream = |body: &[u8]| {
        let function = feast::UserDefinedFunction { body: body.to_vec(), ..Default::default() };
        #[expect(deprecated, reason = "the only place in which Feast looks for a stream view's function")]
        let spec = feast::StreamFeatureViewSpec {
            name: "stream".into(),
            entities: vec!["driver".into()],
            stream_source: Some(feast::DataSource { name: "s".into(), r#type: 3, ..Default::default() }),
            user_defined_function: Some(function),
            ..Default::default()
        };
        object(Kind::StreamFeatureView, &feast::StreamFeatureView { spec: Some(spec), meta: None })
    };
    let refusal = registry.try_apply(stream(b"")).unwrap_err();
    assert!(refusal.to_string().contains("`body`"), "{refusal}");
    assert_eq!(registry.action(stream(b"pickle")), Action::Created);
}

#[test]
fn a_snapshot_is_as_old_as_its_latest_change() {
    let mut registry = Registry::default();
    registry.apply(entity("driver"));
    let time = |registry: &Registry| {
        let bytes = snapshot::write(registry.memory.rows(), "").unwrap();
        feast::Registry::decode(bytes.as_slice()).unwrap().last_updated.unwrap().seconds
    };
    assert_eq!(time(&registry), 1);
    registry.apply(view("v", |_| {}));
    materialize(&mut registry, "v", 10, 20).unwrap();
    assert_eq!(time(&registry), 3);
}

#[test]
fn versions_are_dense_and_each_has_its_definition() {
    let mut registry = Registry::default();
    for number in 0..4 {
        let change = registry.apply(revision("v", number));
        assert_eq!(change.version, Some(number));
        registry.apply(view("v", |spec| {
            spec.features.push(feature(&format!("f{number}"), 1));
            spec.description = format!("revision {number}");
        }));
    }
    assert_eq!(registry.numbers("v"), [0, 1, 2, 3]);
    let rows = registry.memory.rows();
    let mut ids = std::collections::BTreeSet::new();
    for (number, version) in rows.versions_of(PROJECT, "v").unwrap() {
        let view = feast::FeatureView::decode(version.bytes.as_slice()).unwrap();
        let (spec, meta) = (view.spec.unwrap(), view.meta.unwrap());
        assert_eq!(spec.features[2].name, format!("f{number}"));
        assert_eq!((meta.current_version_number, spec.project.as_str()), (*number, PROJECT));
        assert_eq!(version.view_type, "feature_view");
        assert!(ids.insert(version.version_id.clone()));
    }
    // A change of the description alone keeps the number of the active version.
    assert_eq!(registry.active("v").bookkeeping().version_number, Some(3));
    assert_eq!(registry.active("v").project(), PROJECT);
}

#[test]
fn a_view_from_before_versions_gets_its_old_form_as_v0() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    let old = registry.memory.rows().row(Kind::FeatureView, PROJECT, "v").unwrap().bytes.clone();
    let mut rows = registry.memory.rows().clone();
    rows.versions.clear();
    registry.memory.reset(rows);
    assert_eq!(registry.apply(revision("v", 1)).version, Some(1));
    assert_eq!(registry.numbers("v"), [0, 1]);
    assert_eq!(registry.memory.rows().versions_of(PROJECT, "v").unwrap()[&0].bytes, old);
}

#[test]
fn a_pin_restores_the_version_and_can_be_repeated() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    registry.apply(revision("v", 1));
    materialize(&mut registry, "v", 10, 20).unwrap();
    let pinned = || {
        view("v", |spec| {
            spec.features.push(feature("f1", 1));
            spec.version = "v0".into();
        })
    };
    assert_eq!(registry.action(pinned()), Action::Updated);
    let active = registry.active("v");
    assert_eq!(feast::FeatureView::decode(active.bytes()).unwrap().spec.unwrap().features[2].name, "f0");
    assert_eq!(active.version(), "v0");
    // What was materialized since the version was made stays recorded.
    assert_eq!(active.bookkeeping().intervals.len(), 1);
    assert_eq!(registry.action(pinned()), Action::Unchanged);
    assert_eq!(registry.numbers("v"), [0, 1]);
    let back = registry.apply(revision("v", 1));
    assert_eq!((back.action, back.version), (Action::Updated, Some(2)));
}

#[test]
fn a_pin_never_drops_a_definition_that_is_stored_nowhere() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    registry.apply(revision("v", 1));
    let edited = view("v", |spec| {
        spec.features.push(feature("new", 1));
        spec.version = "v0".into();
    });
    let refusal = registry.try_apply(edited.clone()).unwrap_err();
    assert_eq!(refusal, Refusal::PinConflict { name: "v".into(), version: 0 });
    registry.apply(view("v", |spec| {
        spec.features.push(feature("f1", 1));
        spec.version = "v0".into();
    }));
    assert!(registry.try_apply(edited).is_err());
}

#[test]
fn a_forward_declared_version_is_where_counting_goes_on() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    let declared = registry.apply(view("v", |spec| {
        spec.features.push(feature("later", 1));
        spec.version = "V010".into();
    }));
    assert_eq!(declared.version, Some(10));
    assert_eq!(
        (registry.active("v").version(), registry.active("v").bookkeeping().version_number),
        ("V010".into(), Some(10))
    );
    assert_eq!(registry.apply(revision("v", 1)).version, Some(11));
    assert_eq!(registry.numbers("v"), [0, 10, 11]);
}

#[test]
fn without_promotion_the_active_definition_stays() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    let before = registry.active("v");
    let apply = Apply::new([(PROJECT.into(), revision("v", 1))]).without_promotion();
    let change = registry.run(apply).unwrap().pop().unwrap();
    assert_eq!((change.action, change.version), (Action::VersionSaved, Some(1)));
    assert_eq!(registry.active("v"), before);
    assert_eq!(registry.numbers("v"), [0, 1]);
    // What makes no version has nothing to be saved as, and is applied.
    let owned = view("v", |spec| {
        spec.features.push(feature("f0", 1));
        spec.owner = "me".into();
    });
    let apply = Apply::new([(PROJECT.into(), owned)]).without_promotion();
    assert_eq!(registry.run(apply).unwrap()[0].action, Action::Updated);
    assert_eq!(registry.active("v").owner(), "me");
}

#[test]
fn kinds_of_view_share_one_name_space() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    let refusal = registry.try_apply(label_view("v")).unwrap_err();
    assert!(matches!(
        refusal,
        Refusal::NameConflict { existing: Kind::FeatureView, incoming: Kind::LabelView, .. }
    ));
    let both = Apply::new([(PROJECT.into(), view("w", |_| {})), (PROJECT.into(), label_view("w"))]);
    assert!(matches!(registry.run(both).unwrap_err(), Refusal::NameConflict { .. }));
    let twice = Apply::new([(PROJECT.into(), entity("e")), (PROJECT.into(), entity("e"))]);
    assert!(matches!(registry.run(twice).unwrap_err(), Refusal::Duplicate { .. }));
}

#[test]
fn a_batch_is_all_or_nothing_and_names_every_refusal() {
    let mut registry = Registry::default();
    registry.apply(entity("driver"));
    let before = registry.memory.rows().clone();
    let good = (0..100).map(|n| (PROJECT.into(), entity(&format!("e{n}"))));
    let bad =
        [(PROJECT.into(), view("a@b", |_| {})), (PROJECT.into(), view("c", |spec| spec.entities.clear()))];
    match registry.run(Apply::new(good.chain(bad))).unwrap_err() {
        Refusal::Several(refusals) => assert_eq!(refusals.len(), 2),
        other => panic!("{other}"),
    }
    assert_eq!(*registry.memory.rows(), before);
}

#[test]
fn a_materialization_appends_and_keeps_everything_else() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    registry.apply(revision("v", 1));
    materialize(&mut registry, "v", 10, 20).unwrap();
    materialize(&mut registry, "v", 20, 30).unwrap();
    let meta = feast::FeatureView::decode(registry.active("v").bytes()).unwrap().meta.unwrap();
    let intervals = meta.materialization_intervals.iter();
    let intervals: Vec<(i64, i64)> =
        intervals.map(|i| (i.start_time.unwrap().seconds, i.end_time.unwrap().seconds)).collect();
    assert_eq!(intervals, [(10, 20), (20, 30)]);
    assert_eq!(
        (meta.state, meta.current_version_number, meta.last_updated_timestamp.unwrap().seconds),
        (4, 1, 4)
    );
    assert_eq!(registry.active("v").project(), PROJECT);

    // The definition that a user applies again has neither intervals nor state.
    assert_eq!(registry.action(revision("v", 1)), Action::Unchanged);
    // One fetched before the second materialization has the first interval only.
    let mut stale = feast::FeatureView::decode(registry.active("v").bytes()).unwrap();
    stale.meta.as_mut().unwrap().materialization_intervals.pop();
    stale.spec.as_mut().unwrap().owner = "me".into();
    registry.apply(object(Kind::FeatureView, &stale));
    assert_eq!(registry.active("v").bookkeeping().intervals.len(), 2);
    assert_eq!(registry.active("v").bookkeeping().state, 4);
}

#[test]
fn what_cannot_be_materialized_is_refused() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    registry.apply(label_view("labels"));
    assert!(matches!(materialize(&mut registry, "v", 20, 10), Err(Refusal::InvalidInterval { .. })));
    assert!(matches!(materialize(&mut registry, "labels", 10, 20), Err(Refusal::NotMaterializable { .. })));
    assert!(matches!(materialize(&mut registry, "absent", 10, 20), Err(Refusal::NotFound { .. })));
}

#[test]
fn the_state_of_a_view_can_be_changed() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    let mut view = feast::FeatureView::decode(registry.active("v").bytes()).unwrap();
    view.meta.as_mut().unwrap().state = 1;
    view.spec.as_mut().unwrap().disabled = true;
    assert_eq!(registry.action(object(Kind::FeatureView, &view)), Action::Updated);
    assert_eq!(registry.active("v").bookkeeping().state, 1);
}

#[test]
fn deleting_a_view_deletes_its_history_so_that_it_can_be_made_again() {
    let mut registry = Registry::default();
    for label in [false, true] {
        let make = || if label { label_view("x") } else { revision("x", 0) };
        registry.apply(make());
        let delete = Delete { project: PROJECT.into(), name: "x".into(), target: Target::View };
        assert_eq!(registry.run(delete.clone()).unwrap().len(), 1);
        assert!(registry.numbers("x").is_empty());
        assert!(matches!(registry.run(delete), Err(Refusal::NotFound { .. })));
        assert_eq!(registry.apply(make()).version, Some(0));
        registry.run(Delete { project: PROJECT.into(), name: "x".into(), target: Target::Any }).unwrap();
    }
}

#[test]
fn a_history_that_feast_left_behind_is_no_obstacle() {
    let mut registry = Registry::default();
    registry.apply(label_view("x"));
    let mut rows = registry.memory.rows().clone();
    rows.objects.remove(&Key::new(Kind::LabelView, PROJECT, "x"));
    registry.memory.reset(rows);
    assert_eq!(registry.apply(label_view("x")).version, Some(1));
    assert_eq!(registry.numbers("x"), [0, 1]);
}

#[test]
fn a_deleted_project_is_gone_whole() {
    let mut registry = Registry::default();
    registry.run(Apply::new([("other".into(), entity("driver"))])).unwrap();
    let other = registry.memory.rows().clone();
    registry.apply(view("v", |_| {}));
    registry.run(SetProjectMetadata { project: PROJECT.into(), key: "k".into(), value: "v".into() }).unwrap();
    registry.run(DeleteProject { name: PROJECT.into() }).unwrap();
    assert_eq!(*registry.memory.rows(), other);
    let again = registry.run(DeleteProject { name: PROJECT.into() });
    assert_eq!(again, Err(Refusal::ProjectNotFound { name: PROJECT.into() }));
}

#[test]
fn user_metadata_stays_with_its_view() {
    let mut registry = Registry::default();
    registry.run(Apply::new([("other".into(), view("v", |_| {}))])).unwrap();
    registry.apply(view("v", |_| {}));
    let set =
        SetUserMetadata { project: PROJECT.into(), view: "v".into(), user_metadata: Some(b"mine".to_vec()) };
    registry.run(set).unwrap();
    registry.apply(revision("v", 1));
    let rows = registry.memory.rows();
    let of = |project| rows.row(Kind::FeatureView, project, "v").unwrap().user_metadata.clone();
    assert_eq!((of(PROJECT), of("other")), (Some(b"mine".to_vec()), None));
}

#[test]
fn projects_that_only_metadata_knows_are_adopted_and_purging_forgets_metadata() {
    let mut registry = Registry::default();
    registry
        .memory
        .write(&[Write::PutMetadata {
            project: "old".into(),
            key: "project_uuid".into(),
            value: "u".into(),
            last_updated: 1,
        }])
        .unwrap();
    assert_eq!(registry.run(AdoptProjects).unwrap(), ["old".to_owned()].into());
    assert_eq!(registry.run(AdoptProjects).unwrap(), [].into());
    assert!(registry.memory.rows().objects.contains_key(&Key::project("old")));
    registry.run(PurgeMetadata).unwrap();
    assert!(registry.memory.rows().metadata.is_empty());
}

#[test]
fn a_new_project_needs_a_proper_name_and_an_old_one_may_have_any() {
    let mut registry = Registry::default();
    let refusal = registry.run(Apply::new([("-x y".into(), entity("e"))])).unwrap_err();
    assert!(matches!(refusal, Refusal::InvalidName { kind: Kind::Project, .. }));
    let row = feast_registry_core::rows::Row { bytes: vec![], last_updated: 0, user_metadata: None };
    registry.memory.write(&[Write::Insert(Key::project("-x y"), row)]).unwrap();
    assert!(registry.run(Apply::new([("-x y".into(), entity("e"))])).is_ok());
}

#[test]
fn projections_are_completed_from_their_view() {
    let projection = |columns: Vec<feast::FeatureSpecV2>| feast::FeatureViewProjection {
        feature_view_name: "v".into(),
        feature_columns: columns,
        ..Default::default()
    };
    let mut registry = Registry::default();
    let read = |registry: &Registry, name: &str| {
        let row = registry.memory.rows().row(Kind::FeatureService, PROJECT, name).unwrap();
        feast::FeatureService::decode(row.bytes.as_slice()).unwrap().spec.unwrap().features
    };
    // The view and its service in one batch, the service first.
    let batch = [service("all", vec![projection(vec![])]), view("v", |_| {})];
    registry.run(Apply::new(batch.map(|object| (PROJECT.into(), object)))).unwrap();
    let all = &read(&registry, "all")[0];
    assert_eq!(all.feature_columns, [feature("trips", 3), feature("rate", 6)]);
    assert_eq!((all.timestamp_field.as_str(), all.created_timestamp_column.as_str()), ("ts", "created"));

    registry.apply(service("one", vec![projection(vec![feature("rate", 0)])]));
    assert_eq!(read(&registry, "one")[0].feature_columns, [feature("rate", 6)]);

    let refusal = registry.try_apply(service("bad", vec![projection(vec![feature("nope", 0)])])).unwrap_err();
    assert!(refusal.to_string().contains("`nope`"), "{refusal}");
    let mut absent = projection(vec![]);
    absent.feature_view_name = "absent".into();
    assert!(registry.try_apply(service("bad", vec![absent.clone()])).is_err());
    // A complete projection is taken as it is, as in Feast.
    absent.feature_columns = vec![feature("x", 1)];
    assert_eq!(registry.action(service("free", vec![absent])), Action::Created);
}
