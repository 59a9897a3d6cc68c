//! A function as text, for people and for golden tests.

use std::fmt::Write as _;

use super::{FunctionId, PlaceId, Program};

impl Program {
    /// The function as text: its signature, then one instruction a line.
    pub fn dump_function(&self, function: FunctionId) -> String {
        let function = &self.functions[function.index()];
        let mut text = format!(
            "{} {:?} -> {:?}\n",
            function.path, function.parameters, function.results
        );
        for (number, block) in function.blocks.iter().enumerate() {
            let meets = block
                .meets_at
                .map_or(String::new(), |at| format!(" (meets at {})", at.0));
            let _ = writeln!(text, "block {number}:{meets}");
            for instruction in &block.instructions {
                let _ = writeln!(text, "    {instruction:?}");
            }
        }
        text
    }

    /// A place as `file:line`, the innermost inlined function first; empty when unknown.
    pub fn describe_place(&self, place: PlaceId) -> String {
        let Some(found) = self
            .places
            .get(place.index())
            .filter(|found| found.line > 0)
        else {
            return String::new();
        };
        format!("{}:{}", self.text(found.file), found.line)
    }
}
