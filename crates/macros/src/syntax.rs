//! What the macros need to know of the code they stand on, read from its tokens.
//!
//! The compiler has parsed every item before a macro sees it, and parses it again afterwards. So a
//! macro only has to find the borders between the parts: where a type ends, which attributes an
//! argument has. Types, expressions, patterns and bodies stay the tokens they were, which also keeps
//! every span. That spares each user three quarters of `syn`, whose syntax tree took longer to
//! compile than the macros themselves, and the parsing of every property's body.
//!
//! # Invariants
//!
//! - What is not understood is passed on unchanged, and the compiler says what is wrong with it.
//! - Tokens in an invisible group, as `macro_rules` makes them, are looked into but never undone.
//!
//! # Not here
//!
//! The meaning of attributes: `options`, `derive` and `stateful` read those.

mod block;
mod declaration;
mod function;
mod types;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Error, LitStr, Result, Token, parenthesized};

pub(crate) use block::{Block, Part};
pub(crate) use declaration::{Declaration, Fields, Generics, Kind, Variant};
pub(crate) use function::{Function, Parameter, Receiver, name_of_pattern};
pub(crate) use types::Type;

/// An outer attribute.
#[derive(Clone)]
pub(crate) struct Attribute {
    /// All of it, `#` included.
    tokens: TokenStream,
    /// What stands in the brackets.
    inside: TokenStream,
    /// Its path, if that is one word.
    word: Option<Ident>,
}

impl Attribute {
    /// The attributes that come next.
    fn read_all(input: ParseStream<'_>) -> Result<Vec<Self>> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) {
            let pound: Token![#] = input.parse()?;
            let brackets: TokenTree = input.parse()?;
            attributes.push(Self::of(quote!(#pound #brackets), &brackets));
        }
        Ok(attributes)
    }

    /// An attribute that was written by a macro.
    pub(crate) fn generated(inside: &TokenStream) -> Self {
        let tokens = quote!(#[#inside]);
        let brackets = tokens.clone().into_iter().nth(1);
        Self::of(tokens, &brackets.expect("the second token is the group"))
    }

    fn of(tokens: TokenStream, brackets: &TokenTree) -> Self {
        let inside = match brackets {
            TokenTree::Group(group) => group.stream(),
            other => other.to_token_stream(),
        };
        let mut words = inside.clone().into_iter();
        let first = words.next();
        let is_longer =
            matches!(words.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let word = match first {
            Some(TokenTree::Ident(word)) if !is_longer => Some(word),
            _ => None,
        };
        Self {
            tokens,
            inside,
            word,
        }
    }

    /// Its path, if that is one word.
    pub(crate) fn word(&self) -> Option<&Ident> {
        self.word.as_ref()
    }

    /// Whether its path is this word.
    pub(crate) fn is(&self, wanted: &str) -> bool {
        self.word.as_ref().is_some_and(|word| word == wanted)
    }

    /// Whether it is a word and nothing else.
    pub(crate) fn is_bare(&self) -> bool {
        self.word.is_some() && self.inside.clone().into_iter().nth(1).is_none()
    }

    /// Refuses arguments.
    pub(crate) fn require_bare(&self) -> Result<()> {
        let surplus = self.inside.clone().into_iter().nth(1);
        match surplus {
            Some(token) if self.word.is_some() => {
                Err(Error::new(token.span(), "this attribute has no arguments"))
            }
            _ => Ok(()),
        }
    }

    /// What stands in the brackets.
    pub(crate) fn inside(&self) -> TokenStream {
        self.inside.clone()
    }

    /// Reads all that stands in its parentheses.
    pub(crate) fn arguments<T>(
        &self,
        read: impl FnOnce(ParseStream<'_>) -> Result<T>,
    ) -> Result<T> {
        let parser = |input: ParseStream<'_>| {
            input.parse::<TokenTree>()?;
            let arguments;
            parenthesized!(arguments in input);
            let value = read(&arguments)?;
            if arguments.is_empty() {
                Ok(value)
            } else {
                Err(arguments.error("nothing more is expected here"))
            }
        };
        parser.parse2(self.inside.clone())
    }

    /// Reads the one thing that stands in its parentheses.
    pub(crate) fn argument<T: Parse>(&self) -> Result<T> {
        self.arguments(|input| input.parse())
    }

    /// The text of `#[word = "text"]`.
    pub(crate) fn text(&self) -> Option<String> {
        let parser = |input: ParseStream<'_>| {
            input.parse::<TokenTree>()?;
            input.parse::<Token![=]>()?;
            input.parse::<LitStr>()
        };
        let text = parser.parse2(self.inside.clone()).ok()?;
        Some(text.value())
    }
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

/// An expression, up to a comma or the end.
#[derive(Clone)]
pub(crate) struct Expression(TokenStream);

impl Parse for Expression {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let tokens = take_expression(input)?;
        if tokens.is_empty() {
            return Err(input.error("expected an expression"));
        }
        Ok(Self(tokens))
    }
}

impl ToTokens for Expression {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// What `pub`, `pub(crate)` and the like are written as; empty for nothing.
fn take_visibility(input: ParseStream<'_>) -> Result<TokenStream> {
    if !input.peek(Token![pub]) {
        return Ok(TokenStream::new());
    }
    let word: Token![pub] = input.parse()?;
    let fork = input.fork();
    // `pub (u8, u8)` is a public tuple.
    let scope = match fork.parse::<TokenTree>() {
        Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let first = group.stream().into_iter().next();
            let is_scope =
                |word: &Ident| ["crate", "self", "super", "in"].iter().any(|w| word == w);
            matches!(first, Some(TokenTree::Ident(word)) if is_scope(&word))
        }
        _ => false,
    };
    if scope {
        let group: TokenTree = input.parse()?;
        return Ok(quote!(#word #group));
    }
    Ok(word.to_token_stream())
}

/// Takes tokens up to the first one outside of angle brackets where `is_end` holds, or to a `>`
/// that closes what was open before.
fn take_until(
    input: ParseStream<'_>,
    is_end: impl Fn(ParseStream<'_>) -> bool,
) -> Result<TokenStream> {
    let mut taken = Vec::<TokenTree>::new();
    let mut open = 0u32;
    while !input.is_empty() && (open > 0 || !is_end(input)) {
        if input.peek(Token![->]) || input.peek(Token![::]) {
            taken.push(input.parse()?);
        } else if input.peek(Token![<]) {
            open += 1;
        } else if input.peek(Token![>]) {
            if open == 0 {
                break;
            }
            open -= 1;
        }
        taken.push(input.parse()?);
    }
    Ok(taken.into_iter().collect())
}

/// Takes the tokens of an expression, up to a comma or the end.
///
/// A `<` opens a list of types after `::` and where an operand is due, and compares elsewhere.
fn take_expression(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut taken = Vec::<TokenTree>::new();
    let mut is_operand_due = true;
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.peek(Token![<]) && is_operand_due {
            taken.extend(take_angles(input)?);
            is_operand_due = false;
            continue;
        }
        // A shift is no list of types in a list of types.
        let is_shift = input.peek(Token![<<]);
        is_operand_due = !is_shift
            && (input.peek(Token![::])
                || input.peek(Token![&])
                || input.peek(Token![*])
                || input.peek(Token![-])
                || input.peek(Token![!])
                || input.peek(Token![=]));
        if input.peek(Token![::]) || is_shift {
            taken.push(input.parse()?);
        }
        taken.push(input.parse()?);
    }
    Ok(taken.into_iter().collect())
}

/// Takes `<..>` with both brackets.
fn take_angles(input: ParseStream<'_>) -> Result<TokenStream> {
    let open: Token![<] = input.parse()?;
    let inside = take_until(input, |_| false)?;
    let close: Token![>] = input.parse()?;
    Ok(quote!(#open #inside #close))
}

/// Whether a `where` or a body comes next.
fn is_at_where_or_body(input: ParseStream<'_>) -> bool {
    input.peek(Token![where]) || input.peek(syn::token::Brace) || input.peek(Token![;])
}

/// The predicates after `where`, without the last comma; empty for nothing.
fn take_where(input: ParseStream<'_>) -> Result<TokenStream> {
    if !input.peek(Token![where]) {
        return Ok(TokenStream::new());
    }
    input.parse::<Token![where]>()?;
    let predicates = take_until(input, |input| {
        input.peek(syn::token::Brace) || input.peek(Token![;])
    })?;
    Ok(without_last_comma(predicates))
}

fn without_last_comma(tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ',') {
        tokens.pop();
    }
    tokens.into_iter().collect()
}

#[cfg(test)]
mod tests;
