//! Views of all kinds, with their entities and sources.

use alloc::{
    borrow::ToOwned,
    collections::{BTreeMap, BTreeSet},
    format,
    vec::Vec,
};

use super::{
    Writer,
    expression::{Call, Expression},
    fields::Fields,
};
use crate::{
    catalog::{Column, DUMMY_ENTITY},
    compact,
    kind::Kind,
    message, schema,
};

/// A view that has been defined.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub(super) kind: Kind,
    /// Its variable.
    pub(super) variable: Expression,
    /// Its features with their places.
    pub(super) features: BTreeMap<&'a str, (usize, Expression)>,
    /// What a projection of it takes for its batch source.
    pub(super) batch_source: Option<Expression>,
    pub(super) spec: Fields<'a>,
}

/// A tag of on-demand views that is an argument of theirs.
const TRACK_METRICS: &str = "feast:track_metrics";
/// What on-demand views call the source that stands for their input schema.
const INPUT_SCHEMA: &str = "__input_schema__";
/// The column that Feast gives to views without entities.
const DUMMY_COLUMN: &str = "__dummy_id";

/// What all have in common, as far as they have it.
const ARGUMENTS: &[(&str, &str)] = &[
    ("timestamp_field", "timestamp_field"),
    ("aggregations", "aggregations"),
    ("enable_tiling", "enable_tiling"),
    ("tiling_hop_size", "tiling_hop_size"),
    ("labeler_field", "labeler_field"),
    ("reference_feature_view", "reference_feature_view"),
    ("offline", "offline"),
    ("write_to_online_store", "write_to_online_store"),
    ("singleton", "singleton"),
    ("enable_validation", "enable_validation"),
    ("version", "version"),
    ("description", "description"),
];

impl<'a> Writer<'a> {
    /// Defines a view by its spec.
    pub(super) fn view(&mut self, kind: Kind, spec: Fields<'a>) -> View<'a> {
        let name = spec.text("name");
        let is_batch = kind == Kind::FeatureView && spec.message("feature_transformation").is_some();
        let class = if is_batch { "BatchFeatureView" } else { kind.info().name };
        let columns = || spec.columns("entity_columns").filter(|column| column.name() != DUMMY_COLUMN);
        let entities = self.entities(spec);
        let keys: BTreeSet<&str> = columns().map(|column| column.name()).collect();
        let features: Vec<Column<'a>> =
            spec.columns("features").filter(|column| !keys.contains(column.name())).collect();
        let mut schema: Vec<Expression> = columns().map(|column| self.column(column)).collect();
        let key_count = schema.len();
        schema.extend(features.iter().map(|column| self.column(*column)));
        let written = schema.get(key_count..).unwrap_or_default().iter().cloned().enumerate();
        let features = compact::map(features.iter().map(|column| column.name()).zip(written));

        let call = Call::new(self.module.import(class))
            .with("name", Expression::text(name))
            .with_all("entities", Expression::List(entities));
        let call = self.arguments(call, spec, &[("ttl", "ttl")]).with_all("schema", Expression::List(schema));
        let call = match kind {
            Kind::OnDemandFeatureView => self.inputs(call, spec),
            _ => self.view_sources(call, spec),
        };
        let mode = spec.text("mode");
        let default_mode = match class {
            "BatchFeatureView" | "StreamFeatureView" => "python",
            "OnDemandFeatureView" => "pandas",
            _ => "",
        };
        let call = call.with_text("mode", if mode == default_mode { "" } else { mode });
        let call = self.function(call, spec);
        let has = |field| spec.ty.field_named(field).is_some();
        let call = match has("online") {
            true => call.with_flag("online", spec.flag("online"), !is_batch),
            false => call,
        };
        let call = self.arguments(call, spec, ARGUMENTS);
        let policy = spec.number("conflict_policy").unwrap_or_default() as i32;
        let policy = Some(policy).filter(|policy| *policy != 0);
        let policy = policy.and_then(|policy| schema::FEAST_CORE_CONFLICTRESOLUTIONPOLICY.value_name(policy));
        let policy = policy.map(|policy| self.module.import("ConflictPolicy").attribute(policy));
        let is_tracked = spec.pairs("tags").any(|tag| tag == (TRACK_METRICS, "true"));
        let tags = Expression::pairs(spec.pairs("tags").filter(|(key, _)| *key != TRACK_METRICS));
        // Two classes have no argument for it.
        let has_enabled = !is_batch && kind != Kind::StreamFeatureView;
        let is_disabled = spec.flag("disabled");
        let call = call
            .with_some("conflict_policy", policy)
            .with_flag("track_metrics", is_tracked, false)
            .with_flag("enabled", !(is_disabled && has_enabled), true)
            .with_all("tags", tags);
        let call = self.arguments(call, spec, &[("owner", "owner"), ("org", "org")]);
        let variable = self.define(name, "view", call.end());
        if is_disabled && !has_enabled {
            self.module.add_line(&format!("{}.enabled = False", variable.laid_out(0, 0)));
        }
        let batch_source = self.batch_source(spec);
        View { kind, variable, features, batch_source, spec }
    }

    /// A view of the registry by name, defined if need be.
    pub(super) fn view_named(&mut self, name: &'a str) -> Option<View<'a>> {
        if let Some(known) = self.views.get(name) {
            return known.clone();
        }
        let entry = self.catalog.find_view(self.project, name);
        let entry = entry.filter(|entry| message::check(entry.kind.info().message, entry.bytes).is_ok());
        let view = entry.and_then(|entry| {
            let spec = Fields::new(entry.kind.info().message, entry.bytes).message("spec")?;
            Some(self.view(entry.kind, spec))
        });
        self.views.insert(name, view.clone());
        view
    }

    fn column(&mut self, column: Column<'a>) -> Expression {
        self.field(Fields::new(&schema::FEAST_CORE_FEATURESPECV2, column.bytes()))
    }

    fn entities(&mut self, spec: Fields<'a>) -> Vec<Expression> {
        let names: Vec<&str> = spec.texts("entities").filter(|name| *name != DUMMY_ENTITY).collect();
        let columns: Vec<Column<'a>> = spec.columns("entity_columns").collect();
        let entity = |(index, name): (usize, &&'a str)| {
            if let Some(known) = self.entities.get(name) {
                return known.clone();
            }
            let found = self.catalog.find(Kind::Entity, self.project, name);
            let message = &schema::FEAST_CORE_ENTITY;
            let found = found.filter(|entry| message::check(message, entry.bytes).is_ok());
            let found = found.and_then(|entry| Fields::new(message, entry.bytes).message("spec"));
            let variable = match found {
                Some(found) => self.entity_value(found),
                None => {
                    self.note(format!("The entity {name} is not in the registry. Its join key is a guess."));
                    let column = columns.get(index).filter(|_| columns.len() == names.len());
                    let key = column.map(|column| column.name()).filter(|key| key != name);
                    let value = Call::new(self.module.import("Entity"))
                        .with("name", Expression::text(name))
                        .with_some("join_keys", key.map(|key| Expression::texts([key].into_iter())))
                        .end();
                    self.define(name, "entity", value)
                }
            };
            self.entities.insert(name, variable.clone());
            variable
        };
        names.iter().enumerate().map(entity).collect()
    }

    /// The sources of all but on-demand views.
    fn view_sources(&mut self, call: Call, spec: Fields<'a>) -> Call {
        let views: Vec<Expression> =
            spec.messages("source_views").map(|view| self.view(Kind::FeatureView, view).variable).collect();
        let batch = self.value(spec, "batch_source").or_else(|| self.value(spec, "source"));
        match self.value(spec, "stream_source") {
            Some(stream) => call.with("source", stream),
            None if views.is_empty() => call.with_some("source", batch),
            None => call.with("source", Expression::List(views)).with_some("sink_source", batch),
        }
    }

    /// What a projection of the view has for its batch source.
    fn batch_source(&mut self, spec: Fields<'a>) -> Option<Expression> {
        let source = spec.message("batch_source").or_else(|| spec.message("source"))?;
        let source = source.message("batch_source").unwrap_or(source);
        Some(self.source_value(source))
    }

    /// What an on-demand view reads.
    fn inputs(&mut self, mut call: Call, spec: Fields<'a>) -> Call {
        let mut sources = Vec::new();
        for entry in spec.messages("sources") {
            let Some((_, input)) = entry.message("value").and_then(Fields::member) else { continue };
            match input.ty {
                ty if core::ptr::eq(ty, &schema::FEAST_CORE_DATASOURCE) => {
                    let options = input.message("request_data_options");
                    let schema = options.and_then(|options| self.value(options, "schema"));
                    if input.text("name").starts_with(INPUT_SCHEMA) {
                        call = call.with_some("input_schema", schema);
                    } else {
                        sources.push(self.source(input));
                    }
                }
                // The older form: the view itself.
                ty if core::ptr::eq(ty, &schema::FEAST_CORE_FEATUREVIEW) => {
                    let spec = input.message("spec");
                    sources.extend(spec.map(|spec| self.view(Kind::FeatureView, spec).variable));
                }
                _ => sources.push(self.projected(input)),
            }
        }
        call.with_all("sources", Expression::List(sources))
    }

    /// What an on-demand view reads of another: the view or some of its features, and where the view is no
    /// longer so, what it was then.
    fn projected(&mut self, projection: Fields<'a>) -> Expression {
        let name = projection.text("feature_view_name");
        let is_source = |view: &View<'a>| matches!(view.kind, Kind::FeatureView | Kind::StreamFeatureView);
        let view = self.view_named(name).filter(is_source);
        if let Some(view) = view {
            let selection = self.selection(&view, projection);
            if selection.is_same && projection.number("version_tag").is_none() {
                return selection.expression;
            }
        }
        let call = Call::new(self.module.import("FeatureViewProjection"))
            .with("name", Expression::text(name))
            .with(
                "name_alias",
                match projection.text("feature_view_name_alias") {
                    "" => Expression::atom("None"),
                    alias => Expression::text(alias),
                },
            )
            .with("desired_features", Expression::List(Vec::new()))
            .with(
                "features",
                self.value(projection, "feature_columns").unwrap_or(Expression::List(Vec::new())),
            );
        let rest = ["join_key_map", "timestamp_field", "date_partition_column", "created_timestamp_column"]
            .map(|field| (field, field));
        let call = self.arguments(call, projection, &rest);
        let call = self.arguments(call, projection, &[("batch_source", "batch_source")]);
        let tag = projection.number("version_tag");
        let view_type = Some(projection.text("view_type")).filter(|ty| !["", "featureView"].contains(ty));
        let value = call
            .with_some("version_tag", tag.map(|tag| Expression::atom(tag as i32)))
            .with_text("view_type", view_type.unwrap_or_default())
            .end();
        self.note(format!(
            "What is read of {}: the view itself is not, or no longer, just so.",
            name.to_owned()
        ));
        self.define(name, "projection", value)
    }

    /// The part of a defined view that a projection is.
    pub(super) fn selection(&mut self, view: &View<'a>, projection: Fields<'a>) -> Selection {
        let mut is_same = true;
        let mut names = Vec::new();
        for column in projection.columns("feature_columns") {
            let written = self.column(column);
            let known = view.features.get(column.name());
            is_same &= known.is_some_and(|(_, known)| *known == written);
            if let Some((place, _)) = known {
                names.push((*place, column.name()));
            }
        }
        let batch_source = projection.message("batch_source").map(|source| self.source_value(source));
        is_same &= batch_source == view.batch_source;
        let is_whole = names.len() == view.features.len()
            && names.iter().enumerate().all(|(at, (place, _))| at == *place);
        let mut expression = view.variable.clone();
        if !is_whole {
            expression = expression.item(Expression::texts(names.iter().map(|(_, name)| *name)));
        }
        if let alias @ [_, ..] = projection.text("feature_view_name_alias").as_bytes() {
            let alias = core::str::from_utf8(alias).unwrap_or_default();
            expression = expression.attribute("with_name").call(Expression::text(alias));
        }
        let keys = projection.dictionary("join_key_map");
        if keys != Expression::Dict(Vec::new()) {
            expression = expression.attribute("with_join_key_map").call(keys);
        }
        Selection { expression, is_same }
    }
}

/// Some features of a view.
pub(super) struct Selection {
    pub(super) expression: Expression,
    /// Whether the view's features and its source are those that are stored with the selection.
    pub(super) is_same: bool,
}
