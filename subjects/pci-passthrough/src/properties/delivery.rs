//! From the guest's table to the host's vectors: refinement, independence, races, limits.

use proofhouse::prelude::*;

use super::msix_model::{Model, Step, VECTORS, after, take};
use crate::kernel::EventHandle;
use crate::{
    BarSlot, MsixCapability, MsixMessage, MsixPlace, MsixRouting, MsixTable, RaiseStep, Route,
    RouteSource, SharedVector, UnmaskStep,
};

/// Routes that are open, with what they deliver.
#[derive(Debug, Default)]
struct Open {
    routes: Vec<(Route, MsixMessage)>,
    next: u32,
}

impl RouteSource for Open {
    type Error = ();

    fn open(&mut self, message: MsixMessage) -> Result<Route, ()> {
        self.next += 1;
        let event = EventHandle::new(self.next);
        let route = Route {
            event,
            gsi: self.next,
        };
        self.routes.push((route, message));
        Ok(route)
    }

    fn change(&mut self, route: Route, message: MsixMessage) {
        let mut routes = self.routes.iter_mut();
        let open = routes
            .find(|open| open.0 == route)
            .expect("only open routes change");
        open.1 = message;
    }

    fn close(&mut self, vector: u16, route: Route) {
        let mut routes = self.routes.iter();
        let place = routes.position(|open| open.0 == route && open.1.vector == vector);
        self.routes
            .remove(place.expect("only open routes are closed"));
    }
}

/// After each step of guest and device, a vector is enabled on the host exactly when the guest's
/// side may send it and its message can be delivered; there is one route for each of these and none
/// else; and it delivers the message of now.
#[property]
fn prop_integration_refinement(steps: Vec<Step>) {
    check_refinement(steps);
}

/// The same for guests that write addresses to which messages can be delivered.
#[property]
fn prop_integration_refinement_deliverable(steps: Vec<Step>) {
    check_refinement(steps.into_iter().map(towards_delivery).collect());
}

/// The step, with addresses in the window of interrupt messages.
fn towards_delivery(step: Step) -> Step {
    match step {
        Step::Write(word, value) if word % 4 == 0 => {
            Step::Write(word, value & 0xf_ffff | 0xfee0_0000)
        }
        Step::Write(word, _) if word % 4 == 1 => Step::Write(word, 0),
        Step::WriteTwo(pair, value) if pair % 2 == 0 => {
            Step::WriteTwo(pair, value & 0xf_ffff | 0xfee0_0000)
        }
        other => other,
    }
}

fn check_refinement(steps: Vec<Step>) {
    let (mut routing, mut model, mut open) =
        (MsixRouting::new(VECTORS), Model::new(), Open::default());
    for step in steps {
        model.take(step);
        let _ = take(&mut routing.table, step);
        assert_eq!(routing.follow(&mut open), Ok(()));
        let mut routes = 0;
        for vector in 0..VECTORS {
            let message = model.message(vector);
            let number = message.data & 0xff;
            let is_legal =
                message.address & !0xf_ffff == 0xfee0_0000 && number >= 0x10 && number != 0xff;
            let is_enabled = model.may_send(vector) && is_legal;
            assert_eq!(routing.vectors().can_deliver(vector), is_enabled);
            let mut for_vector = open.routes.iter().filter(|open| open.1.vector == vector);
            if is_enabled {
                assert_eq!(for_vector.next().map(|open| open.1), Some(message));
                routes += 1;
            }
            assert_eq!(for_vector.next(), None);
        }
        assert_eq!(open.routes.len(), routes);
    }
    routing.release_all(&mut open);
    assert_eq!(open.routes.len(), 0);
}

/// What happens to one vector changes nothing of another: after any steps, one about a vector leaves
/// the other's entry and pending bit as they were, and sends none of its messages.
#[property]
fn prop_integration_multiple_vectors(
    before: Vec<Step>,
    #[from(0..VECTORS)] vector: u16,
    #[from(0..=2_u8)] kind: u8,
    #[from(0..=3_u8)] word: u8,
    value: u32,
) {
    let (mut table, _) = after(&before);
    let other = 1 - vector;
    let (entry, is_pending) = (table.entries()[usize::from(other)], table.is_pending(other));
    let step = match kind {
        0 => Step::Raise(vector),
        1 => Step::SetMask(vector, value & 1 != 0),
        _ => Step::Write(vector as u8 * 4 + word, value),
    };
    let sent = take(&mut table, step).expect("the vector exists");
    assert!(sent.iter().all(|message| message.vector == vector));
    assert_eq!(table.entries()[usize::from(other)], entry);
    assert_eq!(table.is_pending(other), is_pending);
}

/// However the steps of a raise and of an unmask are mixed, exactly one message is sent and nothing
/// stays pending; the same when the vector was never masked.
#[property]
fn prop_schedule_unmask_vs_raise(was_masked: bool, order: u8) {
    let vector = SharedVector::new(was_masked);
    let (mut raise, mut unmask) = (RaiseStep::Note, UnmaskStep::Unmask);
    // Three and two steps at most; the order's bits say whose turn it is, and what is left at the
    // end takes its turns alone.
    for turn in 0..8 {
        if order >> turn & 1 == 0 {
            raise = vector.step_raise(raise);
        } else {
            unmask = vector.step_unmask(unmask);
        }
    }
    for _ in 0..3 {
        raise = vector.step_raise(raise);
    }
    for _ in 0..2 {
        unmask = vector.step_unmask(unmask);
    }
    let (RaiseStep::Done(raise_sends), UnmaskStep::Done(unmask_sends)) = (raise, unmask) else {
        panic!("both are over after so many steps");
    };
    assert_eq!(u8::from(raise_sends) + u8::from(unmask_sends), 1);
    assert!(!vector.is_pending());
}

/// Whole operations one after the other do what their steps do.
#[test]
fn whole_operations_run_their_steps() {
    let vector = SharedVector::new(true);
    assert!(!vector.raise());
    assert!(vector.is_pending());
    assert!(vector.unmask());
    assert!(vector.raise());
    assert!(!vector.is_pending());
    vector.mask();
    assert!(!vector.raise());
    assert!(vector.unmask());
    assert!(!vector.unmask());
}

/// A device with one vector works.
#[test]
fn test_edge_min_vectors() {
    check_vectors(1);
}

/// A device with 2048 vectors works, the last one too; both its encoding and its table.
#[test]
fn test_edge_max_vectors() {
    check_vectors(2048);
}

fn check_vectors(vectors: u16) {
    let place = |offset| MsixPlace::new(BarSlot::Bar0, offset).unwrap();
    let capability = MsixCapability::new(vectors, place(0), place(0x8000)).unwrap();
    let bytes = capability.encode(0);
    assert_eq!(u16::from_le_bytes([bytes[2], bytes[3]]), vectors - 1);
    assert_eq!(MsixCapability::decode(&bytes), Ok(capability));
    assert_eq!(capability.table_area().bytes, u64::from(vectors) * 16);
    assert_eq!(
        capability.pending_area().bytes,
        if vectors == 1 { 8 } else { 256 }
    );

    let mut table = MsixTable::new(vectors);
    let (last, end) = (vectors - 1, u64::from(vectors) * 16);
    assert_eq!(table.read_table(end - 4, 4), 1);
    assert_eq!(table.read_table(end, 4), u64::MAX);
    assert_eq!(table.set_control(true, false), []);
    assert_eq!(table.raise(last), Ok(None));
    assert!(table.raise(vectors).is_err());
    assert!(table.is_pending(last));
    let sent = table
        .write_table(end - 4, 4, 0)
        .map(|message| message.vector);
    assert_eq!(sent, Some(last));
    for count in [0, 2049] {
        assert!(MsixCapability::new(count, place(0), place(0x8000)).is_err());
    }
}
