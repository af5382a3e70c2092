//! Edges between nodes in flat arrays, by the node that they start from.

use alloc::{vec, vec::Vec};

use super::{How, NodeId};

#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Where the edges of each node begin; one more entry says where the last one's end.
    starts: Vec<u32>,
    targets: Vec<NodeId>,
    hows: Vec<u8>,
}

impl Edges {
    /// Begins the edges of the next node.
    pub(super) fn begin(&mut self) -> usize {
        let first = self.targets.len();
        self.starts.push(u32::try_from(first).unwrap_or(u32::MAX));
        first
    }

    /// Adds an edge to those from `first` on, unless it is among them.
    pub(super) fn push(&mut self, first: usize, target: NodeId, how: How) {
        let known = self.targets.iter().zip(&self.hows).skip(first);
        // Of a node that has very many only the last are looked at, so that it takes no square of time.
        if !known.rev().take(256).any(|edge| edge == (&target, &(how as u8))) {
            self.targets.push(target);
            self.hows.push(how as u8);
        }
    }

    pub(super) fn of(
        &self,
        node: NodeId,
    ) -> impl ExactSizeIterator<Item = (NodeId, How)> + DoubleEndedIterator {
        let start = |index: usize| self.starts.get(index).map_or(0, |start| *start as usize);
        let range = start(node.index())..start(node.index() + 1);
        let targets = self.targets.get(range.clone()).unwrap_or_default();
        let hows = self.hows.get(range).unwrap_or_default();
        targets.iter().zip(hows).map(|(target, how)| (*target, How::of_number(*how)))
    }

    /// The same edges by the node that they lead to.
    pub(super) fn turned(&self, nodes: usize) -> Edges {
        let mut starts = vec![0u32; nodes + 1];
        for target in &self.targets {
            if let Some(count) = starts.get_mut(target.index() + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut targets = vec![NodeId(0); self.targets.len()];
        let mut hows = vec![0; self.hows.len()];
        for source in (0..nodes).map(NodeId::at) {
            for (target, how) in self.of(source) {
                let Some(at) = next.get_mut(target.index()) else { continue };
                if let (Some(slot), Some(how_slot)) =
                    (targets.get_mut(*at as usize), hows.get_mut(*at as usize))
                {
                    (*slot, *how_slot) = (source, how as u8);
                }
                *at += 1;
            }
        }
        Edges { starts, targets, hows }
    }
}
