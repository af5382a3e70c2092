//! The graph around a thing, or of a whole project: what feeds what, from sources and entities on the left
//! to those who use it on the right, folded so that it can be read.

mod draw;
mod fold;
mod layers;
mod picture;
mod select;
mod through;

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Catalog, Problem, Ref, Thing};
use picture::Picture;

/// Which graph is wanted.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineageRequest {
    /// The project's name.
    pub project: String,
    /// The thing in the middle; without it the whole project is shown.
    pub focus: Option<Ref>,
    /// How many steps to go towards what it is made of.
    pub upstream: u32,
    /// How many steps to go towards what is made of it.
    pub downstream: u32,
    /// Nothing but these kinds, and what is in the middle.
    pub kinds: Option<Vec<Thing>>,
    /// Nothing but what passes this filter sentence and what is next to it; see [`super::filter`].
    #[serde(default)]
    pub filter: String,
    /// Nothing but what this permission of the project applies to, and what is in the middle.
    #[serde(default)]
    pub permission: Option<String>,
    /// What to group by.
    pub group_by: GroupBy,
    /// By which tag, if by one.
    pub group_tag: Option<String>,
    /// How many boxes to draw at most, but for those that come out of opened stacks.
    pub max_nodes: usize,
    /// The stacks that are open, by their ids.
    pub opened: Vec<String>,
    /// The views whose features are shown, by name.
    pub expanded: Vec<String>,
    /// Show what neither uses anything nor is used, too.
    pub with_unrelated: bool,
    /// UTC epoch milliseconds.
    pub now: i64,
}

/// By what things are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum GroupBy {
    None,
    Kind,
    Tag,
    Owner,
}

/// Boxes and arrows. Arrows lead from what is used to what uses it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    /// The boxes, from left to right.
    pub nodes: Vec<GraphNode>,
    /// The arrows, those between the same boxes for the same reason taken together.
    pub edges: Vec<GraphEdge>,
    /// How many things there are, folded ones included.
    pub total_nodes: usize,
    /// How many uses there are among them.
    pub total_edges: usize,
    /// How many things are folded into stacks.
    pub folded: usize,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// What edges and requests call it.
    pub id: String,
    /// What to write on it.
    pub label: String,
    /// The thing; none for a stack of several.
    #[serde(rename = "ref")]
    pub thing: Option<Ref>,
    /// Its kind.
    pub kind: Thing,
    /// How many things it stands for.
    pub count: usize,
    /// The column that it stands in, from 0 on the left.
    pub layer: u32,
    /// It is referred to but not there.
    pub is_missing: bool,
    /// Its values are out of date; of a stack, those of one of its things.
    pub is_stale: bool,
    /// It is made of things that are not shown.
    pub has_more_upstream: bool,
    /// Things that are not shown are made of it.
    pub has_more_downstream: bool,
    /// Its owner.
    pub owner: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// A feature's view, which is among the nodes; or the opened stack that it came out of, which is not.
    pub parent: Option<String>,
}

/// An arrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GraphEdge {
    /// The box of what is used.
    pub from: String,
    /// The box of what uses it.
    pub to: String,
    /// What it is to the user.
    pub how: &'static str,
    /// How many uses it stands for.
    pub count: usize,
}

impl Catalog<'_> {
    /// The graph that is asked for.
    pub fn lineage(&self, request: &LineageRequest) -> Result<Graph, Problem> {
        let project = self.find_project(&request.project).ok_or_else(|| {
            let message = format!("The snapshot has no project `{}`.", request.project);
            Problem::new("not-found", message, "Choose one of the projects that it has.")
        })?;
        let picture = Picture::select(self, request, project)?;
        Ok(picture.drawn())
    }
}
