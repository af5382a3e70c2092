//! When to look for changes how thoroughly: by what it costs.

use std::time::{Duration, Instant};

use super::Effort;

/// When it was last looked, and what that took.
pub(super) struct Schedule {
    look: Option<Past>,
    full: Option<Past>,
}

#[derive(Clone, Copy)]
struct Past {
    begun: Instant,
    took: Duration,
}

const LOOK_EVERY: u32 = 50;
const FULL_EVERY: u32 = 200;
const FULL_AT_MOST_EVERY: Duration = Duration::from_secs(60);

impl Schedule {
    pub(super) fn new() -> Self {
        Schedule { look: None, full: None }
    }

    /// What is due.
    pub(super) fn due(&self, now: Instant) -> Effort {
        let is_due = |past: Option<Past>, factor, least| {
            past.is_none_or(|past| now - past.begun >= past.took.saturating_mul(factor).max(least))
        };
        if is_due(self.full, FULL_EVERY, FULL_AT_MOST_EVERY) {
            Effort::Full
        } else if is_due(self.look, LOOK_EVERY, Duration::ZERO) {
            Effort::Look
        } else {
            Effort::Probe
        }
    }

    /// Notes what was done.
    pub(super) fn done(&mut self, effort: Effort, begun: Instant, ended: Instant) {
        let past = Some(Past { begun, took: ended - begun });
        match effort {
            Effort::Probe => {}
            Effort::Look => self.look = past,
            // It is a look as well, but says nothing about the cost of one.
            Effort::Full => {
                let took = self.look.map_or(Duration::ZERO, |look| look.took);
                (self.full, self.look) = (past, Some(Past { begun, took }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dear_is_done_seldom() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut schedule = Schedule::new();
        assert_eq!(schedule.due(start), Effort::Full);
        schedule.done(Effort::Full, at(0), at(1_000));
        assert_eq!(schedule.due(at(1_001)), Effort::Look);
        schedule.done(Effort::Look, at(2_000), at(2_040));
        assert_eq!(schedule.due(at(3_999)), Effort::Probe);
        assert_eq!(schedule.due(at(4_000)), Effort::Look);
        assert_eq!(schedule.due(at(199_999)), Effort::Look);
        assert_eq!(schedule.due(at(200_000)), Effort::Full);
        schedule.done(Effort::Full, at(200_000), at(200_001));
        assert_eq!(schedule.due(at(201_000)), Effort::Probe);
        assert_eq!(schedule.due(at(260_000)), Effort::Full);
    }
}
