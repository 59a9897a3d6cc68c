//! Loads the LLVM bitcode that stock stable rustc emits and executes it, concretely or symbolically.
//!
//! Three parts, each a stage that data flows through once: `load` reads bitcode with the
//! toolchain's own LLVM and writes it down as a [`program::Program`]; `machine` executes a program,
//! its registers and memory holding words until a symbol touches them; `explore` forks the machine
//! wherever a symbolic condition can go both ways and turns the ended paths into a verdict. Beside
//! `explore` stands `run`, which executes one whole process and says how it ended.
//!
//! # What undefined behaviour is seen
//!
//! Accesses that leave their object, even where another one lies; accesses to what was freed, or to
//! slots of functions that returned; misaligned and null accesses; writes to constants; memory given
//! back twice, in the middle, to another allocator or with another layout; pointer arithmetic that
//! leaves its object; copies that overlap; calls of what is no such function; undefined and poisoned
//! values where they decide something; and everything that rustc and std compile checks for when
//! debug assertions are on: overflow, invalid enums and characters, broken preconditions of unsafe
//! functions. Each comes with its place in the user's code, and with the object, where it was made
//! and where it was freed.
//!
//! # What is not seen
//!
//! Each of these has an entry in `cases/machine/programs/unseen.rs` that the machine runs to its end:
//!
//! - **Aliasing**: two mutable references to one place, a write behind a shared reference. LLVM's
//!   `noalias` is not judged.
//! - **Validity of types** beyond compiled checks: a zero in a `NonZero`, a dangling or null reference
//!   that is never followed, an uninitialised integer that decides nothing.
//! - **Padding**: copying it, or reading it as bytes that decide nothing.
//! - **Scopes inside of a function**: without optimisation a local lives until its function returns.
//! - **Distances between objects**: to LLVM a difference of two addresses is one of two numbers.
//! - **Data races**: threads take turns at visible operations, and their accesses are not compared.
//!
//! # Floats
//!
//! `f32` and `f64` are unknowns like integers are: arithmetic, comparisons, rounding, square roots, fused
//! multiplication, casts and classes are exact, bit for bit. What LLVM and Rust leave open is left open: the
//! sign and payload of a NaN that an operation makes, and which of two zeros `min` and `max` give. There a
//! proof holds for all bits, with one restriction: the same instruction with the same operands leaves the
//! same bits. A result of known numbers alone has the bits of this machine. What `sin`, `powf` and the other
//! functions of the mathematics library give for an unknown is any float at all, so what is proved does not
//! depend on them; a failure that does is *inconclusive: a failure that a plain run does not show*. Products,
//! quotients and remainders of two unknown `f64` may be too hard for the solver, which then gives up.
//!
//! # Threads
//!
//! Threads run under one deterministic schedule (`machine::threads`): each until it blocks, yields or
//! ends. Locks, channels, condition variables and parking are std's own code on futexes. A deadlock is
//! a failure that says where each thread waits; time is virtual. Other schedules, and the weak memory
//! of real processors, are not explored.
//!
//! # Not here
//!
//! Cargo, processes, terminals, and what a property is: the machine knows an entry function and the
//! calls by which a program asks for choices.

pub mod explore;
mod files;
pub mod load;
mod machine;
mod memory;
pub mod program;
pub mod run;
mod shims;

pub use shims::WITHOUT_BODY;
