//! The scope tables.

use oauth_atlas_description::owned;

use crate::decode::Entry;
use crate::lower::{cited, each, flag, or, text, texts};
use crate::model;
use crate::name;
use crate::spec;

pub(super) fn scopes(scopes: Option<&spec::Scopes>) -> Option<model::Scopes> {
    let mut rules = owned::ScopeRules::default();
    let Some(scopes) = scopes else {
        return Some(model::Scopes {
            rules,
            of: None,
            of_sources: Vec::new(),
            values: Vec::new(),
            bundles: Vec::new(),
            groups: Vec::new(),
            description: None,
            sources: Vec::new(),
        });
    };
    rules.request_separators = scopes.request_separators();
    rules.response_separator = scopes.response_separator();
    or(&scopes.omitted, &mut rules.omitted);
    rules.partial = scopes.is_partial();
    for entry in &scopes.values.0 {
        let excluded = texts(&entry.value.excludes).into_iter();
        let pairs = excluded.map(|other| (entry.key.clone(), other));
        rules.exclusions.extend(pairs);
    }
    let partial = scopes.partial.given();
    let prefix = scopes.prefix.given().map(|prefix| prefix.value.as_str());
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
        rules,
        of: partial.and_then(|partial| Some(partial.of.given()?.value.0)),
        of_sources: partial.map_or_else(Vec::new, |partial| cited(&partial.source)),
        values: each(&scopes.values, |entry| scope(entry, prefix))?,
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
    let mut separator = owned::ScopeGroup::default().separator;
    or(&entry.value.separator, &mut separator);
    Some(model::ScopeGroup {
        type_name: name::type_name(&format!("{}_scope", entry.key))?,
        method: name::method(&format!("{}_scopes", entry.key))?,
        parameter: entry.value.parameter.value.clone(),
        separator,
        description: entry.value.description.0.clone(),
        values: each(&entry.value.values, |entry| scope(entry, None))?,
        sources: cited(&entry.value.source),
    })
}

fn scope(entry: &Entry<spec::Scope>, prefix: Option<&str>) -> Option<model::Scope> {
    Some(model::Scope {
        value: owned::Scope {
            name: entry.key.clone(),
            description: entry.value.description.0.clone(),
            category: text(&entry.value.category),
            deprecated: text(&entry.value.deprecated),
        },
        variant: match entry.value.rust_name.given() {
            Some(name) => name.value.clone(),
            None => name::scope_variant(&entry.key, prefix)?,
        },
        required: flag(&entry.value.required),
        excludes: texts(&entry.value.excludes),
        sources: cited(&entry.value.source),
    })
}
