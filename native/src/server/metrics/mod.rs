//! What the server counts and measures, for Prometheus: requests as they end, and the rest when somebody asks for it.
//! Labels are names of protocols, methods and statuses, never of what is in a registry.

mod door;
mod sources;

use std::{borrow::Cow, time::Instant};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

pub use door::{MetricsDoor, MetricsError};

/// In seconds: from an answer that is in memory to the longest that a request may take.
const DURATIONS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];
/// What is no method of the service, whatever its name, so that there are no more labels than methods.
pub(super) const OTHER: &str = "other";
/// Whoever asked has gone before the answer.
const CANCELLED: &str = "CANCELLED";

/// What is counted of requests, by all doors together.
#[derive(Clone, Debug)]
pub struct Metrics {
    requests: Family<Answer, Counter>,
    durations: Family<Question, Histogram, fn() -> Histogram>,
    in_flight: Family<Door, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Door {
    protocol: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Question {
    protocol: &'static str,
    method: Cow<'static, str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    protocol: &'static str,
    method: Cow<'static, str>,
    code: Cow<'static, str>,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            in_flight: Family::default(),
        }
    }
}

impl Metrics {
    /// Counts a request that begins.
    pub(super) fn begin(&self, protocol: &'static str, method: Cow<'static, str>) -> InFlight {
        let in_flight = self.in_flight.get_or_create_owned(&Door { protocol });
        in_flight.inc();
        let question = Question { protocol, method };
        InFlight { metrics: self.clone(), in_flight, question, begun: Instant::now(), code: CANCELLED.into() }
    }

    fn register(&self, registry: &mut Registry) {
        let count = "Requests that have ended, by the status of their answers";
        registry.register("requests", count, self.requests.clone());
        let durations = "How long requests took";
        registry.register("request_duration_seconds", durations, self.durations.clone());
        let in_flight = "Requests that are being answered or wait";
        registry.register("requests_in_flight", in_flight, self.in_flight.clone());
    }
}

/// A request that is being answered. Dropped before its end, it was given up by whoever asked.
#[derive(Debug)]
pub(super) struct InFlight {
    metrics: Metrics,
    in_flight: Gauge,
    question: Question,
    begun: Instant,
    code: Cow<'static, str>,
}

impl InFlight {
    /// The end of the request, with the status of its answer.
    pub(super) fn end(mut self, code: impl Into<Cow<'static, str>>) {
        self.code = code.into();
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let Question { protocol, method } = self.question.clone();
        self.in_flight.dec();
        self.metrics.durations.get_or_create(&self.question).observe(self.begun.elapsed().as_secs_f64());
        let code = std::mem::take(&mut self.code);
        self.metrics.requests.get_or_create(&Answer { protocol, method, code }).inc();
    }
}
