//! `#[kani::requires(..)]` and `#[kani::ensures(..)]`: every call checks them.
//!
//! All conditions of a function are gathered by the first attribute that is expanded, because a
//! postcondition's `old(..)` may be evaluated only after the preconditions were checked.
//!
//! A postcondition sees the arguments as they were passed, even those that the body has consumed: it
//! gets bitwise copies that are never dropped. What they point to it sees as the body left it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Error, Expr, FnArg, ItemFn, Pat, Result};

use crate::condition::{old_variable, take_olds};

/// The conditions of one function.
#[derive(Default)]
struct Contract {
    requires: Vec<TokenStream>,
    ensures: Vec<TokenStream>,
}

pub(crate) fn expand(name: &str, options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)?;
    let mut contract = Contract::default();
    contract.add(name, options)?;
    for attribute in std::mem::take(&mut function.attrs) {
        match contract_name(&attribute) {
            Some(name) => {
                let tokens = match &attribute.meta {
                    syn::Meta::List(list) => list.tokens.clone(),
                    _ => TokenStream::new(),
                };
                contract.add(&name, tokens)?;
            }
            None => function.attrs.push(attribute),
        }
    }
    let is_without = contract.requires.is_empty() && contract.ensures.is_empty();
    if is_without || function.sig.constness.is_some() {
        // A constant function can't call what reports a broken condition with its text.
        return Ok(quote!(#function));
    }
    contract.apply(&mut function)?;
    Ok(quote!(#function))
}

/// The name of a contract's attribute.
fn contract_name(attribute: &Attribute) -> Option<String> {
    let segments = &attribute.path().segments;
    let first = segments.first()?;
    let last = segments.last()?.ident.to_string();
    let is_ours = segments.len() >= 2 && first.ident == "kani";
    (is_ours && ["requires", "ensures", "modifies"].contains(&last.as_str())).then_some(last)
}

impl Contract {
    fn add(&mut self, name: &str, tokens: TokenStream) -> Result<()> {
        match name {
            "requires" => {
                syn::parse2::<Expr>(tokens.clone())?;
                self.requires.push(tokens);
            }
            "ensures" => {
                let Expr::Closure(_) = syn::parse2::<Expr>(tokens.clone())? else {
                    let message = "a postcondition is a closure: `|result| condition`";
                    return Err(Error::new_spanned(tokens, message));
                };
                self.ensures.push(tokens);
            }
            _ => {}
        }
        Ok(())
    }

    fn apply(&self, function: &mut ItemFn) -> Result<()> {
        let here = Span::mixed_site();
        let requires = self.requires.iter().map(|condition| {
            let message = format!("a precondition does not hold: {condition}");
            quote_spanned!(here=> ::kani::assert(#condition, #message);)
        });
        let block = &function.block;
        let block = if self.ensures.is_empty() {
            quote_spanned!(here=> { #(#requires)* #block })
        } else {
            let (before, after) = self.around_body(here, function)?;
            let output = match &function.sig.output {
                syn::ReturnType::Default => quote!(),
                output @ syn::ReturnType::Type(..) => quote!(#output),
            };
            quote_spanned! {here=> {
                #(#requires)*
                #before
                #[allow(clippy::redundant_closure_call, unused_mut)]
                let result = (move || #output #block)();
                #after
                result
            }}
        };
        *function.block = syn::parse2(block)?;
        Ok(())
    }

    /// What is kept before the body, and the checks after it.
    fn around_body(&self, here: Span, function: &ItemFn) -> Result<(TokenStream, TokenStream)> {
        let mut names = Vec::new();
        for input in &function.sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    names.push(Ident::new("self", receiver.self_token.span))
                }
                FnArg::Typed(input) => match &*input.pat {
                    Pat::Ident(pattern) => names.push(pattern.ident.clone()),
                    pattern => {
                        let message = "an argument of a function with a postcondition has a name";
                        return Err(Error::new_spanned(pattern, message));
                    }
                },
            }
        }
        let mut olds = Vec::new();
        let mut checks = Vec::new();
        for ensures in &self.ensures {
            let condition = take_olds(ensures.clone(), &mut olds, &|name| outside(&name));
            let message = format!("a postcondition does not hold: {ensures}");
            checks.push(quote_spanned! {here=>
                ::kani::assert(::kani::__private::holds(&result, #condition), #message);
            });
        }
        let used: Vec<Ident> = names
            .into_iter()
            .filter(|name| self.ensures.iter().any(|tokens| mentions(tokens, name)))
            .collect();
        let seen: Vec<Ident> = used.iter().map(outside).collect();
        let copies: Vec<Ident> = (0..used.len())
            .map(|at| format_ident!("copy_{at}", span = here))
            .collect();
        let kept: Vec<Ident> = (0..olds.len()).map(old_variable).collect();
        let before = quote_spanned! {here=>
            #(let #kept = #olds;)*
            #(
                // SAFETY: the copy is only looked at, and never dropped.
                #[allow(unsafe_code)]
                let #copies = unsafe { ::kani::__private::copy(&#used) };
            )*
        };
        let after = quote_spanned! {here=>
            #(let #seen = ::core::mem::ManuallyDrop::into_inner(#copies);)*
            #(#checks)*
            #(::core::mem::forget(#seen);)*
        };
        Ok((before, after))
    }
}

/// The name of an argument in a postcondition: `self` can't be a variable.
fn outside(name: &Ident) -> Ident {
    if name == "self" {
        Ident::new("__kani_self", Span::mixed_site())
    } else {
        name.clone()
    }
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(other) => other == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
