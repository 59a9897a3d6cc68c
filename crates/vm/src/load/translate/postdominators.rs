//! Where paths that part at a block meet again: immediate postdominators.
//!
//! A path that panics, aborts or runs into `unreachable` never meets anything, so only edges by
//! which a function returns normally count. Blocks from which no return can be reached (landing
//! pads) meet on the way to `resume` instead.
//!
//! # Source
//!
//! Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph.

use crate::program::{Block, BlockId, Instruction};

/// Sets `meets_at` of every block.
pub(crate) fn set_meeting_blocks(blocks: &mut [Block]) {
    let successors: Vec<Vec<usize>> = blocks.iter().map(normal_successors).collect();
    let ends_by = |accepts: fn(&Instruction) -> bool| -> Vec<bool> {
        let is_end = |block: &Block| block.instructions.last().is_some_and(accepts);
        blocks.iter().map(is_end).collect()
    };
    let returns = ends_by(|last| matches!(last, Instruction::Return { .. }));
    let resumes = ends_by(|last| matches!(last, Instruction::Resume { .. }));

    let everywhere = vec![true; blocks.len()];
    let by_return = immediate_postdominators(&successors, &returns, &everywhere);
    let rest: Vec<bool> = by_return.iter().map(Option::is_none).collect();
    let by_resume = immediate_postdominators(&successors, &resumes, &rest);

    for (index, block) in blocks.iter_mut().enumerate() {
        let meeting = by_return[index].or(by_resume[index]).flatten();
        block.meets_at = meeting
            .map(|meeting| BlockId(u32::try_from(meeting).expect("blocks are numbered by u32")));
    }
}

/// The blocks that may follow when nothing unwinds.
fn normal_successors(block: &Block) -> Vec<usize> {
    match block.instructions.last() {
        Some(Instruction::Jump(edge)) => vec![edge.block.index()],
        Some(Instruction::Invoke { normal, .. }) => vec![normal.block.index()],
        Some(Instruction::Branch {
            then, otherwise, ..
        }) => {
            vec![then.block.index(), otherwise.block.index()]
        }
        Some(Instruction::Switch { cases, default, .. }) => {
            let mut all: Vec<usize> = cases.iter().map(|(_, edge)| edge.block.index()).collect();
            all.push(default.block.index());
            all.sort_unstable();
            all.dedup();
            all
        }
        _ => Vec::new(),
    }
}

/// For each block of `among` that can reach an end: its immediate postdominator, or `Some(None)`
/// when the end comes first. `None` for every other block.
fn immediate_postdominators(
    successors: &[Vec<usize>],
    is_end: &[bool],
    among: &[bool],
) -> Vec<Option<Option<usize>>> {
    let count = successors.len();
    // The node `count` is the exit, which follows every end.
    let exit = count;
    let mut predecessors = vec![Vec::new(); count + 1];
    for block in (0..count).filter(|block| among[*block]) {
        if is_end[block] {
            predecessors[exit].push(block);
        }
        for next in successors[block].iter().filter(|next| among[**next]) {
            predecessors[*next].push(block);
        }
    }
    let order = postorder(&predecessors, exit);
    let mut rank = vec![usize::MAX; count + 1];
    for (position, node) in order.iter().enumerate() {
        rank[*node] = position;
    }

    let mut dominator = vec![usize::MAX; count + 1];
    dominator[exit] = exit;
    let mut changed = true;
    while changed {
        changed = false;
        for node in order.iter().rev().copied().filter(|node| *node != exit) {
            let following = successors[node].iter().copied().filter(|next| among[*next]);
            let found = following
                .chain(is_end[node].then_some(exit))
                .filter(|next| dominator[*next] != usize::MAX)
                .reduce(|left, right| meet(left, right, &dominator, &rank))
                .expect("a node that reaches the exit has a successor that does");
            changed |= dominator[node] != found;
            dominator[node] = found;
        }
    }
    (0..count)
        .map(|block| match dominator[block] {
            usize::MAX => None,
            found if found == exit => Some(None),
            found => Some(Some(found)),
        })
        .collect()
}

/// The nearest node that dominates both.
fn meet(mut left: usize, mut right: usize, dominator: &[usize], rank: &[usize]) -> usize {
    while left != right {
        while rank[left] < rank[right] {
            left = dominator[left];
        }
        while rank[right] < rank[left] {
            right = dominator[right];
        }
    }
    left
}

/// The nodes reachable from `start`, each after all that it leads to first.
fn postorder(edges: &[Vec<usize>], start: usize) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut order = Vec::new();
    let mut stack = vec![(start, 0)];
    seen[start] = true;
    while let Some((node, next)) = stack.pop() {
        match edges[node].get(next) {
            Some(target) => {
                stack.push((node, next + 1));
                if !seen[*target] {
                    seen[*target] = true;
                    stack.push((*target, 0));
                }
            }
            None => order.push(node),
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::immediate_postdominators;

    /// Deletes each block in turn; what then cannot reach an end was postdominated by it.
    fn naive(successors: &[Vec<usize>], is_end: &[bool]) -> Vec<Option<Option<usize>>> {
        let reaches = |from: usize, without: Option<usize>| {
            let mut stack = vec![from];
            let mut seen = vec![false; successors.len()];
            while let Some(block) = stack.pop() {
                if Some(block) == without || std::mem::replace(&mut seen[block], true) {
                    continue;
                }
                if is_end[block] {
                    return true;
                }
                stack.extend(&successors[block]);
            }
            false
        };
        let dominates = |by: usize, block: usize| reaches(block, None) && !reaches(block, Some(by));
        (0..successors.len())
            .map(|block| {
                if !reaches(block, None) {
                    return None;
                }
                let strict: Vec<usize> = (0..successors.len())
                    .filter(|by| *by != block && dominates(*by, block))
                    .collect();
                // The immediate one is postdominated by all other strict ones.
                Some(strict.iter().copied().find(|candidate| {
                    strict
                        .iter()
                        .all(|other| other == candidate || dominates(*other, *candidate))
                }))
            })
            .collect()
    }

    fn check(successors: &[Vec<usize>], is_end: &[bool]) {
        let everywhere = vec![true; successors.len()];
        let found = immediate_postdominators(successors, is_end, &everywhere);
        assert_eq!(
            found,
            naive(successors, is_end),
            "{successors:?} {is_end:?}"
        );
    }

    #[test]
    fn agrees_with_the_definition_on_all_small_graphs() {
        // Four blocks, each with up to two successors; a block without successors may be an end.
        let choices: Vec<Vec<usize>> = (0..16)
            .map(|pair| vec![pair / 4, pair % 4])
            .map(|mut pair| {
                pair.dedup();
                pair
            })
            .chain([vec![]])
            .collect();
        for a in &choices {
            for b in &choices {
                for c in &choices {
                    let graph = [a.clone(), b.clone(), c.clone(), vec![]];
                    let ends: Vec<bool> = graph.iter().map(Vec::is_empty).collect();
                    check(&graph, &ends);
                    check(&graph, &[false, false, false, true]);
                }
            }
        }
    }
}
