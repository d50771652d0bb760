//! `WWW-Authenticate` (RFC 9110 §11.6.1).

#![no_main]

#[allow(dead_code, reason = "each target is one of its functions")]
#[path = "../../src/robustness/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    answers::challenge(data);
});
