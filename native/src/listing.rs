//! Answering queries on all processors, where the objects are many.

use feast_registry_core::{
    query::{Listing, Query},
    rows::Rows,
};

use crate::processors::{PART, share_out};

/// The answers to queries, each of which is for another kind.
pub(crate) fn answer_all(queries: &[Query], rows: Rows) -> Listing {
    if rows.objects.len() < 2 * PART {
        return Query::answer_all(queries, rows);
    }
    let mut parts = Vec::new();
    let mut objects = rows.objects.into_iter();
    while objects.len() > 0 {
        parts.push(objects.by_ref().take(PART).collect::<Vec<_>>());
    }
    let answers = share_out(parts, |part| Query::answer_each(queries, part));
    answers.into_iter().fold(Listing::default(), |mut all, next| {
        all.append(next);
        all
    })
}

#[cfg(test)]
mod tests {
    use feast_registry_core::{
        kind::Kind,
        object::Object,
        rows::{Key, Row},
    };

    use super::*;

    #[test]
    fn many_are_answered_as_few_are() {
        let row = |number: usize| {
            let name = format!("e{number:05}");
            // Of a shorter name, the bytes are damaged.
            let bytes = Object::parse(Kind::Entity, [&[10, 8, 10, 6], name.as_bytes()].concat()).unwrap();
            let bytes = bytes.into_bytes()[..if number.is_multiple_of(700) { 6 } else { 10 }].to_vec();
            (Key::new(Kind::Entity, "p", name), Row { bytes, last_updated: 0, user_metadata: None })
        };
        let rows = Rows { objects: (0..5_500).map(row).collect(), ..Rows::default() };
        let queries = [Query::all(Kind::Project, None), Query::all(Kind::Entity, Some("p"))];
        let found = answer_all(&queries, rows.clone());
        assert_eq!((found.objects.len(), found.damaged.len()), (5_492, 8));
        assert_eq!(found, Query::answer_all(&queries, rows));
    }
}
