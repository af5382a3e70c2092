//! The code of views that compute their features, and their aggregations.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::str;

use serde::Serialize;

use crate::{
    catalog::Parts,
    kind::Kind,
    time::Timestamp,
    wire::{self, Payload},
};

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodePart {
    /// What it is.
    pub title: String,
    /// `python`, `sql`, `json` or `text`.
    pub language: &'static str,
    /// The code; empty where only its pickled form is stored.
    pub text: String,
    /// What else there is to say.
    pub note: Option<String>,
}

/// A column reduced by a function over a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Aggregation {
    /// The column.
    pub column: String,
    /// The function.
    pub function: String,
    /// The window, in seconds; `None`: not windowed.
    pub window: Option<i64>,
    /// How often a window starts, in seconds.
    pub slide: Option<i64>,
    /// The output feature; empty: made of function, column and window.
    pub name: String,
}

/// The field of this name in the spec of a kind; 0, which no field has, where there is none.
fn in_spec(kind: Kind, name: &str) -> u32 {
    let spec = kind.info().message.field(1).and_then(|field| field.message());
    spec.and_then(|spec| spec.field_named(name)).map_or(0, |field| field.number)
}

/// A function as it is stored: its name, source text, pickled body, and language.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::catalog) struct Function<'a> {
    pub(in crate::catalog) name: &'a str,
    pub(in crate::catalog) text: &'a str,
    pub(in crate::catalog) body: &'a [u8],
    pub(in crate::catalog) mode: &'a str,
}

impl<'a> Parts<'a> {
    /// The function that computes the features. The newer of the two fields counts, unless only the older
    /// one has its source text.
    pub(in crate::catalog) fn function(self) -> Option<Function<'a>> {
        let read = |path: &[u32]| {
            let bytes = self.walk(path).filter_map(Payload::bytes).last()?;
            let part = |number| wire::last(bytes, &[number], Payload::bytes).unwrap_or_default();
            let text = |number| str::from_utf8(part(number)).unwrap_or_default();
            Some(Function { name: text(1), body: part(2), text: text(3), mode: text(4) })
        };
        let newer = read(&[1, in_spec(self.kind(), "feature_transformation"), 1]);
        let older = read(&[1, in_spec(self.kind(), "user_defined_function")]);
        match (newer, older) {
            (Some(newer), Some(older)) if newer.text.is_empty() && !older.text.is_empty() => Some(older),
            (newer, older) => newer.or(older),
        }
    }

    /// The serialized plan that computes the features, if one does.
    pub(in crate::catalog) fn substrait_plan(self) -> Option<&'a [u8]> {
        let path = [1, in_spec(self.kind(), "feature_transformation"), 2];
        let plan = self.walk(&path).filter_map(Payload::bytes).last()?;
        Some(wire::last(plan, &[1], Payload::bytes).unwrap_or_default())
    }

    /// The language of its transformation, or how it is called.
    pub(in crate::catalog) fn mode(self) -> &'a str {
        self.text(&[1, in_spec(self.kind(), "mode")])
    }

    /// The aggregations.
    pub(in crate::catalog) fn aggregations(self) -> Vec<Aggregation> {
        let aggregations = self.walk(&[1, in_spec(self.kind(), "aggregations")]).filter_map(Payload::bytes);
        let aggregation = |bytes: &[u8]| {
            let part = |number| wire::last(bytes, &[number], Payload::bytes);
            let text = |number| part(number).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default();
            let length = |number| Some(Timestamp::decode(part(number)?).ok()?.seconds);
            Aggregation {
                column: text(1).to_string(),
                function: text(2).to_string(),
                window: length(3),
                slide: length(4),
                name: text(5).to_string(),
            }
        };
        aggregations.map(aggregation).collect()
    }
}

/// The code of an object.
pub(in crate::catalog) fn code(parts: &Parts<'_>) -> Vec<CodePart> {
    let mut code = Vec::new();
    if let Some(function) = parts.function() {
        let mode = if function.mode.is_empty() { parts.mode() } else { function.mode };
        let note = function.text.is_empty().then(|| {
            format!(
                "Only the pickled function is stored ({} bytes), not its source text.",
                function.body.len()
            )
        });
        code.push(CodePart {
            title: match function.name {
                "" => "Transformation".into(),
                name => format!("Transformation {name}"),
            },
            language: if mode.contains("sql") { "sql" } else { "python" },
            text: function.text.to_string(),
            note,
        });
    }
    if let Some(plan) = parts.substrait_plan() {
        let note = Some(format!("A serialized Substrait plan of {} bytes.", plan.len()));
        code.push(CodePart { title: "Transformation".into(), language: "text", text: String::new(), note });
    }
    if parts.kind() == Kind::ValidationReference {
        const PROFILER: [u32; 3] = [6, 1, 1];
        const EXPECTATIONS: [u32; 2] = [7, 1];
        if let Some(body) = parts.walk(&PROFILER).filter_map(Payload::bytes).last() {
            let note = Some(format!("Only the pickled function is stored ({} bytes).", body.len()));
            code.push(CodePart { title: "Profiler".into(), language: "python", text: String::new(), note });
        }
        let suite = parts.walk(&EXPECTATIONS).filter_map(Payload::bytes).last();
        if let Some(text) = suite.and_then(|suite| str::from_utf8(suite).ok()) {
            code.push(CodePart {
                title: "Expectations".into(),
                language: "json",
                text: text.into(),
                note: None,
            });
        }
    }
    code
}
