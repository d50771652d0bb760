//! One GET over https, by the curl program.
//!
//! Two rarely used commands go online. An HTTP client with TLS would double what everybody compiles who
//! installs the program; curl is on most machines, knows their proxies and certificates, and is told
//! here what it may do.

use std::io::{self, Read as _};
use std::process::{Command, Stdio};

use super::MAX_BYTES;
use super::address::{Way, way};

pub enum Error {
    /// The server answered, and not with the document.
    Answer(String),
    /// Nothing was answered.
    NoAnswer(String),
}

/// What curl writes after the body: the status, and where a redirect leads.
const TRAILER: &str = "\n%{http_code} %{redirect_url}";
const TRAILER_BYTES: u64 = 4096;

/// The body of what is answered with status 200.
pub fn get(url: &str) -> Result<Vec<u8>, Error> {
    let Some(Way {
        url,
        scheme,
        is_loopback,
    }) = way(url)
    else {
        let reason = "only https is asked, and http on this machine, and both without a user";
        return Err(Error::NoAnswer(reason.to_owned()));
    };
    let mut command = Command::new("curl");
    // First, or else it counts for nothing: a ~/.curlrc may follow redirects or trust everybody.
    command.arg("--disable");
    command.args(["--silent", "--show-error", "--globoff"]);
    command.args(["--proto", &format!("={scheme}")]);
    if is_loopback {
        command.args(["--noproxy", "*"]);
    }
    command.args(["--connect-timeout", "10", "--max-time", "30"]);
    command.args(["--max-filesize", &MAX_BYTES.to_string()]);
    command.args(["--header", "accept: application/json"]);
    command.args(["--write-out", TRAILER, "--url", &url]);
    let output = run(&mut command).map_err(|error| {
        Error::NoAnswer(if error.kind() == io::ErrorKind::NotFound {
            "this requires the program curl: install it, or save the document and pass the \
             file"
                .to_owned()
        } else {
            format!("cannot run curl: {error}")
        })
    })?;
    body(output)
}

struct Output {
    stdout: Vec<u8>,
    stderr: String,
    succeeded: bool,
}

/// Reads no more than an answer may have: older versions of curl heed `--max-filesize` only where
/// the server says the size.
fn run(command: &mut Command) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let limit = MAX_BYTES + TRAILER_BYTES;
    let mut stdout = Vec::new();
    if let Some(pipe) = child.stdout.take() {
        pipe.take(limit).read_to_end(&mut stdout)?;
    }
    if stdout.len() as u64 == limit {
        // It has ended by itself where this fails.
        let _ = child.kill();
    }
    let rest = child.wait_with_output()?;
    Ok(Output {
        stdout,
        stderr: String::from_utf8_lossy(&rest.stderr).trim().to_owned(),
        succeeded: rest.status.success(),
    })
}

fn body(mut output: Output) -> Result<Vec<u8>, Error> {
    if output.stdout.len() as u64 >= MAX_BYTES + TRAILER_BYTES {
        let answer = format!("the answer is longer than {MAX_BYTES} bytes");
        return Err(Error::Answer(answer));
    }
    if !output.succeeded {
        return Err(Error::NoAnswer(output.stderr));
    }
    let end = output.stdout.iter().rposition(|byte| *byte == b'\n');
    let trailer = output.stdout.split_off(end.unwrap_or_default());
    let trailer = String::from_utf8_lossy(&trailer);
    match trailer.trim().split_once(' ') {
        None if trailer.trim() == "200" => Ok(output.stdout),
        None => Err(Error::Answer(format!(
            "the server answers {}",
            trailer.trim()
        ))),
        Some((status, elsewhere)) => Err(Error::Answer(format!(
            "the server answers {status} and points to {elsewhere}, which is not followed"
        ))),
    }
}
