//! Operations on floats, and conversions between all kinds.

use super::{Builder, Element, Shape, Value};

const ARITHMETIC: [&str; 5] = ["fadd", "fsub", "fmul", "fdiv", "frem"];
const PREDICATES: [&str; 14] = [
    "oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une",
    "uno",
];
/// Intrinsics on one float.
const SINGLE: [&str; 9] = [
    "fabs",
    "sqrt",
    "floor",
    "ceil",
    "trunc",
    "round",
    "roundeven",
    "rint",
    "nearbyint",
];
/// Intrinsics on two floats.
const PAIRS: [&str; 5] = ["copysign", "minnum", "maxnum", "minimum", "maximum"];

impl Builder {
    /// One operation on floats.
    pub(super) fn float_operation(&mut self) {
        let shape = self.float_shape();
        let of = shape.text();
        let left = self.value(shape);
        let right = self.value(shape);
        let (a, b) = (left.name.as_str(), right.name.as_str());
        match self.random.u32(0..8) {
            0..3 => {
                let operation = ARITHMETIC[self.random.usize(0..ARITHMETIC.len())];
                self.define_float(shape, &format!("{operation} {of} {a}, {b}"));
            }
            3 => {
                let predicate = PREDICATES[self.random.usize(0..PREDICATES.len())];
                let truth = shape.with(Element::Integer(1));
                self.define(truth, &format!("fcmp {predicate} {of} {a}, {b}"));
            }
            4 => {
                let name = SINGLE[self.random.usize(0..SINGLE.len())];
                let call = self.uniform(name, shape, &[a]);
                self.define_float(shape, &call);
            }
            5 => self.pair(&left, &right),
            6 => {
                let third = self.value(shape);
                let call = self.uniform("fma", shape, &[a, b, &third.name]);
                self.define_float(shape, &call);
            }
            _ => match self.random.u32(0..3) {
                0 => drop(self.define_float(shape, &format!("fneg {of} {a}"))),
                1 => self.selection(&left, &right),
                _ => self.class(&left),
            },
        }
    }

    fn pair(&mut self, left: &Value, right: &Value) {
        let shape = left.shape;
        let name = PAIRS[self.random.usize(0..PAIRS.len())];
        let call = self.uniform(name, shape, &[&left.name, &right.name]);
        if matches!(name, "minnum" | "maxnum") {
            // Of two zeros either may come out: adding zero makes both the positive one.
            let of = shape.text();
            let found = self.step(&call);
            let zero = shape.constant("0.0");
            self.define_float(shape, &format!("fadd {of} {found}, {zero}"));
        } else {
            self.define_float(shape, &call);
        }
    }

    fn class(&mut self, value: &Value) {
        let shape = value.shape;
        let truth = shape.with(Element::Integer(1));
        let mask = self.random.u32(0..1024);
        let arguments = [
            (shape.text(), value.name.clone()),
            ("i32".to_owned(), mask.to_string()),
        ];
        let name = format!("is.fpclass.{}", shape.suffix());
        // The mask has to be a constant, which its declaration says.
        let call = self.intrinsic(&name, &truth.text(), &arguments);
        self.define(truth, &call);
    }

    /// One conversion between kinds or widths.
    pub(super) fn conversion(&mut self) {
        match self.random.u32(0..6) {
            0 | 1 => self.resize(),
            2 => {
                let from = self.integer_shape();
                let to = [Element::Float32, Element::Float64][self.random.usize(0..2)];
                let name = ["sitofp", "uitofp"][self.random.usize(0..2)];
                self.convert_within(name, from, from.with(to));
            }
            3 => {
                let from = self.float_shape();
                let to = from.with(Element::Integer(self.width()));
                if to.stored().bits() > 256 {
                    return;
                }
                let value = self.value(from);
                let name = ["fptosi.sat", "fptoui.sat"][self.random.usize(0..2)];
                let name = format!("{name}.{}.{}", to.suffix(), from.suffix());
                let arguments = [(from.text(), value.name)];
                let call = self.intrinsic(&name, &to.text(), &arguments);
                self.define(to, &call);
            }
            4 => {
                let from = self.float_shape();
                match from.element {
                    Element::Float32 => {
                        self.convert_within("fpext", from, from.with(Element::Float64))
                    }
                    _ => self.convert_within("fptrunc", from, from.with(Element::Float32)),
                }
            }
            _ => self.bitcast(),
        }
    }

    fn convert_within(&mut self, name: &str, from: Shape, to: Shape) {
        if to.stored().bits() > 256 {
            return;
        }
        let value = self.value(from);
        let what = format!("{name} {} {} to {}", from.text(), value.name, to.text());
        if to.element.is_float() {
            self.define_float(to, &what);
        } else {
            self.define(to, &what);
        }
    }

    fn resize(&mut self) {
        let from = self.integer_shape();
        let to = from.with(Element::Integer(self.width()));
        let (before, after) = (from.element.bits(), to.element.bits());
        let name = match before.cmp(&after) {
            std::cmp::Ordering::Less => ["zext", "sext"][self.random.usize(0..2)],
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Greater => "trunc",
        };
        self.convert_within(name, from, to);
    }

    /// The same bits as another type: lanes join and part, bits become floats.
    fn bitcast(&mut self) {
        let from = if self.random.u32(0..4) == 0 {
            self.float_shape()
        } else {
            self.integer_shape()
        };
        // LLVM 22 lowers the bits of, say, an `i13` as lanes to code that repeats some of them, so what
        // the processor does with other numbers of single bits than powers of two judges nobody.
        let is_judged =
            |shape: Shape| shape.element != Element::Integer(1) || shape.count().is_power_of_two();
        if !is_judged(from) {
            return;
        }
        let bits = from.bits();
        let mut targets = vec![];
        if bits <= 128 {
            targets.push(Shape::scalar(Element::Integer(bits)));
        }
        let widths = [1, 8, 16, 32, 64, 128];
        for width in widths
            .into_iter()
            .filter(|width| bits.is_multiple_of(*width))
        {
            let lanes = bits / width;
            let to = Shape {
                element: Element::Integer(width),
                lanes,
            };
            if (2..=32).contains(&lanes) && to.stored().bits() <= 256 && is_judged(to) {
                targets.push(to);
            }
        }
        for element in [Element::Float32, Element::Float64] {
            if bits == element.bits() {
                targets.push(Shape::scalar(element));
            }
        }
        if targets.is_empty() {
            return;
        }
        let to = targets[self.random.usize(0..targets.len())];
        if to != from {
            self.convert_within("bitcast", from, to);
        }
    }
}
