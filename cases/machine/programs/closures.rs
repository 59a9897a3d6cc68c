//! Closures and function pointers.

pub fn captures_by_reference_and_by_value() {
    let mut count = 0;
    let text = String::from("kept");
    let mut bump = || count += 1;
    bump();
    bump();
    let own = move || text.len();
    println!("{count} {}", own());
}

pub fn called_once() {
    let list = vec![1, 2, 3];
    let consume = || list;
    let list = consume();
    println!("{list:?}");
}

pub fn composed() {
    fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
        move |value| g(f(value))
    }
    let shout = compose(|text: &str| text.to_uppercase(), |text| text + "!");
    println!("{}", shout("hello"));
}

pub fn stored_in_a_structure() {
    struct Button<'a> {
        handlers: Vec<Box<dyn FnMut(u32) + 'a>>,
    }
    let mut log = Vec::new();
    let mut total = 0;
    let mut button = Button { handlers: vec![] };
    button.handlers.push(Box::new(|number| log.push(number)));
    button.handlers.push(Box::new(|number| total += number));
    for number in [3, 4] {
        for handler in &mut button.handlers {
            handler(number);
        }
    }
    drop(button);
    println!("{log:?} {total}");
}

pub fn recursive_through_a_reference() {
    fn fix(f: &dyn Fn(&dyn Fn(u64) -> u64, u64) -> u64, number: u64) -> u64 {
        f(&|inner| fix(f, inner), number)
    }
    println!("{}", fix(&|me, n| if n < 2 { 1 } else { n * me(n - 1) }, 15));
}

pub fn function_pointers() {
    fn double(number: i32) -> i32 {
        number * 2
    }
    let table: [fn(i32) -> i32; 3] = [double, |number| number - 1, i32::abs];
    println!("{:?}", table.map(|f| f(-21)));
    println!("{}", table[0] as usize == double as fn(i32) -> i32 as usize);
}

pub fn constructors_as_functions() {
    #[derive(Debug)]
    struct Pair(u8, bool);
    let pairs: Vec<Pair> = [1, 2].into_iter().zip([true, false]).map(|(a, b)| Pair(a, b)).collect();
    let wrapped: Vec<Option<u8>> = [1, 2].into_iter().map(Some).collect();
    println!("{pairs:?} {wrapped:?}");
}

pub fn environment_outlives_its_maker() {
    fn counter(step: u32) -> impl FnMut() -> u32 {
        let mut count = 0;
        move || {
            count += step;
            count
        }
    }
    let (mut ones, mut tens) = (counter(1), counter(10));
    println!("{} {} {} {}", ones(), tens(), ones(), tens());
}

pub fn mutable_captures_in_order() {
    let mut text = String::new();
    {
        let mut push = |part: &str| {
            text.push_str(part);
            text.len()
        };
        println!("{} {}", push("ab"), push("cde"));
    }
    println!("{text}");
}

pub fn sorted_by_a_captured_key() {
    let order = "zyx";
    let mut letters: Vec<char> = "xyzzyx".chars().collect();
    letters.sort_by_key(|letter| order.find(*letter));
    println!("{}", letters.iter().collect::<String>());
}

pub fn memoised() {
    use std::collections::HashMap;
    fn fibonacci(n: u64, known: &mut HashMap<u64, u64>) -> u64 {
        if n < 2 {
            return n;
        }
        if let Some(found) = known.get(&n) {
            return *found;
        }
        let sum = fibonacci(n - 1, known) + fibonacci(n - 2, known);
        known.insert(n, sum);
        sum
    }
    println!("{}", fibonacci(80, &mut HashMap::new()));
}
