//! A method for what a provider lacks does not exist. The tests are generated from the specs.

#![allow(
    clippy::new_ret_no_self,
    reason = "what is named `new` is what must not be there"
)]

include!(concat!(env!("OUT_DIR"), "/absence.rs"));
