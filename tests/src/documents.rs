//! Comparing JSON documents field by field, and saying where they differ.

use serde_json::Value;

/// The places at which two documents differ, at most twenty.
pub fn differences(one: &Value, other: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", one, other, &mut found);
    found.truncate(20);
    found
}

fn compare(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                compare(&format!("{path}/{key}"), a, b, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}/{index}"), a, b, found);
            }
        }
        _ if one != other => found.push(format!("{path}: {one} and {other}")),
        _ => {}
    }
}

/// Removes what matches a path of keys, `*` standing for every key or index.
pub fn remove(document: &mut Value, path: &[&str]) {
    let Some((key, rest)) = path.split_first() else { return };
    match document {
        Value::Object(map) if rest.is_empty() => {
            if *key == "*" {
                map.clear()
            } else {
                drop(map.remove(*key))
            }
        }
        Value::Object(map) if *key == "*" => map.values_mut().for_each(|value| remove(value, rest)),
        Value::Object(map) => {
            if let Some(value) = map.get_mut(*key) {
                remove(value, rest);
            }
        }
        Value::Array(list) if *key == "*" => list.iter_mut().for_each(|value| remove(value, rest)),
        _ => {}
    }
}
