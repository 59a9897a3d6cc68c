//! Builds: the test binaries of the chosen packages, once as programs and once as bitcode.
//!
//! Both builds are ordinary cargo builds of the same selection, so features, build scripts and
//! generated code are the same in both. The bitcode build differs in three points: it goes to a target
//! folder of its own, it names the host as its target (which keeps build scripts and proc macros out
//! of it), and this very executable stands between cargo and rustc ([`wrapper`]) and behind rustc as
//! its linker ([`linker`]).

pub mod cargo;
pub mod linker;
pub mod manifest;
pub mod toolchain;
pub mod wrapper;
