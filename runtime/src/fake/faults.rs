//! Faults of providers, on demand.

use std::time::Duration;

use crate::error::EndpointKind;
use crate::fake::answer::Answer;
use crate::fake::store::MOST;

/// A fault in place of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Status 429, with `Retry-After` in seconds.
    RateLimited(u64),
    /// This status, such as 503, with an HTML page.
    Status(u16),
    /// Status 200 with an HTML page, as from a captive portal.
    HtmlPage,
    /// A delay before the response.
    Stall(Duration),
    /// A connection closed without a response.
    Disconnect,
}

/// Faults that are still to come.
#[derive(Default)]
pub(super) struct Faults(Vec<Planned>);

struct Planned {
    endpoint: Option<EndpointKind>,
    fault: Fault,
    times: u32,
}

impl Faults {
    pub(super) fn plan(&mut self, endpoint: Option<EndpointKind>, fault: Fault, times: u32) {
        self.0.retain(|planned| planned.times > 0);
        if self.0.len() == MOST {
            return;
        }
        self.0.push(Planned {
            endpoint,
            fault,
            times,
        });
    }

    /// The fault for a request to this endpoint, if there is one.
    pub(super) fn next(&mut self, endpoint: EndpointKind) -> Option<Fault> {
        self.0.retain(|planned| planned.times > 0);
        let mut planned = self.0.iter_mut();
        let next = planned.find(|one| one.endpoint.is_none_or(|only| only == endpoint))?;
        next.times -= 1;
        Some(next.fault.clone())
    }
}

impl Fault {
    /// What is sent in the place of an answer, if anything is.
    pub(super) fn answer(&self) -> Option<Answer> {
        match self {
            Self::RateLimited(seconds) => {
                let answer = Answer::html(429, "too many requests");
                Some(answer.header("retry-after", seconds.to_string()))
            }
            Self::Status(status) => Some(Answer::html(*status, "something is wrong here")),
            Self::HtmlPage => Some(Answer::html(200, "please log in")),
            Self::Stall(_) | Self::Disconnect => None,
        }
    }
}
