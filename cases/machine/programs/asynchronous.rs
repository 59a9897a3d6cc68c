//! Futures, polled by hand.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

struct Counting(AtomicU32);
impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn block_on<F: Future>(future: F) -> (F::Output, u32) {
    let counter = Arc::new(Counting(AtomicU32::new(0)));
    let waker = Waker::from(counter.clone());
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return (value, counter.0.load(Ordering::SeqCst));
        }
    }
}

fn yields(times: u32) -> impl Future<Output = u32> {
    let mut left = times;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(times);
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

pub fn awaiting_in_sequence() {
    async fn sum() -> u32 {
        let mut total = 0;
        for n in 1..4 {
            total += yields(n).await;
        }
        total
    }
    println!("{:?}", block_on(sum()));
}

pub fn locals_live_across_awaits() {
    async fn join(parts: &[&str]) -> String {
        let mut text = String::new();
        for part in parts {
            yields(1).await;
            text.push_str(part);
        }
        text
    }
    println!("{:?}", block_on(join(&["a", "b", "c"])));
}

pub fn recursion_by_boxing() {
    fn depth(n: u32) -> Pin<Box<dyn Future<Output = u32>>> {
        Box::pin(async move {
            if n == 0 { 0 } else { yields(1).await + depth(n - 1).await }
        })
    }
    println!("{:?}", block_on(depth(10)));
}

pub fn dropped_before_the_end() {
    struct Loud(&'static str);
    impl Drop for Loud {
        fn drop(&mut self) {
            println!("drop {}", self.0);
        }
    }
    let mut future = Box::pin(async {
        let _first = Loud("first");
        yields(1).await;
        let _second = Loud("second");
        yields(5).await;
        println!("never");
    });
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        println!("{:?}", future.as_mut().poll(&mut context).is_ready());
    }
    drop(future);
}

pub fn small_executor() {
    let queue: Rc<RefCell<VecDeque<Pin<Box<dyn Future<Output = ()>>>>>> = Rc::default();
    let log = Rc::new(RefCell::new(Vec::new()));
    for task in 0..3u32 {
        let log = log.clone();
        queue.borrow_mut().push_back(Box::pin(async move {
            for step in 0..=task {
                log.borrow_mut().push((task, step));
                yields(1).await;
            }
        }));
    }
    let mut context = Context::from_waker(Waker::noop());
    loop {
        let Some(mut task) = queue.borrow_mut().pop_front() else { break };
        if task.as_mut().poll(&mut context).is_pending() {
            queue.borrow_mut().push_back(task);
        }
    }
    println!("{:?}", log.borrow());
}

pub fn channel_between_tasks() {
    let slot: Rc<Cell<Option<u32>>> = Rc::default();
    let receive = |slot: Rc<Cell<Option<u32>>>| async move {
        poll_fn(|_| slot.take().map_or(Poll::Pending, Poll::Ready)).await * 2
    };
    let mut receiver = Box::pin(receive(slot.clone()));
    let mut context = Context::from_waker(Waker::noop());
    println!("{:?}", receiver.as_mut().poll(&mut context));
    slot.set(Some(21));
    println!("{:?}", receiver.as_mut().poll(&mut context));
}

pub fn async_closures() {
    let factor = 3;
    let times = async |n: u32| yields(n).await * factor;
    println!("{:?}", block_on(async { times(1).await + times(2).await + ready(1).await }));
}

pub fn errors_through_awaits() {
    async fn checked(n: i32) -> Result<i32, String> {
        yields(1).await;
        if n < 0 { Err(format!("{n} is negative")) } else { Ok(n) }
    }
    async fn both(a: i32, b: i32) -> Result<i32, String> {
        Ok(checked(a).await? + checked(b).await?)
    }
    println!("{:?} {:?}", block_on(both(1, 2)).0, block_on(both(1, -2)).0);
}

pub fn polled_after_the_end() {
    let mut future = Box::pin(async { 1 });
    let mut context = Context::from_waker(Waker::noop());
    println!("{:?}", future.as_mut().poll(&mut context));
    let _ = future.as_mut().poll(&mut context);
}
