//! Single instructions that crates write out, by what they do to their registers.
//!
//! `div` and `mul` are there for the halves of a number that is twice as wide, `sqrtsd` where there is no standard
//! library, `pause`, `nop` and `mfence` to wait. A quotient that does not fit its register stops a processor, so
//! it is reported.

use crate::load::llvm::Value;
use crate::program::{
    BinaryOperation, Comparison, Conversion, FloatOperation, Instruction, Operand, Ordering,
    Scalar, UnaryOperation,
};
use crate::shims::QUOTIENT_FITS;

use super::super::function::Translator;
use super::super::halt::Halt;
use super::constraints::{Place, places};

/// An instruction as it is written: `div ${2:q}`.
#[derive(Debug, PartialEq, Eq)]
struct Written<'t> {
    mnemonic: &'t str,
    /// The numbers of the operands, each with the modifier that tells how much of the register is meant.
    operands: Vec<(usize, &'t str)>,
}

impl<'t> Written<'t> {
    /// Reads a template of one instruction whose operands are all the assembly's; else `None`.
    fn read(template: &'t str) -> Option<Self> {
        let template = template.trim();
        let template = template.strip_suffix(';').unwrap_or(template);
        let (mnemonic, rest) = template.split_once([' ', '\t']).unwrap_or((template, ""));
        let operand = |text: &'t str| {
            let text = text.trim().strip_prefix("${")?.strip_suffix('}')?;
            let (number, modifier) = text.split_once(':')?;
            Some((number.parse().ok()?, modifier))
        };
        let operands = match rest.trim() {
            "" => Vec::new(),
            rest => rest.split(',').map(operand).collect::<Option<_>>()?,
        };
        Some(Self { mnemonic, operands })
    }

    /// The operands, and how many bits of a register they all mean.
    fn operands_of_integers(&self) -> Option<(u16, Vec<usize>)> {
        let (_, first) = self.operands.first()?;
        let width_bits = match *first {
            "q" => 64,
            "k" => 32,
            _ => return None,
        };
        let is_same = self.operands.iter().all(|(_, modifier)| modifier == first);
        let numbers = self.operands.iter().map(|(number, _)| *number).collect();
        is_same.then_some((width_bits, numbers))
    }
}

/// Where an instruction leaves a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// In a register that it always takes.
    Register(&'static str),
    /// In the register of an operand, which ends as this output.
    Output(usize),
}

/// A result and where it is left.
type Left = (Target, Operand);

impl<'m> Translator<'_, 'm> {
    /// Translates assembly of one known instruction; whether it is one.
    pub(super) fn known_instruction(
        &mut self,
        value: Value<'m>,
        template: &str,
        constraints: &str,
    ) -> Result<bool, Halt> {
        let (Some(written), Some(places)) = (Written::read(template), places(constraints)) else {
            return Ok(false);
        };
        match (written.mnemonic, written.operands.as_slice()) {
            ("nop" | "pause" | "mfence", []) if places.is_empty() => {
                self.waiting(value, written.mnemonic)?;
                Ok(true)
            }
            ("sqrtsd", [target, source]) if target == source => {
                self.square_root(value, Scalar::Float64, &places, target.0)
            }
            ("sqrtss", [target, source]) if target == source => {
                self.square_root(value, Scalar::Float32, &places, target.0)
            }
            _ => self.integer_instruction(value, &written, &places),
        }
    }

    fn waiting(&mut self, value: Value<'m>, mnemonic: &str) -> Result<(), Halt> {
        match mnemonic {
            "pause" => return self.call_stand_in(value, "llvm.x86.sse2.pause", &[]),
            "mfence" => self.emit(Instruction::Fence {
                ordering: Ordering::SequentiallyConsistent,
            }),
            _ => {}
        }
        self.bind(value, [].into_iter().collect());
        Ok(())
    }

    fn square_root(
        &mut self,
        value: Value<'m>,
        scalar: Scalar,
        places: &[Place<'_>],
        operand: usize,
    ) -> Result<bool, Halt> {
        let place = places.get(operand).filter(|place| place.output == Some(0));
        let argument = place.and_then(|place| value.arguments().get(place.argument?).copied());
        let Some(argument) = argument else {
            return Ok(false);
        };
        if self.scalars(argument)? != [scalar] || self.scalars(value)? != [scalar] {
            return Ok(false);
        }
        let argument = self.leaf(argument)?;
        let root = self.emit_float(FloatOperation::SquareRoot, scalar, [argument].into());
        self.bind(value, [root].into_iter().collect());
        Ok(true)
    }

    fn integer_instruction(
        &mut self,
        value: Value<'m>,
        written: &Written<'_>,
        places: &[Place<'_>],
    ) -> Result<bool, Halt> {
        let Some((width_bits, operands)) = written.operands_of_integers() else {
            return Ok(false);
        };
        let mut inputs = Vec::new();
        for operand in &operands {
            let Some(place) = places.get(*operand) else {
                return Ok(false);
            };
            match self.register_before(value, place, width_bits)? {
                Some(input) => inputs.push((place, input)),
                None => return Ok(false),
            }
        }
        let accumulator = self.named_before(value, "ax", places, width_bits)?;
        let high = self.named_before(value, "dx", places, width_bits)?;
        let signedness = |is_signed| if is_signed { SIGNED } else { UNSIGNED };
        let left = match (written.mnemonic, inputs.as_slice(), accumulator, high) {
            ("div" | "idiv", [(_, divisor)], Some(low), Some(high)) => {
                let signedness = signedness(written.mnemonic == "idiv");
                self.divide(signedness, width_bits, (high, low), *divisor)?
            }
            ("mul" | "imul", [(_, factor)], Some(low), _) => {
                let signedness = signedness(written.mnemonic == "imul");
                self.multiply(signedness, width_bits, low, *factor)?
            }
            ("imul", [(target, left), (_, right)], ..) => {
                let product =
                    self.emit_binary(BinaryOperation::Multiply, width_bits, *left, *right);
                let Some(output) = target.output else {
                    return Ok(false);
                };
                vec![(Target::Output(output), product)]
            }
            ("bswap", [(target, operand)], ..) => {
                let swapped = self.define(|result| Instruction::Unary {
                    operation: UnaryOperation::ByteSwap,
                    scalar: Scalar::Integer(width_bits),
                    result,
                    operand: *operand,
                });
                let Some(output) = target.output else {
                    return Ok(false);
                };
                vec![(Target::Output(output), swapped)]
            }
            _ => return Ok(false),
        };
        self.bind_outputs(value, places, width_bits, &left)
    }

    /// What an operand's register holds before the instruction, if it is an integer as wide as the operand.
    fn register_before(
        &mut self,
        value: Value<'m>,
        place: &Place<'_>,
        width_bits: u16,
    ) -> Result<Option<Operand>, Halt> {
        let argument = place.argument;
        let Some(argument) = argument.and_then(|argument| value.arguments().get(argument).copied())
        else {
            return Ok(None);
        };
        if self.scalars(argument)? != [Scalar::Integer(width_bits)] {
            return Ok(None);
        }
        self.leaf(argument).map(Some)
    }

    fn named_before(
        &mut self,
        value: Value<'m>,
        register: &str,
        places: &[Place<'_>],
        width_bits: u16,
    ) -> Result<Option<Operand>, Halt> {
        let mut named = places.iter().filter(|place| place.register == register);
        match named.find(|place| place.argument.is_some()) {
            Some(place) => self.register_before(value, place, width_bits),
            None => Ok(None),
        }
    }

    /// The quotient and the remainder of a dividend in two registers.
    fn divide(
        &mut self,
        signedness: Signedness,
        width_bits: u16,
        (high, low): (Operand, Operand),
        divisor: Operand,
    ) -> Result<Vec<Left>, Halt> {
        let (half, whole) = (Scalar::Integer(width_bits), Scalar::Integer(2 * width_bits));
        let dividend = self.join(&[half, half], &[low, high].into_iter().collect())?;
        let divisor = self.emit_plain_conversion(signedness.extension, half, whole, divisor);
        let mut whole_binary =
            |operation, left, right| self.emit_binary(operation, 2 * width_bits, left, right);
        let quotient = whole_binary(signedness.quotient, dividend, divisor);
        let remainder = whole_binary(signedness.remainder, dividend, divisor);
        let narrow = self.emit_plain_conversion(Conversion::Truncate, whole, half, quotient);
        let again = self.emit_plain_conversion(signedness.extension, half, whole, narrow);
        let fits = self.emit_compare(Comparison::Equal, whole, again, quotient);
        self.emit_stand_in(QUOTIENT_FITS, vec![(Scalar::Integer(1), fits)], None)?;
        let remainder = self.emit_plain_conversion(Conversion::Truncate, whole, half, remainder);
        Ok(vec![
            (Target::Register("ax"), narrow),
            (Target::Register("dx"), remainder),
        ])
    }

    /// A product in two registers.
    fn multiply(
        &mut self,
        signedness: Signedness,
        width_bits: u16,
        left: Operand,
        right: Operand,
    ) -> Result<Vec<Left>, Halt> {
        let (half, whole) = (Scalar::Integer(width_bits), Scalar::Integer(2 * width_bits));
        let left = self.emit_plain_conversion(signedness.extension, half, whole, left);
        let right = self.emit_plain_conversion(signedness.extension, half, whole, right);
        let product = self.emit_binary(BinaryOperation::Multiply, 2 * width_bits, left, right);
        let halves = self.split(product, &[half, half])?;
        let (low, high) = (halves.as_slice()[0], halves.as_slice()[1]);
        Ok(vec![
            (Target::Register("ax"), low),
            (Target::Register("dx"), high),
        ])
    }

    /// Binds each output to what the instruction left in its register; whether it left something in each.
    fn bind_outputs(
        &mut self,
        value: Value<'m>,
        places: &[Place<'_>],
        width_bits: u16,
        left: &[Left],
    ) -> Result<bool, Halt> {
        let wanted = self.scalars(value)?;
        let mut leaves = Vec::new();
        for (output, (place, wanted)) in places.iter().zip(&wanted).enumerate() {
            let is_here = |target| match target {
                Target::Register(register) => register == place.register,
                Target::Output(written) => written == output,
            };
            let found = left.iter().find(|(target, _)| is_here(*target));
            let (Some((_, operand)), Scalar::Integer(wanted_bits)) = (found, *wanted) else {
                return Ok(false);
            };
            if wanted_bits > width_bits {
                return Ok(false);
            }
            // rustc takes 32 bits of an output that nobody reads.
            let width = Scalar::Integer(width_bits);
            leaves.push(self.emit_plain_conversion(Conversion::Truncate, width, *wanted, *operand));
        }
        self.bind(value, leaves.into_iter().collect());
        Ok(true)
    }
}

/// How an instruction reads its registers.
#[derive(Clone, Copy)]
struct Signedness {
    extension: Conversion,
    quotient: BinaryOperation,
    remainder: BinaryOperation,
}

const UNSIGNED: Signedness = Signedness {
    extension: Conversion::ZeroExtend,
    quotient: BinaryOperation::UnsignedDivide,
    remainder: BinaryOperation::UnsignedRemainder,
};
const SIGNED: Signedness = Signedness {
    extension: Conversion::SignExtend,
    quotient: BinaryOperation::SignedDivide,
    remainder: BinaryOperation::SignedRemainder,
};

#[cfg(test)]
mod tests {
    use super::Written;

    #[test]
    fn one_instruction_is_read_with_its_operands_and_nothing_else_is() {
        let check = |template: &str, mnemonic, operands: &[(usize, &str)]| {
            let operands = operands.to_vec();
            let expected = Some(Written { mnemonic, operands });
            assert_eq!(Written::read(template), expected, "{template}");
        };
        check("div ${2:q}", "div", &[(2, "q")]);
        check("mul ${3:q};", "mul", &[(3, "q")]);
        check("\timul ${0:k}, ${12:k}\n", "imul", &[(0, "k"), (12, "k")]);
        check("pause", "pause", &[]);
        for template in [
            "div rcx",
            "div $2",
            "div ${2:q}; nop",
            "div ${2:q}\nnop",
            "div qword ptr [${2:q}]",
            "mov ${0:q}, 1",
            "lock; or ${0:q}, ${1:q}",
        ] {
            assert_eq!(Written::read(template), None, "{template}");
        }
    }

    #[test]
    fn operands_of_one_width_are_told() {
        let width = |template| {
            Written::read(template)
                .and_then(|written| written.operands_of_integers())
                .map(|(width_bits, _)| width_bits)
        };
        assert_eq!(width("imul ${0:q}, ${1:q}"), Some(64));
        assert_eq!(width("imul ${0:k}, ${1:k}"), Some(32));
        assert_eq!(width("imul ${0:q}, ${1:k}"), None);
        assert_eq!(width("sqrtsd ${0:x}, ${0:x}"), None);
        assert_eq!(width("nop"), None);
    }
}
