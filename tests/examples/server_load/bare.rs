//! The limit: a server of tonic's with nothing in it, which answers every method with bytes that it was given.

use std::{
    collections::HashMap,
    convert::Infallible,
    fs,
    future::{Future, Ready, ready},
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    pin::Pin,
    process::{Child, Command, Stdio},
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use anyhow::{Context, Result};
use bytes::{Buf as _, BufMut as _, Bytes};
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    server::{Grpc, NamedService, UnaryService},
    transport::server::{Server, TcpIncoming},
};

/// How it is asked for on the command line.
pub(crate) const ARGUMENT: &str = "--bare";

/// A running one, ended with the value.
pub(crate) struct Bare {
    process: Child,
    address: String,
}

impl Bare {
    /// Starts one that answers with the files of a folder, which are called as the methods.
    pub(crate) fn start(folder: &Path) -> Result<Bare> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(ARGUMENT)
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("no standard output")?;
        let mut bare = Bare { process, address: String::new() };
        BufReader::new(output).read_line(&mut bare.address)?;
        bare.address.truncate(bare.address.trim_end().len());
        Ok(bare)
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Serves for ever; prints where.
pub(crate) fn serve(folder: &Path) -> Result<()> {
    let mut answers = HashMap::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        let path = format!("/{}/{}", Service::NAME, file.file_name().to_string_lossy());
        answers.insert(path, Bytes::from(fs::read(file.path())?));
    }
    // As tonic has it.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let incoming = TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?.with_nodelay(Some(true));
        println!("{}", incoming.local_addr()?);
        let service = Service(Arc::new(answers));
        Ok(Server::builder().add_service(service).serve_with_incoming(incoming).await?)
    })
}

#[derive(Clone)]
struct Service(Arc<HashMap<String, Bytes>>);

impl NamedService for Service {
    const NAME: &'static str = "feast.registry.RegistryServer";
}

impl tower::Service<http::Request<Body>> for Service {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = Answer(self.0.get(request.uri().path()).cloned());
        Box::pin(async { Ok(Grpc::new(Raw).unary(answer, request).await) })
    }
}

struct Answer(Option<Bytes>);

impl UnaryService<Bytes> for Answer {
    type Response = Bytes;
    type Future = Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        ready(self.0.take().map(Response::new).ok_or_else(|| Status::unimplemented("no such answer")))
    }
}

#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.reserve(message.len());
        out.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(message.copy_to_bytes(message.remaining())))
    }
}
