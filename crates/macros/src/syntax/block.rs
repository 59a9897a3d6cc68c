//! An `impl` block: its methods in parts, everything else as tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Result, Token};

use super::{
    Attribute, Function, Type, is_at_where_or_body, take_angles, take_until, take_visibility,
    take_where,
};

/// An `impl` block.
pub(crate) struct Block {
    attributes: Vec<Attribute>,
    /// From its first word to its type.
    head: TokenStream,
    /// Its parameters with the angle brackets; empty for none.
    pub(crate) generics: TokenStream,
    /// The trait that it implements.
    pub(crate) of_trait: Option<Type>,
    /// The type whose methods these are.
    pub(crate) ty: Type,
    predicates: TokenStream,
    braces: Group,
    pub(crate) parts: Vec<Part>,
}

/// What stands in a block.
pub(crate) enum Part {
    Method(Box<Function>),
    /// A constant, a type, a macro, an attribute of the whole block.
    Other(TokenStream),
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        let before = take_until(input, |input| input.peek(Token![impl]))?;
        let word: Token![impl] = input.parse()?;
        let generics = if input.peek(Token![<]) {
            take_angles(input)?
        } else {
            TokenStream::new()
        };
        let mut ty = Type::of(take_until(input, |input| {
            is_at_where_or_body(input) || input.peek(Token![for])
        })?);
        let mut of_trait = None;
        if input.peek(Token![for]) {
            input.parse::<Token![for]>()?;
            of_trait = Some(ty);
            ty = input.parse()?;
        }
        let predicates = take_where(input)?;
        let braces: Group = input.parse()?;
        let parts = read_parts.parse2(braces.stream())?;
        Ok(Self {
            attributes,
            head: quote!(#before #word #generics),
            generics,
            of_trait,
            ty,
            predicates,
            braces,
            parts,
        })
    }
}

/// A block without a trait, as only such blocks are printed.
impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attributes,
            head,
            generics: _,
            of_trait: _,
            ty,
            predicates,
            braces,
            parts,
        } = self;
        let clause = (!predicates.is_empty()).then(|| quote!(where #predicates));
        let mut inside = Group::new(Delimiter::Brace, quote!(#(#parts)*));
        inside.set_span(braces.span());
        tokens.extend(quote!(#(#attributes)* #head #ty #clause #inside));
    }
}

impl ToTokens for Part {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(method) => method.to_tokens(tokens),
            Self::Other(other) => other.to_tokens(tokens),
        }
    }
}

fn read_parts(input: ParseStream<'_>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        parts.push(Part::read(input)?);
    }
    Ok(parts)
}

impl Part {
    fn read(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(Token![#]) && input.peek2(Token![!]) {
            let [pound, mark, brackets]: [TokenTree; 3] =
                [input.parse()?, input.parse()?, input.parse()?];
            return Ok(Self::Other(quote!(#pound #mark #brackets)));
        }
        let attributes = Attribute::read_all(input)?;
        let visibility = take_visibility(input)?;
        if Function::is_next(input) {
            let method = Function::read(attributes, visibility, input)?;
            return Ok(Self::Method(Box::new(method)));
        }
        let other = take_other(input)?;
        Ok(Self::Other(quote!(#(#attributes)* #visibility #other)))
    }
}

/// Takes what ends with a semicolon, or is a macro with braces.
fn take_other(input: ParseStream<'_>) -> Result<TokenStream> {
    let is_macro = !input.peek(Token![const]) && !input.peek(Token![type]);
    let mut taken = Vec::<TokenTree>::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let is_end = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => is_macro && group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        taken.push(token);
        if is_end {
            break;
        }
    }
    Ok(taken.into_iter().collect())
}
