//! From LLVM's instructions to the program's.
//!
//! One file for each family of instructions; `function` drives them, block by block.

mod aggregates;
mod arithmetic;
mod calls;
mod chains;
mod constants;
mod control;
mod conversions;
mod floats;
mod function;
mod globals;
mod halt;
mod inline_assembly;
mod intrinsics;
mod layout;
mod leaves;
mod memory;
mod places;

pub(crate) use constants::{Leaf, leaves_of};
pub(crate) use function::{function, signature};
pub(crate) use globals::{global, initial};
pub(crate) use halt::Halt;
pub(crate) use layout::{Layout, layout_of};
pub(crate) use places::Subprogram;
