//! The kernel's keyring, which the processes of one session share.

use std::sync::Arc;

use keyring_core::CredentialStore;

/// # Panics
///
/// Where the kernel has no keyring.
#[cfg(target_os = "linux")]
#[must_use]
pub fn store() -> Arc<CredentialStore> {
    linux_keyutils_keyring_store::Store::new().expect("a keyring")
}

/// # Panics
///
/// Always: [`is_usable`] says so.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn store() -> Arc<CredentialStore> {
    panic!("a keyring that needs no desktop is Linux's alone")
}

/// Whether there is one with room for what the tests keep: a user may have 20,000 bytes in it unless
/// the machine allows more.
#[cfg(target_os = "linux")]
#[must_use]
pub fn is_usable() -> bool {
    let Ok(store) = linux_keyutils_keyring_store::Store::new() else {
        return false;
    };
    let store: Arc<CredentialStore> = store;
    let service = format!("oauth-atlas-tests room {}", std::process::id());
    let entries = ["one", "another", "third"].map(|user| {
        let entry = keyring_core::Entry::new_in_store(&store, &service, user);
        entry.and_then(|entry| entry.set_secret(&[0; 20_000]).map(|()| entry))
    });
    let is_room = entries.iter().all(Result::is_ok);
    for entry in entries.into_iter().flatten() {
        let _ = entry.delete_credential();
    }
    is_room
}

#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn is_usable() -> bool {
    false
}
