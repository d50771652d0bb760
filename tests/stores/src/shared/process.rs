//! A process of fifty: it calls the API when it is told, and says what came of it.

use std::io::{BufRead, Write};
use std::process::Stdio;
use std::time::Duration;

use oauth_atlas::fake::FakeServer;
use oauth_atlas::kraken::Client;
use oauth_atlas::{Method, Settings, TokenSource};
use oauth_atlas_store::Key;
use oauth_atlas_store_tests::place::Place;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::Result;

/// What a process is told by its environment.
const VARIABLE: &str = "OAUTH_ATLAS_STORE_PROCESS";

pub(crate) const ACCOUNT: &str = "kraken/user-42";
/// Below the URL of the API.
pub(crate) const PATH: &str = "/shared";
pub(crate) const READY: &str = "ready";

pub(crate) struct Work {
    origin: String,
    client_id: String,
    client_secret: String,
    place: Place,
}

impl Work {
    pub fn at(fake: &FakeServer, place: Place) -> Self {
        Self {
            origin: fake.origin().to_owned(),
            client_id: fake.client_id().to_owned(),
            client_secret: fake.client_secret().to_owned(),
            place,
        }
    }

    fn text(&self) -> String {
        let Self {
            origin,
            client_id,
            client_secret,
            place,
        } = self;
        format!("{origin} {client_id} {client_secret} {}", place.text())
    }

    /// What this process is to do, if it is one of the fifty.
    pub fn of_this_process() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let mut words = text.splitn(4, ' ').map(str::to_owned);
        Some(Self {
            origin: words.next()?,
            client_id: words.next()?,
            client_secret: words.next()?,
            place: Place::parse(&words.next()?),
        })
    }
}

pub(crate) fn client(origin: &str, fake: &FakeServer) -> Result<Client> {
    of_origin(origin, fake.client_id(), fake.client_secret())
}

fn of_origin(origin: &str, id: &str, secret: &str) -> Result<Client> {
    let client = Client::confidential(id, secret).redirect_uri("https://app.example/callback");
    Ok(client.with_settings(Settings::new().replace_origin(origin)?))
}

pub(crate) fn run(work: &Work) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let client = of_origin(&work.origin, &work.client_id, &work.client_secret);
    let store = runtime.block_on(work.place.open());
    let account = Key::new(ACCOUNT).expect("a key");
    let source = TokenSource::stored(&client.expect("a client"), store, account);
    let mut output = std::io::stdout();
    let mut say = |text: String| writeln!(output, "{text}").and_then(|()| output.flush());
    say(READY.to_owned()).expect("somebody listens");
    for line in std::io::stdin().lock().lines() {
        line.expect("an instruction");
        let said = match runtime.block_on(source.call_api(Method::GET, PATH).into_future()) {
            Ok(answer) => {
                let tokens = source.current().expect("the call had some");
                // Of the fake's making, so it is no secret.
                format!("{} {}", answer.status(), tokens.access_token().expose())
            }
            Err(error) => error.to_string(),
        };
        say(said).expect("somebody listens");
    }
}

/// It ends with the test.
pub(crate) struct Process {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub fn start(work: &Work) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .env(VARIABLE, work.text())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        Ok(Self {
            input: child.stdin.take().ok_or("no input")?,
            output: BufReader::new(output).lines(),
            _child: child,
        })
    }

    pub async fn go(&mut self) -> Result {
        Ok(self.input.write_all(b"go\n").await?)
    }

    pub async fn line(&mut self) -> Result<String> {
        let line = timeout(Duration::from_secs(120), self.output.next_line()).await??;
        Ok(line.ok_or("a process has ended")?)
    }
}
