//! For everything that a provider lacks, a test that its client has no such method.
//!
//! An inherent method is chosen before a trait's. So where a trait's method of the same name is
//! the one that is called, there is no inherent one; were there one, the test would not compile.

use std::fmt::Write;

use oauth_atlas_codegen::model::{Provider, TokenKind};

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
fn methods(provider: &Provider) -> [(&'static str, bool); 16] {
    let code = provider.authorization_code.is_some();
    let refresh = provider.refresh_token.is_some();
    [
        ("authorize", code),
        ("finish", code),
        ("redirect_uri", code),
        ("refresh", refresh),
        ("token_source", refresh),
        ("client_credentials", provider.client_credentials.is_some()),
        ("authorize_device", provider.device_code.is_some()),
        ("poll_device", provider.device_code.is_some()),
        ("finish_device", provider.device_code.is_some()),
        (
            "revoke_access_token",
            provider.revokes(TokenKind::AccessToken),
        ),
        (
            "revoke_refresh_token",
            provider.revokes(TokenKind::RefreshToken),
        ),
        ("introspect", provider.introspection.is_some()),
        ("userinfo", provider.userinfo.is_some()),
        ("environment", !provider.environments.is_empty()),
        ("client_auth", !provider.selectable_auth().is_empty()),
        (
            "token_encoding",
            !provider.selectable_encodings().is_empty(),
        ),
    ]
}

fn constructors(provider: &Provider) -> [(&'static str, bool); 3] {
    [
        ("new", false),
        ("confidential", provider.confidential.is_some()),
        ("public", provider.public.is_some()),
    ]
}
