//! The scope tables.

use crate::decode::Entry;
use crate::lower::{cited, each, flag, text, value};
use crate::model;
use crate::name;
use crate::spec::{self, Omitted};

pub(super) fn scopes(scopes: Option<&spec::Scopes>) -> Option<model::Scopes> {
    let Some(scopes) = scopes else {
        return Some(model::Scopes {
            request_separators: vec![spec::Separator::Space],
            response_separator: spec::Separator::Space,
            omitted: Omitted::Unknown,
            partial: false,
            values: Vec::new(),
            bundles: Vec::new(),
            groups: Vec::new(),
            description: None,
            sources: Vec::new(),
        });
    };
    let bundle = |bundle: &spec::Bundle| model::Bundle {
        scopes: bundle
            .values
            .0
            .iter()
            .map(|scope| scope.value.clone())
            .collect(),
        description: text(&bundle.description),
        sources: cited(&bundle.source),
    };
    Some(model::Scopes {
        request_separators: scopes.request_separators(),
        response_separator: scopes.response_separator(),
        omitted: value(&scopes.omitted, Omitted::Unknown),
        partial: flag(&scopes.partial),
        values: each(&scopes.values, scope)?,
        groups: each(&scopes.groups, group)?,
        bundles: scopes
            .bundles
            .0
            .iter()
            .map(|entry| bundle(&entry.value))
            .collect(),
        description: text(&scopes.description),
        sources: cited(&scopes.source),
    })
}

fn group(entry: &Entry<spec::ScopeGroup>) -> Option<model::ScopeGroup> {
    Some(model::ScopeGroup {
        type_name: name::type_name(&format!("{}_scope", entry.key))?,
        method: name::method(&format!("{}_scopes", entry.key))?,
        parameter: entry.value.parameter.value.clone(),
        separator: value(&entry.value.separator, spec::Separator::Space),
        description: entry.value.description.0.clone(),
        values: each(&entry.value.values, scope)?,
        sources: cited(&entry.value.source),
    })
}

fn scope(entry: &Entry<spec::Scope>) -> Option<model::Scope> {
    Some(model::Scope {
        wire: entry.key.clone(),
        variant: match entry.value.rust_name.given() {
            Some(name) => name.value.clone(),
            None => name::variant(&entry.key)?,
        },
        category: text(&entry.value.category),
        description: entry.value.description.0.clone(),
        required: flag(&entry.value.required),
        deprecated: text(&entry.value.deprecated),
        sources: cited(&entry.value.source),
    })
}
