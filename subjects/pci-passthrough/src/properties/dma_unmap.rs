//! Unmapping in both versions, the budget, and keeping in step with the kernel.

use proofhouse::prelude::*;

use super::page_sets::{PAGE, PageSets, Pages, Request, base_page, container, type1, version};
use crate::kernel::{Errno, IommuType, SimKernel};
use crate::{Container, DmaMap};

/// In version 2, a request that would cut a mapping at either edge is refused as invalid and
/// changes nothing; every other takes away exactly the mappings that it covers.
#[property]
fn prop_dma_unmap_v2_no_bisect(#[from(base_page())] base: u64, mapped: Vec<Pages>, pages: Pages) {
    check_unmap(base, &mapped, pages, IommuType::Type1v2);
}

/// In version 1, a request that begins within a mapping succeeds and does nothing; every other
/// takes away whole every mapping that it touches, and reports their real sizes.
#[property]
fn prop_dma_unmap_v1_semantics(#[from(base_page())] base: u64, mapped: Vec<Pages>, pages: Pages) {
    check_unmap(base, &mapped, pages, IommuType::Type1);
}

fn check_unmap(base: u64, mapped: &[Pages], pages: Pages, version: IommuType) {
    let mut iommu = type1(version);
    let mut model = PageSets::default();
    for &mapped in mapped {
        assert_eq!(
            iommu.map(&mapped.map_request(base)),
            model.map(mapped, usize::MAX)
        );
    }
    let before = iommu.clone();
    let expected = model.unmap(pages, version);
    let answer = iommu.unmap(&pages.unmap_request(base));
    assert_eq!(answer, expected.map(|pages| u64::from(pages) * PAGE));
    if matches!(expected, Err(_) | Ok(0)) {
        assert_eq!(iommu, before);
    }
    assert!(model.are(base, iommu.mappings().iter().map(|mapping| mapping.iova)));
}

/// Mappings and what is left of the budget always add up to the limit, and a mapping that nothing
/// else forbids is refused for want of budget exactly when nothing is left.
#[property]
fn prop_dma_budget_conserved(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    #[from(0..=4_u32)] limit: u32,
    requests: Vec<Request>,
) {
    let version = version(is_version_2);
    let mut container = container(version, limit);
    let mut model = PageSets::default();
    for request in requests {
        let (answer, expected) = match request {
            Request::Map(pages) => (
                container.map(pages.map(base)).err(),
                model.map(pages, limit as usize).err(),
            ),
            Request::Unmap(pages) => (
                container.unmap(pages.range(base)).err(),
                model.unmap(pages, version).err(),
            ),
        };
        assert_eq!(answer, expected.map(Into::into));
        let iommu = container.kernel().iommu().expect("it was chosen");
        assert_eq!(
            iommu.entries_left() as usize + iommu.mappings().len(),
            limit as usize
        );
        assert_eq!(iommu.mappings().len(), model.sets.len());
    }
}

/// What the container keeps is what the kernel has, after any requests: refused ones, ones that
/// take away several mappings or none, and one that the kernel fails for a reason of its own.
#[property]
fn prop_dma_tracker_equals_kernel(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    #[from(0..=8_u64)] failing: u64,
    requests: Vec<Request>,
) {
    let mut container = container(version(is_version_2), 65_535);
    container.kernel_mut().fail_call(failing, Errno::EINTR);
    for request in requests {
        match request {
            Request::Map(pages) => drop(container.map(pages.map(base))),
            Request::Unmap(pages) => drop(container.unmap(pages.range(base))),
        }
        check_in_step(&container);
    }
}

fn check_in_step(container: &Container<SimKernel>) {
    let kept = container.space().maps();
    let real = container
        .kernel()
        .iommu()
        .expect("it was chosen")
        .mappings();
    assert_eq!(kept.len(), real.len());
    for (kept, real) in kept.iter().zip(real) {
        assert_eq!(kept.iova, real.iova);
        assert_eq!(kept.hva.get(), real.vaddr);
        assert_eq!(kept.access.flags(), real.flags);
    }
}

/// When one of a list of mappings is refused, be it for what is mapped already or by a failure of
/// the kernel at any place, none of the list stays; otherwise all of it is mapped.
#[property]
fn prop_dma_rollback_all_or_nothing(
    #[from(base_page())] base: u64,
    is_version_2: bool,
    there: Option<Pages>,
    list: Vec<Pages>,
    #[from(0..=8_u64)] failing: u64,
) {
    let mut container = container(version(is_version_2), 65_535);
    if let Some(pages) = there {
        assert_eq!(container.map(pages.map(base)), Ok(()));
    }
    let before = container.space().clone();
    let maps: Vec<DmaMap> = list.iter().map(|pages| pages.map(base)).collect();
    container.kernel_mut().fail_call(failing, Errno::ENOMEM);

    let answer = container.map_all(&maps);
    check_in_step(&container);
    let mut model = PageSets::default();
    let taken = there.into_iter().chain(list.iter().copied());
    let is_free = taken.fold(true, |free, pages| {
        free & model.map(pages, usize::MAX).is_ok()
    });
    let is_failing = failing < list.len() as u64;
    assert_eq!(answer.is_ok(), is_free && !is_failing);
    match answer {
        Ok(()) => {
            assert!(model.are(base, container.space().maps().iter().map(|map| map.iova)));
        }
        Err(_) => assert_eq!(*container.space(), before),
    }
}
