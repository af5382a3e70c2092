//! Where a view stands, as operators set it: its state, and whether it is served at all. Feast's
//! command line offers both, and its SQL registry takes such a change for none and drops it.

use alloc::{format, string::String, vec::Vec};

use super::{Context, Lock, Operation, Plan, Reads, Selection, Write, reads_of};
use crate::{
    kind::Kind,
    message::MessageError,
    object::Object,
    refusal::Refusal,
    rows::{Key, Rows},
    schema::{self, MessageType},
    wire::{self, Payload, WireError},
};

/// The states that may follow each state (Feast: `FeatureViewState.can_transition_to`). A
/// materialization sets the last one from any.
const NEXT: [(i32, &[i32]); 5] = [(0, &[1]), (1, &[2]), (2, &[3]), (3, &[2, 4]), (4, &[3])];

/// Moves a view to another state.
#[derive(Clone, Debug)]
pub struct SetState {
    /// The project.
    pub project: String,
    /// The view, of any kind that has states.
    pub view: String,
    /// A number of `feast.core.FeatureViewState`.
    pub state: i32,
}

/// Disables a view, so that Feast neither serves nor materializes it, or enables it again.
#[derive(Clone, Debug)]
pub struct SetEnabled {
    /// The project.
    pub project: String,
    /// The view, of any kind that can be disabled.
    pub view: String,
    /// Whether it is to be enabled.
    pub enabled: bool,
}

/// What became of the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The view.
    pub key: Key,
    /// Whether it was different before.
    pub changed: bool,
}

impl Operation for SetState {
    type Outcome = Standing;

    fn reads(&self) -> Reads {
        reads(&self.project, &self.view)
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Standing>, Refusal> {
        let (kind, object) = view(rows, &self.project, &self.view)?;
        let refuse = |problem| Err(Refusal::Invalid { kind, name: self.view.clone(), problem });
        if kind.info().view.as_ref().is_none_or(|view| view.state == 0) {
            return refuse("has no state".into());
        }
        let mut books = object.bookkeeping();
        let allowed = NEXT.iter().find(|(from, _)| *from == books.state).map_or(&[] as &[i32], |(_, to)| to);
        if books.state != self.state && !allowed.contains(&self.state) {
            let name =
                |state: &i32| schema::FEAST_CORE_FEATUREVIEWSTATE.value_name(*state).unwrap_or("unknown");
            let allowed: Vec<&str> = allowed.iter().map(name).collect();
            return refuse(format!(
                "cannot go from state {} to {}; what may follow is {}",
                name(&books.state),
                name(&self.state),
                if allowed.is_empty() { "nothing".into() } else { allowed.join(" or ") }
            ));
        }
        let changed = books.state != self.state;
        let key = Key::new(kind, self.project.clone(), self.view.clone());
        books.state = self.state;
        plan(object, changed, key, rows, context, |object| {
            object.with_bookkeeping(&crate::object::Bookkeeping { last_updated: Some(context.now), ..books })
        })
    }
}

impl Operation for SetEnabled {
    type Outcome = Standing;

    fn reads(&self) -> Reads {
        reads(&self.project, &self.view)
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Standing>, Refusal> {
        let (kind, object) = view(rows, &self.project, &self.view)?;
        let Some(number) = disabled_field(kind) else {
            let problem = "cannot be disabled; label views have no such setting".into();
            return Err(Refusal::Invalid { kind, name: self.view.clone(), problem });
        };
        let error = |source| MessageError::Wire { message: kind.info().message.name, source };
        let damaged = |source| damaged(kind, &self.project, &self.view, source);
        let spec =
            wire::submessage(object.bytes(), SPEC).map_err(error).map_err(damaged)?.unwrap_or_default();
        let disabled = wire::last_varint(&spec, number).map_err(error).map_err(damaged)?.unwrap_or(0) != 0;
        let mut books = object.bookkeeping();
        books.last_updated = Some(context.now);
        let key = Key::new(kind, self.project.clone(), self.view.clone());
        plan(object, disabled == self.enabled, key, rows, context, |object| {
            let edited = wire::edit_at::<WireError>(object.bytes(), &[SPEC], &mut |spec| {
                let mut spec = wire::without(spec, &[number])?;
                if !self.enabled {
                    wire::put_varint(&mut spec, number, 1);
                }
                Ok(spec)
            });
            Object::parse(kind, edited.map_err(error)?)?.with_bookkeeping(&books)
        })
    }
}

/// Whether a view is enabled; views that cannot be disabled are.
pub fn is_enabled(view: &Object) -> bool {
    let Some(number) = disabled_field(view.kind()) else { return true };
    wire::last(view.bytes(), &[SPEC, number], Payload::varint).unwrap_or(0) == 0
}

const SPEC: u32 = 1;

/// The number of `spec.disabled`.
fn disabled_field(kind: Kind) -> Option<u32> {
    let spec: &MessageType = kind.info().message.field(SPEC)?.message()?;
    spec.field_named("disabled").map(|field| field.number)
}

fn reads(project: &str, view: &str) -> Reads {
    let mut reads = reads_of(project, Lock::Shared);
    reads.selections.extend(Kind::VIEWS.map(|kind| Selection::named(kind, project, [view.into()])));
    reads
}

fn view(rows: &Rows, project: &str, name: &str) -> Result<(Kind, Object), Refusal> {
    let mut found = Kind::VIEWS.into_iter().filter_map(|kind| Some((kind, rows.row(kind, project, name)?)));
    let Some((kind, row)) = found.next() else {
        return Err(Refusal::NotFound {
            kind: Kind::FeatureView,
            project: project.into(),
            name: name.into(),
        });
    };
    let key = Key::new(kind, project, name);
    let object = row.object(&key).map_err(|source| damaged(kind, project, name, source))?;
    Ok((kind, object))
}

fn plan(
    object: Object,
    changed: bool,
    key: Key,
    rows: &Rows,
    context: &Context,
    edit: impl FnOnce(Object) -> Result<Object, MessageError>,
) -> Result<Plan<Standing>, Refusal> {
    let mut writes = Vec::new();
    if changed {
        let edited = edit(object).map_err(|source| damaged(key.kind, &key.project, &key.name, source))?;
        let last_updated = context.now.seconds;
        writes.push(Write::Update { key: key.clone(), bytes: edited.into_bytes(), last_updated });
        writes.extend(context.touch_at_times(&key.project, rows));
    }
    Ok(Plan { writes, outcome: Standing { key, changed } })
}

fn damaged(kind: Kind, project: &str, name: &str, source: MessageError) -> Refusal {
    Refusal::Damaged { kind, project: project.into(), name: name.into(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{memory::Memory, operation::Apply, time::Timestamp};

    fn context() -> Context {
        Context { now: Timestamp { seconds: 9, nanos: 0 }, entropy: [7; 16], without_metadata: false }
    }

    fn with_view(kind: Kind) -> Memory {
        let mut spec = Vec::new();
        wire::put_bytes(&mut spec, 1, b"v");
        wire::put_bytes(&mut spec, 3, b"driver");
        let mut bytes = Vec::new();
        wire::put_bytes(&mut bytes, 1, &spec);
        wire::put_varint(&mut bytes, 900, 5);
        let mut memory = Memory::default();
        let object = Object::parse(kind, bytes).unwrap();
        memory.run(&Apply::new([("p".into(), object)]), &context()).unwrap();
        memory
    }

    fn stored(memory: &Memory, kind: Kind) -> Object {
        memory.rows().row(kind, "p", "v").unwrap().object(&Key::new(kind, "p", "v")).unwrap()
    }

    #[test]
    fn states_follow_one_another() {
        let mut memory = with_view(Kind::FeatureView);
        let mut set =
            |state| memory.run(&SetState { project: "p".into(), view: "v".into(), state }, &context());
        assert!(set(3).is_err());
        assert!(set(1).unwrap().changed);
        assert!(!set(1).unwrap().changed);
        assert!([2, 3, 4, 3, 2].into_iter().all(|state| set(state).unwrap().changed));
        assert!(set(0).is_err());
        assert_eq!(stored(&memory, Kind::FeatureView).bookkeeping().state, 2);
    }

    #[test]
    fn disabling_keeps_unknown_fields_and_can_be_undone() {
        let mut memory = with_view(Kind::FeatureView);
        let mut set = |enabled| {
            memory
                .run(&SetEnabled { project: "p".into(), view: "v".into(), enabled }, &context())
                .unwrap()
                .changed
        };
        assert_eq!([set(true), set(false), set(false)], [false, true, false]);
        let object = stored(&memory, Kind::FeatureView);
        assert!(!is_enabled(&object));
        assert_eq!(wire::last_varint(object.bytes(), 900).unwrap(), Some(5));
        let mut memory = with_view(Kind::LabelView);
        let operation = SetEnabled { project: "p".into(), view: "v".into(), enabled: false };
        assert!(memory.run(&operation, &context()).is_err());
        assert!(
            memory.run(&SetState { project: "p".into(), view: "v".into(), state: 1 }, &context()).is_err()
        );
    }
}
