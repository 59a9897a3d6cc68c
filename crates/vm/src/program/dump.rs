//! A program as text, for people and for tests.
//!
//! The text is complete for functions: two functions with the same text behave the same. It is not
//! made to be read back.

use std::fmt;

use super::{
    Address, Block, Call, Callee, Constant, Edge, Function, FunctionId, Global, Instruction,
    Operand, PlaceId, Program, Promises, Register, Scalar,
};

/// How much of a function is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DumpOptions {
    /// Whether each instruction's place follows it.
    pub places: bool,
}

impl Program {
    /// The function as text: its signature, then one instruction a line.
    pub fn dump_function(&self, function: FunctionId) -> String {
        let options = DumpOptions::default();
        self.dump_function_with(function, options)
    }

    /// The function as text, with what the options add.
    pub fn dump_function_with(&self, function: FunctionId, options: DumpOptions) -> String {
        let dumper = Dumper {
            program: self,
            options,
        };
        dumper.function(&self.functions[function.index()])
    }

    /// The whole program as text: globals, then functions.
    pub fn dump(&self, options: DumpOptions) -> String {
        let dumper = Dumper {
            program: self,
            options,
        };
        let globals = self.globals.iter().map(|global| dumper.global(global));
        let functions = self
            .functions
            .iter()
            .map(|function| dumper.function(function));
        globals.chain(functions).collect()
    }

    /// A place as `file:line`, the innermost inlined function first; empty when unknown.
    pub fn describe_place(&self, place: PlaceId) -> String {
        let Some(found) = self
            .places
            .get(place.index())
            .filter(|found| found.line > 0)
        else {
            return String::new();
        };
        format!("{}:{}", self.text(found.file), found.line)
    }
}

struct Dumper<'p> {
    program: &'p Program,
    options: DumpOptions,
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(width) => write!(f, "i{width}"),
            Self::Pointer => f.write_str("ptr"),
            Self::Float32 => f.write_str("f32"),
            Self::Float64 => f.write_str("f64"),
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

impl fmt::Display for Promises {
    /// Each promise that is made, with a space before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            no_unsigned_wrap,
            no_signed_wrap,
            exact,
            disjoint,
            not_negative,
        } = *self;
        for (made, name) in [
            (no_unsigned_wrap, "nuw"),
            (no_signed_wrap, "nsw"),
            (exact, "exact"),
            (disjoint, "disjoint"),
            (not_negative, "nneg"),
        ] {
            if made {
                write!(f, " {name}")?;
            }
        }
        Ok(())
    }
}

/// The name of an enumeration's variant in lower case words: `UnsignedLess` is `unsigned-less`.
fn words(variant: impl fmt::Debug) -> String {
    let mut words = String::new();
    for character in format!("{variant:?}").chars() {
        if character.is_ascii_uppercase() && !words.is_empty() && !words.ends_with(' ') {
            words.push('-');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

fn joined<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(", ")
}

/// A flag as a word with a space before it.
fn flag(holds: bool, word: &str) -> String {
    if holds {
        format!(" {word}")
    } else {
        String::new()
    }
}

impl Dumper<'_> {
    fn global(&self, global: &Global) -> String {
        let kind = if global.is_constant {
            "constant"
        } else {
            "variable"
        };
        let local = flag(global.is_thread_local, "thread-local");
        let mut text = format!(
            "{kind}{local} `{}`: {} bytes, align {}",
            global.symbol, global.size_bytes, global.align_bytes
        );
        match &global.initial {
            None => text += ", defined elsewhere\n",
            Some(initial) => {
                text += "\n";
                if initial.bytes.iter().any(|byte| *byte != 0) {
                    let bytes = initial.bytes.escape_ascii();
                    text += &format!("  bytes \"{bytes}\"\n");
                }
                for relocation in &initial.relocations {
                    let target = self.address(relocation.target);
                    text += &format!("  at {}: {target}\n", relocation.offset);
                }
                for range in &initial.undefined {
                    text += &format!("  undefined {}..{}\n", range.start, range.end);
                }
            }
        }
        text
    }

    fn function(&self, function: &Function) -> String {
        let parameters = function
            .parameters
            .iter()
            .zip(&function.byval_bytes)
            .map(|(scalar, byval)| match byval {
                Some(bytes) => format!("{scalar} byval {bytes}"),
                None => scalar.to_string(),
            })
            .chain(function.variadic.then(|| "...".to_owned()));
        let mut text = format!("function `{}`({})", function.path, joined(parameters));
        text += &format!(" -> ({})", joined(&function.results));
        if !function.has_body() {
            text += ", no body\n";
            return text;
        }
        text += &format!(", {} registers\n", function.register_count);
        for (index, block) in function.blocks.iter().enumerate() {
            text += &self.block(index, block);
        }
        text
    }

    fn block(&self, index: usize, block: &Block) -> String {
        let meets = block
            .meets_at
            .map(|meeting| format!(" meets {}", meeting.0));
        let mut text = format!("  block {index}{}:\n", meets.unwrap_or_default());
        for (instruction, place) in block.instructions.iter().zip(&block.places) {
            text += &format!("    {}", self.instruction(instruction));
            if self.options.places && *place != PlaceId(0) {
                text += &format!("  ; {}", self.place(*place));
            }
            text.push('\n');
        }
        text
    }

    /// A place and the calls that were inlined to reach it.
    fn place(&self, place: PlaceId) -> String {
        let mut parts = Vec::new();
        let mut next = Some(place);
        while let Some(place) = next {
            let place = &self.program.places[place.index()];
            let (file, function) = (
                self.program.text(place.file),
                self.program.text(place.function),
            );
            parts.push(format!(
                "{file}:{}:{} in {function}",
                place.line, place.column
            ));
            next = place.inlined_at;
        }
        parts.join(" < ")
    }

    fn address(&self, address: Address) -> String {
        match address {
            Address::Function(function) => {
                format!("`{}`", self.program.functions[function.index()].path)
            }
            Address::Global { global, addend: 0 } => {
                format!("`{}`", self.program.globals[global.index()].symbol)
            }
            Address::Global { global, addend } => {
                format!(
                    "`{}`{addend:+}",
                    self.program.globals[global.index()].symbol
                )
            }
        }
    }

    fn operand(&self, operand: Operand) -> String {
        match operand {
            Operand::Register(register) => register.to_string(),
            Operand::Word(word) => word.to_string(),
            Operand::Constant(constant) => match &self.program.constants[constant.index()] {
                Constant::Address(address) => self.address(*address),
                Constant::Undefined { .. } => "undefined".to_owned(),
                Constant::Poison { .. } => "poison".to_owned(),
                Constant::Bits { words, .. } => {
                    let digits: Vec<String> = words
                        .iter()
                        .rev()
                        .map(|word| format!("{word:016x}"))
                        .collect();
                    format!("0x{}", digits.join("_"))
                }
            },
        }
    }

    fn operands(&self, operands: &[Operand]) -> String {
        joined(operands.iter().map(|operand| self.operand(*operand)))
    }

    fn edge(&self, edge: &Edge) -> String {
        let copies = edge
            .copies
            .iter()
            .map(|(target, source)| format!("{target} = {}", self.operand(*source)));
        match edge.copies.len() {
            0 => format!("block {}", edge.block.0),
            _ => format!("block {} [{}]", edge.block.0, joined(copies)),
        }
    }

    fn call(&self, call: &Call) -> String {
        let callee = match call.callee {
            Callee::Direct(function) => self.address(Address::Function(function)),
            Callee::Indirect(operand) => self.operand(operand),
        };
        let arguments = call
            .arguments
            .iter()
            .map(|(scalar, operand)| format!("{scalar} {}", self.operand(*operand)));
        let results = match &call.results {
            None => String::new(),
            Some((first, scalars)) => {
                let registers = (0..scalars.len() as u32).map(|index| Register(first.0 + index));
                let results = registers
                    .zip(scalars)
                    .map(|(register, scalar)| format!("{scalar} {register}"));
                format!("{} = ", joined(results))
            }
        };
        format!("{results}call {callee}({})", joined(arguments))
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        let of = |operand: &Operand| self.operand(*operand);
        match instruction {
            Instruction::Binary {
                operation,
                promises,
                width_bits,
                result,
                left,
                right,
            } => {
                let (name, left, right) = (words(operation), of(left), of(right));
                format!("{result} = {name}{promises} i{width_bits} {left}, {right}")
            }
            Instruction::Overflow {
                operation,
                width_bits,
                result,
                left,
                right,
            } => {
                let (name, left, right) = (words(operation), of(left), of(right));
                let overflowed = Register(result.0 + 1);
                format!("{result}, {overflowed} = overflowing {name} i{width_bits} {left}, {right}")
            }
            Instruction::Unary {
                operation,
                scalar,
                result,
                operand,
            } => {
                format!("{result} = {} {scalar} {}", words(operation), of(operand))
            }
            Instruction::FunnelShift {
                left,
                width_bits,
                result,
                high,
                low,
                amount,
            } => {
                let side = if *left { "left" } else { "right" };
                let operands = self.operands(&[*high, *low, *amount]);
                format!("{result} = funnel-shift-{side} i{width_bits} {operands}")
            }
            Instruction::Compare {
                comparison,
                scalar,
                result,
                left,
                right,
            } => {
                let (name, left, right) = (words(comparison), of(left), of(right));
                format!("{result} = {name} {scalar} {left}, {right}")
            }
            Instruction::Select {
                scalar,
                result,
                condition,
                first,
                second,
            } => {
                let (condition, first, second) = (of(condition), of(first), of(second));
                format!("{result} = select {scalar} {condition} ? {first} : {second}")
            }
            Instruction::Copy {
                scalar,
                result,
                operand,
            } => {
                format!("{result} = copy {scalar} {}", of(operand))
            }
            Instruction::Join {
                part_bits,
                result,
                parts,
            } => {
                format!("{result} = join i{part_bits} {}", self.operands(parts))
            }
            Instruction::Split {
                part_bits,
                first,
                count,
                operand,
            } => {
                let last = Register(first.0 + u32::from(*count) - 1);
                format!("{first}..{last} = split i{part_bits} {}", of(operand))
            }
            Instruction::Convert {
                conversion,
                promises,
                from,
                to,
                result,
                operand,
            } => {
                let (name, operand) = (words(conversion), of(operand));
                format!("{result} = {name}{promises} {from} {operand} to {to}")
            }
            Instruction::PickElement {
                scalar,
                result,
                elements,
                index,
                index_bits,
            } => {
                let (elements, index) = (self.operands(elements), of(index));
                format!("{result} = pick {scalar} [{elements}] at i{index_bits} {index}")
            }
            _ => self.float_or_memory(instruction),
        }
    }

    fn float_or_memory(&self, instruction: &Instruction) -> String {
        let of = |operand: &Operand| self.operand(*operand);
        match instruction {
            Instruction::Float {
                operation,
                scalar,
                result,
                operands,
            } => {
                let name = match operation {
                    super::FloatOperation::Library(name) => {
                        format!("library `{}`", self.program.text(*name))
                    }
                    operation => format!("float-{}", words(operation)),
                };
                format!("{result} = {name} {scalar} {}", self.operands(operands))
            }
            Instruction::FloatCompare {
                comparison,
                scalar,
                result,
                left,
                right,
            } => {
                let relations = [
                    (comparison.less, '<'),
                    (comparison.equal, '='),
                    (comparison.greater, '>'),
                    (comparison.unordered, '?'),
                ];
                let relations: String = relations
                    .iter()
                    .filter(|(holds, _)| *holds)
                    .map(|(_, sign)| sign)
                    .collect();
                format!(
                    "{result} = float-compare {scalar} {} {relations} {}",
                    of(left),
                    of(right)
                )
            }
            Instruction::FloatClass {
                scalar,
                mask,
                result,
                operand,
            } => {
                format!(
                    "{result} = float-class {scalar} {} in {mask:#x}",
                    of(operand)
                )
            }
            Instruction::Offset {
                result,
                base,
                index,
                scale,
                constant,
                in_bounds,
            } => {
                let step = index.map(|index| format!(" + {} * {scale}", self.operand(index)));
                let (step, bounds) = (step.unwrap_or_default(), flag(*in_bounds, "in-bounds"));
                format!("{result} = offset{bounds} {} + {constant}{step}", of(base))
            }
            Instruction::Allocate {
                result,
                size_bytes,
                count,
                align_bytes,
            } => {
                format!(
                    "{result} = allocate {size_bytes} * {} align {align_bytes}",
                    of(count)
                )
            }
            Instruction::Lifetime { address, starts } => {
                let edge = if *starts { "starts" } else { "ends" };
                format!("lifetime {edge} {}", of(address))
            }
            Instruction::Load {
                scalar,
                result,
                address,
                align_bytes,
                ordering,
                must_be_defined,
            } => {
                let (order, defined) = (order(*ordering), flag(*must_be_defined, "defined"));
                format!(
                    "{result} = load{order}{defined} {scalar} {} align {align_bytes}",
                    of(address)
                )
            }
            Instruction::Store {
                scalar,
                value,
                address,
                align_bytes,
                ordering,
            } => {
                let (order, value, address) = (order(*ordering), of(value), of(address));
                format!("store{order} {scalar} {value} to {address} align {align_bytes}")
            }
            Instruction::CopyMemory {
                target,
                source,
                length_bytes,
                may_overlap,
            } => {
                let overlap = flag(*may_overlap, "overlapping");
                format!(
                    "copy-memory{overlap} {}",
                    self.operands(&[*target, *source, *length_bytes])
                )
            }
            Instruction::FillMemory {
                target,
                value,
                length_bytes,
            } => {
                format!(
                    "fill-memory {}",
                    self.operands(&[*target, *value, *length_bytes])
                )
            }
            _ => self.atomic_or_control(instruction),
        }
    }

    fn atomic_or_control(&self, instruction: &Instruction) -> String {
        let of = |operand: &Operand| self.operand(*operand);
        match instruction {
            Instruction::AtomicUpdate {
                operation,
                scalar,
                result,
                address,
                value,
                ordering,
            } => {
                let (name, order) = (words(operation), order(*ordering));
                format!(
                    "{result} = atomic-{name}{order} {scalar} {}, {}",
                    of(address),
                    of(value)
                )
            }
            Instruction::CompareExchange {
                scalar,
                result,
                address,
                expected,
                replacement,
                success,
                failure,
                weak,
            } => {
                let orders = format!("{}{}", order(*success), order(*failure));
                let (weak, succeeded) = (flag(*weak, "weak"), Register(result.0 + 1));
                let operands = self.operands(&[*address, *expected, *replacement]);
                format!(
                    "{result}, {succeeded} = compare-exchange{weak}{orders} {scalar} {operands}"
                )
            }
            Instruction::Fence { ordering } => format!("fence{}", order(*ordering)),
            Instruction::Assume { condition } => format!("assume {}", of(condition)),
            Instruction::Call(call) => self.call(call),
            Instruction::Unsupported { what } => {
                format!("unsupported: {}", self.program.text(*what))
            }
            Instruction::Invoke {
                call,
                normal,
                unwind,
            } => {
                let (call, normal, unwind) =
                    (self.call(call), self.edge(normal), self.edge(unwind));
                format!("{call} then {normal} unwind {unwind}")
            }
            Instruction::LandingPad {
                result,
                is_cleanup,
                catches_all,
                other_clauses,
            } => {
                let (cleanup, all) = (
                    flag(*is_cleanup, "cleanup"),
                    flag(*catches_all, "catch-all"),
                );
                let selector = Register(result.0 + 1);
                let others = flag(*other_clauses > 0, &format!("and {other_clauses} others"));
                format!("{result}, {selector} = landing-pad{cleanup}{all}{others}")
            }
            Instruction::Resume { exception } => format!("resume {}", of(exception)),
            Instruction::Jump(edge) => format!("jump {}", self.edge(edge)),
            Instruction::Branch {
                condition,
                then,
                otherwise,
            } => {
                let (then, otherwise) = (self.edge(then), self.edge(otherwise));
                format!("branch {} ? {then} : {otherwise}", of(condition))
            }
            Instruction::Switch {
                value,
                width_bits,
                cases,
                default,
            } => {
                let cases = joined(
                    cases
                        .iter()
                        .map(|(case, edge)| format!("{case} => {}", self.edge(edge))),
                );
                let default = self.edge(default);
                format!(
                    "switch i{width_bits} {} {{ {cases}, else {default} }}",
                    of(value)
                )
            }
            Instruction::Return { values } => match values.len() {
                0 => "return".to_owned(),
                _ => format!("return {}", self.operands(values)),
            },
            Instruction::Unreachable => "unreachable".to_owned(),
            other => panic!("{other:?} is written elsewhere"),
        }
    }
}

/// An ordering with a space before it; nothing for accesses that are not atomic.
fn order(ordering: super::Ordering) -> String {
    flag(ordering != super::Ordering::NotAtomic, &words(ordering))
}
