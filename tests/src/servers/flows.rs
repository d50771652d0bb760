//! Every flow that is tried with every server, and what the expectations have to say for it.

mod callback;
mod certificates;
mod clients;
mod device;
mod discovery;
mod hooks;
mod login;
mod misuse;
mod refresh;
mod refusals;
mod registration;
mod revocation;
mod signing;

use std::future::Future;
use std::pin::Pin;

use crate::metadata;
use crate::outcome::Outcome;
use crate::server::Server;

pub struct Flow {
    pub name: &'static str,
    /// What the server is expected to do, in a few words; none where the flow is none of its.
    pub expected: fn(&Server) -> Option<String>,
    pub run: for<'s> fn(&'s Server) -> Run<'s>,
}

type Run<'s> = Pin<Box<dyn Future<Output = ()> + 's>>;

macro_rules! flows {
    ($($module:ident::$name:ident: $expected:expr,)*) => {
        &[$(Flow {
            name: stringify!($name),
            expected: $expected,
            run: |server| Box::pin($module::$name(server)),
        },)*]
    };
}

/// In the order of the table in the README.
pub const ALL: &[Flow] = flows! {
    metadata::its_metadata_agrees_with_the_spec: |server| {
        server.expected.metadata.as_ref().map(|_| yes())
    },
    registration::a_program_registers_itself: registers,
    registration::a_registration_is_read_changed_and_deleted: registers,
    registration::a_registration_that_is_not_allowed_is_refused: registers,
    discovery::an_issuer_is_enough_to_log_in: |server| {
        server.expected.metadata.as_ref().map(|_| yes())
    },
    login::a_login_gives_tokens_for_the_user: always,
    login::a_login_may_be_pushed: |server| {
        server.spec.pushed_authorization_request.as_ref().map(|_| yes())
    },
    misuse::a_pushed_login_is_for_its_client_and_one_browser: |server| {
        server.spec.pushed_authorization_request.as_ref().map(|_| yes())
    },
    signing::a_login_may_be_signed: |server| {
        server.spec.request_object.as_ref().map(|_| yes())
    },
    login::tokens_may_be_bound_to_a_key: |server| server.spec.dpop.as_ref().map(|_| yes()),
    misuse::a_proof_is_for_one_request: |server| server.spec.dpop.as_ref().map(|_| yes()),
    login::an_id_token_is_for_the_client: |server| server.expected.login.id_token.then(yes),
    discovery::an_id_token_of_another_is_refused: |server| {
        discovery::is_openid(server).then(yes)
    },
    login::a_callback_may_be_a_form: |server| server.expected.form_post.then(yes),
    callback::a_callback_that_is_not_the_answer_is_not_used: always,
    callback::a_callback_of_another_issuer_is_not_used: |server| {
        let sends = match server.spec.issuer_in_callback {
            true => "sends `iss`",
            false => "sends none",
        };
        server.spec.issuer.as_ref().map(|_| sends.to_owned())
    },
    refusals::a_user_says_no: always,
    refusals::an_unknown_redirect_uri_leads_nowhere: |server| {
        text(&server.expected.unknown_redirect_uri)
    },
    refusals::a_code_is_good_for_one_exchange: |server| text(&server.expected.code.again),
    refusals::a_stolen_code_lacks_its_verifier: |server| {
        text(&server.expected.code.other_verifier)
    },
    clients::a_public_client_logs_in_and_out: |server| match &server.expected.revocation {
        Some(revocation) => text(&revocation.public),
        None => Some("logs in".to_owned()),
    },
    clients::a_secret_may_stand_in_the_body: always,
    clients::basic_is_read_in_its_way: |server| {
        let basic = &server.expected.basic;
        let way = |outcome: &Outcome, word| outcome.is_accepted().then_some(word);
        let ways = [
            way(&basic.odd.encoded, "encoded"),
            way(&basic.odd.raw, "raw"),
            way(&basic.spaced.encoded, "spaces encoded"),
            way(&basic.spaced.raw, "spaces raw"),
        ];
        let ways: Vec<_> = ways.into_iter().flatten().collect();
        Some(ways.join(", "))
    },
    signing::a_key_signs_each_request: |server| server.expected.signing.as_ref().map(|_| yes()),
    signing::an_assertion_is_good_for_one_request: |server| {
        let signing = server.expected.signing.as_ref()?;
        text(&signing.again)
    },
    signing::a_secret_signs_each_request: |server| {
        let signing = server.expected.signing.as_ref()?;
        signing.mac.then(yes)
    },
    certificates::a_certificate_says_who_the_client_is: |server| {
        let certificates = server.expected.certificates.as_ref()?;
        text(&certificates.other)
    },
    clients::a_client_gets_tokens_for_itself: always,
    clients::a_password_is_a_grant_of_its_own: |server| {
        server.expected.password.as_ref().map(|_| yes())
    },
    refresh::a_refresh_gives_another_refresh_token: always,
    refresh::a_refresh_token_is_good_for_one_refresh: |server| {
        let refresh = &server.expected.refresh;
        let end = match refresh.successor.is_accepted() {
            true => "",
            false => ", ends the family",
        };
        Some(format!("{}{end}", refresh.again))
    },
    refresh::a_dead_refresh_token_is_refused: |server| text(&server.expected.refresh.unknown),
    refresh::many_tasks_renew_once: always,
    refresh::a_call_that_is_refused_is_made_again_with_a_fresh_token: |server| {
        // Where nothing is refused there is nothing to renew for.
        (!server.expected.bad_token.is_accepted()).then(yes)
    },
    revocation::a_revoked_token_is_inactive: |server| {
        let revocation = server.expected.revocation.as_ref()?;
        let takes = revocation.takes_refresh_token;
        Some(match (revocation.works, takes) {
            (false, _) => "has no effect".to_owned(),
            (true, true) => "takes the refresh token along".to_owned(),
            (true, false) => yes(),
        })
    },
    revocation::a_token_that_is_none_is_refused: |server| text(&server.expected.bad_token),
    device::a_device_waits_for_its_user: has_device,
    device::a_device_that_asks_too_often_is_told: |server| {
        let device = server.expected.device.as_ref()?;
        Some(if device.slows_down { "`slow_down`" } else { "not minded" }.to_owned())
    },
    device::a_device_polls_until_its_user_agrees: has_device,
    device::a_device_is_told_that_its_user_said_no: has_device,
    refusals::a_wrong_secret_is_refused: |server| text(&server.expected.wrong_secret.basic),
    refusals::a_method_that_the_client_is_not_registered_for: |server| {
        text(&server.expected.other_method)
    },
    refusals::a_grant_that_it_lacks_is_refused: |server| text(&server.expected.grants.unknown),
    refusals::a_grant_that_the_client_may_not_use: |server| {
        text(&server.expected.grants.not_allowed)
    },
    refusals::an_unknown_scope_is_refused: |server| {
        text(&server.expected.unknown_scope.client_credentials)
    },
    hooks::a_callback_of_no_honest_server_is_understood: has_hooks,
    hooks::an_answer_of_no_honest_server_is_understood: has_hooks,
};

fn yes() -> String {
    "yes".to_owned()
}

fn always(_: &Server) -> Option<String> {
    Some(yes())
}

fn registers(server: &Server) -> Option<String> {
    server.expected.registration.then(yes)
}

fn text(outcome: &Outcome) -> Option<String> {
    Some(outcome.to_string())
}

fn has_device(server: &Server) -> Option<String> {
    server.expected.device.as_ref().map(|_| yes())
}

fn has_hooks(server: &Server) -> Option<String> {
    server.expected.hooks.as_ref().map(|_| yes())
}
