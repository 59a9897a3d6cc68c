//! The program as it lies in memory before its first instruction: addresses, constants, globals.
//!
//! It is made once for a program and shared by every machine that executes it, however many entry
//! points are run: laying out thousands of functions and globals takes longer than most of them.
//!
//! # Invariants
//!
//! - Constants too wide for a number are terms, and terms belong to one machine. Every machine makes
//!   them first and in the same order, so that they have the same numbers in all of them.

use std::collections::BTreeMap;

use super::places::is_library;
use super::symbols::Symbols;
use super::value::Value;
use crate::memory::{Fill, Memory, Object, ObjectId, ObjectKind};
use crate::program::{
    Address, Constant, FunctionId, Global, GlobalId, Initial, PlaceId, Program, TextId,
};
use crate::shims::{Shim, ShimTable};

/// A program's memory image.
pub(crate) struct Image {
    /// The memory before the first instruction.
    pub memory: Memory,
    /// The constant pool as values.
    pub constants: Vec<Value>,
    /// For each function, what the machine does instead of its body.
    pub shims: Vec<Option<Shim>>,
    functions: Vec<Value>,
    globals: Vec<Value>,
    functions_by_object: BTreeMap<ObjectId, FunctionId>,
    external: BTreeMap<ObjectId, GlobalId>,
    /// Thread-local variables as they are when a thread begins.
    initial_locals: BTreeMap<ObjectId, Object>,
    /// For each text, whether it is the path of a function that is not the user's.
    library_texts: Vec<bool>,
    /// The constants that are terms: width and words.
    wide_constants: Vec<(u32, Box<[u64]>)>,
    /// Whether a whole process is executed, and not one property.
    pub is_process: bool,
    /// The C library's list of the environment's variables, if the program looks at it.
    pub variable_list: Option<Value>,
    /// Where the standard library keeps how many arguments the program has, and the list of them.
    pub argument_list: Option<(Value, Value)>,
}

impl Image {
    /// Lays out a program.
    pub(crate) fn new(program: &Program, is_process: bool) -> Self {
        let table = ShimTable::new(program, is_process);
        let mut image = Self {
            memory: Memory::default(),
            constants: Vec::new(),
            shims: program
                .functions
                .iter()
                .map(|function| table.find(function))
                .collect(),
            functions: Vec::new(),
            globals: Vec::new(),
            functions_by_object: BTreeMap::new(),
            external: BTreeMap::new(),
            initial_locals: BTreeMap::new(),
            library_texts: program.texts.iter().map(|text| is_library(text)).collect(),
            wide_constants: Vec::new(),
            is_process,
            variable_list: None,
            argument_list: None,
        };
        for index in 0..program.functions.len() {
            image.place_function(FunctionId(index_u32(index)));
        }
        for (index, global) in program.globals.iter().enumerate() {
            image.place_global(GlobalId(index_u32(index)), global);
        }
        for (index, global) in program.globals.iter().enumerate() {
            if let Some(initial) = &global.initial {
                image.fill_global(GlobalId(index_u32(index)), global, initial);
            }
        }
        for (index, global) in program.globals.iter().enumerate() {
            if global.is_thread_local && global.initial.is_some() {
                let id = image.globals[index].object;
                let object = image.memory.object(id).expect("globals are live").clone();
                image.initial_locals.insert(id, object);
            }
        }
        image.argument_list = image.find_arguments(program);
        let mut symbols = Symbols::default();
        for constant in &program.constants {
            let value = image.constant(constant, &mut symbols);
            image.constants.push(value);
        }
        image
    }

    /// The terms of a machine that has not made any other: those that constants refer to.
    pub(crate) fn first_symbols(&self) -> Symbols {
        let mut symbols = Symbols::default();
        for (width, words) in &self.wide_constants {
            symbols.terms.constant_wide(*width, words);
        }
        symbols
    }

    /// Whether a text is the path of a function that is not the user's.
    pub(crate) fn is_library_text(&self, text: TextId) -> bool {
        self.library_texts[text.index()]
    }

    /// The address of a function.
    pub(crate) fn function(&self, function: FunctionId) -> Value {
        self.functions[function.index()]
    }

    /// The function whose address belongs to an object.
    pub(crate) fn function_of(&self, object: ObjectId) -> Option<FunctionId> {
        self.functions_by_object.get(&object).copied()
    }

    /// The global that is defined outside the program and whose address belongs to an object.
    pub(crate) fn external_of(&self, object: ObjectId) -> Option<GlobalId> {
        self.external.get(&object).copied()
    }

    /// The global that an object is.
    pub(crate) fn global_of(&self, object: ObjectId) -> Option<GlobalId> {
        let at = self
            .globals
            .iter()
            .position(|global| global.object == object)?;
        Some(GlobalId(index_u32(at)))
    }

    /// The objects of all globals that a program may write.
    pub(crate) fn writable_globals<'i>(
        &'i self,
        program: &'i Program,
    ) -> impl Iterator<Item = ObjectId> + 'i {
        let globals = program.globals.iter().zip(&self.globals);
        globals
            .filter(|(global, _)| !global.is_constant && global.initial.is_some())
            .map(|(_, address)| address.object)
    }

    /// A thread-local variable as it is when a thread begins.
    pub(crate) fn initial_of(&self, variable: ObjectId) -> Option<&Object> {
        self.initial_locals.get(&variable)
    }

    /// Makes a new copy of a thread-local variable with its initial contents; `None` for anything
    /// else, and when memory is used up.
    pub(crate) fn copy_of_initial(
        &self,
        memory: &mut Memory,
        variable: ObjectId,
    ) -> Option<ObjectId> {
        let initial = self.initial_locals.get(&variable)?;
        let (kind, fill) = (ObjectKind::Global, Fill::Zero);
        let (copy, _) = memory.allocate(kind, initial.size, initial.align, fill, PlaceId(0))?;
        let object = memory.object_mut(copy).expect("it was made just now");
        let base = object.base;
        *object = initial.clone();
        object.base = base;
        Some(copy)
    }

    fn place_function(&mut self, function: FunctionId) {
        let kind = ObjectKind::Function(function);
        let (object, address) = self.allocate(kind, 0, 1);
        self.functions.push(Value::address(address, object));
        self.functions_by_object.insert(object, function);
    }

    fn place_global(&mut self, id: GlobalId, global: &Global) {
        let kind = ObjectKind::Global;
        let (object, address) = self.allocate(kind, global.size_bytes, global.align_bytes);
        self.globals.push(Value::address(address, object));
        if global.symbol == "environ" && global.initial.is_none() && global.size_bytes == 8 {
            self.variable_list = Some(Value::address(address, object));
        } else if global.initial.is_none() {
            self.external.insert(object, id);
            // Every access then takes the slow way, which knows what is missing.
            self.memory
                .object_mut(object)
                .expect("it was made just now")
                .is_in_lifetime = false;
        }
    }

    fn allocate(&mut self, kind: ObjectKind, size: u64, align: u64) -> (ObjectId, u64) {
        self.memory
            .allocate(kind, size, align.max(1), Fill::Zero, PlaceId(0))
            .expect("a program that was read into memory fits into the address space")
    }

    /// The two variables of the standard library that hold a program's arguments.
    fn find_arguments(&self, program: &Program) -> Option<(Value, Value)> {
        let find = |name: &str| {
            let globals = program.globals.iter().zip(&self.globals);
            let mut found = globals.filter(|(global, _)| {
                global.size_bytes == 8
                    && global.initial.is_some()
                    && global.symbol.contains("4args")
                    && global.symbol.contains(name)
            });
            found.next().map(|(_, address)| *address)
        };
        Some((find("4ARGC")?, find("4ARGV")?))
    }

    fn fill_global(&mut self, id: GlobalId, global: &Global, initial: &Initial) {
        let addresses: Vec<(u64, Value)> = initial
            .relocations
            .iter()
            .map(|relocation| (relocation.offset, self.address(relocation.target)))
            .collect();
        let object = self.globals[id.index()].object;
        let object = self.memory.object_mut(object).expect("globals are live");
        object.write_bytes(0, &initial.bytes);
        for range in &initial.undefined {
            object.write(range.start, range.end - range.start, Value::UNDEFINED);
        }
        for (offset, address) in addresses {
            object.write(offset, 8, address);
        }
        object.is_writable = !global.is_constant;
    }

    fn address(&self, address: Address) -> Value {
        match address {
            Address::Function(function) => self.function(function),
            Address::Global { global, addend } => {
                let start = self.globals[global.index()];
                Value {
                    low: start.low.wrapping_add_signed(addend),
                    ..start
                }
            }
        }
    }

    fn constant(&mut self, constant: &Constant, symbols: &mut Symbols) -> Value {
        match constant {
            Constant::Bits { width_bits, words } if *width_bits <= 128 => {
                let word = |index| words.get(index).copied().unwrap_or(0);
                Value {
                    high: word(1),
                    ..Value::word(word(0))
                }
            }
            Constant::Bits { width_bits, words } => {
                self.wide_constants.push((*width_bits, words.clone()));
                Value::term(symbols.terms.constant_wide(*width_bits, words))
            }
            Constant::Address(address) => self.address(*address),
            Constant::Undefined { .. } => Value::UNDEFINED,
            Constant::Poison { .. } => Value::POISON,
        }
    }
}

fn index_u32(index: usize) -> u32 {
    u32::try_from(index).expect("programs are numbered by u32")
}
