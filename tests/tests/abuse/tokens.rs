//! Tokens that are not good, very many of them.

use anyhow::{Context, Result, ensure};
use feast_registry_tests::issuer::{Issuer, SigningKey, now, unsigned};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    grpc::Client,
    served::{Served, get, run},
};

/// UNAUTHENTICATED.
const UNAUTHENTICATED: &str = "16";

#[test]
fn tokens_that_are_not_good_are_refused_however_many() -> Result<()> {
    let (key, other) = (SigningKey::ec("one")?, SigningKey::ec("one")?);
    let stranger = SigningKey::ec("another")?;
    let issuer = Issuer::start(&[&key])?;
    let served = Served::with_auth(
        &format!(
            "{{type: oidc, auth_discovery_url: '{}', client_id: feast, audience: registry, issuer: '{}'}}",
            issuer.discovery_url(),
            issuer.url()
        ),
        &[],
    )?;
    let now = now()?;
    let claims = |more: Value| -> Value {
        let mut claims = json!({"iss": issuer.url(), "aud": "registry", "exp": now + 300, "sub": "somebody"});
        for (name, value) in more.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        claims
    };
    let good = key.token(&claims(json!({})))?;
    let (head, signature) = good.rsplit_once('.').context("a signature")?;
    let mut bad = vec![
        unsigned(&json!({"alg": "none"}), &claims(json!({}))),
        unsigned(&json!({"alg": "HS256", "kid": "one"}), &claims(json!({}))),
        format!("{head}.{}", signature.chars().rev().collect::<String>()),
        head.to_owned(),
        "a.b.c".to_owned(),
        ".".repeat(1_000),
        "x".repeat(10_000),
    ];
    for index in 0..100 {
        bad.push(key.token(&claims(json!({"exp": now - 60 - index})))?);
        bad.push(key.token(&claims(json!({"nbf": now + 600 + index})))?);
        bad.push(key.token(&claims(json!({"aud": format!("other-{index}")})))?);
        bad.push(other.token(&claims(json!({"sub": index.to_string()})))?);
        bad.push(stranger.token(&claims(json!({"sub": index.to_string()})))?);
    }
    run(async {
        let client = Client::connect(served.server.address()).await?;
        let mut calls = JoinSet::new();
        for part in bad.chunks(bad.len().div_ceil(16)).map(<[String]>::to_vec) {
            let client = Client::connect(served.server.address()).await?;
            calls.spawn(async move {
                for _ in 0..4 {
                    for token in &part {
                        let answer = client.ask("GetFeatureView", token, &get(0)).await?;
                        ensure!(answer.code == UNAUTHENTICATED, "{token}: {answer:?}");
                        ensure!(!answer.message.contains(token.as_str()), "{answer:?}");
                    }
                }
                Ok(())
            });
        }
        // Meanwhile who has a good one is answered.
        while let Some(outcome) = calls.join_next().await {
            let answer = client.ask("GetFeatureView", &good, &get(0)).await?;
            ensure!(answer.code == "0", "{answer:?}");
            outcome??;
        }
        Ok(())
    })?;
    // Keys that are not known do not make the server ask for keys all the time.
    ensure!(issuer.fetched() < 10, "keys were fetched {} times", issuer.fetched());
    ensure!(served.most_memory()? < 100, "{} MiB", served.most_memory()?);
    let log = served.server.log();
    ensure!(bad.iter().all(|token| token.len() < 10 || !log.contains(token.as_str())), "a token in the log");
    Ok(())
}
