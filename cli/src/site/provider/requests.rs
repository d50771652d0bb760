//! The requests of a provider's client, as lines for a terminal.

use maud::{Markup, html};

use crate::requests::Request;
use crate::site::page;
use crate::site::prose::capital;

pub fn body(requests: &[Request]) -> Option<Markup> {
    let mut shown: Vec<(&Request, Vec<&str>)> = Vec::new();
    for request in requests {
        match shown.iter_mut().find(|(other, _)| other.is_like(request)) {
            Some((_, clients)) => clients.push(request.client.word()),
            None => shown.push((request, vec![request.client.word()])),
        }
    }
    let has_kinds = requests
        .iter()
        .any(|request| request.client != requests[0].client);
    (!shown.is_empty()).then(|| {
        html! {
            p {
                "The requests of the Rust client. " code { "$NAMES" } " are your values."
            }
            @for (request, clients) in &shown {
                h3 {
                    (capital(&request.title()))
                    @if has_kinds && clients.len() == 1 { " " small { (clients[0]) " client" } }
                }
                @if let Some(note) = &request.note { p { (capital(note)) "." } }
                (page::code(&request.curl(), &request.title()))
            }
        }
    })
}
