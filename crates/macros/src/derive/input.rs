//! The declaration of a type, as far as generating its values goes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident};
use syn::{Error, Ident, Result};

use super::attributes::{Attributes, Target};
use crate::syntax::{self, Attribute, Declaration, Expression, Fields, Generics, Kind, Type};

/// A type to be generated.
pub(super) struct Input {
    pub(super) name: Ident,
    pub(super) generics: Generics,
    /// One for a structure; for an enumeration those that are not skipped, at least one.
    pub(super) variants: Vec<Variant>,
    /// What replaces the bounds that the fields need.
    pub(super) bounds: Option<TokenStream>,
    /// Whether its fields may lie where no reference can point.
    pub(super) is_packed: bool,
}

/// A structure, or a variant of an enumeration.
pub(super) struct Variant {
    /// The name of the variant; none for a structure.
    pub(super) name: Option<Ident>,
    pub(super) style: Style,
    pub(super) fields: Vec<Field>,
    pub(super) weight: Option<u32>,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Named,
    Tuple,
    Unit,
}

/// A field to be drawn.
pub(super) struct Field {
    pub(super) name: Option<Ident>,
    /// The variable that holds its value: its own name, as other fields' generators see it.
    pub(super) local: Ident,
    pub(super) ty: Type,
    pub(super) values: Values,
    /// Whether the author says that it leads back to the type.
    pub(super) is_marked: bool,
}

/// Where the values of a field come from.
pub(super) enum Values {
    /// Every value of its type.
    Any,
    /// Those of a generator.
    From(Expression),
    /// One value, without a question.
    Always(Expression),
}

/// Types of the standard library that hold no others and have a short name for it.
const FLAT: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize", "String",
];

impl Input {
    /// Reads a declaration.
    pub(super) fn read(item: TokenStream) -> Result<Self> {
        let item: Declaration = syn::parse2(item)?;
        let attributes = Attributes::read(&item.attributes, Target::Type)?;
        let variants = match &item.kind {
            Kind::Structure(fields) => vec![Variant {
                name: None,
                style: Style::of(fields),
                fields: read_fields(fields)?,
                weight: None,
            }],
            Kind::Enumeration(variants) => read_variants(variants, item.name.span())?,
            Kind::Union(word) => {
                let message =
                    "`Generate` can't be derived for a union: which of its fields would be read?";
                return Err(Error::new(word.span(), message));
            }
        };
        Ok(Self {
            variants,
            name: item.name,
            generics: item.generics,
            bounds: attributes.bounds,
            is_packed: is_packed(&item.attributes),
        })
    }

    /// Whether all fields are of types that plainly hold no derived type.
    pub(super) fn is_flat(&self) -> bool {
        let mut fields = self.variants.iter().flat_map(|variant| &variant.fields);
        fields.all(|field| match &field.values {
            Values::Any | Values::From(_) => !field.is_marked && is_flat(&field.ty),
            Values::Always(_) => true,
        })
    }

    /// One weight for each variant, or none if all are alike.
    pub(super) fn weights(&self) -> Vec<u32> {
        let weights: Vec<u32> = self
            .variants
            .iter()
            .map(|v| v.weight.unwrap_or(1))
            .collect();
        if weights.iter().all(|weight| *weight == weights[0]) {
            Vec::new()
        } else {
            weights
        }
    }
}

fn is_packed(attributes: &[Attribute]) -> bool {
    let mut layouts = attributes.iter().filter(|a| a.is("repr"));
    layouts.any(|layout| mentions(layout.inside(), &|name| name == "packed"))
}

impl Style {
    fn of(fields: &Fields) -> Self {
        match fields {
            Fields::Named(_) => Self::Named,
            Fields::Tuple(_) => Self::Tuple,
            Fields::Unit => Self::Unit,
        }
    }
}

impl Field {
    /// Whether the author gave a generator.
    pub(super) fn has_generator(&self) -> bool {
        matches!(self.values, Values::From(_))
    }

    /// Whether its type mentions the type that it is a field of.
    pub(super) fn names_itself(&self, input: &Input) -> bool {
        mentions(self.ty.to_token_stream(), &|name| {
            name == "Self" || *name == input.name
        })
    }
}

/// Whether an identifier among the tokens is wanted.
pub(super) fn mentions(tokens: TokenStream, is_wanted: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(name) => is_wanted(&name),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), is_wanted),
        _ => false,
    })
}

fn is_flat(ty: &Type) -> bool {
    match (ty.only_word(), ty.elements()) {
        (Some(name), _) => FLAT.iter().any(|flat| name == flat),
        (None, Some(elements)) => elements.iter().all(is_flat),
        (None, None) => false,
    }
}

fn read_variants(declared: &[syntax::Variant], type_span: Span) -> Result<Vec<Variant>> {
    let mut variants = Vec::new();
    let mut errors = Errors::default();
    for variant in declared {
        let Some(attributes) = errors.keep(Attributes::read(&variant.attributes, Target::Variant))
        else {
            continue;
        };
        if attributes.is_skipped {
            continue;
        }
        let Some(fields) = errors.keep(read_fields(&variant.fields)) else {
            continue;
        };
        variants.push(Variant {
            name: Some(variant.name.clone()),
            style: Style::of(&variant.fields),
            fields,
            weight: attributes.weight,
        });
    }
    errors.finish()?;
    if variants.is_empty() {
        let message = if declared.is_empty() {
            "an enumeration without variants has no value to generate"
        } else {
            "all variants are skipped: there is no value left to generate"
        };
        return Err(Error::new(type_span, message));
    }
    Ok(variants)
}

fn read_fields(declared: &Fields) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    let mut errors = Errors::default();
    for (at, field) in declared.all().iter().enumerate() {
        let Some(attributes) = errors.keep(Attributes::read(&field.attributes, Target::Field))
        else {
            continue;
        };
        // A name from the author's code, so that generators of later fields may mention it; a
        // field without a name gets one that they can't.
        let local = field
            .name
            .clone()
            .unwrap_or_else(|| format_ident!("field_{at}", span = Span::mixed_site()));
        fields.push(Field {
            name: field.name.clone(),
            local,
            ty: field.ty.clone(),
            values: attributes.values,
            is_marked: attributes.is_recursive,
        });
    }
    errors.finish()?;
    Ok(fields)
}

/// Everything that is wrong, not just the first of it.
#[derive(Default)]
struct Errors(Option<Error>);

impl Errors {
    fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        match (result, &mut self.0) {
            (Ok(value), _) => return Some(value),
            (Err(error), Some(all)) => all.combine(error),
            (Err(error), none) => *none = Some(error),
        }
        None
    }

    fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}
