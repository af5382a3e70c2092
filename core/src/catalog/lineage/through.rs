//! Which shown nodes use which others by way of nodes that are hidden, and not directly.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use crate::catalog::references::{NodeId, References};

#[derive(Debug, Default)]
pub(super) struct Through {
    used: BTreeMap<NodeId, Vec<NodeId>>,
}

impl Through {
    /// `is_shown` and `is_hidden` are both false of what lies outside the picture.
    pub(super) fn find(
        references: &References,
        shown: &[NodeId],
        is_shown: impl Fn(NodeId) -> bool,
        is_hidden: impl Fn(NodeId) -> bool,
    ) -> Self {
        let uses = |node| references.uses(node).map(|(used, _)| used);
        let mut through = Through::default();
        for user in shown {
            let mut waiting: Vec<NodeId> = uses(*user).filter(|used| is_hidden(*used)).collect();
            if waiting.is_empty() {
                continue;
            }
            let directly: BTreeSet<NodeId> = uses(*user).collect();
            let mut seen: BTreeSet<NodeId> = waiting.iter().copied().collect();
            let mut found = Vec::new();
            while let Some(node) = waiting.pop() {
                for used in uses(node).filter(|used| seen.insert(*used)) {
                    if is_hidden(used) {
                        waiting.push(used);
                    } else if is_shown(used) && used != *user && !directly.contains(&used) {
                        found.push(used);
                    }
                }
            }
            through.used.insert(*user, found);
        }
        through
    }

    pub(super) fn used(&self, user: NodeId) -> &[NodeId] {
        self.used.get(&user).map_or(&[], Vec::as_slice)
    }
}
