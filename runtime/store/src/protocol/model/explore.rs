//! All states that can be reached, each once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::world::World;

pub(super) enum Explored {
    Holds {
        states: usize,
    },
    /// The shortest way to a state that is wrong, and what is wrong with it.
    Violated {
        trace: String,
    },
}

/// More than any budget here leads to: a model that grows past it is to be cut, not waited for.
const MOST_STATES: usize = 5_000_000;

/// Two hashes of a state stand for it: that two states have the same is unlikely at these numbers.
type Print = (u64, u64);

fn print(world: &World) -> Print {
    let of = |seed: u64| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        world.hash_unordered(&mut hasher);
        hasher.finish()
    };
    (of(1), of(2))
}

/// Breadth first, so that the way that is found is the shortest.
pub(super) fn explore(first: World) -> Explored {
    let root = print(&first);
    let mut came_from: HashMap<Print, (Print, String)> = HashMap::new();
    came_from.insert(root, (root, String::new()));
    let mut level = vec![first];
    while !level.is_empty() {
        let mut next = Vec::new();
        for world in level {
            let here = print(&world);
            for (label, outcome) in world.successors() {
                let wrong = match outcome {
                    Ok(successor) => {
                        let there = print(&successor);
                        let Entry::Vacant(entry) = came_from.entry(there) else {
                            continue;
                        };
                        entry.insert((here, label.clone()));
                        match successor.wrong() {
                            None => {
                                next.push(successor);
                                continue;
                            }
                            Some(wrong) => wrong,
                        }
                    }
                    Err(wrong) => wrong,
                };
                let mut steps = vec![wrong, label];
                let mut at = here;
                while at != root {
                    let (before, label) = &came_from[&at];
                    steps.push(label.clone());
                    at = *before;
                }
                steps.reverse();
                return Explored::Violated {
                    trace: steps.join("\n"),
                };
            }
        }
        assert!(came_from.len() < MOST_STATES, "the model is too large");
        level = next;
    }
    Explored::Holds {
        states: came_from.len(),
    }
}
