//! Debug information to places.

use crate::load::assembly::Assembly;
use crate::load::llvm::{Metadata, MetadataKind, Value};
use crate::load::paths::rust_path;
use crate::program::{Place, PlaceId, TextId};

/// The positions of a scope's operands in LLVM's memory.
const SCOPE_OPERAND: usize = 1;
const NAME_OPERAND: usize = 2;
const LINKAGE_NAME_OPERAND: usize = 3;

/// The function that a scope belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subprogram {
    /// Its Rust path.
    path: TextId,
    /// The file that the scope lies in.
    file: TextId,
    /// The folder from which the file is named.
    folder: TextId,
}

/// The place of an instruction.
pub(crate) fn place_of<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    instruction: Value<'m>,
) -> PlaceId {
    instruction.location().map_or(PlaceId(0), |location| {
        place_of_location(assembly, module, location)
    })
}

fn place_of_location<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    location: Metadata<'m>,
) -> PlaceId {
    // Inlining nests as deep as the compiler chose; the chain is walked outward first, so that no
    // call of ours is as deep.
    let mut chain = vec![location];
    while let Some(outer) = chain.last().and_then(|inner| inner.inlined_at()) {
        chain.push(outer);
    }
    let mut inlined_at = None;
    for location in chain.into_iter().rev() {
        let known = assembly.places(module).get(&location.key()).copied();
        let place = known.unwrap_or_else(|| {
            let place = new_place(assembly, module, location, inlined_at);
            assembly.places(module).insert(location.key(), place);
            place
        });
        inlined_at = Some(place);
    }
    inlined_at.expect("the chain has at least the location itself")
}

fn new_place<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    location: Metadata<'m>,
    inlined_at: Option<PlaceId>,
) -> PlaceId {
    let (line, column) = location.line_and_column();
    let nothing = assembly.pools.text("");
    let scope = location.location_scope().map_or(
        Subprogram {
            path: nothing,
            file: nothing,
            folder: nothing,
        },
        |scope| subprogram_of(assembly, module, scope),
    );
    assembly.pools.place(Place {
        file: scope.file,
        folder: scope.folder,
        line,
        column,
        function: scope.path,
        inlined_at,
    })
}

/// The function around a scope, and the scope's file.
fn subprogram_of<'m>(assembly: &mut Assembly<'m>, module: u32, scope: Metadata<'m>) -> Subprogram {
    // Blocks nest as deep as the source does; from the outermost unknown scope inward, each scope's
    // function is that of the one around it.
    let mut chain = vec![scope];
    let mut known = None;
    while let Some(inner) = chain.last() {
        known = assembly.subprograms(module).get(&inner.key()).copied();
        if known.is_some() {
            chain.pop();
            break;
        }
        match outer_scope(*inner) {
            Some(outer) => chain.push(outer),
            None => break,
        }
    }
    for scope in chain.into_iter().rev() {
        let path = match known {
            Some(Subprogram { path, .. }) => path,
            None => assembly.pools.text(&path_of_subprogram(scope)),
        };
        let [file, folder] = scope.file_and_folder().unwrap_or_default();
        let subprogram = Subprogram {
            path,
            file: assembly.pools.text(&file),
            folder: assembly.pools.text(&folder),
        };
        assembly.subprograms(module).insert(scope.key(), subprogram);
        known = Some(subprogram);
    }
    known.expect("the chain has at least the scope itself")
}

/// The scope around a block; none around a function.
fn outer_scope(scope: Metadata<'_>) -> Option<Metadata<'_>> {
    match scope.kind() {
        MetadataKind::LexicalBlock | MetadataKind::LexicalBlockFile => scope.operand(SCOPE_OPERAND),
        _ => None,
    }
}

/// The Rust path of a function; empty for a scope that is none.
fn path_of_subprogram(scope: Metadata<'_>) -> String {
    if scope.kind() != MetadataKind::Subprogram {
        return String::new();
    }
    let text = |index| scope.operand(index).and_then(Metadata::string);
    match text(LINKAGE_NAME_OPERAND) {
        Some(symbol) => rust_path(&symbol),
        None => text(NAME_OPERAND).unwrap_or_default(),
    }
}

/// Where a function is defined.
pub(crate) fn place_of_function<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    function: Value<'m>,
) -> PlaceId {
    let Some(scope) = function.subprogram() else {
        return PlaceId(0);
    };
    let subprogram = subprogram_of(assembly, module, scope);
    assembly.pools.place(Place {
        file: subprogram.file,
        folder: subprogram.folder,
        line: scope.subprogram_line(),
        column: 0,
        function: subprogram.path,
        inlined_at: None,
    })
}
