//! What a filter can ask about: fields with texts, times, and properties, each a line.

use crate::catalog::{
    Column, Entry,
    collection::Subject,
    materialization::{Freshness, freshness},
    references, value_type_name,
};
use crate::{kind::Kind, schema, time::Timestamp};

/// Gets the texts of a field until it says `true`, which is then the answer.
pub(super) type Look<'l> = &'l mut dyn FnMut(&str) -> bool;

/// A field with any number of texts.
#[derive(Debug)]
pub(super) struct TextField {
    pub(super) name: &'static str,
    /// In a suggestion: what it is.
    pub(super) label: &'static str,
    /// Whether `:` already means the whole text: names of types are part of each other.
    pub(super) whole: bool,
    pub(super) texts: fn(&Subject<'_>, Look<'_>) -> bool,
}

/// A field with a time.
#[derive(Debug)]
pub(super) struct TimeField {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) time: fn(&Subject<'_>) -> Option<i64>,
}

/// What a thing is or is not.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) holds: fn(&Subject<'_>) -> bool,
}

pub(super) const TAG: &str = "tag";

pub(super) static TEXTS: [TextField; 13] = [
    part("name", "name", |s, look| look(s.name())),
    part("description", "description", |s, look| look(s.description())),
    part("owner", "owner", |s, look| look(s.entry.parts().owner())),
    whole("project", "project", |s, look| look(s.entry.project)),
    part("entity", "entity that it uses", |s, look| s.entry.parts().entities().any(look)),
    part("source", "data source that it uses", |s, look| {
        s.entry
            .parts()
            .sources()
            .any(|source| look(source.name()) || source.parts().sources().any(|inner| look(inner.name())))
    }),
    part("view", "feature view that it uses or belongs to", |s, look| match (&s.feature, s.entry.parts()) {
        (Some(_), _) => look(s.entry.name),
        (None, parts) => {
            let of_dataset = parts.texts(if s.entry.kind == Kind::SavedDataset { &[1, 3] } else { &[] });
            parts.projections().any(|projection| look(projection.view()))
                || parts.source_views().any(&mut *look)
                || of_dataset.filter_map(|text| text.split_once(':')).any(|(view, _)| look(view))
        }
    }),
    part("service", "feature service that uses it", |s, look| {
        let users = s.catalog.references().used_by(s.entry.id.into());
        let mut services = users
            .filter_map(|(node, _)| s.catalog.references().object(s.catalog, node))
            .map(|user| s.catalog.entry(user))
            .filter(|user| user.kind == Kind::FeatureService);
        let takes = |user: &Entry<'_>| {
            s.feature.is_none_or(|feature| references::taken(user, s.entry.name).contains(&feature.name()))
        };
        services.any(|user| look(user.name) && takes(&user))
            || s.entry.kind == Kind::SavedDataset && look(s.entry.parts().text(&[1, 8]))
    }),
    part("feature", "feature that it has", |s, look| match &s.feature {
        Some(feature) => look(feature.name()),
        None => {
            let parts = s.entry.parts();
            parts.features().any(|column| look(column.name()))
                || parts.projections().any(|part| part.features().any(|column| look(column.name())))
        }
    }),
    whole("kind", "kind", |s, look| look(s.entry.kind.info().name)),
    whole("type", "type of value or source", |s, look| {
        let parts = s.entry.parts();
        match (&s.feature, s.entry.kind) {
            (Some(feature), _) => look(&feature.type_name()),
            (None, Kind::Entity) => look(&value_type_name(parts.number(&[1, 2]) as i32)),
            (None, _) => {
                let types = &schema::FEAST_CORE_DATASOURCE_SOURCETYPE;
                match parts.source() {
                    Some(source) => look(&types.text(source.source_type())),
                    None => {
                        parts.sources().any(|source| look(&types.text(source.source_type())))
                            || parts.features().any(|column| look(&column.type_name()))
                    }
                }
            }
        }
    }),
    whole("state", "state", |s, look| {
        let states = &schema::FEAST_CORE_FEATUREVIEWSTATE;
        s.entry.kind.is_view() && look(&states.text(s.entry.parts().state()))
    }),
    whole("action", "action that it permits", |s, look| {
        let actions = &schema::FEAST_CORE_PERMISSIONSPEC_AUTHZEDACTION;
        s.entry.parts().actions().any(|action| look(&actions.text(action)))
    }),
];

pub(super) static TIMES: [TimeField; 3] = [
    TimeField {
        name: "updated",
        label: "when it last changed",
        time: |s| s.entry.parts().last_updated().map(Timestamp::millis),
    },
    TimeField {
        name: "created",
        label: "when it was created",
        time: |s| s.entry.parts().created().map(Timestamp::millis),
    },
    TimeField {
        name: "materialized",
        label: "until when it is materialized",
        time: |s| s.entry.parts().intervals().map(|(_, end)| end.millis()).max(),
    },
];

pub(super) static PROPERTIES: [Property; 9] = [
    is("stale", "older than its TTL, or never materialized", |s| {
        matches!(freshness(&s.entry.parts(), s.now), Some(Freshness::Stale | Freshness::Never))
    }),
    is("online", "served online", |s| s.entry.parts().is_online()),
    is("offline", "written to the offline store", |s| s.entry.parts().is_offline()),
    is("disabled", "disabled", |s| s.entry.parts().is_disabled()),
    is("undocumented", "without a description", |s| s.description().is_empty()),
    is("unowned", "without an owner", |s| s.entry.parts().owner().is_empty()),
    is("unused", "used by nothing else", |s| match &s.feature {
        Some(feature) => s.catalog.feature_used_by(s.entry.id, feature.name()).next().is_none(),
        None => s.catalog.references().used_by(s.entry.id.into()).len() == 0,
    }),
    is("damaged", "cannot be read", |s| s.entry.is_damaged),
    is("materialized", "materialized at least once", |s| s.entry.parts().intervals().next().is_some()),
];

const fn part(
    name: &'static str,
    label: &'static str,
    texts: fn(&Subject<'_>, Look<'_>) -> bool,
) -> TextField {
    TextField { name, label, whole: false, texts }
}

const fn whole(
    name: &'static str,
    label: &'static str,
    texts: fn(&Subject<'_>, Look<'_>) -> bool,
) -> TextField {
    TextField { name, label, whole: true, texts }
}

const fn is(name: &'static str, label: &'static str, holds: fn(&Subject<'_>) -> bool) -> Property {
    Property { name, label, holds }
}

/// The texts that plain words are looked for in.
pub(super) fn any_text(subject: &Subject<'_>, look: Look<'_>) -> bool {
    let parts = subject.entry.parts();
    look(subject.name())
        || look(subject.description())
        || look(parts.owner())
        || any_tag(subject, &mut |key, value| look(key) || look(value))
        || match &subject.feature {
            Some(feature) => look(subject.entry.name) || look(&feature.type_name()),
            None => parts.features().any(|column| look(column.name())),
        }
}

/// The tags of a thing; of a feature, those of its view too.
pub(super) fn any_tag(subject: &Subject<'_>, look: &mut dyn FnMut(&str, &str) -> bool) -> bool {
    let own = |feature: &Column<'_>, look: &mut dyn FnMut(&str, &str) -> bool| {
        feature.tags().any(|(key, value)| look(key, value))
    };
    subject.feature.as_ref().is_some_and(|feature| own(feature, look))
        || subject.entry.parts().tags().any(|(key, value)| look(key, value))
}
