//! A generator can hide a bug: it makes only what the code handles well.

// ANCHOR: code
/// The address of a PCI function: `02:1f.7` is bus 2, device 31, function 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    pub bus: u8,
    pub device: u8,
    pub function: u8,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:02x}:{:02x}.{:x}",
            self.bus, self.device, self.function
        )
    }
}

/// Reads an address.
pub fn parse(text: &str) -> Option<Address> {
    let (bus, rest) = text.split_once(':')?;
    let (device, function) = rest.split_once('.')?;
    let number = |digits| u8::from_str_radix(digits, 16).ok();
    Some(Address {
        bus: number(bus)?,
        device: number(device)?,
        function: number(function)?,
    })
}
// ANCHOR_END: code

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse::prelude::*;

    // ANCHOR: weak
    /// What is written is read back.
    #[property(inputs_max = 65_536)]
    fn addresses_survive(bus: u8, #[from(0..32u8)] device: u8, #[from(0..8u8)] function: u8) {
        let address = Address {
            bus,
            device,
            function,
        };
        assert_eq!(parse(&address.to_string()), Some(address));
    }
    // ANCHOR_END: weak

    // ANCHOR: strong
    /// What is read is what would be written: there is one spelling, and numbers are in their ranges.
    #[property]
    #[ignore = "refuted: this is the lesson"]
    fn accepted_texts_are_addresses(
        #[from(text(7..=7).of(['0'..='9', 'a'..='f', ':'..=':', '.'..='.', '+'..='+']))]
        text: String,
    ) {
        if let Some(address) = parse(&text) {
            assert_eq!(address.to_string(), text);
            assert!(address.device < 32 && address.function < 8);
        }
    }
    // ANCHOR_END: strong
}
