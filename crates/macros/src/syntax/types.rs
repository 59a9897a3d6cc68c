//! A type, as its tokens, and the few questions that the macros ask about it.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Result, Token};

use super::{is_at_where_or_body, take_until};

/// A type.
#[derive(Clone)]
pub(crate) struct Type(TokenStream);

impl Parse for Type {
    /// Takes a type, up to what can't belong to it.
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let tokens = take_until(input, |input| {
            is_at_where_or_body(input) || input.peek(Token![,]) || input.peek(Token![=])
        })?;
        if tokens.is_empty() {
            return Err(input.error("expected a type"));
        }
        Ok(Self(tokens))
    }
}

impl ToTokens for Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

impl Type {
    /// A type that was put together from tokens.
    pub(crate) fn of(tokens: TokenStream) -> Self {
        Self(tokens)
    }

    /// Its tokens, outside of an invisible group.
    fn visible(&self) -> Vec<TokenTree> {
        let mut tokens: Vec<TokenTree> = self.0.clone().into_iter().collect();
        while let [TokenTree::Group(group)] = &tokens[..]
            && group.delimiter() == Delimiter::None
        {
            tokens = group.stream().into_iter().collect();
        }
        tokens
    }

    /// Whether it is a reference.
    pub(crate) fn is_reference(&self) -> bool {
        matches!(self.visible().first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '&')
    }

    /// Whether it is a reference through which its target can be changed.
    pub(crate) fn is_exclusive_reference(&self) -> bool {
        let parser = |input: ParseStream<'_>| {
            input.parse::<Token![&]>()?;
            input.parse::<Option<syn::Lifetime>>()?;
            let is_exclusive = input.peek(Token![mut]);
            input.parse::<TokenStream>()?;
            Ok(is_exclusive)
        };
        let tokens: TokenStream = self.visible().into_iter().collect();
        parser.parse2(tokens).unwrap_or(false)
    }

    /// The only word of a path that is no longer.
    pub(crate) fn only_word(&self) -> Option<Ident> {
        match &self.visible()[..] {
            [TokenTree::Ident(word)] => Some(word.clone()),
            _ => None,
        }
    }

    /// The last word of a path, and the types in the angle brackets after it.
    pub(crate) fn last_segment(&self) -> Option<(Ident, Vec<Type>)> {
        let tokens = self.visible();
        if !is_path(&tokens) {
            return None;
        }
        let parser = |input: ParseStream<'_>| {
            let mut last = None;
            while !input.is_empty() {
                if input.peek(Token![<]) {
                    input.parse::<Token![<]>()?;
                    let arguments = types_up_to_angle(input)?;
                    input.parse::<Token![>]>()?;
                    if let Some((_, known)) = &mut last {
                        *known = arguments;
                    }
                } else if let TokenTree::Ident(word) = input.parse()? {
                    last = Some((word, Vec::new()));
                }
            }
            Ok(last)
        };
        let tokens: TokenStream = tokens.into_iter().collect();
        parser.parse2(tokens).ok().flatten()
    }

    /// The types of which an array or a tuple consists; a type in parentheses is a tuple of one.
    pub(crate) fn elements(&self) -> Option<Vec<Type>> {
        let tokens = self.visible();
        let [TokenTree::Group(group)] = &tokens[..] else {
            return None;
        };
        match group.delimiter() {
            Delimiter::Parenthesis => types_in(group),
            Delimiter::Bracket => {
                let parser = |input: ParseStream<'_>| {
                    let element: Type = input.parse()?;
                    input.parse::<Token![;]>()?;
                    input.parse::<TokenStream>()?;
                    Ok(vec![element])
                };
                parser.parse2(group.stream()).ok()
            }
            Delimiter::Brace | Delimiter::None => None,
        }
    }
}

/// Whether a type is a path; it is one if it begins like one.
fn is_path(tokens: &[TokenTree]) -> bool {
    const OTHERS: [&str; 7] = ["dyn", "impl", "fn", "for", "unsafe", "extern", "_"];
    match tokens.first() {
        Some(TokenTree::Ident(word)) => OTHERS.iter().all(|other| word != other),
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ':' | '<'),
        _ => false,
    }
}

/// What stands between angle brackets, separated by commas. A constant looks like a type here.
fn types_up_to_angle(input: ParseStream<'_>) -> Result<Vec<Type>> {
    let mut types = Vec::new();
    while !input.is_empty() && !input.peek(Token![>]) {
        let is_lifetime = input.peek(syn::Lifetime);
        let tokens = take_until(input, |input| input.peek(Token![,]))?;
        if !is_lifetime {
            types.push(Type(tokens));
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(types)
}

fn types_in(group: &Group) -> Option<Vec<Type>> {
    let parser = |input: ParseStream<'_>| {
        let types = input.parse_terminated(Type::parse, Token![,])?;
        Ok(types.into_iter().collect())
    };
    parser.parse2(group.stream()).ok()
}
