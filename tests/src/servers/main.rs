//! The generated clients against OAuth servers that others wrote. `tests/servers/` has a folder for
//! each, with its spec; its README.md says how to add one.
//!
//! Skipped where a server is not installed, unless `OAUTH_ATLAS_REQUIRE_TOOLS=1` is set.

mod browser;
mod forms;
mod metadata;
mod pending;
mod process;
mod refusal;
mod registration;

mod authlib;
mod canaille;
mod django_oauth_toolkit;
mod node_oauth2_server;
mod oauth2_mock_server;
mod oidc_provider;

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(
    dead_code,
    reason = "a client has all methods of its server, and tests call some"
)]
mod providers {
    include!(concat!(env!("OUT_DIR"), "/servers/index.rs"));
}
