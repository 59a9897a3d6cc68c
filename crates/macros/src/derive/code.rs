//! How a value of the type is written: `Code`.
//!
//! A field is written as well as its type allows, which method lookup decides for a type that it
//! knows. For a type parameter it would not, and the fields of a packed type can't be borrowed, so
//! generic and packed types have no `Code`; they are written as `Debug` prints them.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::Ident;

use super::input::{Input, Style, Variant};

/// The implementation of `Code`; nothing for a generic or a packed type.
pub(super) fn generate(here: Span, input: &Input) -> TokenStream {
    if !input.generics.is_empty() || input.is_packed {
        return TokenStream::new();
    }
    let name = &input.name;
    let arms = input
        .variants
        .iter()
        .map(|variant| generate_arm(here, name, variant));
    quote_spanned! {here=>
        #[automatically_derived]
        impl ::proofhouse::Code for #name {
            #[allow(unreachable_patterns, unused_variables, non_snake_case, deprecated)]
            fn write_code(&self, code: &mut ::std::string::String) {
                #[allow(unused_imports)]
                use ::proofhouse::__private::{
                    CodeOfAny as _, CodeOfDebug as _, CodeOfValue as _,
                };
                match self {
                    #(#arms)*
                    _ => code.push_str("/* a variant that is never generated */"),
                }
            }
        }
    }
}

/// Writes one variant: its path, and its fields in the style of their declaration.
fn generate_arm(here: Span, name: &Ident, variant: &Variant) -> TokenStream {
    let locals: Vec<Ident> = (0..variant.fields.len())
        .map(|at| format_ident!("field_{at}", span = here))
        .collect();
    let (path, written) = match &variant.name {
        Some(variant) => (
            quote_spanned!(here=> Self::#variant),
            format!("{name}::{variant}"),
        ),
        None => (quote_spanned!(here=> Self), name.to_string()),
    };
    let names = variant.fields.iter().map(|field| &field.name);
    let (pattern, [before, after]) = match variant.style {
        Style::Unit => (path, ["", ""]),
        Style::Tuple => (quote_spanned!(here=> #path(#(#locals),*)), ["(", ")"]),
        Style::Named => (
            quote_spanned!(here=> #path { #(#names: #locals),* }),
            [" { ", " }"],
        ),
    };
    let fields = variant.fields.iter().zip(&locals).enumerate();
    let writes = fields.map(|(at, (field, local))| {
        let comma = if at == 0 { "" } else { ", " };
        let label = match &field.name {
            Some(name) => format!("{comma}{}: ", name.to_token_stream()),
            None => comma.to_owned(),
        };
        quote_spanned! {here=>
            code.push_str(#label);
            code.push_str(&(&&&::proofhouse::__private::Coded(#local)).code());
        }
    });
    let (before, after) = (format!("{written}{before}"), after);
    quote_spanned! {here=>
        #pattern => {
            code.push_str(#before);
            #(#writes)*
            code.push_str(#after);
        }
    }
}
