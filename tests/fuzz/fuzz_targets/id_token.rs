//! ID tokens, each of which comes with other tokens.

#![no_main]

#[allow(dead_code, reason = "each target is one of its functions")]
#[path = "../../src/robustness/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    answers::id_token(data);
});
