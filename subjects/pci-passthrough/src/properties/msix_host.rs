//! The host's side of MSI-X: states of vectors, and routes handed in and out.
//!
//! The model has a number for each vector (0 masked, 1 configured, 2 enabled) and says by a table
//! which calls lead where.

use proofhouse::prelude::*;

use crate::kernel::EventHandle;
use crate::{MsixError, MsixVectors, Route, VectorState};

/// How many vectors there are; calls name one more.
const VECTORS: u16 = 3;

/// One call.
#[derive(Debug, Clone, Copy, Generate)]
enum Call {
    Configure(#[from(0..=3_u16)] u16, u32),
    Enable(#[from(0..=3_u16)] u16, #[from(0..=2_u8)] u8),
    Disable(#[from(0..=3_u16)] u16),
    Mask(#[from(0..=3_u16)] u16),
}

impl Call {
    fn vector(self) -> u16 {
        match self {
            Self::Configure(vector, _)
            | Self::Enable(vector, _)
            | Self::Disable(vector)
            | Self::Mask(vector) => vector,
        }
    }

    /// Makes the call; what is given back.
    fn make(self, vectors: &mut MsixVectors) -> Result<Option<Route>, MsixError> {
        match self {
            Self::Configure(vector, data) => {
                vectors.configure(vector, ADDRESS, data).map(|()| None)
            }
            Self::Enable(vector, which) => vectors.enable(vector, route(which)).map(|()| None),
            Self::Disable(vector) => vectors.disable(vector),
            Self::Mask(vector) => vectors.mask(vector),
        }
    }
}

const ADDRESS: u64 = 0xfee0_0000;

/// Routes that differ in event, line or both.
fn route(which: u8) -> Route {
    Route {
        event: EventHandle::new(u32::from(which / 2)),
        gsi: u32::from(which % 2) + 24,
    }
}

/// Vectors after some calls, refused ones included.
fn after(calls: &[Call]) -> MsixVectors {
    let mut vectors = MsixVectors::new(VECTORS);
    for call in calls {
        let _ = call.make(&mut vectors);
    }
    vectors
}

/// The number of a state.
fn number(state: VectorState) -> u8 {
    match state {
        VectorState::Masked => 0,
        VectorState::Configured { .. } => 1,
        VectorState::Enabled { .. } => 2,
    }
}

/// Any calls lead each vector through the three states as the model says, and a call that the model
/// refuses is refused.
#[property]
fn prop_msix_valid_transitions(calls: Vec<Call>) {
    let mut vectors = MsixVectors::new(VECTORS);
    let mut model = [0_u8; VECTORS as usize];
    let mut routes = [9_u8; VECTORS as usize];
    for call in calls {
        let answer = call.make(&mut vectors);
        let Some(state) = model.get_mut(usize::from(call.vector())) else {
            assert!(answer.is_err());
            continue;
        };
        let used = &mut routes[usize::from(call.vector())];
        let next = match (call, *state) {
            (Call::Configure(..), 0 | 1) => Some(1),
            (Call::Enable(_, which), 1) => {
                *used = which;
                Some(2)
            }
            (Call::Enable(_, which), 2) if which == *used => Some(2),
            (Call::Configure(..), _) | (Call::Enable(..), _) => None,
            (Call::Disable(_), before) => Some(before.min(1)),
            (Call::Mask(_), _) => Some(0),
        };
        assert_eq!(answer.is_ok(), next.is_some());
        *state = next.unwrap_or(*state);
        for vector in 0..VECTORS {
            let state = vectors.state(vector).expect("it exists");
            assert_eq!(number(state), model[usize::from(vector)]);
        }
    }
}

/// Enabling a masked vector is refused and changes nothing.
#[property]
fn prop_msix_no_enable_unconfigured(
    calls: Vec<Call>,
    #[from(0..VECTORS)] vector: u16,
    #[from(0..=2_u8)] which: u8,
) {
    let mut vectors = after(&calls);
    if vectors.state(vector) != Some(VectorState::Masked) {
        assert_eq!(vectors.mask(vector).map(|_| ()), Ok(()));
    }
    let before = vectors.clone();
    let answer = vectors.enable(vector, route(which));
    assert_eq!(answer, Err(MsixError::NotConfigured { vector }));
    assert_eq!(vectors, before);
}

/// Enabled vectors are at most the configured ones, these at most all, and both counts are what
/// counting gives.
#[property]
fn prop_msix_count_invariants(calls: Vec<Call>) {
    let mut vectors = MsixVectors::new(VECTORS);
    for call in calls {
        let _ = call.make(&mut vectors);
        let mut counts = [0; 3];
        for state in vectors.states() {
            counts[usize::from(number(*state))] += 1;
        }
        assert_eq!(vectors.enabled(), counts[2]);
        assert_eq!(vectors.configured(), counts[1] + counts[2]);
        assert!(vectors.enabled() <= vectors.configured());
        assert!(vectors.configured() <= usize::from(VECTORS));
    }
}

/// A vector can be delivered exactly when MSI-X is enabled, the function is not masked, and the
/// vector is enabled.
#[property]
fn prop_msix_can_deliver(
    #[from(0..=3_u16)] vector: u16,
    #[from(0..=2_u8)] state: u8,
    is_enabled: bool,
    is_function_masked: bool,
) {
    let mut vectors = MsixVectors::new(VECTORS);
    if vector < VECTORS && state >= 1 {
        assert_eq!(vectors.configure(vector, ADDRESS, 0x31), Ok(()));
    }
    if vector < VECTORS && state == 2 {
        assert_eq!(vectors.enable(vector, route(0)), Ok(()));
    }
    vectors.set_control(is_enabled, is_function_masked);
    let expected = match (is_enabled, is_function_masked, state) {
        (true, false, 2) => vector < VECTORS,
        _ => false,
    };
    assert_eq!(vectors.can_deliver(vector), expected);
    for other in (0..VECTORS).filter(|&other| other != vector) {
        assert!(!vectors.can_deliver(other));
    }
}

/// The message of an enabled vector cannot be changed; trying so changes nothing.
#[property]
fn prop_msix_no_reconfig_enabled(
    calls: Vec<Call>,
    #[from(0..VECTORS)] vector: u16,
    address: u64,
    data: u32,
) {
    let mut vectors = after(&calls);
    let is_enabled = matches!(vectors.state(vector), Some(VectorState::Enabled { .. }));
    let before = vectors.clone();
    let answer = vectors.configure(vector, address, data);
    if is_enabled {
        assert_eq!(answer, Err(MsixError::StillEnabled { vector }));
        assert_eq!(vectors, before);
    } else {
        assert_eq!(answer, Ok(()));
        let configured = VectorState::Configured { address, data };
        assert_eq!(vectors.state(vector), Some(configured));
    }
}

/// Every call for a vector that does not exist is refused and changes nothing.
#[property]
fn prop_msix_invalid_index_fails(calls: Vec<Call>, #[from(VECTORS..=u16::MAX)] vector: u16) {
    let mut vectors = after(&calls);
    let before = vectors.clone();
    let error = MsixError::NoSuchVector {
        vector,
        vectors: VECTORS,
    };
    assert_eq!(vectors.configure(vector, ADDRESS, 0x31), Err(error));
    assert_eq!(vectors.enable(vector, route(0)), Err(error));
    assert_eq!(vectors.disable(vector), Err(error));
    assert_eq!(vectors.mask(vector), Err(error));
    assert!(!vectors.can_deliver(vector));
    assert_eq!(vectors.state(vector), None);
    assert_eq!(vectors, before);
}

/// Disabling gives back exactly the route that enabling stored, and only the first time; so does
/// masking.
#[property]
fn prop_msix_disable_returns_eventfd(
    calls: Vec<Call>,
    #[from(0..VECTORS)] vector: u16,
    event: u32,
    gsi: u32,
    masks: bool,
) {
    let mut vectors = after(&calls);
    assert!(vectors.mask(vector).is_ok());
    assert_eq!(vectors.configure(vector, ADDRESS, 0x31), Ok(()));
    let event = EventHandle::new(event);
    let route = Route { event, gsi };
    assert_eq!(vectors.enable(vector, route), Ok(()));
    let mut give_back = || {
        if masks {
            vectors.mask(vector)
        } else {
            vectors.disable(vector)
        }
    };
    assert_eq!(give_back(), Ok(Some(route)));
    assert_eq!(give_back(), Ok(None));
    assert_eq!(vectors.disable(vector), Ok(None));
    assert_eq!(vectors.mask(vector), Ok(None));
}

/// Enabling an enabled vector with the same event and line is nothing; with another event or
/// another line it is refused and changes nothing.
#[property]
fn prop_msix_enable_idempotent_or_error(events: (u32, u32), lines: (u32, u32)) {
    let mut vectors = MsixVectors::new(VECTORS);
    let route = |event, gsi| Route {
        event: EventHandle::new(event),
        gsi,
    };
    assert_eq!(vectors.configure(1, ADDRESS, 0x31), Ok(()));
    assert_eq!(vectors.enable(1, route(events.0, lines.0)), Ok(()));
    let before = vectors.clone();
    let again = vectors.enable(1, route(events.1, lines.1));
    let is_same = events.0 == events.1 && lines.0 == lines.1;
    let refused = Err(MsixError::AlreadyEnabled { vector: 1 });
    assert_eq!(again, if is_same { Ok(()) } else { refused });
    assert_eq!(vectors, before);
}

/// Over any calls and a masking of everything at the end, each route that was taken in is given
/// back exactly once, and none that was not.
#[property]
fn prop_msix_resource_linear(calls: Vec<Call>) {
    let mut vectors = MsixVectors::new(VECTORS);
    // How many of each route are inside, by vector: at most one, and all the same one.
    let mut inside = [None; VECTORS as usize];
    let masks = (0..VECTORS).map(Call::Mask);
    for call in calls.into_iter().chain(masks) {
        let given_back = match call.make(&mut vectors) {
            Ok(given_back) => given_back,
            Err(_) => continue,
        };
        let inside = &mut inside[usize::from(call.vector())];
        if let Some(given_back) = given_back {
            assert_eq!(inside.take(), Some(given_back));
        }
        if let Call::Enable(_, which) = call {
            // A repetition takes nothing in.
            assert!(inside.is_none() || *inside == Some(route(which)));
            *inside = Some(route(which));
        }
    }
    assert_eq!(inside, [None; VECTORS as usize]);
}
