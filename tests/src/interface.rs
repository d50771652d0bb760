//! That no added fact breaks a program, and that no module breaks that somebody has committed.

use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use oauth_atlas::{Core, Error, Login, ProviderClient, Settings};
use oauth_atlas::{github, home_assistant, kraken, slack};
use syn::visit::{self, Visit};

/// A user's program with the module of one spec.
struct Variant {
    /// What was added to the spec.
    name: &'static str,
    /// The text of the module.
    module: &'static str,
    log_in: fn(Settings) -> Result<Login, Error>,
    served: fn() -> Vec<&'static str>,
}

#[allow(
    dead_code,
    clippy::needless_borrows_for_generic_args,
    reason = "what matters is that it compiles, a module of an earlier generator included"
)]
mod variants {
    use super::Variant;
    use oauth_atlas::Settings;

    include!(concat!(env!("OUT_DIR"), "/interface/index.rs"));
}

use variants::VARIANTS;

#[test]
fn a_program_compiles_and_does_the_same_whatever_is_added() {
    let known = ["state", "code_challenge"];
    let parameters = |login: &Login| {
        let url = oauth_atlas::Url::parse(&login.url).expect("a URL");
        let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
        pairs.retain(|(name, _)| !known.contains(&name.as_str()));
        pairs
    };
    let before = (VARIANTS[0].log_in)(Settings::new()).expect("a login");
    let mut modules = HashSet::new();
    for variant in VARIANTS {
        assert!(
            modules.insert(variant.module),
            "{} adds nothing",
            variant.name
        );
        let settings = Settings::new().replace_origin("https://proxy.example");
        let moved = (variant.log_in)(settings.expect("an origin")).expect("a login");
        assert!(
            moved.url.starts_with("https://proxy.example/"),
            "{}",
            moved.url
        );
        assert_eq!((variant.served)(), ["Acme"]);
        let after = (variant.log_in)(Settings::new()).expect("a login");
        for pair in parameters(&before) {
            let mut found = parameters(&after).into_iter();
            let same = |(name, value): (String, String)| {
                name == pair.0
                    && value
                        .split(' ')
                        .any(|one| pair.1.split(' ').any(|x| x == one))
            };
            assert!(
                found.any(same),
                "{}: {pair:?} in {}",
                variant.name,
                after.url
            );
        }
    }
    assert!(VARIANTS.len() > 10, "{}", VARIANTS.len());
}

/// Every value of a description in generated code, so that a field that is added to the types breaks
/// none. A call names no field that is not an argument.
#[test]
fn every_record_of_generated_code_ends_in_the_standard() {
    let mut records = Records::default();
    for variant in VARIANTS {
        records.visit_file(&syn::parse_file(variant.module).expect("Rust"));
    }
    assert!(records.found > 100, "{}", records.found);
    assert_eq!(records.open, Vec::<String>::new());
}

#[derive(Default)]
struct Records {
    found: usize,
    open: Vec<String>,
}

impl<'ast> Visit<'ast> for Records {
    fn visit_expr_struct(&mut self, record: &'ast syn::ExprStruct) {
        self.found += 1;
        let segments = |path: &syn::Path| -> Vec<String> {
            path.segments
                .iter()
                .map(|one| one.ident.to_string())
                .collect()
        };
        let name = segments(&record.path);
        let mut standard = name.clone();
        standard.push("STANDARD".to_owned());
        let ends = matches!(record.rest.as_deref(), Some(syn::Expr::Path(rest)) if segments(&rest.path) == standard);
        if !ends {
            self.open.push(name.join("::"));
        }
        visit::visit_expr_struct(self, record);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_record = matches!(
            &*call.func,
            syn::Expr::Path(function) if function.path.segments[0].ident == "provider"
        );
        self.found += usize::from(is_record);
        visit::visit_expr_call(self, call);
    }
}

/// What a generator has once written stays Rust: no call gets other arguments.
#[test]
fn calls_take_what_committed_modules_give_them() {
    use oauth_atlas::runtime::provider::{
        self, ClaimName, ClientAuth, GrantKind, HttpMethod, Presence,
    };

    let endpoints = [
        provider::endpoint("u"),
        provider::endpoint_of_method("u", HttpMethod::Post),
        provider::endpoint_of_scopes("u", HttpMethod::Post, &[]),
    ];
    assert!(endpoints.iter().all(|endpoint| *endpoint == endpoints[0]));
    assert_eq!(
        provider::authorization_endpoint("u"),
        provider::authorization_endpoint_requiring("u", &[])
    );
    assert_eq!(
        provider::grant(GrantKind::RefreshToken),
        provider::grant_requiring(GrantKind::RefreshToken, &[])
    );
    assert_eq!(
        provider::client_type(&[ClientAuth::Basic]).auth,
        [ClientAuth::Basic]
    );
    assert_eq!(provider::claim(ClaimName::Sub, "id").path, "id");
    let members = provider::members(&[(Presence::Never, &["id_token"])]);
    assert!(members.iter().all(|one| one.name == "id_token"));
    let errors = provider::error_codes(&["gone", "Log in again."]);
    assert!(errors.iter().all(|one| one.status.is_none()));
    let errors = provider::error_codes_with_statuses(&["gone", "Log in again."], &[410]);
    assert!(errors.iter().all(|one| one.status == Some(410)));
    let scopes = provider::scopes(&["read", "Read.", "write", "Write."]);
    assert_eq!(scopes.name(1), "write");
    let scopes = provider::scopes_of_categories(&["read", "Read.", "Files"]);
    assert_eq!(scopes.get(0).category, Some("Files"));
    let scopes = provider::scopes_with_deprecated(&["read", "Read.", ""], &[(0, "write")]);
    assert_eq!(scopes.get(0).deprecated, Some("write"));
}

/// One function for clients of several providers, and for one that is known by its description only.
#[test]
fn code_can_be_written_over_several_providers() {
    fn log_in<C: ProviderClient>(client: &C, scopes: &[C::Scope]) -> (String, String) {
        let login = client.core().authorize(scopes).start().expect("a login");
        (client.provider().id.to_owned(), login.url)
    }
    let kraken = kraken::Client::confidential("id", "secret").redirect_uri("https://app.example/");
    let github = github::Client::confidential("id", "secret").redirect_uri("https://app.example/");
    let other = Core::confidential(&github::PROVIDER, "id", "secret");
    let other = other.redirect_uri("https://app.example/");
    let logins = [
        log_in(&kraken, &[kraken::Scope::InfoBasic]),
        log_in(&github, &[github::Scope::Repo]),
        log_in(&other, &["repo".to_owned()]),
    ];
    for ((id, url), (expected, scope)) in logins.iter().zip([
        ("kraken", "scope=account.info%3Abasic"),
        ("github", "scope=repo"),
        ("github", "scope=repo"),
    ]) {
        assert_eq!(id, expected);
        assert!(url.contains(scope), "{url}");
    }
}

#[test]
fn scopes_are_values_like_any_other() {
    use kraken::Scope;

    let first = Scope::InfoBasic;
    let set: HashSet<Scope> = Scope::all().iter().copied().chain([first]).collect();
    assert_eq!(set.len(), Scope::all().len());
    assert!(Scope::all().is_sorted());
    let text: &'static str = first.into();
    assert_eq!(text, "account.info:basic");
    assert_eq!(String::from(first), text);
    assert_eq!(
        format!("{first} {first:?}"),
        "account.info:basic account.info:basic"
    );
    assert_eq!(text.parse(), Ok(first));
    assert_eq!("account.nothing".parse::<Scope>().ok(), None);
    assert_eq!(first.details().category, Some("Account Details"));

    let tokens = oauth_atlas::TokenSet::new("a").with_scope("account.info:basic other");
    assert!(tokens.has_scope(first) && tokens.has_scope("other"));
    assert_eq!(tokens.granted::<Scope>().collect::<Vec<_>>(), [first]);
}

/// Of each enum of scopes, also of one that is empty, and in the order of its documentation.
#[test]
fn scopes_can_be_compared_sorted_and_looked_up() {
    fn check<Scope>(all: &[Scope])
    where
        Scope: Copy + Ord + Hash + Debug + Display + FromStr + AsRef<str> + Into<String>,
    {
        assert!(all.is_sorted());
        let different: HashSet<_> = all.iter().copied().collect();
        assert_eq!(different.len(), all.len());
        for scope in all {
            assert_eq!(scope.as_ref().parse().ok(), Some(*scope), "{scope:?}");
            assert!(different.contains(scope), "{scope}");
        }
    }
    check(github::Scope::all());
    check(slack::Scope::all());
    check(slack::UserScope::all());
    check(home_assistant::Scope::all());
    // A pattern may be a constant.
    const FIRST: kraken::Scope = kraken::Scope::InfoBasic;
    assert!(matches!(kraken::Scope::all()[0], FIRST));
    assert!(!matches!(kraken::Scope::all()[1], FIRST));
}
