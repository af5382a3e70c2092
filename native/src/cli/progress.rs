//! A sign of life for long work: only where standard error is a terminal, and only after a second.

use std::{
    io::{self, IsTerminal as _},
    sync::mpsc,
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Before that, work is not long.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does the work, with a spinner that says `what` if it takes long.
pub(crate) fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let still = |wait| waiting.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout);
            if still(PATIENCE) {
                let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
                let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
                spinner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                while still(Duration::from_millis(100)) {
                    spinner.tick();
                }
                spinner.finish_and_clear();
            }
        });
        let result = work();
        drop(done);
        result
    })
}
