//! The same with clients that are made while the program runs, of a provider's JSON: whatever the
//! list of operations has, in every way in which a client may be made, is the request of the
//! generated client.

use oauth_atlas::provider::OperationKind;

use crate::driven::{COVERED, Driven, Given, Loaded, Way, loaded};

use super::walk::walk;
use super::{Wire, record};

#[tokio::test]
async fn a_client_made_at_run_time_sends_what_the_generated_one_sends() {
    let mut requests = 0;
    for covered in COVERED.iter().copied() {
        let provider = loaded(covered.provider);
        let mut wire = Wire::new(provider);
        let make = |way: &Way, given: &Given<'_>| -> Box<dyn Driven> {
            Box::new(Loaded::new(covered, provider, way, given))
        };
        walk(&mut wire, covered, provider, &make).await;
        let (typed, loaded) = (record(covered).await, wire.text);
        let mut lines = typed.lines().zip(loaded.lines());
        let different = lines.find(|(one, other)| one != other);
        assert_eq!(different, None, "{}", covered.id);
        assert_eq!(
            typed.lines().count(),
            loaded.lines().count(),
            "{}",
            covered.id
        );
        for operation in provider.operations() {
            let name = match operation.kind {
                OperationKind::CallApi => "API call".to_owned(),
                OperationKind::Extension => {
                    format!(
                        "grant {}",
                        provider.grant_of(operation).expect("a grant").name
                    )
                }
                kind => kind.word().replace('_', " "),
            };
            let title = format!(": {name}\n");
            assert!(typed.contains(&title), "{}: {name}", covered.id);
        }
        requests += typed.matches("\n# ").count() + 1;
    }
    assert!(requests > 1800, "{requests} requests");
}
