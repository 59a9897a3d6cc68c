//! Traits: static and dynamic dispatch, defaults, associated items, operators, conversions.

use std::any::Any;
use std::collections::HashMap;
use std::fmt::{self, Debug, Display};
use std::ops::{Add, AddAssign, Deref, DerefMut, Index, IndexMut, Mul, Neg, Not, RangeInclusive};

trait Shape {
    const SIDES: u32;
    fn area(&self) -> f64;
    fn name(&self) -> String {
        format!("shape with {} sides", Self::SIDES)
    }
}

struct Square(f64);
struct Circle(f64);

impl Shape for Square {
    const SIDES: u32 = 4;
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

impl Shape for Circle {
    const SIDES: u32 = 0;
    fn area(&self) -> f64 {
        self.0 * self.0 * std::f64::consts::PI
    }
    fn name(&self) -> String {
        "circle".into()
    }
}

pub fn default_methods_and_constants() {
    fn show<S: Shape>(shape: &S) {
        println!("{} {:.3}", shape.name(), shape.area());
    }
    show(&Square(2.0));
    show(&Circle(1.5));
}

trait Animal {
    fn speak(&self) -> String;
    fn legs(&self) -> u32 {
        4
    }
}

struct Dog {
    name: String,
}
struct Bird;

impl Animal for Dog {
    fn speak(&self) -> String {
        format!("{} barks", self.name)
    }
}
impl Animal for Bird {
    fn speak(&self) -> String {
        "tweet".into()
    }
    fn legs(&self) -> u32 {
        2
    }
}

pub fn trait_objects_in_a_vector() {
    let animals: Vec<Box<dyn Animal>> = vec![Box::new(Dog { name: "Rex".into() }), Box::new(Bird)];
    for animal in &animals {
        println!("{} on {} legs", animal.speak(), animal.legs());
    }
    let legs: u32 = animals.iter().map(|animal| animal.legs()).sum();
    println!("{legs}");
}

pub fn size_and_alignment_through_a_vtable() {
    let objects: [&dyn Debug; 4] = [&1u8, &2u64, &"text", &[1u16; 5]];
    for object in objects {
        println!("{object:?} {} {}", size_of_val(object), align_of_val(object));
    }
}

trait Base {
    fn base(&self) -> &'static str;
}
trait Derived: Base {
    fn derived(&self) -> String;
}
impl Base for i32 {
    fn base(&self) -> &'static str {
        "base of i32"
    }
}
impl Derived for i32 {
    fn derived(&self) -> String {
        format!("{} and derived {}", self.base(), self)
    }
}

pub fn upcasting_a_trait_object() {
    let derived: Box<dyn Derived> = Box::new(7);
    println!("{}", derived.derived());
    let base: Box<dyn Base> = derived;
    println!("{}", base.base());
}

pub fn downcasting_any() {
    let values: Vec<Box<dyn Any>> = vec![Box::new(5i32), Box::new("word"), Box::new(2.5f32)];
    for value in &values {
        if let Some(number) = value.downcast_ref::<i32>() {
            println!("i32 {number}");
        } else if let Some(text) = value.downcast_ref::<&str>() {
            println!("text {text}");
        } else {
            println!("something else");
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Vector {
    x: i32,
    y: i32,
}
impl Add for Vector {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}
impl Mul<i32> for Vector {
    type Output = Self;
    fn mul(self, factor: i32) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}
impl Neg for Vector {
    type Output = Self;
    fn neg(self) -> Self {
        Self { x: -self.x, y: -self.y }
    }
}
impl AddAssign for Vector {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

pub fn operators() {
    let mut sum = Vector { x: 1, y: 2 } + Vector { x: 10, y: 20 } * 3;
    sum += -Vector { x: 1, y: 1 };
    println!("{sum:?} {}", sum == Vector { x: 30, y: 61 });
    println!("{:?}", Vector::default());
}

struct Grid {
    cells: Vec<u8>,
    width: usize,
}
impl Index<(usize, usize)> for Grid {
    type Output = u8;
    fn index(&self, (x, y): (usize, usize)) -> &u8 {
        &self.cells[y * self.width + x]
    }
}
impl IndexMut<(usize, usize)> for Grid {
    fn index_mut(&mut self, (x, y): (usize, usize)) -> &mut u8 {
        &mut self.cells[y * self.width + x]
    }
}

pub fn indexing_by_a_pair() {
    let mut grid = Grid { cells: vec![0; 12], width: 4 };
    grid[(2, 1)] = 7;
    grid[(3, 2)] += 9;
    println!("{:?} {}", grid.cells, grid[(2, 1)]);
}

struct Meters(f64);
impl From<f64> for Meters {
    fn from(number: f64) -> Self {
        Self(number)
    }
}
impl Display for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} m", self.0)
    }
}

pub fn conversions_and_display() {
    let meters: Meters = 3.25.into();
    println!("{meters} {}", meters.to_string().len());
    let narrow: Result<u8, _> = u8::try_from(300i32);
    println!("{narrow:?} {:?}", u8::try_from(200i64));
    println!("{}", i64::from(3u32) + i64::from(true));
}

struct Wrapper(Vec<i32>);
impl Deref for Wrapper {
    type Target = Vec<i32>;
    fn deref(&self) -> &Vec<i32> {
        &self.0
    }
}
impl DerefMut for Wrapper {
    fn deref_mut(&mut self) -> &mut Vec<i32> {
        &mut self.0
    }
}

pub fn deref_coercion() {
    let mut wrapper = Wrapper(vec![3, 1, 2]);
    wrapper.push(0);
    wrapper.sort();
    println!("{:?} {}", *wrapper, wrapper.iter().sum::<i32>());
}

trait Visitor {
    type Result;
    fn visit(&mut self, number: i64) -> Self::Result;
}
struct Summing(i64);
impl Visitor for Summing {
    type Result = i64;
    fn visit(&mut self, number: i64) -> i64 {
        self.0 += number;
        self.0
    }
}
struct Collecting(Vec<String>);
impl Visitor for Collecting {
    type Result = usize;
    fn visit(&mut self, number: i64) -> usize {
        self.0.push(number.to_string());
        self.0.len()
    }
}

pub fn associated_types() {
    fn run<V: Visitor>(visitor: &mut V) -> Vec<V::Result> {
        (1..5).map(|number| visitor.visit(number)).collect()
    }
    println!("{:?}", run(&mut Summing(0)));
    let mut collecting = Collecting(vec![]);
    println!("{:?} {:?}", run(&mut collecting), collecting.0);
}

trait Describe {
    fn describe(&self) -> String;
}
impl<T: Debug> Describe for T {
    fn describe(&self) -> String {
        format!("<{self:?}>")
    }
}

pub fn blanket_implementations() {
    println!("{} {} {}", 5.describe(), "x".describe(), Some(vec![1]).describe());
}

fn boxed(kind: u8) -> Box<dyn Fn(i32) -> i32> {
    match kind {
        0 => Box::new(|number| number + 1),
        1 => Box::new(|number| number * 2),
        _ => Box::new(move |number| number - i32::from(kind)),
    }
}

pub fn returning_boxed_functions() {
    for kind in 0..4 {
        print!("{} ", boxed(kind)(10));
    }
    println!();
}

pub fn returning_impl_trait() {
    fn evens(limit: u32) -> impl Iterator<Item = u32> + Clone {
        (0..limit).filter(|number| number % 2 == 0)
    }
    let evens = evens(10);
    println!("{:?} {}", evens.clone().collect::<Vec<_>>(), evens.sum::<u32>());
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Expression {
    Number(i64),
    Add(Box<Expression>, Box<Expression>),
    Negate(Box<Expression>),
    Named { name: String, value: Option<Box<Expression>> },
}

impl Expression {
    fn value(&self) -> Option<i64> {
        Some(match self {
            Self::Number(number) => *number,
            Self::Add(left, right) => left.value()?.checked_add(right.value()?)?,
            Self::Negate(inner) => -inner.value()?,
            Self::Named { value, .. } => value.as_ref()?.value()?,
        })
    }
}

pub fn derived_traits_on_a_recursive_enum() {
    let one = Expression::Number(1);
    let tree = Expression::Add(
        Box::new(Expression::Negate(Box::new(Expression::Number(40)))),
        Box::new(Expression::Named { name: "x".into(), value: Some(Box::new(one.clone())) }),
    );
    println!("{:?} {:?}", tree.value(), tree.clone() == tree);
    println!("{tree:?}");
    println!("{tree:#?}");
    let mut all = vec![tree, one, Expression::Named { name: String::new(), value: None }];
    all.sort();
    println!("{:?}", all.iter().map(Expression::value).collect::<Vec<_>>());
}
