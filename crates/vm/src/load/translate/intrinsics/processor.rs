//! Intrinsics of x86-64: vector instructions for which LLVM has no general form.
//!
//! Each becomes plain arithmetic on lanes. Instructions on 256 bits do what their narrower form does, in each
//! half by itself.
//!
//! # Not here
//!
//! Instructions for floats (`processor_floats`), text, ciphers and checksums. Most of these only run where a program found them with
//! `cpuid`, which says what [`Processor`](crate::load::Processor) says.
//!
//! # Source
//!
//! Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.

use crate::load::llvm::Value;
use crate::program::{BinaryOperation, Comparison, Conversion, Instruction, Operand, Scalar};

use super::super::function::Translator;
use super::super::halt::Halt;
use super::super::leaves::Leaves;

/// Bytes of the part of a vector that most instructions keep to.
const PART_BYTES: usize = 16;

impl<'m> Translator<'_, 'm> {
    /// Translates an intrinsic of the processor; whether the name is one.
    pub(super) fn processor_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        if *words == ["x86", "pclmulqdq"] {
            self.product_without_carries(call)?;
            return Ok(true);
        }
        if let ["x86", what @ ("addcarry" | "subborrow"), _] = words {
            self.with_carry(call, *what == "addcarry")?;
            return Ok(true);
        }
        let ["x86", _, name, ..] = words else {
            return Ok(false);
        };
        let kind = words.get(3).copied().unwrap_or_default();
        match *name {
            "packsswb" | "packssdw" => self.pack(call, true)?,
            "packuswb" | "packusdw" => self.pack(call, false)?,
            "pmadd" if kind == "wd" => self.multiply_and_add(call, false)?,
            "pmadd" if kind == "ub" => self.multiply_and_add(call, true)?,
            "psad" => self.absolute_differences(call)?,
            "pmulh" => self.high_products(call, (Conversion::SignExtend, 16))?,
            "pmulhu" => self.high_products(call, (Conversion::ZeroExtend, 16))?,
            "pmul" if kind == "hr" => self.rounded_products(call)?,
            "phadd" if kind != "sw" => self.horizontal_sums(call)?,
            "pshuf" if kind == "b" => self.shuffle_bytes(call)?,
            "permd" => self.permute(call)?,
            "psll" | "pslli" | "psllv" => self.shift(call, name, BinaryOperation::ShiftLeft)?,
            "psrl" | "psrli" | "psrlv" => {
                self.shift(call, name, BinaryOperation::ShiftRightLogical)?;
            }
            "psra" | "psrai" | "psrav" => {
                self.shift(call, name, BinaryOperation::ShiftRightArithmetic)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The lanes of two operands.
    fn two(&mut self, call: Value<'m>) -> Result<(Vec<Operand>, Vec<Operand>), Halt> {
        let (left, right) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        Ok((left.as_slice().to_vec(), right.as_slice().to_vec()))
    }

    /// The width of an operand's lanes.
    fn lane_bits(&mut self, of: Value<'m>) -> Result<u16, Halt> {
        match self.scalars(of)?[0] {
            Scalar::Integer(bits @ ..=64) => Ok(bits),
            _ => Err(Halt::unsupported(
                "an instruction of the processor on such lanes",
            )),
        }
    }

    fn resized(
        &mut self,
        conversion: Conversion,
        (from, to): (u16, u16),
        lane: Operand,
    ) -> Operand {
        let (from, to) = (Scalar::Integer(from), Scalar::Integer(to));
        self.emit_plain_conversion(conversion, from, to, lane)
    }

    /// A number of `from` bits as the nearest one of `to` bits.
    fn saturated(&mut self, (from, to): (u16, u16), is_signed: bool, lane: Operand) -> Operand {
        let all = u64::MAX >> (64 - from);
        let (least, most) = if is_signed {
            let most = (1 << (to - 1)) - 1;
            (Operand::Word(all - most), Operand::Word(most))
        } else {
            (Operand::Word(0), Operand::Word((1 << to) - 1))
        };
        let lane = self.emit_binary(BinaryOperation::SignedMinimum, from, lane, most);
        let lane = self.emit_binary(BinaryOperation::SignedMaximum, from, lane, least);
        self.resized(Conversion::Truncate, (from, to), lane)
    }

    /// Two vectors of lanes half as wide, saturated, part by part.
    fn pack(&mut self, call: Value<'m>, is_signed: bool) -> Result<(), Halt> {
        let bits = self.lane_bits(call.operand(0))?;
        let (left, right) = self.two(call)?;
        let count = PART_BYTES / usize::from(bits / 8);
        let mut results = Vec::new();
        for (left, right) in left.chunks(count).zip(right.chunks(count)) {
            for lane in left.iter().chain(right) {
                results.push(self.saturated((bits, bits / 2), is_signed, *lane));
            }
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }

    /// Products of lanes, neighbours added: of signed words, or of unsigned with signed bytes, saturated.
    fn multiply_and_add(&mut self, call: Value<'m>, are_bytes: bool) -> Result<(), Halt> {
        let bits = self.lane_bits(call.operand(0))?;
        let (left, right) = self.two(call)?;
        let left_conversion = match are_bytes {
            true => Conversion::ZeroExtend,
            false => Conversion::SignExtend,
        };
        let mut results = Vec::new();
        for (left, right) in left.chunks(2).zip(right.chunks(2)) {
            let mut products = Vec::new();
            for (left, right) in left.iter().zip(right) {
                let left = self.resized(left_conversion, (bits, 32), *left);
                let right = self.resized(Conversion::SignExtend, (bits, 32), *right);
                products.push(self.emit_binary(BinaryOperation::Multiply, 32, left, right));
            }
            let sum = self.emit_binary(BinaryOperation::Add, 32, products[0], products[1]);
            results.push(match are_bytes {
                true => self.saturated((32, 16), true, sum),
                false => sum,
            });
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }

    /// For each eight bytes, the sum of the distances.
    fn absolute_differences(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let (left, right) = self.two(call)?;
        let mut results = Vec::new();
        for (left, right) in left.chunks(8).zip(right.chunks(8)) {
            let mut sum = Operand::Word(0);
            for (left, right) in left.iter().zip(right) {
                let most = self.emit_binary(BinaryOperation::UnsignedMaximum, 8, *left, *right);
                let least = self.emit_binary(BinaryOperation::UnsignedMinimum, 8, *left, *right);
                let distance = self.emit_binary(BinaryOperation::Subtract, 8, most, least);
                let distance = self.resized(Conversion::ZeroExtend, (8, 64), distance);
                sum = self.emit_binary(BinaryOperation::Add, 64, sum, distance);
            }
            results.push(sum);
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }

    /// The high bits of products.
    fn high_products(
        &mut self,
        call: Value<'m>,
        (conversion, shift): (Conversion, u64),
    ) -> Result<(), Halt> {
        let (left, right) = self.two(call)?;
        let lanes = left.into_iter().zip(right);
        let results: Leaves = lanes
            .map(|(left, right)| {
                let product = self.product(conversion, left, right);
                let high = BinaryOperation::ShiftRightLogical;
                let high = self.emit_binary(high, 32, product, Operand::Word(shift));
                self.resized(Conversion::Truncate, (32, 16), high)
            })
            .collect();
        self.bind(call, results);
        Ok(())
    }

    fn product(&mut self, conversion: Conversion, left: Operand, right: Operand) -> Operand {
        let left = self.resized(conversion, (16, 32), left);
        let right = self.resized(conversion, (16, 32), right);
        self.emit_binary(BinaryOperation::Multiply, 32, left, right)
    }

    /// Products of numbers with 15 bits behind the point, rounded.
    fn rounded_products(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let (left, right) = self.two(call)?;
        let lanes = left.into_iter().zip(right);
        let shift = BinaryOperation::ShiftRightLogical;
        let results: Leaves = lanes
            .map(|(left, right)| {
                let product = self.product(Conversion::SignExtend, left, right);
                let doubled = self.emit_binary(shift, 32, product, Operand::Word(14));
                let one = Operand::Word(1);
                let rounded = self.emit_binary(BinaryOperation::Add, 32, doubled, one);
                let halved = self.emit_binary(shift, 32, rounded, one);
                self.resized(Conversion::Truncate, (32, 16), halved)
            })
            .collect();
        self.bind(call, results);
        Ok(())
    }

    /// Sums of neighbours, part by part: those of the first operand, then those of the second.
    fn horizontal_sums(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let bits = self.lane_bits(call)?;
        let (left, right) = self.two(call)?;
        let count = PART_BYTES / usize::from(bits / 8);
        let mut results = Vec::new();
        for (left, right) in left.chunks(count).zip(right.chunks(count)) {
            for pair in left.chunks(2).chain(right.chunks(2)) {
                results.push(self.emit_binary(BinaryOperation::Add, bits, pair[0], pair[1]));
            }
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }

    /// Bytes picked by number within their part; a number with its highest bit set picks zero.
    fn shuffle_bytes(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let (bytes, numbers) = self.two(call)?;
        let byte = Scalar::Integer(8);
        let mut results = Vec::new();
        for (part, numbers) in bytes.chunks(PART_BYTES).zip(numbers.chunks(PART_BYTES)) {
            for number in numbers {
                let low = Operand::Word(PART_BYTES as u64 - 1);
                let index = self.emit_binary(BinaryOperation::And, 8, *number, low);
                let picked = self.pick(byte, part, index, 8);
                let zero = Operand::Word(0);
                let is_zero = self.emit_compare(Comparison::SignedLess, byte, *number, zero);
                results.push(self.emit_select(byte, is_zero, zero, picked));
            }
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }

    /// The product of one half of each operand as polynomials over bits: sums of shifted bits, without carries.
    fn product_without_carries(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let (left, right) = self.two(call)?;
        let Operand::Word(halves) = self.leaf(call.operand(2))? else {
            return Err(Halt::unsupported("`pclmulqdq` of unknown halves"));
        };
        let left = left[usize::from(halves & 1 != 0)];
        let right = right[usize::from(halves & 0x10 != 0)];
        let mut product = [Operand::Word(0); 2];
        for bit in 0..64 {
            let amount = Operand::Word(bit);
            let mut emit = |what, left, right| self.emit_binary(what, 64, left, right);
            let rest = emit(BinaryOperation::ShiftRightLogical, right, amount);
            let one = emit(BinaryOperation::And, rest, Operand::Word(1));
            let mask = emit(BinaryOperation::Subtract, Operand::Word(0), one);
            let masked = emit(BinaryOperation::And, left, mask);
            let low = emit(BinaryOperation::ShiftLeft, masked, amount);
            product[0] = emit(BinaryOperation::ExclusiveOr, product[0], low);
            if bit > 0 {
                let amount = Operand::Word(64 - bit);
                let high = emit(BinaryOperation::ShiftRightLogical, masked, amount);
                product[1] = emit(BinaryOperation::ExclusiveOr, product[1], high);
            }
        }
        self.bind(call, product.into_iter().collect());
        Ok(())
    }

    /// A sum or a difference with a carry or a borrow, any number but 0, before and after it.
    fn with_carry(&mut self, call: Value<'m>, is_sum: bool) -> Result<(), Halt> {
        let carry = self.leaf(call.operand(0))?;
        let bits = self.lane_bits(call.operand(1))?;
        let (left, right) = (self.leaf(call.operand(1))?, self.leaf(call.operand(2))?);
        let (byte, word) = (Scalar::Integer(8), Scalar::Integer(bits));
        let is_carried = self.emit_compare(Comparison::NotEqual, byte, carry, Operand::Word(0));
        let carried = self.resized(Conversion::ZeroExtend, (1, bits), is_carried);
        let operation = match is_sum {
            true => BinaryOperation::Add,
            false => BinaryOperation::Subtract,
        };
        let first = self.emit_binary(operation, bits, left, right);
        let result = self.emit_binary(operation, bits, first, carried);
        // A sum that is less than what was added to has wrapped; a difference has where more was taken.
        let (one, other) = match is_sum {
            true => ((first, left), (result, first)),
            false => ((left, right), (first, carried)),
        };
        let one = self.emit_compare(Comparison::UnsignedLess, word, one.0, one.1);
        let other = self.emit_compare(Comparison::UnsignedLess, word, other.0, other.1);
        let wraps = self.emit_binary(BinaryOperation::Or, 1, one, other);
        let carry = self.resized(Conversion::ZeroExtend, (1, 8), wraps);
        self.bind(call, [carry, result].into_iter().collect());
        Ok(())
    }

    /// Lanes picked by the low bits of numbers.
    fn permute(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let (lanes, numbers) = self.two(call)?;
        let bits = self.lane_bits(call)?;
        let low = Operand::Word(lanes.len() as u64 - 1);
        let results: Leaves = numbers
            .into_iter()
            .map(|number| {
                let index = self.emit_binary(BinaryOperation::And, bits, number, low);
                self.pick(Scalar::Integer(bits), &lanes, index, bits)
            })
            .collect();
        self.bind(call, results);
        Ok(())
    }

    fn pick(&mut self, scalar: Scalar, lanes: &[Operand], index: Operand, bits: u16) -> Operand {
        self.define(|result| Instruction::PickElement {
            scalar,
            result,
            elements: lanes.into(),
            index,
            index_bits: bits,
        })
    }

    /// Shifts by an amount for each lane (`…v`), by a number (`…i`), or by the low 64 bits of a vector. Past
    /// the width nothing is left but, of an arithmetic shift, the sign.
    fn shift(
        &mut self,
        call: Value<'m>,
        name: &str,
        operation: BinaryOperation,
    ) -> Result<(), Halt> {
        let bits = self.lane_bits(call)?;
        let (lanes, mut amounts) = self.two(call)?;
        let mut amount_bits = self.lane_bits(call.operand(1))?;
        if !name.ends_with('v') {
            if !name.ends_with('i') {
                let scalars = self.scalars(call.operand(1))?;
                let low = 64 / usize::from(amount_bits);
                let low_lanes: Leaves = amounts[..low].iter().copied().collect();
                amounts = vec![self.join(&scalars[..low], &low_lanes)?];
                amount_bits = 64;
            }
            amounts = vec![amounts[0]; lanes.len()];
        }
        let results: Leaves = lanes
            .into_iter()
            .zip(amounts)
            .map(|(lane, amount)| self.shift_lane(operation, bits, lane, (amount, amount_bits)))
            .collect();
        self.bind(call, results);
        Ok(())
    }

    fn shift_lane(
        &mut self,
        operation: BinaryOperation,
        bits: u16,
        lane: Operand,
        (amount, amount_bits): (Operand, u16),
    ) -> Operand {
        let last = Operand::Word(u64::from(bits) - 1);
        let within = self.emit_binary(BinaryOperation::UnsignedMinimum, amount_bits, amount, last);
        let within = match amount_bits.cmp(&bits) {
            std::cmp::Ordering::Less => {
                self.resized(Conversion::ZeroExtend, (amount_bits, bits), within)
            }
            std::cmp::Ordering::Equal => within,
            std::cmp::Ordering::Greater => {
                self.resized(Conversion::Truncate, (amount_bits, bits), within)
            }
        };
        let shifted = self.emit_binary(operation, bits, lane, within);
        if operation == BinaryOperation::ShiftRightArithmetic {
            return shifted;
        }
        let amount_scalar = Scalar::Integer(amount_bits);
        let is_past = self.emit_compare(Comparison::UnsignedLess, amount_scalar, last, amount);
        self.emit_select(Scalar::Integer(bits), is_past, Operand::Word(0), shifted)
    }
}
