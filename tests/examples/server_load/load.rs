//! So many clients that call one after the other for a while, and what came of it.

use std::{
    cell::{Cell, RefCell},
    fs,
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use tokio::{
    task::{JoinSet, LocalSet},
    time::{sleep, timeout},
};

use crate::{
    grpc, rest,
    workload::{Call, Contents, Door, Workload},
};

/// How long one load lasts, and how long if there are few answers until then.
const DURATION: Duration = Duration::from_secs(4);
const FEW: usize = 5;
const PATIENCE: Duration = Duration::from_secs(60);
/// One client calls for so long before it counts.
const WARMING: Duration = Duration::from_millis(300);

/// What is put under load.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Host and port.
    pub(crate) address: &'a str,
    /// The server's process.
    pub(crate) process: u32,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) errors: usize,
    /// What the last of these said.
    pub(crate) error: Option<String>,
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Of the server, for one answer.
    pub(crate) processor: Duration,
    /// What the server has in memory afterwards, in bytes.
    pub(crate) memory: u64,
}

/// One client's connection.
pub(crate) enum Connection {
    Grpc(grpc::Client),
    Rest(rest::Client),
}

impl Connection {
    pub(crate) async fn open(door: Door, address: &str) -> Result<Connection> {
        Ok(match door {
            Door::Grpc => Connection::Grpc(grpc::Client::connect(address).await?),
            Door::Rest => Connection::Rest(rest::Client::connect(address).await?),
        })
    }

    pub(crate) async fn call(&mut self, call: &Call) -> Result<Bytes> {
        match (self, call) {
            (Connection::Grpc(client), Call::Grpc(method, message)) => client.call(method, message).await,
            (Connection::Rest(client), Call::Rest(path)) => client.get(path).await,
            _ => bail!("a call of the other door's"),
        }
    }
}

/// Writes an answer of each method to a file that is called as it.
pub(crate) fn record(
    target: Target<'_>,
    workload: &Workload,
    contents: &Contents,
    folder: &Path,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(workload.door, target.address).await?;
        for index in 0..100 {
            let call = (workload.calls)(contents, 0, index);
            if let Call::Grpc(method, _) = call {
                fs::write(folder.join(method), connection.call(&call).await?)?;
            }
        }
        Ok(())
    })
}

#[derive(Default)]
struct Log {
    latencies: RefCell<Vec<Duration>>,
    errors: Cell<usize>,
    error: RefCell<Option<anyhow::Error>>,
}

/// Has `clients` call `target`. What takes too long to be answered at all counts as not answered.
pub(crate) fn run(
    target: Target<'_>,
    workload: &Workload,
    clients: usize,
    contents: &Rc<Contents>,
) -> Result<Measured> {
    let calls = workload.calls;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(Connection::open(workload.door, target.address).await?);
        }
        let first = connections.first_mut().context("no client")?;
        let begun = Instant::now();
        for index in 0.. {
            // A first answer may take very long, and whatever is wrong shows again.
            drop(timeout(PATIENCE, first.call(&calls(contents, 0, index))).await);
            if begun.elapsed() > WARMING {
                break;
            }
        }
        let log = Rc::new(Log::default());
        let mut tasks = JoinSet::new();
        let (begun, processor) = (Instant::now(), processor_time(target.process)?);
        for (client, mut connection) in connections.into_iter().enumerate() {
            let (log, contents) = (log.clone(), contents.clone());
            tasks.spawn_local(async move {
                for index in 0.. {
                    let begun = Instant::now();
                    match connection.call(&calls(&contents, client, index)).await {
                        Ok(_) => log.latencies.borrow_mut().push(begun.elapsed()),
                        Err(error) => {
                            log.errors.set(log.errors.get() + 1);
                            log.error.replace(Some(error));
                        }
                    }
                }
            });
        }
        while begun.elapsed() < DURATION || (log.latencies.borrow().len() < FEW && begun.elapsed() < PATIENCE)
        {
            sleep(Duration::from_millis(20)).await;
        }
        let (elapsed, spent) = (begun.elapsed(), processor_time(target.process)? - processor);
        drop(tasks);
        let mut latencies = log.latencies.take();
        latencies.sort_unstable();
        let answers = latencies.len();
        let quantile = |share: f64| {
            let index = (answers.saturating_sub(1) as f64 * share) as usize;
            latencies.get(index).copied().unwrap_or(elapsed)
        };
        Ok(Measured {
            errors: log.errors.get(),
            error: log.error.take().map(|error| format!("{error:#}")),
            per_second: answers as f64 / elapsed.as_secs_f64(),
            p50: quantile(0.5),
            p99: quantile(0.99),
            processor: spent.div_f64(answers.max(1) as f64),
            memory: memory(target.process)?,
        })
    })
}

/// What a process has in memory, in bytes.
pub(crate) fn memory(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
}

/// The processor time that a process has used.
fn processor_time(process: u32) -> Result<Duration> {
    /// Linux counts in hundredths of a second, whatever its clock.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in parentheses, may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("no fields")?;
    let ticks =
        |index: usize| fields.split_whitespace().nth(index).and_then(|field| field.parse::<u32>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("no times")?;
    Ok(TICK * (user + system))
}
