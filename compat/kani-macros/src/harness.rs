//! `#[kani::proof]`: from a function to a test that registers a property.
//!
//! The expansion of `fn check() { body }` is a `#[test] fn check()` that holds, as direct children, so
//! that their paths are predictable, the user's function as `__proofhouse_body`, one case of it, the
//! machine's way into that case, and the property with its description. It is the same shape as that of
//! `#[property]`, whose tools find it.
//!
//! A harness that another harness calls just runs its body.
//!
//! # Invariants
//!
//! - The attributes of Kani may stand above or below `#[kani::proof]`, bare or in
//!   `#[cfg_attr(kani, ..)]`: those that are expanded first move below it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, Expr, ItemFn, LitInt, Meta, Result, ReturnType, Token};

/// The attributes that say more about a harness.
const BESIDE: [&str; 5] = ["unwind", "should_panic", "solver", "stub", "stub_verified"];

/// What the attributes of a harness say.
#[derive(Default)]
struct Wishes {
    unwind: Option<LitInt>,
    should_panic: bool,
    /// The function whose contract is checked.
    checked: Option<Expr>,
    /// The functions whose contract stands for their body.
    assumed: Vec<Expr>,
    /// Each function that is replaced, with its replacement.
    stubs: Vec<(Expr, Expr)>,
    /// The strategy by which the tasks of an `async` harness are polled.
    schedule: Option<Expr>,
}

/// The tokens of a harness, or what is wrong with it and where.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let wishes = Wishes {
        schedule: schedule(options)?,
        ..Wishes::default()
    };
    expand_with(wishes, item)
}

/// The tokens of a harness that checks the contract of a function.
pub(crate) fn expand_for_contract(function: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let wishes = Wishes {
        checked: Some(syn::parse2(function)?),
        ..Wishes::default()
    };
    expand_with(wishes, item)
}

fn expand_with(mut wishes: Wishes, item: TokenStream) -> Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)?;
    check_signature(&function)?;
    if let (Some(strategy), None) = (&wishes.schedule, &function.sig.asyncness) {
        let message = "a schedule is for harnesses that are `async`";
        return Err(Error::new_spanned(strategy, message));
    }
    function.attrs = take_wishes(std::mem::take(&mut function.attrs), &mut wishes)?;
    Ok(generate(&function, &wishes))
}

/// An attribute beside `proof` that is expanded before it: moves below it.
pub(crate) fn defer(name: &str, options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)?;
    let is_proof = |attribute: &Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "proof" || last.ident == "proof_for_contract")
            || in_cfg_attr(attribute).is_some_and(|inner| {
                inner
                    .iter()
                    .any(|meta| is_kani(meta, &["proof", "proof_for_contract"]))
            })
    };
    if !function.attrs.iter().any(is_proof) {
        let message = format!("`#[kani::{name}]` belongs to a function with `#[kani::proof]`");
        return Err(Error::new(function.sig.ident.span(), message));
    }
    let name = proc_macro2::Ident::new(name, Span::call_site());
    let attribute = if options.is_empty() {
        quote!(#[::kani::#name])
    } else {
        quote!(#[::kani::#name(#options)])
    };
    let attribute = Attribute::parse_outer.parse2(attribute)?;
    function.attrs.extend(attribute);
    Ok(quote!(#function))
}

/// The strategy in `#[kani::proof(schedule = strategy)]`.
fn schedule(options: TokenStream) -> Result<Option<Expr>> {
    if options.is_empty() {
        return Ok(None);
    }
    let option: syn::MetaNameValue = syn::parse2(options)?;
    if option.path.is_ident("schedule") {
        return Ok(Some(option.value));
    }
    let message = "`#[kani::proof]` has no such option; there is `schedule = strategy`";
    Err(Error::new_spanned(option.path, message))
}

fn check_signature(function: &ItemFn) -> Result<()> {
    let signature = &function.sig;
    if let Some(argument) = signature.inputs.first() {
        let message = "a harness has no arguments; call `kani::any()` in its body";
        return Err(Error::new(argument.span(), message));
    }
    if !signature.generics.params.is_empty() {
        let message = "a harness can't be generic; write one for each type";
        return Err(Error::new(signature.generics.params.span(), message));
    }
    Ok(())
}

/// Takes out the attributes that say something about the harness; the others stay.
fn take_wishes(attributes: Vec<Attribute>, wishes: &mut Wishes) -> Result<Vec<Attribute>> {
    let mut kept = Vec::new();
    for attribute in attributes {
        if is_kani(&attribute.meta, &BESIDE) {
            wishes.take(&attribute.meta)?;
        } else if let Some(inner) = in_cfg_attr(&attribute) {
            for meta in inner {
                if is_kani(&meta, &BESIDE) {
                    wishes.take(&meta)?;
                } else if !is_kani(&meta, &["proof"]) {
                    kept.push(syn::parse_quote!(#[#meta]));
                }
            }
        } else {
            kept.push(attribute);
        }
    }
    Ok(kept)
}

/// Whether an attribute is one of Kani's with such a name.
fn is_kani(meta: &Meta, names: &[&str]) -> bool {
    let segments = &meta.path().segments;
    let first = segments.first().is_some_and(|first| first.ident == "kani");
    let last = segments.last().map(|last| last.ident.to_string());
    segments.len() == 2 && first && last.is_some_and(|last| names.contains(&last.as_str()))
}

/// The attributes inside of `#[cfg_attr(kani, ..)]`. The condition holds where this macro runs.
fn in_cfg_attr(attribute: &Attribute) -> Option<Vec<Meta>> {
    let Meta::List(list) = &attribute.meta else {
        return None;
    };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
    let inner = parse.parse2(list.tokens.clone()).ok()?;
    let mut inner = inner.into_iter();
    let is_ours = inner.next()?.path().is_ident("kani");
    is_ours.then(|| inner.collect())
}

impl Wishes {
    fn take(&mut self, meta: &Meta) -> Result<()> {
        let name = meta.path().segments.last().expect("a path has a segment");
        match name.ident.to_string().as_str() {
            "unwind" => self.unwind = Some(meta.require_list()?.parse_args::<LitInt>()?),
            "should_panic" => self.should_panic = true,
            "solver" => {}
            "stub" => self.stubs.push(stub(meta)?),
            _ => self.assumed.push(meta.require_list()?.parse_args()?),
        }
        Ok(())
    }
}

/// The two paths of `#[kani::stub(original, replacement)]`.
fn stub(meta: &Meta) -> Result<(Expr, Expr)> {
    let list = meta.require_list()?;
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut paths = parse.parse2(list.tokens.clone())?.into_iter();
    match (paths.next(), paths.next(), paths.next()) {
        (Some(original), Some(replacement), None) => Ok((original, replacement)),
        _ => Err(Error::new_spanned(
            list,
            "it takes two functions: `#[kani::stub(original, replacement)]`",
        )),
    }
}

fn generate(function: &ItemFn, wishes: &Wishes) -> TokenStream {
    let here = Span::mixed_site();
    let is_ours = |attribute: &&Attribute| {
        // The test has its own; `inline` and the like would be odd on it.
        !["inline", "test"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
    };
    let attributes: Vec<&Attribute> = function.attrs.iter().filter(is_ours).collect();
    let visibility = &function.vis;
    let name = &function.sig.ident;
    let body = generate_body(function);
    let call = generate_call(here, function, wishes);
    let property = generate_property(here, function, wishes);
    quote_spanned! {here=>
        #(#attributes)*
        #[::core::prelude::v1::test]
        #visibility fn #name() {
            #body
            fn __proofhouse_case(
                source: &mut ::kani::__private::proofhouse::Source,
            ) -> ::kani::__private::proofhouse::__private::CaseOutcome {
                ::kani::__private::run(&HARNESS, source, || #call)
            }
            fn __proofhouse_entry() {
                ::kani::__private::proofhouse::__private::run_in_machine(__proofhouse_case);
            }
            #property
            if ::kani::__private::skips_registration() {
                #call
            } else {
                PROPERTY.check();
            }
        }
    }
}

fn generate_body(function: &ItemFn) -> TokenStream {
    let mut signature = function.sig.clone();
    signature.ident = proc_macro2::Ident::new("__proofhouse_body", function.sig.ident.span());
    let block = &function.block;
    quote!(#signature #block)
}

/// The call of the body. What it returns is of no interest: a harness fails by panicking.
fn generate_call(here: Span, function: &ItemFn, wishes: &Wishes) -> TokenStream {
    let mut call = quote_spanned!(here=> __proofhouse_body());
    if matches!(function.sig.safety, syn::Safety::Unsafe(_)) {
        call = quote_spanned!(here=> unsafe { #call });
    }
    if function.sig.asyncness.is_some() {
        call = match &wishes.schedule {
            Some(strategy) => quote_spanned!(here=> ::kani::block_on_with_spawn(#call, #strategy)),
            None => quote_spanned!(here=> ::kani::block_on(#call)),
        };
    }
    match function.sig.output {
        ReturnType::Default => quote_spanned!(here=> { #call }),
        ReturnType::Type(..) => quote_spanned!(here=> { let _ = #call; }),
    }
}

fn generate_property(here: Span, function: &ItemFn, wishes: &Wishes) -> TokenStream {
    let name = function.sig.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let line = u32::try_from(function.sig.ident.span().unwrap().line()).unwrap_or(0);
    let statement = statement_of(&function.attrs);
    let statement_json = json_string(&statement);
    let option = |value: Option<TokenStream>| match value {
        Some(value) => quote_spanned!(here=> ::core::option::Option::Some(#value)),
        None => quote_spanned!(here=> ::core::option::Option::None),
    };
    let unwind = option(wishes.unwind.as_ref().map(|bound| quote!(#bound)));
    let (checked, assumed) = (&wishes.checked, &wishes.assumed);
    let asks = checked.is_some() || !assumed.is_empty();
    let ask = option(asks.then(|| quote!(__proofhouse_ask)));
    let checked = checked.iter();
    let checks_contract = wishes.checked.is_some();
    let should_panic = wishes.should_panic;
    let replace = option((!wishes.stubs.is_empty()).then(|| quote!(__proofhouse_replace)));
    let originals = wishes.stubs.iter().map(|(original, _)| original);
    let replacements = wishes.stubs.iter().map(|(_, replacement)| replacement);
    quote_spanned! {here=>
        fn __proofhouse_replace() {
            #(::kani::__private::replace_function(
                #originals as *const (),
                #replacements as *const (),
            );)*
        }
        fn __proofhouse_ask() -> ::kani::__private::Asked {
            ::kani::__private::Asked::of(
                &[#(::kani::__private::name_of(&#assumed)),*],
                &[#(::kani::__private::name_of(&#checked)),*],
            )
        }
        static HARNESS: ::kani::__private::Harness = ::kani::__private::Harness {
            unwind: #unwind,
            should_panic: #should_panic,
            replace: #replace,
            ask: #ask,
            checks_contract: #checks_contract,
        };
        const PATH: &str = ::kani::__private::proofhouse::__private::path_without_crate(
            ::core::concat!(::core::module_path!(), "::", #name),
        );
        const PARTS: ::kani::__private::proofhouse::__private::BlobParts =
            ::kani::__private::proofhouse::__private::BlobParts {
                path: PATH,
                statement_json: #statement_json,
                file: ::core::file!(),
                line: #line,
                arguments_json: "",
            };
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,proofhouse"))]
        #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = "proofhouse"))]
        static BLOB: [u8; PARTS.length()] = PARTS.write();
        static PROPERTY: ::kani::__private::proofhouse::Property =
            ::kani::__private::proofhouse::Property {
                path: PATH,
                statement: #statement,
                file: ::core::file!(),
                line: #line,
                arguments: &[],
                package: ::kani::__private::package(::core::option_env!("CARGO_PKG_NAME")),
                manifest_dir: ::kani::__private::package(::core::option_env!("CARGO_MANIFEST_DIR")),
                options: ::kani::__private::OPTIONS,
                case: __proofhouse_case,
                examples: &[],
                regressions: &[],
                machine_entry: __proofhouse_entry,
                blob: &BLOB,
            };
    }
}

/// The doc comment as one text, trimmed.
fn statement_of(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(literal) = &meta.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            lines.extend(text.value().lines().map(|line| line.trim().to_owned()));
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A text as a JSON string, quotes included.
fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
