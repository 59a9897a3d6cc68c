//! Operations on vectors as a whole: lanes by number, orders of lanes, reductions, and the processor's own.

use super::{Builder, Element, Shape};

const REDUCTIONS: [&str; 9] = [
    "add", "mul", "and", "or", "xor", "smin", "smax", "umin", "umax",
];

/// An intrinsic of the processor.
struct Processor {
    name: &'static str,
    /// The elements' width and number of the result and of each operand; no lanes is a scalar.
    result: (u32, u32),
    operands: &'static [(u32, u32)],
    /// Whether not every x86-64 has it.
    is_wide: bool,
}

const fn processor(
    name: &'static str,
    result: (u32, u32),
    operands: &'static [(u32, u32)],
) -> Processor {
    Processor {
        name,
        result,
        operands,
        is_wide: false,
    }
}

const fn wide(
    name: &'static str,
    result: (u32, u32),
    operands: &'static [(u32, u32)],
) -> Processor {
    Processor {
        name,
        result,
        operands,
        is_wide: true,
    }
}

/// What hash tables and searches use of the processor, beside what LLVM has a general form for.
const PROCESSOR: &[Processor] = &[
    processor("sse2.pmovmskb.128", (32, 0), &[(8, 16)]),
    processor("sse2.packsswb.128", (8, 16), &[(16, 8), (16, 8)]),
    processor("sse2.packssdw.128", (16, 8), &[(32, 4), (32, 4)]),
    processor("sse2.packuswb.128", (8, 16), &[(16, 8), (16, 8)]),
    processor("sse2.pmadd.wd", (32, 4), &[(16, 8), (16, 8)]),
    processor("sse2.psad.bw", (64, 2), &[(8, 16), (8, 16)]),
    processor("sse2.pmulh.w", (16, 8), &[(16, 8), (16, 8)]),
    processor("sse2.pmulhu.w", (16, 8), &[(16, 8), (16, 8)]),
    processor("sse2.psll.w", (16, 8), &[(16, 8), (16, 8)]),
    processor("sse2.psll.d", (32, 4), &[(32, 4), (32, 4)]),
    processor("sse2.psll.q", (64, 2), &[(64, 2), (64, 2)]),
    processor("sse2.psrl.w", (16, 8), &[(16, 8), (16, 8)]),
    processor("sse2.psrl.d", (32, 4), &[(32, 4), (32, 4)]),
    processor("sse2.psrl.q", (64, 2), &[(64, 2), (64, 2)]),
    processor("sse2.psra.w", (16, 8), &[(16, 8), (16, 8)]),
    processor("sse2.psra.d", (32, 4), &[(32, 4), (32, 4)]),
    processor("sse2.pslli.w", (16, 8), &[(16, 8), (32, 0)]),
    processor("sse2.pslli.d", (32, 4), &[(32, 4), (32, 0)]),
    processor("sse2.pslli.q", (64, 2), &[(64, 2), (32, 0)]),
    processor("sse2.psrli.w", (16, 8), &[(16, 8), (32, 0)]),
    processor("sse2.psrli.d", (32, 4), &[(32, 4), (32, 0)]),
    processor("sse2.psrli.q", (64, 2), &[(64, 2), (32, 0)]),
    processor("sse2.psrai.w", (16, 8), &[(16, 8), (32, 0)]),
    processor("sse2.psrai.d", (32, 4), &[(32, 4), (32, 0)]),
    wide("ssse3.pshuf.b.128", (8, 16), &[(8, 16), (8, 16)]),
    wide("ssse3.pmadd.ub.sw.128", (16, 8), &[(8, 16), (8, 16)]),
    wide("ssse3.pmul.hr.sw.128", (16, 8), &[(16, 8), (16, 8)]),
    wide("ssse3.phadd.w.128", (16, 8), &[(16, 8), (16, 8)]),
    wide("ssse3.phadd.d.128", (32, 4), &[(32, 4), (32, 4)]),
    wide("sse41.packusdw", (16, 8), &[(32, 4), (32, 4)]),
    wide("avx2.pmovmskb", (32, 0), &[(8, 32)]),
    wide("avx2.pshuf.b", (8, 32), &[(8, 32), (8, 32)]),
    wide("avx2.packsswb", (8, 32), &[(16, 16), (16, 16)]),
    wide("avx2.packssdw", (16, 16), &[(32, 8), (32, 8)]),
    wide("avx2.packuswb", (8, 32), &[(16, 16), (16, 16)]),
    wide("avx2.packusdw", (16, 16), &[(32, 8), (32, 8)]),
    wide("avx2.pmadd.wd", (32, 8), &[(16, 16), (16, 16)]),
    wide("avx2.psad.bw", (64, 4), &[(8, 32), (8, 32)]),
    wide("avx2.pmulh.w", (16, 16), &[(16, 16), (16, 16)]),
    wide("avx2.pmulhu.w", (16, 16), &[(16, 16), (16, 16)]),
    wide("avx2.psllv.d", (32, 4), &[(32, 4), (32, 4)]),
    wide("avx2.psrlv.q.256", (64, 4), &[(64, 4), (64, 4)]),
    wide("avx2.psrav.d.256", (32, 8), &[(32, 8), (32, 8)]),
    wide("avx2.permd", (32, 8), &[(32, 8), (32, 8)]),
    wide("pclmulqdq", (64, 2), &[(64, 2), (64, 2)]),
];

impl Builder {
    /// One operation on a vector as a whole.
    pub(super) fn vector_operation(&mut self) {
        match self.random.u32(0..9) {
            0 => self.extract(),
            1 => self.insert(),
            2 | 3 => self.shuffle(),
            4 => self.reduction(),
            _ => self.of_processor(),
        }
    }

    fn vector_shape(&mut self) -> Shape {
        let element = match self.random.u32(0..5) {
            0 => Element::Float32,
            1 => Element::Float64,
            _ => Element::Integer([8, 16, 32, 64, 1][self.random.usize(0..5)]),
        };
        let stored = Shape::scalar(element).stored().bits();
        let lanes = 1 << self.random.u32(1..=(256 / stored).ilog2());
        Shape { element, lanes }
    }

    /// The number of a lane that there is: a constant, or calculated.
    fn lane(&mut self, shape: Shape) -> String {
        if self.random.bool() {
            return format!("i32 {}", self.random.u32(0..shape.lanes));
        }
        let index = self.value(Shape::scalar(Element::Integer(64)));
        let lane = self.step(&format!("urem i64 {}, {}", index.name, shape.lanes));
        format!("i64 {lane}")
    }

    fn extract(&mut self) {
        let shape = self.vector_shape();
        let value = self.value(shape);
        let lane = self.lane(shape);
        let what = format!("extractelement {} {}, {lane}", shape.text(), value.name);
        self.define(Shape::scalar(shape.element), &what);
    }

    fn insert(&mut self) {
        let shape = self.vector_shape();
        let value = self.value(shape);
        let element = self.value(Shape::scalar(shape.element));
        let lane = self.lane(shape);
        let what = format!(
            "insertelement {} {}, {} {}, {lane}",
            shape.text(),
            value.name,
            element.shape.text(),
            element.name
        );
        self.define(shape, &what);
    }

    fn shuffle(&mut self) {
        let from = self.vector_shape();
        let (left, right) = (self.value(from), self.value(from));
        let stored = Shape::scalar(from.element).stored().bits();
        let lanes = 1 << self.random.u32(1..=(256 / stored).ilog2());
        let mask: Vec<String> = (0..lanes)
            .map(|_| format!("i32 {}", self.random.u32(0..from.lanes * 2)))
            .collect();
        let of = from.text();
        let what = format!(
            "shufflevector {of} {}, {of} {}, <{lanes} x i32> <{}>",
            left.name,
            right.name,
            mask.join(", ")
        );
        self.define(Shape { lanes, ..from }, &what);
    }

    fn reduction(&mut self) {
        let mut shape = self.vector_shape();
        if shape.element.is_float() {
            shape.element = Element::Integer(shape.element.bits());
        }
        let value = self.value(shape);
        let name = REDUCTIONS[self.random.usize(0..REDUCTIONS.len())];
        let to = Shape::scalar(shape.element);
        let name = format!("vector.reduce.{name}.{}", shape.suffix());
        let call = self.intrinsic(&name, &to.text(), &[(shape.text(), value.name)]);
        self.define(to, &call);
    }

    /// A sum or a difference with a carry; the carry is a value of its own.
    fn carry(&mut self) {
        let width = [32, 64][self.random.usize(0..2)];
        let name = ["addcarry", "subborrow"][self.random.usize(0..2)];
        let (byte, word) = (
            Shape::scalar(Element::Integer(8)),
            Shape::scalar(Element::Integer(width)),
        );
        let operands = [byte, word, word].map(|shape| {
            let value = self.value(shape);
            (shape.text(), value.name)
        });
        let both = format!("{{ i8, i{width} }}");
        let call = self.intrinsic(&format!("x86.{name}.{width}"), &both, &operands);
        let both = format!("extractvalue {both} {}", self.step(&call));
        self.define(byte, &format!("{both}, 0"));
        self.define(word, &format!("{both}, 1"));
    }

    fn of_processor(&mut self) {
        if self.random.u32(0..8) == 0 {
            return self.carry();
        }
        let chosen = &PROCESSOR[self.random.usize(0..PROCESSOR.len())];
        if chosen.is_wide && !self.wide {
            return self.shuffle();
        }
        let shape = |(width, lanes): (u32, u32)| Shape {
            element: Element::Integer(width),
            lanes,
        };
        let mut arguments = Vec::new();
        for operand in chosen.operands {
            let value = self.value(shape(*operand));
            arguments.push((value.shape.text(), value.name));
        }
        if self.random.u32(0..4) > 0 {
            self.reduce_amount(chosen, &mut arguments[..]);
        }
        if chosen.name == "pclmulqdq" {
            // Which halves are multiplied is a part of the instruction.
            let halves = ["0", "1", "16", "17"][self.random.usize(0..4)];
            arguments.push(("i8".to_owned(), halves.to_owned()));
        }
        let to = shape(chosen.result);
        let name = format!("x86.{}", chosen.name);
        let call = self.intrinsic(&name, &to.text(), &arguments);
        self.define(to, &call);
    }
    /// Makes the amount of a shift one that leaves something of a lane, as few numbers do.
    fn reduce_amount(&mut self, chosen: &Processor, arguments: &mut [(String, String)]) {
        let word = chosen.name.split('.').nth(1).unwrap_or_default();
        let is_shift = ["psll", "psrl", "psra"]
            .iter()
            .any(|start| word.starts_with(start));
        if !is_shift {
            return;
        }
        let (width, lanes) = chosen.operands[1];
        let amount = Shape {
            element: Element::Integer(width),
            lanes,
        };
        let (of, name) = arguments[1].clone();
        let most = amount.constant("31");
        let mut small = self.step(&format!("and {of} {name}, {most}"));
        // One amount for all lanes is the low half of the vector, as one number.
        if lanes > 0 && !word.ends_with('v') {
            let low = self.step(&format!("extractelement {of} {small}, i32 0"));
            small = self.step(&format!(
                "insertelement {of} zeroinitializer, i{width} {low}, i32 0"
            ));
        }
        arguments[1].1 = small;
    }
}
