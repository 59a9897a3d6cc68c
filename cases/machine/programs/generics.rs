//! Generics: constants, phantom types, iterators over type parameters, specialised behaviour.

use std::fmt::Debug;
use std::marker::PhantomData;

pub fn constant_parameters() {
    struct Ring<const N: usize> {
        slots: [Option<u32>; N],
        next: usize,
    }
    impl<const N: usize> Ring<N> {
        fn push(&mut self, number: u32) -> Option<u32> {
            let old = self.slots[self.next].replace(number);
            self.next = (self.next + 1) % N;
            old
        }
    }
    let mut ring = Ring::<3> { slots: [None; 3], next: 0 };
    let old: Vec<_> = (0..7).map(|number| ring.push(number)).collect();
    println!("{old:?} {:?}", ring.slots);
}

pub fn units_of_measure() {
    struct Metre;
    struct Second;
    struct Quantity<U>(f64, PhantomData<U>);
    impl<U> Quantity<U> {
        fn new(value: f64) -> Self {
            Self(value, PhantomData)
        }
        fn plus(&self, other: &Self) -> Self {
            Self::new(self.0 + other.0)
        }
    }
    let length = Quantity::<Metre>::new(1.5).plus(&Quantity::new(2.25));
    let time = Quantity::<Second>::new(3.0);
    println!("{} {}", length.0, size_of_val(&time));
}

pub fn largest_of_any_ordered_type() {
    fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
        let mut items = items.iter().copied();
        let first = items.next()?;
        Some(items.fold(first, |best, item| if item > best { item } else { best }))
    }
    println!("{:?} {:?} {:?}", largest(&[3, 9, 2]), largest(&[1.5, -2.0]), largest::<char>(&[]));
}

pub fn binary_tree() {
    #[derive(Debug)]
    enum Tree<T> {
        Leaf,
        Node(Box<Tree<T>>, T, Box<Tree<T>>),
    }
    impl<T: Ord + Clone> Tree<T> {
        fn insert(self, item: T) -> Self {
            match self {
                Tree::Leaf => Tree::Node(Box::new(Tree::Leaf), item, Box::new(Tree::Leaf)),
                Tree::Node(left, own, right) if item < own => {
                    Tree::Node(Box::new(left.insert(item)), own, right)
                }
                Tree::Node(left, own, right) => Tree::Node(left, own, Box::new(right.insert(item))),
            }
        }
        fn depth(&self) -> usize {
            match self {
                Tree::Leaf => 0,
                Tree::Node(left, _, right) => 1 + left.depth().max(right.depth()),
            }
        }
        fn sorted(&self, into: &mut Vec<T>) {
            if let Tree::Node(left, own, right) = self {
                left.sorted(into);
                into.push(own.clone());
                right.sorted(into);
            }
        }
    }
    let tree = [5, 2, 8, 1, 9, 3].into_iter().fold(Tree::Leaf, Tree::insert);
    let mut sorted = Vec::new();
    tree.sorted(&mut sorted);
    println!("{sorted:?} {}", tree.depth());
    let words = ["b", "a"].map(String::from).into_iter().fold(Tree::Leaf, Tree::insert);
    println!("{words:?}");
}

pub fn monomorphised_statics_are_one() {
    use std::sync::atomic::{AtomicU32, Ordering};
    fn count<T>() -> u32 {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        COUNT.fetch_add(size_of::<T>() as u32, Ordering::Relaxed)
    }
    count::<u8>();
    count::<u64>();
    println!("{}", count::<u16>());
}

pub fn higher_ranked_functions() {
    fn apply<F>(f: F) -> usize
    where
        F: for<'a> Fn(&'a str) -> &'a str,
    {
        let owned = String::from("  spaces  ");
        f(&owned).len()
    }
    println!("{} {}", apply(str::trim), apply(|text| &text[1..]));
}

pub fn type_names_and_sizes() {
    fn show<T>() {
        println!("{} {} {}", std::any::type_name::<T>(), size_of::<T>(), align_of::<T>());
    }
    show::<u8>();
    show::<(u8, u32)>();
    show::<Option<Box<i32>>>();
    show::<Option<u32>>();
    show::<&[u8]>();
    show::<&dyn Debug>();
    show::<Option<char>>();
    show::<[u16; 7]>();
    show::<Result<u8, ()>>();
}

pub fn default_of_many_types() {
    fn of<T: Default + Debug>() -> String {
        format!("{:?}", T::default())
    }
    println!("{}", [of::<u8>(), of::<String>(), of::<(bool, char)>(), of::<[i8; 3]>()].join(" "));
}

pub fn const_evaluation() {
    const fn power(base: u64, exponent: u32) -> u64 {
        if exponent == 0 { 1 } else { base * power(base, exponent - 1) }
    }
    const TABLE: [u64; 10] = {
        let mut table = [0; 10];
        let mut index = 0;
        while index < 10 {
            table[index] = power(3, index as u32);
            index += 1;
        }
        table
    };
    println!("{TABLE:?}");
}

pub fn state_machine_in_types() {
    struct Open;
    struct Closed;
    struct Door<S> {
        opened: u32,
        state: PhantomData<S>,
    }
    impl Door<Closed> {
        fn open(self) -> Door<Open> {
            Door { opened: self.opened + 1, state: PhantomData }
        }
    }
    impl Door<Open> {
        fn close(self) -> Door<Closed> {
            Door { opened: self.opened, state: PhantomData }
        }
    }
    let door = Door::<Closed> { opened: 0, state: PhantomData };
    println!("{}", door.open().close().open().close().opened);
}
