//! Joining.

use proofhouse::prelude::*;

use super::super::scene::{Scene, assert_sound};
use crate::geometry::SIZE_MAX;
use crate::well_formed::{Kind, View};

/// A buffer is joined exactly if it has no capacity, or both are shared, of one allocation, and it
/// starts where the other's contents end. Then lengths and capacities add up; otherwise nothing
/// changes, and the buffer is given back as it was.
#[property]
fn try_unsplit_iff_adjacent(mut scene: Scene, #[from(0..=2_u8)] pick: u8, has_own_memory: bool) {
    let mut other = if has_own_memory || scene.others.is_empty() {
        scene.arena.vector(usize::from(pick))
    } else {
        scene.others.remove(usize::from(pick) % scene.others.len())
    };
    if has_own_memory && pick == 2 {
        scene.arena.promote(&mut other);
    }
    let (before, joined) = (scene.view(), scene.arena.view(&other));
    let is_neighbour = before.kind == Kind::Shared
        && joined.kind == Kind::Shared
        && before.identity == joined.identity
        && before.filled == joined.start;
    match scene.arena.try_unsplit(&mut scene.main, other) {
        Err(other) => {
            assert!(joined.capacity() > 0 && !is_neighbour);
            assert_eq!((scene.view(), scene.arena.view(&other)), (before, joined));
            scene.assert_sound(&[&other]);
        }
        Ok(()) => {
            assert!(joined.capacity() == 0 || is_neighbour);
            scene.assert_sound(&[]);
            let after = scene.view();
            assert_eq!((after.base, after.start), (before.base, before.start));
            // What was joined starts where the contents ended, so its ends are the new ones.
            let ends = if joined.capacity() == 0 {
                before
            } else {
                joined
            };
            assert_eq!((after.filled, after.end), (ends.filled, ends.end));
        }
    }
}

/// Splitting off within the contents and joining again gives the region that was.
#[property]
fn unsplit_inverse_of_split_off(mut scene: Scene, at: usize) {
    let before = scene.view();
    let Ok(back) = scene.arena.split_off(&mut scene.main, at) else {
        return;
    };
    let has_capacity = scene.arena.view(&back).capacity() > 0;
    match scene.arena.try_unsplit(&mut scene.main, back) {
        Ok(()) => {
            assert!(at <= before.length() || !has_capacity);
            let after = scene.view();
            let region = |view: View| (view.base, view.start, view.capacity(), view.length());
            assert_eq!(region(after), region(before));
            scene.assert_sound(&[]);
        }
        Err(back) => {
            assert!(at > before.length());
            scene.assert_sound(&[&back]);
        }
    }
}

/// However a buffer is cut twice, no place belongs to two of the handles.
#[property]
fn handles_disjoint(mut scene: Scene, first: usize, second: usize, place: usize) {
    let mut handles = Vec::new();
    if let Ok(back) = scene.arena.split_off(&mut scene.main, first) {
        handles.push(back);
    }
    if let Ok(front) = scene.arena.split_to(&mut scene.main, second) {
        handles.push(front);
    }
    handles.append(&mut scene.others);
    handles.push(scene.main);
    let owners = handles
        .iter()
        .filter(|handle| handle.contains(place))
        .count();
    assert!(owners <= 1);
}

/// After any two operations the header counts just the handles there are, and letting all go frees
/// everything once.
#[property]
fn refcount_equals_live(mut scene: Scene, first: (u8, usize), second: (u8, usize)) {
    for (operation, amount) in [first, second] {
        match operation % 5 {
            0 => scene
                .others
                .extend(scene.arena.split_off(&mut scene.main, amount)),
            1 => scene
                .others
                .extend(scene.arena.split_to(&mut scene.main, amount)),
            2 => {
                if let Some(other) = scene.others.pop() {
                    scene
                        .others
                        .extend(scene.arena.try_unsplit(&mut scene.main, other).err());
                }
            }
            3 => {
                // Refused, or there is room: either way the counts must be right.
                let _ = scene.arena.reserve(&mut scene.main, amount);
            }
            _ => {
                if let Some(other) = scene.others.pop() {
                    scene.arena.release(other);
                }
            }
        }
        scene.assert_sound(&[]);
    }
}

/// When all handles are gone, in either order, so are all allocations.
#[property]
fn alloc_ledger_balanced(mut scene: Scene, at: usize, additional: usize, main_first: bool) {
    if let Ok(back) = scene.arena.split_off(&mut scene.main, at) {
        scene.others.push(back);
    }
    let _ = scene.arena.reserve(&mut scene.main, additional);
    assert!(scene.arena.live() >= 1);
    let Scene {
        mut arena,
        main,
        mut others,
    } = scene;
    others.insert(if main_first { 0 } else { others.len() }, main);
    while !others.is_empty() {
        let region = others.remove(0);
        arena.release(region);
        assert_sound(&arena, others.iter());
    }
    assert_eq!(arena.live(), 0);
}

/// A frozen buffer is the same region, its clones as well; when they are gone the region can be
/// changed again.
#[property]
fn freeze_roundtrip(mut scene: Scene) {
    let before = scene.view();
    let region = |view: View| {
        (
            view.base,
            view.start,
            view.capacity(),
            view.length(),
            view.class,
        )
    };
    scene.arena.promote(&mut scene.main);
    let clone = scene.arena.duplicate(&mut scene.main);
    assert_eq!(region(scene.view()), region(before));
    assert_eq!(region(scene.arena.view(&clone)), region(before));
    assert_eq!(scene.view().references, scene.others.len() + 2);
    scene.arena.release(clone);
    scene.assert_sound(&[]);
    assert_eq!(region(scene.view()), region(before));
    assert!(before.total <= SIZE_MAX);
}
