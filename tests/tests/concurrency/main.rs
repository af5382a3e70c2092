//! Writers in several processes at once, on every database: what one of them was told is so is so, and nothing else is.
//!
//! Sizes are for two cores; `FEAST_REGISTRY_TEST_SCALE` multiplies them.

mod intervals;
mod load;
mod names;
mod objects;
mod rate;
mod round_trips;
mod tags;
mod versions;

/// Makes a test of every promise on every database. A server that cannot be started fails its tests.
macro_rules! everywhere {
    ($($promise:ident::$test:ident),+ $(,)?) => {
        mod sqlite { $(#[test] fn $test() -> anyhow::Result<()> { super::$promise::$test(&super::load::sqlite()?) })+ }
        mod postgres { $(#[test] fn $test() -> anyhow::Result<()> { super::$promise::$test(&super::load::postgres()?) })+ }
        mod serializable { $(#[test] fn $test() -> anyhow::Result<()> { super::$promise::$test(&super::load::serializable()?) })+ }
        mod postgres_18 { $(#[test] fn $test() -> anyhow::Result<()> { super::$promise::$test(&super::load::postgres_18()?) })+ }
        mod mariadb { $(#[test] fn $test() -> anyhow::Result<()> { super::$promise::$test(&super::load::mariadb()?) })+ }
        mod galera { $(#[test] fn $test() -> anyhow::Result<()> { super::$promise::$test(&super::load::galera()?) })+ }
    };
}

everywhere! {
    intervals::every_acknowledged_interval_is_stored_once,
    tags::tags_and_intervals_do_not_undo_each_other,
    versions::versions_are_dense_and_each_has_its_own_definition,
    names::a_name_goes_to_one_kind_of_view,
    objects::objects_come_and_go_beside_each_other,
    objects::nothing_is_left_in_a_deleted_project,
}
