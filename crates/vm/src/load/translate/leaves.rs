//! The operands that an LLVM value became.

use std::rc::Rc;

use crate::program::{Operand, Register};

/// The operands of a value's leaves, in the order of its type's registers.
#[derive(Debug, Clone)]
pub(crate) enum Leaves {
    /// A scalar, by far the most common.
    One(Operand),
    /// Any other number.
    Many(Rc<[Operand]>),
}

impl Leaves {
    /// Consecutive registers.
    pub(crate) fn registers(first: Register, count: usize) -> Self {
        let count = u32::try_from(count).expect("values have few registers");
        (0..count)
            .map(|index| Operand::Register(Register(first.0 + index)))
            .collect()
    }

    /// All of them.
    pub(crate) fn as_slice(&self) -> &[Operand] {
        match self {
            Self::One(operand) => std::slice::from_ref(operand),
            Self::Many(operands) => operands,
        }
    }
}

impl FromIterator<Operand> for Leaves {
    fn from_iter<I: IntoIterator<Item = Operand>>(operands: I) -> Self {
        let operands: Vec<Operand> = operands.into_iter().collect();
        match operands.as_slice() {
            [operand] => Self::One(*operand),
            _ => Self::Many(operands.into()),
        }
    }
}
