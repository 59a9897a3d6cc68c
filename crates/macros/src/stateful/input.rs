//! An `impl` block as a state machine: its first state, actions, invariants and bundles.

use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Error, Expr, FnArg, GenericArgument, Ident, ImplItem, ImplItemFn, ItemImpl, LitInt,
    Meta, Pat, PathArguments, ReceiverKind, Result, ReturnType, Token, Type,
};

/// What is known of the block.
pub(super) struct Input {
    /// The block without our attributes.
    pub(super) block: ItemImpl,
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
    pub(super) preconditions: Vec<Expr>,
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
    From(Expr),
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
        let mut block: ItemImpl = syn::parse2(item)?;
        check_block(&block)?;
        let (mut initial, mut actions, mut invariants) = (None, Vec::new(), Vec::new());
        let mut bundles: Vec<Bundle> = Vec::new();
        let state = (*block.self_ty).clone();
        for item in &mut block.items {
            let ImplItem::Fn(function) = item else {
                continue;
            };
            let taken = Taken::from(function)?;
            let Some(role) = taken.role else {
                continue;
            };
            let method = Method::read(function)?;
            function.attrs.push(judged());
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
                        let ty = value_type(&function.sig.output, name, &state)?;
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
    syn::parse_quote! {
        #[allow(
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::ref_option,
            clippy::too_many_arguments,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            clippy::unused_self,
            reason = "the machine calls it with what it has"
        )]
    }
}

fn check_block(block: &ItemImpl) -> Result<()> {
    if let Some((path, _)) = &block.trait_ {
        let message = "`#[state_machine]` stands on the methods of a type, not on a trait's";
        return Err(Error::new(path.span(), message));
    }
    if !block.generics.params.is_empty() {
        let message = "a state machine can't be generic; name the type: `impl Machine<u8>`";
        return Err(Error::new(block.generics.params.span(), message));
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
        let is_reference = matches!(argument.ty, Type::Reference(_));
        match &argument.values {
            Values::Bundle(name) | Values::Consume(name) => {
                if !bundles.iter().any(|bundle| bundle.name == *name) {
                    return Err(unknown_bundle(name, bundles));
                }
            }
            Values::Any | Values::From(_) => {}
        }
        let refuse = |message| Err(Error::new(argument.ty.span(), message));
        match (&argument.values, &argument.ty) {
            (Values::Bundle(_), Type::Reference(reference)) if reference.mutability.is_some() => {
                return refuse("a bundle lends its values only as `&`");
            }
            (Values::Consume(_), _) if is_reference => {
                return refuse("a consumed value is owned: take it without `&`");
            }
            (Values::Bundle(borrowed), Type::Reference(_)) => {
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

/// How a method takes the state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Receiver {
    None,
    Shared,
    Exclusive,
}

fn check_receiver(function: &ImplItemFn, what: &str, allowed: &[Receiver]) -> Result<()> {
    let signature = &function.sig;
    let refuse = |span: Span, message: String| Err(Error::new(span, message));
    if let Some(token) = &signature.asyncness {
        return refuse(token.span(), format!("{what} can't be `async`"));
    }
    if !signature.generics.params.is_empty() {
        let span = signature.generics.params.span();
        return refuse(span, format!("{what} can't be generic"));
    }
    let (receiver, span) = match signature.receiver() {
        None => (Receiver::None, signature.ident.span()),
        Some(receiver) if is_shared(receiver) => (Receiver::Shared, receiver.span()),
        Some(receiver) if is_exclusive(receiver) => (Receiver::Exclusive, receiver.span()),
        Some(receiver) => {
            return refuse(
                receiver.span(),
                format!("{what} borrows the state: `&mut self`"),
            );
        }
    };
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

fn is_shared(receiver: &syn::Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
}

fn is_exclusive(receiver: &syn::Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_)))
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
    preconditions: Vec<Expr>,
    weight: Option<u32>,
}

impl Taken {
    /// Takes our attributes off a method.
    fn from(function: &mut ImplItemFn) -> Result<Self> {
        let mut taken = Self::default();
        let mut of_actions = None;
        for attribute in std::mem::take(&mut function.attrs) {
            let path = attribute.path();
            if path.is_ident("initial") {
                attribute.meta.require_path_only()?;
                taken.set(Role::Initial, &attribute)?;
            } else if path.is_ident("invariant") {
                attribute.meta.require_path_only()?;
                taken.set(Role::Invariant, &attribute)?;
            } else if path.is_ident("action") {
                taken.set(Role::Action(into(&attribute)?), &attribute)?;
            } else if path.is_ident("precondition") {
                of_actions = of_actions.or(Some(attribute.span()));
                taken.preconditions.push(attribute.parse_args()?);
            } else if path.is_ident("weight") {
                of_actions = of_actions.or(Some(attribute.span()));
                taken.weight = Some(weight(&attribute)?);
            } else {
                function.attrs.push(attribute);
            }
        }
        let conditional = function.attrs.iter().find(|a| a.path().is_ident("cfg"));
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
    if matches!(attribute.meta, Meta::Path(_)) {
        return Ok(None);
    }
    attribute.parse_args_with(|input: ParseStream<'_>| {
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
    let number: LitInt = attribute.parse_args()?;
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
    fn read(function: &mut ImplItemFn) -> Result<Self> {
        let signature = &mut function.sig;
        let mut arguments = Vec::new();
        for input in &mut signature.inputs {
            let FnArg::Typed(input) = input else {
                continue;
            };
            let values = take_values(&mut input.attrs)?;
            if let (Type::Reference(reference), Values::Any) = (&*input.ty, &values) {
                let message = "what is drawn is owned; only `#[bundle(..)]` and a generator of \
                               `&'static` values lend";
                return Err(Error::new(reference.span(), message));
            }
            let local = match &*input.pat {
                Pat::Ident(pattern) => pattern.ident.clone(),
                other => Ident::new(&format!("argument_{}", arguments.len()), other.span()),
            };
            arguments.push(Argument {
                local,
                ty: (*input.ty).clone(),
                values,
            });
        }
        Ok(Self {
            name: signature.ident.clone(),
            arguments,
            is_fallible: result_arguments(&signature.output).is_some(),
            is_changing: signature.receiver().is_some_and(is_exclusive),
        })
    }
}

fn take_values(attributes: &mut Vec<Attribute>) -> Result<Values> {
    let mut values = None;
    for attribute in std::mem::take(attributes) {
        let path = attribute.path();
        let found = if path.is_ident("from") {
            Values::From(attribute.parse_args()?)
        } else if path.is_ident("bundle") {
            Values::Bundle(attribute.parse_args()?)
        } else if path.is_ident("consume") {
            Values::Consume(attribute.parse_args()?)
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
fn result_arguments(output: &ReturnType) -> Option<&PathArguments> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let Type::Path(path) = &**ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    (last.ident == "Result").then_some(&last.arguments)
}

/// The type of the value that goes into a bundle.
fn value_type(output: &ReturnType, bundle: &Ident, state: &Type) -> Result<Type> {
    let ReturnType::Type(_, whole) = output else {
        let message = "this action returns nothing that could be kept";
        return Err(Error::new(bundle.span(), message));
    };
    let ty = match result_arguments(output) {
        Some(PathArguments::AngleBracketed(arguments)) => match arguments.args.first() {
            Some(GenericArgument::Type(ty)) => ty.clone(),
            _ => (**whole).clone(),
        },
        _ => (**whole).clone(),
    };
    without_self(&ty, state)
}

/// The same type with `Self` spelled out.
fn without_self(ty: &Type, state: &Type) -> Result<Type> {
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
    syn::parse2(replaced(quote::ToTokens::to_token_stream(ty), &state))
}
