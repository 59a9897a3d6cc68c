//! The way back: from a value of a derived type to the choices that make it.
//!
//! The generator of a field may mention earlier fields by name, as values. Here they are borrowed, so
//! those that are mentioned are cloned first; where that can't be done, the type is not invertible. A
//! field with a fixed value must have it. What a type can do is found out where it is used, so that
//! the derive asks for no more traits than drawing does.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::input::{Field, Input, Style, Values, Variant, mentions};

/// The function that encodes a value.
pub(super) fn generate(here: Span, input: &Input) -> TokenStream {
    let body = if input.is_packed {
        // Its fields can't be borrowed.
        not_invertible(here, "a packed type")
    } else {
        let count = input.variants.len() as u32;
        let variants = input.variants.iter().enumerate();
        let arms = variants.map(|(at, variant)| generate_variant(here, at, count, variant));
        quote_spanned! {here=>
            match self {
                #(#arms)*
                // Variants that are skipped.
                _ => ::core::result::Result::Err(::proofhouse::EncodeError::NotAValue {
                    of: "the variants that are generated",
                }),
            }
        }
    };
    quote_spanned! {here=>
        // As for the function that draws; and most types skip no variant.
        #[allow(
            non_snake_case, unused_variables, deprecated, unreachable_patterns,
            clippy::too_many_lines, clippy::needless_borrow
        )]
        fn encode(
            &self,
            encoding: &mut ::proofhouse::Encoding,
            level: ::proofhouse::__private::Level,
        ) -> ::proofhouse::Encoded {
            #body
        }
    }
}

fn generate_variant(here: Span, at: usize, count: u32, variant: &Variant) -> TokenStream {
    let path = match &variant.name {
        Some(name) => quote_spanned!(here=> Self::#name),
        None => quote_spanned!(here=> Self),
    };
    // Under names that no generator can mention: its own name a field gets after it was encoded.
    let count_of_fields = variant.fields.len();
    let borrowed: Vec<Ident> = (0..count_of_fields)
        .map(|at| format_ident!("borrowed_{at}", span = here))
        .collect();
    let pattern = match variant.style {
        Style::Unit => path,
        Style::Tuple => quote_spanned!(here=> #path(#(#borrowed),*)),
        Style::Named => {
            let names: Vec<&Ident> = variant.fields.iter().flat_map(|f| &f.name).collect();
            quote_spanned!(here=> #path { #(#names: #borrowed),* })
        }
    };
    let choice = (count > 1).then(|| {
        let at = at as u32;
        quote_spanned!(here=> level.encode_variant(encoding, #at, #count)?;)
    });
    let fields = variant.fields.iter().zip(&borrowed).enumerate();
    let fields = fields.map(|(field_at, (field, borrowed))| {
        let encoded = generate_field(here, [at, field_at], field, borrowed);
        let later = &variant.fields[field_at + 1..];
        let owned = is_mentioned(field, later).then(|| generate_owned(here, field, borrowed));
        quote_spanned!(here=> #encoded #owned)
    });
    quote_spanned! {here=>
        #pattern => {
            #choice
            #(#fields)*
            ::core::result::Result::Ok(())
        }
    }
}

/// Adds the choices of a field.
fn generate_field(
    here: Span,
    [at, field_at]: [usize; 2],
    field: &Field,
    borrowed: &Ident,
) -> TokenStream {
    let ty = &field.ty;
    match &field.values {
        Values::Any => {
            let every = quote_spanned!(here.located_at(ty.span())=> encode_every::<#ty>);
            quote_spanned!(here=> level.#every(encoding, #at, #field_at, #borrowed)?;)
        }
        Values::From(expression) => {
            // The span of the expression, so that values of a wrong type are reported there.
            let there = here.located_at(expression.span());
            quote_spanned! {there=>
                let value: &#ty = #borrowed;
                level.encode_field(encoding, #at, #field_at, #expression, value)?;
            }
        }
        Values::Always(expression) => {
            let unknown = not_invertible(here, "a fixed value that can't be compared");
            quote_spanned! {here=>
                {
                    #[allow(unused_imports)]
                    use ::proofhouse::__private::{Comparable as _, NotComparable as _};
                    let always: #ty = #expression;
                    match (&::proofhouse::__private::Held(#borrowed)).is_equal(&always) {
                        ::core::option::Option::Some(true) => {}
                        ::core::option::Option::Some(false) => {
                            return ::core::result::Result::Err(
                                ::proofhouse::EncodeError::NotAValue { of: "the fixed value" },
                            );
                        }
                        ::core::option::Option::None => return #unknown,
                    }
                }
            }
        }
    }
}

/// Whether the generator or the fixed value of a later field may mention this one.
fn is_mentioned(field: &Field, later: &[Field]) -> bool {
    later.iter().any(|later| match &later.values {
        Values::Any => false,
        Values::From(expression) | Values::Always(expression) => {
            mentions(expression.to_token_stream(), &|name| *name == field.local)
        }
    })
}

/// Gives the field's value its name.
fn generate_owned(here: Span, field: &Field, borrowed: &Ident) -> TokenStream {
    let Field { local, ty, .. } = field;
    let unknown = not_invertible(here, "a field that can't be cloned for a later one");
    quote_spanned! {here=>
        let #local: #ty = {
            #[allow(unused_imports)]
            use ::proofhouse::__private::{Clonable as _, NotClonable as _};
            match (&::proofhouse::__private::Held(#borrowed)).cloned() {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => return #unknown,
            }
        };
    }
}

fn not_invertible(here: Span, generator: &str) -> TokenStream {
    quote_spanned! {here=>
        ::core::result::Result::Err(::proofhouse::EncodeError::NotInvertible {
            generator: #generator,
        })
    }
}
