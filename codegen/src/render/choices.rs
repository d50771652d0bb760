//! Enums of closed lists: environments, URL variables and authorize options.

use crate::layout::Items;
use crate::layout::known::item;
use crate::layout::literal::Literal;
use crate::model::{Provider, Value};
use crate::prose::{code, to_markdown};
use crate::render::enumeration;

pub(super) fn choices<'p>(provider: &'p Provider, items: &mut Items) {
    let name = to_markdown(&provider.name);
    if !provider.environments.is_empty() {
        let values = provider.environments.iter().map(|environment| {
            let about = environment.description.as_deref();
            (&*environment.name, &*environment.variant, about)
        });
        let about = format!("An environment of {name}: a set of hosts.");
        choice("Environment", &about, &values.collect::<Vec<_>>(), items);
    }
    let variables = provider
        .variables
        .iter()
        .filter_map(|variable| Some((variable.choice.as_ref()?, &variable.description)));
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options)
        .filter_map(|option| Some((option.choice.as_ref()?, &option.description)));
    for (values, description) in variables.chain(options) {
        let value = |one: &'p Value| (&*one.wire, &*one.variant, None);
        let listed: Vec<_> = values.values.iter().map(value).collect();
        choice(&values.type_name, &to_markdown(description), &listed, items);
    }
}

/// A value as the provider spells it, its variant, and what it means.
type Choice<'c> = (&'c str, &'c str, Option<&'c str>);

fn choice(type_name: &str, about: &str, values: &[Choice<'_>], items: &mut Items) {
    let head = item! {
        [name: Name = type_name]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {}
    };
    let mut variants = Items::in_block();
    for (wire, variant, about) in values {
        let about = match about {
            Some(about) => format!("{}: {}", code(wire), to_markdown(about)),
            None => format!("{}.", code(wire)),
        };
        variants.add(&about, &format!("    {variant},\n"));
    }
    items.add(about, &enumeration(&head, &variants));

    let wires = values.iter().map(|(wire, ..)| Literal::text(wire));
    let wires = Literal::Array(wires.collect()).laid_out("        ", "[self as usize]");
    let mut methods = Items::in_block();
    methods.add(
        "The value as the provider spells it.",
        &format!(
            "    #[inline]\n    #[must_use]\n    pub const fn as_str(self) -> &'static str {{\n\
             {wires}\n    }}\n"
        ),
    );
    items.add_block(&format!("impl {type_name}"), &methods);
}
