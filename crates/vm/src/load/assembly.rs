//! The program under construction: which functions and globals it has, and what is still to do.
//!
//! There is no linked module. Each symbol is resolved to the module that defines it when something
//! that is reached names it; that module is parsed then, and the function or global joins the
//! queue. What no entry reaches is never parsed, let alone translated. This gives the program that
//! linking, internalising and dropping the unreachable would give, without copying any module.
//!
//! # Invariants
//!
//! - A function or global gets its id when it is first named, so ids do not depend on what is
//!   parsed when, and the same inputs give the same program.
//! - Whatever has an id is, at the end, translated or known to have no body.

use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::LoadError;
use super::inputs::{Origin, SharedBytes, Source};
use super::intercepts;
use super::llvm::{Linkage, LlvmLibrary, Module, Type, Value, ValueKind};
use super::paths::rust_path;
use super::pools::Pools;
use super::symbols::SymbolIndex;
use super::translate::{self, Halt, Layout, layout_of};
use crate::program::{
    Address, Block, Function, FunctionId, Global, GlobalId, Instruction, PlaceId, Program, Scalar,
};

/// The modules of the program, each parsed when it is first needed.
pub(crate) struct Modules {
    library: LlvmLibrary,
    sources: Vec<Source>,
    parsed: Vec<OnceCell<Module>>,
}

impl Modules {
    /// Modules of which none is parsed yet.
    pub(crate) fn new(library: &LlvmLibrary, sources: Vec<Source>) -> Self {
        let parsed = sources.iter().map(|_| OnceCell::new()).collect();
        Self {
            library: library.clone(),
            sources,
            parsed,
        }
    }

    /// One module that is parsed already.
    pub(crate) fn single(library: &LlvmLibrary, module: Module) -> Self {
        Self {
            library: library.clone(),
            sources: vec![Source {
                name: "text".to_owned(),
                origin: Origin::Object,
                bitcode: SharedBytes::empty(),
            }],
            parsed: vec![OnceCell::from(module)],
        }
    }

    /// The files, in link order.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// A module.
    ///
    /// # Errors
    ///
    /// `BrokenBitcode` when LLVM refuses it.
    pub(crate) fn get(&self, module: u32) -> Result<&Module, LoadError> {
        let cell = &self.parsed[module as usize];
        if let Some(parsed) = cell.get() {
            return Ok(parsed);
        }
        let source = &self.sources[module as usize];
        let parsed =
            Module::parse_bitcode(&self.library, source.bitcode.clone()).map_err(|reason| {
                LoadError::BrokenBitcode {
                    module: source.name.clone(),
                    reason,
                }
            })?;
        Ok(cell.get_or_init(|| parsed))
    }
}

/// What the reader remembers about a module.
#[derive(Default)]
struct Memory {
    layouts: HashMap<usize, Result<Rc<Layout>, String>>,
    places: HashMap<usize, PlaceId>,
    subprograms: HashMap<usize, translate::Subprogram>,
    addresses: HashMap<usize, Option<Address>>,
    metadata_kinds: HashMap<&'static str, u32>,
}

/// The processor that a program finds when it asks for one's optional features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Processor {
    /// It has what every x86-64 has. Code that asks takes the path that works everywhere, on every host.
    #[default]
    Plain,
    /// It has SSSE3, SSE4.1, counts of bits and products without carries, too; everything else it has not.
    Extended,
}

/// How functions are prepared and which keep their bodies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choices<'a> {
    /// Whether stack slots become registers before the translation.
    pub(crate) promote: bool,
    /// Patterns of paths whose bodies are left out.
    pub(crate) without_body: &'a [&'a str],
    /// What a program that asks for the processor's features is told.
    pub(crate) processor: Processor,
}

/// The program under construction.
pub(crate) struct Assembly<'m> {
    modules: &'m Modules,
    index: &'m SymbolIndex<'m>,
    choices: Choices<'m>,
    memory: Vec<Memory>,
    by_symbol: HashMap<String, Option<Address>>,
    functions: Vec<Function>,
    globals: Vec<Global>,
    pending_functions: VecDeque<(FunctionId, u32, Value<'m>)>,
    pending_globals: VecDeque<(GlobalId, u32, Value<'m>)>,
    /// The pools.
    pub(crate) pools: Pools,
}

impl<'m> Assembly<'m> {
    /// An empty program.
    pub(crate) fn new(
        modules: &'m Modules,
        index: &'m SymbolIndex<'m>,
        choices: Choices<'m>,
    ) -> Self {
        Self {
            modules,
            index,
            choices,
            memory: modules.sources.iter().map(|_| Memory::default()).collect(),
            by_symbol: HashMap::new(),
            functions: Vec::new(),
            globals: Vec::new(),
            pending_functions: VecDeque::new(),
            pending_globals: VecDeque::new(),
            pools: Pools::new(),
        }
    }

    /// Works until nothing that is reached is left to translate. The functions that the tables list run before
    /// an entry does.
    pub(crate) fn finish(
        mut self,
        entries: Vec<FunctionId>,
        constructor_tables: &[GlobalId],
    ) -> Result<Program, LoadError> {
        loop {
            if let Some((id, module, value)) = self.pending_functions.pop_front() {
                let body = translate::function(&mut self, module, value)?;
                let function = &mut self.functions[id.index()];
                assert!(
                    function.blocks.is_empty(),
                    "{} is translated twice",
                    function.symbol
                );
                function.register_count = body.register_count;
                function.blocks = body.blocks;
            } else if let Some((id, module, value)) = self.pending_globals.pop_front() {
                self.globals[id.index()].initial = translate::initial(&mut self, module, value)?;
            } else {
                break;
            }
        }
        let constructors = self.listed(constructor_tables);
        let (texts, constants, places) = self.pools.into_parts();
        let program = Program {
            functions: self.functions,
            globals: self.globals,
            constants,
            places,
            texts,
            entries,
            constructors,
        };
        // A hundredth of the load, and a slip of ours becomes a message instead of a wrong verdict.
        if let Err(violations) = program.verify() {
            panic!("the reader made a program that breaks the rules:\n{violations}");
        }
        Ok(program)
    }

    /// The functions whose addresses the variables hold, in order. In the place of one that can't be called as
    /// the system calls it stands a function that says so.
    fn listed(&mut self, tables: &[GlobalId]) -> Vec<FunctionId> {
        let globals = tables.iter().map(|table| &self.globals[table.index()]);
        let initial = globals.filter_map(|global| global.initial.as_ref());
        let targets = initial.flat_map(|initial| &initial.relocations);
        let listed: Vec<FunctionId> = targets
            .filter_map(|relocation| match relocation.target {
                Address::Function(id) => Some(id),
                Address::Global { .. } => None,
            })
            .collect();
        listed.into_iter().map(|id| self.callable(id)).collect()
    }

    /// The function, if it can be called without arguments.
    fn callable(&mut self, id: FunctionId) -> FunctionId {
        let function = &self.functions[id.index()];
        if function.has_body() && function.parameters.is_empty() {
            return id;
        }
        let what = format!("calling `{}` before `main`", function.path);
        self.push_unsupported(&what)
    }

    /// Adds a function that ends every path on which it is called.
    fn push_unsupported(&mut self, what: &str) -> FunctionId {
        let instructions = vec![
            Instruction::Unsupported {
                what: self.pools.text(what),
            },
            Instruction::Unreachable,
        ];
        let mut function = without_body(what, &[], &[]);
        function.blocks.push(Block {
            places: vec![PlaceId(0); instructions.len()],
            instructions,
            meets_at: None,
        });
        self.push_function(function)
    }

    /// The module with this number.
    pub(crate) fn module(&self, module: u32) -> Result<&'m Module, LoadError> {
        self.modules.get(module)
    }

    /// How functions are prepared.
    pub(crate) fn choices(&self) -> Choices<'m> {
        self.choices
    }

    /// The layout of a type of a module.
    pub(crate) fn layout(&mut self, module: u32, of: Type<'m>) -> Result<Rc<Layout>, Halt> {
        let layouts = &mut self.memory[module as usize].layouts;
        let layout = layouts.entry(of.key()).or_insert_with(|| layout_of(of));
        layout.clone().map_err(Halt::Unsupported)
    }

    /// The number of a kind of metadata in a module.
    pub(crate) fn metadata_kind(
        &mut self,
        module: u32,
        name: &'static str,
    ) -> Result<u32, LoadError> {
        let parsed = self.module(module)?;
        let kinds = &mut self.memory[module as usize].metadata_kinds;
        Ok(*kinds
            .entry(name)
            .or_insert_with(|| parsed.metadata_kind(name)))
    }

    /// The places of a module, by metadata node.
    pub(crate) fn places(&mut self, module: u32) -> &mut HashMap<usize, PlaceId> {
        &mut self.memory[module as usize].places
    }

    /// The subprograms of a module, by metadata node.
    pub(crate) fn subprograms(
        &mut self,
        module: u32,
    ) -> &mut HashMap<usize, translate::Subprogram> {
        &mut self.memory[module as usize].subprograms
    }

    /// The address of a function or variable; `None` for a weak symbol that nothing defines, whose
    /// address is null.
    ///
    /// # Errors
    ///
    /// `Unsupported` for what has no address of its own, and what stops the load when the symbol
    /// leads to a module that cannot be parsed.
    pub(crate) fn address(
        &mut self,
        module: u32,
        value: Value<'m>,
    ) -> Result<Option<Address>, Halt> {
        if let Some(address) = self.memory[module as usize].addresses.get(&value.key()) {
            return Ok(*address);
        }
        let address = self.resolve(module, value)?;
        self.memory[module as usize]
            .addresses
            .insert(value.key(), address);
        Ok(address)
    }

    fn resolve(&mut self, module: u32, value: Value<'m>) -> Result<Option<Address>, Halt> {
        if value.kind() == ValueKind::GlobalAlias {
            let (module, target) = self.alias_target(module, value)?;
            return self.constant_address(module, target);
        }
        if value.linkage().is_local() {
            return Ok(Some(self.add(module, value)));
        }
        let symbol = value.name();
        if let Some(address) = self.by_symbol.get(&symbol) {
            return Ok(*address);
        }
        let address = match self.definition(&symbol)? {
            Some((home, found)) if found.kind() == ValueKind::GlobalAlias => {
                self.constant_address(home, found.aliasee())?
            }
            Some((home, found)) => Some(self.add(home, found)),
            None if value.is_declaration() && value.linkage() == Linkage::ExternalWeak => None,
            None => Some(self.add(module, value)),
        };
        self.by_symbol.insert(symbol, address);
        Ok(address)
    }

    /// Where a symbol is defined.
    fn definition(&mut self, symbol: &str) -> Result<Option<(u32, Value<'m>)>, LoadError> {
        let Some(home) = self.index.module_of(symbol) else {
            return Ok(None);
        };
        Ok(self
            .module(home)?
            .symbol_named(symbol)
            .map(|value| (home, value)))
    }

    /// What an alias stands for: a constant, and the module that it belongs to.
    pub(crate) fn alias_target(
        &mut self,
        module: u32,
        alias: Value<'m>,
    ) -> Result<(u32, Value<'m>), Halt> {
        if !alias.linkage().is_local()
            && let Some((home, found)) = self.definition(&alias.name())?
        {
            return Ok(match found.kind() {
                ValueKind::GlobalAlias => (home, found.aliasee()),
                _ => (home, found),
            });
        }
        Ok((module, alias.aliasee()))
    }

    fn constant_address(
        &mut self,
        module: u32,
        constant: Value<'m>,
    ) -> Result<Option<Address>, Halt> {
        match translate::leaves_of(self, module, constant)?.as_slice() {
            [translate::Leaf::Address(address)] => Ok(Some(*address)),
            _ => Err(Halt::unsupported(format!("the alias of `{constant}`"))),
        }
    }

    /// Gives a function or variable its id and queues what it contains.
    fn add(&mut self, module: u32, value: Value<'m>) -> Address {
        if value.kind() == ValueKind::GlobalVariable {
            let id = GlobalId(u32::try_from(self.globals.len()).expect("globals fit u32"));
            self.globals.push(translate::global(value));
            if !value.is_declaration() {
                self.pending_globals.push_back((id, module, value));
            }
            return Address::Global {
                global: id,
                addend: 0,
            };
        }
        let path = rust_path(&value.name());
        let keeps_body = value.kind() == ValueKind::Function
            && !value.is_declaration()
            && !intercepts::matches(self.choices.without_body, &path);
        if keeps_body && let Ok(parsed) = self.module(module) {
            // Now, since a function's place comes with its body.
            parsed.materialize(value);
        }
        let signature = translate::signature(self, module, value, path);
        let id = self.push_function(signature);
        if keeps_body {
            self.pending_functions.push_back((id, module, value));
        }
        Address::Function(id)
    }

    fn push_function(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(u32::try_from(self.functions.len()).expect("functions fit u32"));
        self.functions.push(function);
        id
    }

    /// The function that stands in for an intrinsic: the one with this symbol, if a module defines
    /// it, else one without a body.
    pub(crate) fn stand_in(
        &mut self,
        symbol: &str,
        parameters: &[Scalar],
        results: &[Scalar],
    ) -> Result<FunctionId, Halt> {
        if let Some(Some(Address::Function(id))) = self.by_symbol.get(symbol) {
            return Ok(*id);
        }
        let defined = match self.definition(symbol)? {
            Some((home, found)) => self.address(home, found)?,
            None => None,
        };
        if let Some(Address::Function(id)) = defined {
            return Ok(id);
        }
        let id = self.push_function(without_body(symbol, parameters, results));
        self.by_symbol
            .insert(symbol.to_owned(), Some(Address::Function(id)));
        Ok(id)
    }

    /// Adds an entry point: the function of a module with this symbol.
    ///
    /// # Errors
    ///
    /// What stops the load when the module cannot be parsed.
    pub(crate) fn entry(
        &mut self,
        module: u32,
        symbol: &str,
    ) -> Result<Option<FunctionId>, LoadError> {
        match self.module(module)?.function_named(symbol) {
            Some(value) => self.root(module, value),
            None => Ok(None),
        }
    }

    /// Makes a symbol of a module part of the program, used or not; the function, if it is one.
    pub(crate) fn root(
        &mut self,
        module: u32,
        value: Value<'m>,
    ) -> Result<Option<FunctionId>, LoadError> {
        Ok(match self.used(module, value)? {
            Some(Address::Function(id)) => Some(id),
            _ => None,
        })
    }

    /// The tables of functions that run before `main`, all of which become part of the program.
    pub(crate) fn constructor_tables(&mut self) -> Result<Vec<GlobalId>, LoadError> {
        let mut tables = Vec::new();
        let index = self.index;
        for (symbol, module) in index.constructor_tables() {
            let Some(value) = self.module(module)?.symbol_named(symbol) else {
                continue;
            };
            if let Some(Address::Global { global, .. }) = self.used(module, value)? {
                tables.push(global);
            }
        }
        Ok(tables)
    }

    /// The address of a symbol of a module, which becomes part of the program, used or not.
    fn used(&mut self, module: u32, value: Value<'m>) -> Result<Option<Address>, LoadError> {
        match self.address(module, value) {
            Ok(address) => Ok(address),
            Err(Halt::Unsupported(_)) => Ok(None),
            Err(Halt::Load(error)) => Err(*error),
        }
    }
}

/// A function that is known by its symbol alone.
fn without_body(symbol: &str, parameters: &[Scalar], results: &[Scalar]) -> Function {
    Function {
        symbol: symbol.to_owned(),
        path: symbol.to_owned(),
        byval_bytes: vec![None; parameters.len()],
        parameters: parameters.to_vec(),
        results: results.to_vec(),
        variadic: false,
        register_count: 0,
        blocks: Vec::new(),
        place: PlaceId(0),
    }
}
