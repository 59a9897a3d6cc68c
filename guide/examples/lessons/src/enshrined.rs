//! A property can enshrine a bug: it computes what it expects as the code does.

// ANCHOR: code
/// One of the registers of a PCI function that hold addresses: 0 to 5 for memory and ports, 6 for the
/// expansion ROM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRegister(u8);

impl AddressRegister {
    /// The register with this number, if there is one.
    pub fn new(number: u8) -> Option<Self> {
        (number <= 6).then_some(Self(number))
    }

    /// Where the register stands in the configuration space.
    pub fn offset(self) -> u16 {
        0x10 + 4 * u16::from(self.0)
    }
}
// ANCHOR_END: code

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse::prelude::*;

    // ANCHOR: weak
    /// Registers stand where they belong.
    #[property]
    fn offset_is_right(#[from(0..=6u8)] number: u8) {
        let register = AddressRegister::new(number).unwrap();
        assert_eq!(register.offset(), 0x10 + 4 * u16::from(number));
        assert!(register.offset() <= 0x28);
    }
    // ANCHOR_END: weak

    // ANCHOR: strong
    /// The registers of a type 0 header, copied from the specification.
    const HEADER: [(u16, &str); 7] = [
        (0x10, "Base Address Register 0"),
        (0x14, "Base Address Register 1"),
        (0x18, "Base Address Register 2"),
        (0x1c, "Base Address Register 3"),
        (0x20, "Base Address Register 4"),
        (0x24, "Base Address Register 5"),
        (0x30, "Expansion ROM Base Address"),
    ];

    /// Registers stand where the specification has them.
    #[property]
    #[ignore = "refuted: this is the lesson"]
    fn offset_is_the_specifications(#[from(0..=6u8)] number: u8) {
        let (offset, name) = HEADER[usize::from(number)];
        note!("{name} is at {offset:#x}");
        assert_eq!(AddressRegister::new(number).unwrap().offset(), offset);
    }
    // ANCHOR_END: strong
}
