//! Whose request it is, which is settled before anything else of it is read. Who can be told at once takes nobody's
//! place; for others an identity provider is asked on workers of their own, so that one that is slow holds up
//! neither those who are known nor the calls at the database.

use std::{
    future::pending,
    sync::Arc,
    time::{Duration, Instant},
};

use feast_registry_core::catalog::permissions::User;
use http::HeaderMap;
use tokio::{runtime::Handle, time::sleep_until};

use super::{
    Authenticator, Workers,
    auth::{Unauthenticated, bearer},
    workers::{Unserved, Weight},
};

/// So many tokens are looked into at once.
const CHECKS: usize = 8;
/// What goes on for long is looked at again after so long at the soonest.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells whose requests they are.
#[derive(Clone)]
pub struct Callers {
    /// What checks tokens, and what that runs on; without it nobody is told from anybody else.
    authenticator: Option<(Arc<Authenticator>, Workers)>,
}

/// Why it is not known who asks.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unidentified {
    /// They did not prove it.
    #[error(transparent)]
    Unauthenticated(#[from] Unauthenticated),
    /// Nobody had the time to find out.
    #[error(transparent)]
    Unserved(#[from] Unserved),
}

impl Callers {
    /// With room for `admitted` requests whose caller is not known yet, each of which is given up after `patience`.
    #[must_use]
    pub fn new(
        authenticator: Option<Authenticator>,
        runtime: &Handle,
        admitted: usize,
        patience: Duration,
    ) -> Self {
        let with_workers = |authenticator| {
            (Arc::new(authenticator), Workers::new(runtime, runtime, CHECKS, admitted, patience))
        };
        Callers { authenticator: authenticator.map(with_workers) }
    }

    /// Where nobody is told from anybody else.
    pub(super) fn untold() -> Self {
        Callers { authenticator: None }
    }

    /// The user of a request, by its headers; `None` where nobody is told from anybody else.
    pub(crate) async fn of(&self, headers: &HeaderMap) -> Result<Option<Arc<User>>, Unidentified> {
        let Some((authenticator, checks)) = &self.authenticator else { return Ok(None) };
        let token = bearer(headers)?;
        if let Some(user) = authenticator.user_at_once(token) {
            return Ok(Some(user?));
        }
        let (authenticator, token) = (authenticator.clone(), token.to_owned());
        let user =
            checks.run(Weight::Light, move || authenticator.user(&token)).await.map_err(|unserved| {
                match unserved {
                    // Of the request itself nothing was begun.
                    Unserved::TooLong => Unserved::NotBegun,
                    other => other,
                }
            })?;
        if let Err(Unauthenticated::Unchecked(failed)) = &user {
            tracing::warn!("a token cannot be checked: {failed}");
        }
        Ok(Some(user?))
    }

    /// Ends when requests with these headers, which were accepted, are not accepted any more: their token is looked
    /// at each time that it is not taken for good without that.
    pub(super) async fn refuse(&self, headers: &HeaderMap) {
        let Some((authenticator, _)) = &self.authenticator else { return pending().await };
        loop {
            let known = bearer(headers).ok().and_then(|token| authenticator.known_until(token));
            let soonest = Instant::now() + PAUSE;
            sleep_until(known.map_or(soonest, |until| until.max(soonest)).into()).await;
            match self.of(headers).await {
                // Where nobody can say anything new of it, it is what it was.
                Ok(_)
                | Err(
                    Unidentified::Unserved(_) | Unidentified::Unauthenticated(Unauthenticated::Unchecked(_)),
                ) => {}
                Err(Unidentified::Unauthenticated(_)) => return,
            }
        }
    }
}
