//! Many clients that ask for everything at once.

use std::thread;

use anyhow::{Context, Result, ensure};
use feast_registry_tests::http;
use tokio::task::JoinSet;

use crate::{
    grpc::Client,
    served::{PROJECT, Served, list, run},
};

const CLIENTS: usize = 64;

/// What each of them gets takes a few mebibytes until it is sent, so that memory is bounded only where few of these
/// are made at once.
#[test]
fn many_lists_at_once_take_bounded_memory() -> Result<()> {
    let served = Served::start(&[])?;
    run(async {
        served.answers().await?;
        let mut calls = JoinSet::new();
        for _ in 0..CLIENTS {
            let client = Client::connect(served.server.address()).await?;
            calls.spawn(async move {
                for _ in 0..5 {
                    let answer = client.call("ListFeatureViews", &list(false)).await?;
                    ensure!(answer.len() > 1 << 20, "{} bytes", answer.len());
                }
                Ok(())
            });
        }
        while let Some(called) = calls.join_next().await {
            called??;
        }
        bounded(&served)
    })
}

/// The same questions, which nobody has asked before, and answers as JSON, which take many times their bytes.
#[test]
fn many_first_questions_to_rest_take_bounded_memory() -> Result<()> {
    let served = Served::start(&[])?;
    run(async { served.answers().await })?;
    let address = served.server.rest_address()?;
    let pages = (1..=3).map(|page| format!("feature_views?page={page}&limit=100"));
    let others = ["search?query=view", "lineage/registry?", "metrics/resource_counts?"].map(String::from);
    for question in pages.chain(others) {
        let path = format!("/api/v1/{question}&project={PROJECT}&projects={PROJECT}&allow_cache=true");
        let asked = thread::scope(|scope| {
            let ask = || http::get(&address, &path);
            let asked: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
            asked.into_iter().map(|asked| asked.join().ok().context("a panic")?).collect::<Result<Vec<_>>>()
        })?;
        for (status, body) in asked {
            ensure!(status == 200 && body.len() > 2, "{path}: {status} {body}");
        }
    }
    bounded(&served)
}

/// By what a few answers take at a time for each processor. With as many as there are clients it is 90 MiB on two.
fn bounded(served: &Served) -> Result<()> {
    let limit = 50 + 12 * thread::available_parallelism()?.get() as u64;
    let memory = served.most_memory()?;
    ensure!(memory < limit, "{memory} MiB, of at most {limit}");
    Ok(())
}
