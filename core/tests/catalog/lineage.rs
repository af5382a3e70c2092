//! Lineage graphs: what is in them, which way they point, and how they fold.

use feast_registry_core::{
    catalog::{
        Catalog, Ref, Thing,
        lineage::{Graph, GraphNode, GroupBy, LineageRequest},
    },
    kind::Kind,
    proto::feast::core as feast,
};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::shop::{PROJECT, entity, open, projection, service, shop, source, view};

fn request() -> LineageRequest {
    LineageRequest {
        project: PROJECT.into(),
        focus: None,
        upstream: 2,
        downstream: 2,
        kinds: None,
        filter: String::new(),
        permission: None,
        group_by: GroupBy::None,
        group_tag: None,
        max_nodes: 150,
        opened: Vec::new(),
        expanded: Vec::new(),
        with_unrelated: false,
        now: 0,
    }
}

fn around(kind: impl Into<Thing>, name: &str, upstream: u32, downstream: u32) -> LineageRequest {
    let focus = Ref { kind: kind.into(), project: PROJECT.into(), name: name.into() };
    LineageRequest { focus: Some(focus), upstream, downstream, ..request() }
}

fn labels(graph: &Graph) -> Vec<String> {
    graph.nodes.iter().map(|node| format!("{} {}", node.layer, node.label)).collect()
}

fn edges(graph: &Graph) -> Vec<String> {
    let mut edges: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| format!("{} > {}: {} {}", edge.from, edge.to, edge.how, edge.count))
        .collect();
    edges.sort();
    edges
}

fn node<'a>(graph: &'a Graph, id: &str) -> &'a GraphNode {
    graph.nodes.iter().find(|node| node.id == id).unwrap()
}

#[test]
fn around_one_thing_it_goes_as_far_as_asked() {
    let catalog = open(&shop());
    let graph = catalog.lineage(&around(Kind::FeatureView, "stats", 1, 1)).unwrap();
    assert_eq!(
        labels(&graph),
        ["0 driver", "0 trips", "1 stats", "2 weekly", "2 scores", "3 model", "4 training"]
    );
    assert_eq!(
        edges(&graph),
        [
            "DataSource/trips > FeatureView/stats: batch source 1",
            "Entity/driver > FeatureView/stats: entity 1",
            "Entity/driver > FeatureView/weekly: entity 1",
            "FeatureService/model > SavedDataset/training: feature service 1",
            "FeatureView/stats > FeatureService/model: features 1",
            "FeatureView/stats > FeatureView/weekly: source view 1",
            "FeatureView/stats > OnDemandFeatureView/scores: input 1",
            "FeatureView/stats > SavedDataset/training: features 1",
            "OnDemandFeatureView/scores > FeatureService/model: features 1",
            "OnDemandFeatureView/scores > SavedDataset/training: features 1",
        ]
    );
    assert_eq!((graph.total_nodes, graph.total_edges, graph.folded), (7, 10, 0));
    // `scores` also reads a request source, `trips` also feeds others, `training` is profiled.
    let more = |id| (node(&graph, id).has_more_upstream, node(&graph, id).has_more_downstream);
    assert_eq!(more("OnDemandFeatureView/scores"), (true, false));
    assert_eq!(more("DataSource/trips"), (false, true));
    assert_eq!(more("SavedDataset/training"), (false, true));
    assert_eq!(more("FeatureView/stats"), (false, false));

    let graph = catalog.lineage(&around(Kind::DataSource, "trips", 5, 1)).unwrap();
    assert_eq!(labels(&graph), ["0 trips", "1 pushed", "2 stats", "2 clicks", "2 fraud"]);
    let graph = catalog.lineage(&around(Kind::ValidationReference, "profile", 1, 1)).unwrap();
    assert_eq!(labels(&graph), ["0 training", "1 profile"]);
    let alone = catalog.lineage(&around(Kind::Permission, "readers", 2, 2)).unwrap();
    assert_eq!(labels(&alone), ["0 readers"]);
}

#[test]
fn what_is_missing_is_shown_and_can_be_in_the_middle() {
    let catalog = open(&shop());
    let graph = catalog.lineage(&around(Kind::LabelView, "fraud", 1, 0)).unwrap();
    let gone = node(&graph, "FeatureView/gone");
    assert!(gone.is_missing);
    assert!(!node(&graph, "DataSource/pushed").is_missing);
    let graph = catalog.lineage(&around(Kind::FeatureView, "gone", 1, 1)).unwrap();
    assert_eq!(labels(&graph), ["0 gone", "1 fraud"]);
    let problem = catalog.lineage(&around(Kind::Entity, "nobody", 1, 1)).unwrap_err();
    assert_eq!(
        (problem.code, problem.message.as_str()),
        ("not-found", "The snapshot has no entity `nobody`.")
    );
    let problem = catalog.lineage(&LineageRequest { project: "none".into(), ..request() }).unwrap_err();
    assert_eq!(problem.message, "The snapshot has no project `none`.");
}

#[test]
fn a_whole_project_has_columns_from_sources_to_users() {
    let catalog = open(&shop());
    let graph = catalog.lineage(&request()).unwrap();
    assert_eq!(
        labels(&graph),
        [
            "0 driver",
            "0 amounts",
            "0 trips",
            "1 pushed",
            "2 stats",
            "2 gone",
            "2 clicks",
            "3 weekly",
            "3 scores",
            "3 fraud",
            "4 model",
            "5 training",
            "6 profile"
        ]
    );
    let filtered = |filter: &str| catalog.lineage(&LineageRequest { filter: filter.into(), ..request() });
    assert_eq!(labels(&filtered("name:=clicks").unwrap()), ["0 trips", "1 pushed", "2 clicks"]);
    assert_eq!(labels(&filtered("owner:nobody").unwrap()), [""; 0]);
    assert_eq!(filtered("colour:red").unwrap_err().code, "bad-filter");
    let mut registry = shop();
    registry.entities.push(entity("lonely"));
    let catalog = open(&registry);
    assert_eq!(catalog.lineage(&request()).unwrap().nodes.len(), 13);
    let all = catalog.lineage(&LineageRequest { with_unrelated: true, ..request() }).unwrap();
    assert_eq!(all.nodes.len(), 14);
    let kinds = Some(vec![Kind::FeatureView.into(), Kind::FeatureService.into()]);
    let some = catalog.lineage(&LineageRequest { kinds, ..request() }).unwrap();
    assert_eq!(labels(&some), ["0 stats", "0 gone", "1 weekly", "2 model"]);
}

#[test]
fn kinds_that_are_not_shown_still_connect_those_that_are() {
    let catalog = open(&shop());
    let kinds = |kinds: &[Kind]| Some(kinds.iter().map(|kind| (*kind).into()).collect());
    let ends = kinds(&[Kind::DataSource, Kind::FeatureService]);
    let graph = catalog.lineage(&LineageRequest { kinds: ends, ..request() }).unwrap();
    assert_eq!(
        edges(&graph),
        [
            "DataSource/amounts > FeatureService/model: indirect 1",
            "DataSource/trips > DataSource/pushed: batch source 1",
            "DataSource/trips > FeatureService/model: indirect 1",
        ]
    );
    // Within one column, too: what uses something stands to the right of it.
    let views = kinds(&[Kind::DataSource, Kind::LabelView]);
    let graph = catalog.lineage(&LineageRequest { kinds: views, ..request() }).unwrap();
    assert_eq!(labels(&graph), ["0 amounts", "0 trips", "1 pushed", "2 fraud"]);
    // Nothing more is to be had of what is filtered out.
    assert!(graph.nodes.iter().all(|node| !node.has_more_downstream));
}

#[test]
fn a_permission_leaves_what_it_applies_to() {
    let catalog = open(&shop());
    let permission = |name: &str| Some(name.to_owned());
    let graph = catalog.lineage(&LineageRequest { permission: permission("readers"), ..request() }).unwrap();
    assert_eq!(labels(&graph), ["0 stats"]);
    let around =
        LineageRequest { permission: permission("readers"), ..around(Kind::SavedDataset, "training", 3, 0) };
    assert_eq!(
        edges(&catalog.lineage(&around).unwrap()),
        ["FeatureView/stats > SavedDataset/training: features 1"]
    );
    let nobody = LineageRequest { permission: permission("nobody"), ..request() };
    assert_eq!(catalog.lineage(&nobody).unwrap_err().code, "not-found");
}

#[test]
fn a_filter_leaves_what_passes_with_its_neighbours_and_what_is_in_the_middle() {
    let catalog = open(&shop());
    let filter = || "name:=clicks".to_owned();
    let around = LineageRequest { filter: filter(), ..around(Kind::FeatureService, "model", 2, 0) };
    assert_eq!(labels(&catalog.lineage(&around).unwrap()), ["0 model"]);
    let kinds = Some(vec![Kind::DataSource.into()]);
    let graph = catalog.lineage(&LineageRequest { filter: filter(), kinds, ..request() }).unwrap();
    assert_eq!(labels(&graph), ["0 trips", "1 pushed"]);
    assert!(graph.nodes.iter().all(|node| !node.has_more_downstream));
}

#[test]
fn features_take_the_place_of_their_view_in_what_is_taken_of_it() {
    let catalog = open(&shop());
    let expanded = vec!["stats".to_owned()];
    let graph =
        catalog.lineage(&LineageRequest { expanded, ..around(Kind::FeatureView, "stats", 0, 1) }).unwrap();
    let of_features: Vec<_> = edges(&graph).into_iter().filter(|edge| edge.contains("stats")).collect();
    assert_eq!(
        of_features,
        [
            "Feature/stats:lost > OnDemandFeatureView/scores: feature 1",
            "Feature/stats:rate > OnDemandFeatureView/scores: feature 1",
            "Feature/stats:trips > FeatureService/model: feature 1",
            "Feature/stats:trips > SavedDataset/training: feature 1",
            "FeatureView/stats > FeatureView/weekly: source view 1",
        ]
    );
    let trips = node(&graph, "Feature/stats:trips");
    assert_eq!(
        (trips.kind, trips.parent.as_deref(), trips.is_missing),
        (Thing::Feature, Some("FeatureView/stats"), false)
    );
    assert!(node(&graph, "Feature/stats:lost").is_missing);

    // In the middle, a feature has its view's sources and those who take it.
    let graph = catalog.lineage(&around(Thing::Feature, "stats:rate", 1, 1)).unwrap();
    assert_eq!(labels(&graph), ["0 driver", "0 trips", "1 stats", "1 rate", "2 weekly", "2 scores"]);
}

/// So many views of each of two owners on one source, all in one service.
fn fan(each: usize) -> Catalog<'static> {
    let owned = |n: usize| {
        view(&format!("view_{n:05}"), "trips", |spec| {
            spec.owner = if n.is_multiple_of(3) { "ann" } else { "bob" }.into();
            spec.tags.insert("tier".into(), if n == 0 { "gold" } else { "silver" }.into());
        })
    };
    let names: Vec<_> = (0..each).map(|n| projection(&format!("view_{n:05}"), &["trips"])).collect();
    open(&feast::Registry {
        entities: vec![entity("driver")],
        data_sources: vec![source("trips")],
        feature_views: (0..each).map(owned).collect(),
        feature_services: vec![service("all", names)],
        ..Default::default()
    })
}

#[test]
fn a_fan_is_folded_and_opens_on_demand() {
    let catalog = fan(3_000);
    let graph = catalog.lineage(&around(Kind::DataSource, "trips", 1, 2)).unwrap();
    assert_eq!(labels(&graph), ["0 trips", "1 feature views", "2 all"]);
    let stack = &graph.nodes[1];
    assert_eq!((stack.count, stack.thing.as_ref(), stack.kind), (3_000, None, Kind::FeatureView.into()));
    assert_eq!((graph.total_nodes, graph.total_edges, graph.folded), (3_002, 6_000, 3_000));
    assert_eq!(graph.edges[0].count, 3_000);
    assert!(stack.has_more_upstream, "the entity is not shown");

    let mut opened = vec![stack.id.clone()];
    let graph = catalog
        .lineage(&LineageRequest { opened: opened.clone(), ..around(Kind::DataSource, "trips", 1, 2) });
    let graph = graph.unwrap();
    assert_eq!(graph.nodes.len(), 42);
    assert_eq!((graph.nodes[1].label.as_str(), graph.nodes[1].count), ("view_00000 … view_00074", 75));
    assert_eq!(graph.nodes[1].parent.as_ref(), opened.first());
    opened.push(graph.nodes[1].id.clone());
    let graph =
        catalog.lineage(&LineageRequest { opened, ..around(Kind::DataSource, "trips", 1, 2) }).unwrap();
    // Of 40 and 35, which fit in as they are.
    assert_eq!(graph.nodes.len(), 41 + 75);

    let grouped = LineageRequest { group_by: GroupBy::Owner, ..request() };
    let graph = catalog.lineage(&grouped).unwrap();
    assert_eq!(labels(&graph), ["0 driver", "0 trips", "1 ann", "1 bob", "2 all"]);
    assert_eq!((graph.nodes[2].count, graph.nodes[3].count), (1_000, 2_000));
    let tagged = LineageRequest { group_by: GroupBy::Tag, group_tag: Some("tier".into()), ..request() };
    assert_eq!(
        labels(&catalog.lineage(&tagged).unwrap()),
        ["0 driver", "0 trips", "1 view_00000", "1 silver", "2 all"]
    );
    let kinds = LineageRequest { group_by: GroupBy::Kind, ..request() };
    assert_eq!(labels(&fan(2).lineage(&kinds).unwrap()), ["0 driver", "0 trips", "1 feature views", "2 all"]);
}

#[test]
fn the_thing_in_the_middle_is_never_folded_away() {
    let catalog = fan(500);
    let graph = catalog.lineage(&around(Kind::FeatureView, "view_00007", 9, 9)).unwrap();
    assert!(graph.nodes.iter().any(|node| node.label == "view_00007"));
    let again = LineageRequest { downstream: 2, ..around(Kind::FeatureView, "view_00007", 1, 1) };
    assert_eq!(labels(&catalog.lineage(&again).unwrap()), ["0 driver", "0 trips", "1 view_00007", "2 all"]);
    let expanded = LineageRequest { expanded: vec!["view_00009".into()], ..request() };
    let graph = catalog.lineage(&expanded).unwrap();
    assert!(node(&graph, "FeatureView/view_00009").thing.is_some());
    assert!(node(&graph, "Feature/view_00009:rate").thing.is_some());
}

#[test]
fn a_view_without_values_is_marked() {
    let mut registry = shop();
    registry.feature_views[0].spec.as_mut().unwrap().online = true;
    let graph = open(&registry).lineage(&request()).unwrap();
    let stale: Vec<_> =
        graph.nodes.iter().filter(|node| node.is_stale).map(|node| node.label.as_str()).collect();
    assert_eq!(stale, ["stats"]);
}

proptest! {
    #[test]
    fn views_that_use_each_other_in_any_way_make_a_graph(
        uses in proptest::collection::vec((0usize..12, 0usize..12), 0..40),
        most in 0usize..20,
        focus in 0usize..14,
        opened in proptest::collection::vec("FeatureView\\.[0-9](/[0-3])?", 0..3),
        expanded in proptest::collection::vec(0usize..12, 0..3),
    ) {
        let name = |n: usize| format!("v{n}");
        let views = (0..10).map(|n| view(&name(n), "trips", |spec| {
            let used = uses.iter().filter(|(user, _)| *user == n);
            spec.source_views = used.filter_map(|(_, used)| view(&name(*used), "", |_| {}).spec).collect();
        }));
        let catalog = open(&feast::Registry { feature_views: views.collect(), ..Default::default() });
        let base = if focus < 10 { around(Kind::FeatureView, &name(focus), 3, 2) } else { request() };
        let expanded = expanded.into_iter().map(name).collect();
        let graph = catalog.lineage(&LineageRequest { max_nodes: most, opened, expanded, ..base }).unwrap();
        let ids: std::collections::BTreeSet<&str> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        prop_assert!(ids.len() == graph.nodes.len(), "ids are unique");
        prop_assert!(graph.edges.iter().all(|edge| ids.contains(edge.from.as_str()) && ids.contains(edge.to.as_str())));
        prop_assert_eq!(graph.nodes.iter().map(|node| node.count).sum::<usize>(), graph.total_nodes);
    }
}
