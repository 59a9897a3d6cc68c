//! Which types hold themselves, found out once per type.
//!
//! A derived generator has to know which variants of its type can hold a further value of the same
//! type, through whatever boxes, lists and other types, because only the others may be chosen on
//! the last level (see `source::nesting`). Looking for the type's own name in its fields would miss
//! `Expr::Binary(BinaryExpr)`. So derived types describe what they are made of, the description is
//! followed as far as derived types go, and the answer is kept beside the type's code.
//!
//! # Invariants
//!
//! - Of the variants in `closing`, every value is finite when parts are closed
//!   (`tests::what_is_left_on_the_last_level_ends`).
//! - The answer depends on nothing but the types.
//!
//! # Not here
//!
//! Types whose generator is written by hand: they count as made of nothing. An attribute on a
//! field says if that is wrong.

use std::sync::OnceLock;

use super::Generate;

/// A type whose generator is derived, as far as its recursion goes. Implemented by the derive.
#[doc(hidden)]
pub trait Describe: Sized {
    /// Tells the variants and their fields, in the order of declaration.
    fn describe(explorer: &mut Explorer);
}

/// What is known of a type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Shape {
    /// Whether a value can hold another value of the type.
    pub(crate) is_recursive: bool,
    /// The variants in order of simplicity, by their place in the declaration; empty if that is
    /// the same order.
    pub(crate) order: Vec<u32>,
    /// How many variants, the first ones in that order, are left on the last level.
    pub(crate) closing: u32,
    /// For each variant and field, in the order of declaration, whether it can hold a further
    /// value of the type; empty where nothing can.
    pub(crate) recursive_fields: Vec<Vec<bool>>,
}

impl Shape {
    /// A type of which no value holds another.
    pub(crate) const FLAT: Self = Self {
        is_recursive: false,
        order: Vec::new(),
        closing: 0,
        recursive_fields: Vec::new(),
    };

    /// How many recursive fields the variant has, if this field is one of them, else 0.
    #[inline]
    pub(crate) fn parts(&self, variant: usize, field: usize) -> u32 {
        let Some(fields) = self.recursive_fields.get(variant) else {
            return 0;
        };
        if fields[field] {
            fields
                .iter()
                .map(|is_recursive| u32::from(*is_recursive))
                .sum()
        } else {
            0
        }
    }
}

/// The shapes of a type, one for each choice of its type parameters. Readers take no lock.
#[doc(hidden)]
#[derive(Debug)]
pub struct Shapes(OnceLock<Entry>);

#[derive(Debug)]
struct Entry {
    type_name: &'static str,
    shape: Shape,
    next: Box<Shapes>,
}

impl Shapes {
    /// Nothing is known yet.
    #[expect(
        clippy::new_without_default,
        reason = "it has to be const, and no one else makes it"
    )]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The shape of `T`. It is explored on the first call.
    #[inline]
    pub fn of<T: Describe>(&'static self) -> &'static Shape {
        let type_name = std::any::type_name::<T>();
        let mut shapes = self;
        loop {
            let entry = shapes.0.get_or_init(|| Entry {
                type_name,
                shape: explore::<T>(),
                next: Box::new(Self::new()),
            });
            if std::ptr::eq(entry.type_name, type_name) || entry.type_name == type_name {
                return &entry.shape;
            }
            shapes = &entry.next;
        }
    }
}

#[cold]
fn explore<T: Describe>() -> Shape {
    let mut explorer = Explorer::default();
    explorer.enter::<T>();
    explorer.conclude()
}

/// Collects what types are made of. A derived type tells its variants and fields; types that hold
/// others pass the question on ([`Generate::explore`]).
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Explorer {
    types: Vec<Node>,
    /// The types that are being described, outermost first.
    path: Vec<usize>,
    /// Whether the part that is being described can be left out.
    is_optional: bool,
}

/// A derived type.
#[derive(Debug)]
struct Node {
    type_name: &'static str,
    variants: Vec<Vec<Field>>,
}

#[derive(Debug, Default)]
struct Field {
    parts: Vec<Part>,
    is_marked: bool,
}

/// A derived type that a field can hold.
#[derive(Debug, Clone, Copy)]
struct Part {
    node: usize,
    is_optional: bool,
}

impl Explorer {
    /// Begins a variant of the current type.
    pub fn variant(&mut self) {
        self.current().variants.push(Vec::new());
    }

    /// Adds a field that holds every value of its type.
    pub fn field<T: Generate>(&mut self) {
        self.fields().push(Field::default());
        T::explore(self);
    }

    /// Adds a field that has a generator of its own.
    pub fn field_with_generator(&mut self, is_marked: bool) {
        self.fields().push(Field {
            parts: Vec::new(),
            is_marked,
        });
    }

    /// Describes a part that can be left out: an option, the elements of a collection.
    pub fn optional<T: Generate>(&mut self) {
        let outer = std::mem::replace(&mut self.is_optional, true);
        T::explore(self);
        self.is_optional = outer;
    }

    /// Adds a derived type to what the current field can hold.
    pub fn derived<T: Describe>(&mut self) {
        let is_optional = std::mem::replace(&mut self.is_optional, false);
        let node = self.enter::<T>();
        self.is_optional = is_optional;
        let field = self.fields().last_mut().expect("a part is one of a field");
        field.parts.push(Part { node, is_optional });
    }

    /// The place of a type, which is described when it is met first.
    fn enter<T: Describe>(&mut self) -> usize {
        let type_name = std::any::type_name::<T>();
        if let Some(known) = self
            .types
            .iter()
            .position(|node| node.type_name == type_name)
        {
            return known;
        }
        let node = self.types.len();
        self.types.push(Node {
            type_name,
            variants: Vec::new(),
        });
        self.path.push(node);
        T::describe(self);
        self.path.pop();
        node
    }

    fn current(&mut self) -> &mut Node {
        let node = *self.path.last().expect("a type is being described");
        &mut self.types[node]
    }

    fn fields(&mut self) -> &mut Vec<Field> {
        let variants = &mut self.current().variants;
        variants.last_mut().expect("a field is one of a variant")
    }

    /// The shape of the first type.
    fn conclude(&self) -> Shape {
        let leads_back = self.leading_back();
        let is_recursive = |field: &Field| {
            let mut parts = field.parts.iter();
            field.is_marked || parts.any(|part| leads_back[part.node])
        };
        let variants = self.types[0].variants.iter();
        let recursive_fields: Vec<Vec<bool>> = variants
            .map(|fields| fields.iter().map(is_recursive).collect())
            .collect();
        let leads_on: Vec<bool> = recursive_fields
            .iter()
            .map(|fields| fields.contains(&true))
            .collect();
        if !leads_on.contains(&true) {
            return Shape::FLAT;
        }
        let mut closes: Vec<bool> = leads_on.iter().map(|leads_on| !leads_on).collect();
        if !closes.contains(&true) {
            closes = self.lowest_variants();
        }
        let places = |wanted| {
            let all = closes.iter().zip(0u32..);
            all.filter(move |(closes, _)| **closes == wanted)
                .map(|(_, place)| place)
        };
        Shape {
            is_recursive: true,
            closing: places(true).count() as u32,
            order: places(true).chain(places(false)).collect(),
            recursive_fields,
        }
    }

    /// For each type, whether a value of it can hold one of the first type.
    fn leading_back(&self) -> Vec<bool> {
        let mut leads_back = vec![false; self.types.len()];
        leads_back[0] = true;
        loop {
            let mut has_changed = false;
            for (node, described) in self.types.iter().enumerate() {
                let mut parts = described.variants.iter().flatten().flat_map(|f| &f.parts);
                if !leads_back[node] && parts.any(|part| leads_back[part.node]) {
                    leads_back[node] = true;
                    has_changed = true;
                }
            }
            if !has_changed {
                return leads_back;
            }
        }
    }

    /// For each variant of the first type, whether it is among those that end soonest when all
    /// that can be left out is left out.
    fn lowest_variants(&self) -> Vec<bool> {
        let mut heights: Vec<Option<u32>> = vec![None; self.types.len()];
        // A height is final once it is found: round `n` finds exactly those of `n`.
        for round in 0..=self.types.len() as u32 {
            let found: Vec<usize> = (0..self.types.len())
                .filter(|node| heights[*node].is_none())
                .filter(|node| {
                    let variants = &self.types[*node].variants;
                    variants.iter().any(|v| height_of(v, &heights).is_some())
                })
                .collect();
            for node in found {
                heights[node] = Some(round);
            }
        }
        let variants = &self.types[0].variants;
        let of_variants: Vec<_> = variants.iter().map(|v| height_of(v, &heights)).collect();
        let lowest = of_variants.iter().flatten().min();
        let name = self.types[0].type_name;
        assert!(
            lowest.is_some(),
            "`{name}` can't be generated: each value would hold another one"
        );
        of_variants
            .iter()
            .map(|height| height.as_ref() == lowest)
            .collect()
    }
}

/// The greatest height of what a variant must hold; `None` while one of them is not known.
fn height_of(fields: &[Field], heights: &[Option<u32>]) -> Option<u32> {
    let parts = fields.iter().flat_map(|field| &field.parts);
    let mut needed = parts.filter(|part| !part.is_optional);
    needed.try_fold(0, |highest, part| Some(heights[part.node]?.max(highest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Describes types by numbers: for each type its variants, of fields, of parts. A negative
    /// number (-1 - type) is a part that can be left out.
    fn shape(types: &[&[&[&[i32]]]]) -> Shape {
        let part = |number: &i32| Part {
            node: if *number < 0 { -1 - number } else { *number } as usize,
            is_optional: *number < 0,
        };
        let field = |parts: &&[i32]| Field {
            parts: parts.iter().map(part).collect(),
            is_marked: false,
        };
        let node = |variants: &&[&[&[i32]]]| Node {
            type_name: "T",
            variants: variants
                .iter()
                .map(|fields| fields.iter().map(field).collect())
                .collect(),
        };
        let types = types.iter().map(node).collect();
        Explorer {
            types,
            ..Explorer::default()
        }
        .conclude()
    }

    fn check(types: &[&[&[&[i32]]]], order: &[u32], closing: u32) {
        let shape = shape(types);
        assert!(shape.is_recursive);
        assert_eq!((&*shape.order, shape.closing), (order, closing));
    }

    #[test]
    fn a_type_that_never_comes_back_is_flat() {
        assert!(!shape(&[&[&[&[]]]]).is_recursive);
        // It holds a list, which holds itself.
        let list: &[&[&[i32]]] = &[&[], &[&[1]]];
        assert!(!shape(&[&[&[&[1], &[]]], list]).is_recursive);
    }

    #[test]
    fn variants_that_end_come_first() {
        // enum { Fork(Self, Self), Leaf(..), List(Vec<Self>), Unit }
        let tree: &[&[&[i32]]] = &[&[&[0], &[0]], &[&[]], &[&[-1]], &[]];
        check(&[tree], &[1, 3, 0, 2], 2);
        assert_eq!(shape(&[tree]).parts(0, 1), 2);
        assert_eq!(shape(&[tree]).parts(1, 0), 0);
    }

    #[test]
    fn recursion_is_found_through_other_types() {
        // enum Expression { Binary(Binary), Number } with struct Binary(Expression, Expression)
        let expression: &[&[&[i32]]] = &[&[&[1]], &[&[]]];
        let binary: &[&[&[i32]]] = &[&[&[0], &[0]]];
        check(&[expression, binary], &[1, 0], 1);
        // Of a binary one, the way to an end leads through an expression.
        let expression: &[&[&[i32]]] = &[&[&[0]], &[&[]]];
        let binary: &[&[&[i32]]] = &[&[&[1], &[1]]];
        check(&[binary, expression], &[0], 1);
    }

    #[test]
    fn what_is_left_on_the_last_level_ends() {
        // struct Tree(Vec<Tree>)
        check(&[&[&[&[-1]]]], &[0], 1);
        // enum A { X(B), Y(Option<A>) } with struct B(A)
        check(&[&[&[&[1]], &[&[-1]]], &[&[&[0]]]], &[1, 0], 1);
    }

    #[test]
    #[should_panic(expected = "each value would hold another one")]
    fn a_type_without_finite_values_is_refused() {
        shape(&[&[&[&[1]]], &[&[&[0]], &[&[], &[0]]]]);
    }
}
