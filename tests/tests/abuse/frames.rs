//! What no HTTP/2 client sends: the connection is closed or it costs nothing, and others are answered.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::{BufMut, BytesMut};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::served::{Served, run};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
/// So many of them.
const FLOOD: u32 = 100_000;

/// A frame as it is on the wire.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> BytesMut {
    let mut frame = BytesMut::with_capacity(9 + payload.len());
    frame.put_uint(payload.len() as u64, 3);
    frame.put_u8(kind);
    frame.put_u8(flags);
    frame.put_u32(stream);
    frame.extend_from_slice(payload);
    frame
}

/// The head of a call, in HPACK without Huffman codes or a table.
fn head() -> Vec<u8> {
    let mut head = vec![0x83, 0x86];
    let mut literal = |index: u8, value: &str| {
        head.extend([index, value.len() as u8]);
        head.extend(value.as_bytes());
    };
    literal(0x01, "localhost");
    literal(0x04, "/feast.registry.RegistryServer/GetFeatureView");
    head
}

/// Sends all of it while reading what comes, until the server has closed the connection; whether it has.
async fn send(address: &str, frames: impl Iterator<Item = BytesMut> + Send + 'static) -> Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(PREFACE).await?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    let (mut reading, mut writing) = stream.into_split();
    let reader = tokio::spawn(async move {
        let mut buffer = [0; 1 << 14];
        while !matches!(reading.read(&mut buffer).await, Ok(0) | Err(_)) {}
    });
    let mut closed = false;
    let mut batch = BytesMut::new();
    for frame in frames {
        batch.extend_from_slice(&frame);
        if batch.len() > 1 << 14
            && timeout(Duration::from_secs(20), writing.write_all(&batch.split())).await?.is_err()
        {
            closed = true;
            break;
        }
    }
    closed |= writing.write_all(&batch).await.is_err();
    if !closed {
        closed = timeout(Duration::from_secs(2), reader).await.is_ok();
    }
    Ok(closed)
}

fn flood(frames: fn(u32) -> BytesMut) -> impl Iterator<Item = BytesMut> + Send {
    (0..FLOOD).map(frames)
}

/// Whether the connection is to be closed.
type Case = (&'static str, bool, Box<dyn Iterator<Item = BytesMut> + Send>);

#[test]
fn floods_and_broken_frames_hurt_only_the_connection_that_they_come_by() -> Result<()> {
    let served = Served::start(&[])?;
    let rest = served.server.rest_address()?;
    for address in [served.server.address(), &rest] {
        let cases: Vec<Case> = vec![
            (
                "rapid reset",
                true,
                Box::new(flood(|number| {
                    let mut both = frame(HEADERS, END_HEADERS, 2 * number + 1, &head());
                    both.unsplit(frame(RST_STREAM, 0, 2 * number + 1, &8_u32.to_be_bytes()));
                    both
                })),
            ),
            (
                "settings",
                false,
                Box::new(flood(|number| {
                    frame(SETTINGS, 0, 0, &[&[0, 4][..], &(number + 1).to_be_bytes()].concat())
                })),
            ),
            (
                "pings",
                false,
                Box::new(flood(|number| {
                    frame(PING, 0, 0, &[number.to_be_bytes(), number.to_be_bytes()].concat())
                })),
            ),
            ("no window", true, Box::new(std::iter::once(frame(WINDOW_UPDATE, 0, 0, &[0; 4])))),
            (
                "window too large",
                true,
                Box::new(flood(|_| frame(WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes()))),
            ),
            (
                "endless headers",
                true,
                Box::new(std::iter::once(frame(HEADERS, 0, 1, &head())).chain(flood(|_| {
                    frame(CONTINUATION, 0, 1, &[&[0, 1, b'a', 100][..], &[b'b'; 100]].concat())
                }))),
            ),
            (
                "headers that are none",
                true,
                Box::new(std::iter::once(frame(HEADERS, END_HEADERS, 1, &[0xff; 64]))),
            ),
            ("even stream", true, Box::new(std::iter::once(frame(HEADERS, END_HEADERS, 2, &head())))),
            ("data of no stream", true, Box::new(std::iter::once(frame(DATA, 0, 7, b"data")))),
            ("frame too long", true, Box::new(std::iter::once(frame(DATA, 0, 1, &vec![0; 1 << 20])))),
            ("frame of no kind", false, Box::new(flood(|_| frame(0xee, 0xff, 0, b"what")))),
            (
                "nothing but streams",
                false,
                Box::new((0..256).map(|number| frame(HEADERS, END_HEADERS, 2 * number + 1, &head()))),
            ),
        ];
        for (what, is_closed, frames) in cases {
            run(async {
                let closed = send(address, frames).await.with_context(|| format!("{what}, at {address}"))?;
                ensure!(closed == is_closed, "{what}, at {address}: closed: {closed}");
                served.answers().await.with_context(|| format!("after {what}"))
            })?;
        }
    }
    ensure!(served.most_memory()? < 160, "{} MiB", served.most_memory()?);
    Ok(())
}

#[test]
fn noise_is_not_listened_to() -> Result<()> {
    let served = Served::start(&[])?;
    let rest = served.server.rest_address()?;
    run(async {
        for address in [served.server.address(), &rest] {
            for noise in [
                &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
                b"GET / HTTP/1.1\r\n\r\n",
                b"SSH-2.0-OpenSSH_9.9\r\n",
                &[0; 1 << 16],
                &[0xff; 1 << 16],
            ] {
                let mut stream = TcpStream::connect(address).await?;
                drop(stream.write_all(noise).await);
                let mut answer = [0; 1 << 10];
                let answered = timeout(Duration::from_secs(20), stream.read(&mut answer)).await;
                ensure!(answered.is_ok(), "nothing, at {address}: {:?}", &noise[..8]);
            }
        }
        // A head that is too long, in one header and in many.
        for header in [format!("x: {}\r\n", "y".repeat(1 << 20)), "x: y\r\n".repeat(1 << 17)] {
            let mut stream = TcpStream::connect(&rest).await?;
            drop(stream.write_all(format!("GET / HTTP/1.1\r\nhost: x\r\n{header}\r\n").as_bytes()).await);
            let mut answer = [0; 12];
            if stream.read_exact(&mut answer).await.is_ok() {
                ensure!(answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
            }
        }
        ensure!(served.most_memory()? < 160, "{} MiB", served.most_memory()?);
        served.answers().await
    })
}
