//! A function: its signature in parts, its body as tokens.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Error, Result, Token};

use super::{
    Attribute, Type, is_at_where_or_body, take_angles, take_until, take_visibility, take_where,
};

/// A function or a method.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: TokenStream,
    /// What stands before `fn`: `async`, `const`, `unsafe` and the like.
    modifiers: TokenStream,
    fn_token: Token![fn],
    pub(crate) name: Ident,
    /// With the angle brackets; empty for none.
    pub(crate) generics: TokenStream,
    parentheses: Group,
    pub(crate) arguments: Vec<Argument>,
    arrow: Option<Token![->]>,
    pub(crate) output: Option<Type>,
    predicates: TokenStream,
    pub(crate) body: TokenTree,
}

/// One of the arguments.
pub(crate) struct Argument {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) parameter: Parameter,
}

/// What an argument is.
pub(crate) enum Parameter {
    /// `self` in one of its forms.
    Receiver(Receiver, TokenStream),
    Typed {
        pattern: TokenStream,
        colon: Token![:],
        ty: Type,
    },
}

/// How a method takes its object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// It takes none.
    None,
    Shared,
    Exclusive,
    /// By value, or by a type that is written out.
    Other,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        let visibility = take_visibility(input)?;
        Self::read(attributes, visibility, input)
    }
}

impl Function {
    /// Whether a function comes next, after its visibility.
    pub(super) fn is_next(input: ParseStream<'_>) -> bool {
        let fork = input.fork();
        take_modifiers(&fork).is_ok() && fork.peek(Token![fn])
    }

    /// Reads what follows the visibility.
    pub(super) fn read(
        attributes: Vec<Attribute>,
        visibility: TokenStream,
        input: ParseStream<'_>,
    ) -> Result<Self> {
        let modifiers = take_modifiers(input)?;
        let fn_token = input.parse()?;
        let name = input.parse()?;
        let generics = if input.peek(Token![<]) {
            take_angles(input)?
        } else {
            TokenStream::new()
        };
        let parentheses: Group = input.parse()?;
        let arguments = read_arguments(&parentheses)?;
        let arrow: Option<Token![->]> = input.parse()?;
        let output = match arrow {
            Some(_) => Some(Type::of(take_until(input, is_at_where_or_body)?)),
            None => None,
        };
        let predicates = take_where(input)?;
        let body = input.parse()?;
        Ok(Self {
            attributes,
            visibility,
            modifiers,
            fn_token,
            name,
            generics,
            parentheses,
            arguments,
            arrow,
            output,
            predicates,
            body,
        })
    }

    /// The `async` before it.
    pub(crate) fn async_token(&self) -> Option<Ident> {
        self.modifier("async")
    }

    /// This word, if it stands before it.
    pub(crate) fn modifier(&self, wanted: &str) -> Option<Ident> {
        self.modifiers
            .clone()
            .into_iter()
            .find_map(|token| match token {
                TokenTree::Ident(word) if word == wanted => Some(word),
                _ => None,
            })
    }

    /// How it takes its object, and the tokens that say so.
    pub(crate) fn receiver(&self) -> (Receiver, TokenStream) {
        match self.arguments.first().map(|argument| &argument.parameter) {
            Some(Parameter::Receiver(receiver, tokens)) => (*receiver, tokens.clone()),
            _ => (Receiver::None, self.name.to_token_stream()),
        }
    }

    /// From its modifiers to its `where` clause, under another name.
    pub(crate) fn signature_named(&self, name: &Ident) -> TokenStream {
        let Self {
            attributes: _,
            visibility: _,
            modifiers,
            fn_token,
            name: _,
            generics,
            parentheses,
            arguments,
            arrow,
            output,
            predicates,
            body: _,
        } = self;
        let mut inside = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
        inside.set_span(parentheses.span());
        let clause = (!predicates.is_empty()).then(|| quote!(where #predicates));
        quote!(#modifiers #fn_token #name #generics #inside #arrow #output #clause)
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (attributes, visibility, body) = (&self.attributes, &self.visibility, &self.body);
        let signature = self.signature_named(&self.name);
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body));
    }
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let attributes = &self.attributes;
        tokens.extend(quote!(#(#attributes)*));
        match &self.parameter {
            Parameter::Receiver(_, receiver) => receiver.to_tokens(tokens),
            Parameter::Typed { pattern, colon, ty } => tokens.extend(quote!(#pattern #colon #ty)),
        }
    }
}

/// Takes what may stand before `fn`.
fn take_modifiers(input: ParseStream<'_>) -> Result<TokenStream> {
    take_until(input, |input| {
        let is_modifier = input.peek(Token![default])
            || input.peek(Token![const])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
            || input.peek(syn::LitStr);
        !is_modifier
    })
}

fn read_arguments(parentheses: &Group) -> Result<Vec<Argument>> {
    let parser = |input: ParseStream<'_>| {
        let arguments = input.parse_terminated(Argument::parse, Token![,])?;
        Ok(arguments.into_iter().collect())
    };
    parser.parse2(parentheses.stream())
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        if input.peek(Token![...]) {
            return Err(Error::new(
                input.span(),
                "variadic functions are not supported",
            ));
        }
        // One colon, not two.
        let is_at_colon = |input: ParseStream<'_>| input.peek(Token![:]) && !input.peek(Token![::]);
        let pattern = take_until(input, |input| is_at_colon(input) || input.peek(Token![,]))?;
        let receiver = receiver(&pattern);
        let parameter = match (receiver, is_at_colon(input)) {
            (Some(receiver), false) => Parameter::Receiver(receiver, pattern),
            (Some(_), true) => {
                let colon: Token![:] = input.parse()?;
                let ty: Type = input.parse()?;
                Parameter::Receiver(Receiver::Other, quote!(#pattern #colon #ty))
            }
            (None, _) => Parameter::Typed {
                pattern,
                colon: input.parse()?,
                ty: input.parse()?,
            },
        };
        Ok(Self {
            attributes,
            parameter,
        })
    }
}

/// Which receiver a pattern is, if it is one.
fn receiver(pattern: &TokenStream) -> Option<Receiver> {
    let tokens: Vec<TokenTree> = pattern.clone().into_iter().collect();
    match tokens.last() {
        Some(TokenTree::Ident(word)) if word == "self" => {}
        _ => return None,
    }
    let is_reference = matches!(&tokens[0], TokenTree::Punct(punct) if punct.as_char() == '&');
    let is_mutable = tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "mut"));
    Some(match (is_reference, is_mutable) {
        (true, false) => Receiver::Shared,
        (true, true) => Receiver::Exclusive,
        (false, _) => Receiver::Other,
    })
}

/// The variable that a pattern is, `x` in `x`, `mut x` and `x @ 1..`; none if it is no such pattern.
pub(crate) fn name_of_pattern(pattern: &TokenStream) -> Option<Ident> {
    let mut tokens = pattern.clone().into_iter().peekable();
    let is_word = |token: &TokenTree, words: &[&str]| matches!(token, TokenTree::Ident(found) if words.iter().any(|word| found == word));
    while tokens
        .next_if(|token| is_word(token, &["ref", "mut"]))
        .is_some()
    {}
    let TokenTree::Ident(name) = tokens.next()? else {
        return None;
    };
    let ends = match tokens.next() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '@',
        Some(_) => false,
    };
    (ends && name != "_").then_some(name)
}
