//! Which operation changes the representation.

use proofhouse::prelude::*;

use super::super::scene::Scene;
use crate::geometry::POSITION_MAX;
use crate::well_formed::Kind;

/// A vector becomes shared by splitting, by passing the greatest position, and by freezing, and by
/// nothing else; a shared buffer becomes a vector by reserving while others use the allocation, and by
/// nothing else. The class stays what it was made with.
#[property]
fn kind_transitions_legal(mut scene: Scene, #[from(0..=6_u8)] operation: u8, amount: usize) {
    let before = scene.view();
    let is_lodger = before.references > 1;
    let mut given = None;
    let (becomes_shared, becomes_vector) = match operation {
        0 => {
            given = scene.arena.split_off(&mut scene.main, amount).ok();
            (given.is_some(), false)
        }
        1 => {
            given = scene.arena.split_to(&mut scene.main, amount).ok();
            (given.is_some(), false)
        }
        2 => {
            let is_done = scene.arena.advance(&mut scene.main, amount).is_ok();
            (is_done && before.start + amount > POSITION_MAX, false)
        }
        3 => {
            let has_room = amount <= before.capacity() - before.length();
            let is_done = scene.arena.reserve(&mut scene.main, amount).is_ok();
            (false, is_done && is_lodger && !has_room)
        }
        4 => {
            let _ = scene.arena.try_reclaim(&mut scene.main, amount);
            (false, false)
        }
        5 => {
            scene.arena.truncate(&mut scene.main, amount);
            (false, false)
        }
        _ => {
            scene.arena.promote(&mut scene.main);
            (true, false)
        }
    };
    let after = scene.view();
    let expected = match before.kind {
        Kind::Vector if becomes_shared => Kind::Shared,
        Kind::Shared if becomes_vector => Kind::Vector,
        kind => kind,
    };
    assert_eq!(after.kind, expected);
    assert_eq!(after.class, before.class);
    match &given {
        Some(given) => scene.assert_sound(&[given]),
        None => scene.assert_sound(&[]),
    }
}

/// The course of the original's documentation, for every geometry and with all neighbours: who splits a buffer
/// makes both parts shared, and the part that then needs more room than it has becomes a vector of its own.
#[property]
fn kind_change_wf(mut scene: Scene, at: usize, additional: usize) {
    let Ok(mut back) = scene.arena.split_off(&mut scene.main, at) else {
        return;
    };
    let before = scene.arena.view(&back);
    assert_eq!(
        (scene.view().kind, before.kind),
        (Kind::Shared, Kind::Shared)
    );
    let has_room = additional <= before.end - before.filled;
    let is_done = scene.arena.reserve(&mut back, additional).is_ok();
    let expected = if is_done && !has_room {
        Kind::Vector
    } else {
        Kind::Shared
    };
    let after = scene.arena.view(&back);
    assert_eq!((scene.view().kind, after.kind), (Kind::Shared, expected));
    scene.assert_sound(&[&back]);
}
