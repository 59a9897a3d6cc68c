//! The reader's entrance: from files or text to a program.

use super::LoadError;
use super::assembly::{Assembly, Choices, Modules};
use super::bitcode::{self, Symbol};
use super::inputs::{LinkInputs, Origin, Sources};
use super::intercepts::KEEP_WITHOUT_BODY;
use super::llvm::{LlvmLibrary, Module, ValueKind};
use super::paths::{nearest, rust_path};
use super::symbols::SymbolIndex;
use crate::program::{FunctionId, Program};

/// The last segment of the path of every property's entry function.
const ENTRY_NAME: &str = "__proofhouse_entry";

/// Which functions a program starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntrySelection {
    /// The entry function of every property.
    Properties,
    /// These functions, by Rust path or symbol, in this order.
    Named(Vec<String>),
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
    let module =
        Module::parse_text(llvm, text).map_err(|reason| LoadError::BrokenText { reason })?;
    let modules = Modules::single(llvm, module);
    let index = SymbolIndex::default();
    let choices = Choices {
        promote: false,
        without_body: &[],
    };
    let mut assembly = Assembly::new(&modules, &index, choices);
    let mut entries = Vec::new();
    for value in assembly.module(0)?.symbols() {
        if value.kind() != ValueKind::Function || !value.is_declaration() {
            entries.extend(assembly.root(0, value)?);
        }
    }
    assembly.finish(entries)
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
        let sources = Sources::read(inputs)?;
        let bitcode: Vec<(String, &[u8])> = sources
            .iter()
            .map(|(source, bytes)| (source.name.clone(), bytes))
            .collect();
        let origins: Vec<Origin> = sources.iter().map(|(source, _)| source.origin).collect();
        let modules = Modules::new(self.llvm, bitcode.clone());
        let index = self.index(&modules, &bitcode, &origins)?;
        let choices = Choices {
            promote: true,
            without_body: self.keep_without_body,
        };
        let mut assembly = Assembly::new(&modules, &index, choices);
        let entries = selected(&mut assembly, &index, entries)?;
        assembly.finish(entries)
    }

    /// Which module defines which symbol.
    fn index<'b>(
        &self,
        modules: &Modules<'_>,
        bitcode: &[(String, &'b [u8])],
        origins: &[Origin],
    ) -> Result<SymbolIndex<'b>, LoadError> {
        let newest_supported = self.llvm.version().0;
        let mut index = SymbolIndex::default();
        for (module, ((name, bytes), origin)) in (0..).zip(bitcode.iter().zip(origins)) {
            let outline = bitcode::outline(bytes).ok_or_else(|| LoadError::BrokenBitcode {
                module: name.clone(),
                reason: "its blocks do not add up".to_owned(),
            })?;
            if let Some(found) = outline
                .llvm_major()
                .filter(|found| *found > newest_supported)
            {
                return Err(LoadError::NewerBitcode {
                    module: name.clone(),
                    found,
                    newest_supported,
                });
            }
            let symbols: Vec<Symbol<'b>> =
                outline.symbols.ok_or_else(|| LoadError::BrokenBitcode {
                    module: name.clone(),
                    reason: "it has no symbol table".to_owned(),
                })?;
            index
                .add(module, *origin, &symbols)
                .map_err(|conflict| conflict.into_error(|module| modules.name(module), module))?;
        }
        Ok(index)
    }
}

/// The selected entries, queued.
fn selected(
    assembly: &mut Assembly<'_>,
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
        EntrySelection::Named(names) => {
            let paths: Vec<(String, &str, u32)> = index
                .names()
                .iter()
                .map(|(symbol, module)| (rust_path(symbol), *symbol, *module))
                .collect();
            names
                .iter()
                .map(|name| named(assembly, &paths, name))
                .collect()
        }
    }
}

fn named(
    assembly: &mut Assembly<'_>,
    paths: &[(String, &str, u32)],
    wanted: &str,
) -> Result<FunctionId, LoadError> {
    for (path, symbol, module) in paths {
        if (path == wanted || *symbol == wanted)
            && let Some(entry) = assembly.entry(*module, symbol)?
        {
            return Ok(entry);
        }
    }
    Err(LoadError::NoSuchEntry {
        wanted: wanted.to_owned(),
        similar: nearest(wanted, paths.iter().map(|(path, ..)| path.as_str()), 3),
    })
}
