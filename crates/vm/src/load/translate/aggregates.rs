//! Parts of aggregates and vectors: mostly naming, no work.

use crate::load::llvm::{Type, Value, ValueKind};
use crate::program::{Comparison, Constant, Instruction, Operand, Scalar};

use super::function::Translator;
use super::halt::Halt;
use super::layout::field_of;

impl<'m> Translator<'_, 'm> {
    /// Where a part of an aggregate begins among its leaves, and the part's number of leaves.
    fn part(&mut self, of: Type<'m>, indices: &[u32]) -> Result<(usize, usize), Halt> {
        let mut of = of;
        let mut first = 0;
        for index in indices {
            let (before, field) = field_of(of, *index).map_err(Halt::Unsupported)?;
            first += before;
            of = field;
        }
        Ok((first, self.layout(of)?.scalars.len()))
    }

    /// Translates `extractvalue`.
    pub(super) fn extract_value(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let aggregate = value.operand(0);
        let (first, count) = self.part(aggregate.type_of(), &value.aggregate_indices())?;
        let leaves = self.leaves(aggregate)?;
        self.bind(
            value,
            leaves.as_slice()[first..first + count]
                .iter()
                .copied()
                .collect(),
        );
        Ok(())
    }

    /// Translates `insertvalue`.
    pub(super) fn insert_value(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let aggregate = value.operand(0);
        let (first, count) = self.part(aggregate.type_of(), &value.aggregate_indices())?;
        let inserted = self.leaves(value.operand(1))?;
        let mut leaves = self.leaves(aggregate)?.as_slice().to_vec();
        leaves[first..first + count].copy_from_slice(inserted.as_slice());
        self.bind(value, leaves.into_iter().collect());
        Ok(())
    }

    /// Translates `extractelement`.
    pub(super) fn extract_element(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let index = value.operand(1);
        let elements = self.leaves(value.operand(0))?;
        let scalar = self.scalars(value)?[0];
        let picked = match constant_index(index) {
            Some(lane) => match elements.as_slice().get(lane) {
                Some(element) => *element,
                None => self.poison(scalar),
            },
            None => {
                let index_bits = self.index_bits(index)?;
                let index = self.leaf(index)?;
                self.define(|result| Instruction::PickElement {
                    scalar,
                    result,
                    elements: elements.as_slice().into(),
                    index,
                    index_bits,
                })
            }
        };
        self.bind(value, [picked].into_iter().collect());
        Ok(())
    }

    /// Translates `insertelement`. A lane that is known only at run time makes every lane a choice
    /// between the new element and the old, or poison if there is no such lane.
    pub(super) fn insert_element(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let (inserted, index) = (self.leaf(value.operand(1))?, value.operand(2));
        let scalar = self.scalars(value)?[0];
        let mut elements = self.leaves(value.operand(0))?.as_slice().to_vec();
        if let Some(lane) = constant_index(index) {
            match elements.get_mut(lane) {
                Some(element) => *element = inserted,
                None => elements.fill(self.poison(scalar)),
            }
        } else {
            let index_bits = self.index_bits(index)?;
            let index = self.leaf(index)?;
            let integer = Scalar::Integer(index_bits);
            let count = Operand::Word(elements.len() as u64);
            let poison = self.poison(scalar);
            let exists = self.emit_compare(Comparison::UnsignedLess, integer, index, count);
            for (lane, element) in elements.iter_mut().enumerate() {
                let lane = Operand::Word(lane as u64);
                let is_here = self.emit_compare(Comparison::Equal, integer, index, lane);
                let chosen = self.emit_select(scalar, is_here, inserted, *element);
                *element = self.emit_select(scalar, exists, chosen, poison);
            }
        }
        self.bind(value, elements.into_iter().collect());
        Ok(())
    }

    fn index_bits(&mut self, index: Value<'m>) -> Result<u16, Halt> {
        match self.scalars(index)?[..] {
            [Scalar::Integer(width @ ..=64)] => Ok(width),
            _ => Err(Halt::unsupported(format!(
                "a vector index of type `{}`",
                index.type_of()
            ))),
        }
    }

    /// Translates `shufflevector`.
    pub(super) fn shuffle(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let (left, right) = (
            self.leaves(value.operand(0))?,
            self.leaves(value.operand(1))?,
        );
        let scalar = self.scalars(value)?[0];
        let both: Vec<Operand> = left
            .as_slice()
            .iter()
            .chain(right.as_slice())
            .copied()
            .collect();
        let poison = self.poison(scalar);
        let picked = value.shuffle_mask().into_iter().map(|lane| match lane {
            Some(lane) => both[lane as usize],
            None => poison,
        });
        self.bind(value, picked.collect());
        Ok(())
    }

    /// The operand that is no value.
    pub(super) fn poison(&mut self, scalar: Scalar) -> Operand {
        let width_bits = scalar.width_bits();
        Operand::Constant(
            self.assembly
                .pools
                .constant(Constant::Poison { width_bits }),
        )
    }
}

/// The lane that a constant index names; past the end stays past the end.
fn constant_index(index: Value<'_>) -> Option<usize> {
    if index.kind() != ValueKind::ConstantInt {
        return None;
    }
    let words = index.integer_words();
    let is_small = words[1..].iter().all(|word| *word == 0);
    let lane = if is_small {
        usize::try_from(words[0]).unwrap_or(usize::MAX)
    } else {
        usize::MAX
    };
    Some(lane)
}
