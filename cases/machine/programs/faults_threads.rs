//! Threads that wait for each other for ever, each followed by a twin that ends. Only the twins are
//! run natively.

use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;

pub fn locked_twice_by_one_thread() {
    let mutex = Mutex::new(1);
    let _first = mutex.lock().unwrap();
    let _second = mutex.lock().unwrap();
}
pub fn locked_twice_by_one_thread_twin() {
    let mutex = Mutex::new(1);
    drop(mutex.lock().unwrap());
    println!("{}", mutex.lock().unwrap());
}

pub fn locked_in_opposite_orders() {
    let locks = Arc::new((Mutex::new(1), Mutex::new(2)));
    let (first, second) = mpsc::channel();
    let (back, forth) = mpsc::channel();
    let other = locks.clone();
    let thread = thread::spawn(move || {
        let _second = other.1.lock().unwrap();
        first.send(()).unwrap();
        forth.recv().unwrap();
        let _first = other.0.lock().unwrap();
    });
    let _first = locks.0.lock().unwrap();
    second.recv().unwrap();
    back.send(()).unwrap();
    let _second = locks.1.lock().unwrap();
    thread.join().unwrap();
}
pub fn locked_in_opposite_orders_twin() {
    let locks = Arc::new((Mutex::new(1), Mutex::new(2)));
    let other = locks.clone();
    let thread = thread::spawn(move || *other.0.lock().unwrap() + *other.1.lock().unwrap());
    let sum = *locks.0.lock().unwrap() + *locks.1.lock().unwrap();
    println!("{sum} {}", thread.join().unwrap());
}

pub fn nobody_sends() {
    let (sender, receiver) = mpsc::channel::<u8>();
    let _kept = sender;
    println!("{:?}", receiver.recv());
}
pub fn nobody_sends_twin() {
    let (sender, receiver) = mpsc::channel::<u8>();
    drop(sender);
    println!("{:?}", receiver.recv());
}

pub fn nobody_notifies() {
    let (lock, condition) = (Mutex::new(false), Condvar::new());
    let mut ready = lock.lock().unwrap();
    while !*ready {
        ready = condition.wait(ready).unwrap();
    }
}
pub fn nobody_notifies_twin() {
    let (lock, condition) = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            *lock.lock().unwrap() = true;
            condition.notify_all();
        });
        let mut ready = lock.lock().unwrap();
        while !*ready {
            ready = condition.wait(ready).unwrap();
        }
        println!("{ready}");
    });
}

pub fn parked_for_ever() {
    let thread = thread::spawn(thread::park);
    thread.join().unwrap();
}
pub fn parked_for_ever_twin() {
    let thread = thread::spawn(thread::park);
    thread.thread().unpark();
    thread.join().unwrap();
    println!("unparked");
}
