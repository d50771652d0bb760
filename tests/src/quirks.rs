//! Each key of the spec language, over a socket: what is sent, what is understood, and that the
//! same answer is an error where the spec does not declare it.

mod answers;
mod clients;
mod endings;
mod endpoints;
mod lifetimes;
mod logins;
mod refusals;
mod requests;
mod scopes;
mod values;
