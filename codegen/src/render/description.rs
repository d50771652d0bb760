//! The provider as data.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::model::{
    Authorization, AuthorizationCode, Capture, CaptureFrom, Challenge, Client, ClientAuth,
    Encoding, Endpoint, Environment, ErrorRule, Expiry, Format, GrantRules, HttpMethod, Offline,
    Omitted, Pkce, PkceClients, Provider, Signature, Variable, VariableKind,
};
use crate::render::ident;

pub(super) fn description(provider: &Provider) -> TokenStream {
    let Provider {
        id,
        name,
        documentation,
        ..
    } = provider;
    let grant = provider.authorization_code.as_ref();
    let mut fields = Fields::default();
    fields.always("id", quote!(#id));
    fields.always("name", quote!(#name));
    fields.always("documentation", quote!(#documentation));
    fields.text("issuer", provider.issuer.as_ref());
    fields.flag("issuer_in_callback", provider.issuer_in_callback, false);
    fields.list(
        "environments",
        provider.environments.iter().map(environment),
    );
    fields.list("variables", provider.variables.iter().map(variable));
    let authorization = provider.authorization.as_ref().map(authorization);
    fields.some("authorization", authorization);
    for one in provider.called_endpoints() {
        fields.some(one.key, one.endpoint.map(endpoint));
    }
    fields.some("confidential", provider.confidential.as_ref().map(client));
    fields.some("public", provider.public.as_ref().map(client));
    fields.record("pkce", pkce(grant));
    let redirect_uri_required = grant.is_some_and(|grant| grant.redirect_uri_required);
    fields.flag("redirect_uri_required", redirect_uri_required, false);
    fields.record("state", state(provider));
    fields.record("callback", callback(provider));
    fields.list("grants", provider.grant_rules.iter().map(grant_rules));
    fields.some("offline", provider.offline.as_ref().map(offline));
    fields.list("captures", provider.captures.iter().map(capture));
    fields.record("scopes", scopes(provider));
    fields.record("token_response", token_response(provider));
    fields.record("api", api(provider));
    let errors = provider.errors.iter().map(|error| {
        let (code, hint) = (&error.code, &error.hint);
        quote!(provider::ErrorHint { code: #code, hint: #hint })
    });
    fields.list("errors", errors);
    let value = fields.of("Provider");
    let about = format!(" {name} as data: all that [`Client`] knows.");
    quote! {
        #[doc = #about]
        pub static PROVIDER: provider::Provider = #value;
    }
}

/// The fields of a description, without those that are as `STANDARD` of the runtime's type has
/// them.
#[derive(Default)]
struct Fields {
    written: TokenStream,
    leaves_out: bool,
}

impl Fields {
    fn always(&mut self, name: &str, value: TokenStream) {
        let name = ident(name);
        self.written.extend(quote!(#name: #value,));
    }

    fn unless(&mut self, is_standard: bool, name: &str, value: impl FnOnce() -> TokenStream) {
        if is_standard {
            self.leaves_out = true;
        } else {
            self.always(name, value());
        }
    }

    fn flag(&mut self, name: &str, value: bool, standard: bool) {
        self.unless(value == standard, name, || quote!(#value));
    }

    /// `None` unless there is a text.
    fn text(&mut self, name: &str, value: Option<&String>) {
        self.some(name, value.map(|value| quote!(#value)));
    }

    /// `None` unless there is a value.
    fn some(&mut self, name: &str, value: Option<TokenStream>) {
        self.unless(value.is_none(), name, || quote!(Some(#value)));
    }

    /// Empty unless there are values.
    fn list<T: ToTokens>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let mut values = values.into_iter().peekable();
        self.unless(values.peek().is_none(), name, || quote!(&[#(#values),*]));
    }

    /// Empty unless there are pairs.
    fn pairs(&mut self, name: &str, pairs: &[(String, String)]) {
        self.unless(pairs.is_empty(), name, || self::pairs(pairs));
    }

    /// Standard unless one of its fields is not.
    fn record(&mut self, name: &str, (record, fields): (&str, Fields)) {
        self.unless(fields.written.is_empty(), name, || fields.of(record));
    }

    fn of(self, record: &str) -> TokenStream {
        let (record, written) = (ident(record), self.written);
        let rest = self
            .leaves_out
            .then(|| quote!(..provider::#record::STANDARD));
        quote!(provider::#record { #written #rest })
    }
}

fn environment(environment: &Environment) -> TokenStream {
    let name = &environment.name;
    let hosts = pairs(&environment.hosts);
    quote!(provider::Environment { name: #name, hosts: #hosts })
}

fn variable(variable: &Variable) -> TokenStream {
    let name = &variable.name;
    let mut fields = Fields::default();
    fields.always("name", quote!(#name));
    let is_segment = matches!(variable.kind, VariableKind::Segment { .. });
    fields.unless(is_segment, "kind", || variable_kind(&variable.kind));
    fields.flag("optional", variable.optional, false);
    fields.text("default", variable.default.as_ref());
    fields.of("Variable")
}

fn variable_kind(kind: &VariableKind) -> TokenStream {
    match kind {
        VariableKind::BaseUrl { .. } => quote!(provider::VariableKind::BaseUrl),
        VariableKind::OneOf(choice) => {
            let values = choice.values.iter().map(|value| &value.wire);
            quote!(provider::VariableKind::OneOf(&[#(#values),*]))
        }
        VariableKind::Host { suffixes, .. } => {
            quote!(provider::VariableKind::Host(&[#(#suffixes),*]))
        }
        VariableKind::Label { .. } => quote!(provider::VariableKind::Label),
        VariableKind::Segment { .. } => quote!(provider::VariableKind::Segment),
    }
}

fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#pairs),*])
}

fn endpoint(endpoint: &Endpoint) -> TokenStream {
    let url = &endpoint.url;
    let mut fields = Fields::default();
    fields.always("url", quote!(#url));
    fields.unless(
        endpoint.method == HttpMethod::Post,
        "method",
        || match endpoint.method {
            HttpMethod::Get => quote!(provider::HttpMethod::Get),
            HttpMethod::Post => quote!(provider::HttpMethod::Post),
            HttpMethod::Delete => quote!(provider::HttpMethod::Delete),
        },
    );
    let is_form = endpoint.encodings == [Encoding::Form];
    fields.unless(is_form, "encodings", || {
        let encodings = endpoint.encodings.iter().copied().map(encoding);
        quote!(&[#(#encodings),*])
    });
    fields.some("auth", endpoint.auth.map(client_auth));
    fields.list("omit", &endpoint.omit);
    fields.pairs("rename", &endpoint.rename);
    fields.pairs("parameters", &endpoint.parameters);
    fields.pairs("headers", &endpoint.headers);
    fields.of("Endpoint")
}

fn authorization(endpoint: &Authorization) -> TokenStream {
    let url = &endpoint.url;
    let required = endpoint.options.iter().filter(|option| option.required);
    let mut fields = Fields::default();
    fields.always("url", quote!(#url));
    fields.pairs("parameters", &endpoint.fixed);
    fields.list("required", required.map(|option| &option.name));
    fields.pairs("rename", &endpoint.rename);
    fields.list("omit", &endpoint.omit);
    fields.text("fragment", endpoint.fragment.as_ref());
    fields.of("AuthorizationEndpoint")
}

fn state(provider: &Provider) -> (&'static str, Fields) {
    let mut fields = Fields::default();
    let max_length = provider.state.max_length.as_ref();
    fields.some("max_length", max_length.map(|length| quote!(#length)));
    fields.flag("echoed", provider.state.echoed, true);
    ("StateRules", fields)
}

fn callback(provider: &Provider) -> (&'static str, Fields) {
    let callback = &provider.callback;
    let mut fields = Fields::default();
    for standard in ["code", "error", "error_description"] {
        let renamed = callback.rename.iter().find(|(name, _)| name == standard);
        fields.unless(renamed.is_none(), standard, || {
            renamed.map(|(_, name)| quote!(#name)).into_iter().collect()
        });
    }
    fields.pairs("errors", &callback.errors);
    let signature = callback
        .signature
        .as_ref()
        .map(|Signature::HmacSha256Hex| quote!(provider::CallbackSignature::HmacSha256Hex));
    fields.some("signature", signature);
    ("CallbackRules", fields)
}

fn grant_rules(rules: &GrantRules) -> TokenStream {
    let GrantRules {
        name, grant_type, ..
    } = rules;
    let mut fields = Fields::default();
    fields.always("name", quote!(#name));
    fields.unless(grant_type.is_empty(), "grant_type", || quote!(#grant_type));
    fields.pairs("parameters", &rules.parameters);
    fields.some("endpoint", rules.endpoint.as_ref().map(endpoint));
    fields.flag("repeats_scope", rules.repeats_scope, false);
    fields.of("GrantRules")
}

fn offline(offline: &Offline) -> TokenStream {
    let parameters = pairs(&offline.parameters);
    let scopes = &offline.scopes;
    quote!(provider::Offline { parameters: #parameters, scopes: &[#(#scopes),*] })
}

fn capture(capture: &Capture) -> TokenStream {
    let Capture { name, path, .. } = capture;
    let mut fields = Fields::default();
    fields.always("name", quote!(#name));
    fields.unless(
        capture.from == CaptureFrom::Token,
        "from",
        || match capture.from {
            CaptureFrom::Callback => quote!(provider::CaptureFrom::Callback),
            CaptureFrom::Token => quote!(provider::CaptureFrom::Token),
        },
    );
    fields.always("path", quote!(#path));
    fields.flag("required", capture.required, false);
    fields.flag("secret", capture.secret, false);
    fields.text("relay", capture.relay.as_ref());
    fields.text("variable", capture.variable.as_ref());
    fields.list("allowed_hosts", &capture.allowed_hosts);
    fields.of("Capture")
}

fn token_response(provider: &Provider) -> (&'static str, Fields) {
    let response = &provider.token_response;
    let mut fields = Fields::default();
    fields.unless(
        response.format == Format::Json,
        "format",
        || match response.format {
            Format::Json => quote!(provider::ResponseFormat::Json),
            Format::Form => quote!(provider::ResponseFormat::Form),
        },
    );
    fields.flag("scope_array", response.scope_array, false);
    fields.flag("any_token_type", response.any_token_type, false);
    fields.list("root", &response.root);
    fields.pairs("rename", &response.rename);
    let is_seconds = response.expiry == Expiry::Seconds;
    fields.unless(is_seconds, "expiry", || expiry(response.expiry));
    let refresh_expiry = response.refresh_expiry.as_ref().map(|(member, unit)| {
        let unit = expiry(*unit);
        quote!((#member, #unit))
    });
    fields.some("refresh_expiry", refresh_expiry);
    fields.some("error", response.error.as_ref().map(error_rule));
    ("TokenResponse", fields)
}

fn error_rule(rule: &ErrorRule) -> TokenStream {
    let ErrorRule {
        member,
        success,
        code,
        description,
        errors,
    } = rule;
    let errors = pairs(errors);
    quote! {
        provider::ErrorRule {
            member: #member,
            success: #success,
            code: #code,
            description: #description,
            errors: #errors,
        }
    }
}

fn expiry(expiry: Expiry) -> TokenStream {
    match expiry {
        Expiry::Seconds => quote!(provider::Expiry::Seconds),
        Expiry::Milliseconds => quote!(provider::Expiry::Milliseconds),
        Expiry::UnixSeconds => quote!(provider::Expiry::UnixSeconds),
        Expiry::UnixMilliseconds => quote!(provider::Expiry::UnixMilliseconds),
        Expiry::DateTime => quote!(provider::Expiry::DateTime),
    }
}

fn client(client: &Client) -> TokenStream {
    let methods = client.auth.iter().copied().map(client_auth);
    quote!(provider::ClientType { auth: &[#(#methods),*] })
}

pub(super) fn encoding(encoding: Encoding) -> TokenStream {
    match encoding {
        Encoding::Form => quote!(provider::Encoding::Form),
        Encoding::Json => quote!(provider::Encoding::Json),
        Encoding::Query => quote!(provider::Encoding::Query),
    }
}

pub(super) fn client_auth(method: ClientAuth) -> TokenStream {
    match method {
        ClientAuth::Basic => quote!(provider::ClientAuth::Basic),
        ClientAuth::BasicRaw => quote!(provider::ClientAuth::BasicRaw),
        ClientAuth::Post => quote!(provider::ClientAuth::Post),
        ClientAuth::None => quote!(provider::ClientAuth::None),
        ClientAuth::BasicWithId => quote!(provider::ClientAuth::BasicWithId),
        ClientAuth::BearerSecret => quote!(provider::ClientAuth::BearerSecret),
        ClientAuth::AccessToken => quote!(provider::ClientAuth::AccessToken),
        ClientAuth::Nothing => quote!(provider::ClientAuth::Nothing),
    }
}

fn pkce(grant: Option<&AuthorizationCode>) -> (&'static str, Fields) {
    let mut fields = Fields::default();
    let Some(grant) = grant else {
        return ("PkceRules", fields);
    };
    fields.unless(grant.pkce == Pkce::Unknown, "status", || match grant.pkce {
        Pkce::Required => quote!(provider::Pkce::Required),
        Pkce::Optional => quote!(provider::Pkce::Optional),
        Pkce::Undocumented => quote!(provider::Pkce::Undocumented),
        Pkce::Unknown => quote!(provider::Pkce::Unknown),
        Pkce::Unsupported => quote!(provider::Pkce::Unsupported),
    });
    fields.unless(
        grant.challenge == Challenge::S256,
        "challenge",
        || match grant.challenge {
            Challenge::S256 => quote!(provider::Challenge::S256),
            Challenge::S256Hex => quote!(provider::Challenge::S256Hex),
            Challenge::Plain => quote!(provider::Challenge::Plain),
        },
    );
    fields.flag("confidential", grant.pkce_clients == PkceClients::All, true);
    ("PkceRules", fields)
}

fn scopes(provider: &Provider) -> (&'static str, Fields) {
    let scopes = &provider.scopes;
    let mut fields = Fields::default();
    let separators = scopes.request_separators.iter().map(|one| one.as_str());
    let separators: Vec<_> = separators.collect();
    fields.unless(
        separators == [" "],
        "request_separators",
        || quote!(&[#(#separators),*]),
    );
    let response = scopes.response_separator.as_str();
    fields.unless(response == " ", "response_separator", || quote!(#response));
    fields.unless(
        scopes.omitted == Omitted::Unknown,
        "omitted",
        || match scopes.omitted {
            Omitted::AllRegistered => quote!(provider::OmittedScope::AllRegistered),
            Omitted::Default => quote!(provider::OmittedScope::Default),
            Omitted::Refused => quote!(provider::OmittedScope::Refused),
            Omitted::Unknown => quote!(provider::OmittedScope::Unknown),
        },
    );
    let required = scopes.values.iter().filter(|scope| scope.required);
    fields.list("required", required.map(|scope| &scope.wire));
    let groups = scopes.groups.iter().map(|group| {
        let (parameter, separator) = (&group.parameter, group.separator.as_str());
        quote!(provider::ScopeGroup { parameter: #parameter, separator: #separator })
    });
    fields.list("groups", groups);
    ("ScopeRules", fields)
}

fn api(provider: &Provider) -> (&'static str, Fields) {
    let api = &provider.api;
    let (header, prefix, query) = (&api.header, &api.prefix, &api.query);
    let mut fields = Fields::default();
    fields.text("url", api.url.as_ref());
    fields.unless(header == "authorization", "header", || quote!(#header));
    fields.unless(query.is_empty(), "query", || quote!(#query));
    fields.unless(prefix == "Bearer ", "prefix", || quote!(#prefix));
    let headers = api.headers.iter();
    let headers = headers.map(|header| (header.name.clone(), header.value.clone()));
    fields.pairs("headers", &headers.collect::<Vec<_>>());
    ("Api", fields)
}
