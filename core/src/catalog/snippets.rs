//! How to use a thing from elsewhere, to be copied: Python, the feature server, the command line.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::Serialize;

use super::{Catalog, Entry, object::join_key, python::text as python_text, value_type_name};
use crate::kind::Kind;

/// Some text to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// What it does.
    pub title: &'static str,
    /// `python` or `bash`.
    pub language: &'static str,
    /// The text.
    pub text: String,
}

/// A text as one word of a POSIX shell.
pub(super) fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("'{}'", text.replace('\'', "'\\''"))),
    }
}

/// How to use an object, or one feature of a view.
pub(super) fn snippets(catalog: &Catalog<'_>, entry: &Entry<'_>, feature: Option<&str>) -> Vec<Snippet> {
    let mut snippets = Vec::new();
    if let Some(wanted) = Wanted::of(catalog, entry, feature) {
        snippets.extend([wanted.online(), wanted.historical(), wanted.server()]);
    }
    if entry.kind != Kind::Infra {
        let command = format!(
            "feast-registry {} describe {} --project {}",
            entry.kind.info().plural,
            shell_word(entry.name),
            shell_word(entry.project)
        );
        let text = match entry.kind {
            Kind::Project => format!("feast-registry projects describe {}", shell_word(entry.name)),
            _ => command,
        };
        snippets.push(Snippet { title: "On the command line", language: "bash", text });
    }
    snippets
}

/// What is asked of a feature store.
struct Wanted<'a> {
    /// A service is asked by name, features one by one.
    service: Option<&'a str>,
    features: Vec<String>,
    /// Join keys with a value that could be one.
    keys: Vec<(&'a str, Cow<'static, str>)>,
    is_served: bool,
}

/// So many features are written out.
const FEATURES: usize = 50;

impl<'a> Wanted<'a> {
    fn of(catalog: &'a Catalog<'a>, entry: &Entry<'a>, feature: Option<&str>) -> Option<Self> {
        let parts = entry.parts();
        let of_view = |name: &str| format!("{}:{name}", entry.name);
        let mut wanted = Wanted { service: None, features: Vec::new(), keys: Vec::new(), is_served: true };
        match feature {
            Some(name) => wanted.features.push(of_view(name)),
            None if entry.kind.is_view() => {
                wanted.features =
                    parts.features().take(FEATURES).map(|column| of_view(column.name())).collect();
            }
            None if entry.kind == Kind::FeatureService => wanted.service = Some(entry.name),
            None => return None,
        }
        wanted.is_served =
            parts.is_online() || !parts.kind().is_view() || entry.kind == Kind::OnDemandFeatureView;
        wanted.add_keys(catalog, entry);
        for projection in parts.projections() {
            if let Some(view) = catalog.find_view(entry.project, projection.view()) {
                wanted.add_keys(catalog, &view);
            }
        }
        Some(wanted)
    }

    /// The keys by which a view is asked: its schema need not list them.
    fn add_keys(&mut self, catalog: &'a Catalog<'a>, view: &Entry<'a>) {
        for column in view.parts().entity_columns() {
            self.add_key(column.name(), &column.type_name());
        }
        let entity = |name: &str| catalog.find(Kind::Entity, view.project, name);
        for (key, number) in view.parts().entities().filter_map(entity).map(|entity| join_key(&entity)) {
            self.add_key(key, &value_type_name(number));
        }
    }

    fn add_key(&mut self, name: &'a str, type_name: &str) {
        if !self.keys.iter().any(|(known, _)| *known == name) {
            self.keys.push((name, example(type_name)));
        }
    }

    fn features(&self) -> String {
        match self.service {
            Some(name) => format!("store.get_feature_service({})", python_text(name)),
            None => {
                let lines: Vec<String> =
                    self.features.iter().map(|name| format!("        {},\n", python_text(name))).collect();
                format!("[\n{}    ]", lines.concat())
            }
        }
    }

    fn online(&self) -> Snippet {
        let keys = self.keys.iter().map(|(name, value)| format!("{}: {value}", python_text(name)));
        let keys: Vec<String> = keys.collect();
        let text = format!(
            "from feast import FeatureStore\n\nstore = FeatureStore(repo_path=\".\")\n\
             values = store.get_online_features(\n    features={},\n    entity_rows=[{{{}}}],\n).to_dict()\n",
            self.features(),
            keys.join(", ")
        );
        let title =
            if self.is_served { "Online, in Python" } else { "Online, in Python (not served online now)" };
        Snippet { title, language: "python", text }
    }

    fn historical(&self) -> Snippet {
        let keys =
            self.keys.iter().map(|(name, value)| format!("        {}: [{value}],\n", python_text(name)));
        let text = format!(
            "import pandas as pd\nfrom feast import FeatureStore\n\nstore = FeatureStore(repo_path=\".\")\n\
             rows = pd.DataFrame(\n    {{\n{}        \"event_timestamp\": [pd.Timestamp.now(tz=\"UTC\")],\n    }}\n)\n\
             training = store.get_historical_features(\n    entity_df=rows,\n    features={},\n).to_df()\n",
            keys.collect::<String>(),
            self.features()
        );
        Snippet { title: "For training, in Python", language: "python", text }
    }

    fn server(&self) -> Snippet {
        let entities: serde_json::Map<String, serde_json::Value> = self
            .keys
            .iter()
            .map(|(name, value)| {
                let value: serde_json::Value =
                    serde_json::from_str(value).unwrap_or_else(|_| value.to_string().into());
                (name.to_string(), Vec::from([value]).into())
            })
            .collect();
        let mut body = serde_json::Map::new();
        match self.service {
            Some(name) => body.insert("feature_service".into(), name.into()),
            None => body.insert("features".into(), self.features.clone().into()),
        };
        body.insert("entities".into(), entities.into());
        let body = serde_json::Value::Object(body).to_string();
        let text = format!(
            "curl -X POST http://localhost:6566/get-online-features \\\n  \
             -H 'Content-Type: application/json' \\\n  -d {}\n",
            shell_word(&body)
        );
        Snippet { title: "From the feature server", language: "bash", text }
    }
}

/// A value that a column of this type could have; valid as Python and as JSON.
fn example(type_name: &str) -> Cow<'static, str> {
    match type_name {
        "INT32" | "INT64" => "1001".into(),
        "FLOAT" | "DOUBLE" => "1.5".into(),
        _ => "\"...\"".into(),
    }
}
