//! Pages that devices write: which are told, and when they are clean again.
//!
//! The judge knows no addresses: as in [`super::page_sets`], pages are bits, and what is written is
//! one more set of them.

use proofhouse::prelude::*;

use super::page_sets::{PAGE, PageSets, Pages, base_page, everywhere, version};
use crate::kernel::{
    DeviceHandle, DirtyRequest, DmaFault, Errno, IommuType, MapRequest, RecordKernel, SimDevice,
    SimKernel, Type1, Type1Settings, VfioKernel, replay,
};
use crate::{Access, Bdf, Container, ContainerError, DmaMap, Iova, Range};

/// A container in a recorded kernel, with an open device.
fn open(version: IommuType) -> (Container<RecordKernel<SimKernel>>, DeviceHandle) {
    let mut container = Container::new(RecordKernel::new(plugged(version))).expect("the version");
    let group = container.attach_group(7).expect("the group is there");
    let device = container.kernel_mut().open_device(group, name());
    (container, device.expect("the device is there"))
}

fn plugged(version: IommuType) -> SimKernel {
    let mut kernel = SimKernel::new(everywhere(65_535)).offering(version);
    kernel.plug(SimDevice::new(name(), 7, Vec::new(), [0; 7]));
    kernel
}

fn name() -> Bdf {
    Bdf::new(0, 1, 0, 0).expect("in range")
}

/// What may happen to pages.
#[derive(Debug, Clone, Copy, Generate)]
enum Step {
    Start,
    Stop,
    /// Maps, for writing as well or for reading only.
    Map(Pages, bool),
    Unmap(Pages),
    UnmapDirty(Pages),
    /// The device uses some bytes of a page.
    #[weight(4)]
    Use {
        #[from(0..=23_u8)]
        page: u8,
        #[from(0..=4095_u16)]
        offset: u16,
        #[from(0..=4097_u16)]
        bytes: u16,
        is_write: bool,
    },
    #[weight(2)]
    Get(Pages),
}

/// Mappings, the pages that may be written, those that were, and whether anyone looks.
#[derive(Debug, Default)]
struct Model {
    mapped: PageSets,
    writable: u32,
    written: u32,
    is_tracking: bool,
}

impl Model {
    fn all(&self) -> u32 {
        self.mapped.sets.iter().fold(0, |all, set| all | set)
    }

    /// The answer to asking for pages, which are clean from then on.
    fn get(&mut self, pages: Pages) -> Result<u32, Errno> {
        let asked = pages.set();
        let cut = |set: &&u32| **set & asked != 0 && **set & !asked != 0;
        if !self.is_tracking || self.mapped.sets.iter().any(|set| cut(&set)) {
            return Err(Errno::EINVAL);
        }
        let dirty = self.written & asked;
        self.written &= !asked;
        Ok(dirty >> pages.first)
    }

    fn unmap(&mut self, pages: Pages, version: IommuType) -> Result<u32, Errno> {
        let count = self.mapped.unmap(pages, version)?;
        self.writable &= self.all();
        self.written &= self.all();
        Ok(count)
    }
}

/// Asking for the pages of a range tells exactly those that a device has written through a mapping,
/// while tracking was on, since they were last asked for, and only for ranges that cut no mapping;
/// unmapping tells the same and no page that is mapped anew is dirty. Reading dirties nothing, and
/// what a device may not reach it does not write. Version 1 tracks nothing.
#[property]
fn prop_dirty_bitmap_exact(
    #[from(base_page())] base: u64,
    #[from(0..=7_u8)] version_1: u8,
    steps: Vec<Step>,
) {
    check_steps(base, version(version_1 != 0), &steps);
}

/// The same where tracking is on from the start and everything happens to two mappings of a few pages.
#[property]
fn prop_dirty_bitmap_exact_tracked(#[from(base_page())] base: u64, steps: Vec<NearStep>) {
    let mapped = [(0, 3), (3, 2)].map(|(first, count)| Step::Map(Pages { first, count }, true));
    let steps = steps.into_iter().map(|near| near.step);
    let steps: Vec<Step> = [Step::Start]
        .into_iter()
        .chain(mapped)
        .chain(steps)
        .collect();
    check_steps(base, IommuType::Type1v2, &steps);
}

/// A step about the first five pages.
#[derive(Debug)]
struct NearStep {
    step: Step,
}

impl Generate for NearStep {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            let pages = select([(0, 3), (3, 2), (0, 5), (1, 4)]);
            let (first, count) = source.draw(pages);
            let pages = Pages { first, count };
            let step = match source.draw(0..=9_u8) {
                0 => Step::UnmapDirty(pages),
                1 => Step::Unmap(pages),
                2 | 3 => Step::Map(pages, true),
                4 | 5 => Step::Get(pages),
                _ => Step::Use {
                    page: source.draw(0..=4_u8),
                    offset: source.draw(0..=4095_u16),
                    bytes: 1,
                    is_write: source.draw(any::<bool>()),
                },
            };
            Self { step }
        })
    }
}

fn check_steps(base: u64, version: IommuType, steps: &[Step]) {
    let (mut container, device) = open(version);
    let mut model = Model::default();
    for &step in steps {
        match step {
            Step::Start | Step::Stop => check_switch(&mut container, &mut model, step, version),
            Step::Map(pages, is_writable) => {
                let access = if is_writable {
                    Access::ReadWrite
                } else {
                    Access::Read
                };
                let map = DmaMap {
                    access,
                    ..pages.map(base)
                };
                let expected = model.mapped.map(pages, usize::MAX);
                assert_eq!(container.map(map), expected.map_err(Into::into));
                if expected.is_ok() && is_writable {
                    model.writable |= pages.set();
                }
            }
            Step::Unmap(pages) => {
                let expected = model.unmap(pages, version).map(bytes_of);
                assert_eq!(
                    container.unmap(pages.range(base)),
                    expected.map_err(Into::into)
                );
            }
            Step::UnmapDirty(pages) => {
                let expected = model.get(pages).and_then(|dirty| {
                    let count = model.unmap(pages, version)?;
                    Ok((bytes_of(count), dirty))
                });
                let answer = container.unmap_dirty(pages.range(base));
                let answer = answer.map(|(bytes, bitmap)| (bytes, bitmap.words().to_vec()));
                let expected = expected.map(|(bytes, dirty)| (bytes, vec![dirty.into()]));
                assert_eq!(answer, expected.map_err(Into::into));
            }
            Step::Use { .. } => check_use(&mut container, device, &mut model, base, step),
            Step::Get(pages) => {
                let expected = match version {
                    IommuType::Type1 => Err(Errno::EACCES),
                    IommuType::Type1v2 => model.get(pages).map(|dirty| vec![dirty.into()]),
                };
                let answer = container.dirty_pages(pages.range(base));
                let answer = answer.map(|bitmap| bitmap.words().to_vec());
                assert_eq!(answer, expected.map_err(Into::into));
            }
        }
        check_space(&container);
    }
}

fn bytes_of(pages: u32) -> u128 {
    u128::from(pages) * u128::from(PAGE)
}

fn check_switch(
    container: &mut Container<RecordKernel<SimKernel>>,
    model: &mut Model,
    step: Step,
    version: IommuType,
) {
    let is_start = matches!(step, Step::Start);
    let answer = if is_start {
        container.start_dirty_tracking()
    } else {
        container.stop_dirty_tracking()
    };
    if version == IommuType::Type1 {
        assert_eq!(answer, Err(Errno::EACCES.into()));
        return;
    }
    assert_eq!(answer, Ok(()));
    // Starting twice forgets nothing; stopping forgets all.
    model.is_tracking = is_start;
    if !is_start {
        model.written = 0;
    }
}

fn check_use(
    container: &mut Container<RecordKernel<SimKernel>>,
    device: DeviceHandle,
    model: &mut Model,
    base: u64,
    step: Step,
) {
    let Step::Use {
        page,
        offset,
        bytes,
        is_write,
    } = step
    else {
        return;
    };
    let first = Iova::new((base + u64::from(page)) * PAGE + u64::from(offset));
    let access = if is_write {
        Access::Write
    } else {
        Access::Read
    };
    let bit = 1_u32 << page;
    let first_number = first.get();
    let expected = if bytes == 0 || u32::from(offset) + u32::from(bytes) > 4096 {
        let first = first_number;
        Err(DmaFault::Malformed { first, bytes })
    } else if model.all() & bit == 0 {
        let first = first_number;
        Err(DmaFault::NotMapped { first })
    } else if is_write && model.writable & bit == 0 {
        let first = first_number;
        Err(DmaFault::NotAllowed { first, access })
    } else {
        Ok(())
    };
    if expected.is_ok() && is_write && model.is_tracking {
        model.written |= bit;
    }
    let kernel = container.kernel_mut().kernel_mut();
    assert_eq!(kernel.device_access(device, first, bytes, access), expected);
}

/// The container has what the kernel has.
fn check_space(container: &Container<RecordKernel<SimKernel>>) {
    let iommu = container.kernel().kernel().iommu().expect("it was chosen");
    let kept = container.space().maps().iter().map(|map| map.iova);
    assert!(kept.eq(iommu.mappings().iter().map(|mapping| mapping.iova)));
}

/// The calls of tracking are in the log with their bitmaps, and a kernel whose device writes nothing
/// is told from one whose device did.
#[test]
fn written_pages_are_recorded() {
    let (mut container, device) = open(IommuType::Type1v2);
    let pages = Pages { first: 0, count: 2 };
    let range = pages.range(0);
    container.map(pages.map(0)).expect("nothing is mapped");
    container.start_dirty_tracking().expect("version 2");
    let clean = container.dirty_pages(range).expect("tracking is on");
    assert_eq!((clean.count(), clean.words()), (0, &[0][..]));
    let quiet = container.kernel().log().clone();
    assert_eq!(replay(&quiet, &mut plugged(IommuType::Type1v2)), Ok(()));

    let kernel = container.kernel_mut().kernel_mut();
    let second = Iova::new(PAGE + 7);
    assert_eq!(
        kernel.device_access(device, second, 1, Access::Write),
        Ok(())
    );
    let (bytes, bitmap) = container.unmap_dirty(range).expect("tracking is on");
    assert_eq!((bytes, bitmap.words()), (2 * u128::from(PAGE), &[2][..]));
    assert!(bitmap.is_dirty(Iova::new(2 * PAGE - 1)) && !bitmap.is_dirty(Iova::new(2 * PAGE)));
    assert!(!bitmap.is_dirty(Iova::new(0)));
    assert_eq!(bitmap.pages().collect::<Vec<_>>(), [Iova::new(PAGE)]);
    let log = container.kernel().log();
    let error = replay(log, &mut plugged(IommuType::Type1v2)).expect_err("nobody wrote");
    assert_eq!(error.position, log.entries.len() - 1);
}

/// With pages of any size, a bitmap has a bit for each page of the smallest size, across words and
/// up to the last page of the address space; asking again finds all of them clean.
#[property]
fn prop_dirty_bitmap_across_words(
    #[from(12..=21_u8)] exponent: u8,
    #[from(1..=200_u64)] pages: u64,
    base: u64,
    is_at_the_top: bool,
    #[from(vec((0..=199_u64, any::<u32>()), 0..=6))] writes: Vec<(u64, u32)>,
) {
    let page = 1_u64 << exponent;
    let last_base = (u64::MAX >> exponent) + 1 - pages;
    let base = if is_at_the_top {
        last_base
    } else {
        (base >> exponent).min(last_base)
    };
    let settings = Type1Settings {
        page_sizes: page | 1 << 30,
        ..everywhere(10)
    };
    let mut iommu = Type1::new(IommuType::Type1v2, settings).expect("there is a page size");
    let (iova, size) = (base << exponent, pages * page);
    assert_eq!(iommu.start_dirty_tracking(), Ok(()));
    let map = MapRequest {
        flags: 3,
        vaddr: 0,
        iova,
        size,
    };
    assert_eq!(iommu.map(&map), Ok(()));
    let mut is_dirty = [false; 256];
    for (number, offset) in writes {
        let number = number % pages;
        let address = iova + number * page + u64::from(offset) % page;
        assert_eq!(iommu.access(Iova::new(address), 1, Access::Write), Ok(()));
        is_dirty[number as usize] = true;
    }
    let request = DirtyRequest {
        iova,
        size,
        page_bytes: page,
    };
    // The words of before do not show through.
    let mut words = [u64::MAX; 4];
    assert_eq!(iommu.dirty_pages(&request, &mut words), Ok(()));
    for (place, is_dirty) in is_dirty.into_iter().enumerate() {
        assert_eq!(words[place / 64] >> (place % 64) & 1 != 0, is_dirty);
    }
    assert_eq!(iommu.dirty_pages(&request, &mut words), Ok(()));
    assert_eq!(words, [0; 4]);
}

/// A request for written pages is obeyed exactly when it names the smallest page size, is for whole
/// pages that do not wrap and cut no mapping, and comes with a bitmap that has a bit for each; a
/// refused one changes neither bitmap nor dirt. Here the numbers are any.
#[property]
fn prop_dirty_request_validation(
    iova: u64,
    size: u64,
    page_bytes: u64,
    #[from(0..=3_usize)] words: usize,
) {
    check_request(iova, size, page_bytes, words);
}

/// The same near a mapping of 70 pages at page 3.
#[property]
fn prop_dirty_request_validation_nearby(
    #[from(0..=5_u64)] first: u64,
    #[from(64..=74_u64)] pages: u64,
    #[from(0..=15_u8)] change: u8,
    #[from(0..=3_usize)] words: usize,
) {
    let nudge = |place: u8| u64::from(change == place);
    check_request(
        first * PAGE + nudge(1),
        pages * PAGE - nudge(2) * 512,
        PAGE << nudge(3) >> nudge(4),
        words,
    );
}

fn check_request(iova: u64, size: u64, page_bytes: u64, words: usize) {
    let mut iommu = Type1::new(IommuType::Type1v2, everywhere(10)).expect("there is a page size");
    let map = MapRequest {
        flags: 3,
        vaddr: 0,
        iova: 3 * PAGE,
        size: 70 * PAGE,
    };
    assert_eq!(iommu.map(&map), Ok(()));
    assert_eq!(iommu.start_dirty_tracking(), Ok(()));
    let last = Iova::new(72 * PAGE);
    assert_eq!(iommu.access(last, 8, Access::Write), Ok(()));
    let before = iommu.clone();

    let (from, to) = (u128::from(iova), u128::from(iova) + u128::from(size));
    let is_whole =
        iova.is_multiple_of(PAGE) && size.is_multiple_of(PAGE) && size > 0 && to <= 1 << 64;
    let (map_from, map_to) = (u128::from(3 * PAGE), u128::from(73 * PAGE));
    let is_covered = from <= map_from && map_to <= to;
    let is_apart = to <= map_from || map_to <= from;
    let has_bits = u128::from(size / PAGE) <= 64 * words as u128;
    let is_legal = page_bytes == PAGE && is_whole && (is_covered || is_apart) && has_bits;

    let request = DirtyRequest {
        iova,
        size,
        page_bytes,
    };
    let mut bitmap = vec![5; words];
    let answer = iommu.clone().unmap_dirty(&request, &mut bitmap.clone());
    let bytes = if is_covered { 70 * PAGE } else { 0 };
    assert_eq!(
        answer,
        if is_legal {
            Ok(bytes)
        } else {
            Err(Errno::EINVAL)
        }
    );
    let answer = iommu.dirty_pages(&request, &mut bitmap);
    if is_legal {
        assert_eq!(answer, Ok(()));
        let count: u32 = bitmap.iter().map(|word| word.count_ones()).sum();
        assert_eq!(count, u32::from(is_covered));
    } else {
        assert_eq!(answer, Err(Errno::EINVAL));
        assert_eq!(bitmap, vec![5; words]);
        assert_eq!(iommu, before);
    }
}

/// Mappings of more pages than can be tracked keep tracking from starting, and cannot be made while
/// it is on; nobody is asked for a bitmap that long.
#[test]
fn mappings_too_long_to_track() {
    let whole = Range::from_bounds(Iova::new(0), Iova::new(u64::MAX)).expect("in order");
    let pages_max = i32::MAX as u64;
    let map = |pages: u64| MapRequest {
        flags: 3,
        vaddr: 0,
        iova: 0,
        size: pages * PAGE,
    };
    let mut iommu = Type1::new(IommuType::Type1v2, everywhere(10)).expect("there is a page size");
    assert_eq!(iommu.map(&map(pages_max + 1)), Ok(()));
    assert_eq!(iommu.start_dirty_tracking(), Err(Errno::EINVAL));
    let (mut container, _) = open(IommuType::Type1v2);
    assert_eq!(container.start_dirty_tracking(), Ok(()));
    let kernel = container.kernel_mut();
    assert_eq!(kernel.map_dma(&map(pages_max + 1)), Err(Errno::EINVAL));
    assert_eq!(kernel.map_dma(&map(pages_max)), Ok(()));
    let error = container.dirty_pages(whole).expect_err("2^52 pages");
    assert!(matches!(error, ContainerError::NoBitmap { .. }));
    assert_eq!(error.code(), "container/no-bitmap");
    assert!(!error.help().is_empty() && !error.to_string().is_empty());
}
