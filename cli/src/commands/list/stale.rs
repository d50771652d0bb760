//! `oauth-atlas list --stale`

use oauth_atlas_codegen as codegen;

use crate::day::Day;
use crate::failure::Failure;
use crate::mistakes::{self, count};
use crate::specs::Specs;
use crate::terminal::Terminal;

/// The sources that were read more than this many days ago, the oldest first.
pub fn stale(
    specs: &Specs,
    older_than: u32,
    today: Day,
    terminal: Terminal,
) -> Result<(), Failure> {
    let sources = specs.all()?;
    let providers =
        codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    let mut stale = Vec::new();
    let mut all = 0;
    for provider in &providers {
        for source in &provider.sources {
            all += 1;
            // A spec without mistakes has days for days.
            let Ok(checked) = source.checked.parse::<Day>() else {
                continue;
            };
            let age = today.since(checked);
            if age > i64::from(older_than) {
                stale.push((age, provider.id.as_str(), source));
            }
        }
    }
    // Those of the same age stay in the order of the specs.
    stale.sort_by_key(|(age, ..)| std::cmp::Reverse(*age));
    if stale.is_empty() {
        terminal.progress(format_args!(
            "{}, and nothing is older than {older_than} days",
            count(all, "source")
        ));
        return Ok(());
    }
    let lines: Vec<_> = stale
        .iter()
        .map(|(age, id, source)| {
            format!(
                "{:>9}  {id}: {}, {}",
                count_days(*age),
                source.title,
                source.url
            )
        })
        .collect();
    terminal.data(lines.join("\n"))?;
    terminal.progress(format_args!(
        "{} of {}: older than {older_than} days",
        stale.len(),
        count(all, "source")
    ));
    Ok(())
}

fn count_days(days: i64) -> String {
    match days {
        1 => "1 day".to_owned(),
        _ => format!("{days} days"),
    }
}
