//! Symbols to Rust paths.

/// The Rust path of a symbol without hashes, or the symbol itself when it is not a Rust symbol.
pub(crate) fn rust_path(symbol: &str) -> String {
    match rustc_demangle::try_demangle(symbol) {
        Ok(path) => format!("{path:#}"),
        Err(_) => symbol.to_owned(),
    }
}

/// The `count` names nearest to `wanted`, nearest first: fewest edits of the last path segments,
/// then by name.
pub(crate) fn nearest<'n>(
    wanted: &str,
    names: impl IntoIterator<Item = &'n str>,
    count: usize,
) -> Vec<String> {
    let mut ranked: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (edit_distance(wanted, name), name))
        .filter(|(distance, name)| *distance * 2 <= wanted.len().max(name.len()))
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked
        .into_iter()
        .take(count)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Insertions, deletions and replacements of bytes that turn one text into the other.
fn edit_distance(left: &str, right: &str) -> usize {
    let right = right.as_bytes();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, left_byte) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for column in 0..right.len() {
            let replaced = diagonal + usize::from(left_byte != right[column]);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{edit_distance, nearest, rust_path};

    #[test]
    fn both_manglings_lose_their_hashes() {
        assert_eq!(
            rust_path("_ZN5hello5parse17h0123456789abcdefE"),
            "hello::parse"
        );
        assert_eq!(rust_path("_RNvCs4fqI2P2rA04_5hello5parse"), "hello::parse");
        assert_eq!(rust_path("memcpy"), "memcpy");
    }

    #[test]
    fn distance_is_zero_only_for_equal_texts() {
        assert_eq!(edit_distance("", ""), 0);
        assert_eq!(edit_distance("abc", "abc"), 0);
        assert_eq!(edit_distance("abc", "abd"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
    }

    #[test]
    fn far_names_are_not_suggested() {
        let names = ["prop_alien", "prop_align", "x"];
        assert_eq!(nearest("prop_alin", names, 2), ["prop_alien", "prop_align"]);
    }
}
