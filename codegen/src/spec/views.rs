//! Questions that several stages ask of a spec.

use oauth_atlas_description::ScopeRules;

use crate::decode::{Entry, Place, Spanned, Table};
use oauth_atlas_description::GrantKind;

use crate::spec::{
    AuthorizationEndpoint, Callback, Endpoint, GrantParameter, Grants, Parameter, Presence,
    ScopeGroup, Scopes, Separator, Spec, Template, TokenResponse, Variable,
};

impl Spec {
    /// Every URL with variables.
    pub(crate) fn templates(&self) -> Vec<&Spanned<Template>> {
        let called = self
            .called_endpoints()
            .into_iter()
            .map(|endpoint| &endpoint.url);
        let api = self.api.given().and_then(|api| api.url.given());
        let endpoints = self.endpoints.iter();
        let logout = endpoints.filter_map(|endpoints| endpoints.end_session.given());
        let hosts = self.environments.0.iter();
        let hosts = hosts.flat_map(|environment| &environment.value.hosts.0);
        let authorization = self.authorization().into_iter();
        authorization
            .map(|endpoint| &endpoint.url)
            .chain(called)
            .chain(api)
            .chain(logout.map(|endpoint| &endpoint.url))
            .chain(self.issuer.given())
            .chain(self.id_token_urls())
            .chain(hosts.map(|host| &host.value))
            .collect()
    }

    /// The keys of ID tokens.
    fn id_token_urls(&self) -> impl Iterator<Item = &Spanned<Template>> {
        let rules = self.id_token.given().into_iter();
        rules.filter_map(|rules| rules.jwks_uri.given())
    }

    /// Whether a URL has a variable: itself, or in what one of its hosts stands for.
    pub(crate) fn has_variable(&self, url: &Template, name: &str) -> bool {
        let is_in_host = |host: &str| {
            let hosts = self.environments.0.iter();
            let mut hosts = hosts.filter_map(|environment| environment.value.hosts.get(host));
            hosts.any(|one| one.value.value.variables().any(|variable| variable == name))
        };
        let mut variables = url.variables();
        variables.any(|variable| variable == name || is_in_host(variable))
    }

    /// Every endpoint that the client calls itself.
    pub(crate) fn called_endpoints(&self) -> Vec<&Endpoint> {
        let endpoints = self.endpoints.iter().flat_map(|endpoints| {
            [
                endpoints.registration.given(),
                endpoints.pushed_authorization_request.given(),
                endpoints.token.given(),
                endpoints.refresh.given(),
                endpoints.revocation.given(),
                endpoints.introspection.given(),
                endpoints.device_authorization.given(),
                endpoints.userinfo.given(),
            ]
        });
        let grants = self.grants.iter().flat_map(|grants| {
            let own = [&grants.client_credentials, &grants.device_code];
            let own = own
                .into_iter()
                .filter_map(|grant| grant.given()?.endpoint.given());
            let extensions = grants.extensions.0.iter();
            own.chain(extensions.filter_map(|entry| entry.value.endpoint.given()))
        });
        let endpoints = endpoints.flatten().chain(grants);
        endpoints.chain(self.user_requests()).collect()
    }

    /// The requests beside the one to the UserInfo endpoint that tell who logged in.
    pub(crate) fn user_requests(&self) -> impl Iterator<Item = &Endpoint> {
        let user = self.user.given().into_iter();
        user.flat_map(|user| user.requests.0.iter().map(|entry| &entry.value))
    }

    /// How tokens are answered: to all grants, and to those that differ.
    pub(crate) fn token_responses(&self) -> impl Iterator<Item = &TokenResponse> {
        let grants = self.grants.iter().flat_map(|grants| {
            let own = [&grants.client_credentials, &grants.device_code];
            let own = own
                .into_iter()
                .filter_map(|grant| grant.given()?.token_response.given());
            let refresh = grants.refresh_token.given();
            let own = own.chain(refresh.and_then(|grant| grant.token_response.given()));
            let extensions = grants.extensions.0.iter();
            own.chain(extensions.filter_map(|entry| entry.value.token_response.given()))
        });
        self.token_response.given().into_iter().chain(grants)
    }

    /// Endpoints that give no tokens, with the names of what they are asked for.
    pub(crate) fn endpoints_without_tokens(&self) -> Vec<(&'static str, &Endpoint)> {
        let endpoints = self.endpoints.iter().flat_map(|endpoints| {
            [
                ("registration", endpoints.registration.given()),
                (
                    "pushed_authorization_request",
                    endpoints.pushed_authorization_request.given(),
                ),
                ("revocation", endpoints.revocation.given()),
                ("introspection", endpoints.introspection.given()),
                (
                    "device_authorization",
                    endpoints.device_authorization.given(),
                ),
                ("userinfo", endpoints.userinfo.given()),
            ]
        });
        endpoints
            .filter_map(|(name, endpoint)| Some((name, endpoint?)))
            .collect()
    }

    /// The names by which rules speak of what is asked of the provider.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let endpoints = self.endpoints.iter().flat_map(|endpoints| {
            [
                ("registration", endpoints.registration.is_absent()),
                ("authorization", endpoints.authorization.is_absent()),
                (
                    "pushed_authorization_request",
                    endpoints.pushed_authorization_request.is_absent(),
                ),
                (
                    "device_authorization",
                    endpoints.device_authorization.is_absent(),
                ),
                ("revocation", endpoints.revocation.is_absent()),
                ("introspection", endpoints.introspection.is_absent()),
                ("userinfo", endpoints.userinfo.is_absent()),
            ]
        });
        let grants = self.grants.iter().flat_map(|grants| {
            [
                (
                    GrantKind::AuthorizationCode,
                    grants.authorization_code.is_absent(),
                ),
                (GrantKind::RefreshToken, grants.refresh_token.is_absent()),
                (
                    GrantKind::ClientCredentials,
                    grants.client_credentials.is_absent(),
                ),
                (GrantKind::DeviceCode, grants.device_code.is_absent()),
            ]
        });
        let grants = grants.map(|(kind, is_absent)| (kind.word(), is_absent));
        let extensions = self
            .grants
            .iter()
            .flat_map(|grants| grants.extensions.keys());
        let there = endpoints.chain(grants).filter(|(_, is_absent)| !is_absent);
        there.map(|(name, _)| name).chain(extensions).collect()
    }

    /// The parameters of the authorization request beyond the standard.
    pub(crate) fn authorization_parameters(&self) -> impl Iterator<Item = &Entry<Parameter>> {
        let endpoint = self.authorization().into_iter();
        endpoint.flat_map(|endpoint| &endpoint.parameters.0)
    }

    pub(crate) fn authorization(&self) -> Option<&AuthorizationEndpoint> {
        let endpoints = self.endpoints.as_ref();
        endpoints.and_then(|endpoints| endpoints.authorization.given())
    }

    /// Where it is said that the authorization request leaves this parameter out, if it is.
    pub(crate) fn left_out_of_authorization(&self, name: &str) -> Option<&Spanned<String>> {
        let omitted = self.authorization()?.omit.given()?;
        omitted.0.iter().find(|omitted| omitted.value == name)
    }

    /// The groups of scopes that are sent in a parameter of their own.
    pub(crate) fn scope_groups(&self) -> impl Iterator<Item = &Entry<ScopeGroup>> {
        let scopes = self.scopes.given().into_iter();
        scopes.flat_map(|scopes| &scopes.groups.0)
    }

    /// Whether a variable is chosen for each login, and not for the client: only the authorization
    /// URL has it, and it may be left out.
    pub(crate) fn is_chosen_by_login(&self, variable: &Entry<Variable>) -> bool {
        let authorization = self.authorization().map(|endpoint| endpoint.url.at);
        let has = |template: &&&Spanned<Template>| {
            template.value.variables().any(|name| name == variable.key)
        };
        variable.value.is_optional()
            && self.is_in_url(&variable.key)
            && !self.is_sent(&variable.key)
            && self
                .templates()
                .iter()
                .filter(has)
                .all(|template| Some(template.at) == authorization)
    }

    /// Whether the caller can choose between versions of what is sent.
    pub(crate) fn offers_a_choice(&self) -> bool {
        let encodings = self
            .endpoints
            .iter()
            .filter_map(|endpoints| endpoints.token.given()?.encoding.given())
            .any(|encodings| encodings.0.len() > 1);
        let methods = self
            .clients
            .iter()
            .flat_map(|clients| [clients.confidential.given(), clients.public.given()])
            .filter_map(|client| client?.auth.given())
            .any(|methods| methods.0.len() > 1);
        let separators = self
            .scopes
            .given()
            .and_then(|scopes| scopes.separator.given()?.request.given())
            .is_some_and(|separators| separators.0.len() > 1);
        encodings || methods || separators || self.environments.0.len() > 1
    }
}

impl Grants {
    /// The parameters of each grant that is there.
    pub(crate) fn parameters(&self) -> Vec<(GrantKind, &Table<GrantParameter>)> {
        let code = self.authorization_code.given().map(|one| &one.parameters);
        let refresh = self.refresh_token.given().map(|one| &one.parameters);
        let own = self.client_credentials.given().map(|one| &one.parameters);
        let device = self.device_code.given().map(|one| &one.parameters);
        let standard = [
            (GrantKind::AuthorizationCode, code),
            (GrantKind::RefreshToken, refresh),
            (GrantKind::ClientCredentials, own),
            (GrantKind::DeviceCode, device),
        ];
        let standard = standard
            .into_iter()
            .filter_map(|(kind, table)| Some((kind, table?)));
        let extensions = self.extensions.0.iter();
        let extensions = extensions.map(|one| (GrantKind::Extension, &one.value.parameters));
        standard.chain(extensions).collect()
    }
}

impl Callback {
    /// Whether it may be without a code.
    pub(crate) fn may_lack_code(&self) -> bool {
        let code = self.code.given();
        code.is_some_and(|code| code.value != Presence::Always)
    }
}

impl GrantParameter {
    /// Whether the caller gives it.
    pub(crate) fn is_argument(&self) -> bool {
        self.value.is_absent() && !self.is_option()
    }

    /// Whether the caller may give it.
    pub(crate) fn is_option(&self) -> bool {
        self.optional.given().is_some_and(|optional| optional.value)
    }
}

impl Spanned<Template> {
    /// Where a variable stands in the URL.
    pub(crate) fn place_of(&self, name: &str) -> Place {
        let variable = format!("{{{name}}}");
        match self.value.text.find(&variable) {
            Some(start) => Place::Part(self.at, start, start + variable.len()),
            None => self.place(),
        }
    }
}

impl Variable {
    pub(crate) fn is_optional(&self) -> bool {
        self.optional.given().is_some_and(|optional| optional.value)
    }
}

impl Scopes {
    /// Whether the table is known to be incomplete, which a number says as well.
    pub(crate) fn is_partial(&self) -> bool {
        self.partial.given().is_some_and(|partial| {
            let known = partial.known.given().map(|known| known.value);
            known.unwrap_or(!partial.of.is_absent())
        })
    }

    /// What may stand between two scopes of a request, the preferred one first.
    pub(crate) fn request_separators(&self) -> Vec<Separator> {
        let separators = self.separator.given();
        let both = separators.and_then(|separators| separators.both.given());
        let request = separators.and_then(|separators| separators.request.given());
        match (both, request) {
            (Some(both), _) => vec![both.value],
            (None, Some(request)) => request.0.iter().map(|separator| separator.value).collect(),
            (None, None) => ScopeRules::STANDARD.request_separators.to_vec(),
        }
    }

    /// What stands between two scopes of a response.
    pub(crate) fn response_separator(&self) -> Separator {
        let separators = self.separator.given();
        separators
            .and_then(|separators| separators.response.given().or(separators.both.given()))
            .map_or(ScopeRules::STANDARD.response_separator, |one| one.value)
    }

    pub(crate) fn all_separators(&self) -> impl Iterator<Item = &'static str> {
        self.request_separators()
            .into_iter()
            .chain([self.response_separator()])
            .map(Separator::as_str)
    }
}
