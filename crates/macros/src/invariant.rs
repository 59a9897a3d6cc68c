//! `#[keeps_invariant]`: from an `impl` block to one property for each operation of a type.
//!
//! The block stays as it is. Beside it stands a module of tests, in which the property `push` draws any
//! well-formed value, calls `push` on it with any arguments, and asserts that what is left, and what was
//! made, is well-formed. Operations are what is not private: a private function may leave things half
//! done.
//!
//! # Invariants
//!
//! - No operation is passed over without a word of the author's: what can't become a property is an error
//!   that says how to leave it out.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Ident, Result};

use crate::contract;
use crate::syntax::{Attribute, Block, Function, Parameter, Part, Receiver, Type, name_of_pattern};

/// The block and its properties, or what is wrong with it and where.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut block: Block = syn::parse2(item)?;
    check_block(&block)?;
    let ty = block.ty.clone();
    let mut properties = Vec::new();
    for part in &mut block.parts {
        let Part::Method(function) = part else {
            continue;
        };
        let taken = take_attributes(function);
        if taken.is_by_hand || function.visibility.is_empty() {
            continue;
        }
        properties.extend(property_of(function, &taken, &ty)?);
    }
    if properties.is_empty() {
        let message = "no operation here can break an invariant: none that is not private takes \
                       `&mut self` or makes a `Self`";
        return Err(Error::new(ty.span(), message));
    }
    let module = module_name(options, &ty)?;
    let here = Span::mixed_site();
    Ok(quote_spanned! {here=>
        #block
        #[cfg(test)]
        mod #module {
            #[allow(unused_imports, reason = "types of arguments stand in it or do not")]
            use super::*;
            #(#properties)*
        }
    })
}

fn check_block(block: &Block) -> Result<()> {
    if let Some(of_trait) = &block.of_trait {
        let message = "`#[keeps_invariant]` stands on a block without a trait; write a property for \
                       each method of a trait";
        return Err(Error::new(of_trait.span(), message));
    }
    if !block.generics.is_empty() {
        let message = "a property can't be generic; write one for each operation and type";
        return Err(Error::new(block.generics.span(), message));
    }
    Ok(())
}

/// The module's name: the one in the parentheses, or `ring_keeps_invariant`.
fn module_name(options: TokenStream, ty: &Type) -> Result<Ident> {
    if !options.is_empty() {
        return syn::parse2(options);
    }
    let Some((name, _)) = ty.last_segment() else {
        let message =
            "name the module of its properties: `#[keeps_invariant(pair_keeps_invariant)]`";
        return Err(Error::new(ty.span(), message));
    };
    let mut snake = String::new();
    for character in name.to_string().chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    Ok(Ident::new(
        &format!("{snake}_keeps_invariant"),
        Span::mixed_site(),
    ))
}

/// What the attributes of an operation say.
struct Taken {
    is_by_hand: bool,
    has_contract: bool,
    /// Whether it is compiled at all.
    conditions: Vec<Attribute>,
    /// The generators of its arguments.
    generators: Vec<Option<Attribute>>,
}

/// Takes our attributes off a method and its arguments.
fn take_attributes(function: &mut Function) -> Taken {
    let mut is_by_hand = false;
    function.attributes.retain(|attribute| {
        is_by_hand |= attribute.is("by_hand");
        !attribute.is("by_hand")
    });
    let generators = function
        .arguments
        .iter_mut()
        .map(|argument| {
            let at = argument.attributes.iter().position(|one| one.is("from"));
            at.map(|at| argument.attributes.remove(at))
        })
        .collect();
    let attributes = &function.attributes;
    Taken {
        is_by_hand,
        has_contract: attributes.iter().any(contract::will_be_one),
        conditions: attributes
            .iter()
            .filter(|one| one.is("cfg"))
            .cloned()
            .collect(),
        generators,
    }
}

/// The property of one operation; `None` if it can't break anything.
fn property_of(function: &Function, taken: &Taken, ty: &Type) -> Result<Option<TokenStream>> {
    let here = Span::mixed_site();
    let (receiver, _) = function.receiver();
    let made = made(function, ty);
    if receiver != Receiver::Exclusive && made.is_none() {
        return Ok(None);
    }
    for word in ["async", "unsafe"] {
        if let Some(modifier) = function.modifier(word) {
            let message = format!(
                "an `{word}` operation needs a property by hand; `#[by_hand]` leaves it out here"
            );
            return Err(Error::new(modifier.span(), message));
        }
    }
    let name = &function.name;
    let this = Ident::new("value", here);
    let (parameters, passed) = arguments(function, taken);
    let drawn = (receiver != Receiver::None).then(|| {
        quote_spanned!(here=>
            #[from(::proofhouse::well_formed::<#ty>())] mut #this: #ty,)
    });
    let call = match receiver {
        Receiver::None => quote_spanned!(here=> <#ty>::#name(#(#passed),*)),
        _ => quote_spanned!(here=> #this.#name(#(#passed),*)),
    };
    let asserted_left = (receiver == Receiver::Exclusive).then(|| {
        let message = format!("`{name}` leaves what is not well-formed");
        quote_spanned!(here=>
            ::core::assert!(::proofhouse::Invariant::is_well_formed(&#this), #message);)
    });
    let asserted_made = made.map(|is_made| {
        let message = format!("`{name}` makes what is not well-formed");
        quote_spanned!(here=> ::core::assert!(#is_made, #message);)
    });
    let checks = taken
        .has_contract
        .then(|| quote_spanned!(here=> checks(<#ty>::#name)));
    let conditions = &taken.conditions;
    let statement = format!(" `{name}` keeps the invariant.");
    Ok(Some(quote_spanned! {here=>
        #(#conditions)*
        #[doc = #statement]
        #[::proofhouse::property(#checks)]
        #[allow(unused_mut, unused_variables, reason = "one shape fits all operations")]
        fn #name(#drawn #(#parameters),*) {
            let made = #call;
            #asserted_left
            #asserted_made
        }
    }))
}

/// Whether what an operation returns is well-formed, as an expression on `made`; `None` if it does not
/// return a value of the type.
fn made(function: &Function, ty: &Type) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let own = ty.last_segment().map(|(name, _)| name);
    let is_own = |word: &Ident| word == "Self" || own.as_ref() == Some(word);
    let (word, inner) = function.output.as_ref()?.last_segment()?;
    if is_own(&word) {
        return Some(quote_spanned!(here=> ::proofhouse::Invariant::is_well_formed(&made)));
    }
    let holds_own = inner
        .first()
        .and_then(Type::last_segment)
        .is_some_and(|(word, _)| is_own(&word));
    let is_iterable = ["Option", "Result", "Vec"]
        .iter()
        .any(|known| word == known);
    (is_iterable && holds_own)
        .then(|| quote_spanned!(here=> made.iter().all(::proofhouse::Invariant::is_well_formed)))
}

/// The arguments of the property, and how they are passed on.
fn arguments(function: &Function, taken: &Taken) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let here = Span::mixed_site();
    let (mut parameters, mut passed) = (Vec::new(), Vec::new());
    for (at, argument) in function.arguments.iter().enumerate() {
        let Parameter::Typed { pattern, ty, .. } = &argument.parameter else {
            continue;
        };
        let name =
            name_of_pattern(pattern).unwrap_or_else(|| Ident::new(&format!("argument_{at}"), here));
        let generator = &taken.generators[at];
        if !ty.is_reference() {
            parameters.push(quote!(#generator #name: #ty));
            passed.push(quote!(#name));
            continue;
        }
        let owned = owned(ty);
        let (changeable, borrow) = if ty.is_exclusive_reference() {
            (quote!(mut), quote!(&mut))
        } else {
            (quote!(), quote!(&))
        };
        parameters.push(quote!(#generator #changeable #name: #owned));
        passed.push(quote!(#borrow #name));
    }
    (parameters, passed)
}

/// The type that a reference can be had from: `String` for `&str`, `Vec<u8>` for `&[u8]`.
fn owned(reference: &Type) -> TokenStream {
    let mut tokens: Vec<TokenTree> = quote!(#reference).into_iter().skip(1).collect();
    if matches!(tokens.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '\'') {
        tokens.drain(..2);
    }
    if matches!(tokens.first(), Some(TokenTree::Ident(word)) if word == "mut") {
        tokens.remove(0);
    }
    let here = Span::mixed_site();
    match &tokens[..] {
        [TokenTree::Ident(word)] if word == "str" => quote_spanned!(here=> ::std::string::String),
        [TokenTree::Group(group)] if is_slice(group) => {
            let element = group.stream();
            quote_spanned!(here=> ::std::vec::Vec<#element>)
        }
        _ => tokens.into_iter().collect(),
    }
}

/// Whether brackets hold the type of an element and no length.
fn is_slice(group: &proc_macro2::Group) -> bool {
    let has_length = group
        .stream()
        .into_iter()
        .any(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'));
    group.delimiter() == proc_macro2::Delimiter::Bracket && !has_length
}
