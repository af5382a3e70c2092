//! Which of very many boxes to draw: what stands together is folded into stacks until few enough are left.
//!
//! Members stand on shelves, on a shelf in groups, in a group by name. A stack is a stretch of them; opened,
//! it falls into its groups, or into its members, or where these are too many into stretches of them.

use alloc::{
    collections::{BTreeSet, BinaryHeap},
    format,
    string::String,
    vec::Vec,
};
use core::{cmp::Reverse, ops::Range};

use crate::compact;

/// What has at most so many parts shows them all when somebody opens it, and otherwise about so many stacks.
const FEW: usize = 40;

/// Where a member stands. Members are sorted by shelf, group, and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) shelf: u32,
    pub(super) group: u32,
}

/// What to fold.
pub(super) struct Fold<'a> {
    pub(super) places: &'a [Place],
    /// The identifier of each shelf, and of each group.
    pub(super) shelves: &'a [String],
    pub(super) groups: &'a [String],
    /// The stacks that are to be open.
    pub(super) opened: &'a BTreeSet<&'a str>,
    /// How many boxes to draw at most, as far as nobody opened more.
    pub(super) most: usize,
    /// The smallest stacks that are opened of themselves while there is room.
    pub(super) depth: Depth,
}

/// How far stacks open of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Shelves stay as they are.
    Shelves,
    /// Shelves show their groups.
    Groups,
    /// Groups show their members.
    Members,
}

/// A box: a member alone, or a stack of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stack {
    /// Which members.
    pub(super) range: Range<usize>,
    /// Empty for a member alone.
    pub(super) id: String,
    /// The opened stack that it came out of.
    pub(super) parent: Option<String>,
    pub(super) level: Level,
}

/// What a stack holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Some of a shelf's groups, usually all.
    Shelf,
    /// Some of a group's members, usually all.
    Group,
    /// A stretch of a group by name.
    Stretch,
    /// One member.
    Member,
}

impl Fold<'_> {
    /// The boxes to draw.
    pub(super) fn boxes(&self) -> Vec<Stack> {
        let mut drawn: Vec<Stack> = Vec::new();
        let all = 0..self.places.len();
        let mut waiting: Vec<Stack> = runs(all, |at| self.places.get(at).map(|place| place.shelf))
            .map(|range| self.stack(range.clone(), Level::Shelf, self.shelf_id(&range), None))
            .collect();
        // Those that somebody opened come first; they need no room.
        while let Some(stack) = waiting.pop() {
            match self.opened.contains(stack.id.as_str()) && stack.level != Level::Member {
                true => waiting.extend(self.parts(&stack, FEW).1),
                false => drawn.push(stack),
            }
        }
        let mut count = drawn.len();
        let mut cheapest: BinaryHeap<Reverse<(usize, usize)>> =
            (0..drawn.len()).filter_map(|at| self.price(&drawn, at)).collect();
        let mut replaced = BTreeSet::new();
        while let Some(Reverse((parts, at))) = cheapest.pop() {
            if count - 1 + parts > self.most {
                break;
            }
            let Some(stack) = drawn.get(at).cloned() else { continue };
            let first = drawn.len();
            // Nobody opened it, so that it cannot be closed either.
            let parent = stack.parent.clone();
            let (_, opened) = self.parts(&stack, self.at_once(&stack));
            drawn.extend(opened.into_iter().map(|part| Stack { parent: parent.clone(), ..part }));
            cheapest.extend((first..drawn.len()).filter_map(|at| self.price(&drawn, at)));
            replaced.insert(at);
            count += parts - 1;
        }
        let kept = drawn.into_iter().enumerate().filter(|(at, _)| !replaced.contains(at));
        let mut boxes: Vec<Stack> = kept.map(|(_, stack)| stack).collect();
        compact::sort_by_key(&mut boxes, |stack| stack.range.start);
        boxes
    }

    /// Into how many parts a stack that may open of itself would fall.
    fn price(&self, drawn: &[Stack], at: usize) -> Option<Reverse<(usize, usize)>> {
        let stack = drawn.get(at)?;
        let (level, parts) = self.parts(stack, self.at_once(stack));
        let may = match level {
            Level::Shelf | Level::Stretch => false,
            Level::Group => self.depth >= Depth::Groups,
            Level::Member => self.depth == Depth::Members && !parts.is_empty(),
        };
        may.then_some(Reverse((parts.len(), at)))
    }

    /// How many parts a stack may fall into of itself: as many as there is room for, but a stretch of a stack that
    /// somebody opened, which looks like its neighbours, only few.
    fn at_once(&self, stack: &Stack) -> usize {
        if stack.level == Level::Stretch { FEW } else { self.most.max(FEW) }
    }

    /// The parts of a stack, and what they are, though some may have but one member; none of a member alone. Are
    /// there more than `few`, they are joined.
    fn parts(&self, stack: &Stack, few: usize) -> (Level, Vec<Stack>) {
        let parent = Some(stack.id.clone());
        if stack.level == Level::Member {
            return (Level::Member, Vec::new());
        }
        if stack.level == Level::Shelf {
            let group = |at: usize| self.places.get(at).map(|place| place.group);
            let groups: Vec<Range<usize>> = runs(stack.range.clone(), group).collect();
            if groups.len() > few {
                let joined = groups.chunks(share(groups.len())).enumerate().filter_map(|(number, part)| {
                    let range = part.first()?.start..part.last()?.end;
                    Some(self.stack(range, Level::Shelf, format!("{}/~{number}", stack.id), parent.clone()))
                });
                return (Level::Shelf, joined.collect());
            }
            if groups.len() > 1 {
                let group = |range: Range<usize>| {
                    let id = format!("{}/{}", stack.id, self.group_id(&range));
                    self.stack(range, Level::Group, id, parent.clone())
                };
                return (Level::Group, groups.into_iter().map(group).collect());
            }
        }
        let length = stack.range.len();
        let (level, size) = if length > few { (Level::Stretch, share(length)) } else { (Level::Member, 1) };
        let part = |(number, start): (usize, usize)| {
            let range = start..(start + size).min(stack.range.end);
            self.stack(range, Level::Stretch, format!("{}/{number}", stack.id), parent.clone())
        };
        (level, stack.range.clone().step_by(size).enumerate().map(part).collect())
    }

    fn stack(&self, range: Range<usize>, level: Level, id: String, parent: Option<String>) -> Stack {
        match range.len() {
            1 => Stack { range, level: Level::Member, id: String::new(), parent },
            _ => Stack { range, level, id, parent },
        }
    }

    fn shelf_id(&self, range: &Range<usize>) -> String {
        let shelf = self.places.get(range.start).map_or(0, |place| place.shelf);
        self.shelves.get(shelf as usize).cloned().unwrap_or_default()
    }

    fn group_id(&self, range: &Range<usize>) -> String {
        let group = self.places.get(range.start).map_or(0, |place| place.group);
        self.groups.get(group as usize).cloned().unwrap_or_default()
    }
}

/// How many of so many parts go into one stack.
fn share(parts: usize) -> usize {
    FEW.max(parts.div_ceil(FEW))
}

/// Stretches of equal keys.
fn runs<K: PartialEq>(range: Range<usize>, key: impl Fn(usize) -> K) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    core::iter::from_fn(move || {
        let first = (start < range.end).then(|| key(start))?;
        let end = (start..range.end).find(|at| key(*at) != first).unwrap_or(range.end);
        let run = start..end;
        start = end;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};

    /// Shelves with groups of so many members.
    fn boxes(shelves: &[&[usize]], most: usize, depth: Depth, opened: &[&str]) -> Vec<(usize, String)> {
        let mut places = vec![];
        for (shelf, groups) in (0..).zip(shelves) {
            for (group, count) in (0..).zip(*groups) {
                places.extend(vec![Place { shelf, group }; *count]);
            }
        }
        let names = |letter: char| (0..200).map(|n| format!("{letter}{n}")).collect::<Vec<_>>();
        let fold = Fold {
            places: &places,
            shelves: &names('s'),
            groups: &names('g'),
            opened: &opened.iter().copied().collect(),
            most,
            depth,
        };
        let boxes = fold.boxes();
        // Nothing is lost and nothing drawn twice.
        let covered: Vec<usize> = boxes.iter().flat_map(|stack| stack.range.clone()).collect();
        assert_eq!(covered, (0..places.len()).collect::<Vec<_>>());
        boxes.into_iter().map(|stack| (stack.range.len(), stack.id)).collect()
    }

    fn shown(shelves: &[&[usize]], most: usize, depth: Depth, opened: &[&str]) -> Vec<String> {
        let boxes = boxes(shelves, most, depth, opened);
        boxes
            .iter()
            .map(|(count, id)| if *count == 1 { "1".to_string() } else { format!("{count} {id}") })
            .collect()
    }

    #[test]
    fn small_stacks_open_while_there_is_room() {
        assert_eq!(shown(&[&[2], &[3], &[1]], 9, Depth::Members, &[]), ["1"; 6]);
        assert_eq!(shown(&[&[2], &[3], &[1]], 5, Depth::Members, &[]), ["1", "1", "3 s1", "1"]);
        assert_eq!(shown(&[&[30], &[2]], 12, Depth::Members, &[]), ["30 s0", "1", "1"]);
        assert_eq!(boxes(&[&[3_000], &[70]], 5_000, Depth::Members, &[]).len(), 3_070);
        assert_eq!(boxes(&[&[3_000], &[70]], 71, Depth::Members, &[]).len(), 71);
        assert_eq!(boxes(&[&[3_000], &[70]], 70, Depth::Members, &[]).len(), 2);
        // Groups come before members.
        assert_eq!(shown(&[&[20, 10, 1]], 9, Depth::Members, &[]), ["20 s0/g0", "10 s0/g1", "1"]);
        assert_eq!(shown(&[&[2, 3], &[2]], 99, Depth::Groups, &[]), ["2 s0/g0", "3 s0/g1", "2 s1"]);
        assert_eq!(shown(&[&[2, 3], &[2]], 99, Depth::Shelves, &[]), ["5 s0", "2 s1"]);
    }

    #[test]
    fn what_is_opened_shows_its_parts_and_never_too_many() {
        assert_eq!(shown(&[&[3, 2]], 1, Depth::Members, &["s0"]), ["3 s0/g0", "2 s0/g1"]);
        assert_eq!(shown(&[&[3, 2]], 1, Depth::Members, &["s0", "s0/g1"]), ["3 s0/g0", "1", "1"]);
        let thousands = boxes(&[&[5_000]], 1, Depth::Members, &["s0"]);
        assert_eq!((thousands.len(), &thousands[1]), (40, &(125, "s0/1".to_string())));
        let some = boxes(&[&[5_000]], 1, Depth::Members, &["s0", "s0/1"]);
        assert_eq!(some.len(), 39 + 4);
        let all = boxes(&[&[5_000]], 1, Depth::Members, &["s0", "s0/1", "s0/1/3"]);
        assert_eq!(all.len(), 39 + 3 + 5);
        // Many groups are no better than many members.
        let owners = vec![2; 200];
        assert_eq!(boxes(&[&owners], 100, Depth::Groups, &[]).len(), 1);
        assert_eq!(shown(&[&owners], 100, Depth::Groups, &["s0"])[..2], ["80 s0/~0", "80 s0/~1"]);
        assert_eq!(boxes(&[&owners], 1, Depth::Groups, &["s0", "s0/~1"]).len(), 4 + 40);
    }
}
