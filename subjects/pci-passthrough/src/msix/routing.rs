//! Keeps the host's vectors in the state that the guest's table asks for.
//!
//! # Invariants
//!
//! - After [`MsixRouting::follow`], a vector is enabled on the host, that is, has a route, exactly
//!   when MSI-X is enabled, neither mask is set and the entry's message can be delivered; and the
//!   route delivers that message.
//! - Every route that was opened is closed once.

use crate::{MsixMessage, MsixTable, MsixVectors, Route, VectorState};

/// Where routes come from and go to.
pub trait RouteSource {
    /// Why a route could not be opened.
    type Error;

    /// Opens a route that delivers the message.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from doing so; nothing is open then.
    fn open(&mut self, message: MsixMessage) -> Result<Route, Self::Error>;

    /// Lets a route deliver another message.
    fn change(&mut self, route: Route, message: MsixMessage);

    /// Closes a route.
    fn close(&mut self, vector: u16, route: Route);
}

/// The two layers together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsixRouting {
    /// The guest's side. After changing it, [`Self::follow`].
    pub table: MsixTable,
    vectors: MsixVectors,
}

impl MsixRouting {
    /// That many vectors, after a reset.
    pub fn new(vectors: u16) -> Self {
        Self {
            table: MsixTable::new(vectors),
            vectors: MsixVectors::new(vectors),
        }
    }

    /// The host's side.
    pub const fn vectors(&self) -> &MsixVectors {
        &self.vectors
    }

    /// Opens, changes and closes routes until the host's side is what the guest's asks for.
    ///
    /// # Errors
    ///
    /// The first route that could not be opened. Its vector stays without; all others are as they
    /// should be.
    pub fn follow<S: RouteSource>(&mut self, source: &mut S) -> Result<(), S::Error> {
        let (is_enabled, is_masked) = (self.table.is_enabled(), self.table.is_function_masked());
        self.vectors.set_control(is_enabled, is_masked);
        let mut first_error = Ok(());
        for vector in 0..self.table.vectors() {
            let followed = match self.wanted(vector) {
                Some(message) => self.deliver(message, source),
                None => {
                    self.release(vector, source);
                    Ok(())
                }
            };
            first_error = first_error.and(followed);
        }
        first_error
    }

    /// Closes every route.
    pub fn release_all<S: RouteSource>(&mut self, source: &mut S) {
        for vector in 0..self.table.vectors() {
            self.release(vector, source);
        }
    }

    /// The message that the vector has to deliver; `None` while it has to deliver nothing.
    fn wanted(&self, vector: u16) -> Option<MsixMessage> {
        let is_masked = self.table.entries()[usize::from(vector)].is_masked();
        if !self.table.is_enabled() || self.table.is_function_masked() || is_masked {
            return None;
        }
        let message = self.table.message(vector)?;
        message.is_deliverable().then_some(message)
    }

    fn deliver<S: RouteSource>(
        &mut self,
        message: MsixMessage,
        source: &mut S,
    ) -> Result<(), S::Error> {
        let MsixMessage {
            vector,
            address,
            data,
        } = message;
        const LEGAL: &str = "the vector exists and the calls are in order";
        if let Some(VectorState::Enabled {
            address: old_address,
            data: old_data,
            ..
        }) = self.vectors.state(vector)
            && (old_address, old_data) == (address, data)
        {
            return Ok(());
        }
        let route = match self.vectors.disable(vector).expect(LEGAL) {
            Some(route) => {
                source.change(route, message);
                route
            }
            None => source.open(message)?,
        };
        self.vectors.configure(vector, address, data).expect(LEGAL);
        self.vectors.enable(vector, route).expect(LEGAL);
        Ok(())
    }

    fn release<S: RouteSource>(&mut self, vector: u16, source: &mut S) {
        if let Ok(Some(route)) = self.vectors.mask(vector) {
            source.close(vector, route);
        }
    }
}
