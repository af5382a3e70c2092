//! What is looked up when somebody asks: the database's connections, what was repeated there, the cache.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue},
    metrics::MetricType,
};

use crate::server::{Service, Workers};

/// Where it is looked up.
pub(super) struct Sources {
    pub(super) service: Service,
    pub(super) workers: Workers,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sources")
    }
}

impl Collector for Sources {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut page = Page(encoder);
        let registry = self.service.registry();
        let version = [("version", env!("CARGO_PKG_VERSION"), 1_u32)];
        page.gauges("build_info", "The server's version", version)?;
        let is_ready = u32::from(self.service.readiness().is_ready());
        page.gauge("ready", "Whether the database can be reached", is_ready)?;

        let retries = registry.retries();
        let retried = [
            ("reason", "conflict", retries.conflicts),
            ("reason", "lost_connection", retries.lost_connections),
            ("reason", "read_only", retries.read_only),
            ("reason", "unanswered_commit", retries.unanswered_commits),
        ];
        page.counters("retries", "What was done again at the database, by reason", retried)?;
        let unknown = "Changes of which the database did not tell whether they happened";
        page.counter("unknown_commits", unknown, retries.unknown_commits)?;

        let (running, waiting) = self.workers.occupied();
        let workers = [("state", "running", count(running)), ("state", "waiting", count(waiting))];
        page.gauges("database_requests", "Requests at the database, and those that wait for it", workers)?;
        let connections = registry.connections();
        let states = [
            ("state", "in_use", count(connections.in_use)),
            ("state", "idle", count(connections.idle)),
            ("state", "waited_for", count(connections.waited_for)),
        ];
        page.gauges("database_connections", "Connections of the pool, and how many more are wanted", states)?;

        let cache = self.service.cache_use();
        let renewals = [("outcome", "ok", cache.renewals), ("outcome", "failed", cache.failures)];
        page.counters("cache_renewals", "How often the cache was compared with the database", renewals)?;
        // Until the first read there is none.
        if let Some(age) = cache.age {
            let help = "How long ago the cache was last seen to be as the database";
            page.gauge("cache_age_seconds", help, age.as_secs_f64())?;
            page.gauge("cache_objects", "Objects in the cache", count(cache.objects))?;
            page.gauge("cache_bytes", "Bytes of the objects in the cache", count(cache.bytes))?;
        }
        Ok(())
    }
}

fn count(number: usize) -> u64 {
    number.try_into().unwrap_or(u64::MAX)
}

/// What is answered, as far as it is written.
struct Page<'p>(DescriptorEncoder<'p>);

impl Page<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: impl EncodeGaugeValue) -> fmt::Result {
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    fn counter(&mut self, name: &str, help: &str, value: impl EncodeCounterValue) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        metric.encode_counter::<[(&str, &str); 0], _, u64>(&value, None)
    }

    fn gauges<V: EncodeGaugeValue, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: [(&str, &str, V); N],
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        values.iter().try_for_each(|(label, text, value)| {
            metric.encode_family(&[(*label, *text)])?.encode_gauge(value)
        })
    }

    fn counters<V: EncodeCounterValue, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: [(&str, &str, V); N],
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        values.iter().try_for_each(|(label, text, value)| {
            let labels = [(*label, *text)];
            let mut metric = metric.encode_family(&labels)?;
            metric.encode_counter::<[(&str, &str); 0], _, u64>(value, None)
        })
    }
}
