//! A login whose verifier somebody else made, as one has who steals a code.

use oauth_atlas::Pending;
use serde_json::json;

pub fn with_another_verifier(pending: &Pending) -> Pending {
    let mut stored = serde_json::to_value(pending).expect("a pending login serializes");
    let member = stored.get_mut("code_verifier").expect("it has a verifier");
    *member = json!("another-verifier-that-is-forty-three-letters");
    serde_json::from_value(stored).expect("a pending login is read back")
}
