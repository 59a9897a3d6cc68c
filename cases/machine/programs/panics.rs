//! Panics, unwinding and catching.

use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe, Location};

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {} {}", self.0, std::thread::panicking());
    }
}

pub fn message_and_place() {
    panic!("plain message");
}

pub fn formatted_message() {
    panic!("{} and {:?}", 42, Some("x"));
}

pub fn assertion() {
    let value = black_box(3);
    assert!(value < 3, "value is {value}");
}

pub fn equality() {
    assert_eq!(black_box(vec![1, 2]), [1, 3], "lists of {}", "numbers");
}

pub fn inequality() {
    assert_ne!(black_box(1), 1);
}

pub fn unwrapping_nothing() {
    let nothing: Option<u32> = black_box(None);
    nothing.unwrap();
}

pub fn expecting_an_error() {
    let result: Result<(), String> = black_box(Err("reason".into()));
    result.expect("it was expected");
}

pub fn unwrapping_an_unexpected_value() {
    let result: Result<u8, ()> = black_box(Ok(5));
    result.unwrap_err();
}

pub fn unreachable_and_todo() {
    let first = panic::catch_unwind(|| unreachable!("at {}", 1));
    let second = panic::catch_unwind(|| todo!());
    let third = panic::catch_unwind(|| unimplemented!("later"));
    println!("{} {} {}", first.is_err(), second.is_err(), third.is_err());
}

pub fn payloads() {
    let of = |result: Result<(), Box<dyn std::any::Any + Send>>| {
        let payload = result.unwrap_err();
        if let Some(text) = payload.downcast_ref::<&str>() {
            format!("static {text}")
        } else if let Some(text) = payload.downcast_ref::<String>() {
            format!("owned {text}")
        } else {
            format!("number {:?}", payload.downcast_ref::<u64>())
        }
    };
    println!("{}", of(panic::catch_unwind(|| panic!("literal"))));
    println!("{}", of(panic::catch_unwind(|| panic!("with {}", 1))));
    println!("{}", of(panic::catch_unwind(|| panic::panic_any(77u64))));
}

pub fn drops_while_unwinding() {
    let result = panic::catch_unwind(|| {
        let _first = Loud("first");
        let _second = Loud("second");
        inner();
    });
    println!("{}", result.is_err());
    fn inner() {
        let _third = Loud("third");
        panic!("deep");
    }
}

pub fn resumed() {
    let result = panic::catch_unwind(|| {
        let inner = panic::catch_unwind(|| panic!("original"));
        let _loud = Loud("between");
        panic::resume_unwind(inner.unwrap_err());
    });
    println!("{:?}", result.unwrap_err().downcast_ref::<&str>());
}

pub fn caught_in_a_destructor() {
    struct Careful;
    impl Drop for Careful {
        fn drop(&mut self) {
            println!("{}", panic::catch_unwind(|| panic!("inside")).is_err());
        }
    }
    let result = panic::catch_unwind(|| {
        let _careful = Careful;
        panic!("outside");
    });
    println!("{}", result.is_err());
}

pub fn state_survives() {
    let mut steps = vec![];
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        for n in 0..5 {
            if n == 3 {
                panic!("at {n}");
            }
            steps.push(n);
        }
    }));
    println!("{} {steps:?}", result.is_err());
}

pub fn half_built_collections_are_dropped() {
    let result = panic::catch_unwind(|| {
        let _list: Vec<Loud> = (0..4)
            .map(|n| if n == 2 { panic!("third item") } else { Loud(["zero", "one"][n]) })
            .collect();
    });
    println!("{}", result.is_err());
    let result = panic::catch_unwind(|| {
        let _array: [Loud; 3] = std::array::from_fn(|n| if n == 1 { panic!("second") } else { Loud("array") });
    });
    println!("{}", result.is_err());
}

pub fn panicking_in_a_comparison() {
    let mut numbers: Vec<u32> = (0..40).rev().collect();
    let mut left = 30;
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        numbers.sort_by(|a, b| {
            left -= 1;
            if left == 0 {
                panic!("comparison");
            }
            a.cmp(b)
        })
    }));
    numbers.sort();
    println!("{} {}", result.is_err(), numbers == (0..40).collect::<Vec<_>>());
}

pub fn own_hook() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().unwrap();
        println!("hook {}:{} {:?}", location.line(), location.column(), info.payload_as_str());
    }));
    let result = panic::catch_unwind(|| panic!("to the hook"));
    drop(panic::take_hook());
    println!("{}", result.is_err());
}

pub fn callers_place() {
    #[track_caller]
    fn here() -> &'static Location<'static> {
        Location::caller()
    }
    #[track_caller]
    fn check(value: bool) {
        if !value {
            panic!("blames its caller");
        }
    }
    println!("{} {}", here().line(), here().column());
    check(false);
}

pub fn panic_in_drop_while_unwinding() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("second panic");
        }
    }
    let _bad = Bad;
    panic!("first panic");
}

pub fn panic_in_drop() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("from drop");
        }
    }
    let result = panic::catch_unwind(|| {
        let _loud = Loud("still dropped");
        let _bad = Bad;
    });
    println!("{}", result.is_err());
}

pub fn through_a_function_that_cannot_unwind() {
    extern "C" fn border() {
        panic!("across the border");
    }
    border();
}

pub fn through_many_frames() {
    fn down(depth: u32) -> u32 {
        let _text = depth.to_string();
        if depth == 0 { panic!("bottom") } else { down(depth - 1) + 1 }
    }
    println!("{:?}", panic::catch_unwind(|| down(50)).is_err());
}

pub fn question_mark_and_main_errors() {
    fn parse(text: &str) -> Result<i32, Box<dyn std::error::Error>> {
        let number: i32 = text.parse()?;
        if number > 10 {
            return Err("too large".into());
        }
        Ok(number)
    }
    for text in ["5", "50", "five"] {
        match parse(text) {
            Ok(number) => println!("{number}"),
            Err(error) => println!("{error} {error:?}"),
        }
    }
}
