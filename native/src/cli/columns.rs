//! The columns of each kind's table, as data. Feast's columns come first, in its order, so that scripts
//! that cut them out go on working; a kind without a line has its name and description.

use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::is_enabled,
    proto::feast::core::{
        DataSource, Entity, FeatureService, LabelView, Permission, SavedDataset, ValidationReference,
        data_source::SourceType,
        permission_spec::{AuthzedAction, Type},
        policy::PolicyType,
    },
    proto::feast::types::value_type,
    schema,
    wire::{self, Payload},
};

/// A column: its header, and an object's cell in it.
pub(crate) struct Column {
    pub(crate) header: &'static str,
    pub(crate) cell: fn(&Object) -> String,
}

/// The columns for a kind.
pub(crate) fn of(kind: Kind) -> &'static [Column] {
    match COLUMNS.iter().find(|(known, _)| *known == kind) {
        Some((_, columns)) => columns,
        None => &[NAME, DESCRIPTION],
    }
}

const COLUMNS: &[(Kind, &[Column])] = &[
    (Kind::Project, &[NAME, DESCRIPTION, TAGS, OWNER]),
    (Kind::Entity, &[NAME, DESCRIPTION, column("TYPE", value_type_of_entity)]),
    (Kind::DataSource, &[NAME, column("CLASS", class), DESCRIPTION]),
    (Kind::FeatureView, &[NAME, ENTITIES, column("TYPE", type_name), ENABLED, STATE]),
    (Kind::StreamFeatureView, &[NAME, ENTITIES, ENABLED, STATE]),
    (Kind::OnDemandFeatureView, &[NAME, column("SOURCES", sources), ENABLED, STATE]),
    (Kind::LabelView, &[NAME, ENTITIES, column("CONFLICT_POLICY", conflict_policy)]),
    (Kind::FeatureService, &[NAME, column("FEATURES", projected_features)]),
    (
        Kind::SavedDataset,
        &[NAME, column("NAMESPACE", namespace), column("COLLECTION", collection), DESCRIPTION],
    ),
    (Kind::ValidationReference, &[NAME, column("SAVED_DATASET", reference_dataset), DESCRIPTION]),
    (
        Kind::Permission,
        &[
            NAME,
            column("TYPES", permission_types),
            column("NAME_PATTERNS", name_patterns),
            column("ACTIONS", actions),
            column("ROLES", roles),
            column("REQUIRED_TAGS", required_tags),
        ],
    ),
];

const NAME: Column = column("NAME", Object::name);
const DESCRIPTION: Column = column("DESCRIPTION", Object::description);
const OWNER: Column = column("OWNER", Object::owner);
const TAGS: Column = column("TAGS", |object| pairs(object.tags()));
const ENTITIES: Column = column("ENTITIES", entities);
const ENABLED: Column = column("ENABLED", |view| if is_enabled(view) { "Yes" } else { "No" }.into());
const STATE: Column = column("STATE", state);

const fn column(header: &'static str, cell: fn(&Object) -> String) -> Column {
    Column { header, cell }
}

fn value_type_of_entity(object: &Object) -> String {
    let spec = decode::<Entity>(object).spec.unwrap_or_default();
    enum_name(
        value_type::Enum::try_from(spec.value_type).ok().map(|known| known.as_str_name()),
        spec.value_type,
    )
}

/// Feast's class of a source, without its module.
fn class(object: &Object) -> String {
    let source = decode::<DataSource>(object);
    let class = source.data_source_class_type.rsplit('.').next().unwrap_or_default();
    if !class.is_empty() {
        return class.into();
    }
    match source.r#type() {
        SourceType::BatchFile => "FileSource",
        SourceType::BatchBigquery => "BigQuerySource",
        SourceType::StreamKafka => "KafkaSource",
        SourceType::StreamKinesis => "KinesisSource",
        SourceType::BatchRedshift => "RedshiftSource",
        SourceType::RequestSource => "RequestSource",
        SourceType::BatchSnowflake => "SnowflakeSource",
        SourceType::PushSource => "PushSource",
        SourceType::BatchTrino => "TrinoSource",
        SourceType::BatchSpark => "SparkSource",
        SourceType::BatchAthena => "AthenaSource",
        SourceType::BatchIceberg => "IcebergSource",
        other @ (SourceType::Invalid | SourceType::CustomSource) => other.as_str_name(),
    }
    .into()
}

fn type_name(view: &Object) -> String {
    view.kind().info().name.into()
}

fn entities(view: &Object) -> String {
    let number = view.kind().info().view.as_ref().map_or(0, |view| view.entities);
    let names = wire::walk(view.bytes(), &[1, number]).filter_map(Payload::bytes);
    names.map(String::from_utf8_lossy).collect::<Vec<_>>().join(", ")
}

fn state(view: &Object) -> String {
    let info = view.kind().info();
    let path = [info.at.meta, &[info.view.as_ref().map_or(0, |view| view.state)]].concat();
    let state = wire::walk(view.bytes(), &path).filter_map(Payload::varint).last().unwrap_or(0) as i32;
    enum_name(schema::FEAST_CORE_FEATUREVIEWSTATE.value_name(state), state)
}

fn sources(object: &Object) -> String {
    use feast_registry_core::proto::feast::core::OnDemandFeatureView;

    let spec = decode::<OnDemandFeatureView>(object).spec.unwrap_or_default();
    let mut names: Vec<String> = spec.sources.into_keys().collect();
    names.sort();
    names.join(", ")
}

fn conflict_policy(object: &Object) -> String {
    decode::<LabelView>(object).spec.unwrap_or_default().conflict_policy().as_str_name().to_lowercase()
}

fn projected_features(object: &Object) -> String {
    let spec = decode::<FeatureService>(object).spec.unwrap_or_default();
    let mut features = Vec::new();
    for projection in &spec.features {
        let view = match projection.feature_view_name_alias.as_str() {
            "" => &projection.feature_view_name,
            alias => alias,
        };
        features.extend(projection.feature_columns.iter().map(|column| format!("{view}:{}", column.name)));
    }
    features.join(", ")
}

fn namespace(object: &Object) -> String {
    decode::<SavedDataset>(object).spec.unwrap_or_default().namespace
}

fn collection(object: &Object) -> String {
    decode::<SavedDataset>(object).spec.unwrap_or_default().collection
}

fn reference_dataset(object: &Object) -> String {
    decode::<ValidationReference>(object).reference_dataset_name
}

fn permission_types(object: &Object) -> String {
    let spec = decode::<Permission>(object).spec.unwrap_or_default();
    let name = |number: &i32| {
        let known = Type::try_from(*number).ok().map(|known| camel_case(known.as_str_name()));
        known.unwrap_or_else(|| number.to_string())
    };
    spec.types.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn name_patterns(object: &Object) -> String {
    decode::<Permission>(object).spec.unwrap_or_default().name_patterns.join(", ")
}

fn actions(object: &Object) -> String {
    let spec = decode::<Permission>(object).spec.unwrap_or_default();
    let name = |number: &i32| {
        enum_name(AuthzedAction::try_from(*number).ok().map(|known| known.as_str_name()), *number)
    };
    spec.actions.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn roles(object: &Object) -> String {
    let policy = decode::<Permission>(object).spec.unwrap_or_default().policy.unwrap_or_default();
    let with =
        |label: &str, names: &[String]| names.iter().map(|name| format!("{label}{name}")).collect::<Vec<_>>();
    let mut names = match policy.policy_type {
        Some(PolicyType::RoleBasedPolicy(policy)) => policy.roles,
        Some(PolicyType::GroupBasedPolicy(policy)) => with("group ", &policy.groups),
        Some(PolicyType::NamespaceBasedPolicy(policy)) => with("namespace ", &policy.namespaces),
        Some(PolicyType::CombinedGroupNamespacePolicy(policy)) => {
            [with("group ", &policy.groups), with("namespace ", &policy.namespaces)].concat()
        }
        None => Vec::new(),
    };
    names.sort();
    names.join(", ")
}

fn required_tags(object: &Object) -> String {
    let tags = decode::<Permission>(object).spec.unwrap_or_default().required_tags;
    if tags.is_empty() { "-".into() } else { pairs(tags) }
}

/// In the spelling of `--tags`.
fn pairs(tags: impl IntoIterator<Item = (String, String)>) -> String {
    let mut pairs: Vec<String> = tags.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
    pairs.sort();
    pairs.join(", ")
}

fn enum_name(name: Option<&str>, number: i32) -> String {
    name.map_or_else(|| number.to_string(), String::from)
}

/// `FEATURE_VIEW` as Feast calls its class: `FeatureView`.
fn camel_case(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_owned() + &rest.to_lowercase()
    };
    name.split('_').map(word).collect()
}

/// The object's bytes were checked when it was read.
fn decode<M: prost::Message + Default>(object: &Object) -> M {
    M::decode(object.bytes()).unwrap_or_default()
}
