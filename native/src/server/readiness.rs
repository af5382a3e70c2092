//! Whether the database can be reached, looked at now and then for whoever asks whether the server is ready.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::spawn_blocking,
    time::{sleep, timeout},
};

use crate::registry::Registry;

/// How often to look while the database is there.
const WHILE_READY: Duration = Duration::from_secs(5);
/// And while it is not: whoever waits for it wants to know soon.
const WHILE_NOT: Duration = Duration::from_secs(1);
/// A database that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the server is ready, now and from now on.
#[derive(Clone, Debug)]
pub struct Readiness(watch::Receiver<bool>);

impl Readiness {
    /// That of a registry, which could be reached just now. Must be called within a runtime; looks for as
    /// long as somebody has the value.
    #[must_use]
    pub fn of(registry: Arc<Registry>) -> Self {
        let (tell, told) = watch::channel(true);
        tokio::spawn(look(registry, tell));
        Readiness(told)
    }

    /// Whether it is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until that changes; for ever, where nobody looks any more.
    pub(crate) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn look(registry: Arc<Registry>, tell: watch::Sender<bool>) {
    let mut begun = None;
    while tell.receiver_count() > 0 {
        let mut looking = begun.take().unwrap_or_else(|| {
            let registry = registry.clone();
            spawn_blocking(move || registry.reach())
        });
        let found = match timeout(PATIENCE, &mut looking).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(failure))) => Err(failure.to_string()),
            Ok(Err(failed)) => Err(failed.to_string()),
            // Not asked again before it has answered.
            Err(_) => {
                begun = Some(looking);
                Err("it does not answer".to_owned())
            }
        };
        let is_ready = found.is_ok();
        let has_changed = tell.send_if_modified(|ready| std::mem::replace(ready, is_ready) != is_ready);
        match found {
            Err(reason) if has_changed => {
                tracing::warn!("not ready: the database cannot be reached: {reason}")
            }
            Ok(()) if has_changed => tracing::info!("ready: the database can be reached again"),
            _ => {}
        }
        sleep(if is_ready { WHILE_READY } else { WHILE_NOT }).await;
    }
}
