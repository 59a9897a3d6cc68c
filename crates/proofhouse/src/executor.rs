//! Waiting for the future of an `async` property, on the thread of the test.
//!
//! # Invariants
//!
//! - The future is polled only after it was woken, and never on another thread.
//! - A wake-up between a poll and the sleep after it is not lost: it is a flag as well as an unpark.
//! - In the machine it is the same code: a future that another thread wakes goes on, and one that nobody
//!   wakes is a deadlock.
//!
//! # Not here
//!
//! Timers, sockets and tasks. They belong to a runtime, which a property may start in its body.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// What a waker does: it raises a flag and ends the sleep.
struct Signal {
    is_raised: AtomicBool,
    /// The thread that sleeps.
    sleeper: Thread,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_raised.store(true, Ordering::Release);
        self.sleeper.unpark();
    }
}

/// Polls a future until it is ready, sleeping while it waits.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let signal = Arc::new(Signal {
        is_raised: AtomicBool::new(false),
        sleeper: thread::current(),
    });
    let waker = Waker::from(Arc::clone(&signal));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        // A sleep may end without reason.
        while !signal.is_raised.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{poll_fn, ready};
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_ready_future_is_polled_once() {
        let mut polls = 0;
        let future = poll_fn(|_| {
            polls += 1;
            Poll::Ready(7)
        });
        assert_eq!(block_on(future), 7);
        assert_eq!(polls, 1);
        assert_eq!(block_on(async { ready(1).await + ready(2).await }), 3);
    }

    #[test]
    fn a_future_is_polled_again_when_it_was_woken_and_not_before() {
        let check = |wake_elsewhere: bool| {
            let mut polls = 0;
            let future = poll_fn(|context| {
                polls += 1;
                if polls == 4 {
                    return Poll::Ready(());
                }
                let waker = context.waker().clone();
                if wake_elsewhere {
                    thread::spawn(move || waker.wake());
                } else {
                    waker.wake();
                }
                Poll::Pending
            });
            block_on(future);
            assert_eq!(polls, 4);
        };
        check(false);
        check(true);
    }

    #[test]
    fn a_stray_unpark_polls_nothing() {
        let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
        let mut polls = 0;
        thread::current().unpark();
        block_on(poll_fn(|context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            *waker.lock().unwrap() = Some(context.waker().clone());
            let (sleeper, waker) = (thread::current(), Arc::clone(&waker));
            thread::spawn(move || {
                sleeper.unpark();
                let waker = waker.lock().unwrap().take();
                waker.expect("it was stored before").wake();
            });
            Poll::Pending
        }));
        assert_eq!(polls, 2);
    }
}
