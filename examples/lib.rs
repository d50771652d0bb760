//! Programs that use `oauth-atlas`:
//!
//! - `web_login.rs`: a web application whose users log in
//! - `daemon.rs`: a service that calls an API for itself
//! - `command_line.rs`: a login on a device
//! - `testing.rs`: tests with a fake of the provider
