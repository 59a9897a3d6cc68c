//! A queue of bytes in a ring of slots on the heap.
//!
//! What lies where is decided by three private fields, and most of their values make no sense. Which do, is
//! written down once, in `well_formed`; each operation is then shown to keep it, from every such state.

#[cfg(test)]
mod well_formed;

// ANCHOR: fields
/// A queue. Its bytes lie one after the other in the slots, from `first` on, and go on at the start
/// behind the last slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ring {
    slots: Box<[Option<u8>]>,
    first: usize,
    length: usize,
    /// How many bytes ever came in. Nothing but the tests wants to know.
    #[cfg(test)]
    pushed: u64,
    /// How many ever left.
    #[cfg(test)]
    popped: u64,
}
// ANCHOR_END: fields

// ANCHOR: operations
impl Ring {
    /// Puts a byte behind all others.
    pub fn push_back(&mut self, byte: u8) {
        if self.length == self.slots.len() {
            self.grow();
        }
        let end = self.slot_of(self.length);
        self.slots[end] = Some(byte);
        self.length += 1;
        #[cfg(test)]
        {
            self.pushed += 1;
        }
    }

    /// Takes the byte that has been there for longest.
    pub fn pop_front(&mut self) -> Option<u8> {
        let byte = self.slots.get_mut(self.first)?.take()?;
        self.first = self.slot_of(1);
        self.length -= 1;
        #[cfg(test)]
        {
            self.popped += 1;
        }
        Some(byte)
    }

    /// The slot in which the byte with this number lies.
    fn slot_of(&self, number: usize) -> usize {
        let slot = self.first + number;
        if slot < self.slots.len() {
            slot
        } else {
            slot - self.slots.len()
        }
    }

    /// Twice as many slots; the bytes then begin at the first.
    fn grow(&mut self) {
        let capacity = (self.slots.len() * 2).max(4);
        let mut slots = vec![None; capacity];
        for (number, slot) in slots.iter_mut().enumerate().take(self.length) {
            *slot = self.slots[self.slot_of(number)];
        }
        self.slots = slots.into();
        self.first = 0;
    }
}
// ANCHOR_END: operations

#[cfg(test)]
impl Ring {
    // ANCHOR: wrong
    /// As [`Ring::push_back`], but new slots are only added at the end.
    fn push_back_wrongly(&mut self, byte: u8) {
        if self.length == self.slots.len() {
            let mut slots = std::mem::take(&mut self.slots).into_vec();
            slots.resize((slots.len() * 2).max(4), None);
            self.slots = slots.into();
        }
        self.push_back(byte);
    }
    // ANCHOR_END: wrong
}
