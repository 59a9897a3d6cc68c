//! Threads and what they synchronise with. Every entry has one outcome under every schedule.

use std::cell::Cell;
use std::sync::atomic::*;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Barrier, Condvar, Mutex, Once, OnceLock, RwLock};
use std::thread;
use std::time::Duration;

pub fn spawned_and_joined() {
    let handles: Vec<_> = (0..4u64).map(|n| thread::spawn(move || (0..=n * 10).sum::<u64>())).collect();
    println!("{:?}", handles.into_iter().map(|h| h.join().unwrap()).collect::<Vec<_>>());
}

pub fn scoped_threads_borrow() {
    let mut numbers = vec![1, 2, 3, 4, 5, 6];
    let (left, right) = numbers.split_at_mut(3);
    thread::scope(|scope| {
        scope.spawn(|| left.iter_mut().for_each(|n| *n *= 10));
        scope.spawn(|| right.iter_mut().for_each(|n| *n += 100));
    });
    println!("{numbers:?}");
}

pub fn mutex_counts_exactly() {
    let count = Arc::new(Mutex::new(0u32));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let count = count.clone();
            thread::spawn(move || {
                for _ in 0..100 {
                    *count.lock().unwrap() += 1;
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    println!("{}", count.lock().unwrap());
}

pub fn contended_mutex() {
    let mutex = Mutex::new(Vec::new());
    let guard = mutex.lock().unwrap();
    thread::scope(|scope| {
        for n in 0..3 {
            let mutex = &mutex;
            scope.spawn(move || mutex.lock().unwrap().push(n));
        }
        thread::yield_now();
        drop(guard);
    });
    let mut list = mutex.into_inner().unwrap();
    list.sort();
    println!("{list:?}");
}

pub fn condition_variable() {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let other = pair.clone();
    let thread = thread::spawn(move || {
        for _ in 0..3 {
            *other.0.lock().unwrap() += 1;
            other.1.notify_one();
        }
    });
    let mut value = pair.0.lock().unwrap();
    while *value < 3 {
        value = pair.1.wait(value).unwrap();
    }
    println!("{value}");
    drop(value);
    thread.join().unwrap();
}

pub fn condition_variable_times_out() {
    let (lock, condition) = (Mutex::new(false), Condvar::new());
    let (guard, result) = condition.wait_timeout(lock.lock().unwrap(), Duration::from_millis(5)).unwrap();
    println!("{} {}", *guard, result.timed_out());
}

pub fn readers_and_writers() {
    let lock = RwLock::new(1u64);
    thread::scope(|scope| {
        for n in 0..3 {
            let lock = &lock;
            scope.spawn(move || {
                for _ in 0..10 {
                    assert!(*lock.read().unwrap() > 0);
                    *lock.write().unwrap() += n;
                }
            });
        }
    });
    println!("{}", lock.into_inner().unwrap());
}

pub fn channels() {
    let (sender, receiver) = mpsc::channel();
    for id in 0..3 {
        let sender = sender.clone();
        thread::spawn(move || (0..3).for_each(|n| sender.send(id * 10 + n).unwrap()));
    }
    drop(sender);
    let mut all: Vec<i32> = receiver.iter().collect();
    all.sort();
    println!("{all:?} {:?}", receiver.recv().is_err());
}

pub fn bounded_channels() {
    let (sender, receiver) = mpsc::sync_channel(1);
    let producer = thread::spawn(move || {
        for n in 0..6 {
            sender.send(n).unwrap();
        }
    });
    println!("{:?}", receiver.iter().collect::<Vec<_>>());
    producer.join().unwrap();
    let (rendezvous, other) = mpsc::sync_channel(0);
    let thread = thread::spawn(move || other.recv());
    rendezvous.send("met").unwrap();
    println!("{:?}", thread.join().unwrap());
}

pub fn channels_with_timeouts() {
    let (sender, receiver) = mpsc::channel::<u8>();
    println!("{:?} {:?}", receiver.try_recv(), receiver.recv_timeout(Duration::from_millis(2)));
    drop(sender);
    println!("{:?}", receiver.recv_timeout(Duration::from_secs(100)) == Err(RecvTimeoutError::Disconnected));
    let (sender, receiver) = mpsc::channel();
    drop(receiver);
    println!("{:?}", sender.send(5));
}

pub fn parking() {
    let ready = Arc::new(AtomicBool::new(false));
    let flag = ready.clone();
    let thread = thread::spawn(move || {
        while !flag.load(Ordering::Acquire) {
            thread::park();
        }
        "unparked"
    });
    thread::sleep(Duration::from_millis(1));
    ready.store(true, Ordering::Release);
    thread.thread().unpark();
    println!("{}", thread.join().unwrap());
    thread::park_timeout(Duration::from_millis(1));
}

pub fn barriers() {
    let barrier = Barrier::new(3);
    let leaders: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| barrier.wait().is_leader())).collect();
        threads.into_iter().filter(|_| true).map(|t| usize::from(t.join().unwrap())).sum()
    });
    println!("{leaders}");
}

pub fn once_runs_once() {
    static ONCE: Once = Once::new();
    static CELL: OnceLock<u32> = OnceLock::new();
    static RUNS: AtomicU32 = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                ONCE.call_once(|| { thread::yield_now(); RUNS.fetch_add(1, Ordering::SeqCst); });
                CELL.get_or_init(|| { thread::yield_now(); RUNS.fetch_add(10, Ordering::SeqCst) });
            });
        }
    });
    println!("{} {}", RUNS.load(Ordering::SeqCst), ONCE.is_completed());
}

pub fn spinning_on_an_atomic() {
    static READY: AtomicBool = AtomicBool::new(false);
    let thread = thread::spawn(|| {
        while !READY.load(Ordering::Acquire) {}
        5
    });
    let other = thread::spawn(|| {
        while !READY.load(Ordering::Acquire) {
            std::hint::spin_loop();
        }
        6
    });
    thread::sleep(Duration::from_millis(1));
    READY.store(true, Ordering::Release);
    println!("{} {}", thread.join().unwrap(), other.join().unwrap());
}

pub fn panic_in_a_thread() {
    let result = thread::Builder::new().name("worker".into()).spawn(|| -> u32 { panic!("in the thread") }).unwrap().join();
    println!("{:?}", result.unwrap_err().downcast_ref::<&str>());
}

pub fn panic_in_a_scoped_thread() {
    thread::scope(|scope| {
        scope.spawn(|| panic!("inside the scope"));
    });
}

pub fn poisoned_by_another_thread() {
    let mutex = Arc::new(Mutex::new(1));
    let other = mutex.clone();
    let _ = thread::spawn(move || { let _guard = other.lock().unwrap(); panic!("poisons") }).join();
    println!("{} {}", mutex.is_poisoned(), mutex.lock().is_err());
}

pub fn thread_locals_are_dropped_with_their_thread() {
    struct Loud(Cell<u32>);
    impl Drop for Loud {
        fn drop(&mut self) {
            println!("drop {}", self.0.get());
        }
    }
    thread_local!(static LOUD: Loud = const { Loud(Cell::new(7)) });
    LOUD.with(|loud| loud.0.set(1));
    thread::spawn(|| LOUD.with(|loud| loud.0.set(loud.0.get() + 1))).join().unwrap();
    println!("joined");
}

pub fn names_and_identities() {
    let thread = thread::Builder::new().name("named".into()).stack_size(1 << 16).spawn(|| (thread::current().id(), thread::current().name().map(str::to_owned))).unwrap();
    let (id, name) = thread.join().unwrap();
    println!("{name:?} {}", id != thread::current().id());
}

pub fn detached_threads_end_with_the_process() {
    thread::spawn(|| loop { thread::sleep(Duration::from_secs(1000)) });
    println!("main ends");
}

pub fn work_queue() {
    let queue = Arc::new((Mutex::new((0..20u64).collect::<Vec<_>>()), AtomicU64::new(0)));
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let queue = queue.clone();
            thread::spawn(move || {
                loop {
                    let Some(job) = queue.0.lock().unwrap().pop() else { return };
                    queue.1.fetch_add(job * job, Ordering::Relaxed);
                }
            })
        })
        .collect();
    workers.into_iter().for_each(|w| w.join().unwrap());
    println!("{}", queue.1.load(Ordering::Relaxed));
}

pub fn many_threads() {
    let total = AtomicU32::new(0);
    thread::scope(|scope| {
        for n in 0..50 {
            let total = &total;
            scope.spawn(move || total.fetch_add(n, Ordering::Relaxed));
        }
    });
    println!("{}", total.into_inner());
}

pub fn sleeping_threads_wake_in_order() {
    let log = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for n in [60u64, 20, 100] {
            let log = &log;
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(n));
                log.lock().unwrap().push(n);
            });
        }
    });
    println!("{:?}", log.into_inner().unwrap());
}

pub fn compare_and_exchange_loop() {
    let value = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let mut seen = value.load(Ordering::Relaxed);
                    while let Err(now) = value.compare_exchange_weak(seen, seen + 2, Ordering::AcqRel, Ordering::Relaxed) {
                        seen = now;
                    }
                }
            });
        }
    });
    println!("{}", value.load(Ordering::SeqCst));
}

/// The C library's mutex, called as C code would.
#[repr(C, align(8))]
struct CMutex(std::cell::UnsafeCell<[u8; 40]>);

unsafe impl Sync for CMutex {}

unsafe extern "C" {
    fn pthread_mutex_init(mutex: *mut [u8; 40], attributes: *const i32) -> i32;
    fn pthread_mutex_lock(mutex: *mut [u8; 40]) -> i32;
    fn pthread_mutex_trylock(mutex: *mut [u8; 40]) -> i32;
    fn pthread_mutex_unlock(mutex: *mut [u8; 40]) -> i32;
    fn pthread_mutex_destroy(mutex: *mut [u8; 40]) -> i32;
    fn pthread_mutexattr_init(attributes: *mut i32) -> i32;
    fn pthread_mutexattr_settype(attributes: *mut i32, kind: i32) -> i32;
}

pub fn mutex_of_the_c_library() {
    static MUTEX: CMutex = CMutex(std::cell::UnsafeCell::new([0; 40]));
    static mut COUNT: u32 = 0;
    let work = || {
        for _ in 0..20 {
            unsafe {
                assert_eq!(pthread_mutex_lock(MUTEX.0.get()), 0);
                let before = COUNT;
                std::thread::yield_now();
                COUNT = before + 1;
                assert_eq!(pthread_mutex_unlock(MUTEX.0.get()), 0);
            }
        }
    };
    let threads: Vec<_> = (0..3).map(|_| std::thread::spawn(work)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    println!("{}", unsafe { COUNT });
}

pub fn kinds_of_c_mutexes() {
    for kind in 0..3 {
        let mutex = CMutex(std::cell::UnsafeCell::new([0; 40]));
        let (at, mut attributes) = (mutex.0.get(), 0);
        unsafe {
            pthread_mutexattr_init(&mut attributes);
            println!("{}", pthread_mutexattr_settype(&mut attributes, kind));
            println!("{}", pthread_mutex_init(at, &attributes));
            println!("{} {}", pthread_mutex_trylock(at), pthread_mutex_trylock(at));
            if kind != 0 {
                println!("{}", pthread_mutex_lock(at));
            }
            println!("{}", pthread_mutex_unlock(at));
            for _ in 0..2 * u8::from(kind == 1) {
                println!("{}", pthread_mutex_unlock(at));
            }
            println!("{}", pthread_mutex_destroy(at));
        }
    }
}
