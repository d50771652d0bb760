//! Moments by the two clocks that a machine has.

use std::time::{Instant, SystemTime};

/// A moment by both clocks: that of the world, which may be set, and that of the machine, which may
/// stand still while the machine sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) world: SystemTime,
    pub(super) machine: Instant,
}

impl Now {
    pub(super) fn read() -> Self {
        Self {
            world: SystemTime::now(),
            machine: Instant::now(),
        }
    }
}

/// A moment to come, or never. It has come when either clock says so: a clock that is set back, and
/// a machine that slept, prolong nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Deadline {
    world: Option<SystemTime>,
    machine: Option<Instant>,
}

impl Deadline {
    pub(super) fn at(world: SystemTime, now: Now) -> Self {
        let left = world.duration_since(now.world).unwrap_or_default();
        Self {
            world: Some(world),
            machine: now.machine.checked_add(left),
        }
    }

    pub(super) fn has_come(&self, now: Now) -> bool {
        self.world.is_some_and(|world| world < now.world)
            || self.machine.is_some_and(|machine| machine < now.machine)
    }

    /// This moment or that one by the clock of the world, whichever is earlier.
    pub(super) fn no_later_than(&self, later: SystemTime) -> SystemTime {
        self.world.map_or(later, |world| world.min(later))
    }
}
