//! One writer process for tests and benchmarks: makes COUNT changes of one JOB to a registry and prints a JSON line for
//! each that was acknowledged, refused or failed, at once. It begins at a line on standard input, so that many begin
//! together. Usage: `writer URL JOB WORKER COUNT`.

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, Result, anyhow, bail};
use feast_registry::{config::RegistryConfig, error::Error, registry::Registry};
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{Apply, Change, Delete, DeleteProject, Materialize, Target},
    proto::feast::core as feast,
    time::Timestamp,
};
use prost::Message;
use serde_json::{Value, json};

/// The project of all jobs but those that make and delete one.
const PROJECT: &str = "load";
/// The project that `fill` makes and `clear` deletes.
const FLEETING: &str = "fleeting";
/// The view of all workers.
const SHARED: &str = "shared";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, job, worker, count] = arguments.as_slice() else { bail!("usage: writer URL JOB WORKER COUNT") };
    let (worker, count): (i64, i64) = (worker.parse()?, count.parse()?);
    let writer = Writer { registry: Registry::open(&RegistryConfig::new(url.parse()?))?, worker };
    if job == "prepare" {
        return Ok(writer.prepare(count)?);
    }
    let change: fn(&Writer, i64) -> Result<Value, Error> = match job.as_str() {
        "materialize" => |writer, step| writer.materialize(SHARED, step),
        "materialize-own" => |writer, step| writer.materialize(&writer.own(), step),
        "tag" => |writer, step| writer.tag(SHARED, step),
        "tag-own" => |writer, step| writer.tag(&writer.own(), step),
        "version" => Writer::version,
        "name" => Writer::name,
        "object" => Writer::object,
        "fill" => Writer::fill,
        "clear" => Writer::clear,
        _ => bail!("no job `{job}`"),
    };
    let mut lines = io::stdin().lock().lines();
    print(&json!({ "ready": true }))?;
    lines.next().context("nobody said when to begin")??;
    let begun = Instant::now();
    for step in 0..count {
        // Those who race for names meet anew at each: the first to come would win them all.
        if job == "name" && step > 0 {
            lines.next().context("nobody said when to go on")??;
        }
        print(&match change(&writer, step) {
            Ok(acked) => json!({ "acked": acked }),
            Err(error @ Error::Refused(_)) => {
                json!({ "refused": { "step": step, "why": error.to_string() } })
            }
            Err(error) => json!({ "failed": format!("{:#}", anyhow!(error)) }),
        })?;
    }
    let retries = writer.registry.retries();
    print(&json!({ "ended": {
        "seconds": begun.elapsed().as_secs_f64(),
        "conflicts": retries.conflicts,
        "lost_connections": retries.lost_connections,
        "unanswered_commits": retries.unanswered_commits,
    } }))
}

fn print(line: &Value) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

struct Writer {
    registry: Registry,
    worker: i64,
}

impl Writer {
    /// Makes the view of all workers, and one for each of them.
    fn prepare(&self, workers: i64) -> Result<(), Error> {
        let own = (0..workers).map(|worker| format!("own{worker}"));
        let views = own.chain([SHARED.to_owned()]).map(|name| view(Kind::FeatureView, &name, &[], ""));
        self.apply(views, PROJECT).map(drop)
    }

    fn own(&self) -> String {
        format!("own{}", self.worker)
    }

    /// What nobody else writes, at any step.
    fn unique(&self, step: i64) -> String {
        format!("{}_{step}", self.worker)
    }

    fn materialize(&self, name: &str, step: i64) -> Result<Value, Error> {
        let start = self.worker * 1_000_000 + step;
        let at = |seconds| Timestamp { seconds, nanos: 0 };
        let (project, name) = (PROJECT.to_owned(), name.to_owned());
        let view = name.clone();
        self.registry.run(&Materialize { project, view, start: at(start), end: at(start + 1) })?;
        Ok(json!({ "view": name, "start": start }))
    }

    fn tag(&self, name: &str, step: i64) -> Result<Value, Error> {
        let tag = self.unique(step);
        let changes = self.apply([view(Kind::FeatureView, name, &[], &tag)], PROJECT)?;
        let before =
            changes.into_iter().find_map(|change| Object::parse(change.key.kind, change.before?).ok());
        let found = before.and_then(|before| before.tags().get("last").cloned());
        Ok(json!({ "view": name, "tag": tag, "found": found }))
    }

    fn version(&self, step: i64) -> Result<Value, Error> {
        let feature = format!("f{}", self.unique(step));
        let changes = self.apply([view(Kind::FeatureView, SHARED, &[&feature], "")], PROJECT)?;
        Ok(json!({ "version": version(&changes), "feature": feature }))
    }

    fn name(&self, step: i64) -> Result<Value, Error> {
        let kinds = Kind::VIEWS;
        let kind = kinds[self.worker as usize % kinds.len()];
        let name = format!("name{step}");
        self.apply([view(kind, &name, &[], "")], PROJECT)?;
        Ok(json!({ "name": name, "table": kind.info().table.name }))
    }

    /// Makes an object and deletes the one before.
    fn object(&self, step: i64) -> Result<Value, Error> {
        let name = |step| format!("object{}", self.unique(step));
        self.apply([view(Kind::FeatureView, &name(step), &[], "")], PROJECT)?;
        if step > 0 {
            let target = Target::Kind(Kind::FeatureView);
            self.registry.run(&Delete { project: PROJECT.into(), name: name(step - 1), target })?;
        }
        Ok(json!({ "name": name(step) }))
    }

    fn fill(&self, step: i64) -> Result<Value, Error> {
        let feature = format!("f{step}");
        let changes = self.apply([view(Kind::FeatureView, &self.own(), &[&feature], "")], FLEETING)?;
        Ok(json!({ "version": version(&changes), "feature": feature }))
    }

    fn clear(&self, _: i64) -> Result<Value, Error> {
        self.registry.run(&DeleteProject { name: FLEETING.into() }).map(|()| json!({ "project": FLEETING }))
    }

    fn apply(&self, objects: impl IntoIterator<Item = Object>, project: &str) -> Result<Vec<Change>, Error> {
        self.registry.run(&Apply::new(objects.into_iter().map(|object| (project.into(), object))))
    }
}

/// The number of the version that an apply made.
fn version(changes: &[Change]) -> Option<i32> {
    changes.iter().find_map(|change| change.version)
}

/// A valid view of any kind with these features beside one that all have, and this as its tag.
fn view(kind: Kind, name: &str, more: &[&str], tag: &str) -> Object {
    let name = name.to_owned();
    let feature =
        |name: &str| feast::FeatureSpecV2 { name: name.into(), value_type: 5, ..Default::default() };
    let features = ["rate"].iter().chain(more).copied().map(feature).collect();
    let entities = vec!["driver".into()];
    let tags = [("last".to_owned(), tag.to_owned())].into();
    let bytes = match kind {
        Kind::StreamFeatureView => {
            let stream_source =
                Some(feast::DataSource { name: "stream".into(), r#type: 3, ..Default::default() });
            let spec = feast::StreamFeatureViewSpec {
                name,
                entities,
                features,
                tags,
                stream_source,
                ..Default::default()
            };
            feast::StreamFeatureView { spec: Some(spec), meta: None }.encode_to_vec()
        }
        Kind::OnDemandFeatureView => {
            use feast::{feature_transformation_v2::Transformation, on_demand_source::Source};
            let base =
                feast::FeatureViewProjection { feature_view_name: "base".into(), ..Default::default() };
            let source = feast::OnDemandSource { source: Some(Source::FeatureViewProjection(base)) };
            let function =
                feast::UserDefinedFunctionV2 { body_text: "def f(x): return x".into(), ..Default::default() };
            let spec = feast::OnDemandFeatureViewSpec {
                name,
                features,
                tags,
                sources: [("base".into(), source)].into(),
                feature_transformation: Some(feast::FeatureTransformationV2 {
                    transformation: Some(Transformation::UserDefinedFunction(function)),
                }),
                ..Default::default()
            };
            feast::OnDemandFeatureView { spec: Some(spec), meta: None }.encode_to_vec()
        }
        Kind::LabelView => {
            let spec = feast::LabelViewSpec { name, entities, features, tags, ..Default::default() };
            feast::LabelView { spec: Some(spec), meta: None }.encode_to_vec()
        }
        _ => {
            let spec = feast::FeatureViewSpec { name, entities, features, tags, ..Default::default() };
            feast::FeatureView { spec: Some(spec), meta: None }.encode_to_vec()
        }
    };
    Object::parse(kind, bytes).unwrap_or_else(|error| unreachable!("our own {kind} is none: {error}"))
}
