//! What a value takes in memory: where it is, and what it has allocated.

use oauth_atlas::{ProviderClient as _, TokenSet};

use crate::accounts::{sources, tokens};
use crate::bytes_kept;
use crate::providers::basic;

/// A kind of value, the most bytes that one may take, and how many it takes.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub name: &'static str,
    pub goal: Option<f64>,
    pub bytes: fn() -> f64,
}

pub const ROWS: [Row; 3] = [
    Row {
        name: "a client",
        goal: Some(600.0),
        bytes: || bytes_each(client),
    },
    Row {
        // It keeps the endpoint's URL and the header that says who it is, which each request needs.
        name: "a client that has made a request",
        goal: None,
        bytes: || {
            bytes_each(|number| {
                let client = client(number);
                let request = client.client_credentials([basic::Scope::OfflineAccess]);
                drop(request.to_http_request().expect("a request"));
                client
            })
        },
    },
    Row {
        name: "a token source, without its tokens",
        goal: Some(400.0),
        bytes: || {
            let client = client(0);
            let source = bytes_each(|_| sources(client.core(), 1, LIFETIME).pop());
            source - bytes_each::<TokenSet>(|number| tokens(number, LIFETIME))
        },
    },
];

const LIFETIME: u64 = 3_600_000;

fn client(number: usize) -> basic::Client {
    let id = format!("0f3c2a1b-1111-2222-3333-{number:012}");
    let client = basic::Client::confidential(id, "s3cr3t~with+special/chars=");
    client.redirect_uri("https://app.example.com/callback")
}

/// In a program whose allocator counts.
fn bytes_each<T>(make: impl Fn(usize) -> T) -> f64 {
    const MANY: usize = 1_000;
    let mut values = Vec::with_capacity(MANY);
    // What is made once is made before.
    drop(make(0));
    let kept = bytes_kept(|| values.extend((0..MANY).map(&make)));
    kept / MANY as f64 + size_of::<T>() as f64
}
