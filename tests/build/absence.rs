//! For each provider, a test that its client has no method for what the provider lacks.
//!
//! An inherent method is chosen before a trait's. So where a trait's method of the same name is
//! the one that is called, there is no inherent one; were there one, the test would not compile.

use std::fmt::Write;

use oauth_atlas_codegen::model::{OperationKind, Provider};

use crate::Module;
use crate::clients::constructor;

pub(crate) fn absence(modules: &[Module]) -> String {
    let mut text = String::new();
    for Module { path, provider } in modules {
        let id = &provider.id;
        let Some((kind, _)) = provider.clients().next() else {
            continue;
        };
        let client = constructor(provider, kind);
        let mut declared = String::new();
        let mut called = String::new();
        for method in absent(&methods(provider)) {
            let _ = writeln!(declared, "fn {method}(&self) -> Absent {{ Absent }}");
            let _ = writeln!(called, "let Absent = client.{method}();");
        }
        let mut constructed = String::new();
        for constructor in absent(&constructors(provider)) {
            let _ = writeln!(constructed, "fn {constructor}() -> Absent {{ Absent }}");
            let _ = writeln!(called, "let Absent = Client::{constructor}();");
        }
        let _ = writeln!(
            text,
            "#[test]\nfn {id}() {{\n\
             #[allow(unused_imports)] use {path}::{id}::*;\n\
             #[allow(unused_imports)] use crate::wire::{{CLIENT_ID, CLIENT_SECRET, PLAIN_SECRET, REDIRECT_URI}};\n\
             struct Absent;\n\
             trait Methods {{\n{declared}}}\nimpl Methods for Client {{}}\n\
             trait Constructors {{\n{constructed}}}\nimpl Constructors for Client {{}}\n\
             let client = {client};\n{called}}}"
        );
    }
    text
}

fn absent(methods: &[(&'static str, bool)]) -> Vec<&'static str> {
    let absent = methods.iter().filter(|(_, offered)| !offered);
    absent.map(|(method, _)| *method).collect()
}

/// Every method that depends on the spec, and whether this provider has it.
fn methods(provider: &Provider) -> Vec<(&'static str, bool)> {
    let operations = provider.operations();
    let is_offered = |kind| operations.iter().any(|one| one.kind == kind);
    let of_operations = OperationKind::ALL.iter().flat_map(|kind| {
        let methods = methods_of(*kind).iter();
        methods.map(|method| (*method, is_offered(*kind)))
    });
    let settings = [
        ("redirect_uri", is_offered(OperationKind::Authorize)),
        ("environment", !provider.environments.is_empty()),
        ("client_auth", !provider.selectable_auth().is_empty()),
        (
            "token_encoding",
            !provider.selectable_encodings().is_empty(),
        ),
    ];
    of_operations.chain(settings).collect()
}

/// The methods by which a client offers an operation. Those of extensions have the provider's names.
fn methods_of(operation: OperationKind) -> &'static [&'static str] {
    match operation {
        OperationKind::Register => &["register", "with_registration"],
        // It is a method of the login.
        OperationKind::PushAuthorization => &[],
        OperationKind::Authorize => &["authorize"],
        OperationKind::ExchangeCode => &["finish"],
        OperationKind::Refresh => &["refresh", "token_source"],
        OperationKind::ClientCredentials => &["client_credentials"],
        OperationKind::AuthorizeDevice => &["authorize_device"],
        OperationKind::PollDevice => &["poll_device", "finish_device"],
        OperationKind::Extension => &[],
        OperationKind::RevokeAccessToken => &["revoke_access_token"],
        OperationKind::RevokeRefreshToken => &["revoke_refresh_token"],
        OperationKind::Introspect => &["introspect"],
        OperationKind::UserInfo => &["userinfo"],
        OperationKind::CallApi => &["call"],
    }
}

fn constructors(provider: &Provider) -> [(&'static str, bool); 3] {
    [
        ("new", false),
        ("confidential", provider.confidential.is_some()),
        ("public", provider.public.is_some()),
    ]
}
