//! Making room.

use proofhouse::prelude::*;

use super::super::stage::{Stage, count};
use crate::{ByteBuffer, ledger};

/// Reserving makes room, never takes any away, and keeps the contents, also those of neighbours; or it
/// is refused without effect, exactly if no allocation is large enough.
#[property]
fn reserve_capacity_and_contents(mut stage: Stage, #[from(count())] additional: usize) {
    let before = stage.main.view();
    let is_done = stage.main.reserve(additional).is_ok();
    stage.assert_sound(&[]);
    assert_eq!(is_done, additional <= 20);
    if is_done {
        assert!(stage.main.capacity() >= before.capacity());
        assert!(stage.main.capacity() - stage.main.len() >= additional);
        // The room is there to be written.
        stage.main.put_bytes(7, additional).expect("there is room");
        stage.contents.resize(before.length() + additional, 7);
        stage.assert_sound(&[]);
    } else {
        assert_eq!(stage.main.view(), before);
    }
}

/// Numbers so great that sums with them wrap are refused without effect, in every state.
#[property]
fn reserve_extreme_no_wrap(
    mut stage: Stage,
    #[from(usize::MAX / 2 + 1..=usize::MAX)] additional: usize,
) {
    let before = stage.main.view();
    let error = stage
        .main
        .reserve(additional)
        .expect_err("no allocation is that large");
    assert_eq!(error.code(), "buffer/capacity-overflow");
    assert!(!stage.main.try_reclaim(additional));
    assert!(stage.main.put_bytes(0, additional).is_err());
    assert_eq!(stage.main.view(), before);
    stage.assert_sound(&[]);
    assert!(ByteBuffer::<7>::with_capacity(additional).is_err());
}

/// Reclaiming asks the allocator for nothing, keeps the contents, and where it succeeds there is room.
#[property]
fn try_reclaim_never_allocates(mut stage: Stage, #[from(count())] additional: usize) {
    let allocations = ledger::allocations();
    let before = stage.main.view();
    let is_done = stage.main.try_reclaim(additional);
    assert_eq!(ledger::allocations(), allocations);
    assert_eq!(stage.main.view().base, before.base);
    if is_done {
        assert!(stage.main.capacity() - stage.main.len() >= additional);
    }
    stage.assert_sound(&[]);
}

/// Where reclaiming fails nothing has changed.
#[property]
fn try_reclaim_false_unchanged(mut stage: Stage, #[from(count())] additional: usize) {
    let before = stage.main.view();
    if !stage.main.try_reclaim(additional) {
        assert_eq!(stage.main.view(), before);
    }
    stage.assert_sound(&[]);
}

/// A sole owner gets back all memory of the allocation that its contents do not need, once they are no
/// longer than what lies before them.
#[property]
fn try_reclaim_takes_all_back(
    #[from(0..=16_usize)] total: usize,
    #[from(0..=16_usize)] left: usize,
) {
    assume!(left <= total && total - left >= left);
    let mut main = ByteBuffer::<16>::zeroed(total).expect("memory suffices");
    main.advance(total - left).expect("there are so many bytes");
    assert!(main.try_reclaim(total - left));
    assert_eq!((main.len(), main.capacity()), (left, total));
}
