//! The reader's entrance: from files or text to a program.

use std::collections::HashSet;

use super::LoadError;
use super::assembly::{Assembly, Choices, Modules, Processor};
use super::bitcode::{self, Symbol};
use super::inputs::{LinkInputs, Origin, Source, read_sources};
use super::intercepts::KEEP_WITHOUT_BODY;
use super::llvm::{LlvmLibrary, Module, ValueKind};
use super::paths::{nearest, rust_path};
use super::symbols::SymbolIndex;
use crate::program::{FunctionId, Program};
use crate::run::libtest;

/// The last segment of the path of every property's entry function.
const ENTRY_NAME: &str = "__proofhouse_entry";

/// Which functions a program starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntrySelection {
    /// The entry function of every property.
    Properties,
    /// These functions, by Rust path or symbol, in this order.
    Named(Vec<String>),
    /// What libtest calls for the tests with these Rust paths. One that is not there is left out, so
    /// that it is missing only where it is to be run.
    Tests(Vec<String>),
}

/// What can be chosen about a load beside its inputs.
#[derive(Debug, Clone, Copy)]
pub struct Loader<'a> {
    /// The LLVM to read with.
    pub llvm: &'a LlvmLibrary,
    /// Patterns of Rust paths and symbols whose bodies the machine does not execute; see
    /// [`intercepts`](super::intercepts).
    pub keep_without_body: &'a [&'a str],
}

/// Reads the program that a linker would make of `inputs`, as far as the entries reach, without the
/// bodies that the machine's shims stand in for.
///
/// # Errors
///
/// `NoSuchEntry` when an entry is missing, `LinkConflict` for two definitions of a symbol, and the
/// variants for files that cannot be read or understood.
///
/// # Cost
///
/// Proportional to the modules that the entries reach, plus reading every file once.
pub fn load(
    inputs: &LinkInputs,
    entries: &EntrySelection,
    llvm: &LlvmLibrary,
) -> Result<Program, LoadError> {
    Loader {
        llvm,
        keep_without_body: KEEP_WITHOUT_BODY,
    }
    .load(inputs, entries)
}

/// Reads a textual module. Every function that it defines is an entry; no pass runs, so that the
/// program is what the text says.
///
/// # Errors
///
/// `BrokenText` when LLVM does not accept the module.
pub fn parse_text(text: &str, llvm: &LlvmLibrary) -> Result<Program, LoadError> {
    read_text(text, llvm, false)
}

/// As [`parse_text`], with the functions prepared as those of a program on disk are: stack slots
/// that are plain variables become registers.
///
/// # Errors
///
/// As [`parse_text`].
pub fn parse_text_promoted(text: &str, llvm: &LlvmLibrary) -> Result<Program, LoadError> {
    read_text(text, llvm, true)
}

fn read_text(text: &str, llvm: &LlvmLibrary, promote: bool) -> Result<Program, LoadError> {
    let module =
        Module::parse_text(llvm, text).map_err(|reason| LoadError::BrokenText { reason })?;
    let modules = Modules::single(llvm, module);
    let index = SymbolIndex::default();
    let choices = Choices {
        promote,
        without_body: &[],
        processor: Processor::Plain,
    };
    let mut assembly = Assembly::new(&modules, &index, choices);
    let mut entries = Vec::new();
    for value in assembly.module(0)?.symbols() {
        if value.kind() != ValueKind::Function || !value.is_declaration() {
            entries.extend(assembly.root(0, value)?);
        }
    }
    assembly.finish(entries, &[])
}

impl Loader<'_> {
    /// As [`load`], with these choices.
    ///
    /// # Errors
    ///
    /// As [`load`].
    pub fn load(
        &self,
        inputs: &LinkInputs,
        entries: &EntrySelection,
    ) -> Result<Program, LoadError> {
        self.load_for(inputs, entries, Processor::Plain)
    }

    /// As [`load`](Self::load), for a program that finds another processor when it asks.
    ///
    /// # Errors
    ///
    /// As [`load`].
    pub fn load_for(
        &self,
        inputs: &LinkInputs,
        entries: &EntrySelection,
        processor: Processor,
    ) -> Result<Program, LoadError> {
        let modules = Modules::new(self.llvm, read_sources(inputs)?);
        let index = self.index(modules.sources())?;
        let choices = Choices {
            promote: true,
            without_body: self.keep_without_body,
            processor,
        };
        let mut assembly = Assembly::new(&modules, &index, choices);
        let found = selected(&mut assembly, &modules, &index, entries)?;
        let constructor_tables = assembly.constructor_tables()?;
        let mut program = assembly.finish(found, &constructor_tables)?;
        if matches!(entries, EntrySelection::Tests(_)) {
            let mut found = std::mem::take(&mut program.entries);
            found.retain(|id| libtest::is_test(&program, &program.functions[id.index()]));
            program.entries = found;
        }
        Ok(program)
    }

    /// Which module defines which symbol.
    fn index<'b>(&self, sources: &'b [Source]) -> Result<SymbolIndex<'b>, LoadError> {
        let mut index = SymbolIndex::default();
        for (module, source) in (0..).zip(sources) {
            let symbols = self.symbols(source)?;
            index
                .add(module, source.origin, &symbols)
                .map_err(|conflict| LoadError::LinkConflict {
                    symbol: rust_path(conflict.symbol),
                    first: sources[conflict.first as usize].name.clone(),
                    second: source.name.clone(),
                })?;
        }
        Ok(index)
    }

    /// The symbols of a module that is not parsed yet.
    fn symbols<'b>(&self, source: &'b Source) -> Result<Vec<Symbol<'b>>, LoadError> {
        let broken = |reason: &str| LoadError::BrokenBitcode {
            module: source.name.clone(),
            reason: reason.to_owned(),
        };
        let outline = bitcode::outline(source.bitcode.as_slice())
            .ok_or_else(|| broken("its blocks do not add up"))?;
        let newest_supported = self.llvm.version().0;
        match outline.llvm_major() {
            Some(found) if found > newest_supported => Err(LoadError::NewerBitcode {
                module: source.name.clone(),
                found,
                newest_supported,
            }),
            _ => outline
                .symbols
                .ok_or_else(|| broken("it has no symbol table")),
        }
    }
}

/// The selected entries, queued.
fn selected(
    assembly: &mut Assembly<'_>,
    modules: &Modules,
    index: &SymbolIndex<'_>,
    entries: &EntrySelection,
) -> Result<Vec<FunctionId>, LoadError> {
    match entries {
        EntrySelection::Properties => {
            let suffix = format!("::{ENTRY_NAME}");
            let mut found = Vec::new();
            // A mangled name contains its last segment as it is.
            for (symbol, module) in index.names().iter().filter(|(symbol, _)| {
                symbol.contains(ENTRY_NAME) && rust_path(symbol).ends_with(&suffix)
            }) {
                found.extend(assembly.entry(*module, symbol)?);
            }
            if found.is_empty() {
                return Err(LoadError::NoSuchEntry {
                    wanted: suffix,
                    similar: Vec::new(),
                });
            }
            Ok(found)
        }
        EntrySelection::Named(names) => names
            .iter()
            .map(|name| named(assembly, index, name))
            .collect(),
        EntrySelection::Tests(names) => tests(assembly, modules, index, names),
    }
}

/// The closures in the functions with these paths, among which is the one that libtest calls.
fn tests(
    assembly: &mut Assembly<'_>,
    modules: &Modules,
    index: &SymbolIndex<'_>,
    names: &[String],
) -> Result<Vec<FunctionId>, LoadError> {
    let wanted: HashSet<String> = names.iter().map(|name| libtest::plain_path(name)).collect();
    let mut found = Vec::new();
    // The crate under test comes as objects; what it uses, with some ten thousand symbols, as archives.
    let is_object = |module: u32| modules.sources()[module as usize].origin == Origin::Object;
    for (symbol, module) in index
        .names()
        .iter()
        .filter(|(_, module)| is_object(*module))
    {
        let path = rust_path(symbol);
        let function = libtest::function_around(&path);
        if function.is_some_and(|function| wanted.contains(function)) {
            found.extend(assembly.entry(*module, symbol)?);
        }
    }
    Ok(found)
}

/// The entry with this Rust path or symbol.
fn named(
    assembly: &mut Assembly<'_>,
    index: &SymbolIndex<'_>,
    wanted: &str,
) -> Result<FunctionId, LoadError> {
    // Turning tens of thousands of symbols into paths would take longer than all the rest, and a
    // mangled name contains the identifiers of its path as they are.
    let is_separator = |character: char| !character.is_alphanumeric() && character != '_';
    let identifiers = wanted.split(is_separator);
    let longest = identifiers.max_by_key(|word| word.len()).unwrap_or(wanted);
    for (symbol, module) in index
        .names()
        .iter()
        .filter(|(symbol, _)| symbol.contains(longest))
    {
        if (*symbol == wanted || rust_path(symbol) == wanted)
            && let Some(entry) = assembly.entry(*module, symbol)?
        {
            return Ok(entry);
        }
    }
    let paths: Vec<String> = index
        .names()
        .iter()
        .map(|(symbol, _)| rust_path(symbol))
        .collect();
    Err(LoadError::NoSuchEntry {
        wanted: wanted.to_owned(),
        similar: nearest(wanted, paths.iter().map(String::as_str), 3),
    })
}
