//! Random programs over two unknown bytes: branches, loops, calls, memory, undefined behaviour.
//!
//! What a program computes goes through four slots on the stack and a buffer that starts
//! undefined, so that merging has registers, memory and half-defined values to deal with. Two words
//! hold lengths, numbers that paths change and index with, because states that differ in those go on
//! side by side; loops may be left by a return.

use super::writer::{Writer, declaration, program};
use crate::program::{
    BinaryOperation, Comparison, Conversion, Instruction, Operand, Ordering, Program, Promises,
    Register, Scalar,
};

const BYTE: Scalar = Scalar::Integer(8);
const WORD: Scalar = Scalar::Integer(64);

const ENTRY: u32 = 0;
const HELPER: u32 = 1;
const CHOOSE_BYTES: u32 = 2;
const FILL_BYTES: u32 = 3;
const ABORT: u32 = 4;
const ALLOCATE: u32 = 5;
const FREE: u32 = 6;

/// A small generator of numbers; deterministic.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Writes the statements of one function.
struct Body<'n> {
    writer: Writer,
    numbers: &'n mut Numbers,
    /// Bytes on the stack that hold variables.
    slots: Vec<Operand>,
    /// Eight bytes that start undefined.
    buffers: Vec<Operand>,
    /// Words that hold numbers which do not depend on the input but on the path.
    lengths: Vec<Operand>,
    /// A slot for an address; null at first.
    address: Option<Operand>,
    /// Byte registers that may be read here.
    values: Vec<Operand>,
    calls_helper: bool,
}

/// A random program, the same for the same seed.
pub(super) fn random_program(seed: u64) -> Program {
    let mut numbers = Numbers::new(seed);
    let (entry, line) = entry_function(&mut numbers);
    with_declarations(entry, helper_function(&mut numbers, line))
}

/// A program that reads a table at an unknown index and aborts where it finds a 1: at any index, or only
/// at this one.
pub(super) fn lookup_program(table: [u64; 4], only_at: Option<u64>) -> Program {
    let mut numbers = Numbers::new(1);
    let mut body = Body::of_entry(&mut numbers);
    let input = body.input();
    let index = body.input_byte(input, 0, 3);
    let places = body.stack(4);
    for (at, number) in (0..).zip(table) {
        body.store(BYTE, places, None, at, Operand::Word(number));
    }
    let wide = body.widened(index);
    let found = body.load(BYTE, places, Some(wide), 0);
    if let Some(place) = only_at {
        let elsewhere = body.compare(Comparison::NotEqual, index, Operand::Word(place));
        body.leave_if(elsewhere, false);
    }
    let is_one = body.compare(Comparison::Equal, found, Operand::Word(1));
    body.leave_if(is_one, true);
    body.into_program(&mut Numbers::new(1))
}

/// A program that writes at an unknown index, of so many that the write is made for each number alone,
/// and aborts at one of them.
pub(super) fn far_write_program() -> Program {
    let mut numbers = Numbers::new(1);
    let mut body = Body::of_entry(&mut numbers);
    let input = body.input();
    let index = body.input_byte(input, 0, 7);
    let places = body.stack(128);
    let wide = body.widened(index);
    body.store(BYTE, places, Some(wide), 0, Operand::Word(1));
    let is_three = body.compare(Comparison::Equal, index, Operand::Word(3));
    body.leave_if(is_three, true);
    body.into_program(&mut Numbers::new(1))
}

/// A program that chooses what it writes into a slot, reads that by an address which only another slot
/// holds, and aborts if it is a certain number.
pub(super) fn address_in_slot_program(aborts_at: u64) -> Program {
    let mut numbers = Numbers::new(1);
    let mut body = Body::of_entry(&mut numbers);
    let input = body.input();
    let byte = body.input_byte(input, 0, 3);
    let (place, holder) = (body.stack(1), body.stack(8));
    body.store(Scalar::Pointer, holder, None, 0, place);
    let (then, otherwise, join) = (
        body.writer.block(),
        body.writer.block(),
        body.writer.block(),
    );
    let is_two = body.compare(Comparison::Equal, byte, Operand::Word(2));
    body.writer.branch(is_two, then, otherwise);
    for (block, written) in [(then, 5), (otherwise, 6)] {
        body.writer.enter(block);
        body.store(BYTE, place, None, 0, Operand::Word(written));
        body.writer.jump(join, &[]);
    }
    body.writer.enter(join);
    let address = body.load(Scalar::Pointer, holder, None, 0);
    let found = body.load(BYTE, address, None, 0);
    let is_bad = body.compare(Comparison::Equal, found, Operand::Word(aborts_at));
    body.leave_if(is_bad, true);
    body.into_program(&mut Numbers::new(1))
}

fn with_declarations(
    entry: crate::program::Function,
    (helper, line): (crate::program::Function, u32),
) -> Program {
    let functions = vec![
        entry,
        helper,
        declaration("proofhouse::machine::choose_bytes", &[WORD, WORD], &[WORD]),
        declaration(
            "proofhouse::machine::fill_bytes",
            &[Scalar::Pointer, WORD],
            &[],
        ),
        declaration("abort", &[], &[]),
        declaration("__rust_alloc", &[WORD, WORD], &[Scalar::Pointer]),
        declaration("__rust_dealloc", &[Scalar::Pointer, WORD, WORD], &[]),
    ];
    assert_eq!(functions[ENTRY as usize].path, "random::entry");
    program(functions, line)
}

fn entry_function(numbers: &mut Numbers) -> (crate::program::Function, u32) {
    let mut body = Body::of_entry(numbers);
    let input = body.input();
    for index in 0..4 {
        let slot = body.stack(1);
        let value = if index < 2 {
            body.input_byte(input, index, 7)
        } else {
            Operand::Word(body.numbers.below(8))
        };
        body.store(BYTE, slot, None, 0, value);
        body.slots.push(slot);
    }
    body.buffers = vec![body.stack(8), body.stack(8)];
    for buffer in body.buffers.clone() {
        // Mostly defined, so that not every program fails at its first read.
        let length = if body.numbers.chance(70) {
            8
        } else {
            body.numbers.below(9)
        };
        let value = Operand::Word(body.numbers.below(256));
        let length_bytes = Operand::Word(length);
        body.writer.push(Instruction::FillMemory {
            target: buffer,
            value,
            length_bytes,
        });
    }
    body.lengths = vec![body.stack(8), body.stack(8)];
    for length in body.lengths.clone() {
        let value = Operand::Word(body.numbers.below(4));
        body.store(WORD, length, None, 0, value);
    }
    let address = body.stack(8);
    body.address = Some(address);
    let (four, one) = (Operand::Word(4), Operand::Word(1));
    let mut made = Operand::Word(0);
    if body.numbers.chance(80) {
        let layout = [(WORD, four), (WORD, one)];
        made = body.writer.call(ALLOCATE, &layout, Some(Scalar::Pointer));
        let value = Operand::Word(body.numbers.below(8));
        body.writer.push(Instruction::FillMemory {
            target: made,
            value,
            length_bytes: four,
        });
    }
    body.store(Scalar::Pointer, address, None, 0, made);
    let count = 5 + body.numbers.below(12);
    body.statements(count, 0);
    body.writer.push(Instruction::Return { values: [].into() });
    let line = body.writer.next_line();
    (body.writer.finish("random::entry", &[], &[]), line)
}

fn helper_function(numbers: &mut Numbers, line: u32) -> (crate::program::Function, u32) {
    let mut body = Body {
        writer: Writer::new(1, line),
        numbers,
        slots: Vec::new(),
        buffers: Vec::new(),
        lengths: Vec::new(),
        address: None,
        values: vec![Operand::Register(Register(0))],
        calls_helper: false,
    };
    let condition = body.condition();
    let (then, otherwise) = (body.writer.block(), body.writer.block());
    body.writer.branch(condition, then, otherwise);
    for block in [then, otherwise] {
        body.writer.enter(block);
        body.values.truncate(1);
        let value = body.expression(2);
        body.writer.push(Instruction::Return {
            values: [value].into(),
        });
    }
    let line = body.writer.next_line();
    (body.writer.finish("random::helper", &[BYTE], &[BYTE]), line)
}

impl<'n> Body<'n> {
    fn of_entry(numbers: &'n mut Numbers) -> Self {
        Self {
            writer: Writer::new(0, 1),
            numbers,
            slots: Vec::new(),
            buffers: Vec::new(),
            lengths: Vec::new(),
            address: None,
            values: Vec::new(),
            calls_helper: true,
        }
    }

    /// Where the two unknown bytes lie.
    fn input(&mut self) -> Operand {
        let input = self.stack(2);
        let two = Operand::Word(2);
        self.writer
            .call(CHOOSE_BYTES, &[(WORD, two), (WORD, two)], Some(WORD));
        self.writer
            .call(FILL_BYTES, &[(Scalar::Pointer, input), (WORD, two)], None);
        input
    }

    /// Some bits of one of them.
    fn input_byte(&mut self, input: Operand, index: i64, mask: u64) -> Operand {
        let byte = self.load(BYTE, input, None, index);
        let mask = Operand::Word(mask);
        self.binary(BinaryOperation::And, Promises::default(), byte, mask)
    }

    /// The program whose entry this is.
    fn into_program(mut self, numbers: &mut Numbers) -> Program {
        self.writer.push(Instruction::Return { values: [].into() });
        let line = self.writer.next_line();
        let entry = self.writer.finish("random::entry", &[], &[]);
        with_declarations(entry, helper_function(numbers, line))
    }

    fn statements(&mut self, count: u64, depth: u32) {
        for _ in 0..count {
            let known = self.values.len();
            self.statement(depth);
            // Values of inner blocks can't be read behind them; joined ones are added by the joins.
            let joined = self.values.split_off(known.min(self.values.len()));
            self.values.extend(joined.into_iter().take(1));
        }
    }

    fn statement(&mut self, depth: u32) {
        if !self.lengths.is_empty() && self.numbers.chance(30) {
            return self.use_length(depth);
        }
        match self.numbers.below(if depth < 3 { 14 } else { 8 }) {
            0 | 1 => {
                let value = self.expression(2);
                let slot = self.slot();
                self.store(BYTE, slot, None, 0, value);
                self.values.truncate(self.values.len().saturating_sub(1));
            }
            2 => self.write_buffer(),
            3 => self.read_buffer(),
            4 => self.abort_if(),
            5 => self.divide(),
            6 => self.use_heap(),
            7 if self.calls_helper => {
                let value = self.expression(1);
                let result = self.writer.call(HELPER, &[(BYTE, value)], Some(BYTE));
                let slot = self.slot();
                self.store(BYTE, slot, None, 0, result);
            }
            8..=10 => self.choose_way(depth),
            11 => self.switch(depth),
            12 => self.repeat(depth),
            _ => self.select_buffer(),
        }
    }

    /// `if … { … } else { … }` with a value that both sides give.
    fn choose_way(&mut self, depth: u32) {
        let condition = self.condition();
        let (then, otherwise, join) = (
            self.writer.block(),
            self.writer.block(),
            self.writer.block(),
        );
        let joined = self.writer.register();
        self.writer.branch(condition, then, otherwise);
        let known = self.values.clone();
        for block in [then, otherwise] {
            self.writer.enter(block);
            self.values = known.clone();
            let count = self.numbers.below(3);
            self.statements(count, depth + 1);
            self.values = known.clone();
            let value = self.expression(1);
            self.writer.jump(join, &[(joined, value)]);
        }
        self.writer.enter(join);
        self.values = known;
        self.values.push(Operand::Register(joined));
    }

    fn switch(&mut self, depth: u32) {
        let value = self.expression(1);
        let ways: Vec<_> = (0..3).map(|_| self.writer.block()).collect();
        let join = self.writer.block();
        let edge = |block| crate::program::Edge {
            block,
            copies: [].into(),
        };
        let cases = [(1, edge(ways[0])), (2, edge(ways[1])), (5, edge(ways[0]))];
        self.writer.push(Instruction::Switch {
            value,
            width_bits: 8,
            cases: cases.into(),
            default: Box::new(edge(ways[2])),
        });
        let known = self.values.clone();
        for way in ways {
            self.writer.enter(way);
            self.values = known.clone();
            self.statements(1, depth + 1);
            self.writer.jump(join, &[]);
        }
        self.writer.enter(join);
        self.values = known;
    }

    /// A loop with at most three rounds.
    fn repeat(&mut self, depth: u32) {
        let value = self.expression(1);
        let rounds = self.binary(
            BinaryOperation::And,
            Promises::default(),
            value,
            Operand::Word(3),
        );
        let (head, inside, behind) = (
            self.writer.block(),
            self.writer.block(),
            self.writer.block(),
        );
        let (counter, next) = (self.writer.register(), self.writer.register());
        self.writer.jump(head, &[(counter, Operand::Word(0))]);
        let known = self.values.clone();
        self.writer.enter(head);
        let counter = Operand::Register(counter);
        let goes_on = self.compare(Comparison::UnsignedLess, counter, rounds);
        self.writer.branch(goes_on, inside, behind);
        self.writer.enter(inside);
        self.values = known.clone();
        self.values.push(counter);
        self.statements(1, depth + 1);
        self.writer.push(Instruction::Binary {
            operation: BinaryOperation::Add,
            promises: Promises::default(),
            width_bits: 8,
            result: next,
            left: counter,
            right: Operand::Word(1),
        });
        let Operand::Register(counter) = counter else {
            unreachable!()
        };
        self.writer
            .jump(head, &[(counter, Operand::Register(next))]);
        self.writer.enter(behind);
        self.values = known;
    }

    /// Changes a length, indexes with it, or returns early.
    fn use_length(&mut self, depth: u32) {
        let slot = self.lengths[usize::from(self.numbers.chance(50))];
        let length = self.load(WORD, slot, None, 0);
        match self.numbers.below(8) {
            0..=3 => {
                let right = Operand::Word(self.numbers.below(3));
                let longer = self.word_operation(BinaryOperation::Add, length, right);
                self.store(WORD, slot, None, 0, longer);
            }
            4 | 5 => {
                let index = self.length_index(length);
                let (value, buffer) = (self.expression(1), self.buffer());
                self.store(BYTE, buffer, Some(index), 0, value);
            }
            6 => {
                let index = self.length_index(length);
                let buffer = self.buffer();
                let value = self.load(BYTE, buffer, Some(index), 0);
                let target = self.slot();
                self.store(BYTE, target, None, 0, value);
            }
            _ if depth > 0 => self.return_if(),
            _ => {}
        }
    }

    /// A length as an index into eight bytes; sometimes it may be too large.
    fn length_index(&mut self, length: Operand) -> Operand {
        let limit = if self.numbers.chance(95) { 7 } else { 15 };
        self.word_operation(BinaryOperation::And, length, Operand::Word(limit))
    }

    fn word_operation(
        &mut self,
        operation: BinaryOperation,
        left: Operand,
        right: Operand,
    ) -> Operand {
        self.writer.result(|result| Instruction::Binary {
            operation,
            promises: Promises::default(),
            width_bits: 64,
            result,
            left,
            right,
        })
    }

    fn return_if(&mut self) {
        let condition = self.condition();
        self.leave_if(condition, false);
    }

    fn abort_if(&mut self) {
        let condition = self.condition();
        self.leave_if(condition, true);
    }

    /// Aborts or returns where the condition holds.
    fn leave_if(&mut self, condition: Operand, aborts: bool) {
        let (stop, go_on) = (self.writer.block(), self.writer.block());
        self.writer.branch(condition, stop, go_on);
        self.writer.enter(stop);
        if aborts {
            self.writer.call(ABORT, &[], None);
            self.writer.push(Instruction::Unreachable);
        } else {
            self.writer.push(Instruction::Return { values: [].into() });
        }
        self.writer.enter(go_on);
    }

    fn divide(&mut self) {
        let (left, mut right) = (self.expression(1), self.expression(1));
        if self.numbers.chance(60) {
            right = self.binary(
                BinaryOperation::Or,
                Promises::default(),
                right,
                Operand::Word(4),
            );
        }
        let operations = [
            BinaryOperation::UnsignedDivide,
            BinaryOperation::SignedRemainder,
        ];
        let operation = operations[usize::from(self.numbers.chance(50))];
        let value = self.binary(operation, Promises::default(), left, right);
        let slot = self.slot();
        self.store(BYTE, slot, None, 0, value);
    }

    /// An index into eight bytes; sometimes it may be too large.
    fn index(&mut self) -> Operand {
        let value = self.expression(1);
        let limit = if self.numbers.chance(92) { 7 } else { 15 };
        let narrow = self.binary(
            BinaryOperation::And,
            Promises::default(),
            value,
            Operand::Word(limit),
        );
        self.widened(narrow)
    }

    fn widened(&mut self, operand: Operand) -> Operand {
        self.writer.result(|result| Instruction::Convert {
            conversion: Conversion::ZeroExtend,
            promises: Promises::default(),
            from: BYTE,
            to: WORD,
            result,
            operand,
        })
    }

    fn buffer(&mut self) -> Operand {
        self.buffers[usize::from(self.numbers.chance(50))]
    }

    fn write_buffer(&mut self) {
        let (index, value, buffer) = (self.index(), self.expression(1), self.buffer());
        self.store(BYTE, buffer, Some(index), 0, value);
    }

    fn read_buffer(&mut self) {
        let (buffer, slot) = (self.buffer(), self.slot());
        if self.numbers.chance(30) {
            // Two bytes move as one value, defined or not.
            let scalar = Scalar::Integer(16);
            let value = self.load(scalar, buffer, None, 2);
            let target = self.buffer();
            self.store(scalar, target, None, 4, value);
            return;
        }
        let index = self.index();
        let value = self.load(BYTE, buffer, Some(index), 0);
        self.store(BYTE, slot, None, 0, value);
    }

    fn select_buffer(&mut self) {
        let condition = self.condition();
        let (first, second) = (self.buffers[0], self.buffers[1]);
        let chosen = self.writer.result(|result| Instruction::Select {
            scalar: Scalar::Pointer,
            result,
            condition,
            first,
            second,
        });
        let value = self.expression(1);
        let limit = if self.numbers.chance(95) { 8 } else { 10 };
        let at = i64::try_from(self.numbers.below(limit)).unwrap();
        self.store(BYTE, chosen, None, at, value);
    }

    /// Allocates, uses or frees four bytes whose address lies in a slot.
    fn use_heap(&mut self) {
        let Some(slot) = self.address else { return };
        let four = Operand::Word(4);
        match self.numbers.below(9) {
            0 => {
                let one = Operand::Word(1);
                let made = self.writer.call(
                    ALLOCATE,
                    &[(WORD, four), (WORD, one)],
                    Some(Scalar::Pointer),
                );
                self.store(Scalar::Pointer, slot, None, 0, made);
            }
            1..=3 => {
                let address = self.load(Scalar::Pointer, slot, None, 0);
                let value = self.expression(1);
                self.store(BYTE, address, None, 1, value);
            }
            4..=7 => {
                let address = self.load(Scalar::Pointer, slot, None, 0);
                let value = self.load(BYTE, address, None, 1);
                let target = self.slot();
                self.store(BYTE, target, None, 0, value);
            }
            _ => {
                let address = self.load(Scalar::Pointer, slot, None, 0);
                let one = Operand::Word(1);
                let arguments = [(Scalar::Pointer, address), (WORD, four), (WORD, one)];
                self.writer.call(FREE, &arguments, None);
            }
        }
    }

    fn slot(&mut self) -> Operand {
        let index = self.numbers.below(self.slots.len() as u64);
        self.slots[usize::try_from(index).unwrap()]
    }

    fn condition(&mut self) -> Operand {
        let (left, right) = (self.expression(2), self.expression(1));
        let comparisons = [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::UnsignedLess,
            Comparison::SignedLessOrEqual,
        ];
        let index = self.numbers.below(4);
        self.compare(comparisons[usize::try_from(index).unwrap()], left, right)
    }

    /// A byte.
    fn expression(&mut self, depth: u32) -> Operand {
        if depth == 0 || self.numbers.chance(20) {
            return self.leaf();
        }
        let (left, right) = (self.expression(depth - 1), self.expression(depth - 1));
        if self.numbers.chance(15) {
            let condition = self.compare(Comparison::UnsignedLess, left, right);
            let other = self.leaf();
            return self.writer.result(|result| Instruction::Select {
                scalar: BYTE,
                result,
                condition,
                first: left,
                second: other,
            });
        }
        let operations = [
            BinaryOperation::Add,
            BinaryOperation::Subtract,
            BinaryOperation::Multiply,
            BinaryOperation::And,
            BinaryOperation::Or,
            BinaryOperation::ExclusiveOr,
            BinaryOperation::UnsignedMaximum,
            BinaryOperation::ShiftLeft,
        ];
        // Shifts are mostly too far; they are rare here.
        let limit = if self.numbers.chance(5) { 8 } else { 7 };
        let operation = operations[usize::try_from(self.numbers.below(limit)).unwrap()];
        let promises = Promises {
            no_unsigned_wrap: self.numbers.chance(2),
            no_signed_wrap: self.numbers.chance(2),
            ..Promises::default()
        };
        let may_promise = matches!(
            operation,
            BinaryOperation::Add | BinaryOperation::Subtract | BinaryOperation::Multiply
        );
        let promises = if may_promise {
            promises
        } else {
            Promises::default()
        };
        self.binary(operation, promises, left, right)
    }

    fn leaf(&mut self) -> Operand {
        let count = self.values.len() as u64;
        if count > 0 && self.numbers.chance(40) {
            let index = self.numbers.below(count);
            return self.values[usize::try_from(index).unwrap()];
        }
        if self.slots.is_empty() || self.numbers.chance(30) {
            return Operand::Word(self.numbers.below(8));
        }
        let slot = self.slot();
        self.load(BYTE, slot, None, 0)
    }

    fn binary(
        &mut self,
        operation: BinaryOperation,
        promises: Promises,
        left: Operand,
        right: Operand,
    ) -> Operand {
        self.writer.result(|result| Instruction::Binary {
            operation,
            promises,
            width_bits: 8,
            result,
            left,
            right,
        })
    }

    fn compare(&mut self, comparison: Comparison, left: Operand, right: Operand) -> Operand {
        self.writer.result(|result| Instruction::Compare {
            comparison,
            scalar: BYTE,
            result,
            left,
            right,
        })
    }

    fn stack(&mut self, size_bytes: u64) -> Operand {
        self.writer.result(|result| Instruction::Allocate {
            result,
            size_bytes,
            count: Operand::Word(1),
            align_bytes: 8,
        })
    }

    fn offset(&mut self, base: Operand, index: Option<Operand>, constant: i64) -> Operand {
        if index.is_none() && constant == 0 {
            return base;
        }
        let in_bounds = self.numbers.chance(50);
        self.writer.result(|result| Instruction::Offset {
            result,
            base,
            index,
            scale: 1,
            constant,
            in_bounds,
        })
    }

    fn load(&mut self, scalar: Scalar, base: Operand, index: Option<Operand>, at: i64) -> Operand {
        let address = self.offset(base, index, at);
        let must_be_defined = self.numbers.chance(3);
        self.writer.result(|result| Instruction::Load {
            scalar,
            result,
            address,
            align_bytes: 1,
            ordering: Ordering::NotAtomic,
            must_be_defined,
        })
    }

    fn store(
        &mut self,
        scalar: Scalar,
        base: Operand,
        index: Option<Operand>,
        at: i64,
        value: Operand,
    ) {
        let address = self.offset(base, index, at);
        self.writer.push(Instruction::Store {
            scalar,
            value,
            address,
            align_bytes: 1,
            ordering: Ordering::NotAtomic,
        });
    }
}
