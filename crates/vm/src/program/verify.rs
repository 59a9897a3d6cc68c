//! Checks a program's invariants.
//!
//! The reader is the only maker of programs and the machine trusts them without looking. This is
//! where the two meet: whatever the machine takes for granted is checked here, once for each
//! program, in tests and debug builds.
//!
//! # Invariants checked
//!
//! - Every id is in range; every block ends in exactly one terminator; landing pads stand at the
//!   start of the targets of unwinding and nowhere else.
//! - Every operand has the width that its instruction states, and is written on every path before it
//!   is read, except behind `Unsupported`, where no path goes on.
//! - Every register is written by one instruction, or only by copies on edges.
//! - Initial contents lie within their globals.

use super::{
    Address, Block, Constant, Edge, Function, Global, Instruction, Operand, Program, Register,
    Scalar,
};

/// How many violations are told; the first is the one to look at.
const TOLD_MAX: usize = 8;

impl Program {
    /// Checks every invariant of the module's documentation.
    ///
    /// # Errors
    ///
    /// One line for each violation, the first few: the function, the block and what is wrong.
    pub fn verify(&self) -> Result<(), String> {
        let mut checker = Checker {
            program: self,
            at: String::new(),
            violations: Vec::new(),
        };
        checker.program();
        checker.violations.truncate(TOLD_MAX);
        match checker.violations.as_slice() {
            [] => Ok(()),
            violations => Err(violations.join("\n")),
        }
    }
}

struct Checker<'p> {
    program: &'p Program,
    at: String,
    violations: Vec<String>,
}

/// What is known of a function's registers.
struct Registers {
    /// The type of each; `None` while unknown, and for those that nothing reachable writes.
    scalars: Vec<Option<Scalar>>,
    /// How many instructions write each.
    writers: Vec<u32>,
    /// Whether a copy on an edge writes it.
    is_copied_to: Vec<bool>,
}

impl Checker<'_> {
    fn require(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(format!("{}: {}", self.at, what()));
        }
    }

    fn program(&mut self) {
        let program = self.program;
        "the program".clone_into(&mut self.at);
        for entry in &program.entries {
            let in_range = entry.index() < program.functions.len();
            self.require(in_range, || format!("entry {entry:?} is no function"));
        }
        for constructor in &program.constructors {
            let function = program.functions.get(constructor.index());
            let is_callable =
                function.is_some_and(|one| one.has_body() && one.parameters.is_empty());
            self.require(is_callable, || {
                format!("constructor {constructor:?} can't be called")
            });
        }
        self.require(!program.places.is_empty(), || {
            "place 0 is missing".to_owned()
        });
        for (index, place) in program.places.iter().enumerate() {
            let texts = [place.file, place.folder, place.function];
            let has_texts = texts.iter().all(|text| text.index() < program.texts.len());
            self.require(has_texts, || format!("place {index} names no text"));
            let is_inside = place.inlined_at.is_none_or(|outer| outer.index() < index);
            self.require(is_inside, || {
                format!("place {index} is inlined into a later place")
            });
        }
        for constant in &program.constants {
            self.constant(constant);
        }
        for global in &program.globals {
            self.at = format!("global `{}`", global.symbol);
            self.global(global);
        }
        for function in &program.functions {
            self.at = format!("function `{}`", function.path);
            self.function(function);
        }
    }

    fn address(&mut self, address: Address) {
        let in_range = match address {
            Address::Function(function) => function.index() < self.program.functions.len(),
            Address::Global { global, .. } => global.index() < self.program.globals.len(),
        };
        self.require(in_range, || format!("{address:?} does not exist"));
    }

    fn constant(&mut self, constant: &Constant) {
        match constant {
            Constant::Address(address) => self.address(*address),
            Constant::Bits { width_bits, words } => {
                let count = width_bits.div_ceil(64) as usize;
                let is_whole = words.len() == count && *width_bits > 0;
                self.require(is_whole, || {
                    format!("{constant:?} has {} words", words.len())
                });
                let used = width_bits % 64;
                let is_extended = used == 0 || words.last().is_some_and(|word| word >> used == 0);
                self.require(is_extended, || {
                    format!("{constant:?} has bits above its width")
                });
            }
            Constant::Undefined { width_bits } | Constant::Poison { width_bits } => {
                self.require(*width_bits > 0, || "a constant without bits".to_owned());
            }
        }
    }

    fn global(&mut self, global: &Global) {
        let align = global.align_bytes;
        self.require(align.is_power_of_two(), || {
            format!("aligned to {align} bytes")
        });
        let Some(initial) = &global.initial else {
            return;
        };
        let size = global.size_bytes;
        let length = initial.bytes.len() as u64;
        self.require(length == size, || format!("{length} bytes of {size}"));
        let mut next = 0;
        for relocation in &initial.relocations {
            let (start, end) = (relocation.offset, relocation.offset.saturating_add(8));
            self.require(start >= next && end <= size, || {
                format!("a relocation at {start}")
            });
            next = end;
            self.address(relocation.target);
        }
        let mut next = 0;
        for range in &initial.undefined {
            let is_ascending = range.start >= next && range.start < range.end && range.end <= size;
            self.require(is_ascending, || format!("the undefined bytes {range:?}"));
            next = range.end;
        }
    }

    fn function(&mut self, function: &Function) {
        let (parameters, byvals) = (function.parameters.len(), function.byval_bytes.len());
        self.require(parameters == byvals, || format!("{byvals} byval sizes"));
        let in_range = function.place.index() < self.program.places.len();
        self.require(in_range, || "its place does not exist".to_owned());
        if !function.has_body() {
            return;
        }
        let has_room = function.register_count as usize >= parameters;
        self.require(has_room, || "fewer registers than parameters".to_owned());
        let name = self.at.clone();
        let before = self.violations.len();
        for (index, block) in function.blocks.iter().enumerate() {
            self.at = format!("{name}, block {index}");
            self.block(function, block);
        }
        if self.violations.len() > before {
            // Ids out of range would only make the checks below fail in our own code.
            return;
        }
        self.landing_pads(function);
        let registers = self.registers(function);
        for (index, block) in function.blocks.iter().enumerate() {
            for (position, instruction) in block.instructions.iter().enumerate() {
                self.at = format!("{name}, block {index}, instruction {position}");
                self.instruction(function, instruction, &registers);
            }
        }
        self.at = name;
        self.definite_assignment(function);
    }

    fn block(&mut self, function: &Function, block: &Block) {
        let block_count = function.blocks.len();
        let (count, places) = (block.instructions.len(), block.places.len());
        self.require(count == places, || {
            format!("{places} places for {count} instructions")
        });
        let known = block
            .places
            .iter()
            .all(|place| place.index() < self.program.places.len());
        self.require(known, || "a place that does not exist".to_owned());
        let ends = block
            .instructions
            .iter()
            .filter(|one| one.is_terminator())
            .count();
        let ends_last = block
            .instructions
            .last()
            .is_some_and(Instruction::is_terminator);
        self.require(ends == 1 && ends_last, || format!("{ends} terminators"));
        let meets = block
            .meets_at
            .is_none_or(|meeting| meeting.index() < block_count);
        self.require(meets, || "meets at a block that does not exist".to_owned());
        for instruction in &block.instructions {
            for edge in instruction.edges() {
                let target = edge.block;
                self.require(target.index() < block_count, || {
                    format!("{target:?} is no block")
                });
            }
            self.ids(function, instruction);
        }
    }

    /// Checks that what an instruction names exists.
    fn ids(&mut self, function: &Function, instruction: &Instruction) {
        let mut operands = Vec::new();
        let mut registers = Vec::new();
        instruction.for_each_operand(|operand, _| operands.push(operand));
        instruction.for_each_result(|register, _| registers.push(register));
        if let Instruction::Return { values } = instruction {
            operands.extend_from_slice(values);
        }
        for edge in instruction.edges() {
            registers.extend(edge.copies.iter().map(|(target, _)| *target));
            operands.extend(edge.copies.iter().map(|(_, source)| *source));
        }
        for operand in operands {
            match operand {
                Operand::Register(register) => registers.push(register),
                Operand::Word(_) => {}
                Operand::Constant(constant) => {
                    let exists = constant.index() < self.program.constants.len();
                    self.require(exists, || format!("{constant:?} does not exist"));
                }
            }
        }
        for register in registers {
            let exists = register.0 < function.register_count;
            self.require(exists, || {
                format!("{register:?} of {}", function.register_count)
            });
        }
        match instruction {
            Instruction::Unsupported { what } => {
                let exists = what.index() < self.program.texts.len();
                self.require(exists, || format!("{what:?} does not exist"));
            }
            Instruction::Call(call) | Instruction::Invoke { call, .. } => {
                if let super::Callee::Direct(callee) = call.callee {
                    self.address(Address::Function(callee));
                }
            }
            _ => {}
        }
    }

    fn landing_pads(&mut self, function: &Function) {
        let begins = |block: &Block| {
            matches!(
                block.instructions.first(),
                Some(Instruction::LandingPad { .. })
            )
        };
        for (index, block) in function.blocks.iter().enumerate() {
            let later = block.instructions.iter().skip(1);
            let misplaced = later
                .filter(|one| matches!(one, Instruction::LandingPad { .. }))
                .count();
            self.require(misplaced == 0, || {
                format!("block {index} has a late landing pad")
            });
            let Some(last) = block.instructions.last() else {
                continue;
            };
            let unwinds = matches!(last, Instruction::Invoke { .. });
            let edges = last.edges();
            for (position, edge) in edges.iter().enumerate() {
                let is_unwind = unwinds && position + 1 == edges.len();
                let is_pad = begins(&function.blocks[edge.block.index()]);
                self.require(is_unwind == is_pad, || {
                    format!("block {index} leads to {:?} in the wrong way", edge.block)
                });
            }
        }
    }

    /// Gathers the widths and writers of registers.
    fn registers(&mut self, function: &Function) -> Registers {
        let count = function.register_count as usize;
        let mut registers = Registers {
            scalars: vec![None; count],
            writers: vec![0; count],
            is_copied_to: vec![false; count],
        };
        for (index, scalar) in function.parameters.iter().enumerate() {
            registers.scalars[index] = Some(*scalar);
            registers.writers[index] = 1;
        }
        let instructions = || function.blocks.iter().flat_map(|block| &block.instructions);
        for instruction in instructions() {
            instruction.for_each_result(|register, scalar| {
                registers.scalars[register.index()] = Some(scalar);
                registers.writers[register.index()] += 1;
            });
        }
        let edges: Vec<&Edge> = instructions().flat_map(Instruction::edges).collect();
        let copies = || edges.iter().flat_map(|edge| &edge.copies);
        for (target, _) in copies() {
            registers.is_copied_to[target.index()] = true;
        }
        // A phi may take its type from a phi: repeat until nothing is learnt.
        let mut learnt = true;
        while learnt {
            learnt = false;
            for (target, source) in copies() {
                let scalar = self.scalar_of(*source, &registers);
                if registers.scalars[target.index()].is_none() && scalar.is_some() {
                    registers.scalars[target.index()] = scalar;
                    learnt = true;
                }
            }
        }
        for (index, (writers, copied)) in registers
            .writers
            .iter()
            .zip(&registers.is_copied_to)
            .enumerate()
        {
            let is_single = *writers <= 1 && !(*writers == 1 && *copied);
            self.require(is_single, || {
                format!("register {index} has {writers} writers")
            });
        }
        registers
    }

    /// The type of an operand, if it has one by itself.
    fn scalar_of(&self, operand: Operand, registers: &Registers) -> Option<Scalar> {
        match operand {
            Operand::Register(register) => registers.scalars[register.index()],
            Operand::Word(_) => None,
            Operand::Constant(constant) => match &self.program.constants[constant.index()] {
                Constant::Address(_) => Some(Scalar::Pointer),
                _ => None,
            },
        }
    }

    fn operand(&mut self, operand: Operand, scalar: Scalar, registers: &Registers) {
        let width = scalar.width_bits();
        match operand {
            Operand::Word(word) => {
                let fits = width <= 64 && (width == 64 || word >> width == 0);
                self.require(fits, || format!("{word} does not fit into {width} bits"));
            }
            Operand::Constant(constant) => {
                let found = match &self.program.constants[constant.index()] {
                    Constant::Bits { width_bits, .. }
                    | Constant::Undefined { width_bits }
                    | Constant::Poison { width_bits } => *width_bits,
                    Constant::Address(_) => 64,
                };
                self.require(found == width, || {
                    format!("{operand:?} has {found} bits where {width} are read")
                });
            }
            // A register that only code behind `Unsupported` would write has no type.
            Operand::Register(register) => {
                let found = registers.scalars[register.index()];
                self.require(found.is_none_or(|found| found == scalar), || {
                    format!("{operand:?} holds {found:?} where {scalar:?} is read")
                });
            }
        }
    }

    fn instruction(&mut self, function: &Function, one: &Instruction, registers: &Registers) {
        let mut reads = Vec::new();
        one.for_each_operand(|operand, scalar| reads.push((operand, scalar)));
        for (operand, scalar) in reads {
            self.operand(operand, scalar, registers);
        }
        for edge in one.edges() {
            let mut targets: Vec<Register> = edge.copies.iter().map(|(to, _)| *to).collect();
            targets.sort_unstable();
            let is_distinct = targets.windows(2).all(|pair| pair[0] != pair[1]);
            self.require(is_distinct, || format!("{targets:?} are written at once"));
            for (target, source) in &edge.copies {
                if let Some(scalar) = registers.scalars[target.index()] {
                    self.operand(*source, scalar, registers);
                }
            }
        }
        self.details(function, one, registers);
    }

    fn details(&mut self, function: &Function, one: &Instruction, registers: &Registers) {
        match one {
            Instruction::Return { values } => {
                let (found, wanted) = (values.len(), function.results.len());
                self.require(found == wanted, || {
                    format!("returns {found} of {wanted} values")
                });
                for (value, scalar) in values.iter().zip(&function.results) {
                    self.operand(*value, *scalar, registers);
                }
            }
            Instruction::Convert {
                conversion,
                from,
                to,
                ..
            } => {
                self.require(conversion.accepts(*from, *to), || {
                    format!("{conversion:?} from {from:?} to {to:?}")
                });
            }
            Instruction::Float {
                operation,
                operands,
                ..
            } => {
                let count = operands.len();
                let is_right = match operation.operand_count() {
                    Some(wanted) => count == wanted,
                    None => (1..=2).contains(&count),
                };
                self.require(is_right, || format!("{operation:?} of {count} operands"));
            }
            Instruction::Switch {
                cases, width_bits, ..
            } => {
                let is_ascending = cases.windows(2).all(|pair| pair[0].0 < pair[1].0);
                self.require(is_ascending, || "cases out of order".to_owned());
                self.require(*width_bits <= 64, || {
                    format!("a switch of {width_bits} bits")
                });
                for (case, _) in cases {
                    self.operand(
                        Operand::Word(*case),
                        Scalar::Integer(*width_bits),
                        registers,
                    );
                }
            }
            Instruction::Allocate { align_bytes, .. }
            | Instruction::Load { align_bytes, .. }
            | Instruction::Store { align_bytes, .. } => {
                let align = *align_bytes;
                self.require(align.is_power_of_two(), || {
                    format!("aligned to {align} bytes")
                });
            }
            _ => {}
        }
    }

    /// Every register is written before it is read, on every path.
    fn definite_assignment(&mut self, function: &Function) {
        let count = function.register_count as usize;
        let mut at_start: Vec<Option<Bits>> = vec![None; function.blocks.len()];
        let mut parameters = Bits::new(count);
        (0..function.parameters.len()).for_each(|index| parameters.insert(index));
        at_start[0] = Some(parameters);
        let mut pending = vec![0];
        while let Some(index) = pending.pop() {
            let start = at_start[index]
                .clone()
                .expect("a pending block was reached");
            let block = &function.blocks[index];
            let (assigned, _) = assigned_through(block, start);
            let Some((assigned, last)) = assigned.zip(block.instructions.last()) else {
                continue;
            };
            let edges = last.edges();
            for (position, edge) in edges.iter().enumerate() {
                let mut after = assigned.clone();
                // The results of an invoke exist only where it returned.
                let is_unwind = matches!(last, Instruction::Invoke { .. }) && position == 1;
                if !is_unwind {
                    last.for_each_result(|register, _| after.insert(register.index()));
                }
                edge.copies
                    .iter()
                    .for_each(|(target, _)| after.insert(target.index()));
                let target = &mut at_start[edge.block.index()];
                let changed = match target {
                    None => {
                        *target = Some(after);
                        true
                    }
                    Some(known) => known.intersect(&after),
                };
                if changed {
                    pending.push(edge.block.index());
                }
            }
        }
        for (index, start) in at_start.into_iter().enumerate() {
            let Some(start) = start else {
                continue;
            };
            if let (_, Some(unwritten)) = assigned_through(&function.blocks[index], start) {
                self.require(false, || {
                    format!("block {index} reads {unwritten:?} unwritten")
                });
            }
        }
    }
}

/// The registers that are written when the terminator decides, given those written at the start;
/// nothing when no path gets there. And the first register that was read too early.
fn assigned_through(block: &Block, start: Bits) -> (Option<Bits>, Option<Register>) {
    let mut assigned = start;
    let mut unwritten = None;
    for instruction in &block.instructions {
        if matches!(instruction, Instruction::Unsupported { .. }) {
            return (None, unwritten);
        }
        let mut check = |operand: Operand, assigned: &Bits| {
            if let Operand::Register(register) = operand
                && !assigned.contains(register.index())
            {
                unwritten = unwritten.or(Some(register));
            }
        };
        instruction.for_each_operand(|operand, _| check(operand, &assigned));
        if let Instruction::Return { values } = instruction {
            values.iter().for_each(|value| check(*value, &assigned));
        }
        for (position, edge) in instruction.edges().into_iter().enumerate() {
            let mut on_edge = assigned.clone();
            if position == 0 {
                instruction.for_each_result(|register, _| on_edge.insert(register.index()));
            }
            edge.copies
                .iter()
                .for_each(|(_, source)| check(*source, &on_edge));
        }
        if !instruction.is_terminator() {
            instruction.for_each_result(|register, _| assigned.insert(register.index()));
        }
    }
    (Some(assigned), unwritten)
}

/// A set of small numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bits {
    words: Vec<u64>,
}

impl Bits {
    fn new(count: usize) -> Self {
        Self {
            words: vec![0; count.div_ceil(64)],
        }
    }

    fn insert(&mut self, index: usize) {
        self.words[index / 64] |= 1 << (index % 64);
    }

    fn contains(&self, index: usize) -> bool {
        self.words[index / 64] >> (index % 64) & 1 == 1
    }

    /// Keeps what is also in `other`; whether anything was lost.
    fn intersect(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            changed |= *word & !other != 0;
            *word &= other;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{BinaryOperation, BlockId, Edge, Place, PlaceId, Promises, TextId};

    fn function(instructions: Vec<Instruction>) -> Program {
        let places = vec![PlaceId(0); instructions.len()];
        let function = Function {
            symbol: "f".to_owned(),
            path: "f".to_owned(),
            parameters: vec![Scalar::Integer(8)],
            byval_bytes: vec![None],
            results: vec![Scalar::Integer(8)],
            variadic: false,
            register_count: 2,
            blocks: vec![Block {
                instructions,
                places,
                meets_at: None,
            }],
            place: PlaceId(0),
        };
        Program {
            functions: vec![function],
            places: vec![Place {
                file: TextId(0),
                folder: TextId(0),
                line: 0,
                column: 0,
                function: TextId(0),
                inlined_at: None,
            }],
            texts: vec![String::new()],
            ..Program::default()
        }
    }

    fn sum(width_bits: u16) -> Instruction {
        Instruction::Binary {
            operation: BinaryOperation::Add,
            promises: Promises::default(),
            width_bits,
            result: Register(1),
            left: Operand::Register(Register(0)),
            right: Operand::Word(1),
        }
    }

    fn give(register: u32) -> Instruction {
        Instruction::Return {
            values: Box::new([Operand::Register(Register(register))]),
        }
    }

    fn check(instructions: Vec<Instruction>, expected: &str) {
        let problem = function(instructions).verify().expect_err("it is broken");
        assert!(problem.contains(expected), "{problem}");
    }

    #[test]
    fn a_sound_function_passes() {
        assert_eq!(function(vec![sum(8), give(1)]).verify(), Ok(()));
    }

    #[test]
    fn each_broken_invariant_is_named() {
        check(vec![sum(16), give(1)], "where Integer(16) is read");
        check(vec![sum(8), sum(8), give(1)], "register 1 has 2 writers");
        check(vec![sum(8)], "block 0: 0 terminators");
        check(vec![give(7)], "Register7 of 2");
        check(vec![give(1)], "reads Register1 unwritten");
        check(vec![], "0 terminators");
        let nowhere = Edge {
            block: BlockId(9),
            copies: Box::new([]),
        };
        check(vec![Instruction::Jump(nowhere)], "BlockId9 is no block");
    }
}
