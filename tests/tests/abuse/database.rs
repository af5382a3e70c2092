//! A database that goes away under load and comes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use bytes::Bytes;
use feast_registry_core::proto::feast::{core as feast, registry as requests};
use feast_registry_tests::servers::{Postgres, PostgresOptions};
use prost::Message as _;
use tokio::task::JoinSet;

use crate::{
    grpc::Client,
    served::{PROJECT, Served, get, list, run},
};

const CLIENTS: usize = 32;
/// All of it takes a quarter of a minute, and longer on a machine at work on something else.
const PATIENCE: Duration = Duration::from_secs(90);

#[test]
fn a_database_that_goes_away_and_comes_back_is_waited_for() -> Result<()> {
    let postgres = Postgres::start_with(&PostgresOptions::quick())?;
    let database = postgres.fresh_database()?;
    let served = Served::on(&database.url(), "{type: no_auth}", &["--request-timeout", "3"])?;
    let (begun, ended) = (Instant::now(), Arc::new(AtomicBool::new(false)));
    run(async {
        served.answers().await?;
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (address, ended) = (served.server.address().to_owned(), ended.clone());
            clients.spawn(async move {
                let connection = Client::connect(&address).await?;
                let mut codes = std::collections::BTreeMap::<String, usize>::new();
                let mut is_answered = false;
                for index in 0.. {
                    // All are answered again in the end.
                    if ended.load(Ordering::Relaxed) && is_answered {
                        break;
                    }
                    ensure!(begun.elapsed() < PATIENCE, "no answer any more: {codes:?}");
                    let answer = match index % 4 {
                        0 => connection.ask("ApplyEntity", "", &apply(client, index)).await?,
                        1 => connection.ask("GetFeatureView", "", &direct(index)).await?,
                        _ => connection.ask("GetFeatureView", "", &get(index)).await?,
                    };
                    is_answered = answer.code == "0";
                    *codes.entry(answer.code).or_default() += 1;
                }
                Ok::<_, anyhow::Error>(codes)
            });
        }
        let outages = tokio::task::spawn_blocking(move || -> Result<Postgres> {
            for _ in 0..2 {
                thread::sleep(Duration::from_secs(1));
                postgres.kill()?;
                thread::sleep(Duration::from_secs(4));
                postgres.restart()?;
            }
            thread::sleep(Duration::from_secs(1));
            Ok(postgres)
        });
        let postgres = outages.await??;
        ended.store(true, Ordering::Relaxed);
        while let Some(codes) = clients.join_next().await {
            let codes = codes??;
            // OK; while the database is away DEADLINE_EXCEEDED, UNAVAILABLE, or RESOURCE_EXHAUSTED where all workers
            // wait for it; UNKNOWN where it went in a commit.
            ensure!(
                codes.keys().all(|code| ["0", "4", "14", "8", "2"].contains(&code.as_str())),
                "{codes:?}"
            );
        }
        let until = Instant::now() + Duration::from_secs(20);
        let client = Client::connect(served.server.address()).await?;
        while client.ask("ApplyEntity", "", &apply(0, 0)).await?.code != "0" {
            ensure!(Instant::now() < until, "no change any more:\n{}", served.server.log());
        }
        ensure!(served.most_memory()? < 160, "{} MiB", served.most_memory()?);
        drop(postgres);
        Ok(())
    })
}

/// Whoever is content with the cache waits for nobody who waits for the database, however many these are.
#[test]
fn what_the_cache_can_answer_does_not_wait_for_a_database_that_hangs() -> Result<()> {
    const HANGS: u64 = 10;
    let postgres = Postgres::start_with(&PostgresOptions::quick())?;
    let database = postgres.fresh_database()?;
    let served = Served::on(&database.url(), "{type: no_auth}", &["--request-timeout", "60"])?;
    run(async {
        served.answers().await?;
        let begun = Instant::now();
        let hang = tokio::task::spawn_blocking(move || {
            let hung = database.execute(&format!(
                "BEGIN; LOCK TABLE feature_views IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({HANGS}); COMMIT;"
            ));
            hung.map(|_| database)
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut waiting = JoinSet::new();
        for index in 0..40 {
            let client = Client::connect(served.server.address()).await?;
            waiting.spawn(async move {
                match index % 2 {
                    0 => client.call("GetFeatureView", &direct(index)).await,
                    _ => client.call("ListFeatureViews", &list(false)).await,
                }
            });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let client = Client::connect(served.server.address()).await?;
        for index in 0..20 {
            client.call("GetFeatureView", &get(100 + index)).await?;
        }
        ensure!(client.call("ListFeatureViews", &list(true)).await?.len() > 1 << 20);
        let after = begun.elapsed();
        ensure!(after < Duration::from_secs(HANGS), "answered after {after:?}, when the database was back");
        ensure!(waiting.try_join_next().is_none(), "the database does not hang");
        let _database = hang.await??;
        for answer in waiting.join_all().await {
            answer?;
        }
        Ok(())
    })
}

fn apply(client: usize, index: usize) -> Bytes {
    let spec = feast::EntitySpecV2 {
        name: format!("entity_{client}"),
        description: index.to_string(),
        ..Default::default()
    };
    let entity = Some(feast::Entity { spec: Some(spec), meta: None });
    requests::ApplyEntityRequest { entity, project: PROJECT.into(), commit: true }.encode_to_vec().into()
}

/// A request for a view as the database has it.
fn direct(number: usize) -> Bytes {
    let name = format!("view_{}", number % 100);
    let request = requests::GetFeatureViewRequest { name, project: PROJECT.into(), allow_cache: false };
    request.encode_to_vec().into()
}
