//! Users: told by the tokens of an OpenID Connect provider and of a Kubernetes cluster, and what they then may see and
//! do, also through Feast's own client and over REST.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry_core::{
    kind::Kind,
    rows::Rows,
    snapshot::{self, ReadOptions},
};
use feast_registry_tests::{
    issuer::{Issuer, SigningKey, now, unsigned},
    loopback::{Loopback, LoopbackRequest},
    registry_server::RegistryServer,
};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    place::{Engine, Place, on_every_database},
};

on_every_database! {
    users_see_and_do_what_permissions_say,
}

/// The permissions are those of `project.py`: who has the role `reader` may describe entities of the team `ranking`,
/// who is in the group `admins` may do everything.
fn protected(engine: Engine, auth: &str) -> Result<(Place, RegistryServer)> {
    let place = Place::new(engine)?;
    place.populate()?;
    let document = format!(
        "project: {PROJECT}\nprovider: local\nregistry: {{registry_type: sql, path: '{}'}}\nauth: {auth}\n",
        place.url
    );
    std::fs::write(place.folder.path().join("feature_store.yaml"), document)?;
    let server = RegistryServer::start(&place.cli, &[], &["--rest-api", "--rest-port", "0"])?;
    Ok((place, server))
}

fn oidc(issuer: &Issuer, more: &str) -> String {
    format!(
        "{{type: oidc, auth_discovery_url: '{}', client_id: feast, audience: registry, issuer: '{}'{more}}}",
        issuer.discovery_url(),
        issuer.url()
    )
}

/// What a good token says, and more.
fn claims(issuer: &Issuer, more: Value) -> Result<Value> {
    let mut claims =
        json!({"iss": issuer.url(), "aud": ["other", "registry"], "exp": now()? + 300, "sub": "somebody"});
    for (name, value) in more.as_object().into_iter().flatten() {
        claims[name] = value.clone();
    }
    Ok(claims)
}

fn get(name: &str) -> Value {
    json!(["GetEntity", {"project": PROJECT, "name": name, "allowCache": true}])
}

fn list(cached: bool) -> Value {
    json!(["ListEntities", {"project": PROJECT, "allowCache": cached}])
}

fn apply(name: &str) -> Value {
    json!(["ApplyEntity", {"project": PROJECT, "entity": {"spec": {"name": name}}}])
}

fn names(said: &Value) -> Vec<&str> {
    let entities = said["answer"]["entities"].as_array().into_iter().flatten();
    entities.filter_map(|entity| entity["spec"]["name"].as_str()).collect()
}

#[test]
fn tokens_are_accepted_for_what_they_prove() -> Result<()> {
    let (rsa, ec) = (SigningKey::rsa("one")?, SigningKey::ec("two")?);
    let issuer = Issuer::start(&[&rsa, &ec])?;
    let (place, server) = protected(Engine::Sqlite, &oidc(&issuer, ""))?;
    let code = |token: &str| -> Result<Value> {
        let said = place.ask_as(&server, token, &[get("driver")])?;
        let code = said[0]["error"][0].clone();
        Ok(if code.is_null() { json!("OK") } else { code })
    };
    let reader = json!({"roles": ["reader"]});
    let good = rsa.token(&claims(&issuer, reader.clone())?)?;
    let nested = json!({"resource_access": {"feast": {"roles": ["reader"]}}, "nbf": now()? - 1});
    for token in
        [&good, &ec.token(&claims(&issuer, reader.clone())?)?, &rsa.token(&claims(&issuer, nested)?)?]
    {
        assert_eq!(code(token)?, "OK");
    }
    let with = |more: Value| -> Result<String> {
        let mut all = reader.clone();
        for (name, value) in more.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        rsa.token(&claims(&issuer, all)?)
    };
    let all = claims(&issuer, reader.clone())?;
    let (forged, other_kind) = (SigningKey::rsa("one")?, SigningKey::ec("one")?);
    let none = format!("{}.", unsigned(&json!({"alg": "none"}), &all));
    let mut without_expiry = all.clone();
    without_expiry.as_object_mut().context("claims")?.remove("exp");
    let (head, _) = good.rsplit_once('.').context("a signature")?;
    let refused = [
        ("nothing", String::new()),
        ("no token", "x".into()),
        ("expired", with(json!({"exp": now()? - 60}))?),
        ("not yet", with(json!({"nbf": now()? + 60}))?),
        ("times as texts", with(json!({"nbf": (now()? + 60).to_string()}))?),
        ("other audience", with(json!({"aud": "other"}))?),
        ("no audience", with(json!({"aud": null}))?),
        ("other issuer", with(json!({"iss": "http://other"}))?),
        ("never expires", rsa.token(&without_expiry)?),
        ("names nobody", with(json!({"sub": 7}))?),
        ("another key of that name", forged.token(&all)?),
        ("another kind of key of that name", other_kind.token(&all)?),
        ("a key of another name", SigningKey::rsa("three")?.token(&all)?),
        ("unsigned", none),
        ("its signature left out", format!("{head}.")),
        ("HS256", format!("{}.AAAA", unsigned(&json!({"alg": "HS256", "kid": "one"}), &all))),
        // What Feast's servers believe of each other.
        (
            "between servers",
            format!("{}.", unsigned(&json!({"alg": "none"}), &json!({"preferred_username": "x"}))),
        ),
        ("of a cluster", format!("{}.x", unsigned(&json!({"alg": "RS256"}), &json!({"kubernetes.io": {}})))),
        ("too long", "x".repeat(20_000)),
    ];
    for (what, token) in &refused {
        let code = code(token)?;
        // A header may be too long for the transport already.
        assert!(code == "UNAUTHENTICATED" || *what == "too long" && code != "OK", "{what}: {code}");
    }
    let log = server.log();
    for (what, token) in refused.iter().filter(|(_, token)| token.len() > 8).chain([&("good", good)]) {
        for part in token.split('.').filter(|part| part.len() > 8) {
            assert!(!log.contains(part), "a part of the token `{what}` is in the log");
        }
    }
    Ok(())
}

#[test]
fn keys_change_and_the_provider_may_be_away() -> Result<()> {
    let (first, second, third) =
        (SigningKey::ec("first")?, SigningKey::ec("second")?, SigningKey::ec("third")?);
    let issuer = Issuer::start(&[&first])?;
    let (place, server) = protected(Engine::Sqlite, &oidc(&issuer, ", jwks_cache_lifespan_seconds: 20"))?;
    let is_accepted = |key: &SigningKey| -> Result<bool> {
        // Another token each time, so that none is known.
        let reader = json!({"roles": ["reader"], "jti": format!("{:?}", Instant::now())});
        let said = place.ask_as(&server, &key.token(&claims(&issuer, reader)?)?, &[get("driver")])?;
        Ok(said[0]["answer"].is_object())
    };
    let becomes = |key: &SigningKey, accepted: bool| -> Result<()> {
        let begun = Instant::now();
        while is_accepted(key)? != accepted {
            ensure!(begun.elapsed() < Duration::from_secs(60), "not within a minute");
            thread::sleep(Duration::from_millis(300));
        }
        Ok(())
    };
    assert!(is_accepted(&first)? && !is_accepted(&second)?);
    issuer.publish(&[&second]);
    becomes(&second, true)?;
    assert!(!is_accepted(&first)?, "a key that is published no more");
    // Tokens with keys that nobody has are not passed on to the provider each.
    let fetched = issuer.fetched();
    let begun = Instant::now();
    for _ in 0..10 {
        assert!(!is_accepted(&third)?);
    }
    let most = 1 + usize::try_from(begun.elapsed().as_secs() / 5)?;
    assert!(issuer.fetched() - fetched <= most, "{} fetches", issuer.fetched() - fetched);
    issuer.fail(true);
    assert!(!is_accepted(&third)?);
    becomes(&second, false)?;
    issuer.fail(false);
    becomes(&second, true)
}

fn users_see_and_do_what_permissions_say(engine: Engine) -> Result<()> {
    let key = SigningKey::ec("key")?;
    let issuer = Issuer::start(&[&key])?;
    let (place, server) = protected(engine, &oidc(&issuer, ""))?;
    let token = |more: Value| key.token(&claims(&issuer, more)?);
    let (reader, admin) = (token(json!({"roles": ["reader"]}))?, token(json!({"groups": ["admins"]}))?);
    let nobody = token(json!({}))?;
    let project = json!({"project": PROJECT});
    let calls = [
        list(true),
        list(false),
        get("driver"),
        get("customer"),
        get("none"),
        json!(["GetAnyFeatureView", {"project": PROJECT, "name": "none"}]),
        json!(["GetFeature", {"project": PROJECT, "featureView": "none", "name": "none"}]),
        apply("made"),
        json!(["DeleteEntity", {"project": PROJECT, "name": "customer"}]),
        json!(["Refresh", project]),
        json!(["GetRegistryLineage", project]),
        json!(["GetInfra", project]),
        json!(["ListProjects", {}]),
        json!(["Proto", {}]),
        json!(["Commit", {}]),
        json!(["health", ""]),
    ];
    // Twice: what was answered to one is not answered to another.
    for _ in 0..2 {
        let said = place.ask_as(&server, &reader, &calls)?;
        assert_eq!((names(&said[0]), names(&said[1])), (vec!["driver"], vec!["driver"]), "{said:?}");
        assert_eq!(said[2]["answer"]["spec"]["name"], "driver");
        for (index, call) in [
            (3, "get"),
            (4, "get"),
            (7, "apply"),
            (8, "delete"),
            (9, "refresh"),
            (10, "lineage"),
            (11, "infra"),
        ] {
            let error = &said[index]["error"];
            assert_eq!(
                (&error[0], &error[1]),
                (&json!("PERMISSION_DENIED"), &json!("FeastPermissionError")),
                "{call}"
            );
        }
        // There and not there is the same to who may not see it, but for the name.
        let told = |said: &Value| said["error"][2].as_str().unwrap_or_default().replace("customer", "none");
        assert_eq!(told(&said[3]), told(&said[4]));
        // They could see views of some names.
        assert_eq!(said[5]["error"][0], "PERMISSION_DENIED", "{}", said[5]);
        assert_eq!(said[6]["error"][0], "PERMISSION_DENIED", "{}", said[6]);
        assert_eq!(said[12]["answer"], json!({"pagination": {}}));
        let whole = said[13]["answer"].as_object().context("a registry")?;
        let kinds: Vec<&str> =
            whole.keys().map(String::as_str).filter(|kind| whole[*kind].is_array()).collect();
        assert!(
            kinds
                .iter()
                .all(|kind| ["entities", "featureViews", "labelViews", "streamFeatureViews"].contains(kind)),
            "{kinds:?}"
        );
        // Of the other project, which has no permissions, everything.
        let entities = whole["entities"].as_array().into_iter().flatten();
        assert_eq!(entities.filter(|entity| entity["spec"]["project"] == PROJECT).count(), 1);
        assert_eq!((&said[14]["answer"], &said[15]["answer"]["status"]), (&json!({}), &json!("SERVING")));

        let said = place.ask_as(&server, &nobody, &calls[..5])?;
        assert!(names(&said[0]).is_empty() && names(&said[1]).is_empty());
        assert!(said[2..5].iter().all(|said| said["error"][0] == "PERMISSION_DENIED"), "{said:?}");

        let said = place.ask_as(&server, &admin, &calls)?;
        assert!(names(&said[0]).len() >= 6 && names(&said[0]) == names(&said[1]), "{said:?}");
        for (index, said) in said.iter().enumerate() {
            match index {
                4..=6 => assert_eq!(said["error"][0], "NOT_FOUND", "{index}: {said}"),
                _ => assert!(said["answer"].is_object(), "{index}: {said}"),
            }
        }
        let back = place.ask_as(
            &server,
            &admin,
            &[apply("customer"), json!(["DeleteEntity", {"project": PROJECT, "name": "made"}])],
        )?;
        assert!(back.iter().all(|said| said["answer"].is_object()), "{back:?}");
    }
    // A permission that is taken away holds no longer, also for what comes from the cache.
    let taken = json!(["DeletePermission", {"project": PROJECT, "name": "readers"}]);
    place.ask_as(&server, &admin, &[taken])?;
    assert_eq!(place.ask_as(&server, &reader, &[get("driver")])?[0]["error"][0], "PERMISSION_DENIED");
    Ok(())
}

#[test]
fn feasts_client_gets_its_tokens_and_raises_feasts_exceptions() -> Result<()> {
    let key = SigningKey::rsa("key")?;
    let issuer = Issuer::start(&[&key])?;
    let (place, server) = protected(Engine::Sqlite, &oidc(&issuer, ""))?;
    let forged = SigningKey::rsa("key")?;
    for (client, key, more) in [
        ("reader", &key, json!({"roles": ["reader"]})),
        ("admin", &key, json!({"groups": ["admins"]})),
        ("forger", &forged, json!({})),
    ] {
        issuer.register(client, &key.token(&claims(&issuer, more)?)?);
    }
    let said =
        |auth: Value| place.feast_says("remote_auth.py", &[server.address(), PROJECT, &auth.to_string()]);
    let by_secret = |client: &str| json!({"type": "oidc", "auth_discovery_url": issuer.discovery_url(), "client_id": client, "client_secret": "s"});
    let reader = said(by_secret("reader"))?;
    assert_eq!(
        reader,
        json!({
            "list": "OK", "entities": ["driver"], "describe": "FeastPermissionError", "missing": "FeastPermissionError",
            "apply": "FeastPermissionError", "refresh": "FeastPermissionError",
        })
    );
    let admin = said(by_secret("admin"))?;
    assert_eq!((&admin["describe"], &admin["missing"]), (&json!("OK"), &json!("EntityNotFoundException")));
    assert_eq!((&admin["apply"], &admin["refresh"]), (&json!("OK"), &json!("OK")));
    let token = key.token(&claims(&issuer, json!({"roles": ["reader"]}))?)?;
    assert_eq!(said(json!({"type": "oidc", "token": token}))?, reader);
    for auth in [by_secret("forger"), json!({"type": "no_auth"})] {
        let refused = said(auth)?;
        assert!(
            ["list", "describe", "missing", "apply"].iter().all(|call| refused[call] == "UNAUTHENTICATED"),
            "{refused}"
        );
    }
    Ok(())
}

#[test]
fn the_rest_api_tells_users_as_well() -> Result<()> {
    let key = SigningKey::ec("key")?;
    let issuer = Issuer::start(&[&key])?;
    let (place, server) = protected(Engine::Sqlite, &oidc(&issuer, ""))?;
    let reader = key.token(&claims(&issuer, json!({"roles": ["reader"]}))?)?;
    let bearer = json!({"authorization": format!("bearer {reader}")});
    let entities = format!("/api/v1/entities?project={PROJECT}");
    let customer = format!("/api/v1/entities/customer?project={PROJECT}");
    let driver = format!("/api/v1/entities/driver?project={PROJECT}");
    let requests = json!([
        {"path": "/version"}, {"path": entities}, {"path": "/health"}, {"path": "/openapi.json"},
        {"path": entities, "headers": {"authorization": "Bearer x"}},
        {"path": "/version", "headers": bearer}, {"path": entities, "headers": bearer},
        {"path": customer, "headers": bearer}, {"path": driver, "headers": bearer},
    ]);
    let base = format!("http://{}", server.rest_address()?);
    let said = place.feast_says("ask_rest.py", &[&base, &requests.to_string()])?;
    let refused = json!({"status_code": 401, "detail": "Invalid or expired access token", "error_type": "HTTPException"});
    for index in [0, 1, 4] {
        assert_eq!((&said[index]["status"], &said[index]["body"]), (&json!(401), &refused));
    }
    for index in [2, 3, 5, 6, 8] {
        assert_eq!(said[index]["status"], 200, "{}", said[index]);
    }
    assert_eq!(said[6]["body"]["entities"].as_array().map(Vec::len), Some(1), "{}", said[6]);
    assert_eq!(
        (&said[7]["status"], &said[7]["body"]["error_type"]),
        (&json!(403), &json!("FeastPermissionError"))
    );
    Ok(())
}

/// What a REST server answers to a request that is sent as it is, as far as the status.
fn status(stream: &TcpStream) -> Result<String> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn send(address: &str, head: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("{head}\r\nhost: registry\r\n\r\n").as_bytes())?;
    Ok(stream)
}

#[test]
fn a_token_is_looked_at_before_the_rest_of_a_request() -> Result<()> {
    let key = SigningKey::ec("key")?;
    let issuer = Issuer::start(&[&key])?;
    let (_place, server) = protected(Engine::Sqlite, &oidc(&issuer, ""))?;
    let rest = server.rest_address()?;
    // Parameters that are none, and a body that does not come.
    for head in [
        "GET /entities?page=x HTTP/1.1",
        "POST /entities HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 1000000",
        "POST /entities HTTP/1.1\r\nauthorization: Bearer x\r\ncontent-length: 1000000",
    ] {
        assert_eq!(status(&send(&rest, head)?)?, "HTTP/1.1 401 Unauthorized", "{head}");
    }
    Ok(())
}

#[test]
fn a_slow_provider_holds_up_nobody_who_is_known() -> Result<()> {
    let (key, strange) = (SigningKey::ec("key")?, SigningKey::ec("strange")?);
    let issuer = Issuer::start(&[&key])?;
    let auth = oidc(&issuer, ", jwks_request_timeout_seconds: 60");
    let (_place, server) = protected(Engine::Sqlite, &auth)?;
    let rest = server.rest_address()?;
    let ask = |key: &SigningKey, who: usize| -> Result<TcpStream> {
        let token = key.token(&claims(&issuer, json!({"sub": who.to_string()}))?)?;
        send(&rest, &format!("GET /projects HTTP/1.1\r\nauthorization: Bearer {token}"))
    };
    assert_eq!(status(&ask(&key, 0)?)?, "HTTP/1.1 200 OK");
    // By now the provider may be asked for a key that is not among those that it had.
    thread::sleep(Duration::from_secs(6));
    issuer.slow_down(Duration::from_secs(20));
    // More than there are workers at the database.
    let waiting = (0..40).map(|who| ask(&strange, who)).collect::<Result<Vec<_>>>()?;
    thread::sleep(Duration::from_secs(1));
    let begun = Instant::now();
    assert_eq!(status(&ask(&key, 1)?)?, "HTTP/1.1 200 OK");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    for stream in &waiting {
        stream.set_nonblocking(true)?;
        assert!(stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
    }
    Ok(())
}

#[test]
fn the_viewer_gets_what_a_user_may_see() -> Result<()> {
    let key = SigningKey::ec("key")?;
    let issuer = Issuer::start(&[&key])?;
    let (_place, server) = protected(Engine::Sqlite, &oidc(&issuer, ""))?;
    let rest = server.rest_address()?;
    let ask =
        |path: &str, more: &str| send(&rest, &format!("GET {path} HTTP/1.1\r\nconnection: close{more}"));
    for path in ["source", "snapshot", "changes"].map(|name| format!("/api/viewer/{name}")) {
        for more in ["", "\r\nauthorization: Bearer x"] {
            assert_eq!(status(&ask(&path, more)?)?, "HTTP/1.1 401 Unauthorized", "{path}");
        }
    }
    // The page itself has nothing of the registry in it.
    assert_eq!(status(&ask("/", "")?)?, "HTTP/1.1 200 OK");
    let snapshot = |more: Value| -> Result<Rows> {
        let token = key.token(&claims(&issuer, more)?)?;
        let mut answer = Vec::new();
        ask("/api/viewer/snapshot", &format!("\r\nauthorization: Bearer {token}"))?
            .read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the head")?;
        let (head, body) = answer.split_at(end + 4);
        let head = String::from_utf8_lossy(head);
        assert!(head.contains("cache-control: no-store") && head.contains("200 OK"), "{head}");
        Ok(snapshot::read(body, ReadOptions { keep_damaged: true, ..ReadOptions::default() })?)
    };
    let (reader, admin) = (snapshot(json!({"roles": ["reader"]}))?, snapshot(json!({"groups": ["admins"]}))?);
    let again = snapshot(json!({"roles": ["reader"]}))?;
    assert_eq!(reader, again);
    let of = |rows: &Rows, kind: Kind| -> Vec<String> {
        let keys = rows.of_kind(kind).map(|(key, _)| key);
        keys.filter(|key| key.project == PROJECT).map(|key| key.name.clone()).collect()
    };
    assert_eq!(of(&reader, Kind::Entity), ["driver"]);
    for hidden in [Kind::FeatureService, Kind::DataSource, Kind::Permission, Kind::SavedDataset, Kind::Infra]
    {
        assert!(of(&reader, hidden).is_empty() && !of(&admin, hidden).is_empty(), "{hidden:?}");
    }
    // Versions of views that are seen, and of no others.
    let views =
        |rows: &Rows| -> Vec<String> { Kind::VIEWS.iter().flat_map(|kind| of(rows, *kind)).collect() };
    let versions = |rows: &Rows| -> Vec<String> {
        rows.versions.keys().filter(|(project, _)| project == PROJECT).map(|(_, view)| view.clone()).collect()
    };
    assert!(!versions(&reader).is_empty() && versions(&reader).len() < versions(&admin).len());
    assert!(versions(&reader).iter().all(|view| views(&reader).contains(view)));
    Ok(())
}

#[test]
fn nothing_is_told_any_more_when_a_token_has_expired() -> Result<()> {
    let key = SigningKey::ec("key")?;
    let issuer = Issuer::start(&[&key])?;
    let (_place, server) = protected(Engine::Sqlite, &oidc(&issuer, ""))?;
    let rest = server.rest_address()?;
    let watch = |expires: u64| -> Result<TcpStream> {
        let token = key.token(&claims(&issuer, json!({"exp": expires}))?)?;
        let head = "GET /api/viewer/changes HTTP/1.1\r\nconnection: close";
        send(&rest, &format!("{head}\r\nauthorization: Bearer {token}"))
    };
    // Of the ten seconds for which it is accepted after its time, a few are left.
    let (mut short, mut long) = (watch(now()? - 7)?, watch(now()? + 300)?);
    short.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut told = String::new();
    short.read_to_string(&mut told)?;
    assert!(told.starts_with("HTTP/1.1 200 OK") && told.contains("event: state"), "{told}");
    long.set_read_timeout(Some(Duration::from_secs(1)))?;
    let waits = long.read_to_string(&mut String::new()).expect_err("the other goes on");
    assert_eq!(waits.kind(), ErrorKind::WouldBlock);
    Ok(())
}

/// The API of a cluster with one service account and one user who have tokens.
fn cluster(request: &LoopbackRequest) -> (u16, Value) {
    if request.authorization != "Bearer own" {
        return (401, json!({}));
    }
    let bound = |role: &str, subject: Value| json!({"metadata": {"name": role}, "roleRef": {"kind": "Role", "name": role}, "subjects": [subject]});
    let account = |namespace: &str| json!({"kind": "ServiceAccount", "name": "jobs", "namespace": namespace});
    match request.line.as_str() {
        "POST /apis/authentication.k8s.io/v1/tokenreviews" => {
            let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let user = match asked["spec"]["token"].as_str().unwrap_or_default() {
                "of-account" | "of-account-2" => {
                    json!({"username": "system:serviceaccount:team:jobs", "groups": ["system:serviceaccounts:team"]})
                }
                "of-namesake" => json!({"username": "system:serviceaccount:other:jobs", "groups": null}),
                "of-alice" => json!({"username": "alice", "groups": ["admins"]}),
                _ => return (201, json!({"status": {"authenticated": false, "error": "unknown"}})),
            };
            (201, json!({"status": {"authenticated": true, "user": user}}))
        }
        "GET /apis/rbac.authorization.k8s.io/v1/namespaces/registry/rolebindings" => (
            200,
            json!({"items": [bound("reader", account("team")), {"roleRef": {"kind": "Role", "name": "empty"}}]}),
        ),
        "GET /apis/rbac.authorization.k8s.io/v1/rolebindings" => (200, json!({"items": []})),
        "GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings" => {
            (200, json!({"items": [bound("viewer", json!({"kind": "User", "name": "alice"}))]}))
        }
        _ => (404, json!({})),
    }
}

#[test]
fn a_cluster_tells_users_by_reviewing_their_tokens() -> Result<()> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let api = Loopback::start({
        let lines = lines.clone();
        move |request| {
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(request.line.clone());
            cluster(request)
        }
    })?;
    let account = tempfile::tempdir()?;
    std::fs::write(account.path().join("token"), "own\n")?;
    std::fs::write(account.path().join("namespace"), "registry")?;
    let folder = account.path().display();
    let auth = format!("{{type: kubernetes, api_server: '{}', service_account: '{folder}'}}", api.url());
    let (place, server) = protected(Engine::Sqlite, &auth)?;
    let said = place.ask_as(&server, "of-account", &[list(true), get("customer"), get("driver")])?;
    assert_eq!(names(&said[0]), ["driver"], "{said:?}");
    assert_eq!(said[1]["error"][0], "PERMISSION_DENIED");
    let said = place.ask_as(&server, "of-alice", &[list(true), get("customer")])?;
    assert!(names(&said[0]).len() >= 6, "{said:?}");
    // One of the same name elsewhere has not its roles.
    assert!(names(&place.ask_as(&server, "of-namesake", &[list(true)])?[0]).is_empty());
    // What a token says of itself is not believed, nor is one that nobody vouches for.
    let says = unsigned(&json!({"alg": "none"}), &json!({"sub": "system:serviceaccount:team:jobs"}));
    for token in ["unknown", &format!("{says}."), ""] {
        assert_eq!(place.ask_as(&server, token, &[list(true)])?[0]["error"][0], "UNAUTHENTICATED", "{token}");
    }
    // A token that was reviewed just now is not reviewed for every call.
    let reviews = || {
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().filter(|line| line.starts_with("POST")).count()
    };
    let before = reviews();
    place.ask_as(&server, "of-alice", &vec![get("driver"); 50])?;
    assert!(reviews() - before <= 5, "{}", reviews() - before);
    assert!(!server.log().contains("of-alice"));
    // Whose roles cannot be listed is not somebody without roles.
    std::fs::write(account.path().join("namespace"), "elsewhere")?;
    let said = place.ask_as(&server, "of-account-2", &[list(true)])?;
    assert_eq!(said[0]["error"][0], "UNAUTHENTICATED", "{said:?}");
    assert!(server.log().contains("answers with status 404"), "{}", server.log());
    Ok(())
}
