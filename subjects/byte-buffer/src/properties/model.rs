//! The buffer on indices, for every capacity.

mod cuts;
mod joins;
mod room;
mod sequences;
