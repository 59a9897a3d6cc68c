//! Mapping and unmapping: which requests are obeyed, and what is mapped then.
//!
//! One request after another is judged by the model of [`super::page_sets`], at any place of the
//! address space; the rules for a single request, by arithmetic in 128 bits.

use proofhouse::prelude::*;

use super::page_sets::{
    PAGE, PageSets, Pages, Request, base_page, container, everywhere, type1, version,
};
use crate::kernel::{Errno, IommuType, MapRequest, SimKernel, Type1, UnmapRequest};
use crate::{Container, ContainerError, DmaMap, DmaSpace, Hva, Iova, Range};

/// Does what is asked; whether it was obeyed.
fn obey(container: &mut Container<SimKernel>, base: u64, request: Request) -> bool {
    match request {
        Request::Map(pages) => container.map(pages.map(base)).is_ok(),
        Request::Unmap(pages) => container.unmap(pages.range(base)).is_ok(),
    }
}

/// After any requests, obeyed or not, no address is in two mappings, neither in the kernel nor in
/// what the container keeps of it.
#[property]
fn prop_dma_no_overlaps_maintained(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    requests: Vec<Request>,
) {
    let mut container = container(version(is_version_2), 65_535);
    for request in requests {
        obey(&mut container, base, request);
    }
    let kept: Vec<_> = container
        .space()
        .maps()
        .iter()
        .map(|map| map.iova)
        .collect();
    let iommu = container.kernel().iommu().expect("it was chosen");
    let real: Vec<_> = iommu
        .mappings()
        .iter()
        .map(|mapping| mapping.iova)
        .collect();
    for ranges in [kept, real] {
        for (place, one) in ranges.iter().enumerate() {
            for other in &ranges[place + 1..] {
                assert!(one.last() < other.first() || other.last() < one.first());
            }
        }
    }
}

/// After any requests, the number of mapped bytes is that of the mappings one by one, and that of
/// the pages which the model has.
#[property]
fn prop_dma_total_size_correct(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    requests: Vec<Request>,
) {
    let version = version(is_version_2);
    let mut container = container(version, 65_535);
    let mut model = PageSets::default();
    for request in requests {
        obey(&mut container, base, request);
        match request {
            Request::Map(pages) => drop(model.map(pages, usize::MAX)),
            Request::Unmap(pages) => drop(model.unmap(pages, version)),
        }
        let space = container.space();
        let summed: u128 = space.maps().iter().map(|map| map.iova.length()).sum();
        assert_eq!(space.total_bytes(), summed);
        assert_eq!(summed, u128::from(model.pages()) * u128::from(PAGE));
        let iommu = container.kernel().iommu().expect("it was chosen");
        assert_eq!(iommu.locked_bytes(), summed);
    }
}

/// Looking up any address with any length gives the one mapping that has all of the bytes, as
/// looking at each mapping in turn does.
#[property]
fn prop_dma_find_containing_correct(maps: Vec<(u64, u64)>, first: u64, length: u64) {
    check_lookup(&maps, first, length);
}

/// The same where the ends of mappings and lookup are close together, anywhere.
#[property]
fn prop_dma_find_containing_nearby(
    #[from(0..=u64::MAX - 64)] base: u64,
    #[from(vec((0..=31_u64, 1..=8_u64), ..))] maps: Vec<(u64, u64)>,
    #[from(0..=40_u64)] first: u64,
    #[from(0..=10_u64)] length: u64,
) {
    let maps: Vec<_> = maps
        .into_iter()
        .map(|(first, length)| (base + first, length))
        .collect();
    check_lookup(&maps, base + first, length);
}

fn check_lookup(maps: &[(u64, u64)], first: u64, length: u64) {
    let mut space = DmaSpace::new();
    let mut kept: Vec<(u128, u128)> = Vec::new();
    for &(start, bytes) in maps {
        let (from, to) = (u128::from(start), u128::from(start) + u128::from(bytes));
        let Ok(iova) = Range::new(Iova::new(start), bytes) else {
            assert!(bytes == 0 || to > 1 << 64);
            continue;
        };
        let access = crate::Access::Read;
        let hva = Hva::new(0);
        let is_free = kept
            .iter()
            .all(|&(other_from, other_to)| to <= other_from || other_to <= from);
        assert_eq!(space.insert(DmaMap { iova, hva, access }), is_free);
        if is_free {
            kept.push((from, to));
        }
    }
    let (from, to) = (u128::from(first), u128::from(first) + u128::from(length));
    let expected = kept
        .iter()
        .find(|map| length > 0 && map.0 <= from && to <= map.1);
    let found = space.find_containing(Iova::new(first), length);
    let found = found.map(|map| {
        let from = u128::from(map.iova.first().get());
        (from, from + map.iova.length())
    });
    assert_eq!(found, expected.copied());
}

/// Two neighbouring ranges can both be mapped, in either order, and stay two mappings.
#[property]
fn prop_dma_adjacent_allowed(
    #[from(base_page())] base: u64,
    #[from(1..=8_u8)] below: u8,
    #[from(1..=8_u8)] above: u8,
    is_upper_first: bool,
) {
    let lower = Pages {
        first: 0,
        count: below,
    };
    let upper = Pages {
        first: below,
        count: above,
    };
    let mut container = container(IommuType::Type1v2, 65_535);
    let order = if is_upper_first {
        [upper, lower]
    } else {
        [lower, upper]
    };
    for pages in order {
        assert_eq!(container.map(pages.map(base)), Ok(()));
    }
    assert_eq!(container.space().maps(), [lower.map(base), upper.map(base)]);
    let iommu = container.kernel().iommu().expect("it was chosen");
    assert_eq!(iommu.mappings().len(), 2);
    assert_eq!(iommu.mappings()[0].iova, lower.range(base));
    assert_eq!(iommu.mappings()[1].iova, upper.range(base));
}

/// What was mapped and unmapped can be mapped again, and everything is as after the first time.
#[property]
fn prop_dma_map_unmap_remap(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    before: Vec<Request>,
    pages: Pages,
) {
    let mut container = container(version(is_version_2), 65_535);
    for request in before {
        obey(&mut container, base, request);
    }
    if container.map(pages.map(base)).is_err() {
        return;
    }
    let space = container.space().clone();
    let iommu = container.kernel().iommu().cloned();
    assert_eq!(
        container.unmap(pages.range(base)),
        Ok(u128::from(pages.bytes()))
    );
    assert_eq!(container.map(pages.map(base)), Ok(()));
    assert_eq!(*container.space(), space);
    assert_eq!(container.kernel().iommu().cloned(), iommu);
}

/// Unmapping where nothing is mapped succeeds, with 0 bytes, and changes nothing.
#[property]
fn prop_dma_unmap_nonexistent(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    mapped: Vec<Pages>,
    pages: Pages,
) {
    let mut container = container(version(is_version_2), 65_535);
    let mut model = PageSets::default();
    for mapped in mapped {
        // What would be unmapped stays free.
        if mapped.set() & pages.set() == 0 {
            let answer = container.map(mapped.map(base));
            assert_eq!(answer.is_ok(), model.map(mapped, usize::MAX).is_ok());
        }
    }
    let space = container.space().clone();
    let iommu = container.kernel().iommu().cloned();
    assert_eq!(container.unmap(pages.range(base)), Ok(0));
    assert_eq!(*container.space(), space);
    assert_eq!(container.kernel().iommu().cloned(), iommu);
}

/// Unmapping twice gives the bytes once; the second time, nothing changes, the budget included.
#[property]
fn prop_dma_double_unmap(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    mapped: Vec<Pages>,
    pages: Pages,
) {
    let mut container = container(version(is_version_2), 65_535);
    for mapped in mapped {
        obey(&mut container, base, Request::Map(mapped));
    }
    if container.unmap(pages.range(base)).is_err() {
        return;
    }
    let space = container.space().clone();
    let iommu = container.kernel().iommu().cloned();
    let again = container.unmap(pages.range(base));
    assert_eq!(again, Ok(0));
    assert_eq!(*container.space(), space);
    assert_eq!(container.kernel().iommu().cloned(), iommu);
}

/// A mapping that shares an address with another is refused as such, and leaves the kernel and the
/// container bit by bit as they were. Addresses and sizes are any whole pages.
#[property]
fn prop_dma_overlap_rejected(
    #[from(0..1_u64 << 52)] there: u64,
    #[from(1..1_u64 << 52)] there_pages: u64,
    #[from(0..1_u64 << 52)] new: u64,
    #[from(1..1_u64 << 52)] new_pages: u64,
) {
    let (Ok(there), Ok(new)) = (
        Range::new(Iova::new(there * PAGE), there_pages * PAGE),
        Range::new(Iova::new(new * PAGE), new_pages * PAGE),
    ) else {
        return;
    };
    let map = |iova| DmaMap {
        iova,
        hva: Hva::new(0),
        access: crate::Access::Read,
    };
    let mut container = container(IommuType::Type1v2, 65_535);
    assert_eq!(container.map(map(there)), Ok(()));
    let space = container.space().clone();
    let iommu = container.kernel().iommu().cloned();

    // Two ranges share an address exactly when one has the other's first.
    let overlap = there.contains(new.first()) || new.contains(there.first());
    let errno = Errno::EEXIST;
    let expected = if overlap {
        Err(ContainerError::Kernel { errno })
    } else {
        Ok(())
    };
    assert_eq!(container.map(map(new)), expected);
    if overlap {
        assert_eq!(*container.space(), space);
        assert_eq!(container.kernel().iommu().cloned(), iommu);
    }
}

/// The same among a window's pages, after any mappings.
#[property]
fn prop_dma_overlap_rejected_nearby(
    #[from(base_page())] base: u64,
    mapped: Vec<Pages>,
    pages: Pages,
) {
    let mut iommu = type1(IommuType::Type1v2);
    let mut model = PageSets::default();
    for mapped in mapped {
        assert_eq!(
            iommu.map(&mapped.map_request(base)),
            model.map(mapped, usize::MAX)
        );
    }
    let before = iommu.clone();
    let expected = model.map(pages, usize::MAX);
    assert_eq!(iommu.map(&pages.map_request(base)), expected);
    if expected.is_err() {
        assert_eq!(iommu, before);
    }
}

/// A request whose device or host addresses pass 2^64 is refused as invalid; one that ends with the
/// very last address is obeyed. Addresses are any whole pages.
#[property]
fn prop_dma_wrap_rejected(
    #[from(0..1_u64 << 52)] iova: u64,
    #[from(0..1_u64 << 52)] vaddr: u64,
    #[from(1..1_u64 << 52)] pages: u64,
) {
    check_wrap(iova, vaddr, pages);
}

/// The same for requests that end within a few pages of the last address.
#[property]
fn prop_dma_wrap_rejected_at_the_top(
    #[from(1..1_u64 << 52)] pages: u64,
    #[from(0..=4_u64)] iova_shift: u64,
    #[from(0..=4_u64)] vaddr_shift: u64,
) {
    let last_fit = (1 << 52) - pages;
    let near = |shift: u64| (last_fit + shift).saturating_sub(2).min((1 << 52) - 1);
    check_wrap(near(iova_shift), near(vaddr_shift), pages);
}

fn check_wrap(iova: u64, vaddr: u64, pages: u64) {
    let request = MapRequest {
        flags: 3,
        vaddr: vaddr * PAGE,
        iova: iova * PAGE,
        size: pages * PAGE,
    };
    // Page numbers have 52 bits.
    let fits = iova + pages <= 1 << 52 && vaddr + pages <= 1 << 52;
    let expected = if fits { Ok(()) } else { Err(Errno::EINVAL) };
    let mut iommu = type1(IommuType::Type1v2);
    assert_eq!(iommu.map(&request), expected);
    assert_eq!(iommu.mappings().len(), usize::from(fits));

    let unmap = UnmapRequest {
        flags: 0,
        iova: request.iova,
        size: request.size,
    };
    let fits_iova = iova + pages <= 1 << 52;
    let mapped = if fits { request.size } else { 0 };
    let expected = if fits_iova {
        Ok(mapped)
    } else {
        Err(Errno::EINVAL)
    };
    assert_eq!(iommu.unmap(&unmap), expected);
}

/// Whatever page sizes the IOMMU has, a request is refused as invalid when one of its numbers is not
/// a multiple of the smallest, or when it is for no bytes; then nothing changes.
#[property]
fn prop_dma_alignment(
    #[from(12..=63_u8)] exponent: u8,
    larger_pages: u64,
    iova: u64,
    vaddr: u64,
    size: u64,
) {
    // Any bitmap whose lowest usable bit is that one; bits below 4096 do not count.
    let lowest = 1_u64 << exponent;
    let page_sizes = lowest | larger_pages & !((lowest - 1) & !0xfff);
    let settings = crate::kernel::Type1Settings {
        page_sizes,
        ..everywhere(10)
    };
    let mut iommu = Type1::new(IommuType::Type1v2, settings).expect("there is a page size");

    let whole = |number: u64| number >> exponent << exponent == number;
    let is_whole = whole(iova) && whole(vaddr) && whole(size) && size != 0;
    let answer = iommu.map(&MapRequest {
        flags: 1,
        vaddr,
        iova,
        size,
    });
    if !is_whole {
        assert_eq!(answer, Err(Errno::EINVAL));
        assert!(iommu.mappings().is_empty());
        assert_eq!(iommu.entries_left(), 10);
    } else {
        // Only a wrap is left to be refused.
        let fits = |start: u64| u128::from(start) + u128::from(size) <= 1 << 64;
        assert_eq!(answer.is_ok(), fits(iova) && fits(vaddr));
    }
    let is_whole = whole(iova) && whole(size) && size != 0;
    let answer = iommu.unmap(&UnmapRequest {
        flags: 0,
        iova,
        size,
    });
    assert!(is_whole || answer == Err(Errno::EINVAL));
}
