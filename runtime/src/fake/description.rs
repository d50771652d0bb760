//! What a spec says, as the generator wrote it down for the fake. It is another reading of the spec
//! than the client's `Provider`, so that a mistake in one of them shows.

use serde_json::Value;

/// A part of the description. What is absent is false, empty or not there.
#[derive(Clone, Copy)]
struct Node<'a>(&'a Value);

impl<'a> Node<'a> {
    fn child(self, name: &str) -> Option<Node<'a>> {
        self.0.get(name).map(Node)
    }

    fn items(self, name: &str) -> impl Iterator<Item = Node<'a>> {
        let items = self.0.get(name).and_then(Value::as_array);
        items.into_iter().flatten().map(Node)
    }

    fn optional(self, name: &str) -> Option<String> {
        Some(self.0.get(name)?.as_str()?.to_owned())
    }

    fn text(self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    fn number(self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn texts(self, name: &str) -> Vec<String> {
        let texts = self.items(name).filter_map(|item| item.0.as_str());
        texts.map(str::to_owned).collect()
    }

    fn pairs(self, name: &str) -> Pairs {
        self.items(name).filter_map(Node::pair).collect()
    }

    fn pair(self) -> Option<(String, String)> {
        let text = |index: usize| Some(self.0.get(index)?.as_str()?.to_owned());
        Some((text(0)?, text(1)?))
    }
}

/// Names and values, in the order of the spec.
pub(super) type Pairs = Vec<(String, String)>;

/// A provider, as its spec describes it.
pub(super) struct Description {
    pub(super) name: String,
    pub(super) issuer: Option<String>,
    pub(super) issuer_in_callback: bool,
    /// The hosts of each environment.
    pub(super) environments: Vec<Pairs>,
    pub(super) variables: Vec<Variable>,
    pub(super) authorization: Option<Authorization>,
    pub(super) token: Option<Endpoint>,
    pub(super) refresh: Option<Endpoint>,
    pub(super) revocation: Option<Endpoint>,
    pub(super) introspection: Option<Endpoint>,
    pub(super) device_authorization: Option<Endpoint>,
    pub(super) userinfo: Option<Endpoint>,
    /// The methods by which a confidential client may say who it is; none where there is no such
    /// client.
    pub(super) confidential: Option<Vec<ClientAuth>>,
    pub(super) public: Option<Vec<ClientAuth>>,
    pub(super) login: LoginRules,
    pub(super) grants: Vec<Grant>,
    pub(super) rotation: Rotation,
    pub(super) ends_access_token: bool,
    pub(super) offline: Option<Offline>,
    pub(super) state_max_length: Option<u64>,
    pub(super) state_forgotten: bool,
    pub(super) callback_rename: Pairs,
    pub(super) callback_errors: Pairs,
    pub(super) callback_signed: bool,
    pub(super) captures: Vec<Capture>,
    pub(super) scopes: Scopes,
    pub(super) lifetimes: Vec<TokenLifetime>,
    pub(super) api: Api,
    pub(super) token_response: TokenResponse,
    /// The HTTP statuses of error codes.
    pub(super) statuses: Vec<(String, u16)>,
}

pub(super) struct Variable {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) values: Vec<String>,
    pub(super) is_optional: bool,
}

pub(super) struct Authorization {
    pub(super) url: String,
    pub(super) fixed: Pairs,
    pub(super) options: Vec<Choice>,
    pub(super) rename: Pairs,
    pub(super) omit: Vec<String>,
}

/// A parameter of a login that the client may choose.
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    pub(super) kind: String,
    pub(super) is_required: bool,
}

#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) method: String,
    pub(super) encodings: Vec<Encoding>,
    pub(super) auth: Option<ClientAuth>,
    pub(super) omit: Vec<String>,
    pub(super) rename: Pairs,
    pub(super) fixed: Pairs,
    pub(super) headers: Pairs,
    pub(super) scope: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Form,
    Json,
    Query,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientAuth {
    Basic,
    BasicRaw,
    Post,
    None,
    BasicWithId,
    BearerSecret,
    AccessToken,
    Nothing,
}

#[derive(Default)]
pub(super) struct LoginRules {
    pub(super) pkce: String,
    pub(super) challenge: String,
    pub(super) pkce_clients: String,
    pub(super) requires: Vec<String>,
}

pub(super) struct Grant {
    pub(super) kind: GrantKind,
    /// Empty where `grant_type` is not sent.
    pub(super) grant_type: String,
    pub(super) fixed: Pairs,
    pub(super) requires: Vec<String>,
    pub(super) repeats_scope: bool,
    pub(super) endpoint: Option<Endpoint>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantKind {
    Code,
    Refresh,
    ClientCredentials,
    Device,
    Extension,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rotation {
    Always,
    Sometimes,
    Never,
    Unknown,
}

pub(super) struct Offline {
    pub(super) parameters: Pairs,
    pub(super) scopes: Vec<String>,
}

pub(super) struct Capture {
    pub(super) name: String,
    pub(super) is_of_callback: bool,
    pub(super) path: String,
    pub(super) relay: Option<String>,
    pub(super) variable: Option<String>,
    pub(super) allowed_hosts: Vec<String>,
}

#[derive(Default)]
pub(super) struct Scopes {
    pub(super) request_separators: Vec<String>,
    pub(super) response_separator: String,
    pub(super) omitted: String,
    pub(super) is_partial: bool,
    pub(super) values: Vec<String>,
    pub(super) required: Vec<String>,
    pub(super) groups: Vec<ScopeGroup>,
}

pub(super) struct ScopeGroup {
    pub(super) parameter: String,
    pub(super) separator: String,
    pub(super) values: Vec<String>,
}

pub(super) struct TokenLifetime {
    pub(super) token: String,
    pub(super) seconds: u64,
    pub(super) client: Option<String>,
}

#[derive(Default)]
pub(super) struct Api {
    pub(super) header: String,
    pub(super) prefix: String,
    pub(super) query: String,
    pub(super) headers: Pairs,
}

#[derive(Default)]
pub(super) struct TokenResponse {
    pub(super) is_form: bool,
    pub(super) expiry: String,
    pub(super) scope_array: bool,
    pub(super) any_token_type: bool,
    pub(super) root: Vec<String>,
    pub(super) rename: Pairs,
    pub(super) refresh_expiry: Option<(String, String)>,
    pub(super) error: Option<ErrorRule>,
    pub(super) fields: Pairs,
}

pub(super) struct ErrorRule {
    pub(super) member: String,
    /// As JSON; empty where the member's presence is the error.
    pub(super) success: String,
    pub(super) code: String,
    pub(super) description: String,
    pub(super) errors: Pairs,
}

impl Description {
    /// Reads what the generator wrote; `None` where it is something else.
    pub(super) fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let root = Node(&value);
        let endpoint = |name| root.child(name).and_then(endpoint);
        let clients = root.child("clients")?;
        let client = |name| {
            clients.child(name)?;
            clients.texts(name).iter().map(|word| auth(word)).collect()
        };
        let environments = root.items("environments").map(|hosts| {
            let hosts = hosts.0.as_array().into_iter().flatten();
            hosts.filter_map(|pair| Node(pair).pair()).collect()
        });
        Some(Self {
            name: root.text("name"),
            issuer: root.optional("issuer"),
            issuer_in_callback: root.flag("issuer_in_callback"),
            environments: environments.collect(),
            variables: root.items("variables").map(variable).collect(),
            authorization: root.child("authorization").map(authorization),
            token: endpoint("token"),
            refresh: endpoint("refresh"),
            revocation: endpoint("revocation"),
            introspection: endpoint("introspection"),
            device_authorization: endpoint("device_authorization"),
            userinfo: endpoint("userinfo"),
            confidential: client("confidential"),
            public: client("public"),
            login: root.child("login").map(login).unwrap_or_default(),
            grants: root.items("grants").filter_map(grant).collect(),
            rotation: match &*root.text("rotation") {
                "always" => Rotation::Always,
                "sometimes" => Rotation::Sometimes,
                "never" => Rotation::Never,
                _ => Rotation::Unknown,
            },
            ends_access_token: root.flag("ends_access_token"),
            offline: root.child("offline").map(|offline| Offline {
                parameters: offline.pairs("parameters"),
                scopes: offline.texts("scopes"),
            }),
            state_max_length: root.number("state_max_length"),
            state_forgotten: root.flag("state_forgotten"),
            callback_rename: root.pairs("callback_rename"),
            callback_errors: root.pairs("callback_errors"),
            callback_signed: root.flag("callback_signed"),
            captures: root.items("captures").map(capture).collect(),
            scopes: root.child("scopes").map(scopes).unwrap_or_default(),
            lifetimes: root.items("lifetimes").filter_map(lifetime).collect(),
            api: root.child("api").map(api).unwrap_or_default(),
            token_response: root
                .child("token_response")
                .map(token_response)
                .unwrap_or_default(),
            statuses: root.items("errors").filter_map(status).collect(),
        })
    }

    /// The grants whose requests go to this endpoint, where none of them has one of its own.
    pub(super) fn grant(&self, kind: GrantKind) -> Option<&Grant> {
        self.grants.iter().find(|grant| grant.kind == kind)
    }

    /// How long a token lives, in seconds.
    pub(super) fn lifetime(&self, token: &str, client: &str) -> Option<u64> {
        let mut lifetimes = self.lifetimes.iter();
        let fits = |one: &&TokenLifetime| {
            one.token == token && one.client.as_ref().is_none_or(|only| only == client)
        };
        lifetimes.find(fits).map(|one| one.seconds)
    }
}

fn variable(node: Node<'_>) -> Variable {
    Variable {
        name: node.text("name"),
        kind: node.text("kind"),
        values: node.texts("values"),
        is_optional: node.flag("optional"),
    }
}

fn authorization(node: Node<'_>) -> Authorization {
    let choice = |node: Node<'_>| Choice {
        name: node.text("name"),
        values: node.texts("values"),
        kind: node.text("type"),
        is_required: node.flag("required"),
    };
    Authorization {
        url: node.text("url"),
        fixed: node.pairs("parameters"),
        options: node.items("options").map(choice).collect(),
        rename: node.pairs("rename"),
        omit: node.texts("omit"),
    }
}

fn endpoint(node: Node<'_>) -> Option<Endpoint> {
    let encoding = |word: &String| match word.as_str() {
        "form" => Some(Encoding::Form),
        "json" => Some(Encoding::Json),
        "query" => Some(Encoding::Query),
        _ => None,
    };
    Some(Endpoint {
        url: node.text("url"),
        method: node.text("method"),
        encodings: node
            .texts("encodings")
            .iter()
            .map(encoding)
            .collect::<Option<_>>()?,
        auth: match node.optional("auth") {
            Some(word) => Some(auth(&word)?),
            None => None,
        },
        omit: node.texts("omit"),
        rename: node.pairs("rename"),
        fixed: node.pairs("parameters"),
        headers: node.pairs("headers"),
        scope: node.optional("scope"),
    })
}

fn auth(word: &str) -> Option<ClientAuth> {
    Some(match word {
        "client_secret_basic" => ClientAuth::Basic,
        "client_secret_basic_raw" => ClientAuth::BasicRaw,
        "client_secret_post" => ClientAuth::Post,
        "none" => ClientAuth::None,
        "client_secret_basic_with_id" => ClientAuth::BasicWithId,
        "bearer_secret" => ClientAuth::BearerSecret,
        "access_token" => ClientAuth::AccessToken,
        "nothing" => ClientAuth::Nothing,
        _ => return None,
    })
}

fn login(node: Node<'_>) -> LoginRules {
    LoginRules {
        pkce: node.text("pkce"),
        challenge: node.text("challenge"),
        pkce_clients: node.text("pkce_clients"),
        requires: node.texts("requires"),
    }
}

fn grant(node: Node<'_>) -> Option<Grant> {
    Some(Grant {
        kind: match &*node.text("kind") {
            "authorization_code" => GrantKind::Code,
            "refresh_token" => GrantKind::Refresh,
            "client_credentials" => GrantKind::ClientCredentials,
            "device_code" => GrantKind::Device,
            "extension" => GrantKind::Extension,
            _ => return None,
        },
        grant_type: node.text("grant_type"),
        fixed: node.pairs("parameters"),
        requires: node.texts("requires"),
        repeats_scope: node.flag("repeats_scope"),
        endpoint: node.child("endpoint").and_then(endpoint),
    })
}

fn capture(node: Node<'_>) -> Capture {
    Capture {
        name: node.text("name"),
        is_of_callback: node.text("from") == "callback",
        path: node.text("path"),
        relay: node.optional("relay"),
        variable: node.optional("variable"),
        allowed_hosts: node.texts("allowed_hosts"),
    }
}

fn scopes(node: Node<'_>) -> Scopes {
    let group = |node: Node<'_>| ScopeGroup {
        parameter: node.text("parameter"),
        separator: node.text("separator"),
        values: node.texts("values"),
    };
    Scopes {
        request_separators: node.texts("request_separators"),
        response_separator: node.text("response_separator"),
        omitted: node.text("omitted"),
        is_partial: node.flag("partial"),
        values: node.texts("values"),
        required: node.texts("required"),
        groups: node.items("groups").map(group).collect(),
    }
}

fn lifetime(node: Node<'_>) -> Option<TokenLifetime> {
    Some(TokenLifetime {
        token: node.text("token"),
        seconds: node.number("seconds")?,
        client: node.optional("client"),
    })
}

fn api(node: Node<'_>) -> Api {
    Api {
        header: node.text("header"),
        prefix: node.text("prefix"),
        query: node.text("query"),
        headers: node.pairs("headers"),
    }
}

fn token_response(node: Node<'_>) -> TokenResponse {
    TokenResponse {
        is_form: node.text("format") == "form",
        expiry: node.text("expiry"),
        scope_array: node.flag("scope_array"),
        any_token_type: node.flag("any_token_type"),
        root: node.texts("root"),
        rename: node.pairs("rename"),
        refresh_expiry: node
            .optional("refresh_expiry")
            .map(|member| (member, node.text("refresh_expiry_kind"))),
        error: node.child("error").map(|rule| ErrorRule {
            member: rule.text("member"),
            success: rule.text("success"),
            code: rule.text("code"),
            description: rule.text("description"),
            errors: rule.pairs("errors"),
        }),
        fields: node.pairs("fields"),
    }
}

fn status(node: Node<'_>) -> Option<(String, u16)> {
    let status = u16::try_from(node.number("status")?).ok()?;
    Some((node.text("code"), status))
}
