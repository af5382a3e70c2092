//! Pages of lists that are put together here, of several projects or of several kinds of object.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::parameters::Given;

/// Sorts a list by a key of its items' JSON and cuts a page from it; with what is told of the page.
pub(super) fn of(mut items: Vec<Value>, given: &Given) -> (Vec<Value>, Value) {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| given.get(name).and_then(Value::as_u64).unwrap_or(1).max(1);
    let (key, is_descending) = (text("sort_by"), text("sort_order") == "desc");
    if !key.is_empty() {
        // Equal ones keep their order, also in a descending list.
        items.sort_by(|one, other| match is_descending {
            false => compare(one.get(key), other.get(key)),
            true => compare(other.get(key), one.get(key)),
        });
    }
    let (page, limit) = (number("page"), number("limit"));
    let total = items.len() as u64;
    let start = (page - 1).saturating_mul(limit);
    let end = start.saturating_add(limit);
    let mut told = json!({"page": page, "limit": limit});
    if total > 0 {
        told["totalCount"] = total.into();
        told["totalPages"] = total.div_ceil(limit).into();
    }
    if end < total {
        told["hasNext"] = true.into();
    }
    if start > 0 {
        told["hasPrevious"] = true.into();
    }
    let index = |number: u64| usize::try_from(number.min(total)).unwrap_or(usize::MAX);
    (items.drain(index(start)..index(end)).collect(), told)
}

/// Texts and numbers have their order; one that is absent is as an empty text, and the rest is all alike.
fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        Some(Value::Number(_)) => 1,
        Some(Value::Object(_) | Value::Array(_) | Value::Bool(_)) => 2,
        _ => 0,
    };
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => {
            let [one, other] = [one, other].map(|number| number.as_f64().unwrap_or_default());
            one.total_cmp(&other)
        }
        _ if rank(one) == 0 && rank(other) == 0 => {
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
            text(one).cmp(&text(other))
        }
        _ => rank(one).cmp(&rank(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &Value, given: Value) -> (Value, Value) {
        let (items, told) = of(items.as_array().unwrap().clone(), given.as_object().unwrap());
        (items.into_iter().map(|item| item["n"].clone()).collect(), told)
    }

    #[test]
    fn pages_are_sorted_and_cut() {
        let items = json!([{"n": 2}, {"n": 10}, {"n": 1}]);
        let (found, told) =
            page(&items, json!({"page": 1, "limit": 2, "sort_by": "n", "sort_order": "desc"}));
        assert_eq!(found, json!([10, 2]));
        let first = json!({"page": 1, "limit": 2, "totalCount": 3, "totalPages": 2, "hasNext": true});
        assert_eq!(told, first);
        let (found, told) = page(&items, json!({"page": 2, "limit": 2, "sort_by": "absent"}));
        assert_eq!(found, json!([1]));
        let last = json!({"page": 2, "limit": 2, "totalCount": 3, "totalPages": 2, "hasPrevious": true});
        assert_eq!(told, last);
        let (found, told) = page(&items, json!({"page": u64::MAX, "limit": 100}));
        assert_eq!((found, told["hasPrevious"].clone()), (json!([]), json!(true)));
        assert_eq!(page(&json!([]), json!({"page": 1, "limit": 5})).1, json!({"page": 1, "limit": 5}));
    }
}
