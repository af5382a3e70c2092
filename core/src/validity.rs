//! What a registry requires of an object before it stores it. The rules are Feast's, and a few that
//! keep what is stored readable; references to other objects are not checked, as Feast does not.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
};

use prost::Message as _;

use crate::{
    kind::Kind,
    message::MessageError,
    object::Object,
    proto::feast::core::{
        DataSource, FeatureTransformationV2, OnDemandFeatureView, Permission, SavedDataset,
        StreamFeatureView, feature_transformation_v2::Transformation, on_demand_source::Source,
        permission_spec,
    },
    refusal::Refusal,
    schema::{FieldType, MessageType},
    time::{MAX_DURATION, Timestamp},
    version::Version,
    wire::{self, Payload, WireError},
};

/// The entity that Feast's SDK gives to views without entities.
pub const DUMMY_ENTITY: &str = "__dummy";

/// The longest name that every database stores, in characters.
pub const MAX_NAME: usize = 255;

/// Checks the name of an object that is to be applied.
pub fn check_name(kind: Kind, name: &str) -> Result<(), Refusal> {
    let refuse = |problem| Err(Refusal::InvalidName { kind, name: shorten(name), problem });
    if name.is_empty() {
        return refuse("is empty");
    }
    if name.chars().count() > MAX_NAME {
        return refuse("is longer than 255 characters");
    }
    if name.chars().any(char::is_control) {
        return refuse("contains a control character");
    }
    if kind.is_view() && name.contains('@') {
        return refuse("contains `@`, which separates a view from its version");
    }
    if kind.is_view() && name.contains(':') {
        return refuse("contains `:`, which separates a view from its feature");
    }
    Ok(())
}

/// Checks the name of a project that is to be created: letters, digits, `_` and `-`, not starting
/// with `_` or `-`. Feast checks this in feature_store.yaml only, and its registry stores any name.
pub fn check_project_name(name: &str) -> Result<(), Refusal> {
    check_name(Kind::Project, name)?;
    let refuse = |problem| Err(Refusal::InvalidName { kind: Kind::Project, name: name.into(), problem });
    if name.starts_with(['_', '-']) {
        return refuse("starts with `_` or `-`");
    }
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        return refuse("has characters other than letters, digits, `_` and `-`");
    }
    Ok(())
}

/// Checks an object that is to be applied, and brings it into the form that Feast can read back.
pub fn admit(object: Object) -> Result<Object, Refusal> {
    let kind = object.kind();
    if kind != Kind::Infra {
        check_name(kind, &object.name())?;
    }
    let refuse = |problem: &str| {
        Err(Refusal::Invalid { kind, name: shorten(&object.name()), problem: problem.to_string() })
    };
    if kind.is_view() {
        version_of(&object)?;
    }
    let unreadable = |source| {
        let source = MessageError::Wire { message: kind.info().message.name, source };
        Refusal::Unreadable { kind, source }
    };
    if holds_odd_time(kind.info().message, object.bytes()).map_err(unreadable)? {
        return refuse(
            "holds a time outside the years 1 to 9999 or a duration beyond 10,000 years, which Feast cannot read",
        );
    }
    match kind {
        Kind::FeatureView | Kind::StreamFeatureView | Kind::LabelView if !has_entities(&object) => {
            refuse("has no entities; a view without entities lists the entity `__dummy`")
        }
        Kind::StreamFeatureView => match stream_problem(&decode::<StreamFeatureView>(&object)?) {
            Some(problem) => refuse(problem),
            None => Ok(object),
        },
        Kind::OnDemandFeatureView => match on_demand_problem(&decode::<OnDemandFeatureView>(&object)?) {
            Some(problem) => refuse(&problem),
            None => with_plain_mode(object),
        },
        Kind::DataSource if decode::<DataSource>(&object)?.r#type == 0 => {
            refuse("has no type; set `type`, for example to BATCH_FILE")
        }
        Kind::SavedDataset => {
            let spec = decode::<SavedDataset>(&object)?.spec.unwrap_or_default();
            match spec.storage.and_then(|storage| storage.kind) {
                None => refuse("has no storage; set `spec.storage`, for example its `fileStorage`"),
                Some(_) => Ok(object),
            }
        }
        Kind::Permission => admit_permission(object),
        _ => Ok(object),
    }
}

/// Whether it holds, at any depth, a time or a duration that Feast fails on: it would hide every object
/// beside it from Feast's lists. Nothing is allocated: a health check asks it of every object.
fn holds_odd_time(ty: &'static MessageType, bytes: &[u8]) -> Result<bool, WireError> {
    for field in wire::payloads(bytes) {
        if let (number, Payload::Bytes(message)) = field?
            && let Some(inner) = ty.field(number).and_then(FieldType::message)
            && inner.holds_times
            && (is_odd_time(inner, message)? || holds_odd_time(inner, message)?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_odd_time(ty: &'static MessageType, message: &[u8]) -> Result<bool, WireError> {
    if !matches!(ty.name, "google.protobuf.Timestamp" | "google.protobuf.Duration") {
        return Ok(false);
    }
    let seconds = wire::last_varint(message, 1)?.unwrap_or_default() as i64;
    let nanos = wire::last_varint(message, 2)?.unwrap_or_default() as i32;
    if ty.name == "google.protobuf.Timestamp" {
        let time = Timestamp { seconds, nanos: 0 };
        return Ok(!time.is_calendar() || !(0..1_000_000_000).contains(&nanos));
    }
    let opposed = seconds.signum() * i64::from(nanos.signum()) < 0;
    Ok(seconds.unsigned_abs() > MAX_DURATION || nanos.unsigned_abs() >= 1_000_000_000 || opposed)
}

/// The version that a view's definition asks for.
pub(crate) fn version_of(object: &Object) -> Result<Version, Refusal> {
    let refuse = |source| Refusal::InvalidVersion { name: object.name(), source };
    Version::parse(&object.version()).map_err(refuse)
}

/// A name as an error message may carry it: at most 80 characters.
pub(crate) fn shorten(name: &str) -> String {
    match name.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.into(),
    }
}

fn decode<M: prost::Message + Default>(object: &Object) -> Result<M, Refusal> {
    let error = |_| Refusal::Invalid {
        kind: object.kind(),
        name: object.name(),
        problem: "cannot be decoded".into(),
    };
    M::decode(object.bytes()).map_err(error)
}

fn has_entities(view: &Object) -> bool {
    let entities = view.kind().info().view.as_ref().map(|view| view.entities);
    entities.is_some_and(|entities| wire::walk(view.bytes(), &[1, entities]).next().is_some())
}

fn stream_problem(view: &StreamFeatureView) -> Option<&'static str> {
    let spec = view.spec.clone().unwrap_or_default();
    if spec.stream_source.is_none() {
        return Some("has no stream source; set `spec.streamSource`");
    }
    // Feast unpickles the body whenever it reads the view, and fails on an empty one.
    #[expect(deprecated, reason = "the only place in which Feast looks for a stream view's function")]
    let bodiless = spec.user_defined_function.is_some_and(|function| function.body.is_empty());
    bodiless.then_some("has a function without its pickled `body`, which Feast could not load")
}

/// Feast reads the mode of an on-demand view in lower case only, and none as `pandas`.
fn with_plain_mode(object: Object) -> Result<Object, Refusal> {
    const MODE: &[u32] = &[1, 11];
    let mode = match object.text(MODE).to_lowercase() {
        mode if mode.is_empty() => "pandas".into(),
        mode => mode,
    };
    let kind = object.kind();
    object.with_text(MODE, &mode).map_err(|source| Refusal::Unreadable { kind, source })
}

fn on_demand_problem(view: &OnDemandFeatureView) -> Option<String> {
    let spec = view.spec.clone().unwrap_or_default();
    #[expect(deprecated, reason = "views written before `feature_transformation` existed have only this")]
    let has_old_function = spec.user_defined_function.is_some();
    if spec.sources.is_empty() {
        return Some("has no sources; set `spec.sources`".into());
    }
    let (mut views, mut requests) = (BTreeSet::new(), BTreeSet::new());
    for source in spec.sources.values() {
        match &source.source {
            Some(Source::FeatureView(view)) => {
                views.insert(view.spec.clone().unwrap_or_default().name);
            }
            Some(Source::FeatureViewProjection(projection)) => {
                views.insert(projection.feature_view_name.clone());
            }
            Some(Source::RequestDataSource(source)) => {
                requests.insert(source.name.clone());
            }
            None => return Some("has a source that is neither a view nor a request source".into()),
        }
    }
    if let Some(name) = views.intersection(&requests).next() {
        return Some(format!("has a view and a request source that are both named `{name}`"));
    }
    let mode = spec.mode.to_lowercase();
    if spec.singleton && mode != "python" {
        return Some("is a singleton, which needs `mode: python`".into());
    }
    if spec.write_to_online_store && spec.entities.is_empty() {
        return Some("is written to the online store, which needs entities".into());
    }
    if !spec.aggregations.is_empty() {
        return None;
    }
    let transformation =
        spec.feature_transformation.and_then(|FeatureTransformationV2 { transformation }| transformation);
    match (transformation, mode.as_str()) {
        (Some(Transformation::SubstraitTransformation(_)), "substrait" | "") => None,
        (Some(Transformation::SubstraitTransformation(_)), _) => {
            Some(format!("has a Substrait transformation, which does not fit `mode: {mode}`"))
        }
        (Some(Transformation::UserDefinedFunction(_)), "substrait") => {
            Some("has a Python function, which does not fit `mode: substrait`".into())
        }
        (Some(Transformation::UserDefinedFunction(function)), _)
            if function.body_text.is_empty() && !has_old_function =>
        {
            Some("has a function without its text, which Feast could not load; set its `bodyText`".into())
        }
        (Some(Transformation::UserDefinedFunction(_)), "" | "pandas" | "python") => None,
        (Some(Transformation::UserDefinedFunction(_)), _) => {
            Some(format!("has the mode `{mode}`; an on-demand view's function is of mode pandas or python"))
        }
        (None, _) if has_old_function => None,
        (None, _) => Some("has neither a transformation nor aggregations".into()),
    }
}

/// Feast takes a permission without types for one on all types, strips its patterns and tags, and
/// cannot read one back that has no policy.
fn admit_permission(object: Object) -> Result<Object, Refusal> {
    let mut permission = decode::<Permission>(&object)?;
    let spec = permission.spec.get_or_insert_default();
    let refuse = |problem: &str| {
        Err(Refusal::Invalid { kind: Kind::Permission, name: object.name(), problem: problem.into() })
    };
    if spec.actions.is_empty() {
        return refuse("allows no actions; set `spec.actions`, for example to [DESCRIBE]");
    }
    if spec.policy.as_ref().is_none_or(|policy| policy.policy_type.is_none()) {
        return refuse("has no policy; set `spec.policy`, for example its `roleBasedPolicy`");
    }
    let before = spec.clone();
    if spec.types.is_empty() {
        spec.types =
            (0..).map_while(|number| permission_spec::Type::try_from(number).ok()).map(i32::from).collect();
    }
    spec.name_patterns.iter_mut().for_each(|pattern| *pattern = pattern.trim().into());
    let trimmed = |(key, value): (String, String)| (key.trim().into(), value.trim().into());
    spec.tags = core::mem::take(&mut spec.tags).into_iter().map(trimmed).collect();
    spec.required_tags = core::mem::take(&mut spec.required_tags).into_iter().map(trimmed).collect();
    if *spec == before {
        return Ok(object);
    }
    // Decoding dropped what this build does not know; the original still has it.
    let unreadable = |source| Refusal::Unreadable { kind: Kind::Permission, source };
    let normal = Object::parse(Kind::Permission, permission.encode_to_vec()).map_err(unreadable)?;
    normal.with_unknown_of(&object).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::feast::core::{PermissionSpec, Policy, RoleBasedPolicy, policy::PolicyType};
    use alloc::vec;

    #[test]
    fn names() {
        let long = "n".repeat(300);
        for (kind, name, fine) in [
            (Kind::Entity, "a@:b", true),
            (Kind::Entity, "it's \"quoted\" 🚗", true),
            (Kind::FeatureView, "spaces and ünïcode/slash", true),
            (Kind::FeatureView, "a@b", false),
            (Kind::LabelView, "a:b", false),
            (Kind::Entity, "", false),
            (Kind::Entity, "two\nlines", false),
            (Kind::Entity, &long, false),
        ] {
            assert_eq!(check_name(kind, name).is_ok(), fine, "{name}");
        }
        for (name, fine) in
            [("driver_ranking", true), ("équipe-1", true), ("-x y", false), ("_x", false), ("a.b", false)]
        {
            assert_eq!(check_project_name(name).is_ok(), fine, "{name}");
        }
    }

    #[test]
    fn a_permission_is_made_readable_for_feast() {
        let policy = Policy {
            policy_type: Some(PolicyType::RoleBasedPolicy(RoleBasedPolicy::default())),
            ..Default::default()
        };
        let spec = PermissionSpec {
            name: "p".into(),
            actions: vec![1],
            name_patterns: vec![" fv.* ".into()],
            policy: Some(policy),
            ..Default::default()
        };
        let object = |spec: &PermissionSpec| {
            let mut bytes = Permission { spec: Some(spec.clone()), meta: None }.encode_to_vec();
            crate::wire::put_varint(&mut bytes, 99, 7);
            Object::parse(Kind::Permission, bytes).unwrap()
        };
        let admitted = admit(object(&spec)).unwrap();
        let read = Permission::decode(admitted.bytes()).unwrap().spec.unwrap();
        assert_eq!((read.types.len(), read.name_patterns), (12, vec!["fv.*".to_string()]));
        assert_eq!(crate::wire::last_varint(admitted.bytes(), 99).unwrap(), Some(7));
        for broken in
            [PermissionSpec { actions: vec![], ..spec.clone() }, PermissionSpec { policy: None, ..spec }]
        {
            assert!(admit(object(&broken)).is_err());
        }
    }
}
