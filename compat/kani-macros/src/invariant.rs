//! `#[derive(kani::Invariant)]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Result};

use crate::{constraint, fields};

pub(crate) fn expand(item: TokenStream) -> Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    let Data::Struct(data) = &input.data else {
        let message = "`kani::Invariant` is derived for structures only";
        return Err(Error::new(input.ident.span(), message));
    };
    let shape = fields::shape(&data.fields);
    let variables = data
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| fields::variable(at, field));
    let parts = variables
        .zip(fields::types(&data.fields))
        .map(|(variable, ty)| quote!(<#ty as ::kani::Invariant>::is_safe(#variable)));
    let condition = constraint::condition(&input)?;
    let condition = condition.into_iter();
    let header = fields::header(&input, &quote!(::kani::Invariant));
    let here = Span::mixed_site();
    Ok(quote_spanned! {here=>
        #[automatically_derived]
        #header {
            fn is_safe(&self) -> bool {
                let Self #shape = self;
                true #(&& (#condition))* #(&& #parts)*
            }
        }
    })
}
