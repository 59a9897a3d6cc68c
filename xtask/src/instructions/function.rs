//! Random functions in LLVM's textual form, with a defined result for every input.
//!
//! A function reads its inputs from one address and writes every value that it calculates to another, so
//! that each operation is compared and not only the last. Operations whose result LLVM leaves open for some
//! inputs are kept away from these: a divisor is made one that divides, an amount of a shift is taken modulo
//! the width.
//!
//! # Invariants
//!
//! - The same seed gives the same text.
//! - No value is poison or undefined, whatever the inputs.
//! - A NaN is made the one quiet NaN before anything looks at its bits: sign and payload of the result of an
//!   operation are not promised. So is the sign of a zero that `minnum` and `maxnum` may choose.
//!
//! # Not here
//!
//! Memory beside the two addresses, control flow and calls: the suites and the corpus of programs have these.
//!
//! # Source
//!
//! LLVM Language Reference.

mod floats;
mod integers;
mod vectors;

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Bytes of one row of inputs.
pub(super) const ROW_BYTES: u32 = 256;
/// Bytes at the end of a row at which no input begins, so that every input is within the row.
const INPUT_BYTES_MAX: u32 = 64;
/// Operations of a function.
const OPERATIONS: u32 = 12;

/// What a lane holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Element {
    /// An integer of 1 to 128 bits.
    Integer(u32),
    Float32,
    Float64,
}

/// The type of a value: an element, or a vector of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Shape {
    element: Element,
    /// 0 for a scalar.
    lanes: u32,
}

impl Element {
    fn text(self) -> String {
        match self {
            Self::Integer(width) => format!("i{width}"),
            Self::Float32 => "float".to_owned(),
            Self::Float64 => "double".to_owned(),
        }
    }

    fn bits(self) -> u32 {
        match self {
            Self::Integer(width) => width,
            Self::Float32 => 32,
            Self::Float64 => 64,
        }
    }

    fn is_float(self) -> bool {
        !matches!(self, Self::Integer(_))
    }
}

impl Shape {
    fn scalar(element: Element) -> Self {
        Self { element, lanes: 0 }
    }

    fn with(self, element: Element) -> Self {
        Self { element, ..self }
    }

    fn text(self) -> String {
        match self.lanes {
            0 => self.element.text(),
            lanes => format!("<{lanes} x {}>", self.element.text()),
        }
    }

    /// As in the names of intrinsics: `i8`, `v4f32`.
    fn suffix(self) -> String {
        let element = match self.element {
            Element::Integer(width) => format!("i{width}"),
            Element::Float32 => "f32".to_owned(),
            Element::Float64 => "f64".to_owned(),
        };
        match self.lanes {
            0 => element,
            lanes => format!("v{lanes}{element}"),
        }
    }

    /// How many elements.
    fn count(self) -> u32 {
        self.lanes.max(1)
    }

    fn bits(self) -> u32 {
        self.count() * self.element.bits()
    }

    /// The type in which it lies in memory: integers of whole bytes, a power of two of them.
    fn stored(self) -> Self {
        let bits = self.element.bits().next_power_of_two().max(8);
        self.with(Element::Integer(bits))
    }

    /// A constant, the same in each lane.
    fn constant(self, number: &str) -> String {
        match self.lanes {
            0 => number.to_owned(),
            _ => format!("splat ({} {number})", self.element.text()),
        }
    }
}

/// A value that was calculated.
#[derive(Clone, Debug)]
struct Value {
    name: String,
    shape: Shape,
}

/// A random function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    /// Its definition.
    pub text: String,
    /// What it calls, a declaration each.
    pub declarations: BTreeSet<String>,
    /// What it writes for a row of inputs: each value's name and where its bytes end.
    pub outputs: Vec<(String, u32)>,
}

impl Function {
    /// The function of a seed, which may use the instructions behind [`WIDE_FEATURES`] if `wide`.
    pub(super) fn random(name: &str, seed: u64, wide: bool) -> Self {
        let mut builder = Builder {
            random: fastrand::Rng::with_seed(seed),
            body: String::new(),
            values: Vec::new(),
            declarations: BTreeSet::new(),
            wide,
            next: 0,
        };
        for _ in 0..OPERATIONS {
            builder.operation();
        }
        let mut outputs = Vec::new();
        let mut end = 0;
        for value in std::mem::take(&mut builder.values) {
            end = builder.store(&value, end);
            outputs.push((value.name, end));
        }
        let attributes = if wide {
            format!(" \"target-features\"=\"{WIDE_FEATURES}\"")
        } else {
            String::new()
        };
        let text = format!(
            "define void @{name}(ptr %in, ptr %out) nounwind{attributes} {{\n{}  ret void\n}}\n",
            builder.body
        );
        Self {
            text,
            declarations: builder.declarations,
            outputs,
        }
    }

    /// Bytes that it writes for a row of inputs.
    pub(super) fn output_bytes(&self) -> u32 {
        self.outputs.last().map_or(0, |(_, end)| *end)
    }
}

/// What the compiler may use for a wide function, beside what every x86-64 has.
pub(super) const WIDE_FEATURES: &str =
    "+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+avx,+avx2,+bmi,+bmi2,+fma,+lzcnt,+pclmul";

/// A function under construction.
struct Builder {
    random: fastrand::Rng,
    body: String,
    values: Vec<Value>,
    declarations: BTreeSet<String>,
    wide: bool,
    next: u32,
}

impl Builder {
    /// One operation on what there is, or on a new input.
    fn operation(&mut self) {
        match self.random.u32(0..20) {
            0..9 => self.integer_operation(),
            9..13 => self.float_operation(),
            13..16 => self.conversion(),
            _ => self.vector_operation(),
        }
    }

    /// A name that is not in use.
    fn fresh(&mut self) -> String {
        self.next += 1;
        format!("%v{}", self.next)
    }

    /// Calculates a value that is not compared.
    fn step(&mut self, what: &str) -> String {
        let name = self.fresh();
        writeln!(self.body, "  {name} = {what}").expect("texts grow");
        name
    }

    /// Calculates a value that is compared.
    fn define(&mut self, shape: Shape, what: &str) -> Value {
        let name = self.step(what);
        self.keep(shape, name)
    }

    fn keep(&mut self, shape: Shape, name: String) -> Value {
        let value = Value { name, shape };
        self.values.push(value.clone());
        value
    }

    /// Calculates a float; every NaN becomes the one.
    fn define_float(&mut self, shape: Shape, what: &str) -> Value {
        let name = self.step(what);
        let name = self.with_one_nan(shape, &name);
        self.keep(shape, name)
    }

    fn with_one_nan(&mut self, shape: Shape, name: &str) -> String {
        let of = shape.text();
        let truth = shape.with(Element::Integer(1)).text();
        let zero = shape.constant("0.0");
        let nan = shape.constant("0x7FF8000000000000");
        let is_nan = self.step(&format!("fcmp uno {of} {name}, {zero}"));
        self.step(&format!("select {truth} {is_nan}, {of} {nan}, {of} {name}"))
    }

    /// Calls an intrinsic; gives the call's text.
    fn intrinsic(&mut self, name: &str, result: &str, arguments: &[(String, String)]) -> String {
        let types: Vec<&str> = arguments.iter().map(|(of, _)| of.as_str()).collect();
        self.declarations.insert(format!(
            "declare {result} @llvm.{name}({})\n",
            types.join(", ")
        ));
        let passed: Vec<String> = arguments
            .iter()
            .map(|(of, value)| format!("{of} {value}"))
            .collect();
        format!("call {result} @llvm.{name}({})", passed.join(", "))
    }

    /// An intrinsic on values of one shape that gives that shape.
    fn uniform(&mut self, name: &str, shape: Shape, values: &[&str]) -> String {
        let of = shape.text();
        let arguments: Vec<(String, String)> = values
            .iter()
            .map(|value| (of.clone(), (*value).to_owned()))
            .collect();
        self.intrinsic(&format!("{name}.{}", shape.suffix()), &of, &arguments)
    }

    /// A value of a shape: often one that was calculated, else an input.
    fn value(&mut self, shape: Shape) -> Value {
        let fitting: Vec<usize> = (0..self.values.len())
            .filter(|index| self.values[*index].shape == shape)
            .collect();
        if !fitting.is_empty() && self.random.u32(0..4) > 0 {
            let index = fitting[self.random.usize(0..fitting.len())];
            return self.values[index].clone();
        }
        self.input(shape)
    }

    /// Reads an input.
    fn input(&mut self, shape: Shape) -> Value {
        let last = (ROW_BYTES - INPUT_BYTES_MAX) / 8;
        let offset = self.random.u32(0..=last) * 8;
        let at = self.step(&format!("getelementptr i8, ptr %in, i64 {offset}"));
        let stored = shape.stored();
        assert!(
            stored.bits() <= INPUT_BYTES_MAX * 8,
            "{shape:?} leaves the row"
        );
        let raw = self.step(&format!("load {}, ptr {at}, align 1", stored.text()));
        let (from, to) = (stored.text(), shape.text());
        let name = match shape.element {
            Element::Integer(width) if width == stored.element.bits() => raw,
            Element::Integer(_) => self.step(&format!("trunc {from} {raw} to {to}")),
            _ => {
                let float = self.step(&format!("bitcast {from} {raw} to {to}"));
                self.with_one_nan(shape, &float)
            }
        };
        Value { name, shape }
    }

    /// Writes a value behind what was written; gives where it ends.
    fn store(&mut self, value: &Value, offset: u32) -> u32 {
        let stored = value.shape.stored();
        let (from, to) = (value.shape.text(), stored.text());
        let name = match value.shape.element {
            Element::Integer(width) if width == stored.element.bits() => value.name.clone(),
            Element::Integer(_) => self.step(&format!("zext {from} {} to {to}", value.name)),
            _ => self.step(&format!("bitcast {from} {} to {to}", value.name)),
        };
        let at = self.step(&format!("getelementptr i8, ptr %out, i64 {offset}"));
        writeln!(self.body, "  store {to} {name}, ptr {at}, align 1").expect("texts grow");
        offset + stored.bits() / 8
    }

    /// A width: mostly one that types of Rust have, sometimes any.
    fn width(&mut self) -> u32 {
        match self.random.u32(0..4) {
            0 => self.random.u32(1..=128),
            _ => [8, 16, 32, 64, 128, 1][self.random.usize(0..6)],
        }
    }

    /// A shape of integers that fits into an input.
    fn integer_shape(&mut self) -> Shape {
        // What was calculated is looked at again more often than a new shape begins.
        if self.random.bool()
            && let Some(shape) = self.present_shape(|shape| !shape.element.is_float())
        {
            return shape;
        }
        let element = Element::Integer(self.width());
        self.shape_of(element)
    }

    fn float_shape(&mut self) -> Shape {
        if self.random.bool()
            && let Some(shape) = self.present_shape(|shape| shape.element.is_float())
        {
            return shape;
        }
        let element = [Element::Float32, Element::Float64][self.random.usize(0..2)];
        self.shape_of(element)
    }

    fn present_shape(&mut self, fits: impl Fn(Shape) -> bool) -> Option<Shape> {
        let shapes: Vec<Shape> = self.values.iter().map(|value| value.shape).collect();
        let shapes: Vec<Shape> = shapes.into_iter().filter(|shape| fits(*shape)).collect();
        (!shapes.is_empty()).then(|| shapes[self.random.usize(0..shapes.len())])
    }

    /// A scalar, or a vector of at most 256 bits.
    fn shape_of(&mut self, element: Element) -> Shape {
        let stored = Shape::scalar(element).stored().bits();
        let lanes_max = 256 / stored;
        if lanes_max < 2 || self.random.u32(0..3) > 0 {
            return Shape::scalar(element);
        }
        let lanes = match self.random.u32(0..4) {
            0 => self.random.u32(2..=lanes_max),
            _ => 1 << self.random.u32(1..=lanes_max.ilog2()),
        };
        Shape { element, lanes }
    }
}

#[cfg(test)]
mod tests {
    use super::Function;

    #[test]
    fn a_seed_is_one_function() {
        for seed in 0..20 {
            assert_eq!(
                Function::random("f", seed, true),
                Function::random("f", seed, true)
            );
        }
        assert_ne!(
            Function::random("f", 1, true),
            Function::random("f", 2, true)
        );
    }

    #[test]
    fn every_value_has_its_place_in_the_output() {
        let function = Function::random("f", 7, false);
        let mut end = 0;
        for (name, next) in &function.outputs {
            assert!(*next > end, "{name} has no bytes");
            assert!(
                function.text.contains(&format!("{name} = ")),
                "{name} is calculated"
            );
            end = *next;
        }
        assert_eq!(function.output_bytes(), end);
    }
}
