//! The provider as data.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{
    Client, ClientAuth, Encoding, Endpoint, Format, Omitted, Pkce, Provider, VariableKind,
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
        let kind = match &variable.kind {
            VariableKind::BaseUrl { .. } => quote!(provider::VariableKind::BaseUrl),
            VariableKind::OneOf(choice) => {
                let values = choice.values.iter().map(|value| &value.wire);
                quote!(provider::VariableKind::OneOf(&[#(#values),*]))
            }
        };
        quote!(provider::Variable { name: #name, kind: #kind, optional: #optional })
    });
    let authorization = optional(provider.authorization.as_ref(), |endpoint| {
        let url = &endpoint.url;
        let parameters = pairs(&endpoint.fixed);
        quote!(provider::AuthorizationEndpoint { url: #url, parameters: #parameters })
    });
    let token = optional(provider.token.as_ref(), endpoint);
    let refresh = optional(provider.refresh.as_ref(), endpoint);
    let revocation = optional(provider.revocation.as_ref(), endpoint);
    let introspection = optional(provider.introspection.as_ref(), endpoint);
    let userinfo = optional(provider.userinfo.as_ref(), |endpoint| {
        let url = &endpoint.url;
        quote!(#url)
    });
    let confidential = optional(provider.confidential.as_ref(), client);
    let public = optional(provider.public.as_ref(), client);
    let grant = provider.authorization_code.as_ref();
    let pkce = pkce(grant.map_or(Pkce::Unknown, |grant| grant.pkce));
    let redirect_uri_required = grant.is_some_and(|grant| grant.redirect_uri_required);
    let scopes = scopes(provider);
    let format = match provider.token_response.format {
        Format::Json => quote!(provider::ResponseFormat::Json),
        Format::Form => quote!(provider::ResponseFormat::Form),
    };
    let scope_array = provider.token_response.scope_array;
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
            userinfo: #userinfo,
            confidential: #confidential,
            public: #public,
            pkce: #pkce,
            redirect_uri_required: #redirect_uri_required,
            scopes: #scopes,
            token_response: provider::TokenResponse { format: #format, scope_array: #scope_array },
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
    quote! {
        provider::Endpoint {
            url: #url,
            encodings: &[#(#encodings),*],
            auth: #auth,
            omit: &[#(#omit),*],
        }
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
    }
}

pub(super) fn client_auth(method: ClientAuth) -> TokenStream {
    match method {
        ClientAuth::Basic => quote!(provider::ClientAuth::Basic),
        ClientAuth::BasicRaw => quote!(provider::ClientAuth::BasicRaw),
        ClientAuth::Post => quote!(provider::ClientAuth::Post),
        ClientAuth::None => quote!(provider::ClientAuth::None),
    }
}

fn pkce(status: Pkce) -> TokenStream {
    match status {
        Pkce::Required => quote!(provider::Pkce::Required),
        Pkce::Optional => quote!(provider::Pkce::Optional),
        Pkce::Undocumented => quote!(provider::Pkce::Undocumented),
        Pkce::Unknown => quote!(provider::Pkce::Unknown),
        Pkce::Unsupported => quote!(provider::Pkce::Unsupported),
    }
}

fn scopes(provider: &Provider) -> TokenStream {
    let separators = provider
        .scopes
        .request_separators
        .iter()
        .map(|one| one.as_str());
    let response = provider.scopes.response_separator.as_str();
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
        }
    }
}

fn api(provider: &Provider) -> TokenStream {
    let api = &provider.api;
    let (header, prefix) = (&api.header, &api.prefix);
    let url = optional(api.url.as_ref(), |url| quote!(#url));
    let headers = api
        .headers
        .iter()
        .map(|header| (header.name.clone(), header.value.clone()));
    let headers = pairs(&headers.collect::<Vec<_>>());
    quote!(provider::Api { url: #url, header: #header, prefix: #prefix, headers: #headers })
}
