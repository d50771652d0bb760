//! A browser without a window, driven by WebDriver.
//!
//! Tests are ignored where there was no `chromedriver` on the path when they were built.

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Nothing that asks the network, and what a browser of root in a container needs.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
];

/// `chromedriver`, which starts the browser and ends it.
struct Driver {
    process: Child,
    port: String,
}

impl Driver {
    /// It takes one free port for both versions of IP, and ends where another program has the second,
    /// as other tests do that open and close thousands of connections beside this one.
    fn start() -> Self {
        let mut tries = (0..50).filter_map(|_| Self::try_to_start());
        tries.next().expect("chromedriver names its port")
    }

    fn try_to_start() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdout(Stdio::piped());
        let process = command.stderr(Stdio::null()).spawn();
        let mut process = process.expect("chromedriver is on the path");
        let output = process.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let port = line.rsplit_once("on port ")?.1;
            line.contains("successfully")
                .then(|| port.trim_end_matches('.').to_owned())
        });
        match port {
            Some(port) => Some(Self { process, port }),
            None => {
                let _ = process.wait();
                None
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that has ended already is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub struct Browser {
    client: Client,
}

/// What a driver of Chromium knows beside the standard.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// Runs a test in a browser of its own.
pub fn browse<Test: Future<Output = ()>>(test: impl FnOnce(Browser) -> Test) {
    let driver = Driver::start();
    let profile = tempfile::tempdir().expect("a temporary folder");
    let mut arguments = ARGUMENTS.map(str::to_owned).to_vec();
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    let capabilities = json!({
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("an object was written")
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("a session of the browser");
        let session = client.clone();
        // A test that fails leaves the browser to the driver, which is killed.
        test(Browser { client }).await;
        session.close().await.expect("the end of the session");
    });
}

impl Browser {
    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.expect("a page");
    }

    pub async fn back(&self) {
        self.client.back().await.expect("a page before this one");
    }

    /// The value of an expression.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        let value = self.client.execute(&script, Vec::new()).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    pub async fn text(&self, selector: &str) -> String {
        let expression = format!("document.querySelector({selector:?}).textContent.trim()");
        let value = self.value(&expression).await;
        value.as_str().expect("a text").to_owned()
    }

    pub async fn address(&self) -> String {
        self.client.current_url().await.expect("an address").into()
    }

    /// Types as a person does.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let field = self.client.find(fantoccini::Locator::Css(selector)).await;
        let field = field.unwrap_or_else(|error| panic!("{selector}: {error}"));
        field.send_keys(text).await.expect("a field");
    }

    pub async fn choose(&self, selector: &str, value: &str) {
        let field = self.client.find(fantoccini::Locator::Css(selector)).await;
        let field = field.unwrap_or_else(|error| panic!("{selector}: {error}"));
        field.select_by_value(value).await.expect("an option");
    }

    pub async fn click(&self, selector: &str) {
        let button = self.client.find(fantoccini::Locator::Css(selector)).await;
        let button = button.unwrap_or_else(|error| panic!("{selector}: {error}"));
        button.click().await.expect("a button");
    }

    /// What the pages since the last call wrote to the console: errors, refused loads.
    pub async fn log(&self) -> Vec<String> {
        let command = Extra {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let entries = self.client.issue_cmd(command).await.expect("a log");
        let entries = entries.as_array().expect("a list").iter();
        entries.map(|entry| entry["message"].to_string()).collect()
    }

    /// A command of the protocol beneath.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let command = Extra {
            path: "goog/cdp/execute",
            body: json!({ "cmd": command, "params": parameters }),
        };
        self.client.issue_cmd(command).await.expect("an answer")
    }

    /// Makes the window that of a phone.
    pub async fn become_a_phone(&self) {
        let size = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }
}
