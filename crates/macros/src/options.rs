//! What surrounds a property: the options in its parentheses, its examples and its regressions.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Error, Ident, LitBool, LitInt, LitStr, Result, Token, parenthesized};

use crate::syntax::{Attribute, Expression};

/// What stands in the parentheses of the attribute.
#[derive(Default)]
pub(crate) struct Options {
    cases: Option<LitInt>,
    time_ms: Option<LitInt>,
    inputs_max: Option<LitInt>,
    failures_max: Option<LitInt>,
    is_unhealthy: bool,
    /// Whether every case has to panic.
    pub(crate) panics: bool,
    /// The functions whose contract stands for their body.
    pub(crate) assuming: Vec<Expression>,
    /// Those whose contract is checked.
    pub(crate) checks: Vec<Expression>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            match name.to_string().as_str() {
                "cases" => options.cases = Some(number(input)?),
                "time_ms" => options.time_ms = Some(number(input)?),
                "inputs_max" => options.inputs_max = Some(number(input)?),
                "failures_max" => options.failures_max = Some(number(input)?),
                "panics" => options.panics = true,
                "assuming" => options.assuming.extend(functions(input)?),
                "checks" => options.checks.extend(functions(input)?),
                "health" => {
                    input.parse::<Token![=]>()?;
                    options.is_unhealthy = !input.parse::<LitBool>()?.value;
                }
                _ => {
                    let message = format!(
                        "unknown option `{name}`; there are `cases`, `time_ms`, `inputs_max`, \
                         `failures_max` (each `= <number>`), `panics`, `health = false`, \
                         `assuming(<function>)` and `checks(<function>)`"
                    );
                    return Err(Error::new(name.span(), message));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// `(<function>, ..)`: paths of functions with a contract.
fn functions(input: ParseStream<'_>) -> Result<Vec<Expression>> {
    let inside;
    let parentheses = parenthesized!(inside in input);
    let functions = Punctuated::<Expression, Token![,]>::parse_terminated(&inside)?;
    if functions.is_empty() {
        let message = "name the functions whose contracts are meant: `(divide, Ring::push)`";
        return Err(Error::new(parentheses.span.join(), message));
    }
    Ok(functions.into_iter().collect())
}

/// `= <number>`, where the number is a `u64`.
fn number(input: ParseStream<'_>) -> Result<LitInt> {
    input.parse::<Token![=]>()?;
    let number: LitInt = input.parse()?;
    number.base10_parse::<u64>()?;
    Ok(number)
}

impl Options {
    /// The options as a value of the library.
    pub(crate) fn tokens(&self, here: Span) -> TokenStream {
        let optional = |number: &Option<LitInt>| match number {
            Some(number) => quote_spanned!(here=> ::core::option::Option::Some(#number)),
            None => quote_spanned!(here=> ::core::option::Option::None),
        };
        let cases = optional(&self.cases);
        let time_ms = optional(&self.time_ms);
        let inputs_max = optional(&self.inputs_max);
        let failures_max = optional(&self.failures_max);
        let is_health_checked = !self.is_unhealthy;
        quote_spanned! {here=>
            ::proofhouse::__private::Options {
                cases: #cases,
                time_ms: #time_ms,
                inputs_max: #inputs_max,
                failures_max: #failures_max,
                is_health_checked: #is_health_checked,
            }
        }
    }
}

/// The inputs that a property always tries.
#[derive(Default)]
pub(crate) struct Fixed {
    /// The values of the arguments, for each example.
    pub(crate) examples: Vec<Vec<Expression>>,
    /// The tokens.
    pub(crate) regressions: Vec<LitStr>,
}

impl Fixed {
    /// Takes `#[example(..)]` and `#[regression(..)]` off a property with so many arguments.
    pub(crate) fn take_from(attributes: &mut Vec<Attribute>, arguments: usize) -> Result<Self> {
        let mut fixed = Self::default();
        for attribute in std::mem::take(attributes) {
            if attribute.is("example") {
                let values =
                    attribute.arguments(Punctuated::<Expression, Token![,]>::parse_terminated)?;
                if values.len() != arguments {
                    let message = format!(
                        "this example has {}, but the property has {}",
                        count(values.len(), "value"),
                        count(arguments, "argument")
                    );
                    return Err(Error::new(attribute.span(), message));
                }
                fixed.examples.push(values.into_iter().collect());
            } else if attribute.is("regression") {
                let token: LitStr = attribute.argument()?;
                // The rest of a token is checked when the property runs.
                if !token.value().starts_with("ph") {
                    let message = "this is not a token as reports print it, `ph1:..`";
                    return Err(Error::new(token.span(), message));
                }
                fixed.regressions.push(token);
            } else {
                attributes.push(attribute);
            }
        }
        Ok(fixed)
    }
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
