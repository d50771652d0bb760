//! A browser with a person before it: follows redirects, keeps cookies, logs in and decides.

use oauth_atlas::runtime::Login;
use reqwest::header::{LOCATION, REFERER};
use reqwest::{Client, RequestBuilder, redirect};
use url::Url;

use crate::forms::{Button, Form, Page};
use crate::registration;

/// Words on buttons and links that say no.
const NO: [&str; 6] = ["cancel", "abort", "deny", "refuse", "decline", "logout"];

/// More pages than any login has.
const MOST_STEPS: usize = 20;

/// What the person does when asked for access.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Allow,
    Deny,
}

/// Where a visit ends.
#[derive(Debug)]
pub enum End {
    /// Away from the server, at the application or at another: with this URL, or with this body of
    /// a form that a page sends there by itself.
    Callback { url: String, body: Option<String> },
    /// At a page that asks for nothing more.
    Page { status: u16, text: String },
}

/// A browser session.
pub struct Browser {
    http: Client,
    decision: Decision,
    user_code: String,
}

impl Browser {
    pub fn new(decision: Decision) -> Self {
        let http = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client without TLS can be built");
        Self {
            http,
            decision,
            user_code: String::new(),
        }
    }

    /// The person goes through the login, and the callback is what the application gets.
    pub async fn callback(&self, login: &Login) -> String {
        match self.visit(&login.url).await {
            End::Callback { url, body: None } => url,
            End::Callback { body, .. } => panic!("the callback is a form: {body:?}"),
            End::Page { status, text } => panic!("the login ended at a page: {status}\n{text}"),
        }
    }

    /// The same where the callback comes as a form (OAuth 2.0 Form Post Response Mode).
    pub async fn form(&self, login: &Login) -> String {
        match self.visit(&login.url).await {
            End::Callback {
                body: Some(body), ..
            } => body,
            end => panic!("the login ended without a form: {end:?}"),
        }
    }

    /// The person types in the code that a device shows.
    pub async fn enter_code(mut self, page: &str, user_code: &str) -> End {
        user_code.clone_into(&mut self.user_code);
        self.visit(page).await
    }

    pub async fn visit(&self, url: &str) -> End {
        let mut url = Url::parse(url).expect("a URL");
        let origin = url.origin();
        let mut request = self.http.get(url.clone());
        let mut last_sent = String::new();
        let mut said_no = false;
        for _ in 0..MOST_STEPS {
            let response = request.send().await.expect("the server answers");
            if let Some(location) = response.headers().get(LOCATION) {
                let location = location.to_str().expect("a readable location");
                url = url.join(location).expect("a location is a URL");
                if url.origin() != origin {
                    return End::Callback {
                        url: url.into(),
                        body: None,
                    };
                }
                request = self.http.get(url.clone());
                continue;
            }
            let status = response.status().as_u16();
            let text = response.text().await.expect("a page is text");
            let page = Page::read(&text);
            if let Some(form) = page.forms.first()
                && form.method == "post"
                && let Ok(target) = url.join(&form.action)
                && target.origin() != origin
            {
                let fields = form.fields.iter().map(|field| (&field.name, &field.value));
                let body = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish();
                return End::Callback {
                    url: target.into(),
                    body: Some(body),
                };
            }
            let step = self.step(&url, &page).filter(|step| {
                // A form that comes back as it was is no step forward.
                !said_no && step.sent != last_sent
            });
            let Some(step) = step else {
                return End::Page { status, text };
            };
            Step {
                url,
                request,
                sent: last_sent,
                says_no: said_no,
            } = step;
        }
        panic!("the login goes round in circles, last at {url}");
    }

    /// What the person does with a page.
    fn step(&self, url: &Url, page: &Page) -> Option<Step> {
        // Who is not logged in is not asked yet.
        let is_login = |form: &Form| form.fields.iter().any(|field| field.kind == "password");
        if self.decision == Decision::Deny && !page.forms.iter().any(is_login) {
            for form in &page.forms {
                if let Some(button) = form.buttons.iter().find(|button| button.is_no()) {
                    return Some(self.submit(url, form, Some(button)));
                }
            }
            if let Some(link) = page.links.iter().find(|link| is_no(&link.text)) {
                let url = url.join(&link.url).expect("a link is a URL");
                return Some(Step {
                    request: self.http.get(url.clone()),
                    sent: url.to_string(),
                    url,
                    says_no: true,
                });
            }
        }
        let form = page.forms.first()?;
        let button = form.buttons.iter().find(|button| !button.is_no());
        Some(self.submit(url, form, button))
    }

    fn submit(&self, page: &Url, form: &Form, button: Option<&Button>) -> Step {
        let mut fields: Vec<_> = form
            .fields
            .iter()
            .map(|field| {
                let value = match field.kind.as_str() {
                    "password" => registration::password().to_owned(),
                    "hidden" | "checkbox" | "radio" => field.value.clone(),
                    _ if field.name.contains("code") => self.user_code.clone(),
                    _ if field.value.is_empty() => registration::user_name().to_owned(),
                    _ => field.value.clone(),
                };
                (field.name.clone(), value)
            })
            .collect();
        if let Some(button) = button.filter(|button| !button.name.is_empty()) {
            fields.push((button.name.clone(), button.value.clone()));
        }
        let mut url = page.join(&form.action).expect("an action is a URL");
        let sent = format!("{url} {fields:?}");
        let request = if form.method == "post" {
            let request = self.http.post(url.clone());
            request.header(REFERER, page.as_str()).form(&fields)
        } else {
            url.query_pairs_mut().clear().extend_pairs(&fields);
            self.http.get(url.clone())
        };
        let says_no = button.is_some_and(Button::is_no);
        Step {
            request,
            url,
            sent,
            says_no,
        }
    }
}

/// One thing that a person does with a page.
struct Step {
    request: RequestBuilder,
    url: Url,
    /// Tells it from other steps.
    sent: String,
    says_no: bool,
}

fn is_no(text: &str) -> bool {
    let text = text.to_lowercase();
    NO.iter().any(|no| text.contains(no))
}

impl Button {
    fn is_no(&self) -> bool {
        [&self.name, &self.value, &self.text]
            .into_iter()
            .any(|text| is_no(text))
    }
}
