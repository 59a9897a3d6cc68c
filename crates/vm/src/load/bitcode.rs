//! What can be known of a bitcode file without parsing the module: who wrote it, and its symbols.
//!
//! Parsing a module costs milliseconds, and a test binary is made of hundreds of which an entry
//! reaches a few. The file says at its top level which LLVM wrote it, and holds a symbol table made
//! for linkers; both are read here, so that only modules that are needed get parsed.
//!
//! # Invariants
//!
//! - A damaged or unknown file gives `None`, never a panic and never a wrong symbol's name out of
//!   bounds (`tests::truncated_bitcode_is_no_bitcode`). The caller then parses the module.
//!
//! # Not here
//!
//! The module's contents, and bitcode with the Darwin wrapper header: rustc writes none.
//!
//! # Source
//!
//! "LLVM Bitcode File Format", sections "Bitstream Format", "IDENTIFICATION_BLOCK", "STRTAB_BLOCK"
//! and "SYMTAB_BLOCK"; the symbol table's layout as in LLVM's `Object/IRSymtab.h`, version 3.

/// The first bytes of bitcode.
pub(crate) const MAGIC: [u8; 4] = [b'B', b'C', 0xC0, 0xDE];

/// The width of abbreviation ids outside all blocks.
const OUTER_ABBREVIATION_BITS: u32 = 2;
/// The abbreviation id that opens a block.
const ENTER_BLOCK: u64 = 1;
/// The abbreviation id that closes a block.
const END_BLOCK: u64 = 0;
/// The abbreviation id that defines an abbreviation.
const DEFINE_ABBREVIATION: u64 = 2;
/// The abbreviation id of a record without an abbreviation.
const UNABBREVIATED_RECORD: u64 = 3;

const IDENTIFICATION_BLOCK: u64 = 13;
const STRING_TABLE_BLOCK: u64 = 23;
const SYMBOL_TABLE_BLOCK: u64 = 25;

/// Layout versions of the symbol table that are read: between them only values were added.
const SYMBOL_TABLE_VERSIONS: std::ops::RangeInclusive<u32> = 2..=4;

/// What a file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outline<'b> {
    /// Who wrote it, as `LLVM22.1.2-rust-1.95.0-stable`.
    pub(crate) producer: String,
    /// Its symbols, if it has a symbol table that can be read.
    pub(crate) symbols: Option<Vec<Symbol<'b>>>,
}

/// A symbol of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol<'b> {
    /// Its name in the module.
    pub(crate) name: &'b str,
    /// Whether the module defines it.
    pub(crate) is_defined: bool,
    /// Whether another definition may take its place.
    pub(crate) is_weak: bool,
    /// Whether other modules see it.
    pub(crate) is_global: bool,
    /// The section that the source asks for; empty where it leaves that open.
    pub(crate) section: &'b str,
}

impl Outline<'_> {
    /// The major version of the LLVM that wrote the file.
    pub(crate) fn llvm_major(&self) -> Option<u32> {
        let version = self.producer.strip_prefix("LLVM")?;
        version.split('.').next()?.parse().ok()
    }
}

/// Reads the outline; `None` when it is no bitcode, or damaged.
pub(crate) fn outline(bitcode: &[u8]) -> Option<Outline<'_>> {
    if !bitcode.starts_with(&MAGIC) {
        return None;
    }
    let mut reader = BitReader::new(bitcode);
    reader.position_bits = 32;
    let mut producer = None;
    let mut symbol_table = None;
    let mut string_table = None;
    while reader.remaining_bits() >= 64 {
        let block = reader.enter_block(OUTER_ABBREVIATION_BITS)?;
        let end = reader.position_bits.checked_add(block.length_bits)?;
        match block.id {
            IDENTIFICATION_BLOCK => producer = reader.first_text(&block),
            STRING_TABLE_BLOCK => string_table = Some(reader.blob(&block)?),
            SYMBOL_TABLE_BLOCK => symbol_table = reader.blob(&block),
            _ => {}
        }
        reader.position_bits = end;
    }
    let symbols = match (symbol_table, string_table) {
        (Some(table), Some(strings)) => symbols(table, strings),
        _ => None,
    };
    Some(Outline {
        producer: producer?,
        symbols,
    })
}

/// The symbols of a symbol table; names lie in the string table.
fn symbols<'b>(table: &'b [u8], strings: &'b [u8]) -> Option<Vec<Symbol<'b>>> {
    /// Words of the header before the range of symbols: version, producer, modules, comdats.
    const WORDS_BEFORE_SYMBOLS: usize = 1 + 2 + 2 + 2;
    /// Words of a symbol: name, name in the module, comdat, flags.
    const SYMBOL_WORDS: usize = 2 + 2 + 1 + 1;
    /// Words of what few symbols have: size and alignment of a common symbol, a fallback's name, a section.
    const UNCOMMON_WORDS: usize = 1 + 1 + 2 + 2;
    const UNCOMMON_WORDS_BEFORE_SECTION: usize = 1 + 1 + 2;
    let word = |index: usize| -> Option<u32> {
        let bytes = table.get(index * 4..index * 4 + 4)?;
        Some(u32::from_le_bytes(
            bytes.try_into().expect("a slice of four bytes"),
        ))
    };
    if !SYMBOL_TABLE_VERSIONS.contains(&word(0)?) {
        return None;
    }
    let offset = word(WORDS_BEFORE_SYMBOLS)? as usize;
    let count = word(WORDS_BEFORE_SYMBOLS + 1)? as usize;
    if !offset.is_multiple_of(4) || table.len() < offset.checked_add(count.checked_mul(24)?)? {
        return None;
    }
    // An address and a length, of a text.
    let text = |at: usize| -> Option<&'b str> {
        let (start, length) = (word(at)? as usize, word(at + 1)? as usize);
        std::str::from_utf8(strings.get(start..start.checked_add(length)?)?).ok()
    };
    let mut uncommon = word(WORDS_BEFORE_SYMBOLS + 2)? as usize / 4;
    let mut symbols = Vec::with_capacity(count);
    for index in 0..count {
        let first = offset / 4 + index * SYMBOL_WORDS;
        let flags = word(first + 5)?;
        let flag = |bit: u32| flags & (1 << bit) != 0;
        let mut section = "";
        if flag(2) {
            section = text(uncommon.checked_add(UNCOMMON_WORDS_BEFORE_SECTION)?)?;
            uncommon += UNCOMMON_WORDS;
        }
        symbols.push(Symbol {
            name: text(first + 2)?,
            is_defined: !flag(3),
            is_weak: flag(4) || flag(5),
            is_global: flag(10),
            section,
        });
    }
    Some(symbols)
}

/// A block that was just entered.
#[derive(Debug, Clone, Copy)]
struct BlockHeader {
    id: u64,
    abbreviation_bits: u32,
    length_bits: usize,
}

/// Reads bits, least significant first.
struct BitReader<'b> {
    bytes: &'b [u8],
    position_bits: usize,
}

impl<'b> BitReader<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            position_bits: 0,
        }
    }

    fn remaining_bits(&self) -> usize {
        (self.bytes.len() * 8).saturating_sub(self.position_bits)
    }

    /// The next `width` bits, at most 64.
    fn fixed(&mut self, width: u32) -> Option<u64> {
        assert!(width <= 64, "a field of {width} bits");
        if self.remaining_bits() < width as usize {
            return None;
        }
        let mut value = 0;
        for bit in 0..width {
            let position = self.position_bits + bit as usize;
            let set = self.bytes[position / 8] >> (position % 8) & 1;
            value |= u64::from(set) << bit;
        }
        self.position_bits += width as usize;
        Some(value)
    }

    /// A number in chunks of `width` bits whose highest bit says that more follow.
    fn variable(&mut self, width: u32) -> Option<u64> {
        let payload_bits = width - 1;
        let mut value = 0;
        let mut shift = 0;
        loop {
            let chunk = self.fixed(width)?;
            let payload = chunk & ((1 << payload_bits) - 1);
            value |= payload.checked_shl(shift).unwrap_or(0);
            if chunk >> payload_bits == 0 {
                return Some(value);
            }
            shift += payload_bits;
        }
    }

    fn align_to_word(&mut self) {
        self.position_bits = self.position_bits.next_multiple_of(32);
    }

    /// Enters the block that must come next.
    fn enter_block(&mut self, abbreviation_bits: u32) -> Option<BlockHeader> {
        if self.fixed(abbreviation_bits)? != ENTER_BLOCK {
            return None;
        }
        let id = self.variable(8)?;
        let inner_bits = u32::try_from(self.variable(4)?).ok()?;
        self.align_to_word();
        let length_words = usize::try_from(self.fixed(32)?).ok()?;
        let length_bits = length_words.checked_mul(32)?;
        if length_bits > self.remaining_bits() || !(2..=32).contains(&inner_bits) {
            return None;
        }
        Some(BlockHeader {
            id,
            abbreviation_bits: inner_bits,
            length_bits,
        })
    }

    /// The text of the first record of a block.
    fn first_text(&mut self, block: &BlockHeader) -> Option<String> {
        let (count, element) = match self.begin_first_record(block)? {
            Start::Plain { count } => (count, Field::Variable(6)),
            Start::Array { element } => (self.variable(6)?, element),
            Start::Blob => return None,
        };
        let mut text = String::new();
        for _ in 0..count {
            text.push(match element {
                Field::Fixed(width) => char::from(u8::try_from(self.fixed(width)?).ok()?),
                Field::Char6 => char_of_six_bits(self.fixed(6)?)?,
                Field::Variable(width) => char::from(u8::try_from(self.variable(width)?).ok()?),
                Field::Literal | Field::Array | Field::Blob => return None,
            });
        }
        Some(text)
    }

    /// The blob of the first record of a block.
    fn blob(&mut self, block: &BlockHeader) -> Option<&'b [u8]> {
        let Start::Blob = self.begin_first_record(block)? else {
            return None;
        };
        let length = usize::try_from(self.variable(6)?).ok()?;
        self.align_to_word();
        let start = self.position_bits / 8;
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// Reads a block up to its first record's array, blob or plain operands. The block may define
    /// one abbreviation before it, which the record may use.
    fn begin_first_record(&mut self, block: &BlockHeader) -> Option<Start> {
        let mut abbreviation = None;
        loop {
            match self.fixed(block.abbreviation_bits)? {
                END_BLOCK | ENTER_BLOCK => return None,
                DEFINE_ABBREVIATION if abbreviation.is_none() => {
                    abbreviation = Some(self.abbreviation()?);
                }
                DEFINE_ABBREVIATION => return None,
                UNABBREVIATED_RECORD => {
                    let _code = self.variable(6)?;
                    return Some(Start::Plain {
                        count: self.variable(6)?,
                    });
                }
                _ => return self.begin_abbreviated(&abbreviation?),
            }
        }
    }

    /// Reads the fields of a record before its array or blob.
    fn begin_abbreviated(&mut self, fields: &[Field]) -> Option<Start> {
        for (index, field) in fields.iter().enumerate() {
            match *field {
                Field::Literal => {}
                Field::Fixed(width) => drop(self.fixed(width)?),
                Field::Variable(width) => drop(self.variable(width)?),
                Field::Char6 => drop(self.fixed(6)?),
                Field::Blob => return Some(Start::Blob),
                Field::Array => {
                    return Some(Start::Array {
                        element: *fields.get(index + 1)?,
                    });
                }
            }
        }
        None
    }

    /// The definition of an abbreviation.
    fn abbreviation(&mut self) -> Option<Vec<Field>> {
        let count = self.variable(5)?;
        let mut fields = Vec::new();
        for _ in 0..count {
            fields.push(if self.fixed(1)? == 1 {
                let _value = self.variable(8)?;
                Field::Literal
            } else {
                self.encoded_field()?
            });
        }
        Some(fields)
    }

    fn encoded_field(&mut self) -> Option<Field> {
        let encoding = self.fixed(3)?;
        let mut width = || -> Option<u32> {
            let width = u32::try_from(self.variable(5)?).ok()?;
            (1..=64).contains(&width).then_some(width)
        };
        Some(match encoding {
            1 => Field::Fixed(width()?),
            2 => Field::Variable(width().filter(|width| *width >= 2)?),
            3 => Field::Array,
            4 => Field::Char6,
            5 => Field::Blob,
            _ => return None,
        })
    }
}

/// How the operands of a record follow.
enum Start {
    /// As this many numbers.
    Plain { count: u64 },
    /// As an array of such elements, its length first.
    Array { element: Field },
    /// As bytes, their number first.
    Blob,
}

/// How an abbreviation encodes one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Literal,
    Fixed(u32),
    Variable(u32),
    Array,
    Char6,
    Blob,
}

/// The character that six bits stand for.
fn char_of_six_bits(bits: u64) -> Option<char> {
    const ALPHABET: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
    let index = usize::try_from(bits).ok()?;
    ALPHABET.get(index).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::{BitReader, Outline, Symbol, outline};

    /// Writes bits, least significant first: the naive twin of the reader.
    #[derive(Default)]
    struct BitWriter {
        bits: Vec<bool>,
    }

    impl BitWriter {
        fn fixed(&mut self, value: u64, width: u32) {
            self.bits
                .extend((0..width).map(|bit| value >> bit & 1 == 1));
        }

        fn variable(&mut self, mut value: u64, width: u32) {
            let payload = width - 1;
            while value >> payload != 0 {
                self.fixed(value & ((1 << payload) - 1) | 1 << payload, width);
                value >>= payload;
            }
            self.fixed(value, width);
        }

        fn align(&mut self) {
            self.bits
                .resize(self.bits.len().next_multiple_of(32), false);
        }

        fn block(&mut self, id: u64, contents: &BitWriter) {
            self.fixed(1, 2);
            self.variable(id, 8);
            self.variable(3, 4);
            self.align();
            let mut contents = contents.bits.clone();
            contents.resize(contents.len().next_multiple_of(32), false);
            self.fixed(contents.len() as u64 / 32, 32);
            self.bits.append(&mut contents);
        }

        fn bytes(&self) -> Vec<u8> {
            let byte = |bits: &[bool]| {
                bits.iter()
                    .rev()
                    .fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit))
            };
            self.bits.chunks(8).map(byte).collect()
        }
    }

    /// A block of one blob.
    fn blob_block(bytes: &[u8]) -> BitWriter {
        let mut block = BitWriter::default();
        // Define an abbreviation of two fields: a literal code, a blob.
        block.fixed(2, 3);
        block.variable(2, 5);
        block.fixed(1, 1);
        block.variable(1, 8);
        block.fixed(0, 1);
        block.fixed(5, 3);
        // A record with that abbreviation.
        block.fixed(4, 3);
        block.variable(bytes.len() as u64, 6);
        block.align();
        bytes
            .iter()
            .for_each(|byte| block.fixed(u64::from(*byte), 8));
        block.align();
        block
    }

    /// Bitcode with two symbols: `f`, defined and global; `gh`, undefined.
    fn sample() -> Vec<u8> {
        let mut file = BitWriter::default();
        file.fixed(u64::from(u32::from_le_bytes(super::MAGIC)), 32);
        let mut identification = BitWriter::default();
        identification.fixed(3, 3);
        identification.variable(1, 6);
        let producer = b"LLVM22.1.2-x";
        identification.variable(producer.len() as u64, 6);
        producer
            .iter()
            .for_each(|byte| identification.variable(u64::from(*byte), 6));
        file.block(13, &identification);

        let mut words: Vec<u32> = vec![3, 0, 0, 0, 0, 0, 0];
        words.extend([64, 2]);
        words.resize(16, 0);
        words.extend([0, 0, 0, 1, 0, 1 << 10]);
        words.extend([0, 0, 1, 2, 0, 1 << 10 | 1 << 3]);
        let table: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        file.block(25, &blob_block(&table));
        file.block(23, &blob_block(b"fgh"));
        file.bytes()
    }

    #[test]
    fn reads_the_producer_and_the_symbols() {
        let bytes = sample();
        let found: Outline<'_> = outline(&bytes).expect("it is bitcode");
        assert_eq!(found.producer, "LLVM22.1.2-x");
        assert_eq!(found.llvm_major(), Some(22));
        let f = Symbol {
            name: "f",
            is_defined: true,
            is_weak: false,
            is_global: true,
            section: "",
        };
        let gh = Symbol {
            name: "gh",
            is_defined: false,
            ..f
        };
        assert_eq!(found.symbols, Some(vec![f, gh]));
    }

    #[test]
    fn truncated_bitcode_is_no_bitcode() {
        let bytes = sample();
        for length in 0..bytes.len() - 8 {
            let found = outline(&bytes[..length]);
            let is_whole = found.is_some_and(|outline| outline.symbols.is_some());
            assert!(!is_whole, "{length} bytes are not all");
        }
    }

    #[test]
    fn flipped_bits_never_panic() {
        let bytes = sample();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            drop(outline(&damaged));
        }
    }

    #[test]
    fn numbers_survive_the_round_trip() {
        for value in [0, 1, 31, 32, 33, 1000, u64::from(u32::MAX), u64::MAX] {
            let mut writer = BitWriter::default();
            writer.variable(value, 6);
            writer.fixed(value, 64);
            let bytes = writer.bytes();
            let mut padded = bytes.clone();
            padded.extend([0; 8]);
            let mut reader = BitReader::new(&padded);
            assert_eq!(reader.variable(6), Some(value));
            assert_eq!(reader.fixed(64), Some(value));
        }
    }
}
