//! Intrinsics of x86-64 on floats: what every such processor has and LLVM has no general form for.
//!
//! They differ from the language's own operations where a NaN or a number out of range is concerned: a minimum is
//! the second operand unless the first is less, and a conversion that does not fit gives the least integer.
//!
//! # Not here
//!
//! Approximations (`rcpps`, `rsqrtps`), whose bits no manual promises; the control register; what a program has to
//! ask for with `cpuid`.
//!
//! # Source
//!
//! Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.

use crate::load::llvm::Value;
use crate::program::{
    Conversion, FloatComparison, FloatOperation, Instruction, Operand, Ordering, Scalar,
};

use super::super::floats::float_comparison;
use super::super::function::Translator;
use super::super::halt::Halt;

/// LLVM's predicates of the eight comparisons that `cmpps` numbers.
const PREDICATES: [i32; 8] = [1, 4, 5, 8, 14, 11, 10, 7];

impl<'m> Translator<'_, 'm> {
    /// Translates an intrinsic of the processor on floats; whether the name is one.
    pub(super) fn processor_float_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        let ["x86", "sse" | "sse2", name, rest @ ..] = words else {
            return Ok(false);
        };
        let is_of_one_lane = matches!(rest, ["ss" | "sd"]);
        match *name {
            "min" => self.extremes(call, is_of_one_lane, LESS)?,
            "max" => self.extremes(call, is_of_one_lane, GREATER)?,
            "cmp" => self.compared_lanes(call, is_of_one_lane)?,
            "sfence" | "lfence" | "mfence" => self.emit(Instruction::Fence {
                ordering: Ordering::SequentiallyConsistent,
            }),
            "cvtss2si" | "cvtsd2si" | "cvtss2si64" | "cvtsd2si64" | "cvtps2dq" | "cvtpd2dq" => {
                self.converted_lanes(call, FloatOperation::RoundTiesEven)?;
            }
            "cvttss2si" | "cvttsd2si" | "cvttss2si64" | "cvttsd2si64" | "cvttps2dq"
            | "cvttpd2dq" => self.converted_lanes(call, FloatOperation::Truncate)?,
            _ => match first_lanes(name) {
                Some(comparison) => self.compared_first_lanes(call, comparison)?,
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    fn emit_float_compare(
        &mut self,
        comparison: FloatComparison,
        scalar: Scalar,
        left: Operand,
        right: Operand,
    ) -> Operand {
        self.define(|result| Instruction::FloatCompare {
            comparison,
            scalar,
            result,
            left,
            right,
        })
    }

    /// The first operand's lane where the comparison holds, else the second's; of one lane, the others are the
    /// first operand's.
    fn extremes(
        &mut self,
        call: Value<'m>,
        is_of_one_lane: bool,
        comparison: FloatComparison,
    ) -> Result<(), Halt> {
        let scalar = self.scalars(call)?[0];
        let (left, right) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        let mut lanes = left.as_slice().to_vec();
        let count = if is_of_one_lane { 1 } else { lanes.len() };
        for (lane, right) in lanes.iter_mut().zip(right.as_slice()).take(count) {
            let is_first = self.emit_float_compare(comparison, scalar, *lane, *right);
            *lane = self.emit_select(scalar, is_first, *lane, *right);
        }
        self.bind(call, lanes.into_iter().collect());
        Ok(())
    }

    /// Lanes whose bits are all ones where a comparison holds, and zeros where it does not.
    fn compared_lanes(&mut self, call: Value<'m>, is_of_one_lane: bool) -> Result<(), Halt> {
        let number = call.operand(2).integer_words()[0];
        let predicate = usize::try_from(number)
            .ok()
            .and_then(|at| PREDICATES.get(at));
        let comparison = float_comparison(*predicate.ok_or_else(|| {
            Halt::unsupported("a comparison of floats that needs more instructions")
        })?);
        let scalar = self.scalars(call)?[0];
        let ones = Operand::Word(u64::MAX >> (64 - scalar.width_bits()));
        let (left, right) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        let mut lanes = left.as_slice().to_vec();
        let count = if is_of_one_lane { 1 } else { lanes.len() };
        for (lane, right) in lanes.iter_mut().zip(right.as_slice()).take(count) {
            let holds = self.emit_float_compare(comparison, scalar, *lane, *right);
            *lane = self.emit_select(scalar, holds, ones, Operand::Word(0));
        }
        self.bind(call, lanes.into_iter().collect());
        Ok(())
    }

    /// 1 where a comparison of the first lanes holds, else 0.
    fn compared_first_lanes(
        &mut self,
        call: Value<'m>,
        comparison: FloatComparison,
    ) -> Result<(), Halt> {
        let scalar = self.scalars(call.operand(0))?[0];
        let (left, right) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        let (left, right) = (left.as_slice()[0], right.as_slice()[0]);
        let holds = self.emit_float_compare(comparison, scalar, left, right);
        let wide = self.scalars(call)?[0];
        let number =
            self.emit_plain_conversion(Conversion::ZeroExtend, Scalar::Integer(1), wide, holds);
        self.bind(call, [number].into_iter().collect());
        Ok(())
    }

    /// Lanes as signed integers; the least one for whatever does not fit, 0 where there is no such lane.
    fn converted_lanes(&mut self, call: Value<'m>, rounding: FloatOperation) -> Result<(), Halt> {
        let from = self.scalars(call.operand(0))?[0];
        let to = self.scalars(call)?;
        let bits = to[0].width_bits();
        let lanes = self.leaves(call.operand(0))?;
        // The first power of two above the greatest integer; floats of both widths have it exactly.
        let exponent = i32::try_from(bits).expect("registers are narrow") - 1;
        let power = |base: i8| match from {
            Scalar::Float32 => Operand::Word(f32::from(base).powi(exponent).to_bits().into()),
            _ => Operand::Word(f64::from(base).powi(exponent).to_bits()),
        };
        let least = Operand::Word(1 << (bits - 1));
        let mut results = Vec::new();
        for (lane, to) in to.iter().enumerate() {
            let Some(lane) = lanes.as_slice().get(lane) else {
                results.push(Operand::Word(0));
                continue;
            };
            let rounded = self.emit_float(rounding, from, [*lane].into());
            let conversion = Conversion::FloatToSignedSaturating;
            let converted = self.emit_plain_conversion(conversion, from, *to, rounded);
            let fits = self.emit_float_compare(LESS, from, rounded, power(2));
            let is_least = self.emit_float_compare(LESS, from, rounded, power(-2));
            let small = self.emit_select(*to, is_least, least, converted);
            results.push(self.emit_select(*to, fits, small, least));
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }
}

const LESS: FloatComparison = FloatComparison {
    equal: false,
    greater: false,
    less: true,
    unordered: false,
};
const GREATER: FloatComparison = FloatComparison {
    equal: false,
    greater: true,
    less: false,
    unordered: false,
};

/// The comparison of `comieq` and its neighbours, which differ only in what a NaN signals.
fn first_lanes(name: &str) -> Option<FloatComparison> {
    let relation = name
        .strip_prefix('u')
        .unwrap_or(name)
        .strip_prefix("comi")?;
    let predicate = match relation {
        "eq" => 1,
        "gt" => 2,
        "ge" => 3,
        "lt" => 4,
        "le" => 5,
        "neq" => 14,
        _ => return None,
    };
    Some(float_comparison(predicate))
}

#[cfg(test)]
mod tests {
    use super::{PREDICATES, first_lanes};
    use crate::load::translate::floats::float_comparison;

    /// Of each comparison of `cmpps`: what it says of less, equal, greater, and without order.
    #[test]
    fn comparisons_are_those_of_the_manual() {
        let rows = [
            "fTff", "Tfff", "TTff", "fffT", "TfTT", "fTTT", "ffTT", "TTTf",
        ];
        for (predicate, row) in PREDICATES.into_iter().zip(rows) {
            let found = float_comparison(predicate);
            let found = [found.less, found.equal, found.greater, found.unordered];
            let expected: Vec<bool> = row.chars().map(|letter| letter == 'T').collect();
            assert_eq!(found.to_vec(), expected, "{predicate}");
        }
    }

    #[test]
    fn quiet_and_signalling_comparisons_say_the_same() {
        assert_eq!(first_lanes("comile"), first_lanes("ucomile"));
        assert!(first_lanes("comineq").is_some_and(|comparison| comparison.unordered));
        assert_eq!(first_lanes("comix"), None);
        assert_eq!(first_lanes("rcp"), None);
    }
}
