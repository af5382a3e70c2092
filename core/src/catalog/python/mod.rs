//! An object as the Python that defines it: a module that runs by itself, with what the object stands on (its
//! entities, data sources and views). Applied, it gives the same definition. Where something cannot be said in
//! Python, as a function of which only the pickled form is stored, a comment says so.

mod expression;
mod fields;
mod functions;
mod module;
mod objects;
mod services;
mod sources;
mod values;
mod views;

use alloc::{collections::BTreeMap, string::String, vec::Vec};

pub(super) use expression::literal as text;

use super::{Catalog, Column, Parts};
use crate::{kind::Kind, schema::FEAST_CORE_FEATURESPECV2};
use expression::Expression;
use fields::Fields;
use module::Module;
use views::View;

/// The Python that defines an object of this project.
pub(super) fn definition<'a>(catalog: &'a Catalog<'a>, project: &'a str, parts: &Parts<'a>) -> String {
    let mut writer = Writer::new(catalog, project);
    let kind = parts.kind();
    let object = Fields::new(kind.info().message, parts.bytes());
    let spec = object.message("spec").unwrap_or(object);
    match kind {
        Kind::Project => writer.project(spec),
        Kind::Entity => drop(writer.entity_value(spec)),
        Kind::DataSource => drop(writer.source(spec)),
        Kind::FeatureView | Kind::StreamFeatureView | Kind::OnDemandFeatureView | Kind::LabelView => {
            drop(writer.view(kind, spec));
        }
        Kind::FeatureService => writer.service(spec),
        Kind::SavedDataset => writer.saved_dataset(spec),
        Kind::ValidationReference => writer.validation_reference(spec),
        Kind::Permission => writer.permission(spec),
        Kind::Infra => writer.infra(),
    }
    writer.module.end()
}

/// The Python that defines a feature of a view.
pub(super) fn feature<'a>(catalog: &'a Catalog<'a>, project: &'a str, column: Column<'a>) -> String {
    let mut writer = Writer::new(catalog, project);
    let field = writer.field(Fields::new(&FEAST_CORE_FEATURESPECV2, column.bytes()));
    drop(writer.define(column.name(), "feature", field));
    writer.module.end()
}

/// A module under construction, and what has been defined in it.
struct Writer<'a> {
    catalog: &'a Catalog<'a>,
    project: &'a str,
    module: Module,
    /// Comments for the next definition.
    notes: Vec<String>,
    /// The variables of entities, by name.
    entities: BTreeMap<&'a str, Expression>,
    /// Views by name; `None`: not to be had.
    views: BTreeMap<&'a str, Option<View<'a>>>,
}

impl<'a> Writer<'a> {
    fn new(catalog: &'a Catalog<'a>, project: &'a str) -> Self {
        Writer {
            catalog,
            project,
            module: Module::default(),
            notes: Vec::new(),
            entities: BTreeMap::new(),
            views: BTreeMap::new(),
        }
    }

    /// Says something above the next definition.
    fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Gives a value a name: the object's, if that is an identifier and free.
    fn define(&mut self, name: &str, ending: &str, value: Expression) -> Expression {
        let notes = core::mem::take(&mut self.notes);
        Expression::atom(self.module.define(name, ending, &notes, value))
    }
}
