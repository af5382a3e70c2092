//! One suite for every place a registry can be kept: memory, SQLite, PostgreSQL and MariaDB must
//! answer alike. A case is a function of a fresh registry; `conformance!` runs each on all four.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod backends;
mod cached;
mod cases;
mod objects;
mod races;

/// Makes a test of every case on every backend. A server that cannot be started fails its tests.
macro_rules! conformance {
    ($($case:ident),+ $(,)?) => {
        mod memory { $(#[test] fn $case() -> anyhow::Result<()> { super::cases::$case(&super::backends::memory()?) })+ }
        mod sqlite { $(#[test] fn $case() -> anyhow::Result<()> { super::cases::$case(&super::backends::sqlite()?) })+ }
        mod postgres { $(#[test] fn $case() -> anyhow::Result<()> { super::cases::$case(&super::backends::postgres()?) })+ }
        mod mariadb { $(#[test] fn $case() -> anyhow::Result<()> { super::cases::$case(&super::backends::mariadb()?) })+ }
    };
}

conformance! {
    a_project_is_made_with_its_first_object,
    every_kind_is_applied_read_listed_and_deleted,
    equal_objects_are_not_written,
    a_batch_is_one_transaction,
    names_keep_their_spelling,
    odd_names_are_stored_as_they_are,
    large_objects_arrive_whole,
    lists_filter_by_tag_time_namespace_and_collection,
    versions_are_made_read_and_pinned,
    materializations_append,
    kinds_of_view_exclude_each_other,
    many_views_are_compared_with_all_that_exist,
    user_metadata_belongs_to_one_view_of_one_project,
    metadata_is_kept_per_project,
    deleting_a_project_leaves_nothing_of_it,
    a_damaged_row_is_named_and_hides_nothing,
    an_export_imported_elsewhere_is_equal,
    a_preview_writes_nothing,
    a_conflict_is_retried,
    concurrent_materializations_are_all_kept,
    names_stay_unique_in_every_isolation_level,
    everything_is_read_as_of_one_instant,
    teardown_removes_everything,
    a_cache_is_what_a_full_read_finds,
    a_cache_without_news_stays_the_same,
    a_cache_follows_revisions,
    a_cache_checks_everything_at_times,
    a_cache_sees_the_second_change_of_a_second,
    a_cache_keeps_damaged_rows,
}
