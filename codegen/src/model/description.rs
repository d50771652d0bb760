//! The description as a whole, put together from its documented parts.

use oauth_atlas_description::owned;

use crate::model::{Endpoint, Lifetime, Provider, Scope, ScopeGroup};

impl Provider {
    /// What is true of the provider, without what documents it.
    #[must_use]
    pub fn description(&self) -> owned::Provider {
        let mut description = self.without_scopes();
        description.scopes = owned::ScopeRules {
            values: scopes(&self.scopes.values),
            required: self.required_scopes().map(str::to_owned).collect(),
            groups: self.scopes.groups.iter().map(group).collect(),
            ..self.scopes.rules.clone()
        };
        description
    }

    /// The same for who asks what clients do: scopes are most of it.
    pub(crate) fn without_scopes(&self) -> owned::Provider {
        let endpoint = |endpoint: &Option<Endpoint>| endpoint.as_ref().map(|one| one.value.clone());
        let client = |client: &Option<super::Client>| client.as_ref().map(|one| one.value.clone());
        let code = self.authorization_code.as_ref();
        let refresh = self.refresh_token.as_ref();
        let standard = owned::Provider::default();
        owned::Provider {
            id: self.id.clone(),
            name: self.name.clone(),
            documentation: self.documentation.clone(),
            issuer: self.issuer.clone(),
            authorization_response_iss_parameter_supported: self.issuer_in_callback,
            environments: values(&self.environments, |one| &one.value),
            variables: values(&self.variables, |one| &one.value),
            authorization: self.authorization.as_ref().map(|endpoint| {
                owned::AuthorizationEndpoint {
                    options: values(&endpoint.options, |one| &one.value),
                    ..endpoint.value.clone()
                }
            }),
            registration: endpoint(&self.registration_endpoint),
            pushed_authorization_request: endpoint(&self.pushed_authorization_request),
            require_pushed_authorization_requests: self.require_pushed_requests,
            token: endpoint(&self.token),
            refresh: endpoint(&self.refresh),
            revocation: endpoint(&self.revocation),
            introspection: endpoint(&self.introspection),
            device_authorization: endpoint(&self.device_authorization),
            userinfo: endpoint(&self.userinfo),
            end_session: self.end_session.as_ref().map(|one| one.value.clone()),
            confidential: client(&self.confidential),
            public: client(&self.public),
            user_agent: self.user_agent.is_some(),
            pkce: code.map_or(standard.pkce, |grant| grant.pkce.clone()),
            state: self.state.value.clone(),
            callback: self.callback.value.clone(),
            grants: self.grants().cloned().collect(),
            rotation: refresh.map_or(standard.rotation, |grant| grant.rotation),
            ends_access_token: refresh
                .map_or(standard.ends_access_token, |grant| grant.ends_access_token),
            offline: self.offline.as_ref().map(|one| one.value.clone()),
            captures: values(&self.captures, |one| &one.value),
            scopes: standard.scopes,
            lifetimes: self.lifetimes().collect(),
            token_response: self.token_response.value.clone(),
            api: self.api.value.clone(),
            errors: values(&self.errors, |one| &one.value),
            refusals: values(&self.refusals, |one| &one.value),
            user: self.user.as_ref().map(|one| one.value.clone()),
            id_token: self.id_token.as_ref().map(|one| one.value.clone()),
            dpop: self.dpop.as_ref().map(|one| one.value.clone()),
            resource: self.resource.as_ref().map(|one| one.value),
            request_object: self.request_object.as_ref().map(|one| one.value.clone()),
        }
    }

    /// Every grant, the standard's first.
    pub fn grants(&self) -> impl Iterator<Item = &owned::Grant> {
        let code = self.authorization_code.iter().map(|grant| &grant.value);
        let refresh = self.refresh_token.iter().map(|grant| &grant.value);
        let others = self.client_credentials.iter().chain(&self.device_code);
        let others = others.map(|grant| &grant.value);
        let extensions = self.extensions.iter().map(|grant| &grant.value);
        code.chain(refresh).chain(others).chain(extensions)
    }

    /// The scopes without which a login is refused.
    fn required_scopes(&self) -> impl Iterator<Item = &str> {
        let required = self.scopes.values.iter().filter(|scope| scope.required);
        required.map(|scope| scope.name.as_str())
    }

    /// The lifetimes that are spans of time.
    fn lifetimes(&self) -> impl Iterator<Item = owned::Lifetime> {
        self.lifetimes.iter().filter_map(|one| match one.lifetime {
            Lifetime::For(duration) => Some(owned::Lifetime {
                of: one.of,
                client: one.client,
                seconds: duration.seconds(),
                assumed: one.assumed,
            }),
            Lifetime::Never | Lifetime::Unknown => None,
        })
    }
}

fn values<T, U: Clone>(documented: &[T], value: impl Fn(&T) -> &U) -> Vec<U> {
    documented.iter().map(|one| value(one).clone()).collect()
}

fn scopes(scopes: &[Scope]) -> Vec<owned::Scope> {
    values(scopes, |scope| &scope.value)
}

fn group(group: &ScopeGroup) -> owned::ScopeGroup {
    owned::ScopeGroup {
        parameter: group.parameter.clone(),
        separator: group.separator,
        values: scopes(&group.values),
    }
}
