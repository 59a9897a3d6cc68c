//! `#[safety_constraint(..)]`: a condition on a whole structure, or one on each field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Result};

/// The condition that all constraints of a type state together, over references to its fields;
/// `None` when there are none.
pub(crate) fn condition(input: &DeriveInput) -> Result<Option<TokenStream>> {
    let of_type = conditions(&input.attrs)?;
    let mut of_fields = Vec::new();
    let mut place = None;
    for fields in all_fields(&input.data) {
        for field in fields {
            let conditions = conditions(&field.attrs)?;
            if !conditions.is_empty() {
                place.get_or_insert_with(|| field.clone());
            }
            of_fields.extend(conditions);
        }
    }
    if let Some(field) = &place {
        if !of_type.is_empty() {
            let message =
                "`#[safety_constraint(..)]` stands on the type or on its fields, not on both";
            return Err(Error::new_spanned(field, message));
        }
        if !matches!(input.data, Data::Struct(_)) {
            let message = "`#[safety_constraint(..)]` stands on the fields of structures only";
            return Err(Error::new_spanned(field, message));
        }
    }
    let all: Vec<TokenStream> = of_type.into_iter().chain(of_fields).collect();
    Ok((!all.is_empty()).then(|| quote!(#((#all))&&*)))
}

fn all_fields(data: &Data) -> Vec<&Fields> {
    match data {
        Data::Struct(data) => vec![&data.fields],
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| &variant.fields)
            .collect(),
        Data::Union(_) => Vec::new(),
    }
}

fn conditions(attributes: &[Attribute]) -> Result<Vec<TokenStream>> {
    let ours = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("safety_constraint"));
    ours.map(|attribute| {
        let tokens = attribute.meta.require_list()?.tokens.clone();
        syn::parse2::<syn::Expr>(tokens.clone())?;
        Ok(tokens)
    })
    .collect()
}
