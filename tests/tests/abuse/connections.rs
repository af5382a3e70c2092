//! Many connections, and more than there can be.

use std::{
    net::TcpStream as StdTcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    grpc::Client,
    served::{PROJECT, Served, get, run},
};

#[test]
fn a_thousand_connections_are_answered() -> Result<()> {
    let served = Served::start(&[])?;
    run(async {
        let mut clients = Vec::new();
        for _ in 0..1_000 {
            clients.push(Client::connect(served.server.address()).await?);
        }
        let mut calls = JoinSet::new();
        for (number, client) in clients.into_iter().enumerate() {
            calls.spawn(async move {
                for round in 0..3 {
                    client.call("GetFeatureView", &get(number + round)).await?;
                }
                Ok::<_, anyhow::Error>(client)
            });
        }
        let clients = calls.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        let memory = served.memory()?;
        ensure!(memory < 160, "{} connections take {memory} MiB", clients.len());
        Ok(())
    })
}

#[test]
fn a_thousand_connections_to_rest_are_answered() -> Result<()> {
    let served = Served::start(&[])?;
    let address = served.server.rest_address()?;
    run(async {
        let mut streams = Vec::new();
        for _ in 0..1_000 {
            streams.push(TcpStream::connect(&address).await?);
        }
        let request = format!(
            "GET /api/v1/feature_views/view_1?project={PROJECT}&allow_cache=true HTTP/1.1\r\nhost: {address}\r\n\
             connection: close\r\n\r\n"
        );
        let mut answers = JoinSet::new();
        for mut stream in streams {
            let request = request.clone();
            answers.spawn(async move {
                stream.write_all(request.as_bytes()).await?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await?;
                Ok::<_, anyhow::Error>(answer)
            });
        }
        // At most so many requests at once, and none is left without an answer.
        let answers = answers.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        for answer in &answers {
            let status = answer.lines().next().unwrap_or_default();
            ensure!(["HTTP/1.1 200 OK", "HTTP/1.1 503 Service Unavailable"].contains(&status), "{answer}");
        }
        let refused = answers.iter().filter(|answer| answer.contains(" 503 ")).count();
        ensure!(refused < 100, "{refused} refused");
        ensure!(served.memory()? < 160, "{} MiB", served.memory()?);
        Ok(())
    })
}

/// They wait, nothing breaks and no processor is kept busy with them.
#[test]
fn more_connections_than_the_system_has_files_for_are_waited_out() -> Result<()> {
    let served = Served::start(&[])?;
    let limited =
        Command::new("prlimit").args(["--pid", &served.server.id().to_string(), "--nofile=64:64"]).status();
    ensure!(limited.is_ok_and(|status| status.success()), "no `prlimit`");
    let rest = served.server.rest_address()?;
    let connect = |address: &str| (0..200).map(|_| StdTcpStream::connect(address)).collect();
    for address in [served.server.address(), &rest] {
        let held: Vec<std::io::Result<StdTcpStream>> = connect(address);
        thread::sleep(Duration::from_millis(300));
        let (begun, before) = (Instant::now(), processor_time(&served)?);
        thread::sleep(Duration::from_secs(2));
        let busy = (processor_time(&served)? - before) / begun.elapsed().as_secs_f64();
        ensure!(busy < 0.2, "{busy} of a processor, at {address}");
        drop(held);
        let until = Instant::now() + Duration::from_secs(20);
        while let Err(error) = run(served.answers()) {
            ensure!(Instant::now() < until, "no answer any more: {error:#}");
            thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

/// In seconds.
fn processor_time(served: &Served) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", served.server.id()))?;
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / 100.0)
}
