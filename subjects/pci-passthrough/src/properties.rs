//! What holds for every input, stated so that each engine can try to break it.
//!
//! A property's doc comment is its statement; its body says the same in code, by means that the
//! types under test do not use: 128-bit arithmetic, sets of points and of pages, tables, models, and
//! a grammar written down a second time. Where plain random values would hardly ever come near the interesting ones,
//! a twin of the property draws from a generator that does.
//!
//! # Invariants
//!
//! - No property limits its inputs by an assumption.

mod address;
mod bar_rig;
mod bars;
mod bdf_numbers;
mod bdf_text;
mod capabilities;
mod config;
mod config_image;
mod delivery;
mod device_ids;
mod dirty;
mod dma;
mod dma_unmap;
mod generators;
mod grammar;
mod guest_layout;
mod integration;
mod irq_set;
mod msi;
mod msix_capability;
mod msix_host;
mod msix_model;
mod msix_table;
mod page_sets;
mod page_size;
mod plugged;
mod pools;
mod range;
mod shared_space;
mod slot;
mod snapshot;
