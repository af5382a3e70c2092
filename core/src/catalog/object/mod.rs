//! Everything about one object, for its page.

mod code;
mod columns;
mod facts;
mod sources;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::Serialize;

pub(super) use code::code;
pub use code::{Aggregation, CodePart};
pub(super) use columns::join_key;
pub use columns::{ColumnRole, EntityUse, ProjectedFeature, ProjectionPart, SchemaField, Vector};
pub use facts::{Fact, FactKind};
pub use sources::{SourcePart, SourceRole};

use super::{
    Catalog, Entry, Freshness, Materialization, Problem, Ref, Thing, freshness,
    health::{Finding, SeverityCounts},
    materialization,
    materialization::materializes,
    permissions::Permission,
    references::Use,
    snippets::{Snippet, snippets},
};
use crate::{kind::Kind, message, schema, time::Timestamp, version::Version, wire::Payload};

/// The page of an object.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectPage {
    /// What it is.
    #[serde(rename = "ref")]
    pub object: Ref,
    /// Its description.
    pub description: String,
    /// Its owner.
    pub owner: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// When it was first applied.
    pub created: Option<i64>,
    /// When it last changed.
    pub last_updated: Option<i64>,
    /// Why it cannot be read; then the rest is what can be made out.
    pub damage: Option<Damage>,
    /// How long its message is.
    pub bytes: usize,
    /// Its short values.
    pub facts: Vec<Fact>,
    /// Views: whether it is alive.
    pub alive: Option<Alive>,
    /// Views and services: the columns.
    pub schema: Option<Vec<SchemaField>>,
    /// Views: the entities.
    pub entities: Option<Vec<EntityUse>>,
    /// Views: what they read; a data source: itself.
    pub sources: Option<Vec<SourcePart>>,
    /// Functions and the like.
    pub code: Vec<CodePart>,
    /// Aggregations.
    pub aggregations: Vec<Aggregation>,
    /// Services and on-demand views: what they read of views.
    pub projections: Option<Vec<ProjectionPart>>,
    /// What is materialized.
    pub materialization: Option<Materialization>,
    /// Views: which version is in force.
    pub version: Option<VersionState>,
    /// What it uses, the first of them.
    pub uses: Vec<Use>,
    /// How many that are.
    pub uses_total: usize,
    /// What uses it, the first of them.
    pub used_by: Vec<Use>,
    /// How many that are.
    pub used_by_total: usize,
    /// The permissions that apply to it.
    pub permissions: Vec<PermissionUse>,
    /// A permission's own.
    pub policy: Option<PolicyPart>,
    /// What a permission applies to, the first of them.
    pub applies: Option<Vec<Applied>>,
    /// How many that are.
    pub applies_total: Option<usize>,
    /// What looks wrong with it.
    pub findings: Vec<Finding>,
    /// How to use it from elsewhere.
    pub snippets: Vec<Snippet>,
    /// What users attached to it.
    pub user_metadata: Option<UserMetadata>,
}

/// Bytes that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// What is wrong with them.
    pub message: String,
    /// The first of them.
    pub hex: String,
}

/// Whether a view is alive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alive {
    /// Until when it is materialized.
    pub last_materialized: Option<i64>,
    /// For how many seconds values are served; `None` for ever.
    pub ttl: Option<i64>,
    /// How many seconds ago that was; less than none for the future.
    pub lag: Option<i64>,
    /// Whether its values are older than that, or it is served without any.
    pub is_stale: bool,
    /// How many objects use it.
    pub consumers: usize,
    /// What looks wrong.
    pub health: SeverityCounts,
}

/// Which version of a view is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionState {
    /// Its number, if Feast tells.
    pub current: Option<i32>,
    /// What the definition asks for; empty or `latest` for the latest.
    pub declared: String,
    /// How many are recorded.
    pub count: usize,
    /// The view's state.
    pub state: String,
}

/// A permission that applies to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PermissionUse {
    /// The permission.
    #[serde(rename = "ref")]
    pub permission: Ref,
    /// What it grants.
    pub actions: Vec<String>,
    /// To whom.
    pub who: Vec<String>,
    /// By what it applies.
    pub why: String,
}

/// A permission's own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub struct PolicyPart {
    pub kind: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub namespaces: Vec<String>,
    pub actions: Vec<String>,
    pub types: Vec<String>,
    pub name_patterns: Vec<String>,
    pub required_tags: Vec<(String, String)>,
}

/// An object that a permission applies to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The object.
    #[serde(rename = "ref")]
    pub object: Ref,
}

/// What users attached to a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserMetadata {
    /// How long it is.
    pub bytes: usize,
    /// The text, if it is one.
    pub text: Option<String>,
}

/// So many objects are listed on a page; the rest is counted.
const LISTED: usize = 500;

impl Catalog<'_> {
    /// The page of an object, as of `now`.
    pub fn object(&self, object: &Ref, now: i64) -> Result<ObjectPage, Problem> {
        let entry = self.find_object(object)?;
        let parts = entry.parts();
        let millis = |time: Option<Timestamp>| time.map(Timestamp::millis);
        let findings = self.findings(entry.id, now);
        let (uses, used_by) = (self.uses(entry.id), self.used_by(entry.id));
        let (uses_total, used_by_total) = (uses.len(), used_by.len());
        let applied = self.applied(&entry);
        Ok(ObjectPage {
            object: Ref::of(&entry),
            description: parts.description().into(),
            owner: parts.owner().into(),
            tags: parts.tags().map(|(key, value)| (key.into(), value.into())).collect(),
            created: millis(parts.created()),
            last_updated: millis(parts.last_updated()),
            damage: damage(&entry),
            bytes: entry.bytes.len(),
            facts: object_facts(&entry),
            alive: alive(&entry, now, used_by_total, &findings),
            schema: columns::schema(self, &entry),
            entities: columns::entities(self, &entry),
            sources: sources::sources(self, &entry),
            code: code(&parts),
            aggregations: parts.aggregations(),
            projections: columns::projections(self, &entry),
            materialization: materialization(&entry, now),
            version: self.version_state(&entry),
            uses: uses.take(LISTED).collect(),
            uses_total,
            used_by: used_by.take(LISTED).collect(),
            used_by_total,
            permissions: self.permissions_of(&entry),
            policy: policy(&entry),
            applies_total: applied.as_ref().map(Vec::len),
            applies: applied.map(|applied| applied.into_iter().take(LISTED).collect()),
            findings,
            snippets: snippets(self, &entry, None),
            user_metadata: self.user_metadata(entry.id).map(|bytes| UserMetadata {
                bytes: bytes.len(),
                text: core::str::from_utf8(bytes).ok().map(String::from),
            }),
        })
    }

    /// The object that is meant, or the problem that it is not there.
    pub(super) fn find_object(&self, object: &Ref) -> Result<Entry<'_>, Problem> {
        let found = match object.kind {
            Thing::Object(kind) => self.find(kind, &object.project, &object.name),
            Thing::Feature => None,
        };
        found.ok_or_else(|| not_found(object))
    }

    fn version_state(&self, entry: &Entry<'_>) -> Option<VersionState> {
        if !entry.kind.is_view() {
            return None;
        }
        let parts = entry.parts();
        let number = parts.version_number();
        // 0 is a number only where the definition asks for one.
        let is_latest = matches!(Version::parse(parts.version()), Ok(Version::Latest));
        Some(VersionState {
            current: Some(number).filter(|number| *number != 0 || !is_latest),
            declared: parts.version().into(),
            count: self.versions_of(entry.id).len(),
            state: schema::FEAST_CORE_FEATUREVIEWSTATE.text(parts.state()).into_owned(),
        })
    }

    fn permissions_of(&self, entry: &Entry<'_>) -> Vec<PermissionUse> {
        let in_project = self.of_kind(Kind::Permission).filter(|one| one.project_id == entry.project_id);
        let applying = in_project.filter(|one| !one.is_damaged).filter_map(|one| {
            let permission = Permission::read(&one.parts());
            let why = permission.why(&entry.parts())?;
            Some(PermissionUse {
                permission: Ref::of(&one),
                actions: action_names(&permission.actions),
                who: permission.policy.accepted(),
                why,
            })
        });
        applying.collect()
    }

    fn applied(&self, entry: &Entry<'_>) -> Option<Vec<Applied>> {
        if entry.kind != Kind::Permission {
            return None;
        }
        let permission = Permission::read(&entry.parts());
        let in_project = self.entries().filter(|one| one.project_id == entry.project_id);
        let applies = in_project.filter(|one| one.kind != Kind::Infra && permission.applies_to(&one.parts()));
        Some(applies.map(|one| Applied { object: Ref::of(&one) }).collect())
    }
}

pub(super) fn not_found(thing: &Ref) -> Problem {
    Problem::new(
        "not-found",
        format!("There is no {} {} in project {}.", thing.kind.singular(), thing.name, thing.project),
        "It may have been renamed or deleted, or belong to another project: search for its name.",
    )
}

fn action_names(numbers: &[i32]) -> Vec<String> {
    let name = |number: &i32| schema::FEAST_CORE_PERMISSIONSPEC_AUTHZEDACTION.text(*number).into_owned();
    numbers.iter().map(name).collect()
}

fn damage(entry: &Entry<'_>) -> Option<Damage> {
    if !entry.is_damaged {
        return None;
    }
    let message = match message::check(entry.kind.info().message, entry.bytes) {
        Err(error) => format!("{error}"),
        Ok(()) => "it has no name".to_string(),
    };
    Some(Damage { message, hex: hex_dump(entry.bytes.get(..DUMPED).unwrap_or(entry.bytes)) })
}

const DUMPED: usize = 512;

/// Sixteen bytes a line: where, in hexadecimal, and as ASCII.
fn hex_dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (line, bytes) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown =
            |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' };
        let text: String = bytes.iter().map(shown).collect();
        out.push_str(&format!("{:04x}  {:<47}  {text}\n", line * 16, hex.join(" ")));
    }
    out
}

/// The facts of what users declare, and of `meta` those that are measured.
fn object_facts(entry: &Entry<'_>) -> Vec<Fact> {
    let message = entry.kind.info().message;
    match message.field(1).filter(|field| field.name == "spec").and_then(|field| field.message()) {
        Some(spec) => {
            let mut found: Vec<Fact> = entry
                .parts()
                .walk(&[1])
                .filter_map(Payload::bytes)
                .last()
                .map_or_else(Vec::new, |bytes| facts::facts(spec, bytes));
            if entry.kind == Kind::SavedDataset {
                const EVENTS: [(&str, u32); 2] = [("First event", 3), ("Last event", 4)];
                for (label, number) in EVENTS {
                    let time = entry.parts().walk(&[2, number]).filter_map(Payload::bytes).last();
                    let time = time.and_then(|time| Timestamp::decode(time).ok());
                    found
                        .extend(time.map(|time| Fact::new(label, time.millis().to_string(), FactKind::Time)));
                }
            }
            found
        }
        // The rest of a data source is shown with its options.
        None if entry.kind == Kind::DataSource => {
            facts::facts(message, entry.bytes).into_iter().filter(|fact| fact.label == "Type").collect()
        }
        None => facts::facts(message, entry.bytes),
    }
}

fn alive(entry: &Entry<'_>, now: i64, consumers: usize, findings: &[Finding]) -> Option<Alive> {
    if !entry.kind.is_view() {
        return None;
    }
    let parts = entry.parts();
    let last_materialized = parts.intervals().map(|(_, end)| end.millis()).max();
    Some(Alive {
        last_materialized,
        ttl: parts.ttl(),
        lag: last_materialized.filter(|_| materializes(&parts)).map(|last| now.saturating_sub(last) / 1000),
        is_stale: matches!(freshness(&parts, now), Some(Freshness::Stale | Freshness::Never)),
        consumers,
        health: SeverityCounts::of(findings),
    })
}

fn policy(entry: &Entry<'_>) -> Option<PolicyPart> {
    if entry.kind != Kind::Permission {
        return None;
    }
    let parts = entry.parts();
    let permission = Permission::read(&parts);
    let owned = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
    let type_name = |number: &i32| schema::FEAST_CORE_PERMISSIONSPEC_TYPE.text(*number).into_owned();
    Some(PolicyPart {
        kind: permission.policy.kind.into(),
        roles: owned(&permission.policy.roles),
        groups: owned(&permission.policy.groups),
        namespaces: owned(&permission.policy.namespaces),
        actions: action_names(&permission.actions),
        types: permission.types.iter().map(type_name).collect(),
        name_patterns: permission.patterns.iter().map(|pattern| pattern.text.to_string()).collect(),
        required_tags: parts.required_tags().map(|(key, value)| (key.into(), value.into())).collect(),
    })
}
