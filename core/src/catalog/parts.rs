//! What lists, references and searches read of an object, straight from its bytes and borrowed from them: the
//! one place that knows where in the messages things sit. Nothing fails; what is broken reads as absent.

use alloc::{borrow::Cow, collections::BTreeSet};
use core::str;

use crate::{
    kind::{Kind, ViewInfo},
    schema::{self, EnumType},
    time::Timestamp,
    wire::{self, Payload, Walk},
};

/// The entity that Feast puts into views that have none.
pub const DUMMY_ENTITY: &str = "__dummy";

/// Tags of fields that belong to their types.
const STRUCT_SCHEMA: &str = "feast:struct_schema";
const NESTED_TYPE: &str = "feast:nested_inner_type";

/// An object's message of some kind: one of a catalog, or a recorded version of one.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    kind: Kind,
    bytes: &'a [u8],
}

/// The text that the field had last.
pub(super) fn last_text<'a>(occurrences: Walk<'a>) -> Option<&'a str> {
    str::from_utf8(occurrences.filter_map(Payload::bytes).last()?).ok()
}

/// The number that the field had last.
pub(super) fn last_varint(occurrences: Walk<'_>) -> Option<u64> {
    occurrences.filter_map(Payload::varint).last()
}

fn texts<'a>(occurrences: Walk<'a>) -> impl Iterator<Item = &'a str> {
    occurrences.filter_map(Payload::bytes).filter_map(|text| str::from_utf8(text).ok())
}

/// The entries of a `map<string, string>`.
fn pairs<'a>(occurrences: Walk<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let part = |entry, number| last_text(wire::walk(entry, &[number])).unwrap_or_default();
    occurrences.filter_map(Payload::bytes).map(move |entry| (part(entry, 1), part(entry, 2)))
}

/// The numbers of a `repeated` enum, packed or not.
pub(super) fn numbers(occurrences: Walk<'_>) -> impl Iterator<Item = i32> {
    occurrences.flat_map(|payload| {
        let mut packed = wire::Reader::new(payload.bytes().unwrap_or_default());
        let packed = core::iter::from_fn(move || if packed.is_empty() { None } else { packed.varint().ok() });
        payload.varint().into_iter().chain(packed).map(|number| number as i32)
    })
}

fn seconds(duration: &[u8]) -> i64 {
    last_varint(wire::walk(duration, &[1])).unwrap_or_default() as i64
}

impl<'a> Parts<'a> {
    /// The parts of `bytes`, which should be the message of that kind.
    pub fn new(kind: Kind, bytes: &'a [u8]) -> Self {
        Parts { kind, bytes }
    }

    /// The kind.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// The message.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The occurrences of any field; see [`wire::walk`].
    pub fn walk(self, path: &[u32]) -> Walk<'a> {
        wire::walk(self.bytes, path)
    }

    /// The text at a path; empty where there is none.
    pub fn text(self, path: &[u32]) -> &'a str {
        last_text(self.walk(path)).unwrap_or_default()
    }

    /// The texts of a list.
    pub fn texts(self, path: &[u32]) -> impl Iterator<Item = &'a str> {
        texts(self.walk(path))
    }

    /// The number at a path, an enum's or a truth value's too; 0 where there is none.
    pub fn number(self, path: &[u32]) -> u64 {
        last_varint(self.walk(path)).unwrap_or_default()
    }

    /// The name.
    pub fn name(self) -> &'a str {
        self.text(self.kind.info().at.name)
    }

    /// The description.
    pub fn description(self) -> &'a str {
        self.text(self.kind.info().at.description)
    }

    /// The owner.
    pub fn owner(self) -> &'a str {
        self.text(self.kind.info().at.owner)
    }

    /// The tags, in the order of the bytes.
    pub fn tags(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        pairs(self.walk(self.kind.info().at.tags))
    }

    /// When it was first applied.
    pub fn created(self) -> Option<Timestamp> {
        self.time_in_meta(self.kind.info().at.created)
    }

    /// When it last changed; Feast does not book that on every kind.
    pub fn last_updated(self) -> Option<Timestamp> {
        self.time_in_meta(self.kind.info().at.last_updated)
    }

    fn time_in_meta(self, number: u32) -> Option<Timestamp> {
        let found = self.in_meta(number).filter_map(Payload::bytes).last()?;
        Timestamp::decode(found).ok()
    }

    fn in_meta(self, number: u32) -> Walk<'a> {
        match self.kind.info().at.meta {
            [meta] => self.walk(&[*meta, number]),
            _ => self.walk(&[]),
        }
    }

    /// A field of a view's spec.
    fn in_view(self, number: impl Fn(&ViewInfo) -> u32) -> Walk<'a> {
        self.walk(&[1, self.kind.info().view.as_ref().map_or(0, number)])
    }

    fn columns(self, number: impl Fn(&ViewInfo) -> u32) -> impl Iterator<Item = Column<'a>> {
        self.in_view(number).filter_map(Payload::bytes).map(|bytes| Column { bytes })
    }

    /// Views: the features, without the join keys, which Feast writes among those of stream views.
    pub fn features(self) -> impl Iterator<Item = Column<'a>> {
        let keys: BTreeSet<&str> = self.entity_columns().map(|column| column.name()).collect();
        self.columns(|view| view.features).filter(move |column| !keys.contains(column.name()))
    }

    /// Views: the join keys with their types.
    pub fn entity_columns(self) -> impl Iterator<Item = Column<'a>> {
        self.columns(|view| view.entity_columns)
    }

    /// Views: the names of the entities. The one that stands for none is left out.
    pub fn entities(self) -> impl Iterator<Item = &'a str> {
        texts(self.in_view(|view| view.entities)).filter(|name| *name != DUMMY_ENTITY)
    }

    /// Views: for how many seconds values are served; `None` for ever.
    pub fn ttl(self) -> Option<i64> {
        let ttl = self.in_view(|view| view.ttl).filter_map(Payload::bytes).last()?;
        Some(seconds(ttl)).filter(|seconds| *seconds != 0)
    }

    /// Views: whether the online store serves it.
    pub fn is_online(self) -> bool {
        last_varint(self.in_view(|view| view.online)).is_some_and(|flag| flag != 0)
    }

    /// Views: whether it is written to the offline store.
    pub fn is_offline(self) -> bool {
        last_varint(self.in_view(|view| view.offline)).is_some_and(|flag| flag != 0)
    }

    /// Views: whether it is disabled.
    pub fn is_disabled(self) -> bool {
        last_varint(self.in_view(|view| view.disabled)).is_some_and(|flag| flag != 0)
    }

    /// A feature view that computes its features, which Feast calls a batch feature view.
    pub fn is_batch_view(self) -> bool {
        self.kind == Kind::FeatureView && self.walk(&[1, 15]).next().is_some()
    }

    /// Views: what the definition says of the version to have in force; empty for the latest.
    pub fn version(self) -> &'a str {
        last_text(self.in_view(|view| view.version)).unwrap_or_default()
    }

    /// Views: the version in force, as far as Feast tells; 0 may mean that it does not.
    pub fn version_number(self) -> i32 {
        let number = self.kind.info().view.as_ref().map_or(0, |view| view.version_number);
        last_varint(self.in_meta(number)).unwrap_or_default() as i32
    }

    /// Views: a number of `feast.core.FeatureViewState`.
    pub fn state(self) -> i32 {
        let number = self.kind.info().view.as_ref().map_or(0, |view| view.state);
        last_varint(self.in_meta(number)).unwrap_or_default() as i32
    }

    /// Views: the materialized intervals, start and end, as stored.
    pub fn intervals(self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let number = self.kind.info().view.as_ref().map_or(0, |view| view.intervals);
        let time = |interval, number| {
            let bytes = wire::last(interval, &[number], Payload::bytes);
            bytes.and_then(|bytes| Timestamp::decode(bytes).ok()).unwrap_or_default()
        };
        let intervals = self.in_meta(number).filter_map(Payload::bytes);
        intervals.map(move |interval| (time(interval, 1), time(interval, 2)))
    }

    /// Views, and stream and push sources: the data sources written out in it, not those within these.
    pub fn sources(self) -> impl Iterator<Item = Source<'a>> {
        let source = |role| move |bytes| Source { role, bytes };
        let batch = self.in_view(|view| view.source).filter_map(Payload::bytes).last();
        let stream = self.in_view(|view| view.stream_source).filter_map(Payload::bytes).last();
        let inner = self.walk(if self.kind == Kind::DataSource { &[26] } else { &[] });
        let inner = inner.filter_map(Payload::bytes).last();
        batch
            .map(source(Role::Batch))
            .into_iter()
            .chain(stream.map(source(Role::Stream)))
            .chain(inner.map(source(Role::Batch)))
    }

    /// A data source as one.
    pub fn source(self) -> Option<Source<'a>> {
        Some(Source { role: Role::Itself, bytes: self.bytes }).filter(|_| self.kind == Kind::DataSource)
    }

    /// On-demand views: what they read, with the name under which they do.
    pub fn inputs(self) -> impl Iterator<Item = (&'a str, Input<'a>)> {
        let entries = self.in_view(|view| view.inputs).filter_map(Payload::bytes);
        entries.filter_map(|entry| {
            // Of a oneof the member that comes last counts.
            let value = wire::walk(entry, &[2]).filter_map(Payload::bytes);
            let member = value.flat_map(wire::fields).filter_map(Result::ok).last()?;
            let bytes = member.payload.bytes()?;
            let input = match member.number {
                1 => Input::View(Parts { kind: Kind::FeatureView, bytes }.name()),
                2 => Input::Request(Source { role: Role::Request, bytes }),
                3 => Input::Projection(Projection { bytes }),
                _ => return None,
            };
            Some((last_text(wire::walk(entry, &[1])).unwrap_or_default(), input))
        })
    }

    /// Views: the names of the views that it derives from.
    pub fn source_views(self) -> impl Iterator<Item = &'a str> {
        let specs = self.in_view(|view| view.source_views).filter_map(Payload::bytes);
        specs.map(|spec| last_text(wire::walk(spec, &[1])).unwrap_or_default())
    }

    /// Feature services and on-demand views: the parts of views that they read.
    pub fn projections(self) -> impl Iterator<Item = Projection<'a>> {
        let of_service = self.walk(if self.kind == Kind::FeatureService { &[1, 3] } else { &[] });
        let of_service = of_service.filter_map(Payload::bytes).map(|bytes| Projection { bytes });
        of_service.chain(self.inputs().filter_map(|(_, input)| match input {
            Input::Projection(projection) => Some(projection),
            _ => None,
        }))
    }

    /// Permissions: the numbers of `AuthzedAction` that it grants.
    pub fn actions(self) -> impl Iterator<Item = i32> {
        numbers(self.of_permission(6))
    }

    /// Permissions: the numbers of `Type` that it is about; none for all.
    pub fn permission_types(self) -> impl Iterator<Item = i32> {
        numbers(self.of_permission(3))
    }

    /// Permissions: the patterns one of which a name has to match; none for every name.
    pub fn name_patterns(self) -> impl Iterator<Item = &'a str> {
        texts(self.of_permission(4))
    }

    /// Permissions: the tags that an object has to carry.
    pub fn required_tags(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        pairs(self.of_permission(5))
    }

    fn of_permission(self, number: u32) -> Walk<'a> {
        let spec = u32::from(self.kind == Kind::Permission);
        self.walk(&[spec, number])
    }
}

/// A named and typed column, `feast.core.FeatureSpecV2`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Column<'a> {
    bytes: &'a [u8],
}

impl<'a> Column<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Column { bytes }
    }

    pub(super) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    fn text(self, number: u32) -> &'a str {
        last_text(wire::walk(self.bytes, &[number])).unwrap_or_default()
    }

    /// The name.
    pub fn name(self) -> &'a str {
        self.text(1)
    }

    /// The description.
    pub fn description(self) -> &'a str {
        self.text(4)
    }

    /// The number of its type in `feast.types.ValueType.Enum`.
    pub fn value_type(self) -> i32 {
        last_varint(wire::walk(self.bytes, &[2])).unwrap_or_default() as i32
    }

    /// Its type: `INT64_LIST`, or where that says too little as Feast writes it, `Array(Array(INT64))`.
    pub fn type_name(self) -> Cow<'a, str> {
        self.nested_type().map_or_else(|| value_type_name(self.value_type()), Cow::Borrowed)
    }

    /// Its tags, less those that belong to its type.
    pub fn tags(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        pairs(wire::walk(self.bytes, &[3])).filter(|(key, _)| ![STRUCT_SCHEMA, NESTED_TYPE].contains(key))
    }

    /// The fields of a struct, as JSON.
    pub fn struct_schema(self) -> Option<&'a str> {
        self.tag(STRUCT_SCHEMA)
    }

    /// The whole type of a collection of collections.
    pub fn nested_type(self) -> Option<&'a str> {
        self.tag(NESTED_TYPE)
    }

    fn tag(self, wanted: &str) -> Option<&'a str> {
        pairs(wire::walk(self.bytes, &[3])).filter(|(key, _)| *key == wanted).map(|(_, value)| value).last()
    }

    /// Whether the online store indexes it for similarity search.
    pub fn is_vector(self) -> bool {
        last_varint(wire::walk(self.bytes, &[5])).is_some_and(|flag| flag != 0)
    }

    /// By which distance it is searched.
    pub fn vector_metric(self) -> &'a str {
        self.text(6)
    }

    /// The number of dimensions; `None` where it is not said.
    pub fn vector_length(self) -> Option<i32> {
        last_varint(wire::walk(self.bytes, &[7])).map(|length| length as i32).filter(|length| *length != 0)
    }
}

/// The name of a `feast.types.ValueType.Enum`; two of Feast's types have none there.
pub fn value_type_name(number: i32) -> Cow<'static, str> {
    match number {
        30 => "PDF_BYTES".into(),
        31 => "IMAGE_BYTES".into(),
        number => schema::FEAST_TYPES_VALUETYPE_ENUM.text(number),
    }
}

/// The name of an enum's value.
pub(super) fn enum_text(ty: &EnumType, number: i32) -> Cow<'static, str> {
    if ty.name == schema::FEAST_TYPES_VALUETYPE_ENUM.name { value_type_name(number) } else { ty.text(number) }
}

/// What a data source is to that which uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is the object itself.
    Itself,
    /// Values are read from it in bulk.
    Batch,
    /// Values arrive through it.
    Stream,
    /// Values come with the request.
    Request,
}

/// A data source, an object or written out in one.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What it is to its user.
    pub role: Role,
    /// A `feast.core.DataSource`.
    pub bytes: &'a [u8],
}

impl<'a> Source<'a> {
    /// Its name, by which it may be found among the data sources; it need not be there.
    pub fn name(self) -> &'a str {
        self.parts().name()
    }

    /// A number of `feast.core.DataSource.SourceType`.
    pub fn source_type(self) -> i32 {
        self.parts().number(&[1]) as i32
    }

    /// What it says as a data source.
    pub fn parts(self) -> Parts<'a> {
        Parts { kind: Kind::DataSource, bytes: self.bytes }
    }
}

/// What an on-demand view reads.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A whole view, by name; an older form.
    View(&'a str),
    /// Part of a view.
    Projection(Projection<'a>),
    /// What comes with the request.
    Request(Source<'a>),
}

/// Some features of a view, as a service or an on-demand view reads them.
#[derive(Clone, Copy, Debug)]
pub struct Projection<'a> {
    bytes: &'a [u8],
}

impl<'a> Projection<'a> {
    /// The view's name; the view need not exist.
    pub fn view(self) -> &'a str {
        last_text(wire::walk(self.bytes, &[1])).unwrap_or_default()
    }

    /// What stands for the view's name; empty for the name itself.
    pub fn alias(self) -> &'a str {
        last_text(wire::walk(self.bytes, &[3])).unwrap_or_default()
    }

    /// `labelView`, or what says that it is none.
    pub fn view_type(&self) -> &'a str {
        last_text(wire::walk(self.bytes, &[11])).unwrap_or_default()
    }

    /// The recorded version that is read instead of the view as it stands.
    pub fn version(self) -> Option<i32> {
        last_varint(wire::walk(self.bytes, &[10])).map(|number| number as i32)
    }

    /// The features.
    pub fn features(self) -> impl Iterator<Item = Column<'a>> {
        wire::walk(self.bytes, &[2]).filter_map(Payload::bytes).map(|bytes| Column { bytes })
    }

    /// From the view's join keys to the columns of the caller.
    pub fn join_key_map(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        pairs(wire::walk(self.bytes, &[4]))
    }
}
