//! That no name of a spec can meet one that the generator gives.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Options, Source, generate, load};
use serde_yaml::{Mapping, Value};
use syn::visit::{self, Visit};
use syn::{FnArg, ImplItem, Item, Pat, Type};

/// The names in generated code that no spec brought there.
#[derive(Default)]
struct Fixed {
    client: BTreeSet<String>,
    authorize: BTreeSet<String>,
    arguments: BTreeSet<String>,
    types: BTreeSet<String>,
}

#[test]
fn what_the_generator_names_is_refused_to_specs() {
    let mut fixed = Fixed::default();
    for folder in ["../specs", "fixtures"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let sources = Source::read_dir(&folder).expect("readable specs");
        let providers = load(&sources).unwrap_or_else(|report| panic!("{report}"));
        let files = generate(&sources, &Options::private()).expect("right specs");
        for provider in &providers {
            let path = format!("{}.rs", provider.id);
            let (_, text) = files
                .iter()
                .find(|(known, _)| *known == path)
                .expect("a module");
            fixed.add(provider, &syn::parse_file(text).expect("Rust"));
        }
    }
    assert!(fixed.client.len() > 20, "{:?}", fixed.client);
    assert!(fixed.authorize.len() > 3, "{:?}", fixed.authorize);
    assert!(fixed.arguments.len() > 1, "{:?}", fixed.arguments);
    assert!(fixed.types.len() > 5, "{:?}", fixed.types);

    for name in fixed.client {
        let grant = format!("  extensions:\n    {name}: {{ description: X., grant_type: x }}\n");
        refused(&name, &spec("", "", &grant, ""));
        let variable =
            format!("variables:\n  {name}: {{ description: X., values: [x], default: x }}\n");
        refused(&name, &spec(&variable, &format!("{{{name}}}"), "", ""));
    }
    for name in fixed.authorize {
        refused(&name, &with_parameter(&name, "type: text"));
    }
    for name in fixed.types {
        refused(&name, &with_parameter(&name, "values: [x]"));
        let capture = format!("captures:\n  {name}: {{ description: X., from: token, name: x }}\n");
        refused(&name, &spec("", "", "", &capture));
    }
    for name in fixed.arguments {
        let variable = format!("variables:\n  {name}: {{ description: X., kind: segment }}\n");
        refused(&name, &spec(&variable, &format!("{{{name}}}"), "", ""));
    }
}

/// Names without a letter or a digit, and with one that Rust does not take.
const NO_NAMES: [&str; 2] = ["$", "\u{bd}"];

#[test]
fn what_rust_cannot_name_is_refused_with_a_cure_or_taken() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let (mut taken, mut refused) = (0, 0);
    for source in Source::read_dir(&folder).expect("readable specs") {
        let spec: Value = serde_yaml::from_str(&source.text).expect("YAML");
        for name in NO_NAMES {
            for changed in renamed(&spec, name) {
                let text = serde_yaml::to_string(&changed).expect("YAML");
                match load(&[Source::new(source.path.as_str(), text.as_str())]) {
                    Ok(_) => taken += 1,
                    Err(report) => {
                        let shown = report.render(false);
                        assert!(!shown.contains("incomplete"), "{shown}\n{text}");
                        refused += 1;
                    }
                }
            }
        }
    }
    // Otherwise there was nothing to name.
    assert!(
        taken > 300 && refused > 2000,
        "{taken} taken, {refused} refused"
    );
}

/// The spec with another name in the place of each key, and of each text of a list.
fn renamed(value: &Value, name: &str) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Mapping(mapping) => {
            for place in 0..mapping.len() {
                let with = |key: &dyn Fn(&Value) -> Value, value: &dyn Fn(&Value) -> Value| {
                    let entries = mapping.iter().enumerate();
                    let changed = entries.map(|(index, (old, inner))| match index == place {
                        true => (key(old), value(inner)),
                        false => (old.clone(), inner.clone()),
                    });
                    Value::Mapping(changed.collect::<Mapping>())
                };
                all.push(with(&|_| name.into(), &Value::clone));
                let (_, inner) = mapping.iter().nth(place).expect("an entry");
                let inside = renamed(inner, name).into_iter();
                all.extend(inside.map(|inner| with(&Value::clone, &|_| inner.clone())));
            }
        }
        Value::Sequence(items) => {
            for (place, item) in items.iter().enumerate() {
                let changed = match item {
                    Value::String(_) => vec![name.into()],
                    _ => renamed(item, name),
                };
                all.extend(changed.into_iter().map(|item| {
                    let mut items = items.clone();
                    items[place] = item;
                    Value::Sequence(items)
                }));
            }
        }
        _ => {}
    }
    all
}

fn refused(name: &str, text: &str) {
    let report = load(&[Source::new("acme.yaml", text)])
        .err()
        .unwrap_or_else(|| panic!("`{name}` is accepted:\n{text}"));
    let report = report.render(false);
    assert!(
        report.contains("which is taken") || report.contains("is a standard parameter"),
        "{report}"
    );
}

fn with_parameter(name: &str, value: &str) -> String {
    let url = "  authorization: https://login.acme.example/authorize\n";
    let parameters = format!(
        "  authorization:\n    url: https://login.acme.example/authorize\n    parameters:\n      \
         {name}: {{ description: X., {value} }}\n"
    );
    spec("", "", "", "").replace(url, &parameters)
}

fn spec(variables: &str, segment: &str, grants: &str, rest: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/standard.yaml");
    let standard = fs::read_to_string(path).expect("a fixture");
    let sources = &standard[..standard.find("\nendpoints:").expect("endpoints")];
    format!(
        "{sources}\n{variables}\nendpoints:\n  \
         authorization: https://login.acme.example/authorize\n  \
         token: https://api.acme.example/a/{segment}\n\nclients:\n  confidential:\n\n\
         grants:\n  authorization_code:\n{grants}\n{rest}"
    )
}

impl Fixed {
    fn add(&mut self, provider: &Provider, file: &syn::File) {
        let variables = provider.variables.iter().map(|one| &one.method);
        let options = provider.authorization.iter().flat_map(|one| &one.options);
        let extensions = provider.extensions.iter().map(|one| &one.method);
        let signed = provider.extensions.iter();
        let signed = signed.filter(|one| one.value.assertion.is_some());
        let signed: Vec<_> = signed
            .map(|one| format!("{}_with_key", one.method))
            .collect();
        let own: BTreeSet<&String> = extensions
            .chain(&signed)
            .chain(variables)
            .chain(options.clone().map(|one| &one.method))
            .chain(provider.scopes.groups.iter().map(|one| &one.method))
            .collect();
        let variables = provider.variables.iter();
        let choices = variables.filter_map(|one| one.choice.as_ref());
        let own_types: BTreeSet<&String> = choices
            .chain(options.filter_map(|one| one.choice.as_ref()))
            .map(|choice| &choice.type_name)
            .chain(provider.scopes.groups.iter().map(|one| &one.type_name))
            .chain(provider.captures.iter().map(|one| &one.type_name))
            .collect();
        for item in &file.items {
            if let Item::Impl(item) = item
                && item.trait_.is_none()
                && let Type::Path(of) = &*item.self_ty
            {
                let methods = match of.path.get_ident() {
                    Some(name) if name == "Client" => &mut self.client,
                    Some(name) if name == "Authorize" => &mut self.authorize,
                    _ => continue,
                };
                for member in &item.items {
                    let ImplItem::Fn(method) = member else {
                        continue;
                    };
                    let name = method.sig.ident.to_string();
                    if !own.contains(&name) {
                        methods.insert(name);
                    }
                    if method.sig.receiver().is_some() {
                        continue;
                    }
                    for argument in &method.sig.inputs {
                        if let FnArg::Typed(argument) = argument
                            && let Pat::Ident(name) = &*argument.pat
                            && !own.contains(&name.ident.to_string())
                        {
                            self.arguments.insert(name.ident.to_string());
                        }
                    }
                }
            }
        }
        let mut used = Used::default();
        used.visit_file(file);
        // Values have names of their own, and `Self` is a keyword.
        let others = ["Some", "None", "Ok", "Err", "Self"];
        self.types.extend(used.0.into_iter().filter(|name| {
            !own_types.contains(name)
                && !others.contains(&name.as_str())
                && name.chars().any(|character| character.is_ascii_lowercase())
        }));
    }
}

/// The types and traits that code names without a path, and those that it defines.
#[derive(Default)]
struct Used(BTreeSet<String>);

impl<'ast> Visit<'ast> for Used {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments.first().expect("a segment").ident.to_string();
        if path.leading_colon.is_none() && first.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.0.insert(first);
        }
        visit::visit_path(self, path);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.0.insert(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.0.insert(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }
}
