//! What the type parameters must be for all fields to be drawn.
//!
//! As for the standard derives, the bounds are on parameters, not on field types: these may be
//! private, and those of a recursive type would lead in circles. Fields whose type is an associated
//! type of a parameter are the exception.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::Ident;

use super::input::{Field, Input, Values};
use crate::syntax::Type;

/// The `where` clause of the implementations.
pub(super) fn where_clause(input: &Input) -> TokenStream {
    let mut predicates = vec![input.generics.predicates.clone()];
    match &input.bounds {
        Some(bounds) => predicates.push(bounds.clone()),
        None => predicates.extend(needed_by_fields(input)),
    }
    predicates.retain(|predicate| !predicate.is_empty());
    if predicates.is_empty() {
        return TokenStream::new();
    }
    quote_spanned!(Span::mixed_site()=> where #(#predicates),*)
}

/// The bounds that the drawn fields need.
fn needed_by_fields(input: &Input) -> Vec<TokenStream> {
    let mut predicates = Vec::new();
    let here = Span::mixed_site();
    let drawn: Vec<&Field> = input
        .variants
        .iter()
        .flat_map(|variant| &variant.fields)
        .filter(|field| matches!(field.values, Values::Any) && !is_phantom(&field.ty))
        .collect();
    for name in input.generics.types() {
        let occurs = |field: &&Field, wanted| occurrences(field, name).contains(&wanted);
        if drawn.iter().any(|field| occurs(field, Occurrence::Itself)) {
            predicates.push(quote_spanned!(here=> #name: ::proofhouse::Generate));
        }
        for field in drawn
            .iter()
            .filter(|field| occurs(field, Occurrence::Projected))
        {
            if !field.names_itself(input) {
                let ty = &field.ty;
                predicates.push(quote_spanned!(here=> #ty: ::proofhouse::Generate));
            }
        }
    }
    predicates
}

/// `PhantomData<T>` has its one value whatever `T` is.
fn is_phantom(ty: &Type) -> bool {
    ty.last_segment()
        .is_some_and(|(word, _)| word == "PhantomData")
}

/// How a type mentions a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Occurrence {
    /// `T`, alone or as an argument.
    Itself,
    /// `T::Item` or `<T as Trait>::Item`.
    Projected,
}

fn occurrences(field: &Field, parameter: &Ident) -> Vec<Occurrence> {
    fn search(tokens: TokenStream, parameter: &Ident, found: &mut Vec<Occurrence>) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_projected = match tokens.peek() {
                Some(TokenTree::Punct(punct)) => punct.as_char() == ':',
                Some(TokenTree::Ident(word)) => word == "as",
                _ => false,
            };
            match token {
                TokenTree::Ident(name) if name == *parameter && is_projected => {
                    found.push(Occurrence::Projected);
                }
                TokenTree::Ident(name) if name == *parameter => found.push(Occurrence::Itself),
                TokenTree::Group(group) => search(group.stream(), parameter, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    search(field.ty.to_token_stream(), parameter, &mut found);
    found
}
