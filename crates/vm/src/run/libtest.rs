//! Tests as libtest runs them: through the function that it calls for each, and what that hands back.
//!
//! A test may return anything that a `main` may. rustc therefore makes a closure for each test, which
//! calls it and gives what it returned to `test::assert_test_result`; the closure returns the
//! `Result<(), String>` of that. It is the closure that is run here, so that an error which a test returns
//! is one, however it is represented.
//!
//! # Invariants
//!
//! - A test's closure is told from the closures in the test's body by what it calls.
//! - A result that reads neither as `Ok(())` nor as libtest's own error is unsupported, never a guess.
//!
//! # Not here
//!
//! The harness itself: its arguments, its threads, and what it prints.
//!
//! # Source
//!
//! rustc's `compiler/rustc_builtin_macros/src/test.rs` makes the closure, `library/test/src/lib.rs` has
//! `assert_test_result`. The layout of the result is rustc's choice; see [`run_to_end`].

use proofhouse_evidence::{Failure, FailureKind};

use super::End;
use crate::machine::{Machine, State, Value};
use crate::memory::{Fill, ObjectId, ObjectKind, Read};
use crate::program::{Callee, Function, FunctionId, Instruction, PlaceId, Program, Scalar};

/// The function to which a test's closure hands what the test returned.
const JUDGE: &str = "test::assert_test_result";
/// How the error of [`JUDGE`] begins.
const JUDGEMENT: &str = "the test returned a termination value";
/// Size of a `Result<(), String>`: three words.
const RESULT_BYTES: u64 = 24;
/// What a capacity can't be, and so stands for `Ok(())` in its place.
const OK: u64 = 1 << 63;

/// The path of the function in which a closure lies, in either of rustc's ways to name it.
pub(crate) fn function_around(closure: &str) -> Option<&str> {
    let named = closure.strip_suffix("::{{closure}}");
    named.or_else(|| closure.strip_suffix("::{closure#0}"))
}

/// A test's name as it appears in paths, where no identifier is marked as raw.
pub(crate) fn plain_path(test: &str) -> String {
    test.replace("::r#", "::")
}

/// Whether a function is one that libtest calls for a test.
pub(crate) fn is_test(program: &Program, function: &Function) -> bool {
    let calls_judge = |instruction: &Instruction| match instruction {
        Instruction::Call(call) | Instruction::Invoke { call, .. } => match call.callee {
            Callee::Direct(id) => {
                let path = program.functions[id.index()].path.as_str();
                path == JUDGE
                    || path
                        .strip_prefix(JUDGE)
                        .is_some_and(|rest| rest.starts_with("::<"))
            }
            Callee::Indirect(_) => false,
        },
        _ => false,
    };
    let mut instructions = function.blocks.iter().flat_map(|block| &block.instructions);
    function_around(&function.path).is_some() && instructions.any(calls_judge)
}

/// The function that libtest calls for the test with this path.
pub(super) fn test_named(program: &Program, test: &str) -> Option<FunctionId> {
    let test = plain_path(test);
    program.entries.iter().copied().find(|id| {
        let function = &program.functions[id.index()];
        function_around(&function.path) == Some(test.as_str()) && is_test(program, function)
    })
}

/// Runs a test's closure and says how the test ended.
///
/// A `String` is three words, of which rustc puts the one with impossible values first: the capacity, at most
/// `isize::MAX`; the first impossible value stands for `Ok(())`. Should a rustc decide otherwise, the error
/// does not read as libtest's, and nothing is claimed.
pub(super) fn run_to_end(machine: &mut Machine<'_>, state: &mut State) -> End {
    let function = &machine.program.functions[state.current.function.index()];
    let Some(result) = pass_result_place(function, state) else {
        return unknown_result(machine, state);
    };
    match super::run_to_end(machine, state) {
        End::Returned => match read(state, result) {
            Some(Ok(())) => End::Returned,
            Some(Err(message)) => End::Failed(Failure {
                kind: FailureKind::ReturnedError,
                message,
                site: None,
            }),
            None => unknown_result(machine, state),
        },
        end => end,
    }
}

fn unknown_result(machine: &mut Machine<'_>, state: &State) -> End {
    let what = "the result of a test, which does not lie in memory as expected";
    drop(machine.unsupported(state, what));
    super::told(machine)
}

/// Makes the place that a test's closure writes its result to, and passes it; `None` for a function
/// that takes something else.
///
/// The second argument, the closure's own captures, stays poison: there are none to look at.
fn pass_result_place(function: &Function, state: &mut State) -> Option<ObjectId> {
    if function.parameters != [Scalar::Pointer; 2] || !function.results.is_empty() {
        return None;
    }
    let (kind, place) = (ObjectKind::Global, PlaceId(0));
    let memory = &mut state.memory;
    let (object, address) = memory.allocate(kind, RESULT_BYTES, 8, Fill::Undefined, place)?;
    *state.registers.first_mut()? = Value::address(address, object);
    Some(object)
}

/// The result in its place.
fn read(state: &State, result: ObjectId) -> Option<Result<(), String>> {
    let object = state.memory.object(result)?;
    if object.read_word(0, 8)? == OK {
        return Some(Ok(()));
    }
    let Read::Whole(text) = object.read(8, 8) else {
        return None;
    };
    let length = object.read_word(16, 8)?;
    let text_object = state.memory.object(text.object)?;
    let offset = text_object.offset_of(text.low, length)?;
    let message = String::from_utf8(text_object.plain_bytes(offset, length)?).ok()?;
    message.starts_with(JUDGEMENT).then_some(Err(message))
}
