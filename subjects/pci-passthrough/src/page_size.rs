//! The page size of an IOMMU.
//!
//! An IOMMU reports its page sizes as a bitmap, one bit for each. The smallest is the unit that
//! mappings are aligned to; sizes below 4096 bytes are of no use to a processor's pages and are
//! passed over.
//!
//! # Invariants
//!
//! - A power of two, at least 4096.
//!
//! # Source
//!
//! `VFIO_IOMMU_GET_INFO` and its field `iova_pgsizes`, `include/uapi/linux/vfio.h`.

use crate::{Alignment, Error};

/// A page size: a power of two of at least 4096 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(Alignment);

impl PageSize {
    /// The least number of bytes in a page.
    pub const BYTES_MIN: u64 = 4096;

    /// The page size of that many bytes.
    ///
    /// # Errors
    ///
    /// [`Error::AlignmentNotPowerOfTwo`], and [`Error::PageTooSmall`] below 4096 bytes.
    pub fn new(bytes: u64) -> Result<Self, Error> {
        let alignment = Alignment::new(bytes)?;
        if bytes < Self::BYTES_MIN {
            return Err(Error::PageTooSmall { bytes });
        }
        Ok(Self(alignment))
    }

    /// The smallest page size of an IOMMU's bitmap, sizes below 4096 bytes passed over.
    ///
    /// # Errors
    ///
    /// [`Error::NoPageSize`] when the bitmap names none.
    pub fn from_bitmap(bitmap: u64) -> Result<Self, Error> {
        let usable = bitmap & !(Self::BYTES_MIN - 1);
        // A number and its two's complement share the lowest set bit and no other.
        let lowest = usable & usable.wrapping_neg();
        Self::new(lowest).map_err(|_| Error::NoPageSize { bitmap })
    }

    /// The number of bytes in a page.
    pub const fn bytes(self) -> u64 {
        self.0.bytes()
    }

    /// The page size as an alignment.
    pub const fn alignment(self) -> Alignment {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_at_least_4096_bytes() {
        assert_eq!(PageSize::new(4096).map(PageSize::bytes), Ok(4096));
        assert_eq!(
            PageSize::new(2048),
            Err(Error::PageTooSmall { bytes: 2048 })
        );
        assert_eq!(
            PageSize::new(5000),
            Err(Error::AlignmentNotPowerOfTwo { bytes: 5000 })
        );
    }
}
