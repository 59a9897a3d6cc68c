//! `#[property]`: from a function with arguments to a test without.
//!
//! The expansion of `fn prop_x(a: u8, #[from(g)] b: u8) { body }` is a `#[test] fn prop_x()` that
//! holds, as direct children, so that their paths are predictable:
//!
//! - `fn body(a: u8, b: u8) { body }`, the user's function, untouched,
//! - `fn case(source)`, which draws the arguments in order and calls it,
//! - `fn __proofhouse_entry()`, one case with the machine's source, where the machine starts,
//! - `fn __proofhouse_example_1(source)` and so on, the same with the values of an `#[example(..)]`,
//!   and `fn __proofhouse_encode_1()`, which gives the choices of these values,
//! - `static BLOB`, the property's description for readers of the binary,
//! - `static PROPERTY`, which ties them together and keeps them alive.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Ident, Result};

use crate::options::{Fixed, Options};
use crate::syntax::{Attribute, Expression, Function, Parameter, Type, name_of_pattern};

/// The tokens of a property, or what is wrong with it and where.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let mut function: Function = syn::parse2(item)?;
    check_signature(&function)?;
    let arguments = take_arguments(&mut function)?;
    let fixed = Fixed::take_from(&mut function.attributes, arguments.len())?;
    Ok(generate(&options, &fixed, function, &arguments))
}

/// One argument: how it is called in reports, its type, and where its values come from.
struct Argument {
    name: String,
    /// How later generators call it, unless it is a pattern.
    ident: Option<Ident>,
    ty: Type,
    generator: Option<Expression>,
}

fn check_signature(function: &Function) -> Result<()> {
    if function.generics.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        function.generics.span(),
        "a property can't be generic; write one property for each type",
    ))
}

/// Takes the `#[from(..)]` attributes off the arguments and returns what they say.
fn take_arguments(function: &mut Function) -> Result<Vec<Argument>> {
    let mut arguments = Vec::new();
    for input in &mut function.arguments {
        let Parameter::Typed { pattern, ty, .. } = &input.parameter else {
            return Err(Error::new(input.span(), "a property is a free function"));
        };
        let mut generator = None;
        let mut kept = Vec::new();
        for attribute in std::mem::take(&mut input.attributes) {
            if !attribute.is("from") {
                kept.push(attribute);
            } else if generator.is_some() {
                return Err(Error::new(
                    attribute.span(),
                    "an argument has one generator",
                ));
            } else {
                generator = Some(attribute.argument::<Expression>()?);
            }
        }
        input.attributes = kept;
        arguments.push(Argument {
            name: shown(pattern),
            ident: name_of_pattern(pattern),
            ty: ty.clone(),
            generator,
        });
    }
    Ok(arguments)
}

/// The name that reports show: `x` for `x` and `mut x`, else the pattern as it was written.
fn shown(pattern: &TokenStream) -> String {
    match name_of_pattern(pattern) {
        Some(name) => {
            let name = name.to_string();
            name.strip_prefix("r#").unwrap_or(&name).to_owned()
        }
        None => pattern.to_string(),
    }
}

fn generate(
    options: &Options,
    fixed: &Fixed,
    function: Function,
    arguments: &[Argument],
) -> TokenStream {
    // Mixed-site spans: local variables can't collide with the user's, and lints of the user's
    // crate look away.
    let here = Span::mixed_site();
    let (outer, inner) = split_attributes(&function.attributes);
    let has_test = outer.iter().any(|attribute| attribute.is("test"));
    let test = (!has_test).then(|| quote_spanned!(here=> #[::core::prelude::v1::test]));
    let visibility = &function.visibility;
    let name = &function.name;
    let body = generate_body(&function, &inner);
    let call = generate_call(here, options, &function, arguments.len());
    let asked = generate_asked(here, options);
    let case = generate_case(here, arguments, &asked, &call);
    let examples = generate_examples(here, arguments, fixed, &asked, &call);
    let statics = generate_statics(here, options, fixed, &function, arguments);
    quote_spanned! {here=>
        #(#outer)*
        #test
        #visibility fn #name() {
            #body
            #case
            #examples
            #statics
            PROPERTY.check();
        }
    }
}

/// Lint levels belong to the user's code as well; all other attributes only to the test.
fn split_attributes(attributes: &[Attribute]) -> (Vec<&Attribute>, Vec<&Attribute>) {
    let is_lint = |attribute: &&Attribute| {
        ["allow", "warn", "deny", "expect"]
            .iter()
            .any(|name| attribute.is(name))
    };
    (
        attributes.iter().filter(|a| !is_lint(a)).collect(),
        attributes.iter().filter(is_lint).collect(),
    )
}

/// The user's function under a fixed name.
fn generate_body(function: &Function, lints: &[&Attribute]) -> TokenStream {
    let name = Ident::new("__proofhouse_body", function.name.span());
    let signature = function.signature_named(&name);
    let block = &function.body;
    let here = Span::mixed_site();
    // A property owns its arguments, and has as many as it needs: that is the design.
    quote_spanned! {here=>
        #[allow(
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            reason = "the arguments of a property are drawn, not passed"
        )]
        #(#lints)*
        #signature #block
    }
}

/// The local variables that hold the arguments before the body gets them.
fn variables(here: Span, count: usize) -> Vec<Ident> {
    (0..count)
        .map(|at| Ident::new(&format!("argument_{at}"), here))
        .collect()
}

/// The call of the body with its arguments, giving what the property returned.
fn generate_call(here: Span, options: &Options, function: &Function, count: usize) -> TokenStream {
    let variables = variables(here, count);
    let mut call = quote_spanned!(here=> __proofhouse_body(#(#variables),*));
    if function.async_token().is_some() {
        call = quote_spanned!(here=> ::proofhouse::__private::block_on(#call));
    }
    if options.panics {
        call = quote_spanned!(here=> ::proofhouse::__private::must_panic(move || #call));
    }
    call
}

/// What the property asks of functions with a contract, as long as the variable lives.
fn generate_asked(here: Span, options: &Options) -> TokenStream {
    let (assuming, checks) = (&options.assuming, &options.checks);
    if assuming.is_empty() && checks.is_empty() {
        return TokenStream::new();
    }
    quote_spanned! {here=>
        let _asked = ::proofhouse::__private::Asked::of(
            &[#(::proofhouse::__private::name_of(&#assuming)),*],
            &[#(::proofhouse::__private::name_of(&#checks)),*],
        );
    }
}

/// The function that draws the arguments and calls the body, and the machine's way into it.
fn generate_case(
    here: Span,
    arguments: &[Argument],
    asked: &TokenStream,
    call: &TokenStream,
) -> TokenStream {
    let variables = variables(here, arguments.len());
    let names: Vec<&String> = arguments.iter().map(|argument| &argument.name).collect();
    let types = arguments.iter().map(|argument| &argument.ty);
    let generators = generators(here, arguments);
    quote_spanned! {here=>
        fn __proofhouse_case(
            source: &mut ::proofhouse::Source,
        ) -> ::proofhouse::__private::CaseOutcome {
            // Drawing may run the code under test, and fail: what was drawn before is known then.
            #(
                let #variables: #types = source.draw_argument(#names, #generators);
                if source.is_observed() {
                    source.observe(#names, &#variables);
                }
            )*
            if !source.enter_body() {
                return ::proofhouse::__private::CaseOutcome::Rejected;
            }
            #asked
            let result = #call;
            ::proofhouse::__private::Conclusion::conclude(result, source)
        }
        fn __proofhouse_entry() {
            ::proofhouse::__private::run_in_machine(__proofhouse_case);
        }
    }
}

/// The generator of each argument. One that mentions earlier arguments gets them by their names, as
/// clones: what was drawn stays what it is.
fn generators(here: Span, arguments: &[Argument]) -> impl Iterator<Item = TokenStream> {
    arguments
        .iter()
        .enumerate()
        .map(move |(at, argument)| match &argument.generator {
            Some(generator) => {
                let generator = quote!(#generator);
                let earlier = arguments[..at].iter().zip(variables(here, at));
                let mentioned = earlier.filter_map(|(earlier, variable)| {
                    let ident = earlier.ident.as_ref()?;
                    let clone = quote_spanned!(here=> ::core::clone::Clone::clone(&#variable));
                    mentions(generator.clone(), ident).then(|| quote!(let #ident = #clone;))
                });
                let mentioned: Vec<TokenStream> = mentioned.collect();
                if mentioned.is_empty() {
                    generator
                } else {
                    quote!({ #(#mentioned)* #generator })
                }
            }
            None => {
                // The span of the type, so that a missing `Generate` is reported there.
                let ty = &argument.ty;
                quote_spanned!(here.located_at(ty.span())=> ::proofhouse::any::<#ty>())
            }
        })
}

/// Whether an expression mentions a variable: the name, but not as a function that is called, as a
/// field, or as a part of a path.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punctuation = |at: Option<usize>, sign: char| {
        let token = at.and_then(|at| tokens.get(at));
        matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == sign)
    };
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(found) if found == name => {
            let before = at.checked_sub(1);
            let is_range = is_punctuation(at.checked_sub(2), '.');
            let is_field = is_punctuation(before, '.') && !is_range;
            let in_path = is_punctuation(before, ':')
                || (is_punctuation(Some(at + 1), ':') && is_punctuation(Some(at + 2), ':'));
            let is_called = matches!(tokens.get(at + 1), Some(TokenTree::Group(group))
                if group.delimiter() == Delimiter::Parenthesis);
            !is_field && !in_path && !is_called
        }
        _ => false,
    })
}

/// One case function for each example: as for drawn arguments, but without a question.
fn generate_examples(
    here: Span,
    arguments: &[Argument],
    fixed: &Fixed,
    asked: &TokenStream,
    call: &TokenStream,
) -> TokenStream {
    let variables = variables(here, arguments.len());
    let names: Vec<&String> = arguments.iter().map(|argument| &argument.name).collect();
    let types: Vec<&Type> = arguments.iter().map(|argument| &argument.ty).collect();
    let generators: Vec<TokenStream> = generators(here, arguments).collect();
    let functions = fixed.examples.iter().enumerate().map(|(at, values)| {
        let name = example_name(here, at);
        let encode = encode_name(here, at);
        quote_spanned! {here=>
            fn #name(source: &mut ::proofhouse::Source) -> ::proofhouse::__private::CaseOutcome {
                #(let #variables: #types = #values;)*
                if source.is_observed() {
                    #(source.observe(#names, &#variables);)*
                }
                if !source.enter_body() {
                    return ::proofhouse::__private::CaseOutcome::Rejected;
                }
                #asked
                let result = #call;
                ::proofhouse::__private::Conclusion::conclude(result, source)
            }
            fn #encode() -> ::proofhouse::__private::Choices {
                #(let #variables: #types = #values;)*
                ::proofhouse::__private::joined([
                    #(::proofhouse::encode(#generators, &#variables)),*
                ])
            }
        }
    });
    quote_spanned!(here=> #(#functions)*)
}

fn encode_name(here: Span, at: usize) -> Ident {
    Ident::new(&format!("__proofhouse_encode_{}", at + 1), here)
}

fn example_name(here: Span, at: usize) -> Ident {
    Ident::new(&format!("__proofhouse_example_{}", at + 1), here)
}

/// The description for readers of the binary, and the property itself.
fn generate_statics(
    here: Span,
    options: &Options,
    fixed: &Fixed,
    function: &Function,
    arguments: &[Argument],
) -> TokenStream {
    let name = function.name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    // `line!()` would give the line of the attribute.
    let line = u32::try_from(function.name.span().unwrap().line()).unwrap_or(0);
    let statement = statement_of(&function.attributes);
    let statement_json = json_string(&statement);
    let names: Vec<&String> = arguments.iter().map(|argument| &argument.name).collect();
    let names_json = names
        .iter()
        .map(|name| json_string(name))
        .collect::<Vec<_>>()
        .join(",");
    let options = options.tokens(here);
    let examples = (0..fixed.examples.len()).map(|at| {
        let (case, encode) = (example_name(here, at), encode_name(here, at));
        quote_spanned!(here=> ::proofhouse::__private::Example { case: #case, encode: #encode })
    });
    let regressions = &fixed.regressions;
    quote_spanned! {here=>
        const PATH: &str = ::proofhouse::__private::path_without_crate(
            ::core::concat!(::core::module_path!(), "::", #name),
        );
        const PARTS: ::proofhouse::__private::BlobParts = ::proofhouse::__private::BlobParts {
            path: PATH,
            statement_json: #statement_json,
            file: ::core::file!(),
            line: #line,
            arguments_json: #names_json,
        };
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,proofhouse"))]
        #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = "proofhouse"))]
        static BLOB: [u8; PARTS.length()] = PARTS.write();
        static PROPERTY: ::proofhouse::Property = ::proofhouse::Property {
            path: PATH,
            statement: #statement,
            file: ::core::file!(),
            line: #line,
            arguments: &[#(#names),*],
            package: ::core::env!("CARGO_PKG_NAME"),
            manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
            options: #options,
            case: __proofhouse_case,
            examples: &[#(#examples),*],
            regressions: &[#(#regressions),*],
            machine_entry: __proofhouse_entry,
            blob: &BLOB,
        };
    }
}

/// The doc comment as one text, trimmed.
fn statement_of(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if attribute.is("doc")
            && let Some(text) = attribute.text()
        {
            lines.extend(text.lines().map(|line| line.trim().to_owned()));
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A text as a JSON string, quotes included.
fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refused(options: TokenStream, item: TokenStream, expected: &str) {
        let message = expand(options, item).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn a_variable_is_mentioned_by_itself_only() {
        let check = |tokens: TokenStream, expected| {
            let name = Ident::new("n", Span::call_site());
            assert_eq!(mentions(tokens.clone(), &name), expected, "{tokens}");
        };
        check(quote!(0..=n), true);
        check(quote!(0..n), true);
        check(quote!(vec(any::<u8>(), usize::from(n))), true);
        check(quote!(n.len()), true);
        check(quote!(n()), false);
        check(quote!(n::all()), false);
        check(quote!(all::n), false);
        check(quote!(all.n), false);
        check(quote!(0..m), false);
    }

    #[test]
    fn what_cannot_be_a_property_is_refused_by_name() {
        let none = TokenStream::new;
        check_refused(
            none(),
            quote!(
                fn prop<T>(value: T) {}
            ),
            "generic",
        );
        check_refused(
            none(),
            quote!(
                fn prop(self) {}
            ),
            "free function",
        );
        check_refused(
            none(),
            quote!(
                fn prop(
                    #[from(a)]
                    #[from(b)]
                    x: u8,
                ) {
                }
            ),
            "one generator",
        );
        check_refused(
            quote!(speed = 3),
            quote!(
                fn prop() {}
            ),
            "unknown option `speed`",
        );
        check_refused(
            quote!(cases = "3"),
            quote!(
                fn prop() {}
            ),
            "integer",
        );
        check_refused(
            none(),
            quote!(
                #[example(1)]
                fn prop(x: u8, y: u8) {}
            ),
            "1 value, but the property has 2 arguments",
        );
        check_refused(
            none(),
            quote!(
                #[regression("nonsense")]
                fn prop() {}
            ),
            "not a token",
        );
    }

    #[test]
    fn the_statement_is_the_doc_comment() {
        let function: Function = syn::parse_quote! {
            /// First line,
            /// second "line".
            ///
            #[ignore]
            fn prop() {}
        };
        assert_eq!(
            statement_of(&function.attributes),
            "First line,\nsecond \"line\"."
        );
        assert_eq!(json_string("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\"");
    }

    #[test]
    fn arguments_are_named_as_the_author_named_them() {
        let mut function: Function = syn::parse_quote! {
            fn prop(plain: u8, mut changed: u8, r#type: u8, (left, right): (u8, u8)) {}
        };
        let arguments = take_arguments(&mut function).unwrap();
        let names: Vec<&str> = arguments.iter().map(|argument| &*argument.name).collect();
        assert_eq!(names, ["plain", "changed", "type", "(left , right)"]);
    }
}
