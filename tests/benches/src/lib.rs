//! What is measured: operations through generated clients beside the same by hand, a token that is there
//! already, many accounts, and what values take in memory. All of it is built with the features of `oauth-atlas` that are on by
//! default, as most users build it.

pub mod accounts;
pub mod cached_read;
pub mod memory;
pub mod requests;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats};

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(dead_code, reason = "only some of the operations are measured")]
pub mod providers {
    oauth_atlas::include_providers!();
}

/// The output of a future that waits for nothing.
pub fn now<Output>(future: impl Future<Output = Output>) -> Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("what is measured waits for nothing"),
    }
}

/// What `work` allocates, in a program whose allocator counts.
pub fn allocated(work: impl FnOnce()) -> Stats {
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    work();
    region.change()
}

/// How many bytes more are allocated after `work` than before, in a program whose allocator counts.
pub fn bytes_kept(work: impl FnOnce()) -> f64 {
    let stats = allocated(work);
    stats.bytes_allocated as f64 - stats.bytes_deallocated as f64
}

/// How often `work` allocates, in a program whose allocator counts.
pub fn allocations(work: impl FnOnce()) -> usize {
    let stats = allocated(work);
    stats.allocations + stats.reallocations
}
