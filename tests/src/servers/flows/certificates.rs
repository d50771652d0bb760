//! Clients that show a certificate to say who they are (RFC 8705 §2).

use crate::certificates::Shown;
use crate::server::Server;

pub async fn a_certificate_says_who_the_client_is(server: &Server) {
    let expected = server.expected.certificates.as_ref();
    let expected = expected.expect("clients with certificates");
    let scopes = &server.expected.client_credentials.scopes;
    // One of an authority that the server knows (§2.1), and one that it knows itself (§2.2).
    for (client, shown) in [("signed", Shown::Signed), ("own", Shown::Own)] {
        let client = server.certified(client, shown).await;
        let tokens = client.client_credentials(scopes).await;
        let access = tokens.expect("tokens").access_token().clone();
        let active = client.introspect(access.clone()).await;
        assert!(active.expect("an answer").active());
        let revoked = client.revoke_access_token(access.clone()).await;
        revoked.expect("the token is revoked");
        let active = client.introspect(access).await;
        assert!(!active.expect("an answer").active());
    }
    for (client, shown) in [
        ("signed", Shown::Own),
        ("signed", Shown::Stranger),
        ("own", Shown::Signed),
    ] {
        let client = server.certified(client, shown).await;
        let refused = client.client_credentials(scopes).await;
        expected.other.check_token(refused);
    }
    for client in ["signed", "own"] {
        let client = server.certified(client, Shown::Nothing).await;
        let refused = client.client_credentials(scopes).await;
        expected.none.check_token(refused);
    }
}
