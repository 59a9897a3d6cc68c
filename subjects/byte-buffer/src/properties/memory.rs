//! The buffer in memory, with its contents, in small allocations.

mod contents;
mod cuts;
mod joins;
mod orders;
mod room;
mod sequences;
