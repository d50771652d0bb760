//! `oauth-atlas fake`

mod session;

use std::slice;
use std::sync::mpsc;

use oauth_atlas_codegen as codegen;
use oauth_atlas_runtime::fake::Fake;

use crate::failure::Failure;
use crate::mistakes;
use crate::specs::Specs;
use crate::terminal::Terminal;

/// What the confidential client is registered as. No encoding changes it, so that it can be pasted
/// wherever a client puts it.
const CLIENT_ID: &str = "fake-client-id";
const CLIENT_SECRET: &str = "fake-client-secret";

/// The same of the public client.
const PUBLIC_CLIENT_ID: &str = "fake-public-client-id";

/// Runs the fake of one provider until Ctrl-C.
pub fn run(
    specs: &Specs,
    provider: &str,
    port: Option<u16>,
    terminal: Terminal,
) -> Result<(), Failure> {
    let source = specs.named(provider)?;
    let providers =
        codegen::load(slice::from_ref(&source)).map_err(|report| mistakes::found(&report, 1))?;
    let Some(provider) = providers.first() else {
        return Ok(());
    };
    let fake = Fake::new(provider.description().constant())
        .client(CLIENT_ID, CLIENT_SECRET)
        .public_client(PUBLIC_CLIENT_ID)
        .port(port.unwrap_or(0))
        .log(move |seen| {
            // Nowhere is left to report that stdout cannot be written.
            let _ = terminal.data(seen);
        });
    let failed =
        |error: &dyn std::fmt::Display| Failure::Files(format!("cannot run the fake: {error}"));
    let (end, ended) = mpsc::channel();
    let handler = move || {
        // A second Ctrl-C, while the first is being obeyed.
        let _ = end.send(());
    };
    ctrlc::set_handler(handler).map_err(|error| failed(&error))?;
    let fake = fake.start_blocking().map_err(|error| failed(&error))?;
    terminal.data(session::of(provider, &fake)?)?;
    // The handler keeps its end for as long as the process lives.
    let _ = ended.recv();
    let seen = fake.requests();
    let refused = seen.iter().filter(|seen| seen.refusal.is_some()).count();
    terminal.progress(format_args!("{} requests, {refused} refused", seen.len()));
    Ok(())
}
