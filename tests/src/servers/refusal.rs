//! What a server's no becomes in a program.

use std::fmt::Debug;

use oauth_atlas::{EndpointKind, Error, ErrorCode, ErrorKind};

/// Checks that the server said no, where, with which code and with which status (0: in a callback).
#[track_caller]
pub fn refused<T: Debug>(
    result: Result<T, Error>,
    endpoint: EndpointKind,
    code: ErrorCode,
    status: u16,
) -> Error {
    let error = result.expect_err("the server says no");
    assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
    assert_eq!(error.endpoint(), Some(endpoint), "{error:?}");
    assert_eq!(error.code(), Some(code), "{error:?}");
    assert_eq!(error.status().unwrap_or(0), status, "{error:?}");
    assert_eq!(
        error.needs_login(),
        code == ErrorCode::InvalidGrant,
        "{error:?}"
    );
    assert!(!error.is_retryable(), "{error:?}");
    error
}

/// A refusal of the token endpoint.
#[track_caller]
pub fn refused_token<T: Debug>(result: Result<T, Error>, code: ErrorCode, status: u16) -> Error {
    refused(result, EndpointKind::Token, code, status)
}
