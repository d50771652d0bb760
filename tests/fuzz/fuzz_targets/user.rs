//! Answers of UserInfo endpoints, read as those of four providers.

#![no_main]

#[allow(dead_code, reason = "each target is one of its functions")]
#[path = "../../src/robustness/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    answers::user(data);
});
