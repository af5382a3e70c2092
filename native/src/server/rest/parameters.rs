//! The parameters of routes: which there are, and how a request gives them. Values are as lax as Feast's are:
//! `1`, `yes` and `on` are true as well.

use axum::http::{StatusCode, Uri};
use feast_registry_core::time::Timestamp;
use serde_json::{Map, Value};

use super::refused::Refused;

/// A parameter of the query.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) ty: Type,
    pub(super) need: Need,
    /// What it is, for the documentation.
    pub(super) says: &'static str,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Flag,
    /// From the first number to the second.
    Number(i64, i64),
    /// Given any number of times.
    Texts,
    /// `asc` or `desc`.
    Order,
    /// A date or an instant.
    Time,
}

/// Whether a parameter must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
    Flag(bool),
    Number(i64),
    Text(&'static str),
}

const fn parameter(name: &'static str, ty: Type, need: Need, says: &'static str) -> Parameter {
    Parameter { name, ty, need, says }
}

const fn text(name: &'static str, says: &'static str) -> Parameter {
    parameter(name, Type::Text, Need::Optional, says)
}

pub(super) const PROJECT: &[Parameter] =
    &[parameter("project", Type::Text, Need::Required, "The project's name")];
pub(super) const CACHE: &[Parameter] = &[parameter(
    "allow_cache",
    Type::Flag,
    Need::Flag(true),
    "Whether the answer may come from the server's cache",
)];
pub(super) const RELATED: &[Parameter] = &[parameter(
    "include_relationships",
    Type::Flag,
    Need::Flag(false),
    "Adds what depends on each object and what it depends on",
)];
pub(super) const TAGS: &[Parameter] =
    &[parameter("tags", Type::Texts, Need::Optional, "`key:value`, which objects must have; repeatable")];
/// A page of a list if asked for, everything otherwise.
pub(super) const PAGE: &[Parameter] = &[
    parameter("page", Type::Number(1, i64::MAX), Need::Optional, "The page, counted from 1"),
    parameter("limit", Type::Number(1, 100), Need::Optional, "How many of the list are on a page"),
    text("sort_by", "The attribute to sort by"),
    parameter("sort_order", Type::Order, Need::Optional, "`asc` or `desc`"),
];
/// A page of a list over all projects.
pub(super) const PAGE_OF_ALL: &[Parameter] = &[
    parameter("page", Type::Number(1, i64::MAX), Need::Number(1), "The page, counted from 1"),
    parameter("limit", Type::Number(1, 100), Need::Number(50), "How many of the list are on a page"),
    text("sort_by", "The key of the objects' JSON to sort by"),
    parameter("sort_order", Type::Text, Need::Text("asc"), "`asc` or `desc`"),
];
pub(super) const VIEW_FILTERS: &[Parameter] = &[
    text("entity", "Views with this entity"),
    text("feature", "Views with a feature of this name"),
    text("feature_service", "Views that this feature service reads"),
    text("data_source", "Views that read this data source"),
    parameter(
        "updated_since",
        Type::Time,
        Need::Optional,
        "Views updated at this ISO 8601 time or later; UTC where it has no offset",
    ),
];
pub(super) const SERVICE_FILTERS: &[Parameter] = &[text("feature_view", "Services that read this view")];
pub(super) const FEATURE_FILTERS: &[Parameter] =
    &[text("feature_view", "Of this view"), text("name", "Of this name")];
pub(super) const DATASET_FILTERS: &[Parameter] =
    &[text("namespace", "In this namespace"), text("collection", "In this collection")];

pub(super) const PROJECT_OR_ALL: &[Parameter] =
    &[text("project", "The project's name; all projects where it is absent")];
pub(super) const LINEAGE_FILTERS: &[Parameter] = &[
    text("filter_object_type", "With `filter_object_name`: only what has this object at either end"),
    text("filter_object_name", "The name of that object"),
];
pub(super) const INDIRECT: &[Parameter] =
    &[parameter("include_indirect", Type::Flag, Need::Flag(false), "Adds what is related through a view")];
pub(super) const SEARCH: &[Parameter] = &[
    parameter("query", Type::Text, Need::Required, "What to search for"),
    parameter(
        "projects",
        Type::Texts,
        Need::Optional,
        "The projects to search; repeatable; all where none is given",
    ),
    text("sort_by", "`match_score`, `name` or `type`"),
    text("sort_order", "`asc` or `desc`"),
    parameter("page", Type::Number(i64::MIN, i64::MAX), Need::Optional, "The page, counted from 1"),
    parameter("limit", Type::Number(i64::MIN, i64::MAX), Need::Optional, "How many are on a page, 1 to 100"),
];
pub(super) const MOST: &[Parameter] =
    &[parameter("limit", Type::Number(i64::MIN, i64::MAX), Need::Number(4), "How many tags to tell")];
pub(super) const PAGE_OF_ENGINES: &[Parameter] = &[
    parameter("page", Type::Number(1, i64::MAX), Need::Number(1), "The page, counted from 1"),
    parameter("limit", Type::Number(1, 100), Need::Number(50), "How many of the list are on a page"),
];
pub(super) const JOB_FILTERS: &[Parameter] =
    &[text("status", "`SUCCEEDED`, which all are"), text("feature_view", "Of this view")];

pub(super) const VISIT_FILTERS: &[Parameter] =
    &[text("object", "Of this type, as in the paths of the routes")];

/// What a request gives: by name, checked, with defaults. What is optional and not given is absent.
pub(super) type Given = Map<String, Value>;

/// Reads the parameters that a route has; all that is wrong is told at once. A parameter that occurs more
/// than once counts as the last of them says.
pub(super) fn read<'a>(
    wanted: impl Iterator<Item = &'a Parameter> + Clone,
    uri: &Uri,
    given: &mut Given,
) -> Result<(), Refused> {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let mut problems = Vec::new();
    for parameter in wanted.clone() {
        let values = || pairs.iter().filter(|(name, _)| name == parameter.name).map(|(_, value)| value);
        let value = match (parameter.ty, values().next_back(), parameter.need) {
            (Type::Texts, ..) => Some(values().map(|text| Value::from(text.as_str())).collect()),
            (ty, Some(text), _) => match ty.read(text) {
                Ok(value) => Some(value),
                Err(problem) => {
                    problems.push(format!("query.{}: {problem}", parameter.name));
                    None
                }
            },
            (_, None, Need::Required) => {
                problems.push(format!("query.{}: {MISSING}", parameter.name));
                None
            }
            (_, None, Need::Optional) => None,
            (_, None, Need::Flag(default)) => Some(default.into()),
            (_, None, Need::Number(default)) => Some(default.into()),
            (_, None, Need::Text(default)) => Some(default.into()),
        };
        given.extend(value.map(|value| (parameter.name.to_owned(), value)));
    }
    Refused::if_invalid(problems)?;
    for parameter in wanted.filter(|parameter| parameter.ty == Type::Time) {
        let (name, text) = (parameter.name, given.get(parameter.name).and_then(Value::as_str));
        if let Some(text) = text.filter(|text| Timestamp::parse(text).is_err()) {
            let expected = "an ISO-8601 timestamp (e.g. 2024-01-01T00:00:00Z)";
            let detail = format!("Invalid '{name}' value '{text}'; expected {expected}.");
            return Err(Refused::with(StatusCode::BAD_REQUEST, detail));
        }
    }
    Ok(())
}

pub(super) const MISSING: &str = "Field required";

impl Type {
    fn read(self, text: &str) -> Result<Value, String> {
        match self {
            Type::Text | Type::Texts | Type::Time => Ok(text.into()),
            Type::Flag => flag(text).map(Value::from).ok_or_else(|| NOT_A_FLAG.into()),
            Type::Number(least, most) => {
                let number = number(text).ok_or(NOT_A_NUMBER)?;
                match number {
                    _ if number < least => Err(format!("Input should be greater than or equal to {least}")),
                    _ if number > most => Err(format!("Input should be less than or equal to {most}")),
                    _ => Ok(number.into()),
                }
            }
            Type::Order if matches!(text, "asc" | "desc") => Ok(text.into()),
            Type::Order => Err("Input should be 'asc' or 'desc'".into()),
        }
    }
}

pub(super) const NOT_A_FLAG: &str = "Input should be a valid boolean, unable to interpret input";
pub(super) const NOT_A_NUMBER: &str = "Input should be a valid integer, unable to parse string as an integer";

/// A text that means true or false.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Some(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// A text that is a whole number: `10`, ` +10 `, `10.0`.
pub(super) fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(query: &str) -> Result<Given, Refused> {
        let mut given = Given::new();
        let wanted = [PROJECT, CACHE, TAGS, PAGE];
        let uri = format!("/entities?{query}").parse().unwrap();
        read(wanted.into_iter().flatten(), &uri, &mut given).map(|()| given)
    }

    #[test]
    fn what_is_given_is_read_and_what_is_not_has_its_default() {
        let read =
            given("project=a%20b&page=%202.0&limit=1&limit=100&tags=k:v&tags=x&allow_cache=OFF&more=1");
        let expected = serde_json::json!({
            "project": "a b", "page": 2, "limit": 100, "tags": ["k:v", "x"], "allow_cache": false,
        });
        assert_eq!(Value::from(read.unwrap()), expected);
        let expected = serde_json::json!({"project": "", "tags": [], "allow_cache": true});
        assert_eq!(Value::from(given("project=").unwrap()), expected);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let refused = given("page=0&limit=101&sort_order=up&allow_cache=").unwrap_err();
        let told = format!("{refused:?}");
        for part in
            ["5 validation errors", "query.project", "query.page", "query.limit", "sort_order", "cache"]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
        for page in ["x", "1.5", "", "99999999999999999999", "1e3"] {
            assert!(given(&format!("project=p&page={page}")).is_err(), "{page}");
        }
    }
}
