//! Lists as answers hold them: ordered, cut to a page, and spliced in as bytes.

use alloc::vec::Vec;

use prost::Message as _;

use super::{Entry, Request, order::Order};
use crate::{
    proto::feast::registry::{PaginationMetadata, PaginationParams},
    schema::{FieldType, MessageType},
    wire,
};

/// How a request wants its list: in which order, and which page of it.
#[derive(Debug, Default)]
pub struct Arrangement {
    order: Order,
    page: PaginationParams,
}

impl Arrangement {
    /// What a request says in `sorting` and `pagination`.
    pub fn of(request: &Request<'_>) -> Self {
        let page = request.message("pagination").and_then(|bytes| PaginationParams::decode(bytes).ok());
        Arrangement { order: Order::of(request), page: page.unwrap_or_default() }
    }

    /// The answer that lists these entries.
    pub fn answer(&self, output: &'static MessageType, entries: Vec<Entry>) -> Vec<u8> {
        let mut out = Vec::with_capacity(entries.iter().map(|entry| entry.bytes.len() + 8).sum());
        let is_list = |field: &&FieldType| field.name != "pagination";
        if let Some(list) = output.fields.iter().find(is_list) {
            self.put(&mut out, list, output.field_named("pagination"), entries);
        }
        out
    }

    /// Appends entries to an answer that has more than one list, and what is to be told of their page.
    pub fn put(
        &self,
        out: &mut Vec<u8>,
        list: &'static FieldType,
        metadata: Option<&'static FieldType>,
        mut entries: Vec<Entry>,
    ) {
        self.order.sort(&mut entries);
        let (page, told) = cut(entries, &self.page);
        for entry in page {
            match list.message().filter(|element| !core::ptr::eq(*element, entry.ty)) {
                // A list of views of any kind: each in the field for its own.
                Some(element) => {
                    let mut wrapped = Vec::with_capacity(entry.bytes.len() + 8);
                    let number = element.field_of(entry.ty).map_or(0, |field| field.number);
                    wire::put_bytes(&mut wrapped, number, &entry.bytes);
                    wire::put_bytes(out, list.number, &wrapped);
                }
                None => wire::put_bytes(out, list.number, &entry.bytes),
            }
        }
        if let Some(field) = metadata {
            wire::put_bytes(out, field.number, &told.encode_to_vec());
        }
    }
}

/// One page, counted from 1, if both numbers are positive; everything otherwise.
fn cut<T>(items: Vec<T>, wanted: &PaginationParams) -> (Vec<T>, PaginationMetadata) {
    let told = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let total_count = told(items.len());
    let (Some(page), Some(limit)) = (positive(wanted.page), positive(wanted.limit)) else {
        let total_pages = i32::from(!items.is_empty());
        return (items, PaginationMetadata { total_count, total_pages, ..PaginationMetadata::default() });
    };
    if items.is_empty() {
        return (items, PaginationMetadata::default());
    }
    let pages = items.len().div_ceil(limit);
    let metadata = PaginationMetadata {
        page: wanted.page,
        limit: wanted.limit,
        total_count,
        total_pages: told(pages),
        has_next: page < pages,
        has_previous: page > 1,
    };
    let skipped = (page - 1).saturating_mul(limit);
    (items.into_iter().skip(skipped).take(limit).collect(), metadata)
}

fn positive(number: i32) -> Option<usize> {
    usize::try_from(number).ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn page(count: i32, page: i32, limit: i32) -> (Vec<i32>, PaginationMetadata) {
        cut((1..=count).collect(), &PaginationParams { page, limit })
    }

    #[test]
    fn pages_are_cut_and_told_of_as_feast_does() {
        let metadata = |page, limit, total_count, total_pages, has_next, has_previous| PaginationMetadata {
            page,
            limit,
            total_count,
            total_pages,
            has_next,
            has_previous,
        };
        assert_eq!(page(5, 1, 2), (vec![1, 2], metadata(1, 2, 5, 3, true, false)));
        assert_eq!(page(5, 3, 2), (vec![5], metadata(3, 2, 5, 3, false, true)));
        assert_eq!(page(5, 9, 2), (vec![], metadata(9, 2, 5, 3, false, true)));
        assert_eq!(page(5, i32::MAX, i32::MAX), (vec![], metadata(i32::MAX, i32::MAX, 5, 1, false, true)));
        for (number, limit) in [(0, 0), (0, 2), (2, 0), (-1, 2), (1, -2)] {
            assert_eq!(page(2, number, limit), (vec![1, 2], metadata(0, 0, 2, 1, false, false)));
            assert_eq!(page(0, number, limit), (vec![], PaginationMetadata::default()));
        }
        assert_eq!(page(0, 1, 2), (vec![], PaginationMetadata::default()));
    }
}
