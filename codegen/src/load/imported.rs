//! The scopes of the table beside a spec, which join those of the spec.

use std::collections::HashMap;

use crate::decode::{Entry, Many, Maybe, Place, Reader, Spanned};
use crate::scope_table::{self, Row};
use crate::spec::{Scope, SourceName, Spec, Text};
use crate::yaml::tree::NodeId;

/// Adds them behind the scopes of the spec. What is wrong with the table is reported at `imported`,
/// the key that is about it.
pub(super) fn add(spec: &mut Spec, reader: &mut Reader) {
    let path = reader.source.scopes_path();
    let table = reader.source.scopes.as_deref();
    let Maybe::Given(scopes) = &mut spec.scopes else {
        if table.is_some() && spec.scopes.is_absent() {
            let title = format!("nothing says where the scopes of {path} are from");
            let help = "add `scopes`, with the source as `imported`";
            reader.mistake_with_help(Place::Spec, title, help);
        }
        return;
    };
    let (table, sources) = match (table, scopes.imported.given()) {
        (None, None) => return,
        (None, Some(sources)) => {
            let title = format!("there is no {path} beside the spec");
            let help = "`oauth-atlas scopes import` writes it, or leave `imported` out";
            reader.mistake_with_help(place(sources), title, help);
            return;
        }
        (Some(_), None) => {
            if scopes.imported.is_absent() {
                let title = format!("nothing says where the scopes of {path} are from");
                let help = "name the source: `imported: openapi`";
                reader.mistake_with_help(Place::KeyOf(scopes.at), title, help);
            }
            return;
        }
        (Some(table), Some(sources)) => (table, sources.clone()),
    };
    let rows = match scope_table::parse(table) {
        Ok(rows) => rows,
        Err(mistakes) => {
            for one in mistakes {
                let title = format!("line {} of {path}: {}", one.line, one.title);
                reader.mistake_with_help(place(&sources), title, one.help);
            }
            return;
        }
    };
    let at = sources.0.first().map_or(scopes.at, |first| first.at);
    let own = scopes.values.0.iter();
    let own: HashMap<_, _> = own
        .map(|scope| (scope.key.clone(), scope.key_place()))
        .collect();
    for row in rows {
        match own.get(&row.scope) {
            Some(own) => {
                let title = format!("the scope `{}` is in {path} as well", row.scope);
                let help = "import the table again, which leaves out what the spec has";
                reader.mistake_with_help(*own, title, help);
            }
            None => scopes.values.0.push(scope(row, at, &sources)),
        }
    }
}

fn place(sources: &Many<SourceName>) -> Place {
    sources
        .0
        .first()
        .map_or(Place::Spec, |first| Place::At(first.at))
}

fn scope(row: Row, at: NodeId, sources: &Many<SourceName>) -> Entry<Scope> {
    let text = |text: Option<String>| text.map_or(Maybe::Absent, |text| Maybe::Given(Text(text)));
    let rust_name = row.rust_name.map(|value| Spanned { value, at });
    Entry {
        key: row.scope,
        at,
        value: Scope {
            at,
            rust_name: rust_name.map_or(Maybe::Absent, Maybe::Given),
            category: text(row.category),
            description: Text(row.description),
            required: Maybe::Absent,
            excludes: Maybe::Absent,
            deprecated: text(row.deprecated),
            source: Maybe::Given(sources.clone()),
        },
    }
}
