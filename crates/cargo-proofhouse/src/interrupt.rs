//! Ctrl-C: asked for once, it lets the command end its children and report what is finished; asked
//! for twice, it ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::EXIT_INTERRUPTED;

/// Whether the user wants the command to end. Clones share the answer.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    requested: Arc<AtomicBool>,
}

impl Interrupt {
    /// One that Ctrl-C and a request to terminate set. Can be had once per process; a second one is
    /// never set, which only a test would notice.
    pub fn from_terminal() -> Self {
        let interrupt = Self::default();
        let requested = Arc::clone(&interrupt.requested);
        let installed = ctrlc::set_handler(move || {
            if requested.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(EXIT_INTERRUPTED));
            }
        });
        drop(installed);
        interrupt
    }

    /// Whether it was asked for.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Asks for it, as Ctrl-C does.
    pub fn request(&self) {
        self.requested.store(true, Ordering::SeqCst);
    }
}
