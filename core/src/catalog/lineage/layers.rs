//! In which column of a lineage graph things stand: sources and entities on the left, then views, services
//! and datasets; within each of these, what uses something stands to the right of it.

use alloc::{collections::BTreeMap, vec, vec::Vec};

use crate::{catalog::references::NodeId, kind::Kind};

/// The stages of the way from sources to users, from left to right.
fn stage(kind: Kind) -> usize {
    match kind {
        Kind::Entity | Kind::DataSource | Kind::Project | Kind::Permission | Kind::Infra => 0,
        kind if kind.is_view() => 1,
        Kind::FeatureService => 2,
        Kind::SavedDataset => 3,
        _ => 4,
    }
}

const STAGES: usize = 5;

/// The column of each of `nodes`, from 0. `uses` gives what a node uses, as places in `nodes`.
pub(super) fn layers(
    nodes: &[NodeId],
    kind: impl Fn(NodeId) -> Kind,
    uses: impl Fn(NodeId) -> Vec<u32>,
) -> Vec<u32> {
    let stages: Vec<usize> = nodes.iter().map(|node| stage(kind(*node))).collect();
    let stage_of = |number: u32| stages.get(number as usize).copied().unwrap_or_default();
    // Uses within one stage only; all others lead from left to right anyway.
    let mut users: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut waiting_for = vec![0u32; nodes.len()];
    for (number, node) in (0u32..).zip(nodes) {
        for used in uses(*node) {
            if used != number && stage_of(used) == stage_of(number) {
                users.entry(used).or_default().push(number);
                if let Some(count) = waiting_for.get_mut(number as usize) {
                    *count += 1;
                }
            }
        }
    }
    let mut depths = vec![0u32; nodes.len()];
    let mut is_done = vec![false; nodes.len()];
    let mut ready: Vec<u32> =
        (0u32..).zip(&waiting_for).filter(|(_, count)| **count == 0).map(|(n, _)| n).collect();
    let mut next = 0;
    loop {
        let number = match ready.pop() {
            Some(number) => number,
            // What is left uses itself by way of others; one of them has to be the first.
            None => match is_done.iter().skip(next).position(|done| !done) {
                Some(offset) => {
                    next += offset;
                    next as u32
                }
                None => break,
            },
        };
        let Some(done) = is_done.get_mut(number as usize).filter(|done| !**done) else { continue };
        *done = true;
        let depth = depths.get(number as usize).copied().unwrap_or_default();
        for user in users.get(&number).into_iter().flatten() {
            if is_done.get(*user as usize) != Some(&false) {
                continue;
            }
            if let (Some(known), Some(count)) =
                (depths.get_mut(*user as usize), waiting_for.get_mut(*user as usize))
            {
                *known = (*known).max(depth + 1);
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(*user);
                }
            }
        }
    }
    let mut widths = [0u32; STAGES];
    for (depth, stage) in depths.iter().zip(&stages) {
        if let Some(width) = widths.get_mut(*stage) {
            *width = (*width).max(depth + 1);
        }
    }
    let begin = |stage: usize| -> u32 { widths.iter().take(stage).sum() };
    depths.iter().zip(&stages).map(|(depth, stage)| begin(*stage) + depth).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kinds: &[Kind], uses: &[(usize, u32)]) -> Vec<u32> {
        let nodes: Vec<NodeId> = (0..kinds.len()).map(NodeId::at).collect();
        let used =
            |node: NodeId| uses.iter().filter(move |(user, _)| *user == node.index()).map(|(_, used)| *used);
        layers(&nodes, |node| kinds[node.index()], |node| used(node).collect())
    }

    #[test]
    fn users_stand_to_the_right_of_what_they_use() {
        let kinds = [
            Kind::DataSource,
            Kind::FeatureView,
            Kind::OnDemandFeatureView,
            Kind::FeatureService,
            Kind::Entity,
        ];
        assert_eq!(of(&kinds, &[(1, 0), (1, 4), (2, 1), (3, 2), (3, 1)]), [0, 1, 2, 3, 0]);
        // The longest way counts, and a batch source stands before the push source that has it.
        let views = [Kind::FeatureView; 4];
        assert_eq!(of(&views, &[(1, 0), (2, 1), (3, 2), (3, 0)]), [0, 1, 2, 3]);
        assert_eq!(
            of(&[Kind::DataSource, Kind::DataSource, Kind::LabelView], &[(1, 0), (2, 1), (2, 0)]),
            [0, 1, 2]
        );
    }

    #[test]
    fn circles_come_to_an_end() {
        let views = [Kind::FeatureView; 3];
        assert_eq!(of(&views, &[(0, 1), (1, 2), (2, 0), (0, 0)]), [0, 2, 1]);
    }
}
