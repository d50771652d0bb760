//! The table of the README: each flow with each server.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use libtest_mimic::Failed;

use crate::flows;
use crate::server::{Server, folder};

const BEGIN: &str = "<!-- flows: begin -->\n";
const END: &str = "<!-- flows: end -->";

/// Whether the README has the table that the expectations make.
pub fn is_right(servers: &[Arc<Server>]) -> Result<(), Failed> {
    let readme = fs::read_to_string(folder().join("README.md"))?.replace("\r\n", "\n");
    let table = table(servers);
    let found = readme
        .split_once(BEGIN)
        .and_then(|(_, rest)| rest.split_once(END))
        .map(|(found, _)| found);
    match found == Some(&*table) {
        true => Ok(()),
        false => Err(format!(
            "tests/servers/README.md has another table between `{}` and `{END}`:\n\n{table}",
            BEGIN.trim_end()
        )
        .into()),
    }
}

fn table(servers: &[Arc<Server>]) -> String {
    let mut text = String::from("| flow |");
    for server in servers {
        let _ = write!(text, " {} |", server.name);
    }
    text += "\n| --- |";
    text += &" --- |".repeat(servers.len());
    text += "\n";
    for flow in flows::ALL {
        let _ = write!(text, "| {} |", flow.name.replace('_', " "));
        for server in servers {
            let cell = (flow.expected)(server);
            let _ = write!(text, " {} |", cell.as_deref().unwrap_or("-"));
        }
        text += "\n";
    }
    text
}
