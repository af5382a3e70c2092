//! Who looked at what last, as Feast keeps it: in the metadata of the project, an entry per user. A visit is noted
//! in memory and written a moment later, many at once, by nobody who waits; where that fails it is lost, and the log
//! says so.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use feast_registry_core::{
    catalog::permissions::User,
    operation::{MOST_VISITS, RecordVisits, Selection, visits, visits_key},
};
use serde_json::{Value, json};
use tokio::{sync::Notify, task::spawn_blocking, time};

use super::{
    calls::Calls,
    family::Family,
    page,
    parameters::Given,
    refused::Refused,
    routes::{Call, Route},
};
use crate::{clock, error::Error, registry::Registry};

/// As many characters as the key's column has.
const LONGEST_KEY: usize = 50;
/// So many users' visits, counted once per project, wait to be written.
const MOST_ENTRIES: usize = 1_000;
/// How long visits are gathered.
const PAUSE: Duration = Duration::from_secs(1);
/// What users are called where nobody is told from anybody else.
const ANYBODY: &str = "anonymous";

/// The visits that a server notes.
pub struct Visits {
    registry: Arc<Registry>,
    is_read_only: bool,
    waiting: Mutex<HashMap<Entry, Vec<Value>>>,
    news: Notify,
}

/// A project and a user's key in its metadata.
type Entry = (String, String);

impl Visits {
    /// Notes them for `registry`; nothing, where a server is not to write.
    #[must_use]
    pub fn new(registry: Arc<Registry>, is_read_only: bool) -> Self {
        Visits { registry, is_read_only, waiting: Mutex::default(), news: Notify::new() }
    }

    /// Notes that a request which was answered was a visit, if it was one.
    pub(super) fn note(&self, user: Option<&User>, route: &Route, given: &Given) {
        let Call::Get(Family { is_visited: true, .. }) = route.call else { return };
        let (Some(project), Some(name)) = (given["project"].as_str(), given["name"].as_str()) else { return };
        let (key, user) = (key(user), user.map_or(ANYBODY, |user| &user.name));
        if self.is_read_only || key.chars().count() > LONGEST_KEY {
            return;
        }
        let object = route.path.split('/').nth(1).unwrap_or_default();
        let visit = json!({
            "path": format!("{}/{object}/{name}", super::door::PREFIX),
            "timestamp": now(),
            "project": project,
            "user": user,
            "object": object,
            "object_name": name,
            "method": "GET",
        });
        let mut waiting = self.waiting();
        let has_room = waiting.len() < MOST_ENTRIES;
        let entry = (project.to_owned(), key);
        if has_room || waiting.contains_key(&entry) {
            let visits = waiting.entry(entry).or_default();
            if visits.len() == MOST_VISITS {
                visits.remove(0);
            }
            visits.push(visit);
            self.news.notify_one();
        }
    }

    /// Writes what is noted, again and again; for ever.
    pub(super) async fn keep(self: Arc<Self>) {
        let mut is_failing = false;
        loop {
            self.news.notified().await;
            time::sleep(PAUSE).await;
            let visits = self.clone();
            let Ok(outcome) = spawn_blocking(move || visits.write()).await else { continue };
            // Once, not for every second in which it goes on.
            if let (Err(error), false) = (&outcome, is_failing) {
                tracing::warn!("who looks at what cannot be kept: {error}");
            }
            is_failing = outcome.is_err();
        }
    }

    /// Writes what was noted last, if that takes no longer than this.
    pub(super) async fn keep_last(self: Arc<Self>, patience: Duration) {
        let written = spawn_blocking(move || self.write());
        if !matches!(time::timeout(patience, written).await, Ok(Ok(Ok(())))) {
            tracing::warn!("who looked at what last is not kept");
        }
    }

    /// Writes what is noted. Where that fails those visits are lost.
    fn write(&self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut *self.waiting());
        let mut outcome = Ok(());
        for ((project, key), visits) in waiting {
            let written = self.registry.run_aside(&RecordVisits { project, key, visits });
            outcome = written.and(outcome);
        }
        outcome
    }

    /// What is kept of a user's visits to these projects, of each in the order in which they happened.
    fn of(&self, user: Option<&User>, projects: &[String]) -> Result<Vec<Value>, Error> {
        let selections =
            projects.iter().map(|project| Selection::Metadata { project: Some(project.clone()) });
        let rows = self.registry.read(&selections.collect::<Vec<_>>())?;
        let key = key(user);
        Ok(projects.iter().flat_map(|project| visits(&rows, project, &key)).collect())
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Entry, Vec<Value>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls<'_> {
    /// The visits of who asks: to one project in the order in which they happened, to all of them the latest first.
    pub(super) fn recently_visited(&self, given: &Given) -> Result<Value, Refused> {
        let text = |name: &str| given.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let projects = match text("project") {
            Some(project) => {
                self.ask("GetProject", json!({"name": project, "allow_cache": true}))
                    .map(drop)
                    .or_else(|refused| if refused.is_not_found() { Ok(()) } else { Err(refused) })?;
                vec![project.to_owned()]
            }
            None => self.projects(given)?,
        };
        let user = self.user.map(|user| &**user);
        self.basis.borrow_mut().add(None);
        let found = self.visits.of(user, &projects).map_err(crate::server::service::ServiceError::from)?;
        let is_wanted = |visit: &Value| text("object").is_none_or(|object| visit["object"] == object);
        let mut visits: Vec<Value> = found.into_iter().filter(is_wanted).collect();
        if text("project").is_none() {
            visits.sort_by(|one, other| other["timestamp"].as_str().cmp(&one["timestamp"].as_str()));
            visits.truncate(MOST_VISITS);
        }
        let mut arranged = given.clone();
        let is_paged = ["page", "limit"].iter().any(|name| given.contains_key(*name));
        let limit = if is_paged { 50 } else { MOST_VISITS };
        arranged.entry("limit").or_insert(limit.into());
        let (visits, told) = page::of(visits, &arranged);
        let told = if is_paged { told } else { json!({"totalCount": visits.len()}) };
        Ok(json!({"visits": visits, "pagination": told}))
    }
}

fn key(user: Option<&User>) -> String {
    visits_key(user.map_or(ANYBODY, |user| &user.name))
}

/// As Python writes it, always with a fraction, so that texts are in the order of times.
fn now() -> String {
    let (seconds, nanos) = clock::now();
    let whole = feast_registry_core::time::Timestamp { seconds, nanos: 0 }.to_string();
    format!("{}.{:06}+00:00", whole.trim_end_matches('Z'), nanos / 1_000)
}
