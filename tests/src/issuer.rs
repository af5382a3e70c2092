//! An OpenID Connect provider on loopback: its discovery document, its keys, and tokens that it signs.

use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Value, json};

use crate::loopback::{Loopback, LoopbackRequest};

/// A key with its name.
#[derive(Debug)]
pub struct SigningKey {
    id: String,
    pair: Pair,
}

#[derive(Debug)]
enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

/// A running provider.
pub struct Issuer {
    server: Loopback,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// As they are published.
    keys: Vec<Value>,
    /// What a client of this identifier gets for its secret, whatever that is.
    clients: Vec<(String, String)>,
    is_down: bool,
    delay: Duration,
    fetched: usize,
}

impl SigningKey {
    /// A new RSA key of 2048 bits, for RS256.
    pub fn rsa(id: &str) -> Result<SigningKey> {
        let asked = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-outform", "DER"];
        let made = Command::new("openssl").args(asked).output().context("cannot run `openssl`")?;
        ensure!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
        // In one form or the other, depending on the release.
        let pair = RsaKeyPair::from_pkcs8(&made.stdout).or_else(|_| RsaKeyPair::from_der(&made.stdout));
        let pair = pair.map_err(|error| anyhow!("{error}"))?;
        Ok(SigningKey { id: id.into(), pair: Pair::Rsa(pair) })
    }

    /// A new key on the curve P-256, for ES256.
    pub fn ec(id: &str) -> Result<SigningKey> {
        let (random, failed) = (SystemRandom::new(), |_| anyhow!("cannot make a key"));
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(failed)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random);
        Ok(SigningKey { id: id.into(), pair: Pair::Ec(pair.map_err(|error| anyhow!("{error}"))?) })
    }

    /// As it is published.
    #[must_use]
    pub fn published(&self) -> Value {
        let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Rsa(pair) => {
                let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                let (n, e) = (base64(&n), base64(&e));
                json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": n, "e": e})
            }
            Pair::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let (x, y) = (base64(x), base64(y));
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id, "x": x, "y": y})
            }
        }
    }

    /// A token that says this.
    pub fn token(&self, claims: &Value) -> Result<String> {
        let algorithm = if matches!(self.pair, Pair::Rsa(_)) { "RS256" } else { "ES256" };
        let signed = unsigned(&json!({"alg": algorithm, "typ": "JWT", "kid": self.id}), claims);
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature)
                    .map_err(|_| anyhow!("cannot sign"))?;
                signature
            }
            Pair::Ec(pair) => {
                let signature = pair.sign(&random, signed.as_bytes()).map_err(|_| anyhow!("cannot sign"))?;
                signature.as_ref().to_vec()
            }
        };
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// A token's first two parts.
#[must_use]
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "tokens are good for the real time")]
pub fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

impl Issuer {
    /// Starts one that publishes these keys.
    pub fn start(keys: &[&SigningKey]) -> Result<Issuer> {
        let state = Arc::new(Mutex::new(State::default()));
        let told = state.clone();
        let server = Loopback::start(move |request| {
            let delay = locked(&told).delay;
            thread::sleep(delay);
            answer(&mut locked(&told), request)
        })?;
        let issuer = Issuer { server, state };
        issuer.publish(keys);
        Ok(issuer)
    }

    /// Publishes these keys instead.
    pub fn publish(&self, keys: &[&SigningKey]) {
        locked(&self.state).keys = keys.iter().map(|key| key.published()).collect();
    }

    /// Gives a client of this identifier this token.
    pub fn register(&self, client: &str, token: &str) {
        locked(&self.state).clients.push((client.into(), token.into()));
    }

    /// Makes it answer with errors, or no longer.
    pub fn fail(&self, is_down: bool) {
        locked(&self.state).is_down = is_down;
    }

    /// Makes it take so long for every answer.
    pub fn slow_down(&self, delay: Duration) {
        locked(&self.state).delay = delay;
    }

    /// How often its keys were fetched.
    #[must_use]
    pub fn fetched(&self) -> usize {
        locked(&self.state).fetched
    }

    /// What it calls itself.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The address of its discovery document.
    #[must_use]
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.url())
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(state: &mut State, request: &LoopbackRequest) -> (u16, Value) {
    if state.is_down {
        return (503, json!({"error": "down"}));
    }
    // Where it is asked is not known to it; a discovery document with relative addresses is none.
    let base = |path: &str| format!("http://{}{path}", request.host);
    match request.line.as_str() {
        "GET /.well-known/openid-configuration" => (
            200,
            json!({
                "issuer": base(""),
                "jwks_uri": base("/keys"),
                "token_endpoint": base("/token"),
                "authorization_endpoint": base("/authorize"),
            }),
        ),
        "GET /keys" => {
            state.fetched += 1;
            (200, json!({"keys": state.keys}))
        }
        "POST /token" => {
            let fields = String::from_utf8_lossy(&request.body);
            let asks = |client: &str| fields.split('&').any(|field| field == format!("client_id={client}"));
            match state.clients.iter().find(|(client, _)| asks(client)) {
                Some((_, token)) => (200, json!({"access_token": token, "expires_in": 300})),
                None => (401, json!({"error": "invalid_client"})),
            }
        }
        _ => (404, json!({})),
    }
}
