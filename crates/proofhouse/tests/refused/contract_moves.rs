//! A postcondition on an argument that the body consumes, and one on a copy that was kept.

use proofhouse::prelude::*;

#[ensures(list.is_empty())] //~ ERROR borrow of moved value: `list`
fn consumed(list: Vec<u8>) {
    drop(list);
}

#[ensures(|length| *length == old(list.len()))]
fn counted(list: Vec<u8>) -> usize {
    list.into_iter().count()
}

fn main() {
    consumed(Vec::new());
    counted(Vec::new());
}
