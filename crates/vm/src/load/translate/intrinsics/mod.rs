//! LLVM's intrinsics: functions whose meaning LLVM defines.
//!
//! Each family tries its names in turn; what none knows is unsupported by name.
//!
//! # Source
//!
//! LLVM Language Reference, section "Intrinsic Functions".

mod floats;
mod integers;
mod markers;
mod memory;
mod processor;
mod processor_floats;
mod vectors;

use crate::load::llvm::Value;

use super::function::Translator;
use super::halt::Halt;

impl<'m> Translator<'_, 'm> {
    /// Translates a call of an intrinsic.
    pub(super) fn intrinsic(&mut self, call: Value<'m>, name: &str) -> Result<(), Halt> {
        let words: Vec<&str> = name.split('.').skip(1).collect();
        let is_known = self.marker_intrinsic(call, &words)?
            || self.memory_intrinsic(call, &words)?
            || self.integer_intrinsic(call, &words)?
            || self.float_intrinsic(call, &words)?
            || self.vector_intrinsic(call, &words)?
            || self.processor_intrinsic(call, &words)?
            || self.processor_float_intrinsic(call, &words)?;
        if is_known {
            Ok(())
        } else {
            Err(Halt::unsupported(format!("the intrinsic `{name}`")))
        }
    }
}
