//! The declaration of a type: its parameters, variants and fields.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Error, Lifetime, Result, Token, token};

use super::{Attribute, Type, take_expression, take_until, take_visibility, take_where};

/// A structure, an enumeration or a union.
pub(crate) struct Declaration {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) kind: Kind,
}

/// What kind of type it is.
pub(crate) enum Kind {
    Structure(Fields),
    Enumeration(Vec<Variant>),
    /// With its word.
    Union(Ident),
}

/// One of the variants of an enumeration.
pub(crate) struct Variant {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) fields: Fields,
}

/// The fields of a structure or a variant.
pub(crate) enum Fields {
    Named(Vec<Field>),
    Tuple(Vec<Field>),
    Unit,
}

/// One field.
pub(crate) struct Field {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Option<Ident>,
    pub(crate) ty: Type,
}

/// The parameters of a type.
#[derive(Default)]
pub(crate) struct Generics {
    parameters: Vec<TypeParameter>,
    /// What stands after `where`, without the last comma.
    pub(crate) predicates: TokenStream,
}

/// One parameter.
struct TypeParameter {
    /// As it is declared, without its default.
    declared: TokenStream,
    /// As it is named.
    name: TokenStream,
    /// Its name, if it is a type.
    ty: Option<Ident>,
}

impl Generics {
    pub(crate) fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// The names of the parameters that are types.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Ident> {
        self.parameters
            .iter()
            .filter_map(|parameter| parameter.ty.as_ref())
    }

    /// The parameters as an `impl` declares them, in angle brackets.
    pub(crate) fn declared(&self) -> TokenStream {
        self.in_angles(|parameter| &parameter.declared)
    }

    /// The parameters as they are named, in angle brackets.
    pub(crate) fn named(&self) -> TokenStream {
        self.in_angles(|parameter| &parameter.name)
    }

    fn in_angles(&self, tokens: impl Fn(&TypeParameter) -> &TokenStream) -> TokenStream {
        if self.parameters.is_empty() {
            return TokenStream::new();
        }
        let tokens = self.parameters.iter().map(tokens);
        quote!(<#(#tokens),*>)
    }

    /// Takes `<..>`, if it comes next.
    fn read(input: ParseStream<'_>) -> Result<Self> {
        let mut parameters = Vec::new();
        if input.peek(Token![<]) {
            input.parse::<Token![<]>()?;
            while !input.peek(Token![>]) {
                parameters.push(TypeParameter::read(input)?);
                input.parse::<Option<Token![,]>>()?;
            }
            input.parse::<Token![>]>()?;
        }
        Ok(Self {
            parameters,
            predicates: TokenStream::new(),
        })
    }
}

impl TypeParameter {
    fn read(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        let constant: Option<Token![const]> = input.parse()?;
        let (name, ty) = if input.peek(Lifetime) {
            (input.parse::<Lifetime>()?.to_token_stream(), None)
        } else {
            let name: Ident = input.parse()?;
            let ty = constant.is_none().then(|| name.clone());
            (name.to_token_stream(), ty)
        };
        let bounds = take_until(input, |input| {
            input.peek(Token![,]) || input.peek(Token![=])
        })?;
        // Its default.
        take_until(input, |input| input.peek(Token![,]))?;
        Ok(Self {
            declared: quote!(#(#attributes)* #constant #name #bounds),
            name,
            ty,
        })
    }
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        take_visibility(input)?;
        let refused = "`Generate` is derived for structures and enumerations";
        let TokenTree::Ident(word) = input.parse()? else {
            return Err(input.error(refused));
        };
        if !["struct", "enum", "union"]
            .iter()
            .any(|known| word == known)
        {
            return Err(Error::new(word.span(), refused));
        }
        let name = input.parse()?;
        let mut generics = Generics::read(input)?;
        generics.predicates = take_where(input)?;
        let kind = match &*word.to_string() {
            "enum" => Kind::Enumeration(read_variants(&input.parse()?)?),
            "struct" => Kind::Structure(Fields::read(input)?),
            _ => Kind::Union(word),
        };
        // After the fields of a tuple.
        if input.peek(Token![where]) {
            generics.predicates = take_where(input)?;
        }
        input.parse::<TokenStream>()?;
        Ok(Self {
            attributes,
            name,
            generics,
            kind,
        })
    }
}

fn read_variants(braces: &Group) -> Result<Vec<Variant>> {
    let parser = |input: ParseStream<'_>| {
        let variants = input.parse_terminated(Variant::parse, Token![,])?;
        Ok(variants.into_iter().collect())
    };
    parser.parse2(braces.stream())
}

impl Parse for Variant {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        take_visibility(input)?;
        let name = input.parse()?;
        let fields = Fields::read(input)?;
        // Its number.
        take_expression(input)?;
        Ok(Self {
            attributes,
            name,
            fields,
        })
    }
}

impl Fields {
    /// Takes the fields, if they come next.
    fn read(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(token::Brace) {
            let group: Group = input.parse()?;
            return Field::read_all(&group, Field::named).map(Self::Named);
        }
        if input.peek(token::Paren) {
            let group: Group = input.parse()?;
            return Field::read_all(&group, Field::unnamed).map(Self::Tuple);
        }
        Ok(Self::Unit)
    }

    /// All of them, in order.
    pub(crate) fn all(&self) -> &[Field] {
        match self {
            Self::Named(fields) | Self::Tuple(fields) => fields,
            Self::Unit => &[],
        }
    }
}

impl Field {
    fn read_all(group: &Group, read: fn(ParseStream<'_>) -> Result<Self>) -> Result<Vec<Self>> {
        let parser = |input: ParseStream<'_>| {
            let fields = input.parse_terminated(read, Token![,])?;
            Ok(fields.into_iter().collect())
        };
        parser.parse2(group.stream())
    }

    fn named(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        take_visibility(input)?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        Ok(Self {
            attributes,
            name: Some(name),
            ty,
        })
    }

    fn unnamed(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attribute::read_all(input)?;
        take_visibility(input)?;
        let ty = input.parse()?;
        Ok(Self {
            attributes,
            name: None,
            ty,
        })
    }
}
