//! The provider as data.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{
    Authorization, AuthorizationCode, Capture, CaptureFrom, Challenge, Client, ClientAuth,
    Encoding, Endpoint, ErrorRule, Expiry, Format, GrantRules, HttpMethod, Offline, Omitted, Pkce,
    PkceClients, Provider, Signature, VariableKind,
};

pub(super) fn description(provider: &Provider) -> TokenStream {
    let Provider {
        id,
        name,
        documentation,
        issuer_in_callback,
        ..
    } = provider;
    let issuer = optional(provider.issuer.as_ref(), |issuer| quote!(#issuer));
    let environments = provider.environments.iter().map(|environment| {
        let name = &environment.name;
        let hosts = pairs(&environment.hosts);
        quote!(provider::Environment { name: #name, hosts: #hosts })
    });
    let variables = provider.variables.iter().map(|variable| {
        let (name, optional) = (&variable.name, variable.optional);
        let default = self::optional(variable.default.as_ref(), |default| quote!(#default));
        let kind = match &variable.kind {
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
        };
        quote! {
            provider::Variable {
                name: #name,
                kind: #kind,
                optional: #optional,
                default: #default,
            }
        }
    });
    let authorization = optional(provider.authorization.as_ref(), authorization);
    let token = optional(provider.token.as_ref(), endpoint);
    let refresh = optional(provider.refresh.as_ref(), endpoint);
    let revocation = optional(provider.revocation.as_ref(), endpoint);
    let introspection = optional(provider.introspection.as_ref(), endpoint);
    let device_authorization = optional(provider.device_authorization.as_ref(), endpoint);
    let userinfo = optional(provider.userinfo.as_ref(), endpoint);
    let confidential = optional(provider.confidential.as_ref(), client);
    let public = optional(provider.public.as_ref(), client);
    let grant = provider.authorization_code.as_ref();
    let pkce = pkce(grant);
    let state = state(provider);
    let callback = callback(provider);
    let grants = provider.grant_rules.iter().map(grant_rules);
    let offline = optional(provider.offline.as_ref(), offline);
    let captures = provider.captures.iter().map(capture);
    let redirect_uri_required = grant.is_some_and(|grant| grant.redirect_uri_required);
    let scopes = scopes(provider);
    let token_response = token_response(provider);
    let api = api(provider);
    let errors = provider.errors.iter().map(|error| {
        let (code, hint) = (&error.code, &error.hint);
        quote!(provider::ErrorHint { code: #code, hint: #hint })
    });
    let about = format!(" {name} as data: all that [`Client`] knows.");
    quote! {
        #[doc = #about]
        pub static PROVIDER: provider::Provider = provider::Provider {
            id: #id,
            name: #name,
            documentation: #documentation,
            issuer: #issuer,
            issuer_in_callback: #issuer_in_callback,
            environments: &[#(#environments),*],
            variables: &[#(#variables),*],
            authorization: #authorization,
            token: #token,
            refresh: #refresh,
            revocation: #revocation,
            introspection: #introspection,
            device_authorization: #device_authorization,
            userinfo: #userinfo,
            confidential: #confidential,
            public: #public,
            pkce: #pkce,
            redirect_uri_required: #redirect_uri_required,
            state: #state,
            callback: #callback,
            grants: &[#(#grants),*],
            offline: #offline,
            captures: &[#(#captures),*],
            scopes: #scopes,
            token_response: #token_response,
            api: #api,
            errors: &[#(#errors),*],
        };
    }
}

fn optional<T>(value: Option<&T>, render: impl Fn(&T) -> TokenStream) -> TokenStream {
    match value.map(render) {
        Some(tokens) => quote!(Some(#tokens)),
        None => quote!(None),
    }
}

fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#pairs),*])
}

fn endpoint(endpoint: &Endpoint) -> TokenStream {
    let url = &endpoint.url;
    let encodings = endpoint.encodings.iter().copied().map(encoding);
    let auth = optional(endpoint.auth.as_ref(), |method| client_auth(*method));
    let omit = &endpoint.omit;
    let method = match endpoint.method {
        HttpMethod::Get => quote!(provider::HttpMethod::Get),
        HttpMethod::Post => quote!(provider::HttpMethod::Post),
        HttpMethod::Delete => quote!(provider::HttpMethod::Delete),
    };
    let rename = pairs(&endpoint.rename);
    let parameters = pairs(&endpoint.parameters);
    let headers = pairs(&endpoint.headers);
    quote! {
        provider::Endpoint {
            url: #url,
            method: #method,
            encodings: &[#(#encodings),*],
            auth: #auth,
            omit: &[#(#omit),*],
            rename: #rename,
            parameters: #parameters,
            headers: #headers,
        }
    }
}

fn authorization(endpoint: &Authorization) -> TokenStream {
    let url = &endpoint.url;
    let parameters = pairs(&endpoint.fixed);
    let required = endpoint.options.iter().filter(|option| option.required);
    let required = required.map(|option| &option.name);
    let rename = pairs(&endpoint.rename);
    let omit = &endpoint.omit;
    let fragment = optional(endpoint.fragment.as_ref(), |fragment| quote!(#fragment));
    quote! {
        provider::AuthorizationEndpoint {
            url: #url,
            parameters: #parameters,
            required: &[#(#required),*],
            rename: #rename,
            omit: &[#(#omit),*],
            fragment: #fragment,
        }
    }
}

fn state(provider: &Provider) -> TokenStream {
    let max_length = optional(provider.state.max_length.as_ref(), |length| quote!(#length));
    let echoed = provider.state.echoed;
    quote!(provider::StateRules { max_length: #max_length, echoed: #echoed })
}

fn callback(provider: &Provider) -> TokenStream {
    let callback = &provider.callback;
    let named = |standard: &str| {
        let renamed = callback.rename.iter().find(|(name, _)| name == standard);
        renamed.map_or(standard.to_owned(), |(_, name)| name.clone())
    };
    let (code, error) = (named("code"), named("error"));
    let error_description = named("error_description");
    let errors = pairs(&callback.errors);
    let signature = optional(callback.signature.as_ref(), |Signature::HmacSha256Hex| {
        quote!(provider::CallbackSignature::HmacSha256Hex)
    });
    quote! {
        provider::CallbackRules {
            code: #code,
            error: #error,
            error_description: #error_description,
            errors: #errors,
            signature: #signature,
        }
    }
}

fn grant_rules(rules: &GrantRules) -> TokenStream {
    let GrantRules {
        name,
        grant_type,
        repeats_scope,
        ..
    } = rules;
    let parameters = pairs(&rules.parameters);
    let endpoint = optional(rules.endpoint.as_ref(), endpoint);
    quote! {
        provider::GrantRules {
            name: #name,
            grant_type: #grant_type,
            parameters: #parameters,
            endpoint: #endpoint,
            repeats_scope: #repeats_scope,
        }
    }
}

fn offline(offline: &Offline) -> TokenStream {
    let parameters = pairs(&offline.parameters);
    let scopes = &offline.scopes;
    quote!(provider::Offline { parameters: #parameters, scopes: &[#(#scopes),*] })
}

fn capture(capture: &Capture) -> TokenStream {
    let Capture {
        name,
        path,
        required,
        allowed_hosts,
        ..
    } = capture;
    let from = match capture.from {
        CaptureFrom::Callback => quote!(provider::CaptureFrom::Callback),
        CaptureFrom::Token => quote!(provider::CaptureFrom::Token),
    };
    let relay = optional(capture.relay.as_ref(), |relay| quote!(#relay));
    let variable = optional(capture.variable.as_ref(), |variable| quote!(#variable));
    quote! {
        provider::Capture {
            name: #name,
            from: #from,
            path: #path,
            required: #required,
            relay: #relay,
            variable: #variable,
            allowed_hosts: &[#(#allowed_hosts),*],
        }
    }
}

fn token_response(provider: &Provider) -> TokenStream {
    let response = &provider.token_response;
    let format = match response.format {
        Format::Json => quote!(provider::ResponseFormat::Json),
        Format::Form => quote!(provider::ResponseFormat::Form),
    };
    let (scope_array, root) = (response.scope_array, &response.root);
    let any_token_type = response.any_token_type;
    let rename = pairs(&response.rename);
    let expires = expiry(response.expiry);
    let refresh_expiry = optional(response.refresh_expiry.as_ref(), |(member, unit)| {
        let unit = expiry(*unit);
        quote!((#member, #unit))
    });
    let error = optional(response.error.as_ref(), |rule| {
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
    });
    quote! {
        provider::TokenResponse {
            format: #format,
            scope_array: #scope_array,
            any_token_type: #any_token_type,
            root: &[#(#root),*],
            rename: #rename,
            expiry: #expires,
            refresh_expiry: #refresh_expiry,
            error: #error,
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

fn pkce(grant: Option<&AuthorizationCode>) -> TokenStream {
    let status = match grant.map_or(Pkce::Unknown, |grant| grant.pkce) {
        Pkce::Required => quote!(provider::Pkce::Required),
        Pkce::Optional => quote!(provider::Pkce::Optional),
        Pkce::Undocumented => quote!(provider::Pkce::Undocumented),
        Pkce::Unknown => quote!(provider::Pkce::Unknown),
        Pkce::Unsupported => quote!(provider::Pkce::Unsupported),
    };
    let challenge = match grant.map_or(Challenge::S256, |grant| grant.challenge) {
        Challenge::S256 => quote!(provider::Challenge::S256),
        Challenge::S256Hex => quote!(provider::Challenge::S256Hex),
        Challenge::Plain => quote!(provider::Challenge::Plain),
    };
    let confidential = grant.is_none_or(|grant| grant.pkce_clients == PkceClients::All);
    quote! {
        provider::PkceRules {
            status: #status,
            challenge: #challenge,
            confidential: #confidential,
        }
    }
}

fn scopes(provider: &Provider) -> TokenStream {
    let separators = provider
        .scopes
        .request_separators
        .iter()
        .map(|one| one.as_str());
    let response = provider.scopes.response_separator.as_str();
    let required = provider.scopes.values.iter().filter(|scope| scope.required);
    let required = required.map(|scope| &scope.wire);
    let groups = provider.scopes.groups.iter().map(|group| {
        let (parameter, separator) = (&group.parameter, group.separator.as_str());
        quote!(provider::ScopeGroup { parameter: #parameter, separator: #separator })
    });
    let omitted = match provider.scopes.omitted {
        Omitted::AllRegistered => quote!(provider::OmittedScope::AllRegistered),
        Omitted::Default => quote!(provider::OmittedScope::Default),
        Omitted::Refused => quote!(provider::OmittedScope::Refused),
        Omitted::Unknown => quote!(provider::OmittedScope::Unknown),
    };
    quote! {
        provider::ScopeRules {
            request_separators: &[#(#separators),*],
            response_separator: #response,
            omitted: #omitted,
            required: &[#(#required),*],
            groups: &[#(#groups),*],
        }
    }
}

fn api(provider: &Provider) -> TokenStream {
    let api = &provider.api;
    let (header, prefix, query) = (&api.header, &api.prefix, &api.query);
    let url = optional(api.url.as_ref(), |url| quote!(#url));
    let headers = api
        .headers
        .iter()
        .map(|header| (header.name.clone(), header.value.clone()));
    let headers = pairs(&headers.collect::<Vec<_>>());
    quote!(provider::Api { url: #url, header: #header, query: #query, prefix: #prefix, headers: #headers })
}
