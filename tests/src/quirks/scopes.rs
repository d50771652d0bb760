//! Which scopes a request may name.

use oauth_atlas::{Core, Error, ErrorKind};

use crate::fixtures::scopes_apart;

#[test]
fn scopes_that_do_not_go_together_are_not_asked_for_together() {
    let core = Core::confidential(&scopes_apart::PROVIDER, "client", "secret")
        .redirect_uri("https://client.example/callback");
    let together = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(
            error.to_string().contains("cannot be asked for together"),
            "{error}"
        );
    };
    for scopes in [["read", "everything"], ["everything", "write"]] {
        together(core.authorize(scopes).start().unwrap_err());
        together(
            core.client_credentials(scopes)
                .to_http_request()
                .unwrap_err(),
        );
        together(core.authorize_device(scopes).to_http_request().unwrap_err());
    }
    together(
        core.authorize(["read"])
            .scope("openid,everything")
            .start()
            .unwrap_err(),
    );
    for scopes in [["read", "write"], ["openid", "everything"]] {
        assert!(core.authorize(scopes).start().is_ok());
        assert!(core.client_credentials(scopes).to_http_request().is_ok());
        assert!(core.authorize_device(scopes).to_http_request().is_ok());
    }
}
