//! What applying a view decides beyond what every object decides: versions. Pure functions from the
//! incoming definition, the active row and the history to the next active row and new versions.

use alloc::{format, string::String, vec::Vec};

use super::{Context, Write};
use crate::{
    definition,
    message::MessageError,
    object::{Bookkeeping, Object},
    refusal::Refusal,
    rows::{Row, VersionRow, Versions},
    validity,
    version::Version,
};

/// What becomes of a view.
pub(super) struct NextView {
    /// The new active object, or `None` where the active one stays as it is.
    pub(super) active: Option<Object>,
    /// Versions to add, by number.
    pub(super) versions: Vec<(i32, VersionRow)>,
    /// The number of the version that this apply made or pinned.
    pub(super) number: Option<i32>,
}

/// Everything the decision looks at.
pub(super) struct ViewCase<'a> {
    pub(super) project: &'a str,
    pub(super) incoming: Object,
    /// The active object, with its row.
    pub(super) stored: Option<(&'a Row, Object)>,
    pub(super) versions: Option<&'a Versions>,
    /// Whether a new version becomes the active one.
    pub(super) promote: bool,
    pub(super) context: &'a Context,
    /// How many identifiers this change has used so far.
    pub(super) used_ids: usize,
}

impl ViewCase<'_> {
    /// Decides. `carried` is the incoming object with the stored one's bookkeeping (see `apply`).
    pub(super) fn decide(&self, carried: Object) -> Result<NextView, Refusal> {
        let requested = validity::version_of(&self.incoming)?;
        let known = |number| self.versions.and_then(|versions| versions.get(&number));
        let last = self.versions.and_then(|versions| versions.keys().next_back().copied());
        match requested {
            Version::Latest => self.latest(carried, last),
            Version::Number(number) => match known(number) {
                Some(snapshot) => self.pin(carried, number, snapshot),
                None => self.forward_declare(carried, number, last),
            },
        }
    }

    fn latest(&self, carried: Object, last: Option<i32>) -> Result<NextView, Refusal> {
        let unreadable = |source| self.unreadable(source);
        let mut next = NextView { active: None, versions: Vec::new(), number: None };
        let Some((row, stored)) = &self.stored else {
            // A history without a view is what Feast leaves of a deleted one: go on after it.
            let number = last.map_or(Ok(0), |last| self.after(last))?;
            let (active, version) = self.numbered(carried, number, 0)?;
            next.versions.push((number, version));
            return Ok(NextView { active: Some(active), number: Some(number), ..next });
        };
        let kind = carried.kind();
        if definition::equal(kind, carried.bytes(), stored.bytes()).map_err(unreadable)? {
            return Ok(next);
        }
        let differs_from = |other: &[u8]| definition::significantly_differ(kind, carried.bytes(), other);
        if !differs_from(stored.bytes()).map_err(unreadable)? {
            return Ok(NextView { active: Some(carried), ..next });
        }
        let saved = last.and_then(|last| Some((last, self.versions?.get(&last)?)));
        if let (false, Some((number, row))) = (self.promote, saved)
            && !differs_from(&row.bytes).map_err(unreadable)?
        {
            // Saved by an earlier run of the same apply.
            return Ok(NextView { number: Some(number), ..next });
        }
        let number = match last {
            Some(last) => self.after(last)?,
            None => {
                // The first change of a view from before versions: its old form becomes v0.
                next.versions.push((0, self.version_row(row.bytes.clone(), 0)));
                1
            }
        };
        let (active, version) = self.numbered(carried, number, next.versions.len())?;
        next.versions.push((number, version));
        Ok(NextView { active: self.promote.then_some(active), number: Some(number), ..next })
    }

    fn forward_declare(&self, carried: Object, number: i32, last: Option<i32>) -> Result<NextView, Refusal> {
        let mut versions = Vec::new();
        if let (Some((row, stored)), None) = (&self.stored, last) {
            // The old form of a view from before versions is v0, which cannot be declared otherwise.
            if number != 0 {
                versions.push((0, self.version_row(row.bytes.clone(), 0)));
            } else if definition::significantly_differ(stored.kind(), carried.bytes(), stored.bytes())
                .map_err(|source| self.unreadable(source))?
            {
                return Err(Refusal::PinConflict { name: self.incoming.name(), version: number });
            }
        }
        let (active, version) = self.numbered(carried, number, versions.len())?;
        versions.push((number, version));
        let promoted = self.promote || self.stored.is_none();
        Ok(NextView { active: promoted.then_some(active), versions, number: Some(number) })
    }

    /// Makes version `number` the active one again. Refused where that would drop a definition that
    /// is stored nowhere else: the incoming one must be the active one, or, so that applying the same
    /// pin again is no error, one that the history has.
    fn pin(&self, carried: Object, number: i32, snapshot: &VersionRow) -> Result<NextView, Refusal> {
        let kind = self.incoming.kind();
        let name = self.incoming.name();
        let unreadable = |source| self.unreadable(source);
        let type_of = |view: &crate::kind::ViewInfo| view.history_type;
        if kind.info().view.as_ref().map(type_of) != Some(snapshot.view_type.as_str()) {
            let problem =
                format!("cannot be pinned to `v{number}`, which is a version of a {}", snapshot.view_type);
            return Err(Refusal::Invalid { kind, name, problem });
        }
        let damaged =
            |source| Refusal::Damaged { kind, project: self.project.into(), name: name.clone(), source };
        let snapshot = Object::parse(kind, snapshot.bytes.clone()).map_err(damaged)?;
        let version_path = kind.info().view.as_ref().map_or(0, |view| view.version);
        let path: &[u32] = if version_path == 0 { &[] } else { &[1, version_path] };
        let bare = |object: &Object| -> Result<Object, MessageError> {
            let mut books = object.bookkeeping();
            (books.intervals, books.state) = (Vec::new(), 0);
            object.clone().with_text(path, "")?.with_bookkeeping(&books)
        };
        let incoming = bare(&carried).map_err(unreadable)?;
        let same = |other: &Object| -> Result<bool, MessageError> {
            definition::equal(kind, incoming.bytes(), bare(other)?.bytes())
        };
        let mut books = carried.bookkeeping();
        if let Some((_, stored)) = &self.stored {
            let pinned_before = Version::parse(&stored.version()) == Ok(Version::Number(number));
            let mut kept = same(stored).map_err(unreadable)?;
            for version in self.versions.iter().flat_map(|versions| versions.values()) {
                if kept || !pinned_before {
                    break;
                }
                kept = !definition::significantly_differ(kind, incoming.bytes(), &version.bytes)
                    .map_err(damaged)?;
            }
            if !kept {
                return Err(Refusal::PinConflict { name, version: number });
            }
            books.state = stored.bookkeeping().state;
        }
        let recorded = snapshot.bookkeeping().intervals;
        if self.stored.is_none() && books.intervals.is_empty() {
            books.intervals = recorded;
        }
        books.version_number = Some(number).filter(|number| *number != 0);
        let restored = snapshot
            .with_text(path, &self.incoming.version())
            .and_then(|object| object.with_bookkeeping(&books))
            .and_then(|object| object.stored_in(self.project))
            .map_err(unreadable)?;
        let unchanged = match &self.stored {
            Some((_, stored)) => {
                definition::equal(kind, restored.bytes(), stored.bytes()).map_err(unreadable)?
                    && stored.bookkeeping().version_number == books.version_number
            }
            None => false,
        };
        let active = (!unchanged).then_some(restored);
        Ok(NextView { active, versions: Vec::new(), number: Some(number) })
    }

    /// The object as version `number`, and the history row that records it.
    fn numbered(&self, object: Object, number: i32, ids: usize) -> Result<(Object, VersionRow), Refusal> {
        // Readers take an absent number for v0, as proto3 does.
        let version_number = Some(number).filter(|number| *number != 0);
        let object = if object.version_number() == version_number {
            object
        } else {
            let books = Bookkeeping { version_number, ..object.bookkeeping() };
            let numbered = object.with_bookkeeping(&books).and_then(|object| object.stored_in(self.project));
            numbered.map_err(|source| self.unreadable(source))?
        };
        let row = self.version_row(object.bytes().to_vec(), ids);
        Ok((object, row))
    }

    /// The number of the version that follows.
    fn after(&self, last: i32) -> Result<i32, Refusal> {
        last.checked_add(1).ok_or_else(|| Refusal::Invalid {
            kind: self.incoming.kind(),
            name: self.incoming.name(),
            problem: format!("cannot get another version: `v{last}` is the last that can be counted"),
        })
    }

    fn unreadable(&self, source: MessageError) -> Refusal {
        Refusal::Unreadable { kind: self.incoming.kind(), source }
    }

    fn version_row(&self, bytes: Vec<u8>, ids: usize) -> VersionRow {
        let view = self.incoming.kind().info().view.as_ref();
        VersionRow {
            view_type: view.map_or_else(String::new, |view| view.history_type.into()),
            bytes,
            created: self.context.now.seconds,
            description: String::new(),
            version_id: self.context.uuid(self.used_ids + ids),
        }
    }
}

impl NextView {
    /// The writes that add the versions.
    pub(super) fn version_writes(&mut self, project: &str, name: &str) -> Vec<Write> {
        let write =
            |(number, row)| Write::InsertVersion { project: project.into(), name: name.into(), number, row };
        core::mem::take(&mut self.versions).into_iter().map(write).collect()
    }
}
