//! Which module defines a symbol: the linker's part of the reader.
//!
//! # Invariants
//!
//! - The choice is a linker's: the first strong definition among the objects; else the first weak
//!   one among them; else the first archive member that defines it.
//! - Two strong definitions among the objects are an error, never a silent choice.

use std::collections::{BTreeMap, HashMap};

use super::bitcode::Symbol;
use super::inputs::Origin;

/// How strongly a module claims a symbol; the smallest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    Strong,
    Weak,
    Archive,
}

/// The definitions of all symbols.
#[derive(Debug, Default)]
pub(crate) struct SymbolIndex<'b> {
    definitions: HashMap<&'b str, (Claim, u32)>,
    /// Functions whose name contains the entry marker, or all when entries are named; in order.
    names: Vec<(&'b str, u32)>,
    /// Variables in sections of constructors, by the rank of the section and then in link order.
    constructor_tables: BTreeMap<SectionRank, Vec<(&'b str, u32)>>,
}

/// Where a section's constructors come among all.
type SectionRank = (u8, u32);

impl<'b> SymbolIndex<'b> {
    /// Adds what a module defines.
    ///
    /// # Errors
    ///
    /// The module that already defines a symbol strongly, with the symbol.
    pub(crate) fn add(
        &mut self,
        module: u32,
        origin: Origin,
        symbols: &[Symbol<'b>],
    ) -> Result<(), Conflict<'b>> {
        for symbol in symbols.iter().filter(|symbol| symbol.is_defined) {
            self.names.push((symbol.name, module));
            if let Some(rank) = constructor_rank(symbol) {
                let tables = self.constructor_tables.entry(rank).or_default();
                tables.push((symbol.name, module));
            }
            if !symbol.is_global {
                continue;
            }
            let claim = match (origin, symbol.is_weak) {
                (Origin::Archive, _) => Claim::Archive,
                (Origin::Object, true) => Claim::Weak,
                (Origin::Object, false) => Claim::Strong,
            };
            match self.definitions.get(symbol.name) {
                Some((Claim::Strong, first)) if claim == Claim::Strong => {
                    return Err(Conflict {
                        symbol: symbol.name,
                        first: *first,
                    });
                }
                Some((present, _)) if *present <= claim => {}
                _ => drop(self.definitions.insert(symbol.name, (claim, module))),
            }
        }
        Ok(())
    }

    /// The module that defines the symbol.
    pub(crate) fn module_of(&self, symbol: &str) -> Option<u32> {
        self.definitions.get(symbol).map(|(_, module)| *module)
    }

    /// The variables that list functions which run before `main`, in the order in which they run, with their
    /// modules.
    pub(crate) fn constructor_tables(&self) -> impl Iterator<Item = (&'b str, u32)> {
        self.constructor_tables.values().flatten().copied()
    }

    /// All symbols that are defined somewhere, local ones included, with their module.
    pub(crate) fn names(&self) -> &[(&'b str, u32)] {
        &self.names
    }
}

/// The rank of a symbol's section among those whose functions the system calls before `main`.
///
/// The standard library's own such function keeps the arguments of the program, which the machine writes down.
fn constructor_rank(symbol: &Symbol<'_>) -> Option<SectionRank> {
    const OF_STANDARD_LIBRARY: &str = "ARGV_INIT_ARRAY";
    if symbol.section.is_empty() || symbol.name.contains(OF_STANDARD_LIBRARY) {
        return None;
    }
    match symbol.section {
        ".preinit_array" => Some((0, 0)),
        ".init_array" => Some((2, 0)),
        section => {
            let priority = section.strip_prefix(".init_array.")?;
            Some((1, priority.parse().unwrap_or(u32::MAX)))
        }
    }
}

/// A symbol that two objects define.
#[derive(Debug)]
pub(crate) struct Conflict<'b> {
    /// The symbol.
    pub(crate) symbol: &'b str,
    /// The module that defines it first.
    pub(crate) first: u32,
}

#[cfg(test)]
mod tests {
    use super::{Origin, Symbol, SymbolIndex};

    fn symbol(is_weak: bool) -> [Symbol<'static>; 1] {
        [Symbol {
            name: "f",
            is_defined: true,
            is_weak,
            is_global: true,
            section: "",
        }]
    }

    /// Adds definitions of one symbol in order; the module that wins, or the number of the module
    /// that conflicts.
    fn winner(claims: &[(Origin, bool)]) -> Result<Option<u32>, u32> {
        let mut index = SymbolIndex::default();
        for (module, (origin, is_weak)) in (0..).zip(claims) {
            index
                .add(module, *origin, &symbol(*is_weak))
                .map_err(|_| module)?;
        }
        Ok(index.module_of("f"))
    }

    #[test]
    fn the_choice_is_a_linkers() {
        use Origin::{Archive, Object};
        assert_eq!(winner(&[]), Ok(None));
        assert_eq!(winner(&[(Archive, false), (Archive, false)]), Ok(Some(0)));
        assert_eq!(winner(&[(Archive, false), (Object, true)]), Ok(Some(1)));
        assert_eq!(winner(&[(Object, true), (Object, true)]), Ok(Some(0)));
        assert_eq!(winner(&[(Object, true), (Object, false)]), Ok(Some(1)));
        assert_eq!(winner(&[(Object, false), (Object, true)]), Ok(Some(0)));
        assert_eq!(winner(&[(Object, false), (Object, false)]), Err(1));
    }

    #[test]
    fn constructors_are_sorted_as_a_linker_does() {
        let table = |name, section| Symbol {
            name,
            section,
            is_global: false,
            ..symbol(false)[0]
        };
        let symbols = [
            table("late", ".init_array"),
            table("none", ".data"),
            table("second", ".init_array.200"),
            table("first", ".init_array.00099"),
            table("zero", ".preinit_array"),
            table("std_ARGV_INIT_ARRAY", ".init_array.00099"),
        ];
        let mut index = SymbolIndex::default();
        for module in 0..2 {
            let added = index.add(module, Origin::Archive, &symbols);
            added.expect("local symbols conflict with none");
        }
        let found: Vec<(&str, u32)> = index.constructor_tables().collect();
        let order = ["zero", "first", "second", "late"].map(|name| [(name, 0), (name, 1)]);
        assert_eq!(found, order.concat());
    }

    #[test]
    fn local_and_undefined_symbols_define_nothing() {
        let mut index = SymbolIndex::default();
        let [global] = symbol(false);
        let local = Symbol {
            is_global: false,
            ..global
        };
        let undefined = Symbol {
            is_defined: false,
            ..global
        };
        index
            .add(0, Origin::Object, &[local, undefined])
            .expect("no conflict");
        assert_eq!(index.module_of("f"), None);
        assert_eq!(index.names(), [("f", 0)]);
    }
}
