//! Who is let in, what a browser is told to do with the answers, and how it ends.

use std::net::TcpListener;

use anyhow::Result;
use feast_registry_tests::cli::Cli;
use nix::sys::signal::Signal;

use crate::{routes::example, server::Server};

#[test]
fn a_page_of_another_site_that_leads_its_name_here_learns_nothing() -> Result<()> {
    let (_folder, url) = example()?;
    let server = Server::start(&url)?;
    for path in ["/", "/api/viewer/snapshot", "/api/viewer/source", "/api/viewer/changes"] {
        let port = server.address.port();
        let answer = server.ask("GET", path, &[("Host", &format!("evil.example:{port}"))])?;
        assert_eq!(answer.status, 421, "{path}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("driver"));
        assert_eq!(server.ask("GET", path, &[])?.status, 421, "without a name");
    }
    assert_eq!(server.ask("GET", "/api/viewer/source", &[("Host", "LocalHost:1")])?.status, 200);
    let allowed =
        Server::start_with(&["--registry", &url, "ui", "--port", "0", "--allow-host", "registry.internal"])?;
    assert_eq!(allowed.ask("GET", "/api/viewer/source", &[("Host", "registry.internal")])?.status, 200);
    Ok(())
}

#[test]
fn every_answer_is_confined() -> Result<()> {
    let (_folder, url) = example()?;
    let server = Server::start(&url)?;
    let host = server.address.to_string();
    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/nothing", 404),
        ("GET", "/../Cargo.toml", 404),
        ("GET", "/api/viewer/nothing", 404),
        ("GET", "/api/viewer/source", 200),
        ("HEAD", "/api/viewer/snapshot", 200),
        ("POST", "/api/viewer/source", 405),
        ("OPTIONS", "/api/viewer/snapshot", 405),
        ("DELETE", "/", 405),
    ] {
        let origin = [("Host", host.as_str()), ("Origin", "http://evil.example"), ("Content-Length", "0")];
        let answer = server.ask(method, path, &origin)?;
        assert_eq!(answer.status, status, "{method} {path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("'unsafe-eval'"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), value, "{method} {path}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), "", "{method} {path}");
    }
    Ok(())
}

#[test]
fn it_ends_when_asked_to_with_pages_open() -> Result<()> {
    let (_folder, url) = example()?;
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let server = Server::start(&url)?;
        let mut events = server.events()?;
        events.next()?;
        let begun = std::time::Instant::now();
        assert_eq!(server.end(signal)?.code(), Some(0), "{signal}");
        assert!(begun.elapsed().as_secs() < 3, "{signal}");
        assert!(events.next().is_err(), "the stream goes on");
    }
    Ok(())
}

#[test]
fn what_cannot_be_served_is_refused_with_advice() -> Result<()> {
    let (folder, url) = example()?;
    let cli = Cli::in_folder(folder.path())?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port().to_string();
    let output = cli.run(&["--registry", &url, "ui", "--port", &port])?;
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert!(output.stderr.contains(&format!("cannot listen at 127.0.0.1:{port}")), "{}", output.stderr);
    assert!(output.stderr.contains("--port 0"), "{}", output.stderr);
    let output = cli.run(&["--registry", &url, "ui", "--host", "no.such.machine.invalid"])?;
    assert_eq!(output.code, 1, "{}", output.stderr);
    // Reading makes no database of a name that was mistyped.
    let output = cli.run(&["--registry", "sqlite:///absent.db", "ui", "--port", "0"])?;
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert!(!folder.path().join("absent.db").exists());
    Ok(())
}
