//! Lookups that race an unmap.
//!
//! A judge follows the steps and knows one sentence: what an unmap has returned for, nobody holds.
//! The same judge has to refute three variants that each do one thing in the wrong order.

use std::sync::atomic::{AtomicBool, Ordering};

use proofhouse::prelude::*;

use super::page_sets::{PAGE, PageSets, Pages, base_page};
use crate::kernel::IommuType;
use crate::{DmaSpace, Iova, LookupStep, SharedDmaError, SharedDmaSpace, SharedMapping, UnmapStep};

/// A mapping by its steps.
trait Mapping {
    fn new() -> Self;
    fn lookup(&mut self, step: LookupStep) -> LookupStep;
    fn unmap(&mut self, step: UnmapStep) -> UnmapStep;
}

impl Mapping for SharedMapping {
    fn new() -> Self {
        let pages = Pages { first: 0, count: 1 };
        Self::new(pages.map(0))
    }

    fn lookup(&mut self, step: LookupStep) -> LookupStep {
        self.step_lookup(step)
    }

    fn unmap(&mut self, step: UnmapStep) -> UnmapStep {
        self.step_unmap(step)
    }
}

/// Two lookups and two unmaps of a mapping, each as far as it has come.
struct Race<M> {
    mapping: M,
    lookups: Vec<LookupStep>,
    unmaps: Vec<UnmapStep>,
    /// Whether an unmap has begun, and whether one has returned.
    has_begun: bool,
    has_returned: bool,
}

impl<M: Mapping> Race<M> {
    fn new(lookups: usize, unmaps: usize) -> Self {
        Self {
            mapping: M::new(),
            lookups: vec![LookupStep::Enter; lookups],
            unmaps: vec![UnmapStep::Close; unmaps],
            has_begun: false,
            has_returned: false,
        }
    }

    /// Lets one of them, lookups first, take its next step; whether anything happened, or what is
    /// wrong.
    fn turn(&mut self, who: usize) -> Result<bool, &'static str> {
        if let Some(step) = self.lookups.get_mut(who) {
            let before = *step;
            *step = self.mapping.lookup(before);
            if *step == LookupStep::Held && self.has_returned {
                return Err("a lookup found what was unmapped");
            }
            if *step == LookupStep::Done(false) && !self.has_begun {
                return Err("a lookup missed what is mapped");
            }
            return Ok(*step != before);
        }
        let Some(step) = self.unmaps.get_mut(who - self.lookups.len()) else {
            return Ok(false);
        };
        let before = *step;
        *step = self.mapping.unmap(before);
        self.has_begun = true;
        if matches!(step, UnmapStep::Done(_)) && before != *step {
            self.has_returned = true;
            if self.lookups.contains(&LookupStep::Held) {
                return Err("an unmap returned while a lookup was in use");
            }
        }
        Ok(*step != before)
    }

    /// Lets each finish in turn, lookups first, and looks at what came out.
    fn finish(&mut self) -> Result<(), &'static str> {
        for who in 0..self.lookups.len() + self.unmaps.len() {
            for _ in 0..4 {
                self.turn(who)?;
            }
        }
        let mut taken = 0;
        for step in &self.unmaps {
            match step {
                UnmapStep::Done(was_mapped) => taken += usize::from(*was_mapped),
                _ => return Err("an unmap waits for nobody"),
            }
        }
        let is_over = |step: &LookupStep| matches!(step, LookupStep::Done(_));
        if taken != 1 || !self.lookups.iter().all(is_over) {
            return Err("the mapping was taken away not once, or a lookup is not over");
        }
        Ok(())
    }
}

/// However the steps of a lookup and of an unmap are mixed, the lookup has the mapping only before the
/// unmap returns, has let go of it by then, and misses it only when the unmap had begun; and both come
/// to an end.
#[property]
fn prop_schedule_unmap_vs_lookup(order: u8) {
    let mut race: Race<SharedMapping> = Race::new(1, 1);
    for turn in 0..8 {
        race.turn((order >> turn & 1).into()).unwrap();
    }
    race.finish().unwrap();
}

/// The same for two lookups and two unmaps of the same mapping, of which one takes it away.
#[property]
fn prop_schedule_unmaps_vs_lookups(order: u32) {
    let mut race: Race<SharedMapping> = Race::new(2, 2);
    for turn in 0..16 {
        race.turn((order >> (turn * 2) & 3) as usize).unwrap();
    }
    race.finish().unwrap();
}

/// Runs every order of steps in which each step changes something; how many there are, or the first
/// that is wrong.
fn every_order<M: Mapping>(
    lookups: usize,
    unmaps: usize,
) -> Result<u64, (Vec<usize>, &'static str)> {
    let mut orders = 0;
    let mut prefixes = vec![Vec::new()];
    while let Some(prefix) = prefixes.pop() {
        let mut is_complete = true;
        for who in 0..lookups + unmaps {
            let mut race: Race<M> = Race::new(lookups, unmaps);
            for &earlier in &prefix {
                race.turn(earlier).expect("the prefix was tried before");
            }
            let mut longer = prefix.clone();
            longer.push(who);
            match race.turn(who) {
                Err(wrong) => return Err((longer, wrong)),
                Ok(false) => {}
                Ok(true) => {
                    is_complete = false;
                    prefixes.push(longer);
                }
            }
        }
        if is_complete {
            let mut race: Race<M> = Race::new(lookups, unmaps);
            for &earlier in &prefix {
                race.turn(earlier).expect("the prefix was tried before");
            }
            race.finish().map_err(|wrong| (prefix, wrong))?;
            orders += 1;
        }
    }
    Ok(orders)
}

/// Every order of the steps of two lookups and an unmap, and of a lookup and two unmaps, is right.
#[test]
fn every_order_of_lookups_and_unmaps() {
    // A lookup has three steps and an unmap two, the second of which nobody takes while a lookup is
    // between its first and last. So of one each: the unmap looks before the lookup begins, in one order,
    // or after it is over, having begun at one of four places.
    let one_each = every_order::<SharedMapping>(1, 1).unwrap();
    let two_lookups = every_order::<SharedMapping>(2, 1).unwrap();
    let two_unmaps = every_order::<SharedMapping>(1, 2).unwrap();
    assert_eq!([one_each, two_lookups, two_unmaps], [5, 168, 66]);
}

/// A mapping that does one thing in the wrong order.
struct Broken<const KIND: u8> {
    is_mapped: bool,
    users: usize,
}

/// The lookup looks before it says that it uses the mapping.
const LOOKS_FIRST: u8 = 0;
/// The unmap returns without waiting.
const NEVER_WAITS: u8 = 1;
/// The unmap looks for users before it takes the mapping away.
const WAITS_FIRST: u8 = 2;

impl<const KIND: u8> Mapping for Broken<KIND> {
    fn new() -> Self {
        Self {
            is_mapped: true,
            users: 0,
        }
    }

    fn lookup(&mut self, step: LookupStep) -> LookupStep {
        match step {
            LookupStep::Enter if KIND == LOOKS_FIRST => match self.is_mapped {
                true => LookupStep::Look,
                false => LookupStep::Done(false),
            },
            LookupStep::Look if KIND == LOOKS_FIRST => {
                self.users += 1;
                LookupStep::Held
            }
            LookupStep::Enter => {
                self.users += 1;
                LookupStep::Look
            }
            LookupStep::Look if self.is_mapped => LookupStep::Held,
            LookupStep::Look => LookupStep::Missed,
            LookupStep::Held | LookupStep::Missed => {
                self.users -= 1;
                LookupStep::Done(step == LookupStep::Held)
            }
            LookupStep::Done(_) => step,
        }
    }

    fn unmap(&mut self, step: UnmapStep) -> UnmapStep {
        let take = |is_mapped: &mut bool| std::mem::replace(is_mapped, false);
        match step {
            UnmapStep::Close if KIND == NEVER_WAITS => UnmapStep::Done(take(&mut self.is_mapped)),
            UnmapStep::Close if KIND == WAITS_FIRST && self.users > 0 => step,
            UnmapStep::Close if KIND == WAITS_FIRST => UnmapStep::Wait(true),
            UnmapStep::Wait(_) if KIND == WAITS_FIRST => UnmapStep::Done(take(&mut self.is_mapped)),
            UnmapStep::Close => UnmapStep::Wait(take(&mut self.is_mapped)),
            UnmapStep::Wait(was_mapped) if self.users == 0 => UnmapStep::Done(was_mapped),
            UnmapStep::Wait(_) | UnmapStep::Done(_) => step,
        }
    }
}

/// The judge refutes each variant with a step in the wrong place, and finds the order of steps by
/// which it goes wrong.
#[test]
fn wrong_orders_of_steps_are_refuted() {
    let (order, wrong) = every_order::<Broken<LOOKS_FIRST>>(1, 1).unwrap_err();
    assert_eq!(wrong, "a lookup found what was unmapped");
    assert_eq!(order, [0, 1, 1, 0]);
    for refuted in [
        every_order::<Broken<NEVER_WAITS>>(1, 1),
        every_order::<Broken<WAITS_FIRST>>(1, 1),
    ] {
        let (_, wrong) = refuted.unwrap_err();
        assert_eq!(wrong, "an unmap returned while a lookup was in use");
    }
}

/// The property's own judge, told of a variant that looks first, fails: some order of eight turns is
/// enough.
#[property(panics)]
fn prop_schedule_unmap_vs_lookup_that_looks_first(#[from(0..=3_u8)] rest: u8) {
    let mut race: Race<Broken<LOOKS_FIRST>> = Race::new(1, 1);
    // Look, close, find nobody, enter; then anything.
    let order = 0b0110 | rest << 4;
    for turn in 0..8 {
        race.turn((order >> turn & 1).into()).unwrap();
    }
}

/// On real threads, no translation is in use once unmapping has returned.
#[test]
fn threads_hold_unmap_back() {
    for _ in 0..200 {
        let pages = Pages { first: 3, count: 2 };
        let mut space = DmaSpace::new();
        assert!(space.insert(pages.map(0)));
        let shared = SharedDmaSpace::new(&space);
        let is_there = AtomicBool::new(true);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some(held) = shared.translate(Iova::new(3 * PAGE + 5), 8) {
                        assert!(is_there.load(Ordering::SeqCst));
                        assert_eq!(held.hva().get(), 0x7000_0000 + 3 * PAGE + 5);
                        assert!(is_there.load(Ordering::SeqCst));
                    }
                });
            }
            assert_eq!(shared.unmap(pages.range(0)), Ok(2 * u128::from(PAGE)));
            is_there.store(false, Ordering::SeqCst);
        });
        assert_eq!(shared.unmap(pages.range(0)), Ok(0));
    }
}

/// One after the other, lookups and unmaps answer as sets of pages do: a lookup finds the mapping that
/// has all of its bytes until that was unmapped, and an unmap takes whole mappings away or is refused
/// for cutting one.
#[property]
fn prop_shared_space_follows_unmaps(
    #[from(base_page())] base: u64,
    mapped: Vec<Pages>,
    unmapped: Vec<Pages>,
    #[from(0..=23_u8)] page: u8,
    #[from(0..=4095_u16)] offset: u16,
    #[from(0..=16384_u32)] length: u32,
) {
    let (mut space, mut model) = (DmaSpace::new(), PageSets::default());
    for pages in mapped {
        let is_free = model.map(pages, usize::MAX).is_ok();
        assert_eq!(space.insert(pages.map(base)), is_free);
    }
    let shared = SharedDmaSpace::new(&space);
    for pages in unmapped {
        let expected = model.unmap(pages, IommuType::Type1v2);
        match shared.unmap(pages.range(base)) {
            Ok(bytes) => assert_eq!(expected.map(u128::from), Ok(bytes / u128::from(PAGE))),
            Err(error) => {
                let SharedDmaError::CutsMapping { first, last } = error;
                assert!(expected.is_err() && first <= last);
                assert_eq!(error.code(), "dma/cuts-mapping");
                assert!(!error.help().is_empty() && !error.to_string().ends_with('.'));
            }
        }
    }
    let first = Iova::new((base + u64::from(page)) * PAGE + u64::from(offset));
    let end = u64::from(offset) + u64::from(length);
    let asked =
        (0..end.div_ceil(PAGE)).fold(0, |asked, number| asked | 1 << u64::from(page) << number);
    let whole = model
        .sets
        .iter()
        .find(|&&set| u64::from(set) & asked == asked);
    let expected = whole.filter(|_| length > 0).map(|set| {
        let start = u64::from(set.trailing_zeros());
        // What is mapped is mapped to as many pages elsewhere, in order.
        0x7000_0000 + start * PAGE + (u64::from(page) - start) * PAGE + u64::from(offset)
    });
    let found = shared.translate(first, length.into());
    assert_eq!(shared.is_idle(), expected.is_none());
    assert_eq!(found.map(|held| held.hva().get()), expected);
    // Found or missed, nobody is waited for.
    assert!(shared.is_idle());
}
