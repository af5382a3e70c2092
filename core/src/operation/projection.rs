//! The projections of a feature service: those that name features without their types, or none, are
//! completed from the view they project, as Feast's `prepare_for_apply` does.
//!
//! Unlike Feast it keeps the view's timestamp column: Feast puts the created timestamp column there.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use core::str;

use crate::{
    kind::Kind,
    object::Object,
    refusal::Refusal,
    rows::Rows,
    schema::{FEAST_CORE_FEATURESPECV2, FieldType},
    unknown::carry_unknown,
    wire::{self, WireError},
};

const SPEC: u32 = 1;
/// `FeatureServiceSpec.features`.
const PROJECTIONS: u32 = 3;
/// Fields of `FeatureViewProjection`.
const VIEW_NAME: u32 = 1;
const COLUMNS: u32 = 2;
const TIMESTAMP_FIELD: u32 = 5;
const DATE_PARTITION: u32 = 6;
const CREATED_TIMESTAMP: u32 = 7;
const BATCH_SOURCE: u32 = 8;
const VERSION_TAG: u32 = 10;
/// Fields of `FeatureSpecV2`.
const NAME: u32 = 1;
const VALUE_TYPE: u32 = 2;

/// A view's kind and bytes.
type View = (Kind, Vec<u8>);

/// Finds a view by name among the objects that are applied together.
pub(super) type InBatch<'a> = dyn Fn(&str) -> Option<View> + 'a;

/// The views that a service's incomplete projections refer to. Where every projection is complete
/// nothing is looked up, so that services may name views that do not exist (Feast allows it).
pub(super) fn unresolved_views(service: &Object) -> BTreeSet<String> {
    let projections = projections(service).unwrap_or_default();
    let open = projections.iter().filter(|projection| !is_complete(projection).unwrap_or(true));
    open.filter_map(|projection| text(projection, VIEW_NAME)).collect()
}

/// The service with every incomplete projection completed.
pub(super) fn resolve(
    service: Object,
    project: &str,
    rows: &Rows,
    in_batch: &InBatch<'_>,
) -> Result<Object, Refusal> {
    if unresolved_views(&service).is_empty() {
        return Ok(service);
    }
    let name = service.name();
    let refuse = |problem: String| Refusal::UnresolvedProjection { service: name.clone(), problem };
    let mut refused = None;
    let edited = wire::edit_at::<WireError>(service.bytes(), &[SPEC], &mut |spec| {
        let mut out = Vec::with_capacity(spec.len());
        for field in wire::fields(spec) {
            let field = field?;
            match field.payload {
                wire::Payload::Bytes(projection)
                    if field.number == PROJECTIONS && !is_complete(projection)? =>
                {
                    match view_of(projection, project, rows, in_batch) {
                        Ok((kind, view)) => match complete(projection, kind, &view)? {
                            Ok(done) => wire::put_bytes(&mut out, PROJECTIONS, &done),
                            Err(problem) => refused = Some(refuse(problem)),
                        },
                        Err(problem) => refused = Some(refuse(problem)),
                    }
                }
                _ => out.extend_from_slice(field.raw),
            }
        }
        Ok(out)
    });
    if let Some(refusal) = refused {
        return Err(refusal);
    }
    let message = Kind::FeatureService.info().message.name;
    let parsed = edited
        .map_err(|source| crate::message::MessageError::Wire { message, source })
        .and_then(|bytes| Object::parse(Kind::FeatureService, bytes));
    parsed.map_err(|source| Refusal::Unreadable { kind: Kind::FeatureService, source })
}

fn projections(service: &Object) -> Result<Vec<Vec<u8>>, WireError> {
    let spec = wire::submessage(service.bytes(), SPEC)?.unwrap_or_default();
    Ok(wire::repeated(&spec, PROJECTIONS)?.into_iter().map(Vec::from).collect())
}

/// Whether a projection lists its features, each with a type.
fn is_complete(projection: &[u8]) -> Result<bool, WireError> {
    let columns = wire::repeated(projection, COLUMNS)?;
    let mut typed = !columns.is_empty();
    for column in columns {
        typed &= wire::last_varint(column, VALUE_TYPE)?.unwrap_or(0) != 0;
    }
    Ok(typed)
}

fn view_of(projection: &[u8], project: &str, rows: &Rows, in_batch: &InBatch<'_>) -> Result<View, String> {
    let name = text(projection, VIEW_NAME).unwrap_or_default();
    let absent = || format!("projects feature view `{name}`, which does not exist in project `{project}`");
    if let Ok(Some(version)) = wire::last_varint(projection, VERSION_TAG) {
        let number = version as i32;
        let found = rows.versions_of(project, &name).and_then(|versions| versions.get(&number));
        let found = found.and_then(|row| Some((Kind::of_history_type(&row.view_type)?, row.bytes.clone())));
        return found
            .ok_or_else(|| format!("projects `v{number}` of feature view `{name}`, which does not exist"));
    }
    if let Some(found) = in_batch(&name) {
        return Ok(found);
    }
    let mut found = Kind::VIEWS.into_iter().filter_map(|kind| Some((kind, rows.row(kind, project, &name)?)));
    found.next().map(|(kind, row)| (kind, row.bytes.clone())).ok_or_else(absent)
}

/// The projection with the view's features in place of its own; its problem where one is missing.
fn complete(projection: &[u8], kind: Kind, view: &[u8]) -> Result<Result<Vec<u8>, String>, WireError> {
    let spec = wire::submessage(view, SPEC)?.unwrap_or_default();
    let features = kind.info().view.as_ref().map_or(0, |view| view.features);
    let features = wire::repeated(&spec, features)?;
    let by_name: BTreeMap<Option<String>, &[u8]> =
        features.iter().rev().map(|feature| (text(feature, NAME), *feature)).collect();
    let wanted = wire::repeated(projection, COLUMNS)?;
    let mut out = wire::without(projection, &[COLUMNS])?;
    if wanted.is_empty() {
        features.iter().for_each(|feature| wire::put_bytes(&mut out, COLUMNS, feature));
    }
    for column in wanted {
        match by_name.get(&text(column, NAME)) {
            Some(feature) => {
                // Fails on damaged bytes only, which the service is checked for at the end.
                let named = carry_unknown(&FEAST_CORE_FEATURESPECV2, feature, column);
                wire::put_bytes(&mut out, COLUMNS, named.as_deref().unwrap_or(feature));
            }
            None => {
                let name = text(column, NAME).unwrap_or_default();
                let view = text(projection, VIEW_NAME).unwrap_or_default();
                return Ok(Err(format!(
                    "projects feature `{name}`, which feature view `{view}` does not have"
                )));
            }
        }
    }
    let spec_type = kind.info().message.field(SPEC).and_then(FieldType::message);
    let batch_source = spec_type.and_then(|spec| spec.field_named("batch_source"));
    let source = batch_source.map(|field| wire::submessage(&spec, field.number)).transpose()?.flatten();
    if let Some(source) = source {
        if wire::submessage(projection, BATCH_SOURCE)?.is_none() {
            wire::put_bytes(&mut out, BATCH_SOURCE, &source);
        }
        // The same columns in `DataSource`: timestamp_field, date_partition_column, created_timestamp_column.
        for (own, sources) in [(TIMESTAMP_FIELD, 3), (DATE_PARTITION, 4), (CREATED_TIMESTAMP, 5)] {
            if let (None, Some(column)) =
                (wire::last_bytes(projection, own)?, wire::last_bytes(&source, sources)?)
            {
                wire::put_bytes(&mut out, own, column);
            }
        }
    }
    Ok(Ok(out))
}

fn text(message: &[u8], number: u32) -> Option<String> {
    let bytes = wire::last_bytes(message, number).ok().flatten()?;
    str::from_utf8(bytes).ok().map(String::from)
}
