//! The keys of an OpenID Connect provider: found by its discovery document, fetched again when they are old, and
//! when a token names one that is not known.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use super::http::{Client, Failed};

/// However many tokens name unknown keys, the provider is not asked more often for their sake.
const UNKNOWN_EVERY: Duration = Duration::from_secs(5);

pub(super) struct Keys {
    client: Client,
    discovery_url: String,
    lifespan: Duration,
    current: RwLock<Option<Arc<Set>>>,
    /// One asks, others wait for what it gets.
    fetching: Mutex<()>,
}

/// A key, and how long it may be used.
pub(super) type Found = Option<(DecodingKey, Duration)>;

/// The keys as the provider had them.
struct Set {
    keys: Vec<Key>,
    fetched: Instant,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Discovery {
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

impl Keys {
    pub(super) fn new(client: Client, discovery_url: String, lifespan: Duration) -> Self {
        Keys { client, discovery_url, lifespan, current: RwLock::default(), fetching: Mutex::default() }
    }

    /// What [`Keys::find`] finds, without asking the provider; `None` where that is necessary.
    pub(super) fn at_hand(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Found> {
        let set = self.current()?;
        let age = set.fetched.elapsed();
        let left = self.lifespan.checked_sub(age).filter(|left| !left.is_zero())?;
        let found = set.find(id, algorithm);
        (found.is_some() || age < UNKNOWN_EVERY).then(|| found.map(|key| (key, left)))
    }

    /// The key with this id, or where a token names none, the only one for its algorithm; `None` where there is no
    /// such key. With it, how long it may be used.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Found, Failed> {
        if let Some(found) = self.at_hand(id, algorithm) {
            return Ok(found);
        }
        let asked = Instant::now();
        let _one = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        let set = match self.current().filter(|set| set.fetched >= asked) {
            Some(set) => set,
            None => {
                let set = Arc::new(self.fetch()?);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(set.clone());
                set
            }
        };
        Ok(set.find(id, algorithm).map(|key| (key, self.lifespan)))
    }

    fn fetch(&self) -> Result<Set, Failed> {
        let fetched = Instant::now();
        let Discovery { jwks_uri } = self.client.get(&self.discovery_url, None)?;
        let Published { keys } = self.client.get(&jwks_uri, None)?;
        let keys: Vec<Key> = keys.into_iter().filter_map(key).collect();
        tracing::info!(keys = keys.len(), "fetched the keys of the identity provider");
        Ok(Set { keys, fetched })
    }

    fn current(&self) -> Option<Arc<Set>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Set {
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let fits = |key: &&Key| key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id);
        let mut fitting = self.keys.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Some(key.key.clone()),
            // Of two nobody knows which one is meant.
            _ => None,
        }
    }
}

/// A published key, if it is for signatures that are accepted. Whatever else is published is passed over.
fn key(published: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(published).ok()?;
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
        _ => return None,
    };
    let is_for_it = match jwk.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
        Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
        Some(_) => false,
    };
    let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let decoding = DecodingKey::from_jwk(&jwk).ok().filter(|_| is_for_it && signs)?;
    Some(Key { id: jwk.common.key_id, algorithm, key: decoding })
}
