//! What the service manager that started the process is told (systemd's `Type=notify`): that the doors are open, and
//! that they close.

use super::Shutdown;

/// Tells that the doors are open, and, when it is time, that they close. Does nothing where no service manager asks
/// to be told. Must be called within a runtime.
pub fn tell(shutdown: Shutdown) {
    #[cfg(unix)]
    {
        use sd_notify::NotifyState;

        fn notify(state: NotifyState<'_>) {
            if let Err(error) = sd_notify::notify(&[state]) {
                tracing::warn!("the service manager cannot be told of the server's state: {error}");
            }
        }
        notify(NotifyState::Ready);
        tokio::spawn(async move {
            shutdown.signalled().await;
            notify(NotifyState::Stopping);
        });
    }
    #[cfg(not(unix))]
    drop(shutdown);
}
