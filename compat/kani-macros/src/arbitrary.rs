//! `#[derive(kani::Arbitrary)]` and `#[derive(kani::BoundedArbitrary)]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Field, Fields, Result};

use crate::{constraint, fields};

/// Which of the two traits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unbounded,
    Bounded,
}

pub(crate) fn expand(item: TokenStream, kind: Kind) -> Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    let value = match &input.data {
        Data::Struct(data) => structure(&input, &data.fields, kind)?,
        Data::Enum(data) => enumeration(&input, data, kind)?,
        Data::Union(data) => {
            let message = "a union has no variant to choose; implement `kani::Arbitrary` by hand";
            return Err(Error::new(data.union_token.span(), message));
        }
    };
    let here = Span::mixed_site();
    Ok(match kind {
        Kind::Unbounded => {
            let header = fields::header(&input, &quote!(::kani::Arbitrary));
            quote_spanned!(here=> #[automatically_derived] #header { fn any() -> Self { #value } })
        }
        Kind::Bounded => {
            let header = fields::header(&input, &quote!(::kani::BoundedArbitrary));
            quote_spanned! {here=>
                #[automatically_derived]
                #header { fn bounded_any<const N: usize>() -> Self { #value } }
            }
        }
    })
}

fn structure(input: &DeriveInput, of: &Fields, kind: Kind) -> Result<TokenStream> {
    let draws = draws(of, kind);
    let shape = fields::shape(of);
    let condition = match kind {
        Kind::Unbounded => constraint::condition(input)?,
        Kind::Bounded => None,
    };
    let check = condition.map(|condition| {
        let variables = of
            .iter()
            .enumerate()
            .map(|(at, field)| fields::variable(at, field));
        quote! {
            ::kani::assume({ #(let #variables = &#variables;)* #condition });
        }
    });
    Ok(quote!({ #draws #check Self #shape }))
}

fn enumeration(input: &DeriveInput, data: &syn::DataEnum, kind: Kind) -> Result<TokenStream> {
    let Ok(count @ 1..) = u32::try_from(data.variants.len()) else {
        let message = "a type without values has none to choose";
        return Err(Error::new(input.ident.span(), message));
    };
    if constraint::condition(input)?.is_some() {
        let message = "`#[safety_constraint(..)]` stands on structures only";
        return Err(Error::new(input.ident.span(), message));
    }
    let last = count - 1;
    let arms = (0u32..).zip(&data.variants).map(|(at, variant)| {
        let name = &variant.ident;
        let draws = draws(&variant.fields, kind);
        let shape = fields::shape(&variant.fields);
        let pattern = if at == last { quote!(_) } else { quote!(#at) };
        quote!(#pattern => { #draws Self::#name #shape })
    });
    Ok(quote!(match ::kani::__private::variant(#count) { #(#arms)* }))
}

/// One variable for each field, in order.
fn draws(of: &Fields, kind: Kind) -> TokenStream {
    let draws = of.iter().enumerate().map(|(at, field)| {
        let variable = fields::variable(at, field);
        let ty = &field.ty;
        let value = if kind == Kind::Bounded && is_bounded(field) {
            quote_spanned!(ty.span()=> <#ty as ::kani::BoundedArbitrary>::bounded_any::<N>())
        } else {
            quote_spanned!(ty.span()=> <#ty as ::kani::Arbitrary>::any())
        };
        quote!(let #variable = #value;)
    });
    quote!(#(#draws)*)
}

fn is_bounded(field: &Field) -> bool {
    field
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("bounded"))
}
