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
