//! The pure half of the registry service: orders, filters, features and lineage, from literal objects.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use feast_registry_core::{
    kind::Kind,
    object::Object,
    proto::feast::{core as feast, registry as rpc},
    schema,
    service::{Arrangement, Entry, Lineage, ObjectType, Request, ViewFilter, features, is_listed},
};
use prost::Message;

fn object(kind: Kind, message: &impl Message) -> Object {
    Object::parse(kind, message.encode_to_vec()).unwrap()
}

fn source(name: &str) -> Option<feast::DataSource> {
    let uri = format!("s3://{name}");
    let file = feast::data_source::FileOptions { uri, ..Default::default() };
    let options = Some(feast::data_source::Options::FileOptions(file));
    Some(feast::DataSource { name: name.into(), options, ..Default::default() })
}

fn columns(names: &[&str]) -> Vec<feast::FeatureSpecV2> {
    let column =
        |name: &&str| feast::FeatureSpecV2 { name: (*name).into(), value_type: 4, ..Default::default() };
    names.iter().map(column).collect()
}

fn view(name: &str, entity: &str, names: &[&str], read: &str) -> Object {
    let spec = feast::FeatureViewSpec {
        name: name.into(),
        entities: vec![entity.into()],
        features: columns(names),
        batch_source: source(read),
        ..Default::default()
    };
    object(Kind::FeatureView, &feast::FeatureView { spec: Some(spec), meta: None })
}

fn service(name: &str, views: &[&str]) -> Object {
    let projection = |view: &&str| feast::FeatureViewProjection {
        feature_view_name: (*view).into(),
        ..Default::default()
    };
    let features = views.iter().map(projection).collect();
    let spec = feast::FeatureServiceSpec { name: name.into(), features, ..Default::default() };
    object(Kind::FeatureService, &feast::FeatureService { spec: Some(spec), meta: None })
}

/// A project's worth of objects, one of each kind that has relations.
fn objects() -> Vec<Object> {
    use feast::on_demand_source::Source;

    let stream = feast::StreamFeatureViewSpec {
        name: "live".into(),
        entities: vec!["driver".into()],
        // Feast writes join keys among the features of stream views.
        features: columns(&["driver_id", "speed"]),
        entity_columns: columns(&["driver_id"]),
        stream_source: source("topic"),
        batch_source: source("trips"),
        ..Default::default()
    };
    let of = |source| feast::OnDemandSource { source: Some(source) };
    let projection = feast::FeatureViewProjection { feature_view_name: "stats".into(), ..Default::default() };
    let on_demand = feast::OnDemandFeatureViewSpec {
        name: "estimate".into(),
        features: columns(&["price"]),
        sources: [
            ("a".into(), of(Source::RequestDataSource(source("request").unwrap()))),
            ("b".into(), of(Source::FeatureViewProjection(projection))),
        ]
        .into(),
        ..Default::default()
    };
    let push = feast::DataSource { batch_source: source("labels").map(Box::new), ..source("push").unwrap() };
    let labels = feast::LabelViewSpec {
        name: "verdicts".into(),
        entities: vec!["driver".into()],
        features: columns(&["fraud"]),
        source: Some(push),
        ..Default::default()
    };
    let file = feast::data_source::FileOptions { uri: "s3://trips".into(), ..Default::default() };
    let storage = feast::saved_dataset_storage::Kind::FileStorage(file);
    let dataset = feast::SavedDatasetSpec {
        name: "training".into(),
        features: ["stats:a", "stats@v2:b", "verdicts:fraud", "no reference"].map(String::from).to_vec(),
        feature_service_name: "ranking".into(),
        storage: Some(feast::SavedDatasetStorage { kind: Some(storage) }),
        ..Default::default()
    };
    vec![
        object(Kind::DataSource, &source("trips").unwrap()),
        view("stats", "driver", &["a", "b"], "trips"),
        object(Kind::StreamFeatureView, &feast::StreamFeatureView { spec: Some(stream), meta: None }),
        object(Kind::OnDemandFeatureView, &feast::OnDemandFeatureView { spec: Some(on_demand), meta: None }),
        object(Kind::LabelView, &feast::LabelView { spec: Some(labels), meta: None }),
        service("ranking", &["stats", "verdicts", "absent"]),
        object(Kind::SavedDataset, &feast::SavedDataset { spec: Some(dataset), meta: None }),
    ]
}

fn arrows(entries: &[Entry]) -> Vec<String> {
    let arrow = |entry: &Entry| {
        let relation = rpc::EntityRelation::decode(entry.bytes.as_slice()).unwrap();
        let end = |end: Option<rpc::EntityReference>| {
            let end = end.unwrap();
            format!("{}:{}", end.r#type, end.name)
        };
        format!("{} > {}", end(relation.source), end(relation.target))
    };
    entries.iter().map(arrow).collect()
}

#[test]
fn lineage_goes_from_sources_through_views_to_services_and_datasets() {
    let lineage = Lineage::of(&objects());
    let direct = [
        "featureView:stats > featureService:ranking",
        "labelView:verdicts > featureService:ranking",
        "featureView:absent > featureService:ranking",
        "entity:driver > featureView:stats",
        "feature:a > featureView:stats",
        "feature:b > featureView:stats",
        "dataSource:trips > featureView:stats",
        "feature:price > featureView:estimate",
        "dataSource:request > featureView:estimate",
        "featureView:stats > featureView:estimate",
        "entity:driver > featureView:live",
        "feature:speed > featureView:live",
        "dataSource:trips > featureView:live",
        "dataSource:topic > featureView:live",
        "entity:driver > labelView:verdicts",
        "feature:fraud > labelView:verdicts",
        "dataSource:push > labelView:verdicts",
        "dataSource:labels > labelView:verdicts",
        "featureService:ranking > savedDataset:training",
        "featureView:stats > savedDataset:training",
        "labelView:verdicts > savedDataset:training",
        "dataSource:trips > savedDataset:training",
    ];
    assert_eq!(arrows(&lineage.direct()), direct);
    let indirect = [
        "entity:driver > featureService:ranking",
        "feature:a > featureService:ranking",
        "feature:b > featureService:ranking",
        "dataSource:trips > featureService:ranking",
        "entity:driver > featureService:ranking",
        "feature:fraud > featureService:ranking",
        "dataSource:push > featureService:ranking",
        "dataSource:labels > featureService:ranking",
        "entity:driver > dataSource:trips",
        "entity:driver > dataSource:trips",
        "entity:driver > dataSource:topic",
        "entity:driver > dataSource:push",
        "entity:driver > dataSource:labels",
    ];
    assert_eq!(arrows(&lineage.indirect()), indirect);
    let around = lineage.around(ObjectType::find("savedDataset").unwrap(), "training");
    assert_eq!((around.direct().len(), around.indirect().len()), (4, 0));
    assert!(ObjectType::find("table").is_err());
}

#[test]
fn views_are_found_by_what_they_refer_to() {
    let views: Vec<Object> =
        objects().into_iter().filter(|object| Kind::VIEWS.contains(&object.kind())).collect();
    let services = objects().into_iter().find(|object| object.kind() == Kind::FeatureService);
    let found = |request: rpc::ListAllFeatureViewsRequest, service: Option<&Object>| -> Vec<String> {
        let bytes = request.encode_to_vec();
        let request = Request::read(&schema::FEAST_REGISTRY_LISTALLFEATUREVIEWSREQUEST, &bytes).unwrap();
        ViewFilter::of(&request).apply(views.clone(), service).iter().map(Object::name).collect()
    };
    let by = |entity: &str, feature: &str, data_source: &str, feature_service: &str| {
        let [entity, feature, data_source, feature_service] =
            [entity, feature, data_source, feature_service].map(String::from);
        rpc::ListAllFeatureViewsRequest {
            entity,
            feature,
            data_source,
            feature_service,
            ..Default::default()
        }
    };
    assert_eq!(found(by("", "", "", ""), None), ["stats", "live", "estimate", "verdicts"]);
    assert_eq!(found(by("driver", "", "", ""), None), ["stats", "live", "verdicts"]);
    assert_eq!(found(by("driver", "", "trips", ""), None), ["stats", "live"]);
    assert_eq!(found(by("", "price", "request", ""), None), ["estimate"]);
    assert_eq!(found(by("", "", "", "ranking"), services.as_ref()), ["stats", "verdicts"]);
    assert_eq!(found(by("", "", "", "unknown"), None), Vec::<String>::new());

    let request = rpc::ListFeatureServicesRequest { feature_view: "stats".into(), ..Default::default() };
    let bytes = request.encode_to_vec();
    let request = Request::read(&schema::FEAST_REGISTRY_LISTFEATURESERVICESREQUEST, &bytes).unwrap();
    assert!(is_listed(&request, &service("one", &["stats"])) && !is_listed(&request, &service("two", &[])));
}

#[test]
fn features_are_listed_with_their_views() {
    let views = objects();
    let found = |view: &str, name: &str, kind: &str| -> Vec<String> {
        let [feature_view, name, kind] = [view, name, kind].map(String::from);
        let request = rpc::ListFeaturesRequest { feature_view, name, kind, ..Default::default() };
        let bytes = request.encode_to_vec();
        let request = Request::read(&schema::FEAST_REGISTRY_LISTFEATURESREQUEST, &bytes).unwrap();
        let features = features(&request, &views).into_iter();
        let features = features.map(|entry| rpc::Feature::decode(entry.bytes.as_slice()).unwrap());
        features.map(|f| format!("{} {}.{}: {}", f.kind, f.feature_view, f.name, f.r#type)).collect()
    };
    assert_eq!(found("stats", "", ""), ["feature stats.a: Int64", "feature stats.b: Int64"]);
    assert_eq!(found("live", "", ""), ["feature live.speed: Int64"]);
    assert_eq!(found("", "", "label"), ["label verdicts.fraud: Int64"]);
    assert_eq!(found("", "price", "feature"), ["feature estimate.price: Int64"]);
}

/// The names of views in the order that a request asks for.
fn ordered(views: &[Object], sort_by: &str, sort_order: &str) -> Vec<String> {
    let sorting = Some(rpc::SortingParams { sort_by: sort_by.into(), sort_order: sort_order.into() });
    let bytes = rpc::ListFeatureViewsRequest { sorting, ..Default::default() }.encode_to_vec();
    let request = Request::read(&schema::FEAST_REGISTRY_LISTFEATUREVIEWSREQUEST, &bytes).unwrap();
    let entries = views.iter().cloned().map(Entry::from).collect();
    let output = &schema::FEAST_REGISTRY_LISTFEATUREVIEWSRESPONSE;
    let answer = Arrangement::of(&request).answer(output, entries);
    let answer = rpc::ListFeatureViewsResponse::decode(answer.as_slice()).unwrap();
    assert_eq!(answer.pagination.unwrap().total_count as usize, views.len());
    answer.feature_views.into_iter().map(|view| view.spec.unwrap().name).collect()
}

#[test]
fn lists_are_ordered_by_attributes_and_ties_keep_their_order() {
    let view = |name: &str, owner: &str, created: Option<i64>, online: bool| {
        let spec = feast::FeatureViewSpec {
            name: name.into(),
            owner: owner.into(),
            online,
            batch_source: source(owner),
            ..Default::default()
        };
        let time = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
        let meta = feast::FeatureViewMeta { created_timestamp: created.map(time), ..Default::default() };
        object(Kind::FeatureView, &feast::FeatureView { spec: Some(spec), meta: Some(meta) })
    };
    let views =
        [view("b", "Zoe", Some(9), true), view("C", "adam", Some(10), false), view("a", "Zoe", None, true)];
    assert_eq!(ordered(&views, "", ""), ["b", "C", "a"]);
    assert_eq!(ordered(&views, "name", "asc"), ["a", "b", "C"]);
    assert_eq!(ordered(&views, " name ", "DESC"), ["C", "b", "a"]);
    assert_eq!(ordered(&views, "owner", ""), ["C", "b", "a"]);
    assert_eq!(ordered(&views, "owner", "desc"), ["b", "a", "C"]);
    assert_eq!(ordered(&views, "created_timestamp", ""), ["a", "b", "C"]);
    assert_eq!(ordered(&views, "online", "desc"), ["b", "a", "C"]);
    assert_eq!(ordered(&views, "batch_source.name", ""), ["C", "b", "a"]);
    for unknown in ["unknown", "name.unknown", "batch_source", "unknown.name", "."] {
        assert_eq!(ordered(&views, unknown, "desc"), ["b", "C", "a"], "{unknown}");
    }
}
