//! Joins blocks that always follow each other.
//!
//! Unoptimised code has a block for each call and each step of a match, most of them entered from
//! one place only. Joined, they cost the machine no jump, and its analyses fewer blocks.
//!
//! # Invariants
//!
//! - The instructions of every path stay the same but for jumps without copies.
//! - Block 0 stays the entry, and no block is left that nothing leads to.

use crate::program::{Block, BlockId, Instruction};

/// Appends each block to the one that alone jumps to it, leaves out those that nothing leads to, and
/// numbers the rest anew.
pub(crate) fn join_chains(blocks: &mut Vec<Block>) {
    let mut is_kept = reachable(blocks);
    let mut entries = vec![0_u32; blocks.len()];
    // The function's caller enters the first block.
    if let Some(first) = entries.first_mut() {
        *first = 1;
    }
    for (block, _) in blocks.iter().zip(&is_kept).filter(|(_, kept)| **kept) {
        for edge in block
            .instructions
            .last()
            .map_or_else(Vec::new, Instruction::edges)
        {
            entries[edge.block.index()] += 1;
        }
    }
    for index in 0..blocks.len() {
        if !is_kept[index] {
            continue;
        }
        while let Some(next) = sole_successor(&blocks[index]) {
            if entries[next] != 1 || next == index {
                break;
            }
            let appended = std::mem::take(&mut blocks[next]);
            is_kept[next] = false;
            let block = &mut blocks[index];
            block.instructions.pop();
            block.places.pop();
            block.instructions.extend(appended.instructions);
            block.places.extend(appended.places);
        }
    }
    renumber(blocks, &is_kept);
}

/// Which blocks can be reached from the first.
fn reachable(blocks: &[Block]) -> Vec<bool> {
    let mut is_reached = vec![false; blocks.len()];
    let mut pending = vec![0];
    while let Some(index) = pending.pop() {
        if std::mem::replace(&mut is_reached[index], true) {
            continue;
        }
        if let Some(last) = blocks[index].instructions.last() {
            last.for_each_edge(|edge| pending.push(edge.block.index()));
        }
    }
    is_reached
}

/// Where a block jumps to without copies.
fn sole_successor(block: &Block) -> Option<usize> {
    match block.instructions.last() {
        Some(Instruction::Jump(edge)) if edge.copies.is_empty() => Some(edge.block.index()),
        _ => None,
    }
}

/// Removes the blocks that are not kept.
fn renumber(blocks: &mut Vec<Block>, is_kept: &[bool]) {
    let mut next = 0;
    let numbers: Vec<BlockId> = is_kept
        .iter()
        .map(|kept| {
            let number = BlockId(next);
            next += u32::from(*kept);
            number
        })
        .collect();
    let mut position = 0;
    blocks.retain(|_| {
        position += 1;
        is_kept[position - 1]
    });
    for block in blocks {
        if let Some(last) = block.instructions.last_mut() {
            retarget(last, &numbers);
        }
    }
}

fn retarget(terminator: &mut Instruction, numbers: &[BlockId]) {
    let rename = |block: &mut BlockId| *block = numbers[block.index()];
    match terminator {
        Instruction::Jump(edge) => rename(&mut edge.block),
        Instruction::Branch {
            then, otherwise, ..
        } => {
            rename(&mut then.block);
            rename(&mut otherwise.block);
        }
        Instruction::Switch { cases, default, .. } => {
            cases
                .iter_mut()
                .for_each(|(_, edge)| rename(&mut edge.block));
            rename(&mut default.block);
        }
        Instruction::Invoke { normal, unwind, .. } => {
            rename(&mut normal.block);
            rename(&mut unwind.block);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::join_chains;
    use crate::program::{Block, BlockId, Edge, Instruction, Operand, PlaceId, Register};

    fn edge(block: u32) -> Edge {
        Edge {
            block: BlockId(block),
            copies: Box::default(),
        }
    }

    /// Blocks that each begin with a fence; no target is a return, one a jump, two a branch.
    fn blocks(targets: &[&[u32]]) -> Vec<Block> {
        let end = |targets: &[u32]| match targets {
            [] => Instruction::Return {
                values: Box::default(),
            },
            [one] => Instruction::Jump(edge(*one)),
            [then, otherwise, ..] => Instruction::Branch {
                condition: Operand::Word(0),
                then: edge(*then),
                otherwise: edge(*otherwise),
            },
        };
        let fence = || Instruction::Fence {
            ordering: crate::program::Ordering::Relaxed,
        };
        let block = |targets: &&[u32]| Block {
            instructions: vec![fence(), end(targets)],
            places: vec![PlaceId(0); 2],
            meets_at: None,
        };
        targets.iter().map(block).collect()
    }

    /// The number of instructions and the targets of each block.
    fn check(targets: &[&[u32]], expected: &[(usize, &[u32])]) {
        let mut joined = blocks(targets);
        join_chains(&mut joined);
        let found: Vec<(usize, Vec<u32>)> = joined
            .iter()
            .map(|block| {
                let edges = block.instructions.last().expect("it ends").edges();
                let targets = edges.iter().map(|edge| edge.block.0).collect();
                (block.instructions.len(), targets)
            })
            .collect();
        let found: Vec<(usize, &[u32])> = found
            .iter()
            .map(|(count, targets)| (*count, targets.as_slice()))
            .collect();
        assert_eq!(found, expected, "{targets:?}");
        assert!(
            joined
                .iter()
                .all(|block| block.places.len() == block.instructions.len())
        );
    }

    #[test]
    fn a_chain_becomes_one_block() {
        check(&[&[1], &[2], &[]], &[(4, &[])]);
        check(&[&[2], &[], &[1]], &[(4, &[])]);
    }

    #[test]
    fn a_meeting_block_stays() {
        check(
            &[&[1, 2], &[3], &[3], &[]],
            &[(2, &[1, 2]), (2, &[3]), (2, &[3]), (2, &[])],
        );
    }

    #[test]
    fn a_loop_keeps_its_head() {
        check(
            &[&[1], &[2, 3], &[1], &[]],
            &[(2, &[1]), (2, &[2, 3]), (2, &[1]), (2, &[])],
        );
        check(&[&[1], &[1]], &[(2, &[1]), (2, &[1])]);
        check(&[&[0]], &[(2, &[0])]);
        check(&[&[1], &[0]], &[(3, &[0])]);
    }

    #[test]
    fn what_nothing_leads_to_is_left_out() {
        check(&[&[2], &[2], &[]], &[(3, &[])]);
        check(&[&[], &[2], &[1]], &[(2, &[])]);
    }

    #[test]
    fn a_jump_with_copies_stays() {
        let mut two = blocks(&[&[1], &[]]);
        two[0].instructions[1] = Instruction::Jump(Edge {
            block: BlockId(1),
            copies: Box::new([(Register(0), Operand::Word(1))]),
        });
        join_chains(&mut two);
        assert_eq!(two.len(), 2);
    }
}
