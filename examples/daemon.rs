//! A service that calls Spotify's API for itself, with no user: the client credentials grant.
//!
//! ```sh
//! CLIENT_ID=… CLIENT_SECRET=… cargo run -p oauth-atlas-examples --example daemon
//! ```
//!
//! To try it without an app, run `oauth-atlas fake spotify`, which prints an id, a secret and the address to
//! set as `ORIGIN`.

use std::env;
use std::time::Duration;

use oauth_atlas::spotify::Client;
use oauth_atlas::{Method, Settings, Verdict};

const ALBUM: &str = "/albums/4aawyAB9vmqN3uQ7FjRGTy";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut settings = Settings::new();
    if let Ok(fake) = env::var("ORIGIN") {
        settings = settings.replace_origin(&fake)?;
    }
    let spotify = Client::confidential(env::var("CLIENT_ID")?, env::var("CLIENT_SECRET")?)
        .with_settings(settings);
    let seconds = env::var("SECONDS").ok().map(|text| text.parse());
    let pause = Duration::from_secs(seconds.transpose()?.unwrap_or(60));

    // Asks for a token before the first call, again before it expires, and after a 401.
    let source = spotify.client_credentials([]).token_source();
    loop {
        let mut wait = pause;
        match source.call_api(Method::GET, ALBUM).await {
            Ok(answer) if answer.is_success() => {
                let album = answer.json()?;
                let popularity = album.get("popularity").and_then(|number| number.as_u64());
                println!("popularity: {popularity:?}");
            }
            Ok(answer) => println!("Spotify answered {}", answer.status()),
            Err(error) => match error.verdict() {
                Verdict::Retry { after } => {
                    println!("{error}");
                    wait = after.unwrap_or(pause);
                }
                _ => return Err(error.into()),
            },
        }
        tokio::time::sleep(wait).await;
    }
}
