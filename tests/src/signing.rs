//! Clients that sign, and certificates: over sockets, and what a provider refuses.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::Provider;
use oauth_atlas::{
    ClientAuth, ClientCredential, Core, Error, ErrorKind, SignatureFuture, Signer,
    SigningAlgorithm, SigningKey, TokenRequest, TokenSet, apple, box_com, docusign, google,
};
use serde_json::{Value, json};

use crate::fixtures::{signed_secret, signing_clients};

const REDIRECT_URI: &str = "https://app.example/callback";

fn key(algorithm: SigningAlgorithm) -> SigningKey {
    let key = SigningKey::generate(algorithm).expect("a key");
    key.with_key_id("test")
}

async fn faked(provider: &'static Provider, key: &SigningKey) -> FakeServer {
    let fake = Fake::new(provider).client_jwk(key.public_jwk());
    fake.start().await.expect("a port")
}

fn client(fake: &FakeServer, credential: impl Into<ClientCredential>) -> Core {
    Core::confidential(&signing_clients::PROVIDER, fake.client_id(), credential)
        .variable("tenant", "T1")
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings())
}

/// A login, a refresh and the end of its tokens: five requests, each with another assertion.
async fn all_requests(fake: &FakeServer, client: &Core) -> Result<(), Error> {
    let login = client.authorize(["read"]).start()?;
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).await?;
    let tokens = client.refresh(&tokens).await?;
    let access_token = tokens.access_token().clone();
    assert!(client.introspect(access_token.clone()).await?.active());
    client.revoke_access_token(access_token).await?;
    client.client_credentials(["read"]).await.map(drop)
}

/// The twelve lines of the README.
#[tokio::test]
async fn a_login_without_a_secret_made_by_hand() -> Result<(), Box<dyn std::error::Error>> {
    use apple::{Client, Scope};
    let key = SigningKey::generate(SigningAlgorithm::Es256)?.with_key_id("ABC123DEFG");
    let fake = apple::fake().client_jwk(key.public_jwk()).start().await?;

    let client = Client::confidential(fake.client_id(), key)
        .team_id("A1B2C3D4E5")
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client.authorize([Scope::Email]).start()?;
    let callback = fake.approve(&login.url)?;
    let tokens = client.finish(login.pending, callback).await?;
    let user = client.user(&tokens).await?;

    assert_eq!(user.verified_email(), Some("fake.user@example.com"));
    client.refresh(&tokens).await?;
    Ok(())
}

#[tokio::test]
async fn each_algorithm_proves_who_the_client_is() {
    use SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};
    for algorithm in [Rs256, Ps256, Es256, EdDsa] {
        let key = key(algorithm);
        let fake = faked(&signing_clients::PROVIDER, &key).await;
        let sent = all_requests(&fake, &client(&fake, key)).await;
        sent.unwrap_or_else(|error| panic!("{algorithm:?}: {error}"));
    }
}

#[tokio::test]
async fn a_secret_makes_assertions_and_a_certificate_needs_none() {
    let fake = Fake::new(&signing_clients::PROVIDER);
    let fake = fake.client_certificate().start().await.expect("a port");
    let by_secret = client(&fake, fake.client_secret()).client_auth(ClientAuth::ClientSecretJwt);
    all_requests(&fake, &by_secret).await.expect("answers");
    let by_certificate = client(&fake, ClientCredential::certificate());
    all_requests(&fake, &by_certificate).await.expect("answers");
    let request = by_certificate.client_credentials([""; 0]).to_http_request();
    let body = request.expect("a request").body().to_vec();
    let body = String::from_utf8(body).expect("a form");
    assert_eq!(
        body,
        "grant_type=client_credentials&client_id=client%2Fid%2B1"
    );
    let other = client(&fake, "another secret").client_auth(ClientAuth::ClientSecretJwt);
    assert_refused(
        &other,
        "the signature of the JWT is not the registered key's",
    )
    .await;
}

/// A key somewhere else, which takes its time.
struct Distant {
    key: SigningKey,
    signed: Mutex<u32>,
}

impl Signer for Distant {
    fn algorithm(&self) -> SigningAlgorithm {
        self.key.algorithm()
    }

    fn key_id(&self) -> Option<&str> {
        self.key.key_id()
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> SignatureFuture<'a> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            *self.signed.lock().expect("a counter") += 1;
            self.key.sign(message).await
        })
    }
}

#[tokio::test]
async fn a_signer_that_takes_its_time_is_waited_for() {
    let key = key(SigningAlgorithm::Es256);
    let fake = faked(&signing_clients::PROVIDER, &key).await;
    let signer = Arc::new(Distant {
        key,
        signed: Mutex::new(0),
    });
    let client = client(&fake, Arc::clone(&signer));
    all_requests(&fake, &client).await.expect("answers");
    // Once for each request: the code, the refresh, the introspection, the revocation, its own tokens.
    assert_eq!(*signer.signed.lock().expect("a counter"), 5);
    let error = client.client_credentials(["read"]).to_http_request();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("send the operation"), "{error}");
    let blocking = client.client_credentials(["read"]);
    let blocking = tokio::task::spawn_blocking(move || blocking.send_blocking());
    blocking.await.expect("no panic").expect("tokens");
}

#[tokio::test]
async fn a_signer_that_fails_says_why() {
    struct Failing;
    impl Signer for Failing {
        fn algorithm(&self) -> SigningAlgorithm {
            SigningAlgorithm::Es256
        }

        fn sign<'a>(&'a self, _: &'a [u8]) -> SignatureFuture<'a> {
            Box::pin(async { Err("the HSM is locked".into()) })
        }
    }
    let fake = faked(&signing_clients::PROVIDER, &key(SigningAlgorithm::Es256)).await;
    let error = client(&fake, Arc::new(Failing))
        .client_credentials(["read"])
        .await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Signer);
    assert!(
        error
            .to_string()
            .contains("the signer failed: the HSM is locked"),
        "{error}"
    );
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn a_signed_secret_is_kept_and_assertions_are_not() {
    let key = key(SigningAlgorithm::Es256);
    let fake = faked(&signed_secret::PROVIDER, &key).await;
    let signed = Core::confidential(&signed_secret::PROVIDER, fake.client_id(), key.clone())
        .variable("team", "T1")
        .with_settings(fake.settings());
    let parameter = |client: &Core, name: &str| {
        let tokens = TokenSet::new("a").with_refresh_token("r");
        let request = client
            .refresh(&tokens)
            .to_http_request()
            .expect("a request");
        let pairs = form_urlencoded::parse(request.body()).into_owned();
        let mut found = pairs.filter(|(other, _)| other == name);
        found.next().expect("it is sent").1
    };
    let secret = parameter(&signed, "client_secret");
    assert_eq!(parameter(&signed, "client_secret"), secret);
    assert_ne!(
        parameter(&signed.clone().variable("team", "T2"), "client_secret"),
        secret
    );
    let fake = faked(&signing_clients::PROVIDER, &key).await;
    let asserting = client(&fake, key);
    let assertion = parameter(&asserting, "client_assertion");
    assert_ne!(parameter(&asserting, "client_assertion"), assertion);
}

#[tokio::test]
async fn what_a_client_lacks_is_told_before_anything_is_sent() {
    let key = key(SigningAlgorithm::Es256);
    let fake = faked(&signing_clients::PROVIDER, &key).await;
    let told = |client: Core| {
        let request = client.client_credentials(["read"]).to_http_request();
        request.unwrap_err().to_string()
    };
    let core = |credential: ClientCredential| client(&fake, credential);
    let certificate = core(ClientCredential::certificate());
    let told_of = told(certificate.clone().client_auth(ClientAuth::PrivateKeyJwt));
    assert!(told_of.contains("requires a key"), "{told_of}");
    let told_of = told(certificate.client_auth(ClientAuth::Post));
    assert!(told_of.contains("requires a secret"), "{told_of}");
    let told_of = told(core(key.clone().into()).client_auth(ClientAuth::Basic));
    assert!(told_of.contains("requires a secret"), "{told_of}");
    let told_of = told(core(key.clone().into()).client_auth(ClientAuth::ClientSecretJwt));
    assert!(told_of.contains("requires a client secret"), "{told_of}");
    let p384 = SigningKey::generate(SigningAlgorithm::Es384).expect("a key");
    let told_of = told(core(p384.into()));
    assert!(told_of.contains("signs with ES384"), "{told_of}");
    let without_team = Core::confidential(&signed_secret::PROVIDER, "id", key);
    let tokens = TokenSet::new("a").with_refresh_token("r");
    let request = without_team.refresh(&tokens).to_http_request();
    let told_of = request.unwrap_err().to_string();
    assert!(told_of.contains("team is not set"), "{told_of}");
    assert_eq!(fake.requests().len(), 0);
}

async fn assert_refused(client: &Core, reason: &str) {
    let error = client.client_credentials(["read"]).await.unwrap_err();
    assert_eq!(
        error.code().map(|code| code.to_string()).as_deref(),
        Some("invalid_client")
    );
    let told = error.description().unwrap_or_default();
    assert!(told.contains(reason), "{told} is not {reason}");
}

/// A JWT as somebody would make it who knows what a right one looks like.
fn forged(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn signed_with(key: &SigningKey) -> impl Fn(&[u8]) -> Vec<u8> {
    let key = key.clone();
    move |message| {
        let mut signature = Vec::new();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut future = key.sign(message);
        if let std::task::Poll::Ready(made) = future.as_mut().poll(&mut context) {
            signature = made.expect("a signature");
        }
        drop(future);
        signature
    }
}

#[tokio::test]
async fn a_provider_refuses_what_is_no_assertion_of_its_client() {
    let key = key(SigningAlgorithm::Es256);
    let fake = faked(&signing_clients::PROVIDER, &key).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("a clock").as_secs();
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "test" });
    let right = json!({
        "iss": "T1", "sub": fake.client_id(), "aud": "https://login.signing-clients.example",
        "iat": now, "nbf": now, "exp": now + 60, "jti": "first",
    });
    let with = |of: &Value, name: &str, value: Value| {
        let mut changed = of.clone();
        changed[name] = value;
        changed
    };
    let sign = signed_with(&key);
    // The caller's own JWT stands where the client's would.
    let sent = |jwt: String| client(&fake, jwt).client_auth(ClientAuth::PrivateKeyJwt);

    let good = forged(&header, &right, &sign);
    sent(good.clone())
        .client_credentials(["read"])
        .await
        .expect("tokens");
    assert_refused(&sent(good), "used before").await;

    let claims = [
        ("iss", json!(""), "`iss`"),
        ("sub", json!("another client"), "`sub`"),
        ("sub", Value::Null, "`sub`"),
        (
            "aud",
            json!("https://login.signing-clients.example/token"),
            "`aud`",
        ),
        ("aud", json!(["https://other.example"]), "`aud`"),
        ("exp", json!(now - 1), "expired"),
        ("exp", Value::Null, "`exp`"),
        ("exp", json!(now + 3600), "too long"),
        ("iat", json!(now + 3600), "not valid yet"),
        ("nbf", json!(now + 3600), "not valid yet"),
        ("nbf", Value::Null, "`nbf`"),
        ("jti", Value::Null, "`jti`"),
    ];
    for (name, value, reason) in claims {
        let fresh = with(&right, "jti", json!(format!("{name} {value}")));
        let changed = with(&fresh, name, value);
        assert_refused(&sent(forged(&header, &changed, &sign)), reason).await;
    }

    let fresh = |id: &str| with(&right, "jti", json!(id));
    let none = with(&header, "alg", json!("none"));
    assert_refused(&sent(forged(&none, &fresh("a"), |_| Vec::new())), "`alg`").await;
    let rs256 = with(&header, "alg", json!("RS256"));
    assert_refused(
        &sent(forged(&rs256, &fresh("b"), &sign)),
        "registered key's",
    )
    .await;
    let stranger = with(&header, "kid", json!("stranger"));
    assert_refused(&sent(forged(&stranger, &fresh("c"), &sign)), "`kid`").await;
    let other = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    let other = signed_with(&other);
    assert_refused(&sent(forged(&header, &fresh("d"), other)), "signature").await;
    // Whoever knows the public key takes it for the secret of an HMAC.
    let hs256 = with(&header, "alg", json!("HS256"));
    let mac =
        |message: &[u8]| hmac_sha256::HMAC::mac(message, key.public_jwk().as_bytes()).to_vec();
    assert_refused(&sent(forged(&hs256, &fresh("e"), mac)), "").await;
    assert_refused(&sent("no JWT".to_owned()), "three parts").await;
    assert_refused(&sent("a.b.c".to_owned()), "no JSON").await;
}

#[tokio::test]
async fn a_signed_secret_is_checked_as_well() {
    let key = key(SigningAlgorithm::Es256);
    let fake = faked(&signed_secret::PROVIDER, &key).await;
    let client = |key: SigningKey| {
        Core::confidential(&signed_secret::PROVIDER, fake.client_id(), key)
            .variable("team", "T1")
            .redirect_uri(REDIRECT_URI)
            .with_settings(fake.settings())
    };
    let tokens = TokenSet::new("a").with_refresh_token("none");
    let right = client(key).refresh(&tokens).await.unwrap_err();
    assert_eq!(
        right.code().map(|code| code.to_string()).as_deref(),
        Some("invalid_grant")
    );
    let other = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    let other = client(other.with_key_id("test"))
        .refresh(&tokens)
        .await
        .unwrap_err();
    assert_eq!(
        other.code().map(|code| code.to_string()).as_deref(),
        Some("invalid_client")
    );
    let told = other.description().unwrap_or_default();
    assert!(told.contains("signature"), "{told}");
}

/// The claims of the assertion by which a request asks for tokens, and the other parameters.
fn asked(request: &TokenRequest) -> (Value, Vec<(String, String)>) {
    let request = request.to_http_request().expect("a request");
    let pairs = form_urlencoded::parse(request.body()).into_owned();
    let (assertions, others): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| name == "assertion");
    let claims = assertions[0].1.split('.').nth(1).expect("claims");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    let claims = serde_json::from_slice(&claims).expect("JSON");
    (claims, others)
}

#[tokio::test]
async fn a_service_account_asks_with_what_it_signs() -> Result<(), Box<dyn std::error::Error>> {
    use google::{Client, Scope};
    let key = key(SigningAlgorithm::Rs256);
    let fake = google::fake().client_jwk(key.public_jwk()).start().await?;
    let client = |credential: ClientCredential| {
        Client::confidential(fake.client_id(), credential).with_settings(fake.settings())
    };
    let account = client(key.into());
    let request = account
        .service_account_with_key()
        .scope(Scope::Drive.as_str());
    let (claims, others) = asked(&request);
    assert_eq!(claims["iss"], json!(fake.client_id()));
    assert_eq!(claims["aud"], json!("https://oauth2.googleapis.com/token"));
    assert_eq!(claims["scope"], json!(Scope::Drive.as_str()));
    assert_eq!(claims["sub"], Value::Null);
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned();
    assert_eq!(others, [("grant_type".to_owned(), grant)]);
    let tokens = request.await?;
    assert!(tokens.refresh_token().is_none());

    let user = account.clone().subject("user@example.com");
    let request = user.service_account_with_key().scope("any");
    assert_eq!(asked(&request).0["sub"], json!("user@example.com"));
    request.await?;

    let refused = |result: Result<TokenSet, Error>, reason: &str| {
        let error = result.expect_err("it is refused");
        let told = error.to_string();
        assert!(told.contains(reason), "{told}");
    };
    refused(account.service_account_with_key().await, "`scope`");
    let other = SigningKey::generate(SigningAlgorithm::Rs256)?;
    let request = client(other.into()).service_account_with_key().scope("any");
    refused(request.await, "registered key");
    let without = client("secret".into()).service_account_with_key();
    refused(without.await, "needs a key");
    Ok(())
}

#[tokio::test]
async fn grants_sign_what_their_specs_say() -> Result<(), Box<dyn std::error::Error>> {
    let key = key(SigningAlgorithm::Rs256);
    let fake = docusign::fake()
        .client_jwk(key.public_jwk())
        .start()
        .await?;
    let client = docusign::Client::confidential(fake.client_id(), key.clone())
        .environment(docusign::Environment::Developer)
        .user_id("2f9a2c1e")
        .with_settings(fake.settings());
    let request = client.jwt_with_key().scope("signature impersonation");
    let (claims, _) = asked(&request);
    assert_eq!(claims["aud"], json!("account-d.docusign.com"));
    assert_eq!(claims["sub"], json!("2f9a2c1e"));
    request.await?;

    // A provider that wants a secret beside what is signed.
    let fake = box_com::fake().client_jwk(key.public_jwk()).start().await?;
    let both = ClientCredential::from(fake.client_secret()).and_key(key);
    let client = box_com::Client::confidential(fake.client_id(), both)
        .subject_id("1234567")
        .with_settings(fake.settings());
    let request = client.jwt_assertion_with_key();
    let (claims, others) = asked(&request);
    assert_eq!(claims["box_sub_type"], json!("enterprise"));
    assert!(others.contains(&("client_secret".to_owned(), fake.client_secret().to_owned())));
    request.await?;
    Ok(())
}
