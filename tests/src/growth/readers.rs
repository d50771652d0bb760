//! Every reader of what comes from outside, and the input that is worst for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use oauth_atlas::runtime::encrypted_secret::EncryptedSecret;
use oauth_atlas::{
    Core, DeviceLogin, EndpointKind, HttpResponse, Json, Method, Pending, Provider, Settings,
    TokenSet, challenges,
};

use crate::fixtures::{
    base_url, captured_values, device_login, form_response, login_parameters, nested_tokens,
    renamed_members, scope_array, signed_callback, standard, variable_hosts,
};

/// Makes an input of about this many bytes, and what reads it.
pub type Prepare = fn(usize) -> Box<dyn FnOnce()>;

const SECRET: &str = "canary-of-a-refresh-token";

pub const ALL: &[(&str, Prepare)] = &[
    // Texts of a server, in which secrets are looked for.
    ("words that may be credentials", |size| {
        refused(&filled("QUJDREVGR0g ", size))
    }),
    ("one word that may be credentials", |size| {
        refused(&filled("QUJDREVG", size))
    }),
    ("credentials", |size| refused(&credentials(size))),
    ("starts of a secret", |size| {
        refused(&filled("canary-of-a-refresh-toke", size))
    }),
    ("secrets", |size| refused(&filled(SECRET, size))),
    ("white space", |size| refused(&filled(" ", size))),
    ("what is escaped", |size| refused(&filled("\\u202e", size))),
    ("words that hold the code of the same callback", |size| {
        let text = format!(
            "error=x&state=s-and-twenty-one-others&code={SECRET}&error_description={}",
            credentials(size)
        );
        called_back(text)
    }),
    ("a secret as long as the text", |size| {
        let code = filled("QUJDREVG", size / 2);
        let words = filled("QUJDREVG QUJD ", size / 2);
        called_back(format!(
            "error=x&state=s-and-twenty-one-others&code={code}&error_description={words}"
        ))
    }),
    // Bodies that are not understood.
    ("tags of a page", |size| page(filled("<a>b</a>", size))),
    ("tags without an end", |size| page(filled("<a", size))),
    ("scripts without an end", |size| {
        page(filled("<script", size))
    }),
    ("scripts in scripts", |size| {
        page(filled("<script></s", size / 2) + &filled("</script>", size / 2))
    }),
    ("words of a page", |size| page(filled("a1 ", size))),
    ("a word of a page", |size| page(filled("a1", size))),
    ("tokens of a body", |size| {
        let members = filled("\"token\":[\"canary-of-another\"],", size);
        answered(&standard::PROVIDER, 400, HeaderMap::new(), object(&members))
    }),
    // Callbacks.
    ("pairs of a callback", |size| {
        called_back(filled("a=b&", size))
    }),
    ("names of a callback", |size| {
        called_back(filled("state&", size))
    }),
    ("a callback without an end", |size| {
        called_back(filled("%", size))
    }),
    ("escapes of a callback", |size| {
        called_back(filled("%2B+", size) + "&state=s-and-twenty-one-others&code=c")
    }),
    ("a callback's path", |size| {
        called_back(format!(
            "/{}?state=s-and-twenty-one-others&code=c",
            filled("a=b&/", size)
        ))
    }),
    ("a callback's scheme", |size| {
        called_back(filled("a+", size) + ":?state=s-and-twenty-one-others&code=c")
    }),
    ("a callback's fragment", |size| {
        called_back(filled("#?", size))
    }),
    ("a callback's description", |size| {
        called_back(format!(
            "error=x&state=s-and-twenty-one-others&error_description={}",
            filled("QUJD+", size)
        ))
    }),
    ("a signed callback", |size| {
        let core = Core::confidential(&signed_callback::PROVIDER, "client", "secret")
            .redirect_uri("https://app.example/");
        let pending = pending(&core);
        let pairs: Vec<_> = (0..size / 8)
            .map(|index| format!("{:x}=a", index * 7919 % 65536))
            .collect();
        let text = format!(
            "{}&state=s-and-twenty-one-others&code=c&hmac=00&shop=a.signed-callback.example",
            pairs.join("&")
        );
        Box::new(move || drop(core.finish(pending, text).to_http_request()))
    }),
    // Headers.
    ("schemes", |size| challenged(&filled("a, ", size))),
    ("parameters", |size| {
        challenged(&("A ".to_owned() + &filled("a=b, ", size)))
    }),
    ("quotes", |size| {
        challenged(&("A ".to_owned() + &filled("a=\"b\\\"c\" ", size)))
    }),
    ("quotes without an end", |size| {
        challenged(&filled("A a=\"b, ", size))
    }),
    ("quotes that open and close", |size| {
        challenged(&filled("A \"\"\"\\", size))
    }),
    ("credentials of a scheme", |size| {
        challenged(&filled("A a=b=c==, ", size))
    }),
    ("commas", |size| challenged(&filled(",", size))),
    ("seconds to wait", |size| waiting(&filled("1", size))),
    ("dates to wait for", |size| {
        waiting(&("Sun, ".to_owned() + &filled("06 Nov ", size)))
    }),
    // JSON.
    ("a text of JSON", |size| {
        json(format!("\"{}\"", filled("a", size)))
    }),
    ("escapes of JSON", |size| {
        json(format!("\"{}\"", filled("\\u0041\\/a", size)))
    }),
    ("a text without an end", |size| {
        json(format!("\"{}", filled("\\\"", size)))
    }),
    ("texts of JSON", |size| {
        json(format!("[{}1]", filled("\"\\n\",", size)))
    }),
    ("texts without an end", |size| json(filled("[\"\\\"", size))),
    ("arrays", |size| json(format!("[{}1]", filled("[],", size)))),
    ("arrays without an end", |size| json(filled("[", size))),
    ("objects", |size| {
        json(format!("{{{}\"\":1}}", filled("\"a\":{},", size)))
    }),
    ("digits", |size| json(filled("1", size))),
    ("digits behind a point", |size| {
        json("0.".to_owned() + &filled("3", size))
    }),
    ("an exponent", |size| {
        json("1e".to_owned() + &filled("0", size))
    }),
    ("white space in JSON", |size| json(filled(" \n", size))),
    // Answers.
    ("members", |size| {
        granted(&standard::PROVIDER, object(&filled("\"a\":1,", size)))
    }),
    ("the same member", |size| {
        granted(
            &standard::PROVIDER,
            object(&filled("\"access_token\":\"a\",", size)),
        )
    }),
    ("renamed members", |size| {
        granted(
            &renamed_members::PROVIDER,
            object(&filled("\"expires_in\":1,", size)),
        )
    }),
    ("members in members", |size| {
        let members = filled("\"access_token\":\"a\",", size);
        let body = format!(
            "{{\"code\":0,\"data\":{{\"tokens\":{}}}}}",
            object(&members)
        );
        granted(&nested_tokens::PROVIDER, body)
    }),
    ("members that are captured", |size| {
        granted(
            &captured_values::PROVIDER,
            object(&filled("\"team\":{\"id\":\"a\"},", size)),
        )
    }),
    ("scopes", |size| {
        granted(
            &standard::PROVIDER,
            format!(
                "{{\"access_token\":\"a\",\"scope\":\"{}\"}}",
                filled("a ", size)
            ),
        )
    }),
    ("a list of scopes", |size| {
        granted(
            &scope_array::PROVIDER,
            format!(
                "{{\"access_token\":\"a\",\"scope\":[{}\"b\"]}}",
                filled("\"a\",", size)
            ),
        )
    }),
    ("pairs of a form", |size| {
        granted(&form_response::PROVIDER, filled("access_token=a&", size))
    }),
    ("escapes of a form", |size| {
        granted(
            &form_response::PROVIDER,
            "access_token=".to_owned() + &filled("%2f+", size),
        )
    }),
    ("an introspected token", |size| {
        let core = Core::confidential(&standard::PROVIDER, "client", "secret");
        let request = core.introspect(SECRET);
        let aud = filled("\"a\",", size / 2);
        let body = format!("{{\"active\":true,\"scope\":[{aud}\"b\"],\"aud\":[{aud}\"b\"]}}");
        Box::new(move || {
            drop(request.read_http_response(HttpResponse::new(200, HeaderMap::new(), body)))
        })
    }),
    ("an answer to a device", |size| {
        let core = Core::public(&device_login::PROVIDER, "client");
        let request = core.authorize_device([""; 0]);
        let body = object(&filled("\"user_code\":\"a\",", size));
        Box::new(move || {
            drop(request.read_http_response(HttpResponse::new(200, HeaderMap::new(), body)))
        })
    }),
    // What was stored.
    ("stored tokens", |size| {
        let text = format!(
            "{{\"access_token\":\"a\",\"extra\":{}}}",
            object(&filled("\"a\":1,", size))
        );
        Box::new(move || drop(serde_json::from_str::<TokenSet>(&text)))
    }),
    ("a stored login", |size| {
        let text = object(&filled("\"state\":\"a\",", size));
        Box::new(move || drop(serde_json::from_str::<Pending>(&text)))
    }),
    ("a stored login of a device", |size| {
        let text = object(&filled("\"user_code\":\"a\",", size));
        Box::new(move || drop(serde_json::from_str::<DeviceLogin>(&text)))
    }),
    // URLs, and what users are asked for.
    ("a base URL's path", |size| {
        based("https://a.example/".to_owned() + &filled("a/../", size))
    }),
    ("a base URL's host", |size| {
        based(format!("https://{}example", filled("a.", size)))
    }),
    ("a base URL's label", |size| {
        based(format!("https://{}.example", filled("ü", size)))
    }),
    ("a base URL's port", |size| {
        based("https://a.example:".to_owned() + &filled("0", size))
    }),
    ("a base URL's user", |size| {
        based("https://".to_owned() + &filled("@:", size))
    }),
    ("a tenant", |size| varied("tenant", filled("ü", size))),
    ("the way up", |size| varied("tenant", filled("a../", size))),
    ("a shop", |size| varied("shop", filled("a-.", size))),
    ("a domain", |size| varied("domain", filled("a", size))),
    ("a region", |size| varied("region", filled("a", size))),
    ("a path of an API", |size| called(filled("a/%252e;/", size))),
    ("the way up an API", |size| called(filled("a/../", size))),
    ("backslashes", |size| called(filled("\\.\t.", size))),
    ("a query of an API", |size| {
        called("?".to_owned() + &filled("ä&'", size))
    }),
    ("an absolute URL", |size| {
        called("https://a.example/".to_owned() + &filled("./", size))
    }),
    ("an endpoint", |size| {
        let url = "https://a.example/".to_owned() + &filled("?'", size);
        Box::new(move || drop(Settings::new().replace_endpoint(EndpointKind::Token, &url)))
    }),
    ("scopes to ask for", |size| {
        let core =
            Core::public(&login_parameters::PROVIDER, "client").redirect_uri("https://a.example/");
        let scopes = filled("a b,", size);
        Box::new(move || drop(core.authorize([""; 0]).scope(scopes).start()))
    }),
    ("a redirect URI", |size| {
        let uri = "https://a.example/?".to_owned() + &filled("&?", size);
        let core = Core::public(&standard::PROVIDER, "client").redirect_uri(uri);
        Box::new(move || drop(core.authorize([""; 0]).start()))
    }),
    ("an encrypted secret", |size| {
        let secret = EncryptedSecret::new(filled("QUJD\n", size));
        let key = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            filled("QUJD\n", size)
        );
        Box::new(move || drop(secret.decrypt(&key, "")))
    }),
];

/// The unit, again and again.
pub fn filled(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len())
}

/// Credentials of HTTP Basic, each of another client.
fn credentials(size: usize) -> String {
    let each = STANDARD.encode(format!("00000:{SECRET}")).len() + 1;
    let encoded =
        (0..size / each).map(|number| STANDARD.encode(format!("{number:05}:{SECRET}")) + " ");
    encoded.collect()
}

/// An object of these members, each with a comma behind it.
fn object(members: &str) -> String {
    format!("{{{members}\"access_token\":\"a\"}}")
}

/// A refusal whose description is this JSON text.
fn refused(description: &str) -> Box<dyn FnOnce()> {
    let body = format!("{{\"error\":\"invalid_grant\",\"error_description\":\"{description}\"}}");
    answered(&standard::PROVIDER, 400, HeaderMap::new(), body)
}

/// A refusal that is a page with this text.
fn page(text: String) -> Box<dyn FnOnce()> {
    let body = format!("<html>{text}");
    answered(&standard::PROVIDER, 400, HeaderMap::new(), body)
}

fn granted(provider: &'static Provider, body: String) -> Box<dyn FnOnce()> {
    answered(provider, 200, HeaderMap::new(), body)
}

fn answered(
    provider: &'static Provider,
    status: u16,
    headers: HeaderMap,
    body: String,
) -> Box<dyn FnOnce()> {
    let core = Core::confidential(provider, "client", "client-secret");
    let tokens = TokenSet::new("a").with_refresh_token(SECRET);
    let request = core.refresh(&tokens);
    let response = HttpResponse::new(status, headers, body);
    Box::new(move || drop(request.read_http_response(response)))
}

fn waiting(value: &str) -> Box<dyn FnOnce()> {
    answered(
        &standard::PROVIDER,
        429,
        header(RETRY_AFTER, value),
        String::new(),
    )
}

fn challenged(value: &str) -> Box<dyn FnOnce()> {
    let headers = header(WWW_AUTHENTICATE, value);
    Box::new(move || drop(challenges(&headers)))
}

fn header(name: HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, value.parse().expect("a value"))])
}

fn json(text: String) -> Box<dyn FnOnce()> {
    Box::new(move || drop(Json::parse(text.as_bytes())))
}

/// A login that is read to its end: one that the client did not start is refused at once.
fn pending(core: &Core) -> Pending {
    let login = core.authorize(["read"]).start();
    let stored = serde_json::to_value(login.expect("a login").pending);
    let mut stored = stored.expect("a login can be stored");
    stored["state"] = "s-and-twenty-one-others".into();
    serde_json::from_value(stored).expect("a login")
}

fn called_back(text: String) -> Box<dyn FnOnce()> {
    let core = Core::confidential(&standard::PROVIDER, "client", "client-secret")
        .redirect_uri("https://app.example/");
    let pending = pending(&core);
    Box::new(move || drop(core.finish(pending, text).to_http_request()))
}

fn based(url: String) -> Box<dyn FnOnce()> {
    Box::new(move || drop(base_url::Client::confidential(&url, "client", "secret")))
}

fn varied(name: &'static str, value: String) -> Box<dyn FnOnce()> {
    let values = [
        ("shop", "a.myshop.example"),
        ("domain", "a"),
        ("tenant", "a"),
        ("region", "com"),
    ];
    let core = values
        .into_iter()
        .fold(
            Core::confidential(&variable_hosts::PROVIDER, "client", "secret"),
            |core, (name, value)| core.variable(name, value),
        )
        .redirect_uri("https://a.example/")
        .variable(name, value);
    Box::new(move || {
        drop(core.authorize([""; 0]).start());
        drop(core.revoke_access_token("a").to_http_request());
        drop(core.introspect("a").to_http_request());
    })
}

fn called(target: String) -> Box<dyn FnOnce()> {
    let core = Core::confidential(&captured_values::PROVIDER, "client", "secret");
    let tokens =
        TokenSet::new("a").with_extra("instance_url", "https://a.my.captured-values.example");
    Box::new(move || {
        drop(
            core.call_api(Method::GET, &target, &tokens)
                .to_http_request(),
        )
    })
}
