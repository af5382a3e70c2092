//! Requests that are too long, and requests that are none.

use anyhow::{Context, Result, ensure};
use bytes::{BufMut, Bytes, BytesMut};
use feast_registry_core::schema::FEAST_REGISTRY_REGISTRYSERVER;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    grpc::{Answer, Client, framed, receive},
    served::{Served, get, list, run},
};

/// RESOURCE_EXHAUSTED.
const EXHAUSTED: &str = "8";

#[test]
fn a_hundred_megabytes_are_refused_before_they_have_come() -> Result<()> {
    let served = Served::start(&[])?;
    let rest = served.server.rest_address()?;
    run(async {
        let client = Client::connect(served.server.address()).await?;
        let message = Bytes::from(vec![0; 100_000_000]);
        for _ in 0..5 {
            let answer = client.ask("ApplyEntity", "", &message).await?;
            ensure!(answer.code == EXHAUSTED && answer.message.contains("--max-message-size"), "{answer:?}");
        }
        for length in ["content-length: 100000000", "transfer-encoding: chunked"] {
            let mut stream = TcpStream::connect(&rest).await?;
            let head = format!(
                "POST /entities HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            let (mut reading, mut writing) = stream.into_split();
            let sent = tokio::spawn(async move {
                let part = [&b"100000\r\n"[..], &[b' '; 1 << 20], b"\r\n"].concat();
                for _ in 0..100 {
                    writing.write_all(&part).await?;
                }
                Ok::<_, std::io::Error>(())
            });
            let mut answer = [0; 12];
            reading.read_exact(&mut answer).await.with_context(|| format!("{length}: no answer"))?;
            ensure!(answer == *b"HTTP/1.1 413", "{length}: {}", String::from_utf8_lossy(&answer));
            sent.abort();
        }
        ensure!(served.most_memory()? < 200, "{} MiB", served.most_memory()?);
        served.answers().await
    })
}

/// Each is short enough, and together they are not: some are refused, and the memory is bounded.
#[test]
fn many_long_requests_at_once_take_bounded_memory() -> Result<()> {
    let served = Served::start(&["--request-timeout", "30"])?;
    run(async {
        // All but the last byte of each comes, and that one comes late.
        let message = framed(&Bytes::from(vec![0; 8 << 20]))?;
        let (most, last) = (message.slice(..message.len() - 1), message.slice(message.len() - 1..));
        let mut calls = JoinSet::new();
        let (release, held) = tokio::sync::watch::channel(false);
        for _ in 0..100 {
            let client = Client::connect(served.server.address()).await?;
            let (response, mut sending) = client.begin("ApplyEntity", "").await?;
            let (most, last, mut held) = (most.clone(), last.clone(), held.clone());
            calls.spawn(async move {
                if sending.send_data(most, false).is_ok() {
                    let receiving = receive(response);
                    tokio::pin!(receiving);
                    tokio::select! {
                        answer = &mut receiving => return answer,
                        _ = held.wait_for(|released| *released) => {}
                    }
                    drop(sending.send_data(last, true));
                    let answer = receiving.await;
                    drop(client);
                    return answer;
                }
                receive(response).await
            });
        }
        let mut answers: Vec<Answer> = Vec::new();
        // Those for which there is no room are told at once.
        while answers.len() < 50 {
            answers.push(calls.join_next().await.context("no answer")???);
        }
        ensure!(answers.iter().all(|answer| answer.code == EXHAUSTED), "{answers:?}");
        served.answers().await?;
        release.send(true)?;
        while let Some(answer) = calls.join_next().await {
            answers.push(answer??);
        }
        // What has come is no entity.
        let read = answers.iter().filter(|answer| answer.code == "3").count();
        ensure!(read > 10 && answers.iter().all(|answer| ["3", EXHAUSTED].contains(&&*answer.code)));
        ensure!(served.most_memory()? < 450, "{} MiB", served.most_memory()?);
        served.answers().await
    })
}

/// Damaged requests of every method: an error of the client's, never the server's.
#[test]
fn what_is_no_request_is_told_to_be_none() -> Result<()> {
    let served = Served::start(&["--read-only"])?;
    let mut random = Random(1);
    run(async {
        let client = Client::connect(served.server.address()).await?;
        let whole = [get(0), list(true)];
        for method in FEAST_REGISTRY_REGISTRYSERVER.methods {
            for round in 0..40 {
                let mut message = match round % 4 {
                    0 => BytesMut::from_iter((0..random.below(64)).map(|_| random.next() as u8)),
                    1 => nested(200),
                    _ => BytesMut::from(&*whole[round % 2]),
                };
                for _ in 0..random.below(4) {
                    let index = random.below(message.len().max(1));
                    if let Some(byte) = message.get_mut(index) {
                        *byte = random.next() as u8;
                    }
                }
                let answer = client.ask(method.name, "", &message.freeze()).await?;
                // OK, INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, UNIMPLEMENTED.
                ensure!(["0", "3", "5", "9", "12"].contains(&&*answer.code), "{}: {answer:?}", method.name);
            }
        }
        // The frame around a message: compressed, shorter than it says, two of them, none.
        let good = framed(&get(0))?;
        let compressed = [&[1][..], &good[1..]].concat();
        let short = good.slice(..good.len() - 1);
        let twice = [&good[..], &good[..]].concat();
        for (frame, code) in [
            (compressed.into(), "12"),
            (short, "13"),
            (twice.into(), "13"),
            (Bytes::new(), "13"),
            (Bytes::from_static(&[0, 0]), "13"),
        ] {
            let (response, mut sending) = client.begin("GetFeatureView", "").await?;
            sending.send_data(frame, true)?;
            let answer = receive(response).await?;
            ensure!(answer.code == code && !answer.message.is_empty(), "{answer:?}, not {code}");
        }
        // In as many parts as it has bytes.
        let (response, mut sending) = client.begin("GetFeatureView", "").await?;
        for byte in good.chunks(1) {
            sending.send_data(Bytes::copy_from_slice(byte), false)?;
        }
        sending.send_data(Bytes::new(), true)?;
        ensure!(receive(response).await?.body.len() > 4_000);
        served.answers().await
    })
}

/// Messages in the first field of messages, so deep.
fn nested(depth: usize) -> BytesMut {
    let mut message = BytesMut::new();
    for _ in 0..depth {
        let inner = message.split();
        message.put_u8(10);
        let mut length = inner.len();
        while length > 127 {
            message.put_u8(length as u8 | 128);
            length >>= 7;
        }
        message.put_u8(length as u8);
        message.extend_from_slice(&inner);
    }
    message
}

/// Xorshift: the same numbers every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}
