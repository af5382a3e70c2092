//! Logs, on standard error, in the form of the binary's other messages: `warning: ...`.

use std::{fmt, io};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use super::options::LogLevel;

/// For whom logs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// For the person at the terminal: warnings, as the binary's other messages.
    Talk,
    /// For whoever collects the logs of servers: an object of JSON per line, every request among them.
    Server,
}

/// Starts logging: `level`, or what RUST_LOG says, or what is usual for the voice.
pub(crate) fn start(level: Option<LogLevel>, voice: Voice) {
    let usual = match voice {
        Voice::Talk => "warn,feast_registry::sql=info",
        Voice::Server => "info",
    };
    let filter = match level {
        Some(LogLevel::Trace) => EnvFilter::new("trace"),
        Some(LogLevel::Debug) => EnvFilter::new("debug"),
        Some(LogLevel::Info) => EnvFilter::new("info"),
        // What `echo: true` asks for is not a matter of the level.
        Some(LogLevel::Warning) => EnvFilter::new("warn,feast_registry::sql=info"),
        Some(LogLevel::Error) => EnvFilter::new("error,feast_registry::sql=info"),
        None => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual)),
    };
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start, as in tests, keeps the first.
    drop(match voice {
        Voice::Talk => logs.event_format(Plain).try_init(),
        Voice::Server => {
            logs.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
    });
}

struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        write!(writer, "{level}: ")?;
        let mut fields = Fields { message: String::new(), rest: String::new() };
        event.record(&mut fields);
        writeln!(writer, "{}{}", fields.message, fields.rest)
    }
}

/// The message first, then ` (name=value)` for each other field.
struct Fields {
    message: String,
    rest: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.rest += &format!(" ({name}={value:?})"),
        }
    }
}
