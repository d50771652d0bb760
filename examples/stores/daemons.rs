//! A service on several machines that calls Spotify's API for itself. They share one token, in Redis: however many
//! there are, one of them asks for it, and one that starts again finds it.
//!
//! ```sh
//! REDIS=redis://127.0.0.1/ CLIENT_ID=… CLIENT_SECRET=… \
//!     cargo run -p oauth-atlas-store-examples --example daemons
//! ```
//!
//! To try it without an app, run `oauth-atlas fake spotify`, which prints an id, a secret and the address to
//! set as `ORIGIN`.

use std::env;
use std::time::Duration;

use oauth_atlas::spotify::Client;
use oauth_atlas::{Method, Settings, Verdict};
use oauth_atlas_store::{Key, Redis};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

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

    // The store has limits of its own, and half a second is short for a server that waits for its disk.
    let config = ConnectionManagerConfig::new().set_response_timeout(None);
    let redis = redis::Client::open(env::var("REDIS")?)?;
    let store = Redis::new(ConnectionManager::new_with_config(redis, config).await?);
    let account = Key::new("spotify/this-service")?;
    let source = spotify
        .client_credentials([])
        .token_source()
        .kept_in(store, account);
    loop {
        let mut wait = pause;
        match source.call_api(Method::GET, ALBUM).await {
            Ok(answer) if answer.is_success() => {
                let album = answer.json()?;
                let popularity = album.get("popularity").and_then(|number| number.as_u64());
                println!("popularity: {popularity:?}");
            }
            Ok(answer) => println!("Spotify answered {}", answer.status()),
            // Redis that is away is one of these as well.
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
