//! The explorer against plain runs of every input.

mod generate;
mod planted;
mod random_programs;
mod second_opinion;
mod writer;
