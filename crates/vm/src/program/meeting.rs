//! Where paths that part at a branch meet again: immediate postdominators.
//!
//! The explorer merges paths at these places. A path that ends on the way (a panic, `unreachable`, a
//! resumed unwinding) never arrives, so ends other than a normal return are left out of the graph:
//! they must not stop two surviving paths from meeting.
//!
//! # Source
//!
//! Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph with
//! one added exit. We differ in leaving out the blocks that can't reach a return.

use super::{Block, BlockId, Instruction};

/// The blocks that control can go to from the end of a block, unwinding left out.
pub fn successors(block: &Block) -> Vec<BlockId> {
    match block.instructions.last() {
        Some(Instruction::Jump(edge)) => vec![edge.block],
        Some(Instruction::Branch {
            then, otherwise, ..
        }) => vec![then.block, otherwise.block],
        Some(Instruction::Switch { cases, default, .. }) => cases
            .iter()
            .map(|(_, edge)| edge.block)
            .chain([default.block])
            .collect(),
        Some(Instruction::Invoke { normal, .. }) => vec![normal.block],
        _ => Vec::new(),
    }
}

/// Fills in [`Block::meets_at`] for all blocks of one function.
///
/// Cost: near linear in the number of edges for the graphs that compilers make.
pub fn compute_meeting_points(blocks: &mut [Block]) {
    let graph = Reversed::new(blocks);
    let immediate = graph.immediate_dominators();
    for (index, block) in blocks.iter_mut().enumerate() {
        block.meets_at = immediate[index]
            .filter(|&parent| parent != graph.exit)
            .map(|parent| BlockId(u32::try_from(parent).expect("blocks are numbered by u32")));
    }
}

/// The flow graph turned around, with one node more as its entry: the exit of the function.
struct Reversed {
    exit: usize,
    /// For each node, the nodes that it can go to forwards and that can reach a return.
    forwards: Vec<Vec<usize>>,
    /// Nodes in postorder of a walk from the exit against the flow.
    postorder: Vec<usize>,
    /// For each node, its position in `postorder`, if the walk reached it.
    position: Vec<Option<usize>>,
}

impl Reversed {
    fn new(blocks: &[Block]) -> Self {
        let exit = blocks.len();
        let mut forwards: Vec<Vec<usize>> = blocks
            .iter()
            .map(|block| successors(block).into_iter().map(BlockId::index).collect())
            .collect();
        forwards.push(Vec::new());
        for (index, block) in blocks.iter().enumerate() {
            if matches!(block.instructions.last(), Some(Instruction::Return { .. })) {
                forwards[index].push(exit);
            }
        }
        let mut backwards = vec![Vec::new(); blocks.len() + 1];
        for (from, targets) in forwards.iter().enumerate() {
            for &to in targets {
                backwards[to].push(from);
            }
        }
        let postorder = postorder(&backwards, exit);
        let mut position = vec![None; blocks.len() + 1];
        for (place, &node) in postorder.iter().enumerate() {
            position[node] = Some(place);
        }
        Self {
            exit,
            forwards,
            postorder,
            position,
        }
    }

    /// For each node its immediate dominator in the reversed graph; `None` where no return can be
    /// reached, and for the exit itself.
    fn immediate_dominators(&self) -> Vec<Option<usize>> {
        let mut immediate = vec![None; self.forwards.len()];
        immediate[self.exit] = Some(self.exit);
        let mut changed = true;
        while changed {
            changed = false;
            for &node in self
                .postorder
                .iter()
                .rev()
                .filter(|&&node| node != self.exit)
            {
                let mut best = None;
                for &next in &self.forwards[node] {
                    if immediate[next].is_some() {
                        best = Some(best.map_or(next, |b| self.intersect(&immediate, b, next)));
                    }
                }
                if immediate[node] != best {
                    immediate[node] = best;
                    changed = true;
                }
            }
        }
        immediate[self.exit] = None;
        immediate
    }

    /// The nearest common ancestor of two nodes in the dominator tree built so far.
    fn intersect(&self, immediate: &[Option<usize>], mut left: usize, mut right: usize) -> usize {
        let place = |node: usize| self.position[node].expect("the walk reached the node");
        let parent = |node: usize| immediate[node].expect("the node has been processed");
        while left != right {
            while place(left) < place(right) {
                left = parent(left);
            }
            while place(right) < place(left) {
                right = parent(right);
            }
        }
        left
    }
}

/// The nodes that can be reached from `start`, each after all that were first reached through it.
fn postorder(edges: &[Vec<usize>], start: usize) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = vec![false; edges.len()];
    seen[start] = true;
    let mut stack = vec![(start, 0)];
    while let Some((node, next)) = stack.pop() {
        match edges[node].get(next) {
            Some(&target) => {
                stack.push((node, next + 1));
                if !seen[target] {
                    seen[target] = true;
                    stack.push((target, 0));
                }
            }
            None => order.push(node),
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Edge, Operand};

    /// Blocks whose ends go to the given targets: none is a return, `[99]` is unreachable.
    fn graph(targets: &[&[u32]]) -> Vec<Block> {
        let edge = |&block: &u32| Edge {
            block: BlockId(block),
            copies: Box::new([]),
        };
        let terminator = |targets: &&[u32]| match targets {
            [] => Instruction::Return {
                values: Box::new([]),
            },
            [99] => Instruction::Unreachable,
            [one] => Instruction::Jump(edge(one)),
            [then, otherwise] => Instruction::Branch {
                condition: Operand::Word(0),
                then: edge(then),
                otherwise: edge(otherwise),
            },
            more => Instruction::Switch {
                value: Operand::Word(0),
                width_bits: 8,
                cases: more[1..]
                    .iter()
                    .map(|target| (u64::from(*target), edge(target)))
                    .collect(),
                default: Box::new(edge(&more[0])),
            },
        };
        let block = |targets| Block {
            instructions: vec![terminator(targets)],
            ..Block::default()
        };
        targets.iter().map(block).collect()
    }

    fn check(targets: &[&[u32]], expected: &[Option<u32>]) {
        let mut blocks = graph(targets);
        compute_meeting_points(&mut blocks);
        let found: Vec<Option<u32>> = blocks.iter().map(|b| b.meets_at.map(|id| id.0)).collect();
        assert_eq!(found, expected, "{targets:?}");
        assert_eq!(
            found,
            by_removal(targets),
            "the naive twin agrees on {targets:?}"
        );
    }

    /// The naive twin: `m` postdominates `b` if without `m` no return can be reached from `b`; the
    /// immediate one is postdominated by all the others.
    fn by_removal(targets: &[&[u32]]) -> Vec<Option<u32>> {
        let count = u32::try_from(targets.len()).unwrap();
        let strict = |b: u32| -> Vec<u32> {
            let reaches = |without| returns(targets, b, without, &mut vec![]);
            if !reaches(None) {
                return Vec::new();
            }
            (0..count)
                .filter(|&m| m != b && !reaches(Some(m)))
                .collect()
        };
        let immediate = |b: u32| {
            let all = strict(b);
            all.iter()
                .copied()
                .find(|&m| all.iter().all(|&o| o == m || strict(m).contains(&o)))
        };
        (0..count).map(immediate).collect()
    }

    fn returns(targets: &[&[u32]], from: u32, without: Option<u32>, seen: &mut Vec<u32>) -> bool {
        if without == Some(from) || from == 99 || seen.contains(&from) {
            return false;
        }
        seen.push(from);
        let next = targets[from as usize];
        next.is_empty() || next.iter().any(|&to| returns(targets, to, without, seen))
    }

    #[test]
    fn the_arms_of_a_diamond_meet_below_it() {
        check(
            &[&[1, 2], &[3], &[3], &[]],
            &[Some(3), Some(3), Some(3), None],
        );
    }

    #[test]
    fn an_arm_that_panics_does_not_count() {
        check(
            &[&[1, 2], &[99], &[3], &[]],
            &[Some(2), None, Some(3), None],
        );
    }

    #[test]
    fn a_loop_meets_at_its_exit() {
        check(
            &[&[1], &[2, 3], &[1], &[]],
            &[Some(1), Some(3), Some(1), None],
        );
    }

    #[test]
    fn two_returns_do_not_meet() {
        check(&[&[1, 2], &[], &[]], &[None, None, None]);
    }

    #[test]
    fn random_graphs_agree_with_the_naive_twin() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            u32::try_from(state % below).unwrap()
        };
        for _ in 0..2_000 {
            let count = 1 + u64::from(random(8));
            let targets: Vec<Vec<u32>> = (0..count)
                .map(|_| match random(6) {
                    0 => vec![],
                    1 => vec![99],
                    2 => vec![random(count)],
                    3 => vec![random(count), random(count), random(count)],
                    _ => vec![random(count), random(count)],
                })
                .collect();
            let targets: Vec<&[u32]> = targets.iter().map(Vec::as_slice).collect();
            let mut blocks = graph(&targets);
            compute_meeting_points(&mut blocks);
            let found: Vec<Option<u32>> =
                blocks.iter().map(|b| b.meets_at.map(|id| id.0)).collect();
            assert_eq!(found, by_removal(&targets), "{targets:?}");
        }
    }
}
