//! Who calls: a bearer token in, a user out; no transport. It blocks where an identity provider has to be asked.
//! Neither tokens nor what is in them gets into errors or the log.

mod http;
mod keys;
mod kubernetes;
mod oidc;
mod signatures;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use ::http::{HeaderMap, header};
use feast_registry_core::catalog::permissions::User;

use self::{http::Failed, kubernetes::Kubernetes, oidc::Oidc};
use crate::config::AuthConfig;

/// How long a token that was found good is taken for good without looking again.
const KNOWN_FOR: Duration = Duration::from_secs(30);
/// So many tokens are remembered.
const MANY: usize = 4_096;
/// Longer ones, in bytes, are none.
const LONGEST: usize = 16 << 10;

/// Tells users by their tokens.
pub struct Authenticator {
    provider: Provider,
    known: Mutex<HashMap<[u8; 32], Known>>,
}

enum Provider {
    Oidc(Box<Oidc>),
    Kubernetes(Kubernetes),
}

struct Known {
    user: Arc<User>,
    until: Instant,
}

/// A token's user, and how long that may be taken for granted.
struct Verified {
    user: User,
    /// Until the token itself is worth nothing any more, at most.
    lasts: Duration,
}

/// Why a request's user is not known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unauthenticated {
    /// No header, or not `Bearer TOKEN`.
    #[error("a bearer token is required")]
    NoToken,
    /// It is not what it should be, or nobody vouches for it.
    #[error("the token is not accepted: {0}")]
    Refused(&'static str),
    /// Who could vouch for it does not answer as it should. Why, is not for who has no token yet.
    #[error("the token cannot be checked now")]
    Unchecked(#[from] Failed),
}

/// The configuration cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("cannot check tokens: {0}")]
pub struct AuthError(String);

impl Authenticator {
    /// What checks tokens as configured; `None` where clients are not told from each other.
    ///
    /// # Errors
    /// Files that cannot be read, and addresses that are none. The provider is not asked yet.
    pub fn new(config: &AuthConfig) -> Result<Option<Self>, AuthError> {
        let provider = match config {
            AuthConfig::NoAuth => return Ok(None),
            AuthConfig::Oidc(config) => Provider::Oidc(Box::new(Oidc::new(config)?)),
            AuthConfig::Kubernetes(config) => Provider::Kubernetes(Kubernetes::new(config)?),
        };
        Ok(Some(Authenticator { provider, known: Mutex::default() }))
    }

    /// The user of a token, where nobody has to be asked: it was found good just now, or is signed with a key that
    /// is at hand. Does not block.
    pub(crate) fn user_at_once(&self, token: &str) -> Option<Result<Arc<User>, Unauthenticated>> {
        if token.len() > LONGEST {
            return Some(Err(Unauthenticated::Refused("it is too long")));
        }
        if let Some(user) = self.known(token) {
            return Some(Ok(user));
        }
        let asked = Instant::now();
        match &self.provider {
            Provider::Oidc(oidc) => {
                let verified = oidc.verify_at_once(token)?;
                Some(verified.and_then(|verified| self.remember(token, asked, verified)))
            }
            Provider::Kubernetes(_) => None,
        }
    }

    /// The user of a token that [`Authenticator::user_at_once`] cannot tell.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub(crate) fn user(&self, token: &str) -> Result<Arc<User>, Unauthenticated> {
        let asked = Instant::now();
        let verified = match &self.provider {
            Provider::Oidc(oidc) => oidc.verify(token)?,
            Provider::Kubernetes(kubernetes) => kubernetes.verify(token)?,
        };
        self.remember(token, asked, verified)
    }

    /// Until when a token that was found good is taken for good.
    pub(crate) fn known_until(&self, token: &str) -> Option<Instant> {
        self.remembered().get(&signatures::digest(token)).map(|known| known.until)
    }

    fn known(&self, token: &str) -> Option<Arc<User>> {
        let known = self.remembered();
        let known = known.get(&signatures::digest(token))?;
        (Instant::now() < known.until).then(|| known.user.clone())
    }

    fn remember(
        &self,
        token: &str,
        asked: Instant,
        Verified { user, lasts }: Verified,
    ) -> Result<Arc<User>, Unauthenticated> {
        if user.name.is_empty() {
            return Err(Unauthenticated::Refused("it names nobody"));
        }
        let user = Arc::new(user);
        let mut known = self.remembered();
        if known.len() >= MANY {
            known.retain(|_, known| asked < known.until);
        }
        if known.len() < MANY {
            let until = asked + lasts.min(KNOWN_FOR);
            known.insert(signatures::digest(token), Known { user: user.clone(), until });
        }
        Ok(user)
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<[u8; 32], Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The token in the `authorization` headers of a request, of which there is to be one: `Bearer TOKEN`, whatever the
/// case of the first word.
///
/// # Errors
/// [`Unauthenticated::NoToken`].
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, Unauthenticated> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(header), None) = (all.next(), all.next()) else { return Err(Unauthenticated::NoToken) };
    let mut words = header.to_str().unwrap_or_default().split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(scheme), Some(token), None) if scheme.eq_ignore_ascii_case("bearer") => Ok(token),
        _ => Err(Unauthenticated::NoToken),
    }
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_is_the_second_of_two_words_of_one_header() {
        let with = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
            }
            bearer(&headers).map(str::to_owned)
        };
        for value in ["Bearer a.b.c", "bearer  a.b.c ", "BEARER a.b.c"] {
            assert_eq!(with(&[value.as_bytes()]).unwrap(), "a.b.c");
        }
        for value in ["", "Bearer", "Basic a.b.c", "Bearer a b", "a.b.c", "Bearer\u{a0}a"] {
            assert!(with(&[value.as_bytes()]).is_err(), "{value}");
        }
        assert!(with(&[]).is_err() && with(&[b"Bearer \xff"]).is_err());
        assert!(with(&[b"Bearer a", b"Bearer b"]).is_err());
    }
}
