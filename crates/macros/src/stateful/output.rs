//! The implementation of `StateMachine` for a block.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::spanned::Spanned as _;

use super::input::{Action, Argument, Bundle, Input, Method, Values};
use crate::syntax::Type;

/// Names of generated code. Mixed-site spans: see `property`. The state is called `self` with the
/// user's span, because preconditions and generators may mention it.
struct Names {
    here: Span,
    this: Ident,
}

/// The block and the implementation.
pub(super) fn generate(input: &Input) -> TokenStream {
    let names = Names {
        here: Span::mixed_site(),
        this: Ident::new("self", Span::call_site()),
    };
    let (here, this) = (names.here, &names.this);
    let block = &input.block;
    let state = &block.ty;
    let state_name = written(state);
    let bundles = generate_bundles(here, &input.bundles);
    let count = input.actions.len();
    let weights = weights(&input.actions);
    let initial = generate_initial(&names, &input.initial);
    let checks = input.invariants.iter().map(|method| {
        let call = generate_call(&names, method, Role::Invariant, None);
        quote_spanned!(here=> #call step.held();)
    });
    let numbers = 0usize..;
    let enabled = input
        .actions
        .iter()
        .map(|action| generate_enabled(here, action));
    let places = 0usize..;
    let acts = input
        .actions
        .iter()
        .map(|action| generate_act(&names, action));
    quote_spanned! {here=>
        #block

        #[doc(hidden)]
        const _: () = {
            #[allow(
                unused_imports,
                reason = "which of them is needed depends on the types of arguments"
            )]
            use ::proofhouse::__private::{
                CodeOfAny as _, CodeOfDebug as _, CodeOfValue as _, MayBeCopy as _,
            };

            #bundles

            #[automatically_derived]
            impl ::proofhouse::stateful::StateMachine for #state {
                type Bundles = __ProofhouseBundles;
                const NAME: &'static str = #state_name;
                const ACTIONS: usize = #count;
                const WEIGHTS: &'static [u32] = &[#(#weights),*];

                fn initial(step: &mut ::proofhouse::stateful::Step<'_>) -> Self {
                    #initial
                    result
                }

                fn is_enabled(
                    &#this,
                    bundles: &Self::Bundles,
                    action: usize,
                ) -> bool {
                    let _ = bundles;
                    match action {
                        #(#numbers => #enabled,)*
                        _ => false,
                    }
                }

                fn act(
                    &mut #this,
                    bundles: &mut Self::Bundles,
                    action: usize,
                    step: &mut ::proofhouse::stateful::Step<'_>,
                ) {
                    let _ = &bundles;
                    match action {
                        #(#places => { #acts })*
                        _ => {}
                    }
                }

                fn check(&#this, step: &mut ::proofhouse::stateful::Step<'_>) {
                    let _ = &step;
                    #(#checks)*
                }
            }
        };
    }
}

/// One weight for each action, or none if all are alike.
fn weights(actions: &[Action]) -> Vec<u32> {
    let weights: Vec<u32> = actions.iter().map(|action| action.weight).collect();
    if weights.iter().all(|weight| *weight == weights[0]) {
        Vec::new()
    } else {
        weights
    }
}

fn generate_bundles(here: Span, bundles: &[Bundle]) -> TokenStream {
    let names: Vec<&Ident> = bundles.iter().map(|bundle| &bundle.name).collect();
    let types = bundles.iter().map(|bundle| &bundle.ty);
    let bases = bundles.iter().map(|bundle| variable_base(bundle, bundles));
    quote_spanned! {here=>
        pub struct __ProofhouseBundles {
            #(#names: ::proofhouse::stateful::Bundle<#types>,)*
        }

        #[automatically_derived]
        impl ::core::default::Default for __ProofhouseBundles {
            fn default() -> Self {
                Self {
                    #(#names: ::proofhouse::stateful::Bundle::of(#bases),)*
                }
            }
        }
    }
}

/// What entries are called: `account` in `accounts`, unless there is a bundle `account` too.
pub(super) fn variable_base(bundle: &Bundle, all: &[Bundle]) -> String {
    let name = bundle.name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
    let single = singular(&name);
    if all.iter().any(|other| other.name == single) {
        name
    } else {
        single
    }
}

/// A guess at the singular of an English noun.
fn singular(plural: &str) -> String {
    let stem = |ending: &str| plural.strip_suffix(ending).filter(|stem| stem.len() > 1);
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    let sibilants = ["sses", "xes", "ches", "shes"];
    if sibilants.iter().any(|ending| plural.ends_with(ending)) {
        return plural[..plural.len() - 2].to_owned();
    }
    match stem("s") {
        Some(stem) if !plural.ends_with("ss") && !plural.ends_with("us") => stem.to_owned(),
        _ => plural.to_owned(),
    }
}

/// A type as a person would write it.
fn written(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("< ", "<"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

fn generate_initial(names: &Names, method: &Method) -> TokenStream {
    let draws = generate_draws(names, method);
    let call = generate_call(names, method, Role::Initial, None);
    quote_spanned!(names.here=> #draws #call)
}

/// Whether an action may happen: its bundles hold enough, and its preconditions are met.
fn generate_enabled(here: Span, action: &Action) -> TokenStream {
    let mut wanted: Vec<(&Ident, usize, usize)> = Vec::new();
    for argument in &action.method.arguments {
        let (name, takes) = match &argument.values {
            Values::Bundle(name) => (name, 0),
            Values::Consume(name) => (name, 1),
            Values::Any | Values::From(_) => continue,
        };
        match wanted.iter_mut().find(|(known, ..)| *known == name) {
            // One more than were taken before it.
            Some((_, least, taken)) => {
                *least = (*least).max(*taken + 1);
                *taken += takes;
            }
            None => wanted.push((name, 1, takes)),
        }
    }
    let bundles = wanted
        .iter()
        .map(|(name, least, _)| quote_spanned!(here=> bundles.#name.len() >= #least));
    let preconditions = action.preconditions.iter().map(|condition| {
        // The user's span, so that what is no `bool` is reported there.
        let there = here.located_at(condition.span());
        quote_spanned!(there=> { let holds: bool = #condition; holds })
    });
    quote_spanned!(here=> true #(&& #bundles)* #(&& #preconditions)*)
}

fn generate_act(names: &Names, action: &Action) -> TokenStream {
    let here = names.here;
    let draws = generate_draws(names, &action.method);
    let call = generate_call(names, &action.method, Role::Action, action.into.as_ref());
    let put = action
        .into
        .as_ref()
        .map(|bundle| quote_spanned!(here=> bundles.#bundle.put(step, result);));
    quote_spanned!(here=> #draws #call #put)
}

/// The variable that holds how an argument from a bundle is called.
fn variable(here: Span, at: usize) -> Ident {
    Ident::new(&format!("variable_{at}"), here)
}

/// Draws the arguments of a method, each into a variable of its name.
fn generate_draws(names: &Names, method: &Method) -> TokenStream {
    let here = names.here;
    let draws = method.arguments.iter().enumerate().map(|(at, argument)| {
        let Argument { local, ty, values } = argument;
        let name = local.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let variable = variable(here, at);
        // The span of the type or expression, so that what does not fit is reported there.
        match values {
            Values::Any => {
                let there = here.located_at(ty.span());
                let every = quote_spanned!(there=> ::proofhouse::any::<#ty>());
                quote_spanned!(here=> let #local: #ty = step.draw(#name, #every);)
            }
            Values::From(generator) => {
                let there = here.located_at(generator.span());
                let value = quote_spanned!(there=> step.draw(#name, #generator));
                quote_spanned!(here=> let #local: #ty = #value;)
            }
            Values::Bundle(bundle) if ty.is_reference() => quote_spanned! {here=>
                let (#local, #variable) = bundles.#bundle.draw(step);
                let #local: #ty = #local;
            },
            Values::Bundle(bundle) => {
                let there = here.located_at(ty.span());
                let clone = quote_spanned!(there=> ::core::clone::Clone::clone(value));
                quote_spanned! {here=>
                    let (value, #variable) = bundles.#bundle.draw(step);
                    let #local: #ty = #clone;
                }
            }
            Values::Consume(bundle) => quote_spanned! {here=>
                let (#local, #variable) = bundles.#bundle.take(step);
                let #local: #ty = #local;
            },
        }
    });
    quote_spanned!(here=> #(#draws)*)
}

/// What a call is to the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Initial,
    Action,
    Invariant,
}

/// Says what is called, and calls it; `result` holds what it returned, if that was no error.
fn generate_call(names: &Names, method: &Method, role: Role, into: Option<&Ident>) -> TokenStream {
    let (here, this, name) = (names.here, &names.this, &method.name);
    let said = generate_said(here, method, role, into);
    let locals = method.arguments.iter().map(|argument| &argument.local);
    let call = match role {
        Role::Initial => quote_spanned!(here=> Self::#name(#(#locals),*)),
        Role::Action | Role::Invariant => quote_spanned!(here=> #this.#name(#(#locals),*)),
    };
    let call = if method.is_fallible {
        // A failure is known by its place; `#[track_caller]` would say that of the attribute.
        let start = name.span().unwrap().start();
        let (line, column) = (start.line() as u32, start.column() as u32);
        quote_spanned! {here=>
            { let returned = #call; step.settle_at(returned, (::core::file!(), #line, #column)) }
        }
    } else {
        call
    };
    let result = if role == Role::Initial || into.is_some() {
        quote_spanned!(here=> let result = #call;)
    } else {
        quote_spanned!(here=> let _ = #call;)
    };
    quote_spanned!(here=> step.runs(|| #said); #result)
}

/// The call as an expression of the library, for the program that a failing run prints.
fn generate_said(here: Span, method: &Method, role: Role, into: Option<&Ident>) -> TokenStream {
    let name = method.name.to_string();
    let role = match role {
        Role::Initial => quote_spanned!(here=> initial),
        Role::Action => quote_spanned!(here=> action),
        Role::Invariant => quote_spanned!(here=> invariant),
    };
    let arguments = method.arguments.iter().enumerate().map(|(at, argument)| {
        let Argument { local, ty, values } = argument;
        let variable = variable(here, at);
        match values {
            Values::Any | Values::From(_) => quote_spanned! {here=>
                .argument((&&&::proofhouse::__private::Coded(&#local)).code())
            },
            Values::Bundle(_) if ty.is_reference() => quote_spanned! {here=>
                .variable(#variable, ::proofhouse::stateful::Passing::Borrowed)
            },
            Values::Bundle(_) | Values::Consume(_) => quote_spanned! {here=>
                .variable(
                    #variable,
                    if ::proofhouse::__private::IsCopy::<#ty>::IS_COPY {
                        ::proofhouse::stateful::Passing::Copied
                    } else {
                        ::proofhouse::stateful::Passing::Cloned
                    },
                )
            },
        }
    });
    let changing = method
        .is_changing
        .then(|| quote_spanned!(here=> .changing()));
    let fallible = method
        .is_fallible
        .then(|| quote_spanned!(here=> .fallible()));
    let result = into.map(|bundle| quote_spanned!(here=> .result(bundles.#bundle.next_variable())));
    quote_spanned! {here=>
        ::proofhouse::stateful::Call::#role(#name) #(#arguments)* #changing #fallible #result
    }
}
