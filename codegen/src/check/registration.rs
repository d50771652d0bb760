//! How a program becomes a client.

use crate::decode::Reader;
use crate::spec::Spec;

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let registration = spec.registration.given();
    let Some(uris) = registration.and_then(|one| one.redirect_uris.given()) else {
        return;
    };
    let accepted = uris.accepts.given().map_or(&[][..], |many| &many.0);
    for refused in uris.refuses.given().iter().flat_map(|many| &many.0) {
        if let Some(accepted) = accepted.iter().find(|one| one.value == refused.value) {
            let form = refused.value.word();
            reader.explain(
                format!("`{form}` is accepted and refused"),
                &[
                    (refused.place(), "refused here"),
                    (accepted.place(), "accepted here"),
                ],
                Some(
                    "keep what the provider's page says, and the rest in `description`".to_owned(),
                ),
            );
        }
    }
    if let Some(maximum) = uris.maximum.given()
        && maximum.value.0 == 0
    {
        reader.mistake_with_help(
            maximum.place(),
            "a client without a redirect URI could not log anyone in",
            "write how many a client may have, or leave it out",
        );
    }
}
