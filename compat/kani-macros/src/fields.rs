//! What the derives know of a type: its fields by name or number, and how a value of them is written.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Fields, GenericParam, Ident, Token, Type, WherePredicate};

/// The variable that stands for a field.
pub(crate) fn variable(at: usize, field: &syn::Field) -> Ident {
    match &field.ident {
        Some(name) => name.clone(),
        None => format_ident!("field_{at}", span = Span::mixed_site()),
    }
}

/// `{ a, b }`, `(field_0, field_1)` or nothing: a value or a pattern made of the fields' variables.
pub(crate) fn shape(fields: &Fields) -> TokenStream {
    let variables = fields
        .iter()
        .enumerate()
        .map(|(at, field)| variable(at, field));
    match fields {
        Fields::Named(_) => quote!({ #(#variables),* }),
        Fields::Unnamed(_) => quote!(( #(#variables),* )),
        Fields::Unit => quote!(),
    }
}

/// `impl<..> Trait for Type<..> where ..` with the bound on every type parameter.
pub(crate) fn header(input: &DeriveInput, bound: &TokenStream) -> TokenStream {
    let mut generics = input.generics.clone();
    let parameters: Vec<Ident> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.clone()),
            _ => None,
        })
        .collect();
    let clause = generics.make_where_clause();
    for parameter in parameters {
        let predicate: WherePredicate = syn::parse_quote!(#parameter: #bound);
        clause.predicates.push(predicate);
    }
    let name = &input.ident;
    let (implemented, arguments, clause) = generics.split_for_impl();
    quote!(impl #implemented #bound for #name #arguments #clause)
}

/// The types of the fields, in order.
pub(crate) fn types(fields: &Fields) -> Punctuated<Type, Token![,]> {
    fields.iter().map(|field| field.ty.clone()).collect()
}
