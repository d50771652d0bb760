//! The same answers, asked for on a terminal. An empty answer is none.

use std::fmt::Display;
use std::io::{self, IsTerminal as _};

use clap::ValueEnum;
use dialoguer::console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Input, MultiSelect, Select};

use super::arguments::{
    Arguments, ClientAuth, ClientType, Grant, Pkce, Template, described, endpoint, page, scope,
    summary,
};
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
                Failure::Files("cancelled; nothing was written".to_owned())
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
                    .with_prompt("Name of the provider")
                    .default(proposal)
                    .interact_text()?,
            );
        }
        if answers.summary.is_none() {
            answers.summary = self.text(
                "What is it? (\"a marketplace for anvils\"; Enter: later)",
                summary,
            )?;
        }
        if answers.documentation.is_none() {
            answers.documentation =
                self.text("URL of its OAuth documentation (Enter: later)", page)?;
        }
        if answers.discover.is_some() {
            return Ok(());
        }
        let template = match answers.template {
            Some(template) => template,
            None => self.template()?,
        };
        answers.template = Some(template);
        if template != Template::Machine && answers.grants.is_empty() {
            let prompt = "Other grants (Space: select; Enter: done)";
            answers.grants = self.some_of(prompt, Grant::value_variants())?;
        }
        self.endpoints(answers, template)?;
        self.clients(answers, template)?;
        if template != Template::Machine && answers.pkce.is_none() {
            let chosen = self.select("PKCE", &items(Pkce::value_variants()))?;
            answers.pkce = Pkce::value_variants().get(chosen).copied();
        }
        if answers.scopes.is_empty() {
            let scopes = self.text("Scopes, separated by spaces (Enter: later)", |text| {
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
            "users log in with OpenID Connect: issuer, userinfo (oidc)",
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
                self.text("URL of the authorization endpoint (Enter: later)", endpoint)?;
        }
        if answers.token_endpoint.is_none() {
            answers.token_endpoint =
                self.text("URL of the token endpoint (Enter: later)", endpoint)?;
        }
        Ok(())
    }

    fn clients(&self, answers: &mut Arguments, template: Template) -> dialoguer::Result<()> {
        if template != Template::Machine && answers.client.is_none() {
            answers.client = Some(self.client_type(&answers.grants)?);
        }
        if answers.client != Some(ClientType::Public) && answers.auth.is_empty() {
            let prompt = "Client authentication (Space: select; none: unknown; Enter: done)";
            answers.auth = self.some_of(prompt, ClientAuth::value_variants())?;
        }
        Ok(())
    }

    fn client_type(&self, grants: &[Grant]) -> dialoguer::Result<ClientType> {
        let all = ClientType::value_variants();
        let impossible = grants
            .contains(&Grant::ClientCredentials)
            .then_some(ClientType::Public);
        let choices: Vec<_> = all
            .iter()
            .copied()
            .filter(|client| Some(*client) != impossible)
            .collect();
        let chosen = self.select("Client type", &items(&choices))?;
        let chosen = choices.get(chosen).copied();
        Ok(chosen.unwrap_or(ClientType::Confidential))
    }

    fn some_of<T: ValueEnum>(&self, prompt: &str, choices: &[T]) -> dialoguer::Result<Vec<T>> {
        let chosen = MultiSelect::with_theme(&self.theme)
            .with_prompt(prompt)
            .items(items(choices))
            .interact()?;
        let chosen = chosen.into_iter().filter_map(|index| choices.get(index));
        Ok(chosen.cloned().collect())
    }

    fn select(&self, prompt: &str, items: &[impl Display]) -> dialoguer::Result<usize> {
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

/// Choices with what each means.
fn items<T: ValueEnum>(choices: &[T]) -> Vec<String> {
    let items = choices.iter().map(|choice| {
        let (word, meaning) = described(choice);
        format!("{word}: {meaning}")
    });
    items.collect()
}
