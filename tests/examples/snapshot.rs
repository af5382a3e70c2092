//! Writes a registry file as large as asked for: `snapshot views COUNT FILE`, or `snapshot objects COUNT FILE`.
//!
//! `views`: feature views of ten features, each with a source of its own. `objects`: that, in the proportions of a large
//! company: of twenty objects, nine views, six sources, three services, an on-demand view, and an entity or a permission.
//! Owners, tags, descriptions and times differ; some views were never materialized, some long ago. Equal arguments
//! give equal files.

use std::{collections::BTreeMap, env, fs};

use anyhow::{Context, Result, bail};
use feast_registry_core::proto::feast::{core as feast, types::value_type};
use prost::Message;
use prost_types::{Duration, Timestamp};

const NOW: i64 = 1_780_000_000;
const DAY: i64 = 86_400;
const TEAMS: [&str; 8] = ["ranking", "search", "risk", "growth", "maps", "pricing", "support", "ads"];
const NOUNS: [&str; 12] = [
    "rider", "driver", "order", "basket", "session", "merchant", "courier", "payment", "device", "campaign",
    "store", "trip",
];
const MEASURES: [&str; 10] =
    ["count", "sum", "mean", "stddev", "last_seen", "ratio", "rank", "p95", "distinct", "share"];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [what, count, file] = arguments.as_slice() else { bail!("usage: snapshot views|objects COUNT FILE") };
    let count: usize = count.parse().context("COUNT is no number")?;
    let mut registry = feast::Registry {
        registry_schema_version: "1".into(),
        version_id: format!("{what}-{count}"),
        last_updated: at(NOW),
        ..feast::Registry::default()
    };
    let projects = if what == "views" { 1 } else { 4 };
    registry.projects = (0..projects).map(project).collect();
    for number in 0..count {
        match (what.as_str(), number % 20) {
            ("views", _) => {
                registry.data_sources.push(source(number, projects));
                registry.feature_views.push(view(number, projects));
            }
            ("objects", 0..9) => registry.feature_views.push(view(number, projects)),
            ("objects", 9..15) => registry.data_sources.push(source(number - 9, projects)),
            ("objects", 15..18) => registry.feature_services.push(service(number, projects)),
            ("objects", 18) => registry.on_demand_feature_views.push(on_demand(number, projects)),
            ("objects", _) if number % 40 == 39 => registry.permissions.push(permission(number, projects)),
            ("objects", _) => registry.entities.push(entity(number, projects)),
            _ => bail!("`{what}` is neither `views` nor `objects`"),
        }
    }
    // Every project has the entities of all its views.
    for number in 0..NOUNS.len() * projects {
        registry.entities.push(named_entity(NOUNS[number / projects], number % projects * 20, projects));
    }
    Ok(fs::write(file, registry.encode_to_vec())?)
}

fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos: 0 })
}

/// Of `count` things, one for each number, in no visible order.
fn pick(number: usize, salt: usize, count: usize) -> usize {
    (number.wrapping_add(salt).wrapping_mul(2_654_435_761) >> 7) % count
}

/// Twenty objects that are about each other are in one project.
fn project_name(number: usize, projects: usize) -> String {
    format!("project_{}", number / 20 % projects)
}

fn noun(number: usize) -> &'static str {
    NOUNS[pick(number, 1, NOUNS.len())]
}

fn team(number: usize) -> &'static str {
    TEAMS[pick(number, 2, TEAMS.len())]
}

fn owner(number: usize) -> String {
    format!("{}-{}@example.com", team(number), pick(number, 3, 25))
}

fn tags(number: usize) -> BTreeMap<String, String> {
    let tier = ["gold", "silver", "bronze"][pick(number, 4, 3)];
    BTreeMap::from([("team".into(), team(number).into()), ("tier".into(), tier.into())])
}

fn updated(number: usize) -> i64 {
    NOW - pick(number, 5, 400) as i64 * DAY - pick(number, 6, 86_400) as i64
}

fn project(number: usize) -> feast::Project {
    let spec = feast::ProjectSpec {
        name: format!("project_{number}"),
        description: "Generated".into(),
        owner: "platform@example.com".into(),
        ..Default::default()
    };
    let meta =
        feast::ProjectMeta { created_timestamp: at(NOW - 500 * DAY), last_updated_timestamp: at(NOW - DAY) };
    feast::Project { spec: Some(spec), meta: Some(meta) }
}

fn named_entity(name: &str, number: usize, projects: usize) -> feast::Entity {
    let spec = feast::EntitySpecV2 {
        name: name.into(),
        project: project_name(number, projects),
        join_key: format!("{name}_id"),
        value_type: value_type::Enum::Int64 as i32,
        description: format!("A {name}"),
        owner: owner(number),
        tags: tags(number),
    };
    let meta = feast::EntityMeta {
        created_timestamp: at(NOW - 450 * DAY),
        last_updated_timestamp: at(updated(number)),
    };
    feast::Entity { spec: Some(spec), meta: Some(meta) }
}

fn entity(number: usize, projects: usize) -> feast::Entity {
    named_entity(&format!("{}_{number}", noun(number)), number, projects)
}

fn source_name(number: usize) -> String {
    format!("{}_events_{number}", noun(number))
}

fn source(number: usize, projects: usize) -> feast::DataSource {
    let name = source_name(number);
    let options = feast::data_source::FileOptions {
        uri: format!("s3://warehouse/{}/{name}.parquet", team(number)),
        ..Default::default()
    };
    feast::DataSource {
        name: name.clone(),
        project: project_name(number, projects),
        description: format!("Events of each {} as they are stored, deduplicated every hour", noun(number)),
        owner: owner(number),
        tags: tags(number),
        r#type: feast::data_source::SourceType::BatchFile as i32,
        timestamp_field: "event_timestamp".into(),
        created_timestamp_column: "created".into(),
        options: Some(feast::data_source::Options::FileOptions(options)),
        meta: Some(feast::data_source::SourceMeta {
            created_timestamp: at(NOW - 420 * DAY),
            last_updated_timestamp: at(updated(number)),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn view_name(number: usize) -> String {
    format!("{}_{}_stats_{number}", team(number), noun(number))
}

fn feature(name: String, number: usize) -> feast::FeatureSpecV2 {
    let types = [
        value_type::Enum::Int64,
        value_type::Enum::Double,
        value_type::Enum::String,
        value_type::Enum::Float,
    ];
    feast::FeatureSpecV2 { name, value_type: types[pick(number, 7, 4)] as i32, ..Default::default() }
}

fn features(number: usize) -> Vec<feast::FeatureSpecV2> {
    let one = |(index, measure): (usize, &&str)| feast::FeatureSpecV2 {
        description: format!("{measure} over each {}'s events of a day", noun(number)),
        ..feature(format!("{}_{measure}", noun(number)), number + index)
    };
    MEASURES.iter().enumerate().map(one).collect()
}

fn view(number: usize, projects: usize) -> feast::FeatureView {
    let last = updated(number);
    let spec = feast::FeatureViewSpec {
        name: view_name(number),
        project: project_name(number, projects),
        description: if number.is_multiple_of(7) {
            String::new()
        } else {
            format!(
                "What the {} team knows of each {} over the last day, week and month",
                team(number),
                noun(number)
            )
        },
        owner: if number.is_multiple_of(11) { String::new() } else { owner(number) },
        tags: tags(number),
        entities: vec![noun(number).into()],
        entity_columns: vec![feature(format!("{}_id", noun(number)), 0)],
        features: features(number),
        ttl: Some(Duration { seconds: (1 + number as i64 % 7) * DAY, nanos: 0 }),
        online: !number.is_multiple_of(3),
        offline: true,
        // Such a one exists in `objects` as well.
        batch_source: Some(source(number / 20 * 20 + number % 20 % 6, projects)),
        ..Default::default()
    };
    let interval = |days: i64| feast::MaterializationInterval {
        start_time: at(last - (days + 1) * DAY),
        end_time: at(last - days * DAY),
    };
    let meta = feast::FeatureViewMeta {
        created_timestamp: at(NOW - 430 * DAY),
        last_updated_timestamp: at(last),
        materialization_intervals: if number % 3 == 1 {
            (0..3).rev().map(interval).collect()
        } else {
            Vec::new()
        },
        ..Default::default()
    };
    feast::FeatureView { spec: Some(spec), meta: Some(meta) }
}

fn service(number: usize, projects: usize) -> feast::FeatureService {
    let used = |index: usize| {
        // The nine views of a score of numbers come first in it.
        let number = number / 20 * 20 + (pick(number, 8, 9) + index) % 9;
        feast::FeatureViewProjection {
            feature_view_name: view_name(number),
            feature_columns: features(number).into_iter().take(4).collect(),
            ..Default::default()
        }
    };
    let spec = feast::FeatureServiceSpec {
        name: format!("{}_model_{number}", team(number)),
        project: project_name(number, projects),
        description: format!("Features of the {} model", team(number)),
        owner: owner(number),
        tags: tags(number),
        features: (0..2).map(used).collect(),
        ..Default::default()
    };
    let meta = feast::FeatureServiceMeta {
        created_timestamp: at(NOW - 300 * DAY),
        last_updated_timestamp: at(updated(number)),
    };
    feast::FeatureService { spec: Some(spec), meta: Some(meta) }
}

fn on_demand(number: usize, projects: usize) -> feast::OnDemandFeatureView {
    let input = number / 20 * 20;
    let projection = feast::FeatureViewProjection {
        feature_view_name: view_name(input),
        feature_columns: features(input),
        ..Default::default()
    };
    let source = feast::OnDemandSource {
        source: Some(feast::on_demand_source::Source::FeatureViewProjection(projection)),
    };
    let body = format!(
        "def {0}_ratio(inputs):\n    return inputs[\"{0}_sum\"] / inputs[\"{0}_count\"]\n",
        noun(input)
    );
    let function = feast::UserDefinedFunctionV2 {
        name: format!("{}_ratio", noun(input)),
        body_text: body,
        ..Default::default()
    };
    let spec = feast::OnDemandFeatureViewSpec {
        name: format!("{}_{}_ratio_{number}", team(number), noun(input)),
        project: project_name(number, projects),
        features: vec![feature("ratio".into(), 1)],
        sources: BTreeMap::from([(view_name(input), source)]),
        feature_transformation: Some(feast::FeatureTransformationV2 {
            transformation: Some(feast::feature_transformation_v2::Transformation::UserDefinedFunction(
                function,
            )),
        }),
        mode: "python".into(),
        owner: owner(number),
        tags: tags(number),
        ..Default::default()
    };
    let meta = feast::OnDemandFeatureViewMeta {
        created_timestamp: at(NOW - 200 * DAY),
        last_updated_timestamp: at(updated(number)),
        ..Default::default()
    };
    feast::OnDemandFeatureView { spec: Some(spec), meta: Some(meta) }
}

fn permission(number: usize, projects: usize) -> feast::Permission {
    let roles = feast::RoleBasedPolicy { roles: vec![format!("{}-reader", team(number))] };
    let policy = feast::Policy {
        policy_type: Some(feast::policy::PolicyType::RoleBasedPolicy(roles)),
        ..Default::default()
    };
    let spec = feast::PermissionSpec {
        name: format!("{}_readers_{number}", team(number)),
        project: project_name(number, projects),
        name_patterns: vec![format!("{}_.*", team(number))],
        actions: vec![feast::permission_spec::AuthzedAction::ReadOnline as i32],
        policy: Some(policy),
        ..Default::default()
    };
    let meta = feast::PermissionMeta {
        created_timestamp: at(NOW - 100 * DAY),
        last_updated_timestamp: at(updated(number)),
    };
    feast::Permission { spec: Some(spec), meta: Some(meta) }
}
