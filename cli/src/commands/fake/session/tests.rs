//! What is printed is pasted into a real shell, for every provider.

use std::process::Command;

use oauth_atlas_runtime::fake::Fake;

use super::script;
use crate::requests;
use crate::requests::tests::providers;

#[test]
#[cfg_attr(not(all(has_sh, has_curl)), ignore = "needs sh and curl on the path")]
fn every_provider_takes_what_is_pasted() {
    let (mut sent, mut wrong) = (0, Vec::new());
    for provider in providers("specs") {
        let fake = Fake::new(provider.description().constant())
            .client(super::super::CLIENT_ID, super::super::CLIENT_SECRET)
            .public_client(super::super::PUBLIC_CLIENT_ID)
            .start_blocking()
            .expect("a free port");
        let requests = requests::at(&provider, fake.origin()).expect("requests");
        let script = script(&provider, &fake, &requests);
        let output = Command::new("sh").args(["-c", &script]).output();
        assert!(output.expect("a shell").status.success(), "{script}");
        let seen = fake.requests();
        assert_eq!(
            seen.len(),
            script.matches("curl ").count(),
            "{}: {script}",
            provider.id
        );
        for seen in &seen {
            let refusal = seen.refusal.as_deref().unwrap_or_default();
            // What the user has not decided, and what the first scopes do not reach.
            let is_fine = ["", "authorization_pending", "insufficient_scope"]
                .iter()
                .any(|fine| refusal.split(':').next() == Some(*fine));
            if !is_fine {
                wrong.push(format!("{}: {seen}", provider.id));
            }
        }
        sent += seen.len();
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(sent > 250, "{sent} requests were sent");
}
