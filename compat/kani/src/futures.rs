//! Running futures to their end: alone, or with the tasks that they spawn.
//!
//! Nobody ever has to be woken here: every task is polled again and again, in the order that a strategy
//! says, until all are done.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::assume;

/// Polls a future until it is ready.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// Whether the task that a strategy picked may be one that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulingAssumption {
    /// The picked task has not ended; paths on which it has are not looked at.
    CanAssumeRunning,
    /// The picked task may have ended, and then another one is picked.
    CannotAssumeRunning,
}

/// In which order tasks are polled.
pub trait SchedulingStrategy {
    /// The task to poll next, of so many.
    fn pick_task(&mut self, num_tasks: usize) -> (usize, SchedulingAssumption);
}

/// One task after the other.
#[derive(Debug, Default)]
pub struct RoundRobin {
    last: usize,
}

impl SchedulingStrategy for RoundRobin {
    fn pick_task(&mut self, num_tasks: usize) -> (usize, SchedulingAssumption) {
        self.last = (self.last + 1) % num_tasks;
        (self.last, SchedulingAssumption::CannotAssumeRunning)
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The tasks of a running [`block_on_with_spawn`].
enum Slot {
    Waiting(Task),
    Polled,
    Done,
}

thread_local! {
    static TASKS: RefCell<Option<Vec<Slot>>> = const { RefCell::new(None) };
}

/// A task that was spawned; it is ready when the task has ended.
#[derive(Debug)]
pub struct JoinHandle {
    index: usize,
}

impl Future for JoinHandle {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let is_done = TASKS.with_borrow(|tasks| {
            let slot = tasks.as_ref().and_then(|tasks| tasks.get(self.index));
            matches!(slot, None | Some(Slot::Done))
        });
        if is_done {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Adds a task to the running [`block_on_with_spawn`].
///
/// # Panics
///
/// If there is none.
pub fn spawn<F: Future<Output = ()> + Sync + 'static>(future: F) -> JoinHandle {
    TASKS.with_borrow_mut(|tasks| {
        let tasks = tasks
            .as_mut()
            .expect("`kani::spawn` works only inside of `kani::block_on_with_spawn`");
        tasks.push(Slot::Waiting(Box::pin(future)));
        JoinHandle {
            index: tasks.len() - 1,
        }
    })
}

/// Polls a future and the tasks that it spawns until all of them have ended.
///
/// # Panics
///
/// If it runs inside of another one.
pub fn block_on_with_spawn<F: Future<Output = ()> + Sync + 'static>(
    future: F,
    mut strategy: impl SchedulingStrategy,
) {
    let outer = TASKS.replace(Some(Vec::new()));
    assert!(
        outer.is_none(),
        "`kani::block_on_with_spawn` can't run inside of another one"
    );
    spawn(future);
    loop {
        let count = TASKS.with_borrow(|tasks| tasks.as_ref().map_or(0, Vec::len));
        let (index, assumption) = strategy.pick_task(count);
        let is_running = poll(index);
        if !is_running && assumption == SchedulingAssumption::CanAssumeRunning {
            assume(false);
        }
        if are_all_done() {
            break;
        }
    }
    TASKS.set(None);
}

/// Polls a task; says whether it was still running. The task may spawn others meanwhile.
fn poll(index: usize) -> bool {
    let slot = replace(index, Slot::Polled);
    let Slot::Waiting(mut task) = slot else {
        replace(index, Slot::Done);
        return false;
    };
    let mut context = Context::from_waker(Waker::noop());
    let after = match task.as_mut().poll(&mut context) {
        Poll::Ready(()) => Slot::Done,
        Poll::Pending => Slot::Waiting(task),
    };
    replace(index, after);
    true
}

fn replace(index: usize, slot: Slot) -> Slot {
    TASKS.with_borrow_mut(|tasks| {
        let tasks = tasks.as_mut().expect("tasks are there while they run");
        std::mem::replace(&mut tasks[index], slot)
    })
}

fn are_all_done() -> bool {
    TASKS.with_borrow(|tasks| {
        let mut tasks = tasks.iter().flatten();
        tasks.all(|slot| matches!(slot, Slot::Done))
    })
}

/// A future that is pending once.
pub fn yield_now() -> impl Future<Output = ()> {
    let mut has_yielded = false;
    std::future::poll_fn(move |_| {
        if std::mem::replace(&mut has_yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
}
