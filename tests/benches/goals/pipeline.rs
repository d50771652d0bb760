//! How long the generator takes, from the text of specs to the text of modules.

use oauth_atlas_codegen::{Options, generate, load};

use crate::measure::{goal, megabytes, milliseconds, own_cpu, peak_memory};
use crate::specs;

/// Specs in one run. The first is what the project has, the last what it may come to.
const SIZES: [usize; 3] = [4, 100, 1000];
const GOAL_MILLISECONDS: f64 = 8.0;
/// Linear, but for what a larger heap costs.
const GOAL_GROWTH: f64 = 1.2;

pub fn run() {
    println!("generation, CPU milliseconds a provider\n");
    println!("providers      all  reading  peak memory");
    let costs = SIZES.map(|size| {
        let sources = specs::long(size);
        load(&sources).expect("the specs are right");
        let all = a_provider(size, || drop(generate(&sources, &Options::published())));
        let reading = a_provider(size, || drop(load(&sources)));
        let peak = peak_memory().map_or("unknown".to_owned(), megabytes);
        println!("{size:9} {all:8.2} {reading:8.2}  {peak}");
        all
    });
    println!();
    let [few, _, many] = costs;
    goal(
        "milliseconds a provider among 1000",
        many,
        GOAL_MILLISECONDS,
    );
    goal(
        "a provider among 1000, to one among 4",
        many / few,
        GOAL_GROWTH,
    );
}

/// Repeats `work` over `size` providers until as many have been through it as in the largest run:
/// then each row is measured as well as the others.
fn a_provider(size: usize, work: impl Fn()) -> f64 {
    let largest = SIZES[SIZES.len() - 1];
    let time = own_cpu(|| (0..largest / size).for_each(|_| work()));
    milliseconds(time) / largest as f64
}
