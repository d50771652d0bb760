//! `oauth-atlas new`

mod arguments;
mod discovered;
mod draft;
mod prompts;
mod template;

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use oauth_atlas_codegen::guide::Guide;
use oauth_atlas_codegen::{self as codegen, Source};

pub use arguments::Arguments;
use arguments::{ClientType, Grant, Template};
use draft::Draft;

use crate::failure::Failure;
use crate::metadata::{self, Metadata};
use crate::mistakes::count;
use crate::program;
use crate::specs::{Folder, Specs};
use crate::terminal::Terminal;

/// Writes a spec that has no mistakes, and says what is still to be filled in.
pub fn run(specs: &Specs, mut answers: Arguments, terminal: Terminal) -> Result<(), Failure> {
    let folder = specs.folder_for_new();
    let file = format!("{}.yaml", answers.name);
    let shown_as = format!("{}/{file}", folder.shown_as.trim_end_matches('/'));
    let path = folder.path.join(file);
    // Before anybody answers ten questions for nothing.
    if path.exists() {
        return Err(is_there(&shown_as));
    }
    let discovered = match &answers.discover {
        Some(location) => Some(discover(location, answers.issuer.as_ref(), terminal)?),
        None => None,
    };
    if prompts::are_possible(&answers) {
        prompts::ask(&mut answers)?;
    }
    contradictions(&answers)?;
    let draft = match &discovered {
        Some(found) => discovered::draft(&answers, &found.metadata, found.address.as_ref())
            .map_err(Failure::Findings)?,
        None => template::draft(&answers),
    };
    fs::create_dir_all(&folder.path)
        .map_err(|error| Failure::files(format_args!("make {}", folder.shown_as), &error))?;
    let placeholders = write(&draft, &path, &shown_as)?;
    terminal.progress(format_args!("wrote {shown_as}"));
    if let Some(schema) = write_schema(&folder)? {
        terminal.progress(format_args!("wrote {schema}, the schema for editors"));
    }
    if !draft.obstacles.is_empty() {
        return Err(Failure::Findings(format!(
            "no client of {shown_as} works yet:\n  {}\n`{} check` reports it until then",
            draft.obstacles.join("\n  "),
            program::name()
        )));
    }
    let program = program::name();
    terminal.progress(format_args!(
        "\nNext:\n  \
         replace each TODO{}\n  \
         {program} check {shown_as}\n  \
         {}",
        match placeholders {
            0 => String::new(),
            some => format!(": {} to replace, and unknown facts", count(some, "URL")),
        },
        match folder.is_of_checkout() {
            true => "cargo xtask codegen".to_owned(),
            false => format!("{program} codegen --out src/providers"),
        }
    ));
    Ok(())
}

/// The schema by which editors complete the spec, where the folder has none; says which file that is.
fn write_schema(folder: &Folder) -> Result<Option<String>, Failure> {
    const FILE: &str = "schema.json";
    let path = folder.path.join(FILE);
    if path.exists() {
        return Ok(None);
    }
    let shown_as = format!("{}/{FILE}", folder.shown_as.trim_end_matches('/'));
    fs::write(&path, Guide::new().to_schema())
        .map_err(|error| Failure::files(format_args!("write {shown_as}"), &error))?;
    Ok(Some(shown_as))
}

struct Discovered {
    metadata: Metadata,
    /// Where the document is, if anywhere.
    address: Option<String>,
}

fn discover(
    location: &str,
    issuer: Option<&String>,
    terminal: Terminal,
) -> Result<Discovered, Failure> {
    if !location.contains("://") {
        return from_file(Path::new(location), issuer);
    }
    let (addresses, expected) = if metadata::names_document(location) {
        (vec![location.to_owned()], metadata::issuers(location))
    } else {
        (metadata::candidates(location), vec![location.to_owned()])
    };
    let (metadata, address) = Metadata::fetch(&addresses)
        .map_err(|reason| Failure::Files(format!("cannot read the metadata:\n{reason}")))?;
    terminal.progress(format_args!("read {address}"));
    let expected = match issuer {
        Some(issuer) => vec![issuer.clone()],
        None => expected,
    };
    // RFC 8414 §3.3: nothing of a document that names another issuer may be used.
    if !metadata::accepts(&expected, &metadata.issuer) {
        return Err(other_issuer(&address, &expected, &metadata.issuer));
    }
    let address = Some(address);
    Ok(Discovered { metadata, address })
}

/// A file has no address of its own: it is the one that follows from its issuer.
fn from_file(path: &Path, issuer: Option<&String>) -> Result<Discovered, Failure> {
    let shown = path.display();
    let metadata = Metadata::read(path)
        .map_err(|reason| Failure::Files(format!("cannot read {shown}: {reason}")))?;
    if let Some(issuer) = issuer
        && *issuer != metadata.issuer
    {
        let expected = std::slice::from_ref(issuer);
        return Err(other_issuer(&shown.to_string(), expected, &metadata.issuer));
    }
    let complaint = codegen::writing::endpoint_complaint(&metadata.issuer);
    let mut addresses = metadata::candidates(&metadata.issuer).into_iter();
    let address = match complaint {
        Some(_) => None,
        None if metadata.is_openid() => addresses.next(),
        None => addresses.nth(1),
    };
    Ok(Discovered { metadata, address })
}

fn other_issuer(place: &str, expected: &[String], found: &str) -> Failure {
    let expected = match expected {
        [] => "the address does not tell which one is right".to_owned(),
        expected => format!("expected {}", expected.join(" or ")),
    };
    Failure::Findings(format!(
        "{place} is the metadata of another issuer: {expected}, found {found}\n\
         It must not be used (RFC 8414 §3.3), unless the provider's documentation says that this is \
         right; if so, add --issuer '{found}'"
    ))
}

/// What clap cannot see.
fn contradictions(answers: &Arguments) -> Result<(), Failure> {
    if answers.client == Some(ClientType::Public) && !answers.auth.is_empty() {
        return Err(Failure::Arguments(
            "--auth requires a client secret, which --client public does not have".to_owned(),
        ));
    }
    let without_secret = answers.client == Some(ClientType::Public);
    if without_secret && answers.grants.contains(&Grant::ClientCredentials) {
        return Err(Failure::Arguments(
            "--grant client_credentials requires a client secret (RFC 6749 §4.4), which --client public \
             does not have"
                .to_owned(),
        ));
    }
    if answers.template != Some(Template::Machine) {
        return Ok(());
    }
    let public = matches!(answers.client, Some(ClientType::Public | ClientType::Both));
    for (is_there, argument) in [
        (
            answers.authorization_endpoint.is_some(),
            "--authorization-endpoint",
        ),
        (answers.pkce.is_some(), "--pkce"),
        (public, "--client"),
        (!answers.grants.is_empty(), "--grant"),
    ] {
        if is_there {
            return Err(Failure::Arguments(format!(
                "--template machine is for client credentials only (RFC 6749 §4.4) and excludes \
                 {argument}"
            )));
        }
    }
    Ok(())
}

/// Writes the spec if it is one; says how many of its URLs are placeholders.
fn write(draft: &Draft, path: &PathBuf, shown_as: &str) -> Result<usize, Failure> {
    let source = Source::new(shown_as, draft.facts());
    let providers = codegen::load(std::slice::from_ref(&source)).map_err(|report| {
        Failure::Findings(format!(
            "{}these answers give a spec with mistakes; nothing was written",
            report.render(true)
        ))
    })?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => is_there(shown_as),
            _ => Failure::files(format_args!("write {shown_as}"), &error),
        })?;
    file.write_all(draft.to_yaml().as_bytes())
        .map_err(|error| Failure::files(format_args!("write {shown_as}"), &error))?;
    let placeholders = providers
        .iter()
        .map(|provider| provider.placeholders().len());
    Ok(placeholders.sum())
}

fn is_there(shown_as: &str) -> Failure {
    Failure::Files(format!(
        "{shown_as} already exists and was not changed; choose another name, or edit it"
    ))
}
