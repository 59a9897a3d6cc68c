//! The object against a naive twin: one entry a byte.

use super::*;
use crate::machine::EntryId;

/// A small generator of numbers; deterministic.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A byte of the twin: a plain number, or which byte of which value.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Twin {
    Plain(u8),
    Part(Value, u32),
    Undefined,
}

fn twin_bytes(piece: &Piece) -> Vec<Twin> {
    (0..piece.length)
        .map(|index| match piece.value {
            value if value.is_indeterminate() => Twin::Undefined,
            value if value.is_plain() => Twin::Plain((value.number() >> (index * 8)) as u8),
            value => Twin::Part(value, piece.skip + index),
        })
        .collect()
}

fn twin_of_read(read: &Read, size: u64) -> Vec<Twin> {
    let whole = |value| Piece {
        length: size as u32,
        skip: 0,
        value,
    };
    match read {
        Read::Number(number) => twin_bytes(&whole(Value::wide(*number))),
        Read::Whole(value) => twin_bytes(&whole(*value)),
        Read::Pieces(pieces) => pieces.iter().flat_map(twin_bytes).collect(),
    }
}

fn some_value(numbers: &mut Numbers) -> Value {
    match numbers.below(4) {
        0 => Value::word(numbers.below(256)),
        1 => Value::address(0x1234_5678_9abc, ObjectId(3)),
        2 => Value::entry(EntryId(numbers.below(5) as u32)),
        _ => Value::UNDEFINED,
    }
}

#[test]
fn agrees_with_one_entry_a_byte() {
    const SIZE: u64 = 40;
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for round in 0..2000 {
        let fill = if round % 2 == 0 {
            Fill::Undefined
        } else {
            Fill::Zero
        };
        let mut object = Object::new(ObjectKind::Heap, 0x1000, SIZE, 8, fill);
        let initial = if fill == Fill::Zero {
            Twin::Plain(0)
        } else {
            Twin::Undefined
        };
        let mut twin = vec![initial; SIZE as usize];
        for _ in 0..12 {
            let size = [1, 2, 4, 8, 16][numbers.below(5) as usize];
            let offset = numbers.below(SIZE - size + 1);
            if numbers.below(3) == 0 {
                let source = numbers.below(SIZE - size + 1);
                let mut fragment = Fragment::default();
                object.copy_out(source, size, &mut fragment);
                object.copy_in(offset, &fragment);
                let copied = twin[source as usize..(source + size) as usize].to_vec();
                twin[offset as usize..(offset + size) as usize].copy_from_slice(&copied);
            } else {
                let mut value = some_value(&mut numbers);
                if !value.is_plain() && value.is_number() && size != 8 {
                    value = Value::word(7);
                }
                let is_written = value.is_plain() && object.write_word(offset, size, value.low);
                if !is_written {
                    object.write(offset, size, value);
                }
                let written = twin_bytes(&Piece {
                    length: size as u32,
                    skip: 0,
                    value,
                });
                twin[offset as usize..(offset + size) as usize].copy_from_slice(&written);
            }
            object.assert_cells_are_sound();
            let size = 1 + numbers.below(16);
            let offset = numbers.below(SIZE - size + 1);
            let expected = &twin[offset as usize..(offset + size) as usize];
            let read = twin_of_read(&object.read(offset, size), size);
            assert_eq!(read, expected);
            if let Some(word) = object.read_word(offset, size) {
                assert_eq!(twin_of_read(&Read::Number(word.into()), size), expected);
            }
        }
    }
}

#[test]
fn an_address_reads_back_whole_and_its_bytes_read_as_parts() {
    let mut object = Object::new(ObjectKind::Stack, 0x1000, 16, 8, Fill::Undefined);
    let address = Value::address(0x0102_0304_0506_0708, ObjectId(9));
    object.write(8, 8, address);
    assert_eq!(object.read(8, 8), Read::Whole(address));
    let part = Piece {
        length: 1,
        skip: 7,
        value: address,
    };
    assert_eq!(object.read(15, 1), Read::Pieces(vec![part]));
}

#[test]
fn a_value_that_lost_bytes_does_not_read_back_whole() {
    let mut object = Object::new(ObjectKind::Stack, 0x1000, 8, 8, Fill::Undefined);
    let value = Value::entry(EntryId(1));
    object.write(0, 8, value);
    object.write(4, 4, Value::word(7));
    let part = Piece {
        length: 4,
        skip: 0,
        value,
    };
    assert_eq!(object.read(0, 4), Read::Pieces(vec![part]));
    object.write(0, 8, value);
    assert_eq!(object.read(0, 8), Read::Whole(value));
}

#[test]
fn a_large_object_costs_only_what_is_written() {
    let mut object = Object::new(ObjectKind::Heap, 0x1000, 1 << 40, 1, Fill::Undefined);
    object.write(4, 1, Value::word(7));
    assert!(object.bytes.len() + object.cells.len() < 200);
    assert_eq!(object.read((1 << 40) - 8, 8), Read::Whole(Value::UNDEFINED));
    assert_eq!(object.read(4, 1), Read::Number(7));
}

#[test]
fn offsets_are_within_the_object_or_one_past_it() {
    let object = Object::new(ObjectKind::Heap, 0x1000, 16, 1, Fill::Zero);
    assert_eq!(object.offset_of(0x1000, 16), Some(0));
    assert_eq!(object.offset_of(0x1010, 0), Some(16));
    assert_eq!(object.offset_of(0x1001, 16), None);
    assert_eq!(object.offset_of(0xfff, 1), None);
    assert_eq!(object.offset_of(0x1001, u64::MAX), None);
}

/// Whoever asks for the bytes that are left of a value must not get the value.
#[test]
fn a_value_whose_end_was_overwritten_or_not_copied_is_not_read_as_whole() {
    let value = Value::entry(EntryId(4));
    let part = Piece {
        length: 1,
        skip: 0,
        value,
    };
    let mut object = Object::new(ObjectKind::Stack, 0x1000, 16, 8, Fill::Undefined);
    object.write(0, 2, value);
    assert_eq!(object.read(0, 2), Read::Whole(value));
    object.write(1, 1, Value::word(7));
    assert_eq!(object.read(0, 1), Read::Pieces(vec![part]));

    let mut source = Object::new(ObjectKind::Stack, 0x1000, 16, 8, Fill::Undefined);
    source.write(0, 2, value);
    let mut fragment = Fragment::default();
    source.copy_out(0, 1, &mut fragment);
    object.copy_in(4, &fragment);
    assert_eq!(object.read(4, 1), Read::Pieces(vec![part]));
}
