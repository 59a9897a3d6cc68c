//! `#[requires(..)]`, `#[ensures(..)]` and `#[modifies(..)]`: from a function to one whose calls check.
//!
//! They wait for each other: the one that is expanded last makes one contract of them, because the order
//! matters: all preconditions, then every `old(..)`, the body, all postconditions. What is made of it stands in the
//! function itself, so that methods keep their place and nothing needs a name of its own.
//!
//! The body becomes a closure that is called at once. It borrows what the body borrows and takes what the
//! body takes: so a postcondition sees arguments that are still there, and the compiler says so where one
//! is not.
//!
//! # Invariants
//!
//! - Where neither `test` nor `debug_assertions` is set, the function is as it was written.
//!
//! # Not here
//!
//! What a call does with its conditions: `proofhouse::contract`.

pub(crate) mod condition;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Error, Result, Token};

use crate::syntax::{Attribute, Expression, Function, Parameter, Receiver, Type, name_of_pattern};
use condition::{old_variable, take_olds};

/// The attributes that make up a contract.
const WORDS: [&str; 3] = ["requires", "ensures", "modifies"];

/// What each of them becomes when it has to wait for others.
const PART: &str = "contract_part";

/// The tokens of a function with the attribute of this name, or what is wrong with it and where.
pub(crate) fn expand(word: &str, inside: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut function: Function = syn::parse2(item)?;
    if function.attributes.iter().any(will_be_one) {
        // The others are expanded as well, so that the compiler sees that their names are used.
        let word = Ident::new(word, Span::call_site());
        let part = Ident::new(PART, Span::mixed_site());
        let inside = quote!(::proofhouse::__private::#part(#word(#inside)));
        function.attributes.push(Attribute::generated(&inside));
        return Ok(quote!(#function));
    }
    // Those that waited are in their order, and were written before this one unless it waited as well.
    let mut parts = Vec::new();
    for attribute in std::mem::take(&mut function.attributes) {
        match in_parentheses(&attribute, PART) {
            Some(inside) => parts.push(part_of(inside)?),
            None => function.attributes.push(attribute),
        }
    }
    if word == PART {
        parts.insert(0, part_of(inside)?);
    } else {
        parts.push((word.to_owned(), inside));
    }
    let mut contract = Contract::default();
    for (word, inside) in parts {
        contract.add(&word, inside)?;
    }
    check_signature(&function)?;
    let here = Span::mixed_site();
    let plain = quote!(#function);
    let checked = contract.applied_to(function);
    Ok(quote_spanned! {here=>
        #[cfg(not(any(test, debug_assertions)))]
        #plain
        #[cfg(any(test, debug_assertions))]
        #checked
    })
}

/// The word and the inside of a part that has waited.
fn part_of(tokens: TokenStream) -> Result<(String, TokenStream)> {
    let mut tokens = tokens.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(word)), Some(TokenTree::Group(group))) => {
            Ok((word.to_string(), group.stream()))
        }
        _ => Err(Error::new(
            Span::call_site(),
            "this is no part of a contract",
        )),
    }
}

/// What stands in the parentheses of an attribute, if its path ends with this word.
fn in_parentheses(attribute: &Attribute, word: &str) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = attribute.inside().into_iter().collect();
    match (tokens.pop()?, tokens.pop()?) {
        (TokenTree::Group(group), TokenTree::Ident(last)) if last == word => Some(group.stream()),
        _ => None,
    }
}

/// Whether it is an attribute of a contract that has not been expanded yet, or a `cfg_attr` with one.
pub(crate) fn will_be_one(attribute: &Attribute) -> bool {
    let is_word = |token: TokenTree| matches!(token, TokenTree::Ident(word) if WORDS.iter().any(|known| word == known));
    let mut groups = attribute
        .inside()
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        });
    WORDS
        .iter()
        .any(|word| in_parentheses(attribute, word).is_some())
        || (attribute.is("cfg_attr") && groups.any(|group| group.into_iter().any(is_word)))
}

fn check_signature(function: &Function) -> Result<()> {
    for (word, message) in [
        (
            "async",
            "an `async` function can't have a contract: it returns before its body has run",
        ),
        (
            "const",
            "a `const` function can't have a contract: what checks it is not `const`",
        ),
    ] {
        if let Some(modifier) = function.modifier(word) {
            return Err(Error::new(modifier.span(), message));
        }
    }
    let Some(output) = &function.output else {
        return Ok(());
    };
    if count_of_mut(&quote!(#output)) > 0 {
        let message = "a function that returns a mutable reference can't have a contract: its \
                       arguments are still borrowed when it returns";
        return Err(Error::new(output.span(), message));
    }
    Ok(())
}

/// How often `mut` stands in a type.
fn count_of_mut(ty: &TokenStream) -> usize {
    ty.clone()
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) => usize::from(word == "mut"),
            TokenTree::Group(group) => count_of_mut(&group.stream()),
            _ => 0,
        })
        .sum()
}

/// The conditions of one function.
#[derive(Default)]
struct Contract {
    requires: Vec<TokenStream>,
    ensures: Vec<TokenStream>,
    /// The places; `None` where the function does not say.
    modifies: Option<Vec<Expression>>,
}

impl Contract {
    fn add(&mut self, word: &str, inside: TokenStream) -> Result<()> {
        if word == "modifies" {
            let parser = Punctuated::<Expression, Token![,]>::parse_terminated;
            let places = parser.parse2(inside)?;
            self.modifies.get_or_insert_default().extend(places);
            return Ok(());
        }
        let Some(first) = inside.clone().into_iter().next() else {
            let message = format!("`{word}` needs a condition");
            return Err(Error::new(Span::call_site(), message));
        };
        if word == "requires" {
            if is_bar(&first) {
                let message = "a precondition knows no result; it is a condition on the arguments";
                return Err(Error::new(first.span(), message));
            }
            self.requires.push(inside);
        } else {
            self.ensures.push(inside);
        }
        Ok(())
    }

    /// The function with these conditions around its body.
    fn applied_to(&self, mut function: Function) -> TokenStream {
        let here = Span::mixed_site();
        let rebound = name_arguments(&mut function);
        let function = &function;
        let (attributes, visibility) = (&function.attributes, &function.visibility);
        let signature = function.signature_named(&function.name);
        let call = Ident::new("call", here);
        let requires = self.requires.iter().map(|condition| {
            let message = message("precondition", function, condition);
            // The place of a broken condition is that of the condition.
            let require = quote_spanned!(condition.span()=> require(|| #condition, #message));
            quote_spanned!(here=> #call.#require;)
        });
        let (olds, ensures) = self.around_body(function, &call);
        let body = self.body(function, &rebound, &call);
        let parts = self.parts(function);
        let attributes = attributes
            .iter()
            .filter(|attribute| !attribute.is("inline"));
        quote_spanned! {here=>
            #(#attributes)*
            #[inline(never)]
            #visibility #signature {
                let #call = ::proofhouse::__private::Call::of(&|| {});
                #(#requires)*
                #olds
                let mut scope = #call.begin();
                if scope.is_open() {
                    #parts
                }
                #body
                scope.end(&result);
                #ensures
                result
            }
        }
    }

    /// Says what the body may change.
    fn parts(&self, function: &Function) -> TokenStream {
        let here = Span::mixed_site();
        let is_limited = self.modifies.is_some();
        let mut parts = TokenStream::new();
        for argument in &function.arguments {
            let Some(name) = name_of_parameter(&argument.parameter) else {
                continue;
            };
            let lent = lent(&argument.parameter);
            parts.extend(match &lent {
                Lent::Whole(_) => quote_spanned!(here=> scope.own(&#name);),
                Lent::Nothing | Lent::Within(_) => quote_spanned! {here=>
                    (&&::proofhouse::__private::Passed(&#name)).pass(&scope, #is_limited);
                },
            });
            if let (Lent::Whole(place), false) = (lent, is_limited) {
                parts.extend(quote_spanned!(here=> scope.name(&#place);));
            }
        }
        for place in self.modifies.iter().flatten() {
            let place = quote!(#place);
            parts.extend(match is_shared(&place) {
                true => quote_spanned!(here=> scope.name(#place);),
                false => quote_spanned!(here=> scope.name(&#place);),
            });
        }
        quote_spanned! {here=>
            #[allow(unused_imports, reason = "one of them is meant, whichever it is")]
            use ::proofhouse::__private::{Copied as _, Moved as _};
            #parts
        }
    }

    /// What is kept before the body, and the checks after it.
    fn around_body(&self, function: &Function, call: &Ident) -> (TokenStream, TokenStream) {
        let here = Span::mixed_site();
        let mut olds = Vec::new();
        let mut checks = Vec::new();
        for ensures in &self.ensures {
            let message = message("postcondition", function, ensures);
            let condition = take_olds(ensures.clone(), &mut olds, &|name| name);
            let judged = if ensures
                .clone()
                .into_iter()
                .next()
                .is_some_and(|t| is_bar(&t))
            {
                quote_spanned!(here=> ::proofhouse::__private::holds(&result, #condition))
            } else {
                condition
            };
            let ensure = quote_spanned!(ensures.span()=> ensure(|| #judged, #message));
            checks.push(quote_spanned!(here=> #call.#ensure;));
        }
        let kept = (0..olds.len()).map(old_variable);
        let before = quote_spanned!(here=> #(let #kept = #olds;)*);
        (before, quote_spanned!(here=> #(#checks)*))
    }

    /// The body, or what takes its place.
    fn body(&self, function: &Function, rebound: &TokenStream, call: &Ident) -> TokenStream {
        let here = Span::mixed_site();
        let body = &function.body;
        let output = function.output.as_ref().map(|output| quote!(#output));
        let is_opaque = output
            .as_ref()
            .is_some_and(|output| begins_with(output, "impl"));
        let (arrow, ty) = match &output {
            None => (quote!(), quote_spanned!(here=> ())),
            Some(_) if is_opaque => (quote!(), quote_spanned!(here=> _)),
            Some(output) => (quote_spanned!(here=> -> #output), output.clone()),
        };
        let real = quote_spanned! {here=>
            #[allow(
                clippy::redundant_closure_call,
                reason = "a `return` in the body ends the body, not the contract"
            )]
            (|| #arrow { #rebound #body })()
        };
        let arbitrary = if is_opaque {
            quote_spanned!(here=> #call.give_up("a result whose type has no name"))
        } else {
            let changes = self.changes(function, call);
            quote_spanned! {here=> {
                #[allow(unused_imports, reason = "one of them is meant, whichever it is")]
                use ::proofhouse::__private::{
                    Changed as _, ChangedShared as _, Drawn as _, NotChanged as _,
                    NotChangedShared as _, NotDrawn as _,
                };
                scope.assume();
                #changes
                (&&::proofhouse::__private::Open::<#ty>::value()).draw(&#call)
            }}
        };
        quote_spanned! {here=>
            let result: #ty = if #call.is_assumed() { #arbitrary } else { #real };
        }
    }

    /// Gives any value to what the body may change.
    fn changes(&self, function: &Function, call: &Ident) -> TokenStream {
        let here = Span::mixed_site();
        let change = |place: &TokenStream| {
            if is_shared(place) {
                return quote_spanned! {here=>
                    (&&::proofhouse::__private::SharedPlace(#place)).change(&#call);
                };
            }
            quote_spanned! {here=>
                (&mut &mut ::proofhouse::__private::Place(&mut #place)).change(&#call);
            }
        };
        let changes: Vec<TokenStream> = match &self.modifies {
            Some(places) => places.iter().map(|place| change(&quote!(#place))).collect(),
            None => function
                .arguments
                .iter()
                .filter_map(|argument| match lent(&argument.parameter) {
                    Lent::Nothing => None,
                    Lent::Whole(place) => Some(change(&place)),
                    Lent::Within(what) => Some(quote_spanned!(here=> #call.give_up(#what);)),
                })
                .collect(),
        };
        quote_spanned!(here=> #(#changes)*)
    }
}

/// What an argument lends to a body for changing.
enum Lent {
    Nothing,
    /// What it points to.
    Whole(TokenStream),
    /// Something in it; the type in words.
    Within(String),
}

fn lent(parameter: &Parameter) -> Lent {
    let (name, ty): (Option<TokenStream>, Type) = match parameter {
        Parameter::Receiver(receiver, tokens) => {
            let mut tokens = tokens.clone().into_iter();
            let this =
                tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == "self"));
            if let (Receiver::Exclusive, Some(this)) = (receiver, &this) {
                return Lent::Whole(quote!(*#this));
            }
            // What is left is its type, behind a colon.
            let ty = Type::of(tokens.skip(1).collect());
            (this.map(TokenStream::from), ty)
        }
        Parameter::Typed { pattern, ty, .. } => {
            let name = name_of_pattern(pattern);
            (name.map(|name| quote!(#name)), ty.clone())
        }
    };
    let tokens = quote!(#ty);
    match name {
        _ if count_of_mut(&tokens) == 0 => Lent::Nothing,
        Some(name) if ty.is_exclusive_reference() && count_of_mut(&tokens) == 1 => {
            Lent::Whole(quote!(*#name))
        }
        _ => Lent::Within(tokens.to_string()),
    }
}

/// Whether a place is named by a shared reference: what is changed through one.
fn is_shared(place: &TokenStream) -> bool {
    let mut tokens = place.clone().into_iter();
    let is_reference =
        matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '&');
    is_reference && !matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "mut")
}

/// The name of an argument, as it can be used.
fn name_of_parameter(parameter: &Parameter) -> Option<TokenStream> {
    match parameter {
        Parameter::Receiver(_, tokens) => {
            let mut tokens = tokens.clone().into_iter();
            let this =
                tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == "self"));
            this.map(TokenStream::from)
        }
        Parameter::Typed { pattern, .. } => name_of_pattern(pattern).map(|name| quote!(#name)),
    }
}

/// Gives a name to each argument, that stays what it was; what comes back makes of these names the
/// patterns that the body sees.
fn name_arguments(function: &mut Function) -> TokenStream {
    let here = Span::mixed_site();
    let mut rebound = TokenStream::new();
    for (at, argument) in function.arguments.iter_mut().enumerate() {
        let Parameter::Typed { pattern, .. } = &mut argument.parameter else {
            continue;
        };
        let name = match name_of_pattern(pattern) {
            Some(_) if pattern.clone().into_iter().count() == 1 => continue,
            Some(name) => name,
            None => Ident::new(&format!("argument_{at}"), here),
        };
        rebound.extend(quote_spanned!(here=> let #pattern = #name;));
        *pattern = quote!(#name);
    }
    rebound
}

/// What a condition that does not hold says.
fn message(what: &str, function: &Function, condition: &TokenStream) -> String {
    format!(
        "a {what} of `{}` does not hold: {}",
        function.name, condition
    )
}

fn is_bar(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '|')
}

fn begins_with(tokens: &TokenStream, word: &str) -> bool {
    let first = tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(found)) if found == word)
}
