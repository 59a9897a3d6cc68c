//! `#[derive(Generate)]`: from the declaration of a type to the generator of its values.
//!
//! The expansion for `enum Tree { Leaf(u8), Fork(Box<Tree>, Box<Tree>) }` implements three traits
//! inside of an anonymous constant:
//!
//! - `Describe`, which tells what variants and fields there are, so that the library can find out
//!   which of them lead back to the type (`input`, `attributes`),
//! - `Derive`, which asks for the variant and draws the fields in the order of their declaration;
//!   fields are local variables under their own names, so that a later one's generator may mention
//!   an earlier one; and adds the choices of a given value the same way round (`encode`),
//! - `Generate`, with `Derived<Self>` for a generator,
//!
//! and, unless the type is generic or packed, `Code`, which writes a value as a Rust expression (`code`).
//!
//! Bounds on type parameters are those that the drawn fields need (`bounds`).

mod attributes;
mod bounds;
mod code;
mod encode;
mod input;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, Result};

use input::{Field, Input, Style, Values, Variant};

/// The tokens of the implementations, or what is wrong with the type and where.
pub(crate) fn expand(item: TokenStream) -> Result<TokenStream> {
    let input = Input::read(item)?;
    Ok(generate(&input))
}

fn generate(input: &Input) -> TokenStream {
    // Mixed-site spans: see `property`.
    let here = Span::mixed_site();
    let describe = generate_describe(here, input);
    let derive = generate_derive(here, input);
    let code = code::generate(here, input);
    let encode = encode::generate(here, input);
    let name = &input.name;
    let (parameters, arguments) = (input.generics.declared(), input.generics.named());
    let bounds = bounds::where_clause(input);
    quote_spanned! {here=>
        #[doc(hidden)]
        const _: () = {
            #[automatically_derived]
            impl #parameters ::proofhouse::Generate for #name #arguments #bounds {
                type Generator = ::proofhouse::__private::Derived<Self>;

                #[inline]
                fn generator() -> Self::Generator {
                    ::proofhouse::__private::Derived::new()
                }

                fn explore(explorer: &mut ::proofhouse::__private::Explorer) {
                    explorer.derived::<Self>();
                }
            }

            #[automatically_derived]
            impl #parameters ::proofhouse::__private::Describe for #name #arguments #bounds {
                #describe
            }

            #[automatically_derived]
            impl #parameters ::proofhouse::__private::Derive for #name #arguments #bounds {
                #derive
                #encode
            }

            #code
        };
    }
}

fn generate_describe(here: Span, input: &Input) -> TokenStream {
    let variants = input.variants.iter().map(|variant| {
        let fields = variant.fields.iter().map(|field| {
            let Field { ty, values, .. } = field;
            let is_marked = field.is_marked || (field.has_generator() && field.names_itself(input));
            match values {
                Values::Any if !field.is_marked => {
                    let field = quote_spanned!(here.located_at(ty.span())=> field::<#ty>);
                    quote_spanned!(here=> explorer.#field();)
                }
                _ => quote_spanned!(here=> explorer.field_with_generator(#is_marked);),
            }
        });
        quote_spanned!(here=> explorer.variant(); #(#fields)*)
    });
    quote_spanned! {here=>
        fn describe(explorer: &mut ::proofhouse::__private::Explorer) {
            #(#variants)*
        }
    }
}

fn generate_derive(here: Span, input: &Input) -> TokenStream {
    let is_flat = input.is_flat();
    let levels = format!("nesting in `{}`", input.name);
    let variants = input.variants.iter().enumerate();
    let arms: Vec<TokenStream> = variants
        .map(|(at, variant)| generate_variant(here, at, variant))
        .collect();
    let body = match &arms[..] {
        [only] => quote!(#only),
        arms => {
            let count = arms.len() as u32;
            let weights = input.weights();
            let (last, others) = arms.split_last().expect("an input has variants");
            let places = 0..count - 1;
            quote_spanned! {here=>
                match level.variant(source, #count, &[#(#weights),*]) {
                    #(#places => #others)*
                    _ => #last
                }
            }
        }
    };
    quote_spanned! {here=>
        const IS_FLAT: bool = #is_flat;
        const LEVELS: &'static str = #levels;

        fn shapes() -> &'static ::proofhouse::__private::Shapes {
            static SHAPES: ::proofhouse::__private::Shapes =
                ::proofhouse::__private::Shapes::new();
            &SHAPES
        }

        // The type's author has judged its names already, and a type without fields asks nothing.
        #[allow(non_snake_case, unused_variables, deprecated, clippy::too_many_lines)]
        fn derive(
            source: &mut ::proofhouse::Source,
            level: ::proofhouse::__private::Level,
        ) -> Self {
            #body
        }
    }
}

/// A block that draws the fields of a variant and makes a value of them.
fn generate_variant(here: Span, at: usize, variant: &Variant) -> TokenStream {
    let draws = variant.fields.iter().enumerate().map(|(field_at, field)| {
        let Field { local, ty, .. } = field;
        let value = match &field.values {
            Values::Any => {
                // The span of the type, so that a missing `Generate` is reported there.
                let every = quote_spanned!(here.located_at(ty.span())=> every::<#ty>);
                quote_spanned!(here=> level.#every(source, #at, #field_at))
            }
            Values::From(expression) => {
                // The span of the expression, so that values of a wrong type are reported there.
                let there = here.located_at(expression.span());
                quote_spanned!(there=> level.field(source, #at, #field_at, #expression))
            }
            Values::Always(expression) => quote!(#expression),
        };
        quote_spanned!(here=> let #local: #ty = #value;)
    });
    let path = match &variant.name {
        Some(name) => quote_spanned!(here=> Self::#name),
        None => quote_spanned!(here=> Self),
    };
    let locals = variant.fields.iter().map(|field| &field.local);
    let value = match variant.style {
        Style::Unit => path,
        Style::Tuple => quote_spanned!(here=> #path(#(#locals),*)),
        Style::Named => {
            let names: Vec<&Ident> = variant.fields.iter().flat_map(|f| &f.name).collect();
            quote_spanned!(here=> #path { #(#names: #locals),* })
        }
    };
    quote_spanned!(here=> { #(#draws)* #value })
}

#[cfg(test)]
mod tests;
