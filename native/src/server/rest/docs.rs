//! The routes as a page for people, made from their table: no scripts, nothing from elsewhere.

use std::fmt::Write as _;

use super::{
    body::{Field, Model, Shape},
    parameters::{Need, Type},
    routes::{ROUTES, Route},
};

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>Feast registry: REST API</title>\n\
    <style>\
    :root{color-scheme:light dark}\
    body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    summary{cursor:pointer;padding:.25rem 0}\
    code{font-family:ui-monospace,monospace;font-size:.9em}\
    table{border-collapse:collapse;margin:.5rem 0 1rem 1rem}\
    td,th{text-align:left;vertical-align:top;padding:.15rem 1rem .15rem 0}\
    .verb{display:inline-block;min-width:4.5rem;font-weight:600;text-transform:uppercase}\
    .says{opacity:.75}\
    </style>\n";

/// The page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    // Writing to a text cannot fail.
    let _ = write!(
        page,
        "<h1>REST API</h1>\n<p>The registry of a Feast feature store, as Feast's REST registry server answers. \
         Paths are below <code>/api/v1</code>, and without it. For programs: \
         <a href=\"openapi.json\">openapi.json</a>.</p>\n"
    );
    let mut group = "";
    for route in ROUTES {
        if route.group() != group {
            group = route.group();
            let _ = writeln!(page, "<h2 id=\"{group}\">{group}</h2>");
        }
        add_route(route, &mut page);
    }
    page + "</html>\n"
}

fn add_route(route: &Route, page: &mut String) {
    let (verb, path, summary) = (route.verb.name(), route.path, route.call.summary());
    let _ = writeln!(
        page,
        "<details><summary><span class=\"verb\">{verb}</span> <code>{path}</code> \
         <span class=\"says\">{summary}</span></summary>\n<table>"
    );
    for name in route.path_names() {
        add_row(page, name, "text", "in the path, required", "");
    }
    for parameter in route.parameters() {
        add_row(page, parameter.name, shape(parameter.ty), &need(parameter.need), parameter.says);
    }
    route.body.iter().for_each(|body| add_model(&body.model, "", page));
    page.push_str("</table></details>\n");
}

/// The fields of a body; those within others after these.
fn add_model(model: &Model, within: &str, page: &mut String) {
    for Field { name, shape, need: needed, .. } in model.fields {
        let name = format!("{within}{name}");
        let (kind, inner) = match shape {
            Shape::Text => ("text", None),
            Shape::Number => ("whole number", None),
            Shape::Flag => ("true or false", None),
            Shape::Texts => ("list of texts", None),
            Shape::Tags => ("texts by name", None),
            Shape::One(model) => ("object", Some((model, "."))),
            Shape::Many(model) => ("list of objects", Some((model, "[]."))),
        };
        add_row(page, &name, kind, &format!("in the body, {}", need(*needed)), "");
        if let Some((model, step)) = inner {
            add_model(model, &format!("{name}{step}"), page);
        }
    }
}

fn add_row(page: &mut String, name: &str, kind: &str, need: &str, says: &str) {
    let says = says.split('`').enumerate().fold(String::new(), |text, (index, part)| match index % 2 {
        0 => text + part,
        _ => text + "<code>" + part + "</code>",
    });
    let _ = writeln!(page, "<tr><td><code>{name}</code><td>{kind}<td>{need}<td>{says}");
}

fn shape(ty: Type) -> &'static str {
    match ty {
        Type::Text | Type::Order => "text",
        Type::Flag => "true or false",
        Type::Number(1, 100) => "1 to 100",
        Type::Number(..) => "whole number",
        Type::Texts => "texts",
        Type::Time => "time",
    }
}

fn need(need: Need) -> String {
    match need {
        Need::Required => "required".into(),
        Need::Optional => "optional".into(),
        Need::Flag(default) => default.to_string(),
        Need::Number(default) => default.to_string(),
        Need::Text(default) => default.to_string(),
    }
}
