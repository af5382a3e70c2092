//! `configuration`: feature_store.yaml as it is understood, without its secrets.

use serde_yaml::{Mapping, Value};

use super::{error::CliError, exit::Status, options::Format, session::Session};

pub(crate) fn run(session: &Session) -> Result<Status, CliError> {
    let config = session.read_config()?;
    let mut ordered = Mapping::new();
    if let Value::Mapping(mut map) = masked(&config.document, false) {
        // These first, as Feast prints them.
        for key in ["project", "provider", "registry"] {
            ordered.extend(map.shift_remove_entry(key));
        }
        ordered.extend(map);
    }
    session.screen.value(&ordered, Format::Yaml)?;
    Ok(Status::Done)
}

const MASK: &str = "***";

/// Parts of keys whose values are secret.
const SECRET: [&str; 8] =
    ["pass", "pwd", "secret", "token", "credential", "api_key", "access_key", "private_key"];

/// The value with everything masked that is secret by its key, and passwords in URLs.
fn masked(value: &Value, secret: bool) -> Value {
    match value {
        Value::Mapping(map) => {
            let entry = |(key, value): (&Value, &Value)| {
                let name = key.as_str().unwrap_or_default().to_lowercase();
                let is_path = name.ends_with("file") || name.ends_with("path");
                let secret = secret || !is_path && SECRET.iter().any(|part| name.contains(part));
                (key.clone(), masked(value, secret))
            };
            Value::Mapping(map.iter().map(entry).collect())
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| masked(item, secret)).collect()),
        Value::Tagged(tagged) => masked(&tagged.value, secret),
        Value::Null => Value::Null,
        _ if secret => MASK.into(),
        Value::String(text) => Value::String(masked_url(text)),
        other => other.clone(),
    }
}

const SEPARATORS: [char; 5] = ['?', '&', ';', ',', ' '];

/// A URL, or a list of `name=value` parameters, without the passwords in it.
fn masked_url(text: &str) -> String {
    let mut out = text.to_owned();
    if let Some((scheme, rest)) = text.split_once("://") {
        // The password ends at the last `@`: it may hold one, and nothing after it does.
        let authority = rest.rsplit_once('@').map(|(login, rest)| match login.split_once(':') {
            Some((user, _)) => format!("{user}:{MASK}@{rest}"),
            None => format!("{login}@{rest}"),
        });
        out = format!("{scheme}://{}", authority.unwrap_or_else(|| rest.to_owned()));
    }
    if !out.contains('=') {
        return out;
    }
    let mut parts = Vec::new();
    for part in out.split_inclusive(SEPARATORS) {
        let body = part.trim_end_matches(SEPARATORS);
        let separator = part.get(body.len()..).unwrap_or_default();
        match body.split_once('=') {
            Some((name, _)) if SECRET.iter().any(|secret| name.to_lowercase().contains(secret)) => {
                parts.push(format!("{name}={MASK}{separator}"));
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_not() {
        let document: Value = serde_yaml::from_str(
            "registry: {path: 'postgresql://u:p@ss:w@h:5432/d?sslmode=require&password=x', \
             sqlalchemy_config_kwargs: {connect_args: {password: x, ssl: {ca: /ca.pem}}}}\n\
             online_store: {type: redis, connection_string: 'redis:6379,ssl=true,password=x', \
             api_key: [x, x], token_path: /run/token, port: 6379}",
        )
        .unwrap();
        let shown = serde_yaml::to_string(&masked(&document, false)).unwrap();
        assert!(shown.contains("postgresql://u:***@h:5432/d?sslmode=require&password=***"), "{shown}");
        assert!(shown.contains("redis:6379,ssl=true,password=***"), "{shown}");
        assert!(
            shown.contains("/run/token") && shown.contains("/ca.pem") && shown.contains("6379"),
            "{shown}"
        );
        assert!(!shown.contains("ss:w") && !shown.contains(": x") && !shown.contains("- x"), "{shown}");
    }
}
