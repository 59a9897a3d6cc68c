//! Operations on integers, alone and in lanes.

use super::{Builder, Element, Shape, Value};

/// Operations without an input that they are not defined for.
const TOTAL: [&str; 6] = ["add", "sub", "mul", "and", "or", "xor"];
const DIVISIONS: [&str; 4] = ["udiv", "urem", "sdiv", "srem"];
const SHIFTS: [&str; 3] = ["shl", "lshr", "ashr"];
const COMPARISONS: [&str; 10] = [
    "eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle",
];
/// Intrinsics on two integers.
const PAIRS: [&str; 8] = [
    "umin", "umax", "smin", "smax", "uadd.sat", "sadd.sat", "usub.sat", "ssub.sat",
];
const OVERFLOWS: [&str; 6] = ["uadd", "sadd", "usub", "ssub", "umul", "smul"];

impl Builder {
    /// One operation on integers.
    pub(super) fn integer_operation(&mut self) {
        let shape = self.integer_shape();
        let left = self.value(shape);
        let right = self.value(shape);
        let of = shape.text();
        let (a, b) = (left.name.as_str(), right.name.as_str());
        match self.random.u32(0..11) {
            0 | 1 => {
                let operation = TOTAL[self.random.usize(0..TOTAL.len())];
                self.define(shape, &format!("{operation} {of} {a}, {b}"));
            }
            2 => self.division(&left, &right),
            3 => {
                let operation = SHIFTS[self.random.usize(0..SHIFTS.len())];
                let width = shape.constant(&width_constant(shape));
                let amount = self.step(&format!("urem {of} {b}, {width}"));
                self.define(shape, &format!("{operation} {of} {a}, {amount}"));
            }
            4 => drop(self.comparison(&left, &right)),
            5 => self.selection(&left, &right),
            6 => {
                let name = PAIRS[self.random.usize(0..PAIRS.len())];
                let call = self.uniform(name, shape, &[a, b]);
                self.define(shape, &call);
            }
            7 => self.overflow(&left, &right),
            8 => {
                let name = ["fshl", "fshr"][self.random.usize(0..2)];
                let amount = self.value(shape);
                let call = self.uniform(name, shape, &[a, b, &amount.name]);
                self.define(shape, &call);
            }
            9 => self.count_or_turn(&left),
            _ => self.three_way(&left, &right),
        }
    }

    /// A division whose divisor is neither 0 nor, for the smallest dividend, -1.
    fn division(&mut self, left: &Value, right: &Value) {
        let shape = left.shape;
        let (of, truth) = (shape.text(), shape.with(Element::Integer(1)).text());
        let operation = DIVISIONS[self.random.usize(0..DIVISIONS.len())];
        let zero = shape.constant("0");
        let one = shape.constant("1");
        let mut is_bad = self.step(&format!("icmp eq {of} {}, {zero}", right.name));
        if operation.starts_with('s') {
            let width = shape.element.bits();
            let least = shape.constant(&smallest(width));
            let minus_one = shape.constant("-1");
            let is_least = self.step(&format!("icmp eq {of} {}, {least}", left.name));
            let is_minus_one = self.step(&format!("icmp eq {of} {}, {minus_one}", right.name));
            let overflows = self.step(&format!("and {truth} {is_least}, {is_minus_one}"));
            is_bad = self.step(&format!("or {truth} {is_bad}, {overflows}"));
            if width == 1 {
                // Of one bit, 1 is -1: no divisor is safe for the smallest dividend.
                let dividend = self.step(&format!("xor {of} {}, {}", left.name, left.name));
                self.define(shape, &format!("{operation} {of} {dividend}, {minus_one}"));
                return;
            }
        }
        let divisor = self.step(&format!(
            "select {truth} {is_bad}, {of} {one}, {of} {}",
            right.name
        ));
        self.define(shape, &format!("{operation} {of} {}, {divisor}", left.name));
    }

    /// A comparison.
    pub(super) fn comparison(&mut self, left: &Value, right: &Value) -> Value {
        let predicate = COMPARISONS[self.random.usize(0..COMPARISONS.len())];
        let what = format!(
            "icmp {predicate} {} {}, {}",
            left.shape.text(),
            left.name,
            right.name
        );
        self.define(left.shape.with(Element::Integer(1)), &what)
    }

    /// A choice between two values, for all lanes or for each.
    pub(super) fn selection(&mut self, left: &Value, right: &Value) {
        let truth = match self.random.bool() {
            true => Shape::scalar(Element::Integer(1)),
            false => left.shape.with(Element::Integer(1)),
        };
        let condition = self.value(truth);
        let of = left.shape.text();
        let what = format!(
            "select {} {}, {of} {}, {of} {}",
            truth.text(),
            condition.name,
            left.name,
            right.name
        );
        self.define(left.shape, &what);
    }

    fn overflow(&mut self, left: &Value, right: &Value) {
        let shape = left.shape;
        let truth = shape.with(Element::Integer(1));
        let name = OVERFLOWS[self.random.usize(0..OVERFLOWS.len())];
        let both = format!("{{ {}, {} }}", shape.text(), truth.text());
        let arguments = [left, right].map(|value| (shape.text(), value.name.clone()));
        let name = format!("{name}.with.overflow.{}", shape.suffix());
        let call = self.intrinsic(&name, &both, &arguments);
        let pair = self.step(&call);
        self.define(shape, &format!("extractvalue {both} {pair}, 0"));
        self.define(truth, &format!("extractvalue {both} {pair}, 1"));
    }

    /// Counts of bits and changes of their order.
    fn count_or_turn(&mut self, value: &Value) {
        let shape = value.shape;
        let of = shape.text();
        let names = [
            "ctpop",
            "bitreverse",
            "bswap",
            "ctlz",
            "cttz",
            "abs",
            "freeze",
        ];
        let name = names[self.random.usize(0..names.len())];
        match name {
            "bswap" if !shape.element.bits().is_multiple_of(16) => {}
            "freeze" => drop(self.define(shape, &format!("freeze {of} {}", value.name))),
            "ctpop" | "bitreverse" | "bswap" => {
                let call = self.uniform(name, shape, &[&value.name]);
                self.define(shape, &call);
            }
            _ => {
                // Some ask for poison at zero, which is then kept away.
                let is_strict = name != "abs" && self.random.bool();
                let mut operand = value.name.clone();
                if is_strict {
                    let one = shape.constant("1");
                    operand = self.step(&format!("or {of} {operand}, {one}"));
                }
                let arguments = [
                    (of.clone(), operand),
                    ("i1".to_owned(), is_strict.to_string()),
                ];
                let call = self.intrinsic(&format!("{name}.{}", shape.suffix()), &of, &arguments);
                self.define(shape, &call);
            }
        }
    }

    fn three_way(&mut self, left: &Value, right: &Value) {
        let from = left.shape;
        let to = from.with(Element::Integer([2, 8, 32][self.random.usize(0..3)]));
        // LLVM 22's code generator takes such a comparison, which is zero, for some number that isn't, and a funnel
        // shift by it for its second operand.
        let is_with_itself = left.name == right.name;
        if is_with_itself || to.stored().bits() > 256 {
            return;
        }
        let name = ["scmp", "ucmp"][self.random.usize(0..2)];
        let name = format!("{name}.{}.{}", to.suffix(), from.suffix());
        let arguments = [left, right].map(|value| (from.text(), value.name.clone()));
        let call = self.intrinsic(&name, &to.text(), &arguments);
        self.define(to, &call);
    }
}

/// The width as a constant of that width.
fn width_constant(shape: Shape) -> String {
    match shape.element.bits() {
        1 => "true".to_owned(),
        width => width.to_string(),
    }
}

/// The smallest signed number of a width.
fn smallest(width: u32) -> String {
    match width {
        128 => i128::MIN.to_string(),
        width => (-(1_i128 << (width - 1))).to_string(),
    }
}
