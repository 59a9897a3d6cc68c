//! From what `Debug` prints to an expression of the type that is wanted.
//!
//! `Debug` prints much of Rust's data as Rust writes it, but not texts (`String`), lists (`Vec`), sets,
//! maps, floats that are no numbers, and variants, whose enumeration it leaves out. The type says what
//! is meant. Where the type is not known (an alias, a field of a structure) the most usual is written,
//! and the compiler decides.
//!
//! # Not here
//!
//! Types with a `Debug` of their own. What they print is refused or does not compile; the caller has
//! another way.

use syn::{GenericArgument, PathArguments, Type};

/// The expression, if the text has the form of one.
pub(super) fn expression(text: &str, ty: &Type) -> Option<String> {
    let mut parser = Parser { rest: text.trim() };
    let value = parser.value()?;
    parser.rest.is_empty().then(|| value.written(Some(ty)))
}

/// A printed value.
#[derive(Debug, PartialEq, Eq)]
enum Value<'text> {
    /// A number, a character, `true`: as it stands.
    Plain(&'text str),
    /// A text with its quotes.
    Text(&'text str),
    /// `[a, b]`
    List(Vec<Self>),
    /// `(a, b)`
    Tuple(Vec<Self>),
    /// `{a, b}`
    Set(Vec<Self>),
    /// `{a: b}`
    Map(Vec<(Self, Self)>),
    /// `Name`, `Name(a)`, `Name { a: b }`
    Named(&'text str, Body<'text>),
}

/// What follows a name.
#[derive(Debug, PartialEq, Eq)]
enum Body<'text> {
    None,
    Positional(Vec<Value<'text>>),
    Fields(Vec<(&'text str, Value<'text>)>),
}

struct Parser<'text> {
    rest: &'text str,
}

impl<'text> Parser<'text> {
    fn value(&mut self) -> Option<Value<'text>> {
        match self.rest.chars().next()? {
            '[' => Some(Value::List(self.items('[', ']')?)),
            '(' => Some(Value::Tuple(self.items('(', ')')?)),
            '{' => self.braced(),
            '"' => Some(Value::Text(self.quoted('"')?)),
            '\'' => Some(Value::Plain(self.quoted('\'')?)),
            '-' | '0'..='9' => self.number(),
            _ => self.named(),
        }
    }

    fn skip(&mut self, length: usize) -> &'text str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        taken
    }

    /// Takes a mark if it is next.
    fn takes(&mut self, mark: char) -> bool {
        let is_next = self.rest.starts_with(mark);
        if is_next {
            self.skip(mark.len_utf8());
        }
        is_next
    }

    fn items(&mut self, open: char, close: char) -> Option<Vec<Value<'text>>> {
        let mut items = Vec::new();
        if !self.takes(open) {
            return None;
        }
        while !self.takes(close) {
            items.push(self.value()?);
            if !self.takes(',') && !self.rest.starts_with(close) {
                return None;
            }
        }
        Some(items)
    }

    /// A set or a map; an empty one may be either.
    fn braced(&mut self) -> Option<Value<'text>> {
        let mut keys = Vec::new();
        let mut pairs = Vec::new();
        self.takes('{');
        while !self.takes('}') {
            let key = self.value()?;
            if self.takes(':') {
                pairs.push((key, self.value()?));
            } else {
                keys.push(key);
            }
            if !self.takes(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        match (keys.is_empty(), pairs.is_empty()) {
            (_, true) => Some(Value::Set(keys)),
            (true, false) => Some(Value::Map(pairs)),
            (false, false) => None,
        }
    }

    fn quoted(&mut self, quote: char) -> Option<&'text str> {
        let mut is_escaped = false;
        for (at, character) in self.rest.char_indices().skip(1) {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                other if other == quote => return Some(self.skip(at + quote.len_utf8())),
                _ => {}
            }
        }
        None
    }

    fn number(&mut self) -> Option<Value<'text>> {
        let is_part = |(at, character): (usize, char)| {
            let previous = self.rest[..at].chars().last();
            let is_sign = character == '-' && matches!(previous, None | Some('e'));
            is_sign || character == '.' || character.is_ascii_alphanumeric()
        };
        let mut places = self.rest.char_indices();
        let end = places.find(|place| !is_part(*place));
        let number = self.skip(end.map_or(self.rest.len(), |(at, _)| at));
        let is_number = number == "-inf" || number.parse::<f64>().is_ok();
        is_number.then_some(Value::Plain(number))
    }

    fn named(&mut self) -> Option<Value<'text>> {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let end = self.rest.find(|character| !is_part(character));
        let name = self.skip(end.unwrap_or(self.rest.len()));
        if name.is_empty() {
            return None;
        }
        let body = if self.rest.starts_with('(') {
            Body::Positional(self.items('(', ')')?)
        } else if self.rest.starts_with('{') {
            Body::Fields(self.fields()?)
        } else {
            Body::None
        };
        Some(Value::Named(name, body))
    }

    fn fields(&mut self) -> Option<Vec<(&'text str, Value<'text>)>> {
        let mut fields = Vec::new();
        self.takes('{');
        while !self.takes('}') {
            let end = self.rest.find(':')?;
            let name = self.skip(end).trim();
            self.takes(':');
            fields.push((name, self.value()?));
            if !self.takes(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        Some(fields)
    }
}

impl Value<'_> {
    fn written(&self, ty: Option<&Type>) -> String {
        let name = ty.and_then(last_name);
        let inner = |at: usize| ty.and_then(|ty| argument(ty, at));
        if name.as_deref() == Some("Box") {
            return format!("Box::new({})", self.written(inner(0)));
        }
        match self {
            Self::Plain(text) => match (*text, &name) {
                ("-inf", Some(float)) => format!("{float}::NEG_INFINITY"),
                ("-inf", None) => "f64::NEG_INFINITY".to_owned(),
                (text, _) => text.to_owned(),
            },
            Self::Text(text) => match (name.as_deref(), ty) {
                (Some("String"), _) => format!("String::from({text})"),
                (_, Some(Type::Reference(_))) => (*text).to_owned(),
                _ => format!("{text}.into()"),
            },
            Self::List(items) => {
                let element = element_type(ty);
                let items = joined(items.iter().map(|item| item.written(element)));
                match (ty, name.as_deref()) {
                    (Some(Type::Array(_)), _) => format!("[{items}]"),
                    (Some(Type::Reference(_)), _) => format!("&[{items}]"),
                    (_, Some("Vec") | None) => format!("vec![{items}]"),
                    _ => format!("[{items}].into_iter().collect()"),
                }
            }
            Self::Tuple(items) => {
                let types: Vec<&Type> = match ty {
                    Some(Type::Tuple(tuple)) => tuple.elems.iter().collect(),
                    _ => Vec::new(),
                };
                let items = items.iter().enumerate();
                let items: Vec<String> = items
                    .map(|(at, item)| item.written(types.get(at).copied()))
                    .collect();
                match items.as_slice() {
                    [only] => format!("({only},)"),
                    items => format!("({})", items.join(", ")),
                }
            }
            Self::Set(items) => {
                let items = joined(items.iter().map(|item| item.written(inner(0))));
                format!("[{items}].into_iter().collect()")
            }
            Self::Map(pairs) => {
                let pair = |(key, value): &(Self, Self)| {
                    format!("({}, {})", key.written(inner(0)), value.written(inner(1)))
                };
                format!("[{}].into_iter().collect()", joined(pairs.iter().map(pair)))
            }
            Self::Named(given, body) => named(given, body, ty, name.as_deref()),
        }
    }
}

/// A structure, a variant, or a float that is no number.
fn named(given: &str, body: &Body<'_>, ty: Option<&Type>, type_name: Option<&str>) -> String {
    let inner = |at: usize| ty.and_then(|ty| argument(ty, at));
    let path = match (given, type_name) {
        ("true" | "false" | "None" | "Some" | "Ok" | "Err", _) => given.to_owned(),
        ("NaN", name) => format!("{}::NAN", name.unwrap_or("f64")),
        ("inf", name) => format!("{}::INFINITY", name.unwrap_or("f64")),
        (given, Some(name)) if given == name => given.to_owned(),
        (given, Some(name)) => format!("{name}::{given}"),
        (given, None) => given.to_owned(),
    };
    let types = match given {
        "Some" | "Ok" => [inner(0)],
        "Err" => [inner(1)],
        _ => [None],
    };
    match body {
        Body::None => path,
        Body::Positional(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, item)| item.written(types.get(at).copied().flatten()));
            format!("{path}({})", joined(items))
        }
        Body::Fields(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.written(None)));
            format!("{path} {{ {} }}", joined(fields))
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// `Vec` for `std::vec::Vec<u8>`; the name of no type that is not a path.
fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// The generic argument at a place.
fn argument(ty: &Type, at: usize) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.nth(at)
}

/// The type of a list's elements.
fn element_type(ty: Option<&Type>) -> Option<&Type> {
    match ty? {
        Type::Array(array) => Some(&array.elem),
        Type::Slice(slice) => Some(&slice.elem),
        Type::Reference(reference) => element_type(Some(&reference.elem)),
        ty => argument(ty, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_their_types_want_them() {
        let rows = [
            ("u32", "1000", "1000"),
            ("i8", "-5", "-5"),
            ("f64", "1e300", "1e300"),
            ("f32", "NaN", "f32::NAN"),
            ("f64", "-inf", "f64::NEG_INFINITY"),
            ("char", "'\\''", "'\\''"),
            ("bool", "true", "true"),
            ("()", "()", "()"),
            ("String", "\"a\\\"]\"", "String::from(\"a\\\"]\")"),
            ("Vec<u8>", "[]", "vec![]"),
            ("Vec<Vec<u8>>", "[[1], [2, 3]]", "vec![vec![1], vec![2, 3]]"),
            ("[u8; 2]", "[1, 2]", "[1, 2]"),
            ("(u8,)", "(1,)", "(1,)"),
            (
                "(String, Option<String>)",
                "(\"a\", Some(\"b\"))",
                "(String::from(\"a\"), Some(String::from(\"b\")))",
            ),
            (
                "Result<u8, String>",
                "Err(\"e\")",
                "Err(String::from(\"e\"))",
            ),
            (
                "std::collections::BTreeSet<char>",
                "{'a', '}'}",
                "['a', '}'].into_iter().collect()",
            ),
            (
                "HashMap<String, u8>",
                "{\"k\": 1}",
                "[(String::from(\"k\"), 1)].into_iter().collect()",
            ),
            ("VecDeque<u8>", "[1]", "[1].into_iter().collect()"),
            ("Box<u8>", "7", "Box::new(7)"),
            ("Colour", "Red", "Colour::Red"),
            ("Colour", "Mix(1, Red)", "Colour::Mix(1, Red)"),
            (
                "shop::Item",
                "Item { name: \"x\", price: 3, tags: [] }",
                "Item { name: \"x\".into(), price: 3, tags: vec![] }",
            ),
        ];
        for (ty, text, expected) in rows {
            let ty: Type = syn::parse_str(ty).unwrap();
            let written = expression(text, &ty);
            assert_eq!(written.as_deref(), Some(expected), "{text}");
            assert!(syn::parse_str::<syn::Expr>(expected).is_ok(), "{expected}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let ty: Type = syn::parse_str("u8").unwrap();
        for text in [
            "",
            "1..3",
            "<opaque>",
            "[1, 2",
            "\"open",
            "1 2",
            "{1: 2, 3}",
            "a b",
        ] {
            assert_eq!(expression(text, &ty), None, "{text}");
        }
    }
}
