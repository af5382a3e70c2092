//! The blocking half of feast-registry: drivers, configuration, transactions and the binary's doors.
