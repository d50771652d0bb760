//! Runs the fake of a provider until it is stopped. The description, which the generator writes,
//! comes on stdin; `cargo xtask fake` runs this.
//!
//! ```sh
//! cargo run -p oauth-atlas-runtime --example fake --features fake -- 8080 < generated/src/fake/kraken.json
//! ```

use std::error::Error;
use std::io::{self, Read, Write};
use std::thread;

use oauth_atlas_runtime::fake::Fake;

fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).unwrap_or_default();
    let port = if port.is_empty() { 0 } else { port.parse()? };
    let mut description = String::new();
    io::stdin().read_to_string(&mut description)?;
    let fake = Fake::new(description)
        .port(port)
        .log(|seen| {
            // Nowhere is left to report that stdout cannot be written.
            let _ = writeln!(io::stdout(), "{seen}");
        })
        .start()?;
    let mut out = io::stdout().lock();
    writeln!(out, "A fake of {} at {}", fake.name(), fake.origin())?;
    for (endpoint, method, url) in fake.endpoints() {
        writeln!(out, "  {endpoint}: {method} {url}")?;
    }
    let client = if fake.client_id() == fake.public_client_id() {
        String::new()
    } else {
        format!(
            "  client id: {}\n  client secret: {}\n",
            fake.client_id(),
            fake.client_secret()
        )
    };
    let origin = fake.origin();
    writeln!(
        out,
        "{client}  client id of a public client: {}\n\
         The user agrees to every login. To deny the next: curl -X POST {origin}/.fake/deny\n\
         To let all access tokens expire: curl -X POST {origin}/.fake/expire\n\
         To answer the next request with 429: curl -X POST {origin}/.fake/rate-limit\n\
         Ctrl-C ends it.",
        fake.public_client_id(),
    )?;
    out.flush()?;
    drop(out);
    loop {
        thread::park();
    }
}
