//! Statics that may hold anything: what a contract says has to hold whatever they hold.
//!
//! # Invariants
//!
//! - What a static holds is no part of the input: a native run begins with its initial contents.
//! - Unknown bytes need not be a value of the static's type, which nothing here knows. So undefined behaviour
//!   is no failure of a path on which statics are open.
//!
//! # Not here
//!
//! Thread-local variables, and the statics of the standard library and of the runtime: they stay as they are.

use std::rc::Rc;

use proofhouse_solver::TermId;

use super::Machine;
use super::log::Record;
use super::places::is_library;
use super::state::State;
use super::stop::Result;
use crate::load::rust_path;
use crate::memory::ObjectId;

/// Statics larger than this are not made unknown byte by byte.
const STATIC_BYTES_MAX: u64 = 1 << 12;

impl Machine<'_> {
    /// Makes the contents of all statics of the user's crates unknown that can change.
    pub(crate) fn leave_statics_open(&mut self, state: &mut State) -> Result<()> {
        let globals = self.image.writable_globals(self.program);
        let of_user: Vec<ObjectId> = globals.filter(|id| self.is_static_of_user(*id)).collect();
        for id in of_user {
            self.leave_static_open(state, id)?;
        }
        Ok(())
    }

    fn is_static_of_user(&self, id: ObjectId) -> bool {
        let global = self.image.global_of(id).expect("it is a global");
        let global = &self.program.globals[global.index()];
        let path = rust_path(&global.symbol);
        let is_runtime = path.contains("::") && (is_library(&path) || path.starts_with("kani::"));
        !global.is_thread_local && !is_runtime
    }

    /// Makes the contents of a static unknown. Where it holds addresses, or very much, nobody may look at it any
    /// more.
    fn leave_static_open(&mut self, state: &mut State, id: ObjectId) -> Result<()> {
        let object = state.memory.object(id).expect("statics are live");
        let size = object.size;
        if size > STATIC_BYTES_MAX || object.addressed_objects().next().is_some() {
            let why: Rc<str> = "a static with addresses, which may hold any others".into();
            Rc::make_mut(&mut state.environment.hidden).insert(id, why);
            let object = state.memory.object_mut(id).expect("statics are live");
            object.is_in_lifetime = false;
            return Ok(());
        }
        let bytes: Rc<[TermId]> = (0..size)
            .map(|index| self.choice_symbol(state, index, 8))
            .collect::<Result<_>>()?;
        let was_left_open = std::mem::replace(&mut state.environment.is_left_open, true);
        state.add_choice(Record::Bytes(Rc::clone(&bytes)));
        state.environment.is_left_open = was_left_open;
        state.environment.has_open_statics = true;
        for (offset, byte) in (0..).zip(bytes.iter()) {
            let value = self.symbols.value_of(*byte);
            self.write_at(state, id, offset, 1, value);
        }
        Ok(())
    }
}
