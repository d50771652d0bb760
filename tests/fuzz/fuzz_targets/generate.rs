//! From any text to generated code, by both kinds of options. README.md says how to run it.

#![no_main]

#[path = "../../src/robustness/mutation.rs"]
mod mutation;
#[path = "../../src/robustness/verdict.rs"]
mod verdict;

use std::path::Path;
use std::sync::LazyLock;

use fastrand::Rng;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use mutation::Material;

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let folders = ["../specs", "fixtures", "wrong"].map(|folder| Path::new(tests).join(folder));
    Material::new(&folders.each_ref().map(|folder| folder.as_path()))
});

fuzz_target!(|data: &[u8]| {
    verdict::judge(&String::from_utf8_lossy(data));
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = Rng::with_seed(seed.into());
    // Now and then bytes, for what no person would write.
    if rng.u8(..8) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let text = String::from_utf8_lossy(&data[..size]);
    let changed = MATERIAL.change(&text, &mut rng);
    let length = changed.len().min(max_size);
    data[..length].copy_from_slice(&changed.as_bytes()[..length]);
    length
});
