//! The same answers, asked for on a terminal. An empty answer is none.

use std::io::{self, IsTerminal as _};

use dialoguer::console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Input, MultiSelect, Select};

use super::arguments::{AUTH, Arguments, ClientType, PKCE, Template, endpoint, page, scope};
use super::template::title_of;
use crate::failure::Failure;

/// Whether somebody is there to answer.
pub fn are_possible(answers: &Arguments) -> bool {
    !answers.no_input && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks what the arguments do not say. Where metadata is read, it is asked only for what metadata
/// cannot say.
pub fn ask(answers: &mut Arguments) -> Result<(), Failure> {
    // A list of choices hides the cursor, and Ctrl-C would leave it so for the shell. With somebody
    // who handles the signal, it becomes an error of the question that is open.
    ctrlc::set_handler(|| ()).map_err(|error| Failure::Files(format!("cannot ask: {error}")))?;
    let asker = Asker {
        theme: ColorfulTheme::default(),
    };
    asker.ask(answers).map_err(|dialoguer::Error::IO(error)| {
        // Nowhere is left to report that the terminal cannot be written.
        let _ = Term::stderr().show_cursor();
        match error.kind() {
            io::ErrorKind::Interrupted => {
                Failure::Files("the questions were left; nothing is written".to_owned())
            }
            _ => Failure::files("ask", &error),
        }
    })
}

struct Asker {
    theme: ColorfulTheme,
}

impl Asker {
    fn ask(&self, answers: &mut Arguments) -> dialoguer::Result<()> {
        if answers.title.is_none() {
            let proposal = title_of(&answers.name);
            answers.title = Some(
                Input::with_theme(&self.theme)
                    .with_prompt("Name, as people write it")
                    .default(proposal)
                    .interact_text()?,
            );
        }
        if answers.summary.is_none() {
            answers.summary = self.text(
                "What it is (\"a marketplace for anvils\"; Enter: later)",
                accept,
            )?;
        }
        if answers.documentation.is_none() {
            answers.documentation =
                self.text("Documentation of its OAuth, URL (Enter: later)", page)?;
        }
        if answers.discover.is_some() {
            return Ok(());
        }
        let template = match answers.template {
            Some(template) => template,
            None => self.template()?,
        };
        answers.template = Some(template);
        self.endpoints(answers, template)?;
        self.clients(answers, template)?;
        if template != Template::Machine && answers.pkce.is_none() {
            let items = [
                "unknown: nothing is said",
                "required: refused without it",
                "optional: documented, and not asked of everybody",
                "undocumented: only the provider's own software sends it",
                "unsupported: it breaks the login",
            ];
            let chosen = self.select("PKCE", &items)?;
            let word = items[chosen].split(':').next().unwrap_or_default();
            answers.pkce = PKCE
                .iter()
                .find(|known| **known == word)
                .map(|known| (*known).to_owned());
        }
        if answers.scopes.is_empty() {
            let scopes = self.text("Scopes, with spaces between them (Enter: later)", |text| {
                text.split_whitespace()
                    .try_for_each(|name| scope(name).map(|_| ()))?;
                Ok(text.to_owned())
            })?;
            let scopes = scopes.unwrap_or_default();
            answers.scopes = scopes.split_whitespace().map(str::to_owned).collect();
        }
        Ok(())
    }

    fn template(&self) -> dialoguer::Result<Template> {
        let items = [
            "users log in: authorization code and refresh (plain)",
            "users log in by OpenID Connect: issuer, userinfo (oidc)",
            "machine to machine: client credentials (machine)",
        ];
        Ok(match self.select("What is it for?", &items)? {
            1 => Template::Oidc,
            2 => Template::Machine,
            _ => Template::Plain,
        })
    }

    fn endpoints(&self, answers: &mut Arguments, template: Template) -> dialoguer::Result<()> {
        if template != Template::Machine && answers.authorization_endpoint.is_none() {
            answers.authorization_endpoint =
                self.text("Authorization endpoint, URL (Enter: later)", endpoint)?;
        }
        if answers.token_endpoint.is_none() {
            answers.token_endpoint = self.text("Token endpoint, URL (Enter: later)", endpoint)?;
        }
        Ok(())
    }

    fn clients(&self, answers: &mut Arguments, template: Template) -> dialoguer::Result<()> {
        if template != Template::Machine && answers.client.is_none() {
            let items = [
                "confidential: with a secret, on a server",
                "public: without a secret, in a browser or on a device",
                "both",
            ];
            answers.client = Some(match self.select("Client type", &items)? {
                1 => ClientType::Public,
                2 => ClientType::Both,
                _ => ClientType::Confidential,
            });
        }
        if answers.client != Some(ClientType::Public) && answers.auth.is_empty() {
            let items = [
                "client_secret_basic: HTTP Basic, the standard's way",
                "client_secret_post: client_secret in the body",
                "client_secret_basic_raw: HTTP Basic, nothing encoded before",
            ];
            let chosen = MultiSelect::with_theme(&self.theme)
                .with_prompt("Client authentication (Space: choose; Enter: unknown if none is)")
                .items(items)
                .interact()?;
            answers.auth = chosen
                .into_iter()
                .map(|index| AUTH[index].to_owned())
                .collect();
        }
        Ok(())
    }

    fn select(&self, prompt: &str, items: &[&str]) -> dialoguer::Result<usize> {
        Select::with_theme(&self.theme)
            .with_prompt(prompt)
            .items(items)
            .default(0)
            .interact()
    }

    fn text(
        &self,
        prompt: &str,
        check: impl Fn(&str) -> Result<String, String>,
    ) -> dialoguer::Result<Option<String>> {
        let text: String = Input::with_theme(&self.theme)
            .with_prompt(prompt)
            .allow_empty(true)
            .validate_with(|text: &String| match text.trim() {
                "" => Ok(()),
                text => check(text).map(|_| ()),
            })
            .interact_text()?;
        let text = text.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

fn accept(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}
