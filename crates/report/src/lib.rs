//! Evidence rendered: one document, as a table for people or as JSON for programs.
//!
//! Engines and the campaign deliver plain data; whoever reads it wants columns, colours and whole
//! sentences. Keeping every such decision here means that no engine formats anything and that the
//! text can change without touching what was measured.
//!
//! # Invariants
//!
//! - The text says what the evidence says: no verdict is rendered in stronger words than its own
//!   (`words::tests`), and every bound, obstacle and reason appears in full below the table even
//!   when a cell had to be cut; of many obstacles of one result the first few, and how many more.
//! - Without colour the text holds no escape sequences (`tests::plain_text_has_no_escapes`).
//! - The JSON form reads back to the same document and carries its version.
//!
//! # Not here
//!
//! Terminals: whether there is one, how wide it is and whether it wants colour is the caller's to
//! find out and to say in [`TextOptions`].

#![warn(missing_docs)]

mod date;
mod document;
mod failures;
mod finding;
mod github;
mod html;
mod junit;
mod listing;
mod merge;
mod messages;
mod observed;
mod quantity;
mod remarks;
mod style;
mod summary;
mod table;
mod text;
mod words;

pub use date::date;
pub use document::{
    BinaryReport, CheckReport, EngineMissing, EngineResult, Explanation, Outcome, PropertyReport,
    ReadError, Settings, TargetLabel, Weakening,
};
pub use finding::{ReplayReport, replay_text};
pub use github::github_text;
pub use html::{SourceReader, html_page};
pub use junit::junit_xml;
pub use listing::listing_text;
pub use merge::{MergedFinding, merged_findings};
pub use messages::{error_text, note_line, status_line};
pub use quantity::{count, duration};
pub use text::{TextOptions, check_text};
pub use words::{obstacle_words, verdict_words};
