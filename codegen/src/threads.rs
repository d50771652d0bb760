//! Work that is the same for many things, on all processors.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// What `work` makes of each item, in the order of the items.
pub(crate) fn each<Item: Sync, Made: Send>(
    items: &[Item],
    work: impl Fn(&Item) -> Made + Sync,
) -> Vec<Made> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(threads);
    if threads == 1 || share < 2 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let shares = items.chunks(share);
        let running: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let done = running.into_iter();
        done.flat_map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}
