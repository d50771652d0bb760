//! What becomes of the ID token in a response.

use std::time::SystemTime;

use crate::error::Error;
use crate::kept::token_set::TokenSet;
use crate::kept::warning::Warning;
use crate::operation::sealed::Sending as _;
use crate::operation::token::TokenRequest;
use crate::request::grant::Grant;
use crate::response::id_token::Expected;
use crate::text::json::Json;
use crate::text::jwt::Jwt;

impl TokenRequest {
    /// A login whose ID token is wrong is another login, and is refused. A refresh is not: its
    /// tokens may be the only ones left, so a wrong ID token is taken away from them, as is one of
    /// another user (OpenID Connect Core §12.2).
    pub(super) fn check_id_token(
        &self,
        tokens: &mut TokenSet,
        now: SystemTime,
    ) -> Result<(), Error> {
        let (Some(rules), Some(id_token)) =
            (self.core.provider().id_token.as_ref(), &tokens.id_token)
        else {
            return Ok(());
        };
        let earlier = self.renewed.as_ref().and_then(|renewed| {
            let earlier = renewed.id_token.as_ref()?;
            Jwt::of(earlier.expose())
        });
        let subject = earlier.as_ref().and_then(|jwt| jwt.claims.get("sub"));
        let exchange = self.grant.code_exchange();
        let expected = Expected {
            core: &self.core,
            rules,
            nonce: exchange.and_then(|exchange| exchange.nonce.as_ref()),
            max_age: exchange.and_then(|exchange| exchange.max_age),
            code: exchange.map(|exchange| &exchange.code),
            access_token: &tokens.access_token,
            subject: subject.and_then(Json::as_str),
        };
        match (expected.check(id_token.expose(), now), &self.grant) {
            (Ok(_), _) => {}
            (Err(_), Grant::RefreshToken(_)) => {
                tokens.id_token = None;
                let warning = Warning::new("id_token", "an ID token for this client");
                tokens.warnings.push(warning);
            }
            (Err(problem), _) => {
                return Err(Error::id_token(
                    self.core.provider(),
                    self.endpoint(),
                    problem,
                ));
            }
        }
        Ok(())
    }
}
