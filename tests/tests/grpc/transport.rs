//! The transport: health, reflection, bytes as they are, TLS, limits, the end of the process, and the log.

use anyhow::{Context, Result};
use feast_registry_tests::{
    certificates::Certificates, cli::Cli, feast::Feast, registry_server::RegistryServer,
};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    place::{Engine, Place},
};

const SERVICE: &str = "feast.registry.RegistryServer";

#[test]
fn health_and_reflection_tell_what_is_served() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = place.serve(&[])?;
    let health = place.feast_says("transport.py", &["--health", server.address()])?;
    assert_eq!(health, json!({"": "SERVING", SERVICE: "SERVING", "none": "NOT_FOUND"}));
    let told = place.feast_says("transport.py", &["--reflection", server.address()])?;
    for version in ["v1", "v1alpha"] {
        let services = told[version].as_array().context("services")?;
        for name in [SERVICE, "grpc.health.v1.Health", &format!("grpc.reflection.{version}.ServerReflection")]
        {
            assert!(services.contains(&name.into()), "{told}");
        }
    }
    assert_eq!(told["described"], true);
    Ok(())
}

#[test]
fn bytes_go_in_and_out_as_they_are_and_what_is_no_request_is_refused() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = place.serve(&["--max-message-size", "1"])?;
    let report = place.feast_says("transport.py", &["--bytes", server.address()])?;
    assert_eq!((&report["kept"], &report["type kept"]), (&json!([true, true]), &json!(true)));
    for (what, says) in [
        (
            "malformed",
            "INVALID_ARGUMENT: {\"module\": \"feast.errors\", \"class\": \"FeastError\", \"message\": \"the request cannot be read",
        ),
        ("wrong type", "INVALID_ARGUMENT"),
        ("not text", "not UTF-8"),
        ("damaged object", "INVALID_ARGUMENT"),
        ("unknown method", "UNIMPLEMENTED: `feast.registry.RegistryServer` has no method `GetNothing`"),
        ("unknown service", "UNIMPLEMENTED"),
        ("too long", "RESOURCE_EXHAUSTED"),
        ("too long", "--max-message-size"),
    ] {
        let said = report[what].as_str().unwrap_or_default();
        assert!(said.contains(says), "{what}: {said}");
    }
    // A request is found in the log by its id, which the client is told.
    let names = &report["names"];
    assert_eq!(names["given"], "mine-1");
    let log = server.log();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    for name in ["given", "made", "unfit"].map(|name| &names[name]) {
        let line =
            lines.iter().find(|line| line["span"]["id"] == *name).context("no such request in the log")?;
        assert_eq!((&line["span"]["method"], &line["status"]), (&json!("GetEntity"), &json!("OK")));
        assert!(line["milliseconds"].is_f64() && line["peer"].is_string(), "{line}");
    }
    assert_ne!(names["unfit"], "a b");
    assert!(log.contains("\"status\":\"RESOURCE_EXHAUSTED\""), "{log}");
    Ok(())
}

#[test]
fn a_read_only_server_reads_and_refuses_changes() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    place.populate()?;
    let server = place.serve(&["--read-only"])?;
    let report = place.feast_says("transport.py", &["--read-only", server.address(), PROJECT])?;
    for change in ["apply", "delete", "materialize", "infra"] {
        let said = report[change].as_str().unwrap_or_default();
        assert!(
            said.starts_with("FAILED_PRECONDITION") && said.contains("ReadOnlyRegistryException"),
            "{said}"
        );
    }
    for read in ["get", "list", "refresh", "commit"] {
        assert_eq!(report[read], "OK", "{read}");
    }
    Ok(())
}

#[test]
fn limits_refuse_clearly_and_pass() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = place.serve(&["--max-requests", "1", "--request-timeout", "2"])?;
    let database = place.folder.path().join("registry.db").display().to_string();
    let report = place.feast_says("transport.py", &["--limits", server.address(), &database])?;
    for (what, says) in [
        ("while it runs", "RESOURCE_EXHAUSTED: the server is busy"),
        ("too slow", "DEADLINE_EXCEEDED: the request took too long"),
        ("while it still runs", "RESOURCE_EXHAUSTED: the server is busy"),
        ("afterwards", "OK"),
    ] {
        let said = report[what].as_str().unwrap_or_default();
        assert!(said.starts_with(says), "{what}: {said}");
    }
    Ok(())
}

#[test]
fn what_was_begun_is_answered_before_the_server_ends() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = place.serve(&[])?;
    let database = place.folder.path().join("registry.db").display().to_string();
    let id = server.id().to_string();
    let report = place.feast_says("transport.py", &["--drain", server.address(), &database, &id])?;
    assert_eq!(report["begun"], "OK");
    assert!(
        report["new connection"].as_str().is_some_and(|said| said.starts_with("UNAVAILABLE")),
        "{report}"
    );
    let (status, log) = server.wait()?;
    assert!(status.success(), "{status}\n{log}");
    assert!(log.contains("closing"), "{log}");
    Ok(())
}

#[test]
fn connections_are_encrypted_and_clients_show_certificates() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    place.populate()?;
    let certificates = Certificates::make()?;
    let path = |name: &str| certificates.path(name).display().to_string();
    let of_server = ["--cert", &path("server.pem"), "--key", &path("server.key")];
    let read = |server: &RegistryServer, files: &[&str]| {
        // The certificate has a name, not an address.
        let address = server.address().replace("127.0.0.1", "localhost");
        let files: Vec<String> = files.iter().map(|name| path(name)).collect();
        let address = [vec![address], files].concat().join(",");
        place.feast.run(&Feast::script("remote.py"), &["--read", &address, PROJECT])
    };
    let server = place.serve(&of_server)?;
    read(&server, &["ca.pem"])?;
    for files in [&[][..], &["stranger.pem"]] {
        let error = read(&server, files).err().context("let in")?.to_string();
        assert!(error.contains("UNAVAILABLE"), "{error}");
    }
    let server = place.serve(&[&of_server[..], &["--ca", &path("ca.pem")]].concat())?;
    read(&server, &["ca.pem", "client.pem", "client.key"])?;
    let error = read(&server, &["ca.pem"]).err().context("let in without a certificate")?.to_string();
    assert!(error.contains("UNAVAILABLE"), "{error}");
    Ok(())
}

/// What cannot be served is said at the start, and how to put it right.
#[test]
fn what_cannot_be_served_is_refused_at_the_start() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let certificates = Certificates::make()?;
    let [pem, key] = ["server.pem", "client.key"].map(|name| certificates.path(name).display().to_string());
    let server = place.serve(&[])?;
    let (_, port) = server.address().rsplit_once(':').context("a port")?;
    let folder = place.folder.path();
    let cli = Cli::in_folder(folder)?;
    let serve = |arguments: &[&str]| {
        cli.run(&[&["--registry", &place.url, "serve", "--host", "127.0.0.1"], arguments].concat())
    };
    for (arguments, code, says) in [
        (&["--port", port][..], 3, "cannot listen on 127.0.0.1"),
        (&["--port", "0", "--cert", &pem, "--key", &key], 3, "cannot serve TLS with"),
        (&["--port", "0", "--cert", "none.pem", "--key", &key], 3, "cannot read `none.pem`"),
        (&["--port", "0", "--cert", &pem], 2, "--key"),
        (&["--host", "no.such.host.invalid"], 2, "--host"),
    ] {
        let output = serve(arguments)?;
        assert!(output.code == code && output.stderr.contains(says), "{arguments:?}: {output}");
    }
    let document = format!(
        "project: p\nprovider: local\nregistry: {{registry_type: sql, path: '{}'}}\nauth: {{type: oidc}}\n",
        place.url
    );
    std::fs::write(folder.join("feature_store.yaml"), document)?;
    let output = cli.run(&["serve", "--port", "0"])?;
    assert!(output.code == 1 && output.stderr.contains("auth.auth_discovery_url"), "{output}");
    Ok(())
}
