//! For everything that a provider lacks, a test that its client has no such method.
//!
//! An inherent method is chosen before a trait's. So where a trait's method of the same name is
//! the one that is called, there is no inherent one; were there one, the test would not compile.

use std::fmt::Write;

use oauth_atlas_codegen::model::{OperationKind, Provider};

use crate::Module;
use crate::calls::constructor;

pub(crate) fn absence(modules: &[Module]) -> String {
    let mut text = String::new();
    for Module { path, provider } in modules {
        let id = &provider.id;
        let Some((kind, _)) = provider.clients().next() else {
            continue;
        };
        let client = constructor(provider, kind);
        let _ = writeln!(
            text,
            "mod {id} {{\n#[allow(unused_imports)] use {path}::{id}::*;\n\
             #[allow(unused_imports)] use crate::wire::{{CLIENT_ID, CLIENT_SECRET, PLAIN_SECRET, REDIRECT_URI}};\n"
        );
        for (method, offered) in methods(provider) {
            if !offered {
                let _ = writeln!(
                    text,
                    "#[test]\nfn has_no_{method}() {{\n\
                     struct Absent;\n\
                     trait Lacks {{ fn {method}(&self) -> Absent {{ Absent }} }}\n\
                     impl Lacks for Client {{}}\n\
                     let Absent = {client}.{method}();\n}}"
                );
            }
        }
        for (constructor, offered) in constructors(provider) {
            if !offered {
                let _ = writeln!(
                    text,
                    "#[test]\nfn has_no_{constructor}_client() {{\n\
                     struct Absent;\n\
                     trait Lacks {{ fn {constructor}() -> Absent {{ Absent }} }}\n\
                     impl Lacks for Client {{}}\n\
                     let Absent = Client::{constructor}();\n}}"
                );
            }
        }
        text += "}\n";
    }
    text
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
