//! Everything that is logged in this process, by `tracing` and by `log`.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// What was heard since [`listen`] was called first.
#[derive(Clone, Debug, Default)]
pub struct Heard(Arc<Mutex<Records>>);

#[derive(Debug, Default)]
struct Records {
    /// How many of each target, which is a module's path.
    counts: BTreeMap<String, usize>,
    lines: Vec<String>,
}

/// Begins to listen, at the finest level.
pub fn listen() -> &'static Heard {
    static HEARD: LazyLock<Heard> = LazyLock::new(|| {
        let heard = Heard::default();
        let subscriber = Registry::default().with(Ear(heard.clone()));
        tracing::subscriber::set_global_default(subscriber).expect("the only subscriber");
        tracing_log::LogTracer::init().expect("the only logger");
        heard
    });
    &HEARD
}

impl Heard {
    /// What was logged with this in it.
    pub fn leaks(&self, mark: &str) -> Vec<String> {
        let records = self.0.lock().expect("no listener panics");
        let lines = records.lines.iter().filter(|line| line.contains(mark));
        lines.cloned().collect()
    }

    /// How much a crate has logged.
    pub fn count(&self, crate_name: &str) -> usize {
        let records = self.0.lock().expect("no listener panics");
        let counts = records.counts.iter();
        let of_crate = counts.filter(|(target, _)| target.split("::").next() == Some(crate_name));
        of_crate.map(|(_, count)| count).sum()
    }

    fn keep(&self, target: &str, write: impl FnOnce(&mut Line)) {
        let mut line = Line(target.to_owned());
        write(&mut line);
        let mut records = self.0.lock().expect("no listener panics");
        // A record of `log` has its own target as a field.
        let field = line.0.split_once(" log.target=");
        let target =
            field.and_then(|(_, field)| field.split([' ', '"']).find(|name| !name.is_empty()));
        *records
            .counts
            .entry(target.unwrap_or(&line.0[..target_end(&line.0)]).to_owned())
            .or_default() += 1;
        records.lines.push(line.0);
    }
}

fn target_end(line: &str) -> usize {
    line.find(' ').unwrap_or(line.len())
}

struct Ear(Heard);

impl<S: Subscriber> Layer<S> for Ear {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        self.0.keep(metadata.target(), |line| {
            line.add("span", &metadata.name());
            attributes.record(line);
        });
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.0.keep("span", |line| values.record(line));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0
            .keep(event.metadata().target(), |line| event.record(line));
    }
}

/// One record: its target, and its fields.
struct Line(String);

impl Line {
    fn add(&mut self, name: &str, value: &dyn Debug) {
        // Writing to a text does not fail.
        let _ = write!(self.0, " {name}={value:?}");
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field.name(), value);
    }
}
