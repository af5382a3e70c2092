//! What a word of a filter could become, as it is typed.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use serde::Serialize;

use super::{contains, fields, lowered, quoted};
use crate::catalog::{
    Catalog, ListRequest,
    list::{Subjects, is_in},
};

use crate::compact;

/// What a word could become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The word.
    pub text: String,
    /// What it means, or the value itself.
    pub label: String,
    /// How many things in the list it holds for.
    pub count: Option<u32>,
}

/// So many are looked at by nobody.
const LIMIT: usize = 20;

impl Catalog<'_> {
    /// What `word`, of a filter of that request, could become: the most frequent first.
    pub fn suggest(&self, request: &ListRequest, word: &str) -> Vec<Suggestion> {
        let (sign, word) = match word.strip_prefix('-') {
            Some(word) => ("-", word),
            None => ("", word),
        };
        match word.split_once(':') {
            Some((field, value)) => self.values(request, sign, field, value),
            None => names(sign, word),
        }
    }

    fn values(&self, request: &ListRequest, sign: &str, name: &str, value: &str) -> Vec<Suggestion> {
        let wanted = lowered(value.trim_start_matches('=').trim_matches('"'));
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut add = |found: &str| match counts.get_mut(found) {
            Some(count) => *count += 1,
            None if !found.is_empty() && contains(found, &wanted) => {
                counts.insert(found.into(), 1);
            }
            None => {}
        };
        let field = fields::TEXTS.iter().find(|field| field.name == name);
        let of_tag = wanted.split_once('=').map(|(key, _)| key);
        let project = is_in(self, request);
        Subjects { catalog: self, collection: request.collection, now: request.now }.each(|_, subject| {
            if !project(subject) {
                return;
            }
            match field {
                Some(field) => {
                    (field.texts)(subject, &mut |found| {
                        add(found);
                        false
                    });
                }
                None if name == fields::TAG => {
                    fields::any_tag(subject, &mut |key, value| {
                        match of_tag {
                            Some(_) => add(&format!("{key}={value}")),
                            None => add(key),
                        }
                        false
                    });
                }
                None => {}
            }
        });
        let mut found: Vec<(String, u32)> = counts.into_iter().collect();
        compact::sort_by_key(&mut found, |(_, count)| core::cmp::Reverse(*count));
        found.truncate(LIMIT);
        // A whole value was chosen.
        let operator = if field.is_some_and(|field| !field.whole) { ":=" } else { ":" };
        let suggestion = |(value, count): (String, u32)| Suggestion {
            text: format!("{sign}{name}{operator}{}", quoted(&value)),
            label: value,
            count: Some(count),
        };
        found.into_iter().map(suggestion).collect()
    }
}

/// Fields and properties that begin so.
fn names(sign: &str, beginning: &str) -> Vec<Suggestion> {
    let texts = fields::TEXTS.iter().map(|field| (field.name, ":", field.label));
    let times = fields::TIMES.iter().map(|field| (field.name, "<", field.label));
    let properties = fields::PROPERTIES.iter().map(|property| (property.name, "", property.label));
    let all = texts.chain([(fields::TAG, ":", "tag, or tag and value")]).chain(times).chain(properties);
    let fitting = all.filter(|(name, ..)| name.starts_with(&lowered(beginning)));
    let suggestion = |(name, operator, label): (&str, &str, &str)| Suggestion {
        text: format!("{sign}{name}{operator}"),
        label: label.into(),
        count: None,
    };
    fitting.map(suggestion).collect()
}
