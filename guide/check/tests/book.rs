//! Every page is named and every link leads somewhere; pages that are made of sources are up to date.

use std::fs;

use guide::{book, is_blessing, reference};

#[test]
fn summary_links_includes_and_blocks_hold() {
    let faults = book::faults().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(book::pages().unwrap().len() > 15, "the walk sees the pages");
}

#[test]
fn made_pages_say_what_their_sources_say() {
    for made in reference::pages() {
        let path = book::folder().join(made.path);
        if is_blessing() {
            fs::write(&path, &made.text).unwrap();
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            text == made.text,
            "{} is stale: run `cargo xtask bless`",
            path.display()
        );
        let nothing_lost = made.text.lines().count() > 10;
        assert!(nothing_lost, "{} holds next to nothing", path.display());
    }
}
