//! An `impl` block as a state machine: its first state, actions, invariants and bundles.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Error, Ident, LitInt, Result, Token};

use crate::syntax::{
    Attribute, Block, Expression, Function, Parameter, Part, Receiver, Type, name_of_pattern,
};

/// What is known of the block.
pub(super) struct Input {
    /// The block without our attributes.
    pub(super) block: Block,
    pub(super) initial: Method,
    pub(super) actions: Vec<Action>,
    pub(super) invariants: Vec<Method>,
    pub(super) bundles: Vec<Bundle>,
}

/// A method that is called by the machine.
pub(super) struct Method {
    pub(super) name: Ident,
    pub(super) arguments: Vec<Argument>,
    /// Whether it returns something that is called `Result`.
    pub(super) is_fallible: bool,
    pub(super) is_changing: bool,
}

pub(super) struct Action {
    pub(super) method: Method,
    pub(super) preconditions: Vec<Expression>,
    pub(super) weight: u32,
    /// The bundle that takes the result.
    pub(super) into: Option<Ident>,
}

pub(super) struct Argument {
    /// The variable that holds it, under its own name if it has one.
    pub(super) local: Ident,
    pub(super) ty: Type,
    pub(super) values: Values,
}

/// Where the values of an argument come from.
pub(super) enum Values {
    Any,
    From(Expression),
    Bundle(Ident),
    Consume(Ident),
}

/// Results of one type under one name.
pub(super) struct Bundle {
    pub(super) name: Ident,
    pub(super) ty: Type,
}

/// As many as there are bits in a word.
const ACTIONS_MAX: usize = 64;

/// What an attribute makes of a method.
enum Role {
    Initial,
    Action(Option<Ident>),
    Invariant,
}

impl Input {
    /// Reads a block and takes our attributes off it.
    pub(super) fn read(item: TokenStream) -> Result<Self> {
        let mut block: Block = syn::parse2(item)?;
        check_block(&block)?;
        let (mut initial, mut actions, mut invariants) = (None, Vec::new(), Vec::new());
        let mut bundles: Vec<Bundle> = Vec::new();
        let state = block.ty.clone();
        for part in &mut block.parts {
            let Part::Method(function) = part else {
                continue;
            };
            let taken = Taken::from(function)?;
            let Some(role) = taken.role else {
                continue;
            };
            let method = Method::read(function)?;
            function.attributes.push(judged());
            match role {
                Role::Initial if initial.is_some() => {
                    let message = "a state machine has one `#[initial]` function";
                    return Err(Error::new(method.name.span(), message));
                }
                Role::Initial => {
                    check_receiver(function, "an initial state", &[Receiver::None])?;
                    initial = Some(method);
                }
                Role::Invariant => {
                    check_receiver(function, "an invariant", &[Receiver::Shared])?;
                    check_bare(&method)?;
                    invariants.push(method);
                }
                Role::Action(into) => {
                    let allowed = [Receiver::Shared, Receiver::Exclusive];
                    check_receiver(function, "an action", &allowed)?;
                    if let Some(name) = &into
                        && bundles.iter().all(|bundle| bundle.name != *name)
                    {
                        let ty = value_type(function.output.as_ref(), name, &state)?;
                        let name = name.clone();
                        bundles.push(Bundle { name, ty });
                    }
                    actions.push(Action {
                        method,
                        preconditions: taken.preconditions,
                        weight: taken.weight.unwrap_or(1),
                        into,
                    });
                }
            }
        }
        let Some(initial) = initial else {
            let message =
                "a state machine needs an `#[initial]` function that makes its first state";
            return Err(Error::new(state.span(), message));
        };
        check_actions(&actions, &bundles, &state)?;
        check_arguments(&initial.arguments, &[])?;
        Ok(Self {
            block,
            initial,
            actions,
            invariants,
            bundles,
        })
    }
}

/// Lints of the user's crate look away from what a machine asks for: owned arguments, references to
/// what lies in a bundle, results that may be errors one day.
fn judged() -> Attribute {
    Attribute::generated(&quote! {
        allow(
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::ref_option,
            clippy::too_many_arguments,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            clippy::unused_self,
            reason = "the machine calls it with what it has"
        )
    })
}

fn check_block(block: &Block) -> Result<()> {
    if let Some(of_trait) = &block.of_trait {
        let message = "`#[state_machine]` stands on the methods of a type, not on a trait's";
        return Err(Error::new(of_trait.span(), message));
    }
    if !block.generics.is_empty() {
        let message = "a state machine can't be generic; name the type: `impl Machine<u8>`";
        return Err(Error::new(block.generics.span(), message));
    }
    Ok(())
}

fn check_actions(actions: &[Action], bundles: &[Bundle], state: &Type) -> Result<()> {
    if actions.is_empty() {
        let message = "a state machine needs an `#[action]`";
        return Err(Error::new(state.span(), message));
    }
    if let Some(action) = actions.get(ACTIONS_MAX) {
        let message = "a state machine has at most 64 actions";
        return Err(Error::new(action.method.name.span(), message));
    }
    for action in actions {
        check_arguments(&action.method.arguments, bundles)?;
    }
    Ok(())
}

/// Whether the bundles are known, and references come only from where something lies.
fn check_arguments(arguments: &[Argument], bundles: &[Bundle]) -> Result<()> {
    for argument in arguments {
        let is_reference = argument.ty.is_reference();
        match &argument.values {
            Values::Bundle(name) | Values::Consume(name) => {
                if !bundles.iter().any(|bundle| bundle.name == *name) {
                    return Err(unknown_bundle(name, bundles));
                }
            }
            Values::Any | Values::From(_) => {}
        }
        let refuse = |message| Err(Error::new(argument.ty.span(), message));
        match &argument.values {
            Values::Bundle(_) if argument.ty.is_exclusive_reference() => {
                return refuse("a bundle lends its values only as `&`");
            }
            Values::Consume(_) if is_reference => {
                return refuse("a consumed value is owned: take it without `&`");
            }
            Values::Bundle(borrowed) if is_reference => {
                let consumes = |other: &&Argument| matches!(&other.values, Values::Consume(name) if name == borrowed);
                if let Some(other) = arguments.iter().find(consumes) {
                    let message =
                        format!("`{borrowed}` is lent to another argument of this action");
                    return Err(Error::new(other.local.span(), message));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn unknown_bundle(name: &Ident, bundles: &[Bundle]) -> Error {
    let known: Vec<String> = bundles.iter().map(|b| format!("`{}`", b.name)).collect();
    let known = if known.is_empty() {
        "none has a result that is kept".to_owned()
    } else {
        format!("there is {}", known.join(", "))
    };
    let message =
        format!("no action puts anything into `{name}` (`#[action(into = {name})]`); {known}");
    Error::new(name.span(), message)
}

fn check_receiver(function: &Function, what: &str, allowed: &[Receiver]) -> Result<()> {
    let refuse = |span: Span, message: String| Err(Error::new(span, message));
    if let Some(token) = function.async_token() {
        return refuse(token.span(), format!("{what} can't be `async`"));
    }
    if !function.generics.is_empty() {
        let span = function.generics.span();
        return refuse(span, format!("{what} can't be generic"));
    }
    let (receiver, tokens) = function.receiver();
    let span = tokens.span();
    if receiver == Receiver::Other {
        return refuse(span, format!("{what} borrows the state: `&mut self`"));
    }
    if allowed.contains(&receiver) {
        return Ok(());
    }
    let wanted = match allowed {
        [Receiver::None] => "takes no `self`; it returns the state",
        [Receiver::Shared] => "only looks: it takes `&self`",
        _ => "is a method: it takes `&mut self` or `&self`",
    };
    refuse(span, format!("{what} {wanted}"))
}

fn check_bare(method: &Method) -> Result<()> {
    match method.arguments.first() {
        Some(argument) => {
            let message = "an invariant has no arguments but `&self`";
            Err(Error::new(argument.local.span(), message))
        }
        None => Ok(()),
    }
}

/// Our attributes of one method.
#[derive(Default)]
struct Taken {
    role: Option<Role>,
    preconditions: Vec<Expression>,
    weight: Option<u32>,
}

impl Taken {
    /// Takes our attributes off a method.
    fn from(function: &mut Function) -> Result<Self> {
        let mut taken = Self::default();
        let mut of_actions = None;
        for attribute in std::mem::take(&mut function.attributes) {
            if attribute.is("initial") {
                attribute.require_bare()?;
                taken.set(Role::Initial, &attribute)?;
            } else if attribute.is("invariant") {
                attribute.require_bare()?;
                taken.set(Role::Invariant, &attribute)?;
            } else if attribute.is("action") {
                taken.set(Role::Action(into(&attribute)?), &attribute)?;
            } else if attribute.is("precondition") {
                of_actions = of_actions.or(Some(attribute.span()));
                taken.preconditions.push(attribute.argument()?);
            } else if attribute.is("weight") {
                of_actions = of_actions.or(Some(attribute.span()));
                taken.weight = Some(weight(&attribute)?);
            } else {
                function.attributes.push(attribute);
            }
        }
        let conditional = function.attributes.iter().find(|a| a.is("cfg"));
        if let (Some(attribute), Some(_)) = (conditional, &taken.role) {
            // It is taken off after this macro has run, and the calls of the method would stay.
            let message = "put `#[cfg(..)]` on the whole block: its machine has all of its actions";
            return Err(Error::new(attribute.span(), message));
        }
        match (of_actions, &taken.role) {
            (Some(span), role) if !matches!(role, Some(Role::Action(_))) => {
                let message = "this belongs on an `#[action]`";
                Err(Error::new(span, message))
            }
            _ => Ok(taken),
        }
    }

    /// Says what a method is; it is one thing only.
    fn set(&mut self, role: Role, attribute: &Attribute) -> Result<()> {
        if self.role.is_some() {
            let message = "a method is one of `#[initial]`, `#[action]` and `#[invariant]`";
            return Err(Error::new(attribute.span(), message));
        }
        self.role = Some(role);
        Ok(())
    }
}

/// `#[action]` or `#[action(into = bundle)]`
fn into(attribute: &Attribute) -> Result<Option<Ident>> {
    if attribute.is_bare() {
        return Ok(None);
    }
    attribute.arguments(|input: ParseStream<'_>| {
        let word: Ident = input.parse()?;
        if word != "into" {
            let message = format!("unknown word `{word}`; there is `into = <bundle>`");
            return Err(Error::new(word.span(), message));
        }
        input.parse::<Token![=]>()?;
        input.parse().map(Some)
    })
}

fn weight(attribute: &Attribute) -> Result<u32> {
    let number: LitInt = attribute.argument()?;
    match number.base10_parse()? {
        0 => {
            let message = "an action of weight 0 would never happen: leave out its `#[action]`";
            Err(Error::new(number.span(), message))
        }
        weight => Ok(weight),
    }
}

impl Method {
    /// Reads a signature and takes our attributes off its arguments.
    fn read(function: &mut Function) -> Result<Self> {
        let mut arguments = Vec::new();
        for input in &mut function.arguments {
            let Parameter::Typed { pattern, ty, .. } = &input.parameter else {
                continue;
            };
            let values = take_values(&mut input.attributes)?;
            if ty.is_reference() && matches!(values, Values::Any) {
                let message = "what is drawn is owned; only `#[bundle(..)]` and a generator of \
                               `&'static` values lend";
                return Err(Error::new(ty.span(), message));
            }
            let local = name_of_pattern(pattern).unwrap_or_else(|| {
                Ident::new(&format!("argument_{}", arguments.len()), pattern.span())
            });
            arguments.push(Argument {
                local,
                ty: ty.clone(),
                values,
            });
        }
        Ok(Self {
            name: function.name.clone(),
            arguments,
            is_fallible: function
                .output
                .as_ref()
                .and_then(result_arguments)
                .is_some(),
            is_changing: function.receiver().0 == Receiver::Exclusive,
        })
    }
}

fn take_values(attributes: &mut Vec<Attribute>) -> Result<Values> {
    let mut values = None;
    for attribute in std::mem::take(attributes) {
        let found = if attribute.is("from") {
            Values::From(attribute.argument()?)
        } else if attribute.is("bundle") {
            Values::Bundle(attribute.argument()?)
        } else if attribute.is("consume") {
            Values::Consume(attribute.argument()?)
        } else {
            attributes.push(attribute);
            continue;
        };
        if values.is_some() {
            let message = "an argument has one origin";
            return Err(Error::new(attribute.span(), message));
        }
        values = Some(found);
    }
    Ok(values.unwrap_or(Values::Any))
}

/// The arguments of what is called `Result`.
fn result_arguments(output: &Type) -> Option<Vec<Type>> {
    let (word, arguments) = output.last_segment()?;
    (word == "Result").then_some(arguments)
}

/// The type of the value that goes into a bundle.
fn value_type(output: Option<&Type>, bundle: &Ident, state: &Type) -> Result<Type> {
    let Some(whole) = output else {
        let message = "this action returns nothing that could be kept";
        return Err(Error::new(bundle.span(), message));
    };
    let first = result_arguments(whole).and_then(|arguments| arguments.into_iter().next());
    Ok(without_self(first.as_ref().unwrap_or(whole), state))
}

/// The same type with `Self` spelled out.
fn without_self(ty: &Type, state: &Type) -> Type {
    fn replaced(tokens: TokenStream, state: &TokenStream) -> TokenStream {
        use proc_macro2::TokenTree;
        let replace = |token: TokenTree| match token {
            TokenTree::Ident(word) if word == "Self" => state.clone(),
            TokenTree::Group(group) => {
                let inside = replaced(group.stream(), state);
                TokenTree::from(proc_macro2::Group::new(group.delimiter(), inside)).into()
            }
            other => other.into(),
        };
        tokens.into_iter().flat_map(replace).collect()
    }
    let state = quote::ToTokens::to_token_stream(state);
    Type::of(replaced(quote::ToTokens::to_token_stream(ty), &state))
}
