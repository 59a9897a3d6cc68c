//! The host's side of MSI-X: for each vector, what is needed to deliver it.
//!
//! A vector is masked (nothing known), configured (a message known) or enabled (an event and an
//! interrupt line of the guest connected). Event and line are resources: whoever enables a vector
//! hands them in, and gets them back exactly once.
//!
//! # Invariants
//!
//! - Masked, configured, enabled, configured, masked: no other order.
//! - Enabled vectors are at most the configured ones (which they are among), and these at most all.
//! - A refused call changes nothing and takes nothing in.
//!
//! # Not here
//!
//! Opening events, choosing lines: [`RouteSource`](crate::RouteSource).

use crate::MsixError;
use crate::kernel::EventHandle;

/// What delivers a vector: the event that the device's interrupt signals, and the interrupt line of
/// the guest that the event drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Route {
    /// The event.
    pub event: EventHandle,
    /// The line.
    pub gsi: u32,
}

/// The state of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VectorState {
    /// Nothing is known.
    Masked,
    /// The message is known.
    Configured {
        /// Where it is written.
        address: u64,
        /// What is written.
        data: u32,
    },
    /// The message is known, and delivered by the route.
    Enabled {
        /// Where it is written.
        address: u64,
        /// What is written.
        data: u32,
        /// What delivers it.
        route: Route,
    },
}

/// The vectors of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsixVectors {
    states: Vec<VectorState>,
    configured: usize,
    enabled: usize,
    is_enabled: bool,
    is_function_masked: bool,
}

impl MsixVectors {
    /// That many vectors, all masked.
    pub fn new(vectors: u16) -> Self {
        Self {
            states: vec![VectorState::Masked; usize::from(vectors)],
            configured: 0,
            enabled: 0,
            is_enabled: false,
            is_function_masked: false,
        }
    }

    /// The state of each vector.
    pub fn states(&self) -> &[VectorState] {
        &self.states
    }

    /// The state of a vector; `None` where there is none.
    pub fn state(&self, vector: u16) -> Option<VectorState> {
        self.states.get(usize::from(vector)).copied()
    }

    /// How many vectors are configured, enabled ones included.
    pub const fn configured(&self) -> usize {
        self.configured
    }

    /// How many vectors are enabled.
    pub const fn enabled(&self) -> usize {
        self.enabled
    }

    /// Takes over the two bits of message control.
    pub const fn set_control(&mut self, is_enabled: bool, is_function_masked: bool) {
        self.is_enabled = is_enabled;
        self.is_function_masked = is_function_masked;
    }

    /// Whether an interrupt of the vector would reach the guest.
    pub fn can_deliver(&self, vector: u16) -> bool {
        let is_enabled = matches!(self.state(vector), Some(VectorState::Enabled { .. }));
        self.is_enabled && !self.is_function_masked && is_enabled
    }

    /// Makes the message known, or another one.
    ///
    /// # Errors
    ///
    /// [`MsixError::NoSuchVector`], [`MsixError::StillEnabled`].
    pub fn configure(&mut self, vector: u16, address: u64, data: u32) -> Result<(), MsixError> {
        match self.get(vector)? {
            VectorState::Enabled { .. } => return Err(MsixError::StillEnabled { vector }),
            VectorState::Masked => self.configured += 1,
            VectorState::Configured { .. } => {}
        }
        self.states[usize::from(vector)] = VectorState::Configured { address, data };
        Ok(())
    }

    /// Connects the vector. Doing so twice with the same route is the same as once.
    ///
    /// # Errors
    ///
    /// [`MsixError::NoSuchVector`], [`MsixError::NotConfigured`], and
    /// [`MsixError::AlreadyEnabled`] with another route, which then stays the caller's.
    pub fn enable(&mut self, vector: u16, route: Route) -> Result<(), MsixError> {
        match self.get(vector)? {
            VectorState::Masked => Err(MsixError::NotConfigured { vector }),
            VectorState::Enabled { route: there, .. } if there == route => Ok(()),
            VectorState::Enabled { .. } => Err(MsixError::AlreadyEnabled { vector }),
            VectorState::Configured { address, data } => {
                self.states[usize::from(vector)] = VectorState::Enabled {
                    address,
                    data,
                    route,
                };
                self.enabled += 1;
                Ok(())
            }
        }
    }

    /// Disconnects the vector: what to release, if it was connected.
    ///
    /// # Errors
    ///
    /// [`MsixError::NoSuchVector`].
    pub fn disable(&mut self, vector: u16) -> Result<Option<Route>, MsixError> {
        let VectorState::Enabled {
            address,
            data,
            route,
        } = self.get(vector)?
        else {
            return Ok(None);
        };
        self.states[usize::from(vector)] = VectorState::Configured { address, data };
        self.enabled -= 1;
        Ok(Some(route))
    }

    /// Forgets all about the vector: what to release, if it was connected.
    ///
    /// # Errors
    ///
    /// [`MsixError::NoSuchVector`].
    pub fn mask(&mut self, vector: u16) -> Result<Option<Route>, MsixError> {
        let route = self.disable(vector)?;
        if self.states[usize::from(vector)] != VectorState::Masked {
            self.configured -= 1;
        }
        self.states[usize::from(vector)] = VectorState::Masked;
        Ok(route)
    }

    fn get(&self, vector: u16) -> Result<VectorState, MsixError> {
        let vectors = self.states.len() as u16;
        let state = self.state(vector);
        state.ok_or(MsixError::NoSuchVector { vector, vectors })
    }
}
