//! Logins on another device (RFC 8628).

use std::time::Duration;

use oauth_atlas::runtime::{DeviceAnswer, DeviceLogin, EndpointKind, ErrorCode, ErrorKind};

use crate::browser::{Browser, Decision, End};
use crate::expectations::Device;
use crate::server::Server;
use crate::subject::Subject;

fn expected(server: &Server) -> &Device {
    server.expected.device.as_ref().expect("it has the grant")
}

async fn begin(server: &Server, client: &dyn Subject) -> DeviceLogin {
    let login = client.device(&expected(server).scopes).await;
    let login = login.expect("the login begins");
    let interval = Duration::from_secs(expected(server).interval);
    assert_eq!(login.interval(), interval);
    let complete = login.verification_uri_complete().is_some();
    assert_eq!(complete, expected(server).complete_uri);
    login
}

/// The user types in the code, and decides.
async fn decide(login: &DeviceLogin, decision: Decision) -> End {
    let browser = Browser::new(decision);
    browser
        .enter_code(login.verification_uri(), login.user_code())
        .await
}

pub async fn a_device_polls_until_its_user_agrees(server: &Server) {
    let client = server.public("television");
    let mut login = begin(server, &*client).await;
    let answer = client.poll(&mut login).await.expect("an answer");
    assert!(matches!(answer, DeviceAnswer::Pending { .. }), "{answer:?}");
    let end = decide(&login, Decision::Allow).await;
    assert!(matches!(end, End::Page { status: 200, .. }), "{end:?}");
    if expected(server).slows_down {
        tokio::time::sleep(login.interval()).await;
    }
    let answer = client.poll(&mut login).await.expect("an answer");
    let DeviceAnswer::Tokens(tokens) = answer else {
        panic!("the user has agreed")
    };
    let user = client.userinfo(&tokens).await.expect("an answer");
    assert!(user.is_success());
}

pub async fn a_device_that_asks_too_often_is_told(server: &Server) {
    let client = server.public("television");
    let mut login = begin(server, &*client).await;
    let interval = login.interval();
    let wait = interval;
    let answer = client.poll(&mut login).await.expect("an answer");
    assert_eq!(answer, DeviceAnswer::Pending { wait });
    // RFC 8628 §3.5: `slow_down` adds five seconds, for all that follows.
    let wait = match expected(server).slows_down {
        true => interval + Duration::from_secs(5),
        false => interval,
    };
    let answer = client.poll(&mut login).await.expect("an answer");
    assert_eq!(answer, DeviceAnswer::Pending { wait });
}

pub async fn a_device_waits_for_its_user(server: &Server) {
    let client = server.public("television");
    let login = begin(server, &*client).await;
    let waiting = login.clone();
    let user = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        decide(&login, Decision::Allow).await
    };
    let (tokens, _) = tokio::join!(client.finish_device(waiting), user);
    let tokens = tokens.expect("the user has agreed");
    let user = client.userinfo(&tokens).await.expect("an answer");
    assert!(user.is_success());
}

pub async fn a_device_is_told_that_its_user_said_no(server: &Server) {
    let client = server.public("television");
    let mut login = begin(server, &*client).await;
    let browser = Browser::new(Decision::Deny);
    // By the address that has the code, where there is one.
    let complete = login.verification_uri_complete();
    let page = complete.unwrap_or(login.verification_uri());
    browser.enter_code(page, login.user_code()).await;
    let error = client.poll(&mut login).await;
    let error = error.expect_err("the user has said no");
    assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
    assert_eq!(error.endpoint(), Some(EndpointKind::Token), "{error:?}");
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied), "{error:?}");
    assert_eq!(error.status(), Some(400), "{error:?}");
}
