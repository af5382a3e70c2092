//! What a selection finds in a snapshot, as it would in the database.

use std::collections::BTreeSet;

use feast_registry_core::{
    kind::Kind,
    operation::Selection,
    rows::{Key, Rows},
};

use super::{
    Snapshot,
    version::{Version, VersionBytes},
};

impl Snapshot {
    /// What selections find.
    pub fn select(&self, selections: &[Selection]) -> Rows {
        let mut rows = Rows::default();
        for selection in selections {
            match selection {
                Selection::Objects { kind, project, names, updated_since } => {
                    let least = updated_since.unwrap_or(i64::MIN);
                    self.select_objects(&mut rows, *kind, project.as_deref(), names.as_deref(), least);
                }
                Selection::Versions { project, names, bytes, created_since } => {
                    let least = created_since.unwrap_or(i64::MIN);
                    self.select_versions(&mut rows, project.as_deref(), names.as_deref(), *bytes, least);
                }
                Selection::Metadata { project } => {
                    let fits = |owner: &String| project.as_ref().is_none_or(|project| project == owner);
                    let entries = self.metadata().iter().filter(|((owner, _), _)| fits(owner));
                    rows.metadata.extend(entries.map(|(entry, value)| (entry.clone(), value.clone())));
                }
            }
        }
        rows
    }

    fn select_objects(
        &self,
        rows: &mut Rows,
        kind: Kind,
        project: Option<&str>,
        names: Option<&BTreeSet<String>>,
        least: i64,
    ) {
        let found = |key: &Key| self.object(key).filter(|row| row.last_updated >= least);
        match (project, names) {
            (Some(project), Some(names)) => {
                // The project of a project is its name.
                let owner = |name: &String| if kind == Kind::Project { name.clone() } else { project.into() };
                let keys = names.iter().map(|name| Key::new(kind, owner(name), name.clone()));
                rows.objects.extend(keys.filter_map(|key| {
                    let row = found(&key)?.as_ref().clone();
                    Some((key, row))
                }));
            }
            (Some(project), None) => {
                let all = self.of_project(kind, project).filter(|(_, row)| row.last_updated >= least);
                rows.objects.extend(all.map(|(key, row)| (key.clone(), row.as_ref().clone())));
            }
            (None, names) => {
                let fits = |key: &Key| names.is_none_or(|names| names.contains(&key.name));
                let all = self.of_kind(kind).filter(|(key, row)| fits(key) && row.last_updated >= least);
                rows.objects.extend(all.map(|(key, row)| (key.clone(), row.as_ref().clone())));
            }
        }
    }

    fn select_versions(
        &self,
        rows: &mut Rows,
        project: Option<&str>,
        names: Option<&BTreeSet<String>>,
        bytes: bool,
        least: i64,
    ) {
        for (key, row) in self.versions() {
            let fits = project.is_none_or(|project| *project == *key.project)
                && names.is_none_or(|names| names.contains(&key.view))
                && row.created >= least;
            if fits {
                let own = |held: VersionBytes| if bytes { held.into_owned() } else { Vec::new() };
                let row = Version::clone(row).map_bytes(own);
                let view = (key.project.clone(), key.view.clone());
                rows.versions.entry(view).or_default().insert(key.number, row);
            }
        }
    }
}
