//! The attributes that a derive reads, in their short form and in one that never collides.
//!
//! `#[from(0..32)]` reads well, but other derives claim the same names. So everything can be said
//! as `#[generate(from(0..32))]` too, and of a `#[from]` without parentheses, as error derives have
//! it, we take no notice.

use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Error, Ident, LitInt, Result, Token, parenthesized};

use super::input::Values;
use crate::syntax::Attribute;

/// What an attribute stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Type,
    Variant,
    Field,
}

/// What the attributes of one thing say.
pub(super) struct Attributes {
    pub(super) values: Values,
    pub(super) is_recursive: bool,
    pub(super) is_skipped: bool,
    pub(super) weight: Option<u32>,
    /// Predicates that replace those that the fields need.
    pub(super) bounds: Option<TokenStream>,
}

/// The words, where each belongs, and what to do instead elsewhere.
const WORDS: &[(&str, Target, &str)] = &[
    ("from", Target::Field, "`from` belongs on a field"),
    ("always", Target::Field, "`always` belongs on a field"),
    (
        "recursive",
        Target::Field,
        "`recursive` belongs on a field that leads back to the type",
    ),
    ("weight", Target::Variant, "`weight` belongs on a variant"),
    (
        "skip",
        Target::Variant,
        "`skip` belongs on a variant; a field has always some value: `#[always(value)]`",
    ),
    ("bound", Target::Type, "`bound` belongs on the type"),
];

impl Attributes {
    /// Reads the attributes of a target; those of others are ignored.
    pub(super) fn read(attributes: &[Attribute], target: Target) -> Result<Self> {
        let mut read = Self {
            values: Values::Any,
            is_recursive: false,
            is_skipped: false,
            weight: None,
            bounds: None,
        };
        for attribute in attributes {
            let Some(word) = attribute.word() else {
                continue;
            };
            if word == "generate" {
                attribute.arguments(|input| read.long_form(target, input))?;
            } else if word != "bound" && WORDS.iter().any(|(known, ..)| word == known) {
                read.short_form(target, word, attribute)?;
            }
        }
        Ok(read)
    }

    /// `from(..), weight(..), skip`
    fn long_form(&mut self, target: Target, input: ParseStream<'_>) -> Result<()> {
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            check_place(&word, target)?;
            if input.peek(syn::token::Paren) {
                let inside;
                parenthesized!(inside in input);
                self.word_with_arguments(&word, &inside)?;
                if !inside.is_empty() {
                    return Err(inside.error("nothing more is expected here"));
                }
            } else {
                self.bare_word(&word)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn short_form(&mut self, target: Target, word: &Ident, attribute: &Attribute) -> Result<()> {
        if word == "from" && attribute.is_bare() {
            return Ok(());
        }
        check_place(word, target)?;
        if attribute.is_bare() {
            self.bare_word(word)
        } else {
            attribute.arguments(|input| self.word_with_arguments(word, input))
        }
    }

    fn bare_word(&mut self, word: &Ident) -> Result<()> {
        if word == "skip" {
            self.is_skipped = true;
        } else if word == "recursive" {
            self.is_recursive = true;
        } else {
            let example = match &*word.to_string() {
                "from" => "#[from(0..10)]",
                "always" => "#[always(0)]",
                "weight" => "#[weight(3)]",
                _ => "#[generate(bound(T: Trait))]",
            };
            let message = format!("`{word}` needs an argument: `{example}`");
            return Err(Error::new(word.span(), message));
        }
        Ok(())
    }

    fn word_with_arguments(&mut self, word: &Ident, input: ParseStream<'_>) -> Result<()> {
        match &*word.to_string() {
            "from" => self.set_values(word.span(), Values::From(input.parse()?)),
            "always" => self.set_values(word.span(), Values::Always(input.parse()?)),
            "weight" => {
                let weight: LitInt = input.parse()?;
                let number = weight.base10_parse::<u32>()?;
                if number == 0 {
                    let message = "a variant of weight 0 would never be drawn: `#[skip]` says so";
                    return Err(Error::new(weight.span(), message));
                }
                if self.weight.replace(number).is_some() {
                    return Err(Error::new(word.span(), "a variant has one weight"));
                }
                Ok(())
            }
            "bound" => {
                self.bounds = Some(input.parse()?);
                Ok(())
            }
            _ => {
                let message = format!("`{word}` takes no argument");
                Err(Error::new(input.span(), message))
            }
        }
    }

    fn set_values(&mut self, span: Span, values: Values) -> Result<()> {
        if !matches!(self.values, Values::Any) {
            let message = "a field has one `from` or one `always`";
            return Err(Error::new(span, message));
        }
        self.values = values;
        Ok(())
    }
}

fn check_place(word: &Ident, target: Target) -> Result<()> {
    let known = WORDS.iter().find(|(known, ..)| word == known);
    let Some((_, place, complaint)) = known else {
        let words: Vec<String> = WORDS
            .iter()
            .filter(|(_, place, _)| *place == target)
            .map(|(word, ..)| format!("`{word}`"))
            .collect();
        let message = format!("unknown word `{word}`; here belong {}", words.join(", "));
        return Err(Error::new(word.span(), message));
    };
    if *place == target {
        Ok(())
    } else {
        Err(Error::new(word.span(), complaint))
    }
}
