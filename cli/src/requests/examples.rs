//! Whether a client sends what the examples of a spec show.

use oauth_atlas_codegen::model::{Example, ExampleRequest, Operation, Provider};
use oauth_atlas_runtime::{Error, HttpRequest, Url};

use super::operations::Operations;
use super::replay::{self, Answered, Difference, Inputs};

/// Something in an example that is not so.
pub struct Finding {
    /// The keys and indices that lead to it.
    pub path: Vec<String>,
    pub title: String,
    /// What decides it.
    pub help: String,
}

/// What a client does otherwise than the examples of its spec.
pub fn findings(model: &Provider) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, example) in model.examples.iter().enumerate() {
        let Some(request) = &example.request else {
            continue;
        };
        let finding = |path: &[&str], title: String, help: String| {
            let index = index.to_string();
            let start = ["examples", index.as_str()];
            let path = start.iter().chain(path).map(|step| (*step).to_owned());
            Finding {
                path: path.collect(),
                title,
                help,
            }
        };
        match sent(model, example) {
            Ok(sent) => findings.extend(compared(example, request, &sent).into_iter().map(
                |(path, title, help)| {
                    let path: Vec<_> = path.iter().map(String::as_str).collect();
                    finding(&path, title, help)
                },
            )),
            Err(error) => findings.push(finding(
                &[],
                format!("no client can send this request: {error}"),
                "complete `using`, or mend what the message names".to_owned(),
            )),
        }
    }
    findings
}

/// What is sent where the example shows a request.
struct Sent {
    method: String,
    /// Without the query.
    url: String,
    headers: Vec<(String, String)>,
    parameters: Vec<(String, String)>,
}

fn sent(model: &Provider, example: &Example) -> Result<Sent, Error> {
    let environment = replay::find(&example.using, "environment");
    let operations = Operations::new(model, environment);
    let answer =
        |answered: &Answered| operations.answered(answered.code, answered.state, answered.issuer);
    let inputs = Inputs {
        example,
        spec: model,
        provider: operations.provider(),
        callback: &answer,
    };
    let core = inputs.client()?;
    if example.operation == Operation::Authorization {
        return Ok(Sent::of_login(&inputs.login(&core)?.url));
    }
    Ok(Sent::of_request(&inputs.sending(&core)?.build()?))
}

impl Sent {
    fn of_login(login: &str) -> Self {
        let parameters = Url::parse(login).map_or_else(|_| Vec::new(), |url| pairs(&url));
        Self {
            method: "GET".to_owned(),
            url: without_query(login).to_owned(),
            headers: Vec::new(),
            parameters,
        }
    }

    fn of_request(request: &HttpRequest) -> Self {
        let headers = request.headers().iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let is_json = replay::find(&headers, "content-type") == Some("application/json");
        let body = request.body();
        let parameters = match body {
            [] => pairs(request.url()),
            body if is_json => members(body),
            body => form_urlencoded::parse(body).into_owned().collect(),
        };
        Self {
            method: request.method().to_string(),
            url: without_query(request.url().as_str()).to_owned(),
            headers,
            parameters,
        }
    }
}

fn pairs(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

fn members(body: &[u8]) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    members
        .into_iter()
        .map(|(name, value)| (name, text(value)))
        .collect()
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// The paths below the example, what is wrong there, and what decides it.
fn compared(
    example: &Example,
    request: &ExampleRequest,
    sent: &Sent,
) -> Vec<(Vec<String>, String, String)> {
    let operation = example.operation;
    let mut found = Vec::new();
    let mut add = |path: &[&str], title: String, help: String| {
        let path = ["request"]
            .iter()
            .chain(path)
            .map(|step| (*step).to_owned());
        found.push((path.collect(), title, help));
    };
    let endpoint = match operation {
        Operation::Authorization => "`endpoints.authorization.url`",
        Operation::PushedAuthorizationRequest => "`endpoints.pushed_authorization_request`",
        Operation::Revocation => "`endpoints.revocation`",
        Operation::Introspection => "`endpoints.introspection`",
        Operation::DeviceAuthorization => "`endpoints.device_authorization`",
        Operation::DeviceCode => "`grants.device_code.endpoint`, or `endpoints.token`",
        Operation::RefreshToken => "`endpoints.refresh`, or `endpoints.token`",
        Operation::AuthorizationCode | Operation::ClientCredentials => "`endpoints.token`",
        Operation::UserInfo => "`endpoints.userinfo`",
        Operation::Api => "the example itself",
    };
    if let Some(method) = &request.method
        && *method != sent.method
        && operation != Operation::Authorization
    {
        let title = format!("the client sends {} and not {method}", sent.method);
        add(
            &["method"],
            title,
            format!("{endpoint} decides it: its `method`"),
        );
    }
    if let Some(url) = &request.url
        && without_query(url) != sent.url
    {
        let title = format!("the client sends this to {}", sent.url);
        add(
            &["url"],
            title,
            format!("{endpoint} decides it, and `using` with its variables"),
        );
    }
    for (name, value) in &request.headers {
        let lower = name.to_lowercase();
        let other = replay::find(&sent.headers, &lower);
        if other == Some(value.as_str()) {
            continue;
        }
        let title = match other {
            Some(other) => format!("the client sends `{lower}: {other}`"),
            None => format!("the client sends no `{lower}`"),
        };
        let decides = match lower.as_str() {
            "authorization" if operation == Operation::Api => {
                "`api.prefix` and `api.header` decide it"
            }
            "authorization" => {
                "`clients.<type>.auth` and `endpoints.<endpoint>.auth` decide it; `using` has the \
                 id and the secret"
            }
            "content-type" => "`endpoints.<endpoint>.encoding` decides it",
            _ => "`headers` of the endpoint, or of `api`, decide it",
        };
        add(&["headers", name], title, decides.to_owned());
    }
    // An API call of an example has the parameters of its URL.
    if operation != Operation::Api || !request.parameters.is_empty() {
        for difference in replay::differences(&sent.parameters, &request.parameters) {
            let name = difference.name().to_owned();
            let keys = replay::deciding_keys(operation, &name);
            let path = match difference {
                Difference::Sent { .. } => vec!["parameters"],
                _ => vec!["parameters", name.as_str()],
            };
            add(
                &path,
                difference.to_string(),
                format!("what decides it: {keys}"),
            );
        }
    }
    found
}
