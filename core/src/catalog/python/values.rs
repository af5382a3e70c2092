//! Values of fields as the arguments of Feast's classes. What a value looks like follows from the type of its
//! field in the schema; which argument has which field, and which class, the tables of the other files say.

use alloc::{format, string::String, vec::Vec};
use core::time::Duration;

use super::{
    Writer,
    expression::{Call, Expression},
    fields::Fields,
    module::Module,
};
use crate::{
    catalog::{Column, data_type::DataType, value_type_name},
    schema::{self, MessageType, Shape, Type},
};

/// A class, what says that it is this one, and its arguments with the fields that they have their values from.
pub(super) struct Class {
    pub(super) sign: &'static str,
    pub(super) name: &'static str,
    pub(super) options: &'static str,
    pub(super) arguments: &'static [(&'static str, &'static str)],
}

/// What an argument is when it is not given.
const DEFAULTS: &[(&str, &str)] =
    &[("date_partition_column_format", "%Y-%m-%d"), ("labeler_field", "labeler"), ("version", "latest")];

fn is(message: &MessageType, other: &MessageType) -> bool {
    core::ptr::eq(message, other)
}

impl<'a> Writer<'a> {
    /// Adds the arguments that have a value.
    pub(super) fn arguments(
        &mut self,
        call: Call,
        fields: Fields<'a>,
        arguments: &[(&'static str, &str)],
    ) -> Call {
        arguments.iter().fold(call, |call, (argument, field)| {
            let value = self.value(fields, field);
            let is_default = |value: &Expression| {
                let is_it =
                    |(name, text): &(&str, &str)| name == argument && *value == Expression::text(text);
                DEFAULTS.iter().any(is_it)
            };
            call.with_some(argument, value.filter(|value| !is_default(value)))
        })
    }

    /// The value of a field; `None` where it is absent, empty or false.
    pub(super) fn value(&mut self, fields: Fields<'a>, name: &str) -> Option<Expression> {
        let field = fields.ty.field_named(name)?;
        let value = match (field.shape, field.ty) {
            (Shape::Map, _) => fields.dictionary(name),
            (Shape::Repeated, Type::String) => fields.list(name),
            (Shape::Repeated, Type::Message(message)) => {
                let element = match message {
                    message if is(message, &schema::FEAST_CORE_FEATURESPECV2) => Writer::field,
                    message if is(message, &schema::FEAST_CORE_AGGREGATION) => Writer::aggregation,
                    _ => return None,
                };
                Expression::List(fields.messages(name).map(|message| element(self, message)).collect())
            }
            (_, Type::String) => Expression::text(Some(fields.text(name)).filter(|text| !text.is_empty())?),
            (_, Type::Bool) => Expression::flag(Some(fields.flag(name)).filter(|flag| *flag)?),
            (_, Type::Int32 | Type::Int64 | Type::Uint64) => Expression::atom(
                fields.number(name).map(|number| number as i64).filter(|number| *number != 0)?,
            ),
            (_, Type::Message(message)) => {
                let inner = fields.message(name)?;
                match message {
                    message if is(message, &schema::FEAST_CORE_DATASOURCE) => self.source(inner),
                    message if message.name == "google.protobuf.Duration" => {
                        self.timedelta(fields.duration(name).filter(|micros| *micros != 0)?)
                    }
                    message if is(message, &schema::FEAST_CORE_TABLEFORMAT) => {
                        let (kind, format) = inner.member()?;
                        let class = self.module.import("table_format").attribute(class_name(kind.message()?));
                        self.all_arguments(Call::new(class), format)
                    }
                    message
                        if is(message, &schema::FEAST_CORE_FILEFORMAT)
                            || is(message, &schema::FEAST_CORE_STREAMFORMAT) =>
                    {
                        let (kind, format) = inner.member()?;
                        let class = self.module.import(class_name(kind.message()?));
                        self.all_arguments(Call::new(class), format)
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        let is_empty = match &value {
            Expression::List(elements) => elements.is_empty(),
            Expression::Dict(entries) => entries.is_empty(),
            _ => false,
        };
        Some(value).filter(|_| !is_empty)
    }

    /// A class whose arguments are called as the fields.
    fn all_arguments(&mut self, call: Call, fields: Fields<'a>) -> Expression {
        let arguments: Vec<_> = fields.ty.fields.iter().map(|field| (field.name, field.name)).collect();
        self.arguments(call, fields, &arguments).end()
    }

    /// The class that goes with the member of a message's oneof that is set.
    pub(super) fn member(&mut self, fields: Fields<'a>, classes: &[Class]) -> Option<Expression> {
        let (field, member) = fields.member()?;
        let class = classes.iter().find(|class| class.sign == field.name)?;
        let call = Call::new(self.module.import(class.name));
        Some(self.arguments(call, member, class.arguments).end())
    }

    /// A column, `Field(name="trips", dtype=Int64)`.
    pub(super) fn field(&mut self, fields: Fields<'a>) -> Expression {
        let column = Column::new(fields.bytes);
        let dtype = self.dtype(column);
        Call::new(self.module.import("Field"))
            .with("name", Expression::text(column.name()))
            .with("dtype", dtype)
            .with_text("description", column.description())
            .with_all("tags", Expression::pairs(column.tags()))
            .with_flag("vector_index", column.is_vector(), false)
            .with_some("vector_length", column.vector_length().map(Expression::atom))
            .with_text("vector_search_metric", column.vector_metric())
            .end()
    }

    fn dtype(&mut self, column: Column<'_>) -> Expression {
        // What Feast takes where the registry says only that it is a collection of collections.
        let strings = || DataType::Array(DataType::Primitive("String".into()).into());
        let whole = match (&*value_type_name(column.value_type()), column.nested_type()) {
            ("VALUE_LIST", None) => DataType::Array(strings().into()),
            ("VALUE_SET", None) => DataType::Set(strings().into()),
            _ => column.dtype(),
        };
        self.data_type(&whole)
    }

    fn data_type(&mut self, ty: &DataType) -> Expression {
        match ty {
            DataType::Primitive(name) => self.module.import(Module::type_name(name)),
            DataType::Array(element) => self.module.import("Array").call(self.data_type(element)),
            DataType::Set(element) => self.module.import("Set").call(self.data_type(element)),
            DataType::Struct(fields) => {
                let field = |(name, ty): &(String, DataType)| (Expression::text(name), self.data_type(ty));
                let mut fields: Vec<_> = fields.iter().flatten().map(field).collect();
                if fields.is_empty() {
                    fields.push((Expression::text("_value"), self.module.import("String")));
                }
                self.module.import("Struct").call(Expression::Dict(fields))
            }
        }
    }

    fn aggregation(&mut self, fields: Fields<'a>) -> Expression {
        let arguments =
            ["column", "function", "time_window", "slide_interval", "name"].map(|name| (name, name));
        let is_default = fields.bytes("slide_interval") == fields.bytes("time_window");
        let arguments: Vec<_> =
            arguments.into_iter().filter(|(name, _)| !(is_default && *name == "slide_interval")).collect();
        let call = Call::new(self.module.import("Aggregation"));
        self.arguments(call, fields, &arguments).end()
    }

    /// A time span of so many microseconds.
    fn timedelta(&mut self, micros: i128) -> Expression {
        const UNITS: [(&str, u128); 5] = [
            ("days", Duration::from_secs(86_400).as_micros()),
            ("hours", Duration::from_secs(3600).as_micros()),
            ("minutes", Duration::from_secs(60).as_micros()),
            ("seconds", Duration::from_secs(1).as_micros()),
            ("microseconds", 1),
        ];
        let mut rest = micros.unsigned_abs();
        let mut call = Call::new(self.module.import("timedelta"));
        for (unit, length) in UNITS {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                let sign = if micros < 0 { "-" } else { "" };
                call = call.with(unit, Expression::atom(format!("{sign}{count}")));
            }
        }
        call.end()
    }
}

/// `AvroFormat` of `feast.core.StreamFormat.AvroFormat`.
fn class_name(message: &'static MessageType) -> &'static str {
    message.name.rsplit('.').next().unwrap_or(message.name)
}
