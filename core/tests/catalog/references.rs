//! Who uses whom in a registry with every kind of reference.

use feast_registry_core::{catalog::Catalog, kind::Kind};

use crate::shop::{PROJECT, open, shop};

fn shown(catalog: &Catalog<'_>, kind: Kind, name: &str, used_by: bool) -> Vec<String> {
    let id = catalog.find(kind, PROJECT, name).unwrap().id;
    let uses: Vec<_> = if used_by { catalog.used_by(id).collect() } else { catalog.uses(id).collect() };
    let mark = |missing| if missing { " missing" } else { "" };
    let shown =
        uses.iter().map(|one| format!("{} {}{}", one.how.name(), one.object.name, mark(one.is_missing)));
    shown.collect()
}

#[test]
fn every_kind_of_reference_is_known_in_both_directions() {
    let catalog = open(&shop());
    for (kind, name, uses, used_by) in [
        (Kind::Project, PROJECT, &[][..], &[][..]),
        (Kind::Entity, "driver", &[], &["entity stats", "entity weekly", "entity fraud"]),
        (Kind::Entity, "__dummy", &[], &[]),
        (
            Kind::DataSource,
            "trips",
            &[],
            &["batch source pushed", "batch source stats", "batch source clicks", "batch source fraud"],
        ),
        (Kind::DataSource, "pushed", &["batch source trips"], &["stream source clicks", "source fraud"]),
        (
            Kind::FeatureView,
            "stats",
            &["entity driver", "batch source trips"],
            &["source view weekly", "input scores", "features model", "features training"],
        ),
        (Kind::FeatureView, "weekly", &["entity driver", "source view stats"], &[]),
        (Kind::StreamFeatureView, "clicks", &["batch source trips", "stream source pushed"], &[]),
        (
            Kind::OnDemandFeatureView,
            "scores",
            &["input stats", "request source amounts"],
            &["features model", "features training"],
        ),
        (
            Kind::LabelView,
            "fraud",
            &["entity driver", "source pushed", "batch source trips", "reference view gone missing"],
            &[],
        ),
        (
            Kind::FeatureService,
            "model",
            &["features stats", "features scores"],
            &["feature service training"],
        ),
        (
            Kind::SavedDataset,
            "training",
            &["feature service model", "features stats", "features scores"],
            &["saved dataset profile"],
        ),
        (Kind::ValidationReference, "profile", &["saved dataset training"], &[]),
        (Kind::Permission, "readers", &[], &[]),
    ] {
        assert_eq!(shown(&catalog, kind, name, false), uses, "{name} uses");
        assert_eq!(shown(&catalog, kind, name, true), used_by, "{name} is used by");
    }
}

#[test]
fn a_feature_is_used_by_those_that_take_it() {
    let catalog = open(&shop());
    let stats = catalog.find_view(PROJECT, "stats").unwrap().id;
    let users =
        |feature| -> Vec<_> { catalog.feature_used_by(stats, feature).map(|one| one.object.name).collect() };
    assert_eq!(users("trips"), ["weekly", "model", "training"]);
    assert_eq!(users("rate"), ["weekly", "scores"]);
}

#[test]
fn projects_keep_to_themselves() {
    let mut registry = shop();
    registry.data_sources[0].project = "other".into();
    let catalog = open(&registry);
    let stats = catalog.find_view(PROJECT, "stats").unwrap().id;
    let trips = catalog.uses(stats).nth(1).unwrap();
    assert!(trips.is_missing);
    assert_eq!((trips.object.project.as_str(), trips.object.name.as_str()), (PROJECT, "trips"));
    let other = catalog.find(Kind::DataSource, "other", "trips").unwrap().id;
    assert_eq!(catalog.used_by(other).len(), 0);
    let project = catalog.find_project(PROJECT).unwrap();
    let missing = catalog.references().find_missing(Kind::DataSource, project, "trips").unwrap();
    assert_eq!(catalog.references().used_by(missing).len(), 4);
}
