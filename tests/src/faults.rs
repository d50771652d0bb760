//! What goes wrong on the wire, crossed with every operation and both clients. What each cell of
//! that table has to lead to is said in `faults/outcomes.md`, together with why.
//!
//! In each cell the request is sent once or not at all, an error names provider, endpoint and
//! status, and nothing that is shown holds a secret.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::net::TcpListener;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::Settings;
use oauth_atlas::provider::OperationKind;
use oauth_atlas::{BlockingReqwestClient, Core, EndpointKind, Error, ErrorKind, ReqwestClient};

use crate::server::Server;
use answer::{FAULTS, Fault, Wire};
use operation::{Class, Driver, Operation, Outcome};
use tls::TlsServer;

mod answer;
mod gzip;
mod limits;
mod operation;
mod tls;

/// What all secrets of these tests begin with, in every encoding but base64.
const MARK: &str = "canary";

/// How much a client may have taken of an answer without an end: the limit of 1 MiB, and what the
/// buffers of both ends of a loopback connection hold.
const TAKEN_AT_MOST: u64 = 24 * 1024 * 1024;

/// Clients that wait for a moment, as the default ones take half a minute.
static IMPATIENT: LazyLock<(ReqwestClient, BlockingReqwestClient)> = LazyLock::new(|| {
    let limited = || reqwest::Client::builder().timeout(Duration::from_millis(250));
    let client = limited();
    // By its own limit, each part of a body would be waited for as long.
    let blocking = reqwest::blocking::ClientBuilder::from(limited());
    (
        ReqwestClient::new(client.build().expect("a client")),
        BlockingReqwestClient::new(blocking.build().expect("a client")),
    )
});

/// The outcomes by fault, in the order of the columns.
fn expected() -> BTreeMap<&'static str, Vec<&'static str>> {
    let lines = include_str!("../faults/outcomes.md").lines();
    let rows = lines.filter(|line| line.starts_with("| ")).skip(2);
    let cells = |row: &'static str| row.split('|').map(str::trim).collect::<Vec<_>>();
    rows.map(cells)
        .map(|row| (row[1], row[2..10].to_vec()))
        .collect()
}

fn column(class: Class) -> usize {
    match class {
        Class::Tokens => 0,
        Class::Renewal => 1,
        Class::DeviceLogin => 2,
        Class::Introspection => 3,
        Class::Revocation => 4,
        Class::Api => 5,
        Class::PushedLogin => 6,
        Class::Registration => 7,
    }
}

/// What is wrong in one cell of the table.
fn cell(fault: &Fault, operation: Operation, driver: Driver, expected: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let stage = Stage::new(fault, operation, driver);
    let outcome = match Settings::new().replace_origin(&stage.origin) {
        Ok(settings) => {
            let client = operation.client().with_settings(settings);
            operation.run(&stage.equip(client), driver)
        }
        // Where a client cannot even be told to go there.
        Err(error) => Outcome {
            result: Err(error),
            status: None,
            secrets: Vec::new(),
        },
    };
    let word = word(&outcome);
    if word != expected {
        wrong.push(format!("{word} instead of {expected}"));
    }
    wrong.extend(stage.problems());
    wrong.extend(shown_secrets(&outcome, operation));
    if let Err(error) = &outcome.result {
        wrong.extend(unnamed(error, operation));
        if !wrong.is_empty() {
            wrong.push(error.to_string());
        }
    }
    wrong
}

/// An outcome as the table writes it.
fn word(outcome: &Outcome) -> String {
    match (&outcome.result, outcome.status) {
        (Ok(_), Some(status)) => status.to_string(),
        (Ok(_), None) => "ok".to_owned(),
        (Err(error), _) => match (error.kind(), error.transport()) {
            (ErrorKind::Transport, Some(transport)) => format!("{:?}", transport.kind()),
            (kind, _) => format!("{kind:?}"),
        },
    }
}

/// What an error has to tell and does not.
fn unnamed(error: &Error, operation: Operation) -> Vec<String> {
    let shown = error.to_string();
    let mut missing = Vec::new();
    let mut wants = |text: String| {
        if !shown.contains(&text) {
            missing.push(format!("does not say {text:?}"));
        }
    };
    // What is wrong with settings is told before there is a client of some provider.
    if !error.to_string().starts_with("settings: ") {
        wants(operation.provider().name.to_owned());
    }
    if error.kind() != ErrorKind::Configuration {
        wants(operation.endpoint().to_string());
        if error.endpoint() != Some(operation.endpoint()) {
            missing.push(format!("is about {:?}", error.endpoint()));
        }
    }
    let is_answer = !matches!(
        error.kind(),
        ErrorKind::Configuration | ErrorKind::Transport
    );
    match error.status() {
        Some(status) if !shown.contains(&format!("HTTP {status}")) => {
            missing.push("does not say the status".to_owned());
        }
        status if status.is_some() != is_answer => {
            missing.push(format!("has the status {status:?}"));
        }
        _ => {}
    }
    missing
}

/// The secrets that a result or an error shows.
fn shown_secrets(outcome: &Outcome, operation: Operation) -> Vec<String> {
    let mut shown = match &outcome.result {
        Ok(result) => format!("{result:?} {result:#?}"),
        Err(error) => format!("{error} {error:?} {error:#?}"),
    };
    let mut cause = outcome
        .result
        .as_ref()
        .err()
        .and_then(|error| error.source());
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?} {error:#?}");
        cause = error.source();
    }
    let credentials = operation
        .client()
        .client_credentials([""; 0])
        .to_http_request();
    let basic = credentials.ok().and_then(|request| {
        let header = request.headers().get("authorization")?.to_str().ok()?;
        Some(header.strip_prefix("Basic ")?.to_owned())
    });
    let mut secrets = outcome.secrets.clone();
    secrets.push(MARK.to_owned());
    secrets.push(STANDARD.encode(MARK));
    secrets.extend(basic);
    secrets.retain(|secret| shown.contains(secret));
    secrets
        .into_iter()
        .map(|secret| format!("shows {secret}: {shown}"))
        .collect()
}

/// The other end of a cell.
struct Stage {
    origin: String,
    driver: Driver,
    patience: Patience,
    peer: Peer,
}

/// Which HTTP clients a cell's client gets.
enum Patience {
    Usual,
    Short,
    Trusting,
}

enum Peer {
    Nothing,
    Plain(TcpListener),
    Http {
        server: Server,
        elsewhere: Server,
        endless: bool,
    },
    Tls(TlsServer),
}

impl Stage {
    fn new(fault: &Fault, operation: Operation, driver: Driver) -> Self {
        let mut patience = Patience::Usual;
        let (origin, peer) = match fault.wire {
            Wire::Nothing => {
                let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
                let address = listener.local_addr().expect("a bound address");
                (format!("http://{address}"), Peer::Nothing)
            }
            Wire::Plain => {
                // This machine answers at that address, which is nobody's all the same.
                let listener = TcpListener::bind("0.0.0.0:0").expect("a free port");
                listener
                    .set_nonblocking(true)
                    .expect("a listener that does not wait");
                let address = listener.local_addr().expect("a bound address");
                (format!("http://{address}"), Peer::Plain(listener))
            }
            Wire::Tls(certificate) => {
                if certificate.is_signed_by_another() {
                    patience = Patience::Trusting;
                }
                let server = TlsServer::start(certificate, operation.success());
                (server.origin.clone(), Peer::Tls(server))
            }
            Wire::Http(answer) => {
                if fault.is_slow {
                    patience = Patience::Short;
                }
                let elsewhere = Server::start([answer::json(200, operation.success())]);
                let origin = elsewhere.origin.clone();
                let server = Server::with(move |_, request| answer(operation, request, &origin));
                let endless = fault.is_endless;
                (
                    server.origin.clone(),
                    Peer::Http {
                        server,
                        elsewhere,
                        endless,
                    },
                )
            }
        };
        Self {
            origin,
            driver,
            patience,
            peer,
        }
    }

    fn equip(&self, client: Core) -> Core {
        let (asynchronous, blocking) = match self.patience {
            Patience::Usual => return client,
            Patience::Short => IMPATIENT.clone(),
            Patience::Trusting => tls::TRUSTING.clone(),
        };
        match self.driver {
            Driver::Asynchronous => client.with_settings(Settings::new().http_client(asynchronous)),
            Driver::Blocking => {
                client.with_settings(Settings::new().blocking_http_client(blocking))
            }
        }
    }

    /// What the other end has seen and should not have.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        match &self.peer {
            Peer::Nothing => {}
            Peer::Plain(listener) => {
                if listener.accept().is_ok() {
                    problems.push("connected in clear".to_owned());
                }
            }
            Peer::Http {
                server,
                elsewhere,
                endless,
            } => {
                let sent = server.received().len();
                // A client that waits for a moment may give up before it has sent anything.
                let may_be_unsent = matches!(self.patience, Patience::Short);
                if sent > 1 || sent == 0 && !may_be_unsent {
                    problems.push(format!("sent {sent} times"));
                }
                if elsewhere.connections() != 0 {
                    problems.push("connected to another origin".to_owned());
                }
                if *endless && server.repeated() > TAKEN_AT_MOST {
                    problems.push(format!("took {} bytes", server.repeated()));
                }
            }
            Peer::Tls(server) => problems.extend(server.problem()),
        }
        problems
    }
}

#[test]
fn every_fault_has_its_outcome_in_every_operation() {
    let expected = expected();
    let written: Vec<_> = expected.keys().copied().collect();
    let mut tried: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
    tried.sort_unstable();
    assert_eq!(written, tried, "rows of outcomes.md, and faults");

    let mut wrong = Vec::new();
    let mut cells = 0;
    for fault in FAULTS {
        // Side by side, as much of it is waiting.
        let of_fault: Vec<_> = thread::scope(|scope| {
            let drivers = [Driver::Asynchronous, Driver::Blocking];
            let pairs = drivers
                .iter()
                .flat_map(|driver| Operation::ALL.map(|operation| (operation, *driver)));
            let threads: Vec<_> = pairs
                .map(|(operation, driver)| {
                    let outcome = expected[fault.name][column(operation.class())];
                    let run = move || cell(fault, operation, driver, outcome);
                    (operation, driver, scope.spawn(run))
                })
                .collect();
            let join = |(operation, driver, thread): (_, _, thread::ScopedJoinHandle<'_, _>)| {
                (operation, driver, thread.join())
            };
            threads.into_iter().map(join).collect()
        });
        for (operation, driver, problems) in of_fault {
            cells += 1;
            let problems: Vec<String> = problems.unwrap_or_else(|_| vec!["panicked".to_owned()]);
            let place = format!("{}, {operation:?}, {driver:?}", fault.name);
            wrong.extend(problems.iter().map(|problem| format!("{place}: {problem}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(cells, FAULTS.len() * Operation::ALL.len() * 2);
}

#[test]
fn every_operation_has_its_cells() {
    for kind in OperationKind::ALL {
        if let Some(operation) = Operation::of(*kind) {
            assert!(Operation::ALL.contains(&operation), "{kind:?}");
            assert_eq!(
                operation.endpoint() == EndpointKind::Token,
                kind.gives_tokens(),
                "{kind:?}"
            );
        }
    }
}
