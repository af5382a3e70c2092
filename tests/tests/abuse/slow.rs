//! Clients that take their time: with what they send, and with what they read.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    grpc::{Client, framed, receive},
    served::{Served, get, list, run},
};

/// Answers that nobody reads take room until the clients' time is up. There is room for some; others are told so.
#[test]
fn answers_that_are_not_read_take_bounded_memory_and_are_given_up() -> Result<()> {
    let served = Served::start(&["--request-timeout", "10"])?;
    run(async {
        served.answers().await?;
        let mut clients = Vec::new();
        let mut unread = Vec::new();
        let request = framed(&list(false))?;
        for _ in 0..20 {
            // Nothing of an answer's message is taken.
            let client = Client::with_window(served.server.address(), 0).await?;
            for _ in 0..50 {
                let (response, mut sending) = client.begin("ListFeatureViews", "").await?;
                sending.send_data(request.clone(), true)?;
                unread.push(response);
            }
            clients.push(client);
        }
        // All are answered as far as that goes: with the head of an answer, with a refusal, or given up already.
        let (mut begun, mut refused, mut given_up) = (Vec::new(), 0, 0);
        for response in unread {
            match timeout(Duration::from_secs(60), response).await? {
                Err(_) => given_up += 1,
                Ok(response) => match response.headers().get("grpc-status") {
                    None => begun.push(response.into_body()),
                    Some(status) => {
                        // RESOURCE_EXHAUSTED, or DEADLINE_EXCEEDED.
                        ensure!(["8", "4"].contains(&status.to_str()?), "{status:?}");
                        refused += 1;
                    }
                },
            }
        }
        let memory = served.most_memory()?;
        ensure!(refused > 0 && begun.len() + given_up > 100, "{refused} refused, {} begun", begun.len());
        ensure!(memory < 450, "{memory} MiB for {} answers", begun.len());
        // Whoever asks for something short is answered meanwhile.
        served.answers().await?;
        for mut body in begun {
            let ended =
                timeout(Duration::from_secs(30), body.data()).await.context("waited for, for ever")?;
            ensure!(ended.is_some_and(|ended| ended.is_err()), "not given up");
        }
        let client = Client::connect(served.server.address()).await?;
        ensure!(client.call("ListFeatureViews", &list(false)).await?.len() > 1 << 20);
        Ok(())
    })
}

#[test]
fn a_request_that_does_not_come_is_not_waited_for() -> Result<()> {
    let served = Served::start(&["--request-timeout", "2"])?;
    run(async {
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            let client = Client::connect(served.server.address()).await?;
            for _ in 0..50 {
                let (response, mut sending) = client.begin("GetFeatureView", "").await?;
                calls.spawn(async move {
                    for byte in framed(&get(0))?.chunks(1) {
                        if sending.send_data(Bytes::copy_from_slice(byte), false).is_err() {
                            break;
                        }
                        sleep(Duration::from_millis(200)).await;
                    }
                    receive(response).await
                });
            }
            calls.spawn(async move {
                sleep(Duration::from_secs(20)).await;
                drop(client);
                anyhow::bail!("late")
            });
        }
        sleep(Duration::from_secs(1)).await;
        served.answers().await?;
        for _ in 0..1_000 {
            let answer = calls.join_next().await.context("no answer")???;
            ensure!(answer.code == "4" && answer.message.contains("long"), "{answer:?}");
        }
        Ok(())
    })
}

#[test]
fn a_connection_that_says_nothing_or_very_little_is_closed() -> Result<()> {
    let served = Served::start(&["--request-timeout", "2"])?;
    let rest = served.server.rest_address()?;
    run(async {
        let mut silent = JoinSet::new();
        for address in [served.server.address(), &rest] {
            for said in ["", "P", "PRI * HTTP/2.0\r\n\r\nS"] {
                let mut stream = TcpStream::connect(address).await?;
                stream.write_all(said.as_bytes()).await?;
                silent.spawn(async move { timeout(Duration::from_secs(40), end(&mut stream)).await });
            }
        }
        // One byte at a time of a head, and of a body.
        for head in
            ["GET / HTTP/1.1\r\n", "POST /entities HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n"]
        {
            let mut stream = TcpStream::connect(&rest).await?;
            silent.spawn(async move {
                let writing = async {
                    stream.write_all(head.as_bytes()).await?;
                    for _ in 0..100 {
                        stream.write_all(b"x").await?;
                        sleep(Duration::from_millis(300)).await;
                    }
                    Ok::<_, std::io::Error>(())
                };
                drop(timeout(Duration::from_secs(25), writing).await);
                timeout(Duration::from_secs(15), end(&mut stream)).await
            });
        }
        sleep(Duration::from_secs(1)).await;
        let begun = Instant::now();
        served.answers().await?;
        ensure!(begun.elapsed() < Duration::from_secs(5));
        while let Some(ended) = silent.join_next().await {
            ended?.context("a connection was kept")?;
        }
        Ok(())
    })
}

/// Waits until the server has closed a connection.
async fn end(stream: &mut TcpStream) {
    let mut buffer = [0; 1 << 10];
    while !matches!(stream.read(&mut buffer).await, Ok(0) | Err(_)) {}
}
