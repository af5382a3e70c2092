//! What permissions apply to, and what they decide: pure, after Feast's rules, with one difference. Required
//! tags are enforced; Feast stores them and lets every object pass.
//!
//! - A project without any permission is open to every user who has a name.
//! - A permission applies to an object whose kind is one of its types, whose whole name one of its patterns
//!   matches, if it has any, and which carries all its required tags.
//! - Of the permissions that apply and grant all the actions asked for, one whose policy accepts the user is
//!   enough. Actions of several permissions do not add up.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};

use regex_automata::{
    Input,
    nfa::thompson::{self, pikevm::PikeVM},
};
use regex_syntax::hir::{Hir, Look};

use super::Parts;
use crate::{compact, kind::Kind, schema, wire::Payload};

/// Patterns that take more memory than this, in bytes, are not understood.
const PATTERN_LIMIT: usize = 1 << 17;

/// A permission, ready to be asked.
#[derive(Debug)]
pub struct Permission<'a> {
    /// Its name.
    pub name: &'a str,
    /// The actions that it grants, as numbers of `AuthzedAction`.
    pub actions: Vec<i32>,
    /// The types that it is about, as numbers of `Type`; none for all.
    pub types: Vec<i32>,
    /// The patterns of names; none for every name.
    pub patterns: Vec<Pattern<'a>>,
    /// The tags that an object has to carry.
    pub required_tags: Vec<(&'a str, &'a str)>,
    /// Whom it accepts.
    pub policy: Policy<'a>,
}

/// A Python regular expression for whole names.
#[derive(Debug)]
pub struct Pattern<'a> {
    /// As it was written.
    pub text: &'a str,
    /// Backreferences and lookarounds, which Python has, are not understood: such a pattern matches nothing.
    machine: Result<PikeVM, String>,
}

/// Whom a permission accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy<'a> {
    /// `RoleBased`, `GroupBased`, `NamespaceBased` or `Combined`; empty where there is none, which accepts all;
    /// `Unknown`, of a newer Feast, which accepts nobody.
    pub kind: &'static str,
    /// Any of these roles.
    pub roles: Vec<&'a str>,
    /// Any of these groups.
    pub groups: Vec<&'a str>,
    /// Any of these namespaces.
    pub namespaces: Vec<&'a str>,
}

/// What is to be done, by its number in `AuthzedAction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum Action {
    Create = 0,
    Describe = 1,
    Update = 2,
    Delete = 3,
    ReadOnline = 4,
    ReadOffline = 5,
    WriteOnline = 6,
    WriteOffline = 7,
}

impl Action {
    /// The name that Feast has for it: `DESCRIBE`.
    pub fn name(self) -> Cow<'static, str> {
        schema::FEAST_CORE_PERMISSIONSPEC_AUTHZEDACTION.text(self as i32)
    }
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is its own description")]
pub struct User {
    pub name: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub namespaces: Vec<String>,
}

/// Why an action is not permitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// No permission in the project, and a user without a name.
    #[error("there are no permissions, and the user has no name")]
    Nameless,
    /// No permission applies to the object and grants all the actions.
    #[error("no permission grants {actions} on {kind} `{name}`")]
    Ungranted {
        /// The actions, by name.
        actions: String,
        /// The object's kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// The policies of the permissions that would grant it refuse the user.
    #[error("permission `{}` requires {requires}", permissions.join("`, `"))]
    Refused {
        /// These permissions.
        permissions: Vec<String>,
        /// What would be accepted.
        requires: String,
    },
}

/// Decides whether a user may do all of `actions` to an object, by all the permissions of its project.
pub fn decide(
    permissions: &[Permission<'_>],
    user: &User,
    object: &Parts<'_>,
    actions: &[Action],
) -> Result<(), Denial> {
    if permissions.is_empty() {
        return if user.name.is_empty() { Err(Denial::Nameless) } else { Ok(()) };
    }
    let grants = |permission: &&Permission<'_>| {
        actions.iter().all(|action| permission.actions.contains(&(*action as i32)))
            && permission.applies_to(object)
    };
    let granting: Vec<&Permission<'_>> = permissions.iter().filter(grants).collect();
    if granting.iter().any(|permission| permission.policy.accepts(user)) {
        return Ok(());
    }
    if granting.is_empty() {
        let actions: Vec<Cow<'_, str>> = actions.iter().map(|action| action.name()).collect();
        let name = object.name().to_string();
        return Err(Denial::Ungranted { actions: actions.join(", "), kind: object.kind(), name });
    }
    let requires: Vec<String> =
        granting.iter().map(|permission| permission.policy.accepted().join(" or ")).collect();
    Err(Denial::Refused {
        permissions: granting.iter().map(|permission| permission.name.to_string()).collect(),
        requires: requires.join("; "),
    })
}

impl<'a> Permission<'a> {
    /// A permission that cannot be read: it is there, and grants nothing.
    pub fn unreadable(name: &'a str) -> Self {
        let (actions, types, patterns, required_tags) = Default::default();
        Permission { name, actions, types, patterns, required_tags, policy: Policy::default() }
    }

    /// Reads a permission.
    pub fn read(parts: &Parts<'a>) -> Self {
        Permission {
            name: parts.name(),
            actions: parts.actions().collect(),
            types: parts.permission_types().collect(),
            patterns: parts.name_patterns().map(Pattern::new).collect(),
            required_tags: parts.required_tags().map(|(key, value)| (key.trim(), value.trim())).collect(),
            policy: Policy::read(parts),
        }
    }

    /// Whether it is about an object.
    pub fn applies_to(&self, object: &Parts<'_>) -> bool {
        self.why(object).is_some()
    }

    /// By what it is about an object, or `None` where it is not.
    pub fn why(&self, object: &Parts<'_>) -> Option<String> {
        let mut reasons = Vec::new();
        if self.types.is_empty() {
            reasons.push("all types".to_string());
        } else {
            let found = self.types.iter().find(|number| is_of_type(object, **number))?;
            reasons.push(format!("type {}", schema::FEAST_CORE_PERMISSIONSPEC_TYPE.text(*found)));
        }
        if !self.patterns.is_empty() {
            let found = self.patterns.iter().find(|pattern| pattern.matches(object.name()))?;
            reasons.push(format!("name matches `{}`", found.text));
        }
        if !self.required_tags.is_empty() {
            let tags = compact::map(object.tags());
            for (key, value) in &self.required_tags {
                tags.get(key).filter(|found| *found == value)?;
                reasons.push(format!("tag {key}={value}"));
            }
        }
        Some(reasons.join(", "))
    }
}

/// The kinds of object that each type of permission covers, by the type's number.
static TYPES: [(i32, &[Kind]); 12] = [
    (0, &[Kind::FeatureView, Kind::StreamFeatureView]),
    (1, &[Kind::OnDemandFeatureView]),
    (BATCH_FEATURE_VIEW, &[Kind::FeatureView]),
    (3, &[Kind::StreamFeatureView]),
    (4, &[Kind::Entity]),
    (5, &[Kind::FeatureService]),
    (6, &[Kind::DataSource]),
    (7, &[Kind::ValidationReference]),
    (8, &[Kind::SavedDataset]),
    (9, &[Kind::Permission]),
    (10, &[Kind::Project]),
    (11, &[Kind::LabelView]),
];
const BATCH_FEATURE_VIEW: i32 = 2;

fn is_of_type(object: &Parts<'_>, number: i32) -> bool {
    let covers = |(known, kinds): &(i32, &[Kind])| *known == number && kinds.contains(&object.kind());
    TYPES.iter().any(covers) && (number != BATCH_FEATURE_VIEW || object.is_batch_view())
}

impl<'a> Pattern<'a> {
    fn new(text: &'a str) -> Self {
        // Feast strips them too.
        let text = text.trim();
        Pattern { text, machine: whole(text) }
    }

    /// Whether it matches the whole name.
    pub fn matches(&self, name: &str) -> bool {
        let Ok(machine) = &self.machine else { return false };
        machine
            .is_match(&mut machine.create_cache(), Input::new(name).anchored(regex_automata::Anchored::Yes))
    }

    /// Why it is not understood, if it is not.
    pub fn problem(&self) -> Option<&str> {
        self.machine.as_ref().err().map(String::as_str)
    }
}

/// The pattern between the beginning and the end of the text: Python's `fullmatch`.
fn whole(pattern: &str) -> Result<PikeVM, String> {
    let parsed = regex_syntax::Parser::new().parse(pattern).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        _ => "it is not understood".to_string(),
    })?;
    let whole = Hir::concat(Vec::from([Hir::look(Look::Start), parsed, Hir::look(Look::End)]));
    let config = thompson::Config::new()
        .nfa_size_limit(Some(PATTERN_LIMIT))
        .which_captures(thompson::WhichCaptures::None);
    let machine = thompson::Compiler::new().configure(config).build_from_hir(&whole);
    machine.and_then(PikeVM::new_from_nfa).map_err(|error| error.to_string())
}

impl<'a> Policy<'a> {
    fn read(parts: &Parts<'a>) -> Self {
        const POLICY: u32 = 7;
        // Of a oneof the member that comes last counts.
        let fields = parts.walk(&[1, POLICY]).filter_map(Payload::bytes).flat_map(crate::wire::fields);
        let member = fields.filter_map(Result::ok).map(|field| field.number).filter(|n| *n >= 3).last();
        let list =
            |number: u32, field: u32| -> Vec<&'a str> { parts.texts(&[1, POLICY, number, field]).collect() };
        match member {
            Some(3) => Policy { kind: "RoleBased", roles: list(3, 1), ..Policy::default() },
            Some(4) => Policy { kind: "GroupBased", groups: list(4, 1), ..Policy::default() },
            Some(5) => Policy { kind: "NamespaceBased", namespaces: list(5, 1), ..Policy::default() },
            Some(6) => {
                Policy { kind: "Combined", groups: list(6, 1), namespaces: list(6, 2), ..Policy::default() }
            }
            Some(_) => Policy { kind: "Unknown", ..Policy::default() },
            None => Policy::default(),
        }
    }

    /// Whether it accepts a user.
    pub fn accepts(&self, user: &User) -> bool {
        let any = |wanted: &[&str], has: &[String]| has.iter().any(|one| wanted.contains(&one.as_str()));
        self.kind.is_empty()
            || any(&self.roles, &user.roles)
            || any(&self.groups, &user.groups)
            || any(&self.namespaces, &user.namespaces)
    }

    /// Whom it accepts, in words.
    pub fn accepted(&self) -> Vec<String> {
        if self.kind.is_empty() {
            return Vec::from(["everyone".to_string()]);
        }
        let roles = self.roles.iter().map(|name| format!("role {name}"));
        let groups = self.groups.iter().map(|name| format!("group {name}"));
        roles.chain(groups).chain(self.namespaces.iter().map(|name| format!("namespace {name}"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names_as_in_python() {
        for (pattern, name, matches) in [
            ("fv.*", "fv1", true),
            ("fv", "fv1", false),
            ("v1", "fv1", false),
            ("a|ab", "ab", true),
            (" fv1 ", "fv1", true),
            ("FV1", "fv1", false),
            ("(?i)FV1", "fv1", true),
            (r"\w+_\d{2}", "größe_12", true),
            ("^fv1$", "fv1", true),
            (".*", "", true),
            ("", "x", false),
        ] {
            let pattern = Pattern::new(pattern);
            assert_eq!(pattern.problem(), None);
            assert_eq!(pattern.matches(name), matches, "{pattern:?} {name}");
        }
        for pattern in ["(?=x)x", r"(a)\1", "a)|(?:b", "(", "(a{999}){999}"] {
            let pattern = Pattern::new(pattern);
            assert!(pattern.problem().is_some() && !pattern.matches("x"), "{pattern:?}");
        }
    }

    #[test]
    fn every_type_of_permission_is_in_the_table() {
        let names = schema::FEAST_CORE_PERMISSIONSPEC_TYPE.values;
        assert!(names.iter().map(|(number, _)| *number).eq(TYPES.iter().map(|(number, _)| *number)));
        let batch = names.iter().find(|(_, name)| *name == "BATCH_FEATURE_VIEW");
        assert_eq!(batch.map(|(number, _)| *number), Some(BATCH_FEATURE_VIEW));
        for kind in Kind::all().filter(|kind| *kind != Kind::Infra) {
            assert!(TYPES.iter().any(|(_, kinds)| kinds.contains(&kind)), "{kind}");
        }
    }
}
