//! From the body of a response to its members.

use std::borrow::Cow;

use crate::http::message::HttpResponse;
use crate::provider::ResponseFormat;
use crate::text::form;
use crate::text::json::{Json, JsonError, parse_object_members};
use crate::text::member_path;

/// Hands every member of a body in this format to `visit`. If the body breaks off, the members before
/// that place have been handed over.
pub(crate) fn read<'body>(
    format: ResponseFormat,
    body: &'body [u8],
    visit: &mut dyn FnMut(Cow<'body, str>, Json),
) -> Result<(), JsonError> {
    match format {
        ResponseFormat::Json => parse_object_members(body, visit),
        ResponseFormat::Form => {
            of_form(body).for_each(|(name, value)| visit(name.into(), value));
            Ok(())
        }
    }
}

/// The members of an error response, if it has any. Servers that send tokens as a form send errors
/// as a form or as JSON.
pub(crate) fn of_error(response: &HttpResponse, format: ResponseFormat) -> Vec<(String, Json)> {
    match (response.json(), format) {
        (Ok(Json::Object(members)), _) => members,
        (Err(_), ResponseFormat::Form) => of_form(response.body()).collect(),
        _ => Vec::new(),
    }
}

/// The text of a member, unless it is empty.
pub(crate) fn text<'m, Name: AsRef<str>>(
    members: &'m [(Name, Json)],
    name: &str,
) -> Option<&'m str> {
    let text = member_path::find_name(members, name)?.as_str()?;
    Some(text).filter(|text| !text.is_empty())
}

fn of_form(body: &[u8]) -> impl Iterator<Item = (String, Json)> {
    form::pairs(body.trim_ascii()).map(|(name, value)| (name, Json::String(value)))
}
