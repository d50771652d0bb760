//! The public interface by the Rust API guidelines (<https://rust-lang.github.io/api-guidelines>).

use std::collections::{BTreeSet, HashSet};
use std::error::Error as StdError;
use std::fmt::Debug;
use std::fs;
use std::hash::Hash;
use std::path::Path;

use oauth_atlas::fake::{FakeEndpoint, FakeError};
use oauth_atlas::{
    Callback, ClientAuth, Core, EncryptedSecretError, EndpointKind, Error, ErrorCode, HttpRequest,
    HttpResponse, Json, JsonError, Login, Pending, Secret, Settings, SourceCall, TokenRequest,
    TokenSet, TokenSource, TransportError, UnknownScope, Verdict,
};
use oauth_atlas::{google, kraken, slack};
use syn::visit::{self, Visit};

/// C-GOOD-ERR.
#[test]
fn errors_are_errors() {
    fn is_error<E: StdError + Send + Sync + 'static>() {}
    is_error::<Error>();
    is_error::<TransportError>();
    is_error::<JsonError>();
    is_error::<UnknownScope>();
    is_error::<FakeError>();
    is_error::<EncryptedSecretError>();
}

/// C-SEND-SYNC, C-COMMON-TRAITS and C-DEBUG.
#[test]
fn types_have_the_common_traits() {
    fn is_shared<T: Clone + Debug + Send + Sync + 'static>() {}
    fn is_sent<T: Debug + Send + 'static>() {}
    fn is_value<T: Copy + Eq + Hash + Debug + Send + Sync + 'static>() {}
    is_shared::<kraken::Client>();
    is_sent::<kraken::Authorize>();
    is_shared::<Core>();
    is_shared::<Settings>();
    is_shared::<TokenSource>();
    is_shared::<TokenSet>();
    is_shared::<Pending>();
    is_shared::<Login>();
    is_shared::<Secret>();
    is_shared::<Json>();
    is_shared::<Error>();
    is_shared::<Callback>();
    is_sent::<TokenRequest>();
    is_sent::<SourceCall>();
    is_sent::<HttpRequest>();
    is_sent::<HttpResponse>();
    is_value::<kraken::Scope>();
    is_value::<kraken::Environment>();
    is_value::<ErrorCode<'static>>();
    is_value::<EndpointKind>();
    is_value::<ClientAuth>();
    is_value::<Verdict>();
}

/// C-CONV-TRAITS, and C-GENERIC: a scope is accepted wherever its text is.
#[test]
fn scopes_are_arguments_as_they_are() {
    use google::Scope;

    let client = google::Client::public("id").redirect_uri("https://app.example/");
    let login = client.authorize([Scope::Openid]).scope(Scope::DriveFile);
    let url = login.start().expect("a login").url;
    assert!(url.contains("drive.file"), "{url}");
    let device = Core::public(&google::PROVIDER, "id").authorize_device([Scope::Openid]);
    assert!(device.scope(Scope::DriveFile).to_http_request().is_ok());
    let granted = TokenSet::new("a").with_scope(Scope::Openid.as_str());
    assert!(granted.has_scope(Scope::Openid) && !granted.has_scope(Scope::DriveFile));
    let chosen = HashSet::from([Scope::Openid]);
    assert!(client.authorize(chosen).start().is_ok());
}

#[test]
fn captured_values_belong_to_the_tokens() {
    let tokens = TokenSet::new("a").with_extra("team_id", "T9");
    assert_eq!(tokens.get(slack::TeamId).as_deref(), Some("T9"));
}

/// C-CONV-TRAITS.
#[test]
fn messages_convert_from_and_to_those_of_the_crate_http() {
    let core = Core::confidential(&slack::PROVIDER, "id", "secret");
    let request = core.refresh(&TokenSet::new("a").with_refresh_token("r"));
    let request = request.to_http_request().expect("a request");
    let body = request.body().to_vec();
    let request: http::Request<Vec<u8>> = request.try_into().expect("a request");
    let request = HttpRequest::try_from(request).expect("a request");
    assert_eq!(request.body(), body);
    let response = HttpResponse::from(http::Response::new(b"{}".to_vec()));
    let response = http::Response::<Vec<u8>>::try_from(response).expect("a response");
    assert_eq!(response.status(), 200);
}

/// C-NEWTYPE: no triples of strings.
#[test]
fn a_fakes_endpoints_have_names() {
    let endpoints: Vec<FakeEndpoint> = kraken::fake().start_blocking().expect("a fake").endpoints();
    let kinds: Vec<_> = endpoints.iter().map(|one| one.kind).collect();
    assert!(kinds.contains(&EndpointKind::Token), "{kinds:?}");
}

/// What the modules of the published package declare.
#[derive(Default)]
struct Declared {
    module: String,
    /// Public signatures that name what is hidden.
    hidden: Vec<String>,
    constructors: BTreeSet<String>,
    /// Scopes that a description deprecates, and those that the compiler does.
    deprecated: [usize; 2],
}

impl<'ast> Visit<'ast> for Declared {
    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let signature = &function.sig;
        let mut paths = Paths::default();
        paths.visit_signature(signature);
        if matches!(function.vis, syn::Visibility::Public(_)) {
            let name = format!("{}::{}", self.module, signature.ident);
            if paths.found.iter().any(|segment| segment == "runtime") {
                self.hidden.push(name);
            }
            let is_constructor = paths.found.contains("Self") && signature.receiver().is_none();
            if is_constructor {
                self.constructors.insert(signature.ident.to_string());
            }
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        let is_deprecated = |one: &syn::Attribute| one.path().is_ident("deprecated");
        self.deprecated[1] += usize::from(variant.attrs.iter().any(is_deprecated));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let mut paths = Paths::default();
        paths.visit_expr(&call.func);
        if paths.found.contains("scopes_with_deprecated")
            && let Some(syn::Expr::Reference(list)) = call.args.last()
            && let syn::Expr::Array(deprecated) = &*list.expr
        {
            self.deprecated[0] += deprecated.elems.len();
        }
        visit::visit_expr_call(self, call);
    }
}

#[derive(Default)]
struct Paths {
    found: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        self.found.insert(segment.ident.to_string());
        visit::visit_path_segment(self, segment);
    }
}

#[test]
fn modules_are_alike_and_name_nothing_hidden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/src");
    let mut declared = Declared::default();
    for file in fs::read_dir(folder).expect("the published modules") {
        let path = file.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a module");
        declared.module = path.file_stem().unwrap_or_default().display().to_string();
        declared.visit_file(&syn::parse_file(&text).expect("Rust"));
    }
    assert!(declared.hidden.is_empty(), "{:?}", declared.hidden);
    let constructors: Vec<_> = declared.constructors.iter().map(String::as_str).collect();
    assert_eq!(constructors, ["confidential", "public", "unregistered"]);
    let [described, marked] = declared.deprecated;
    assert!(described > 0 && described == marked, "{described} {marked}");
}
