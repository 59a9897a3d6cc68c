//! The blocks of code of a page, and the commands in them.
//!
//! A block says what it is in the line that opens it:
//!
//! | opening | meaning |
//! | --- | --- |
//! | `console` | commands after `$ `, each with what it prints below it |
//! | `console,exit=1` | the last of them ends with this code |
//! | `rust,file=src/lib.rs` | the whole content of a file (any language) |
//! | `toml,append=Cargo.toml` | what is added to a file |
//! | `rust` | items that a test of the page's package consists of |
//! | `rust,ignore` | code of other tools, only shown |
//! | `text`, `json`, … | only shown |
//!
//! # Invariants
//!
//! - `Block::content` is the place of the text in the page, so that it can be replaced there.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A block of code between fences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The first word of the opening line.
    pub language: String,
    /// Its further words.
    pub words: Vec<String>,
    /// Where the content stands in the page.
    pub content: Range<usize>,
    /// The content.
    pub text: String,
}

/// A command of a `console` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What is typed.
    pub line: String,
    /// What it prints, as the page has it.
    pub output: String,
    /// Where that stands in the block's text.
    pub place: Range<usize>,
}

impl Block {
    /// What stands after `name=`.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut words = self.words.iter();
        words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether a word stands in the opening line.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    /// The commands of a `console` block.
    pub fn commands(&self) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let end = at + line.len();
            if let Some(typed) = line.strip_prefix("$ ") {
                commands.push(Command {
                    line: typed.trim_end().to_owned(),
                    output: String::new(),
                    place: end..end,
                });
            } else if let Some(command) = commands.last_mut() {
                command.output.push_str(line);
                command.place.end = end;
            }
            at = end;
        }
        commands
    }
}

/// All blocks of a page, in its order. Blocks inside of lists are not blocks of the page.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new_ext(page, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let mut words = info.split([',', ' ']).map(str::to_owned);
                let first_line = page[range.start..]
                    .find('\n')
                    .map_or(range.end, |at| range.start + at + 1);
                open = Some(Block {
                    language: words.next().unwrap_or_default(),
                    words: words.collect(),
                    content: first_line..first_line,
                    text: String::new(),
                });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.text.push_str(&text);
                    block.content.end = range.end;
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                blocks.extend(
                    open.take()
                        .filter(|block| page[block.content.clone()] == block.text),
                );
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "A page.\n\n```console,exit=1\n$ first --one\n$ second\ntwo\n\nlines\n```\n\n\
                        ```rust,file=src/lib.rs\nfn a() {}\n```\n\n    indented\n";

    #[test]
    fn blocks_are_found_where_they_stand() {
        let blocks = blocks(PAGE);
        let [console, rust] = blocks.as_slice() else {
            panic!("two blocks, not {blocks:?}");
        };
        assert_eq!(
            (console.language.as_str(), console.option("exit")),
            ("console", Some("1"))
        );
        assert_eq!(rust.option("file"), Some("src/lib.rs"));
        assert_eq!(&PAGE[rust.content.clone()], "fn a() {}\n");
        assert!(!rust.has("ignore"));
    }

    #[test]
    fn commands_have_their_output_below_them() {
        let block = &blocks(PAGE)[0];
        let commands = block.commands();
        let lines: Vec<_> = commands
            .iter()
            .map(|command| command.line.as_str())
            .collect();
        assert_eq!(lines, ["first --one", "second"]);
        assert_eq!(commands[0].output, "");
        assert_eq!(commands[1].output, "two\n\nlines\n");
        assert_eq!(&block.text[commands[1].place.clone()], commands[1].output);
    }
}
