//! What the type parameters must be for all fields to be drawn.
//!
//! As for the standard derives, the bounds are on parameters, not on field types: these may be
//! private, and those of a recursive type would lead in circles. Fields whose type is an associated
//! type of a parameter are the exception.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{Ident, Type, WhereClause};

use super::input::{Field, Input, Values};

/// The `where` clause of the implementations.
pub(super) fn where_clause(input: &Input) -> TokenStream {
    let mut clause = input.generics.where_clause.clone().unwrap_or(WhereClause {
        where_token: <syn::Token![where]>::default(),
        predicates: syn::punctuated::Punctuated::new(),
    });
    if let Some(bounds) = &input.bounds {
        clause.predicates.extend(bounds.iter().cloned());
        return clause.to_token_stream();
    }
    let here = Span::mixed_site();
    let drawn: Vec<&Field> = input
        .variants
        .iter()
        .flat_map(|variant| &variant.fields)
        .filter(|field| matches!(field.values, Values::Any) && !is_phantom(&field.ty))
        .collect();
    for parameter in input.generics.type_params() {
        let name = &parameter.ident;
        let occurs = |field: &&Field, wanted| occurrences(field, name).contains(&wanted);
        if drawn.iter().any(|field| occurs(field, Occurrence::Itself)) {
            let bound = quote_spanned!(here=> #name: ::proofhouse::Generate);
            let bound = syn::parse2(bound).expect("a bound on a parameter is a predicate");
            clause.predicates.push(bound);
        }
        for field in drawn
            .iter()
            .filter(|field| occurs(field, Occurrence::Projected))
        {
            if !field.names_itself(input) {
                let ty = &field.ty;
                let bound = quote_spanned!(here=> #ty: ::proofhouse::Generate);
                let bound = syn::parse2(bound).expect("a bound on a type is a predicate");
                clause.predicates.push(bound);
            }
        }
    }
    clause.to_token_stream()
}

/// `PhantomData<T>` has its one value whatever `T` is.
fn is_phantom(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "PhantomData"),
        _ => false,
    }
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
