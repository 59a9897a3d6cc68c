//! `#[kani::requires(..)]`, `#[kani::ensures(..)]` and `#[kani::modifies(..)]`: every call asks what it is to do
//! with them, as those of `proofhouse` do.
//!
//! All conditions of a function are gathered by the first attribute that is expanded, because a
//! postcondition's `old(..)` may be evaluated only after the preconditions were checked.
//!
//! A postcondition sees the arguments as they were passed, even those that the body has consumed: it
//! gets bitwise copies that are never dropped. What they point to it sees as the body left it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, FnArg, ItemFn, Pat, Result, Token};

use crate::condition::{old_variable, take_olds};

/// The conditions of one function.
#[derive(Default)]
struct Contract {
    requires: Vec<TokenStream>,
    ensures: Vec<TokenStream>,
    /// References and pointers to what the function may write.
    modifies: Vec<Expr>,
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
    if function.sig.constness.is_some() {
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
            _ => {
                let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
                self.modifies.extend(parse.parse2(tokens)?);
            }
        }
        Ok(())
    }

    fn apply(&self, function: &mut ItemFn) -> Result<()> {
        let here = Span::mixed_site();
        let requires = self.requires.iter().map(|condition| {
            let message = format!("a precondition does not hold: {condition}");
            quote_spanned!(here=>
                if asserts {
                    call.require(|| #condition, #message);
                }
            )
        });
        let (names, taken_apart) = names_of_arguments(function);
        let (before, after) = self.around_body(here, &names);
        let places = &self.modifies;
        let block = &function.block;
        let (arrow, ty, arbitrary) = result_of(&function.sig.output);
        function
            .attrs
            .retain(|attribute| !attribute.path().is_ident("inline"));
        function.attrs.push(syn::parse_quote!(#[inline(never)]));
        let block = quote_spanned! {here=> {
            #[allow(unused_imports)]
            use ::kani::__private::{
                Drawn as _, Copied as _, Moved as _, NotDrawn as _, NotWritten as _, Written as _,
            };
            let call = ::kani::__private::Call::of(&|| {});
            #taken_apart
            ::kani::__private::note(&call);
            let asserts = !call.is_called()
                || ::core::option_env!("KANI_NO_ASSERT_CONTRACTS").is_none();
            #(#requires)*
            #before
            let mut scope = call.begin();
            if scope.is_open() {
                #((&&::kani::__private::Passed(&#names)).pass(&scope, true);)*
                #(::kani::__private::name_place(&scope, &(#places));)*
            }
            #[allow(clippy::redundant_closure_call, unused_mut)]
            let result: #ty = if call.is_assumed() {
                scope.assume();
                #((&&::kani::__private::Place(&(#places))).write(&call);)*
                #arbitrary
            } else {
                (move || #arrow #block)()
            };
            scope.end(&result);
            #after
            result
        }};
        *function.block = syn::parse2(block)?;
        Ok(())
    }

    /// What is kept before the body, and the checks after it.
    fn around_body(&self, here: Span, names: &[Ident]) -> (TokenStream, TokenStream) {
        let mut olds = Vec::new();
        let mut checks = Vec::new();
        for ensures in &self.ensures {
            let condition = take_olds(ensures.clone(), &mut olds, &|name| outside(&name));
            let message = format!("a postcondition does not hold: {ensures}");
            checks.push(quote_spanned! {here=>
                if asserts {
                    call.ensure(|| ::kani::__private::holds(&result, #condition), #message);
                }
            });
        }
        let used: Vec<&Ident> = names
            .iter()
            .filter(|name| self.ensures.iter().any(|tokens| mentions(tokens, name)))
            .collect();
        let seen: Vec<Ident> = used.iter().map(|name| outside(name)).collect();
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
        (before, after)
    }
}

/// The type of a function's result, for the body and for a variable, and any value of it.
fn result_of(output: &syn::ReturnType) -> (TokenStream, TokenStream, TokenStream) {
    let here = Span::mixed_site();
    let ty = match output {
        syn::ReturnType::Default => quote_spanned!(here=> ()),
        syn::ReturnType::Type(_, ty) if matches!(**ty, syn::Type::ImplTrait(_)) => {
            let given_up = quote_spanned!(here=> call.give_up("a result whose type has no name"));
            return (quote!(), quote_spanned!(here=> _), given_up);
        }
        syn::ReturnType::Type(_, ty) => quote!(#ty),
    };
    let arbitrary = quote_spanned!(here=> (&&::kani::__private::Open::<#ty>::value()).draw(&call));
    (quote_spanned!(here=> -> #ty), ty, arbitrary)
}

/// The names of the arguments, the object's included. One that is taken apart gets a name of its own; what
/// comes back as well takes it apart.
fn names_of_arguments(function: &mut ItemFn) -> (Vec<Ident>, TokenStream) {
    let here = Span::mixed_site();
    let (mut names, mut taken_apart) = (Vec::new(), TokenStream::new());
    for (at, input) in function.sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => names.push(Ident::new("self", receiver.self_token.span)),
            FnArg::Typed(input) => {
                push_names(&input.pat, &mut names);
                if !matches!(&*input.pat, Pat::Ident(pattern) if pattern.subpat.is_none()) {
                    let name = format_ident!("argument_{at}", span = here);
                    let pattern = std::mem::replace(&mut *input.pat, syn::parse_quote!(#name));
                    taken_apart.extend(quote_spanned!(here=> let #pattern = #name;));
                }
            }
        }
    }
    (names, taken_apart)
}

/// Adds the names that a pattern binds.
fn push_names(pattern: &Pat, names: &mut Vec<Ident>) {
    match pattern {
        Pat::Ident(pattern) => {
            names.push(pattern.ident.clone());
            if let Some((_, inner)) = &pattern.subpat {
                push_names(inner, names);
            }
        }
        Pat::Paren(pattern) => push_names(&pattern.pat, names),
        Pat::Reference(pattern) => push_names(&pattern.pat, names),
        Pat::Type(pattern) => push_names(&pattern.pat, names),
        Pat::Slice(pattern) => pattern
            .elems
            .iter()
            .for_each(|part| push_names(part, names)),
        Pat::Tuple(pattern) => pattern
            .elems
            .iter()
            .for_each(|part| push_names(part, names)),
        Pat::TupleStruct(pattern) => pattern
            .elems
            .iter()
            .for_each(|part| push_names(part, names)),
        Pat::Struct(pattern) => {
            let parts = pattern.fields.iter();
            parts.for_each(|field| push_names(&field.pat, names));
        }
        _ => {}
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
