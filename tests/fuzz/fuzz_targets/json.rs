//! Any text as JSON, compared with what serde_json reads.

#![no_main]

#[allow(dead_code, reason = "each target is one of its functions")]
#[path = "../../src/robustness/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    answers::json(data);
});
