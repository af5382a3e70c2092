//! Recording that a view's data was written to the online store.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{Context, Lock, Operation, Plan, Reads, Selection, Write, reads_of};
use crate::{
    kind::Kind,
    refusal::Refusal,
    rows::{Key, Rows},
    time::Timestamp,
    wire,
};

/// `FeatureViewState.AVAILABLE_ONLINE`, which a materialization sets whatever the state was.
const AVAILABLE_ONLINE: i32 = 4;

/// Appends an interval to a batch or stream feature view. Intervals may overlap and repeat, as in
/// Feast; one that ends before it starts, or that Feast could not read back, is refused.
#[derive(Clone, Debug)]
pub struct Materialize {
    /// The project.
    pub project: String,
    /// The view.
    pub view: String,
    /// The first instant covered.
    pub start: Timestamp,
    /// The instant where it ends.
    pub end: Timestamp,
}

impl Operation for Materialize {
    type Outcome = Key;

    fn reads(&self) -> Reads {
        let mut reads = reads_of(&self.project, Lock::Shared);
        let named = |kind| Selection::named(kind, &self.project, BTreeSet::from([self.view.clone()]));
        reads.selections.extend(Kind::VIEWS.map(named));
        reads
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Key>, Refusal> {
        let (project, name) = (self.project.clone(), self.view.clone());
        let refuse = |problem| {
            let (start, end) = (format!("{}", self.start), format!("{}", self.end));
            Err(Refusal::InvalidInterval { name: name.clone(), start, end, problem })
        };
        if self.end < self.start {
            return refuse("ends before it starts");
        }
        if !(self.start.is_calendar() && self.end.is_calendar()) {
            return refuse("is not between the years 1 and 9999, outside of which Feast reads no time");
        }
        let mut found =
            Kind::VIEWS.into_iter().filter_map(|kind| Some((kind, rows.row(kind, &project, &name)?)));
        let Some((kind, row)) = found.next() else {
            return Err(Refusal::NotFound { kind: Kind::FeatureView, project, name });
        };
        if kind.info().view.as_ref().is_none_or(|view| view.intervals == 0) {
            return Err(Refusal::NotMaterializable { kind, name });
        }
        let mut interval = Vec::new();
        wire::put_bytes(&mut interval, 1, &self.start.encode());
        wire::put_bytes(&mut interval, 2, &self.end.encode());
        let damaged =
            |source| Refusal::Damaged { kind, project: project.clone(), name: name.clone(), source };
        let key = Key::new(kind, project.clone(), name.clone());
        let object = row.object(&key).map_err(damaged)?;
        let mut books = object.bookkeeping();
        books.intervals.push(interval);
        books.state = AVAILABLE_ONLINE;
        books.last_updated = Some(context.now);
        let object = object.with_bookkeeping(&books).map_err(damaged)?;
        let last_updated = context.now.seconds;
        let update = Write::Update { key: key.clone(), bytes: object.into_bytes(), last_updated };
        let writes = [update].into_iter().chain(context.touch_at_times(&self.project, rows)).collect();
        Ok(Plan { writes, outcome: key })
    }
}
