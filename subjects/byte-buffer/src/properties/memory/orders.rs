//! Order, equality, hash: those of the contents, wherever they lie.

use std::hash::{Hash, Hasher};

use proofhouse::prelude::*;

use crate::{ByteBuffer, POSITION_MAX};

/// Two buffers, one a vector and one shared, compare, are equal and hash as their slices do; frozen
/// ones as well.
#[property]
fn order_eq_hash_as_slice(
    #[from(vec(any::<u8>(), 0..=8))] left: Vec<u8>,
    #[from(vec(any::<u8>(), 0..=8))] right: Vec<u8>,
) {
    let left_buffer: ByteBuffer = ByteBuffer::copy_from(&left).expect("memory suffices");
    let mut longer: ByteBuffer = ByteBuffer::zeroed(2).expect("memory suffices");
    longer.extend_from_slice(&right).expect("memory suffices");
    let head = longer.split_to(2).expect("there are two bytes");
    let right_buffer = longer;

    assert_eq!(left_buffer.cmp(&right_buffer), left.cmp(&right));
    assert_eq!(
        left_buffer.partial_cmp(&right_buffer),
        left.partial_cmp(&right)
    );
    assert_eq!(left_buffer == right_buffer, left == right);
    assert_eq!(right_buffer == left[..], left == right);
    assert_eq!(written(&right_buffer), written(&right[..]));
    assert_eq!(*head, [0, 0]);

    let left_frozen = frozen(left_buffer);
    let right_frozen = frozen(right_buffer);
    assert_eq!(left_frozen.cmp(&right_frozen), left.cmp(&right));
    assert_eq!(left_frozen == right_frozen, left == right);
    assert_eq!(written(&left_frozen), written(&left[..]));
}

fn frozen(buffer: ByteBuffer<POSITION_MAX>) -> crate::FrozenBytes {
    buffer.freeze().expect("memory suffices")
}

/// All that a value gives to a hasher.
fn written(value: &(impl Hash + ?Sized)) -> Vec<u8> {
    #[derive(Default)]
    struct Written(Vec<u8>);

    impl Hasher for Written {
        fn finish(&self) -> u64 {
            0
        }

        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }
    }

    let mut hasher = Written::default();
    value.hash(&mut hasher);
    hasher.0
}
