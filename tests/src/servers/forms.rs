//! As much of HTML as a login page has: its forms and links.

/// What a page lets its reader do.
#[derive(Debug, Default)]
pub struct Page {
    pub forms: Vec<Form>,
    pub links: Vec<Link>,
}

#[derive(Debug, Default)]
pub struct Form {
    id: String,
    pub action: String,
    pub method: String,
    /// What is sent whichever button is pressed.
    pub fields: Vec<Field>,
    pub buttons: Vec<Button>,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// The type of the `<input>`.
    pub kind: String,
}

#[derive(Clone, Debug)]
pub struct Button {
    /// Empty where the button adds nothing to the form.
    pub name: String,
    pub value: String,
    pub text: String,
}

#[derive(Debug)]
pub struct Link {
    pub url: String,
    pub text: String,
}

impl Page {
    pub fn read(html: &str) -> Self {
        let mut page = Self::default();
        // A button may name its form, which may come later.
        let mut buttons: Vec<(Option<String>, Button)> = Vec::new();
        let mut open_form = None;
        for tag in tags(html) {
            let text = |name| tag.attribute(name).unwrap_or_default();
            match tag.name.as_str() {
                "form" => {
                    let id = tag.attribute("id");
                    let id = id.unwrap_or_else(|| format!("form {}", page.forms.len()));
                    open_form = Some(id.clone());
                    page.forms.push(Form {
                        id,
                        action: text("action"),
                        method: text("method").to_lowercase(),
                        ..Form::default()
                    });
                }
                "/form" => open_form = None,
                "a" => page.links.push(Link {
                    url: text("href"),
                    text: tag.text.clone(),
                }),
                "input" | "button" => {
                    let kind = tag.attribute("type").unwrap_or_default().to_lowercase();
                    let is_button = tag.name == "button" && kind != "button" && kind != "reset";
                    if is_button || kind == "submit" {
                        let button = Button {
                            name: text("name"),
                            value: text("value"),
                            text: tag.text.clone(),
                        };
                        let form = tag.attribute("form").or_else(|| open_form.clone());
                        buttons.push((form, button));
                    } else if tag.name == "input"
                        && open_form.is_some()
                        && let Some(name) = tag.attribute("name")
                        && let Some(form) = page.forms.last_mut()
                    {
                        let is_box = kind == "checkbox" || kind == "radio";
                        if !is_box || tag.attribute("checked").is_some() {
                            let value = tag.attribute("value");
                            let value = value.unwrap_or(if is_box { "on" } else { "" }.into());
                            form.fields.push(Field { name, value, kind });
                        }
                    }
                }
                _ => {}
            }
        }
        for (form, button) in buttons {
            let form = page
                .forms
                .iter_mut()
                .find(|one| Some(&one.id) == form.as_ref());
            if let Some(form) = form {
                form.buttons.push(button);
            }
        }
        page
    }
}

struct Tag {
    /// In lower case, with the slash of an end tag.
    name: String,
    attributes: Vec<(String, String)>,
    /// What follows, up to the next tag.
    text: String,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(other, _)| other == name)
            .map(|(_, value)| unescape(value))
    }
}

fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let (tag, after) = tag(rest);
        rest = after;
        tags.push(Tag {
            text: unescape(rest.split('<').next().unwrap_or_default().trim()),
            ..tag
        });
    }
    tags
}

/// Reads what stands between `<` and `>`.
fn tag(text: &str) -> (Tag, &str) {
    let is_end = |c: char| c.is_ascii_whitespace() || c == '>';
    let end = text.find(is_end).unwrap_or(text.len());
    let mut tag = Tag {
        name: text[..end].to_lowercase(),
        attributes: Vec::new(),
        text: String::new(),
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        if rest.is_empty() {
            return (tag, rest);
        }
        let end = rest.find(|c| is_end(c) || c == '=').unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = &after[1..];
                    inside.split_once(quote).unwrap_or((inside, ""))
                }
                _ => after.split_at(after.find(is_end).unwrap_or(after.len())),
            };
        } else if end == 0 {
            // A character that begins no attribute.
            rest = rest.get(1..).unwrap_or_default();
        }
        tag.attributes.push((name, value.to_owned()));
    }
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, character) in [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        // The last, so that what it makes is not read again.
        ("&amp;", "&"),
    ] {
        text = text.replace(escaped, character);
    }
    text
}

/// Checks it with what pages do.
pub fn are_read_as_a_browser_does() {
    let page = Page::read(
        r#"<!DOCTYPE html><p class=red>Hello</p>
        <form id="f" action="/in?a=1&amp;b=2" METHOD='POST'>
          <input type="hidden" name="token" value="&quot;x&quot;"/>
          <input required name=login>
          <input type=checkbox name=stay checked><input type=checkbox name=spam>
          <input type="button" value="nothing">
          <button>Go</button>
        </form>
        <button type="submit" form="f" name="abort" value="yes">[ Abort ]</button>
        <a href="/out">Cancel</a>"#,
    );
    let form = &page.forms[0];
    assert_eq!(
        (form.action.as_str(), form.method.as_str()),
        ("/in?a=1&b=2", "post")
    );
    let fields: Vec<_> = form.fields.iter().map(|f| (&*f.name, &*f.value)).collect();
    assert_eq!(
        fields[..3],
        [("token", "\"x\""), ("login", ""), ("stay", "on")]
    );
    let buttons: Vec<_> = form.buttons.iter().map(|b| (&*b.name, &*b.text)).collect();
    assert_eq!(buttons, [("", "Go"), ("abort", "[ Abort ]")]);
    assert_eq!(
        (&*page.links[0].url, &*page.links[0].text),
        ("/out", "Cancel")
    );
}
