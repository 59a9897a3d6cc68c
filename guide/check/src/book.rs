//! What holds between pages: every page is in the summary, every link leads somewhere.
//!
//! # Not here
//!
//! Links into the web. They are not followed, and a page has few of them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use crate::block::blocks;
use crate::root;

/// What a block may be, so that nothing is shown as code that nobody looks at.
const LANGUAGES: [&str; 6] = ["console", "rust", "toml", "yaml", "json", "text"];

/// The folder of the pages.
pub fn folder() -> PathBuf {
    root().join("guide/src")
}

/// All pages of the guide, sorted.
///
/// # Errors
///
/// What the system says.
pub fn pages() -> io::Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    let mut folders = vec![folder()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    Ok(pages)
}

/// What is wrong with the book as a whole, one line each.
///
/// # Errors
///
/// What the system says.
pub fn faults() -> io::Result<Vec<String>> {
    let mut faults = Vec::new();
    let summary = folder().join("SUMMARY.md");
    let named: BTreeSet<PathBuf> = links(&fs::read_to_string(&summary)?)
        .iter()
        .map(|link| folder().join(link))
        .collect();
    let mut pages = pages()?;
    for page in pages
        .iter()
        .filter(|page| **page != summary && !named.contains(*page))
    {
        faults.push(format!("SUMMARY.md does not name {}", page.display()));
    }
    pages.push(root().join("README.md"));
    for page in pages {
        let text = fs::read_to_string(&page)?;
        faults.extend(faults_of(&page, &text));
    }
    Ok(faults)
}

fn faults_of(page: &Path, text: &str) -> Vec<String> {
    let here = page.parent().unwrap_or(Path::new("."));
    let mut faults = Vec::new();
    for link in links(text) {
        let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
        let target = if path.is_empty() {
            page.to_owned()
        } else {
            here.join(path)
        };
        match fs::read_to_string(&target) {
            Ok(text) if !anchor.is_empty() && !anchors(&text).contains(anchor) => {
                faults.push(format!("{}: no heading for `{link}`", page.display()));
            }
            Err(_) if !target.is_dir() => {
                faults.push(format!("{}: nothing at `{link}`", page.display()))
            }
            _ => {}
        }
    }
    let include =
        Regex::new(r"\{\{#include ([^:}]+)(?::([a-z_]+))?\}\}").expect("the pattern is one");
    for found in include.captures_iter(text) {
        let anchor = found
            .get(2)
            .map(|anchor| format!("ANCHOR: {}\n", anchor.as_str()));
        let included = fs::read_to_string(here.join(&found[1])).unwrap_or_default();
        if included.is_empty() || anchor.is_some_and(|anchor| !included.contains(&anchor)) {
            faults.push(format!(
                "{}: `{}` includes nothing",
                page.display(),
                &found[0]
            ));
        }
    }
    let unknown = blocks(text)
        .into_iter()
        .filter(|block| !LANGUAGES.contains(&block.language.as_str()));
    faults.extend(
        unknown.map(|block| format!("{}: a block of `{}`", page.display(), block.language)),
    );
    faults
}

/// The links of a page that lead to files.
fn links(text: &str) -> Vec<String> {
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES);
    let links = parser.filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(dest_url.to_string())
        }
        _ => None,
    });
    links.filter(|link| !link.contains("://")).collect()
}

/// The headings of a page as mdBook names them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                anchors.extend(heading.take().map(|text| anchor(&text)))
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let signs = heading.trim().chars().filter_map(|sign| match sign {
        ' ' => Some('-'),
        sign if sign.is_alphanumeric() || sign == '_' || sign == '-' => {
            Some(sign.to_ascii_lowercase())
        }
        _ => None,
    });
    signs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_page_is_told_what_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.md");
        fs::write(folder.path().join("other.md"), "# One `two`, three\n").unwrap();
        fs::write(folder.path().join("code.rs"), "// ANCHOR: a\n").unwrap();
        let good = "[a](other.md#one-two-three) [b](https://example.org/none)\n\n\
                    ```rust,ignore\n{{#include code.rs:a}}\n```\n";
        assert_eq!(faults_of(&page, good), Vec::<String>::new());
        let bad = "[a](other.md#four) [b](none.md)\n\n```rust\n{{#include code.rs:b}}\n```\n\n```perl\n```\n";
        let faults = faults_of(&page, bad);
        assert_eq!(faults.len(), 4, "{faults:?}");
    }
}
