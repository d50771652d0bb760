//! A program for the command line that logs its user in at GitHub, on another device if need be: the device
//! authorization grant.
//!
//! ```sh
//! CLIENT_ID=… cargo run -p oauth-atlas-examples --example command_line
//! ```
//!
//! Turn on the device flow in the settings of the app at GitHub. To try it without an app, run
//! `oauth-atlas fake github`, which prints the id of a public client and the address to set as `ORIGIN`.

use std::env;

use oauth_atlas::Settings;
use oauth_atlas::github::{Client, Scope};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut settings = Settings::new();
    if let Ok(fake) = env::var("ORIGIN") {
        settings = settings.replace_origin(&fake)?;
    }
    // The program is in its users' hands, so that it has no secret.
    let github = Client::public(env::var("CLIENT_ID")?).with_settings(settings);

    let login = github.authorize_device([Scope::ReadUser]).await?;
    println!(
        "Open {} and enter {}",
        login.verification_uri(),
        login.user_code()
    );
    // Asks as often as GitHub allows, until the user has decided or the code has expired.
    let tokens = github.finish_device(login).await?;

    let user = github.userinfo(&tokens).await?.json()?;
    let name = user.get("login").and_then(|name| name.as_str());
    println!("Hello, {}!", name.unwrap_or("stranger"));
    Ok(())
}
