//! The guide and the README, checked: what they say is run, and what a source says is not typed twice.
//!
//! Documentation goes wrong silently. So each page is a script here ([`script`]): its files are written
//! and its commands run in an empty folder outside of the workspace, and what they print is compared
//! with what the page shows. Pages that only repeat a source (options, codes, attributes, files) are
//! made from it ([`mod@reference`]). What holds between pages, links above all, is in [`book`].
//!
//! `cargo xtask bless` writes made pages and shown output anew, to be read in review.
//!
//! # Not here
//!
//! mdBook. It makes the pages of `guide/src` into a site and is not needed for any check.

pub mod block;
pub mod book;
pub mod output;
pub mod reference;
pub mod script;

use std::path::PathBuf;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let manifest = env!("CARGO_MANIFEST_DIR");
    let root = PathBuf::from(manifest).join("../..");
    root.canonicalize().expect("the workspace exists")
}

/// Whether expectations are to be written and not compared.
pub fn is_blessing() -> bool {
    std::env::var_os("PROOFHOUSE_BLESS").is_some_and(|value| !value.is_empty())
}
