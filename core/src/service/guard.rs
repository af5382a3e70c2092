//! What a user may see and do in whole calls: [`decide`] on the rows that a call reads and changes.
//!
//! - What a user may not describe is not there for them. Whether a name that is not there is refused or not found
//!   depends only on whether they could see an object of that name, so that neither answer tells if there is one.
//! - Objects are judged by the permissions of their project. A project is, where it has any; else by those of the
//!   server's own project, as in Feast, whose own does not look at the others at all.
//! - A permission that cannot be read grants nothing, and its project is not open because of that.

use alloc::{
    borrow::ToOwned as _,
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use crate::{
    catalog::{
        Parts,
        permissions::{Action, Permission, User, decide},
    },
    kind::Kind,
    operation::Selection,
    refusal::Refusal,
    rows::{Key, Row, Rows},
    wire,
};

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'c> {
    /// The user.
    pub user: &'c User,
    /// The server's own project.
    pub home: &'c str,
}

/// What a call needs leave for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it tells and changes nothing.
    Free,
    /// These actions, on the object that it is about or on each that it answers with.
    Objects(&'static [Action]),
    /// On the object that it carries: to create it where it is not there; else to describe and update it, both as it
    /// is and as it is to be.
    Upsert,
    /// These on the request's project, and to describe each object that it answers with.
    Project(&'static [Action]),
    /// On the request's project: to create it where it is not there, else to describe and update it.
    UpsertProject,
}

/// To change what is there.
pub(super) const UPDATE: &[Action] = &[Action::Describe, Action::Update];
/// To see.
pub(super) const DESCRIBE: &[Action] = &[Action::Describe];
/// To make.
pub(super) const CREATE: &[Action] = &[Action::Create];
/// What a refusal names where either was asked for: which one would tell whether there is such an object.
pub(super) const UPSERT: &[Action] = &[Action::Create, Action::Update];

/// What permissions let a user do.
pub struct Guard<'r> {
    caller: Caller<'r>,
    /// By project.
    permissions: BTreeMap<&'r str, Vec<Permission<'r>>>,
}

impl Caller<'_> {
    /// What must be read beside these selections to judge what they find.
    pub fn reads(self, selections: &[Selection]) -> Vec<Selection> {
        let mut projects = BTreeSet::from([self.home]);
        for selection in selections {
            match selection {
                // A project's own row is asked for under its name, whatever project that is said to be in.
                Selection::Objects { kind: Kind::Project, names: Some(names), .. } => {
                    projects.extend(names.iter().map(String::as_str));
                }
                Selection::Objects { project: Some(project), .. }
                | Selection::Versions { project: Some(project), .. }
                | Selection::Metadata { project: Some(project) } => {
                    projects.insert(project);
                }
                _ => return Vec::from([Selection::all(Kind::Permission, None)]),
            }
        }
        projects.into_iter().map(|project| Selection::all(Kind::Permission, Some(project))).collect()
    }
}

impl<'r> Guard<'r> {
    /// The guard by the permissions among `rows`, which were read as [`Caller::reads`] says.
    pub fn of(caller: Caller<'r>, rows: &'r Rows) -> Self {
        let mut permissions: BTreeMap<&str, Vec<Permission<'_>>> = BTreeMap::new();
        for (key, row) in rows.of_kind(Kind::Permission) {
            let permission = match row.object(key) {
                Ok(_) => Permission::read(&Parts::new(Kind::Permission, &row.bytes)),
                Err(_) => Permission::unreadable(&key.name),
            };
            permissions.entry(&key.project).or_default().push(permission);
        }
        Guard { caller, permissions }
    }

    /// Whether the user may do all of `actions` to an object, or, without its bytes, to one of that name of which
    /// nothing else is known.
    pub fn allows(&self, key: &Key, bytes: Option<&[u8]>, actions: &[Action]) -> bool {
        let of = |project: &str| self.permissions.get(project).map(Vec::as_slice);
        let permissions = match key.kind {
            Kind::Project => of(&key.project).or_else(|| of(self.caller.home)),
            _ => of(&key.project),
        };
        let unknown;
        let bytes = match bytes {
            Some(bytes) => bytes,
            None => {
                unknown = named(key.kind, &key.name);
                &unknown
            }
        };
        let object = Parts::new(key.kind, bytes);
        decide(permissions.unwrap_or_default(), self.caller.user, &object, actions).is_ok()
    }

    /// Whether the user may do all of `actions` to the object of a row. Of one that cannot be read only the name
    /// counts.
    pub fn allows_row(&self, key: &Key, row: &Row, actions: &[Action]) -> bool {
        let bytes = row.object(key).is_ok().then_some(&*row.bytes);
        self.allows(key, bytes, actions)
    }

    /// The keys of the objects to which the user may not do all of `actions`. For infrastructure the row of its
    /// project is to be there as well.
    pub fn hidden(&self, rows: &Rows, actions: &[Action]) -> Vec<Key> {
        let is_hidden = |(key, row): &(&Key, &Row)| !self.allows_any_row(rows, key, row, actions);
        rows.objects.iter().filter(is_hidden).map(|(key, _)| key.clone()).collect()
    }

    /// As [`Guard::allows_row`], of infrastructure too, which is as its project among `rows` is.
    pub fn allows_any_row(&self, rows: &Rows, key: &Key, row: &Row, actions: &[Action]) -> bool {
        match key.kind {
            Kind::Infra => self.check_project(rows, &key.project, actions, false).is_ok(),
            _ => self.allows_row(key, row, actions),
        }
    }

    /// Whether the user may, to something of one of these names, of which none is there for them. If not, that is
    /// the answer; else that it was not found.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    pub fn check_names(&self, keys: &[Key], actions: &[Action]) -> Result<(), Refusal> {
        match keys.iter().any(|key| self.allows(key, None, actions)) {
            true => Ok(()),
            false => Err(denied(keys, actions)),
        }
    }

    /// Whether the user may do `actions` to a project, or make it where it is not there and `or_create` is said.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    pub fn check_project(
        &self,
        rows: &Rows,
        project: &str,
        actions: &[Action],
        or_create: bool,
    ) -> Result<(), Refusal> {
        let key = Key::project(project);
        let allowed = match rows.objects.get(&key) {
            Some(row) => self.allows_row(&key, row, actions),
            None => self.allows(&key, None, if or_create { CREATE } else { actions }),
        };
        let actions = if or_create { UPSERT } else { actions };
        if allowed { Ok(()) } else { Err(denied(&[key], actions)) }
    }
}

impl Access {
    /// What is asked of each object that a call which reads answers with.
    pub fn of_objects(self) -> &'static [Action] {
        match self {
            Access::Objects(actions) => actions,
            _ => DESCRIBE,
        }
    }

    /// Whether a call that changes nothing may be made on a project, as far as that is to be asked first.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    pub fn check_project(self, guard: &Guard<'_>, rows: &Rows, project: &str) -> Result<(), Refusal> {
        match self {
            Access::Free | Access::Objects(_) | Access::Upsert => Ok(()),
            Access::Project(actions) => guard.check_project(rows, project, actions, false),
            Access::UpsertProject => guard.check_project(rows, project, UPDATE, true),
        }
    }
}

/// That these actions are not permitted on what the first of these keys names. It does not say why: that would tell
/// of permissions, and of tags.
pub(super) fn denied(keys: &[Key], actions: &[Action]) -> Refusal {
    let names: Vec<_> = actions.iter().map(|action| action.name()).collect();
    let (kind, name) = keys.first().map_or((Kind::Project, ""), |key| (key.kind, &*key.name));
    Refusal::Denied { actions: names.join(", "), kind, name: name.to_owned() }
}

/// An object of which only the name is known.
fn named(kind: Kind, name: &str) -> Vec<u8> {
    kind.info().at.name.iter().rev().fold(name.as_bytes().to_vec(), |inner, number| {
        let mut outer = Vec::new();
        wire::put_bytes(&mut outer, *number, &inner);
        outer
    })
}
