//! What of a spec can be compared, and where the other side is.

use oauth_atlas_codegen::model::{Environment, Provider, VariableKind};

use crate::metadata::candidates;

/// A provider, or one of its environments.
#[derive(Debug)]
pub struct Target<'p> {
    pub provider: &'p Provider,
    pub environment: Option<&'p Environment>,
    /// The environment where none is chosen, or the provider where there are none.
    pub is_default: bool,
    /// Where its metadata is, the likeliest place first; nowhere, if the spec does not say.
    pub addresses: Vec<String>,
    /// The sources of the spec that are its metadata.
    pub sources: Vec<&'p str>,
}

impl<'p> Target<'p> {
    /// A provider, or each of its environments, whether metadata is known of them or not.
    pub fn all(provider: &'p Provider) -> Vec<Self> {
        let others = provider.environments.iter().skip(1);
        let others = others.map(|environment| Self::new(provider, Some(environment), false));
        [Self::default_of(provider)]
            .into_iter()
            .chain(others)
            .collect()
    }

    /// The provider, in its default environment.
    pub fn default_of(provider: &'p Provider) -> Self {
        Self::new(provider, provider.environments.first(), true)
    }

    /// Whether the spec says where its metadata is.
    pub fn is_known(&self) -> bool {
        !self.addresses.is_empty()
    }

    fn new(provider: &'p Provider, environment: Option<&'p Environment>, is_default: bool) -> Self {
        let metadata = environment.and_then(|environment| environment.metadata.as_ref());
        let mut sources = provider.sources.iter();
        let named = sources.find(|source| Some(&source.name) == metadata);
        let mut target = Self {
            provider,
            environment,
            is_default,
            addresses: Vec::new(),
            sources: Vec::new(),
        };
        let issuer = provider.issuer.as_ref().filter(|_| is_default);
        let issuer = issuer.map(|issuer| target.url(issuer));
        target.addresses = match (named, issuer) {
            (Some(source), _) => vec![source.url.clone()],
            (None, Some(issuer)) if !issuer.contains('{') => candidates(&issuer),
            _ => Vec::new(),
        };
        let sources = provider.sources.iter();
        let own = sources.filter(|source| target.addresses.contains(&source.url));
        target.sources = own.map(|source| source.name.as_str()).collect();
        target
    }

    /// `gemini`, `gemini.sandbox`: the name of its document in a folder, and in messages.
    pub fn name(&self) -> String {
        match self.environment {
            Some(environment) if !self.is_default => {
                format!("{}.{}", self.provider.id, environment.name)
            }
            _ => self.provider.id.clone(),
        }
    }

    /// Whether a fact with these sources is one that the metadata said when it was read.
    pub fn cites(&self, sources: &[String]) -> bool {
        match self.provider.sources.as_slice() {
            // With a single source, every fact comes from it.
            [only] => self.sources.contains(&only.name.as_str()),
            _ => sources
                .iter()
                .any(|name| self.sources.contains(&name.as_str())),
        }
    }

    /// A URL of the spec, with the hosts of this environment and the variables' own values. What
    /// only a caller knows stays between braces.
    pub fn url(&self, template: &str) -> String {
        let mut url = match self.environment {
            Some(environment) => environment.fill_in(template),
            None => template.to_owned(),
        };
        for variable in &self.provider.variables {
            if let Some(default) = &variable.default {
                url = url.replace(&format!("{{{}}}", variable.name), default);
            } else if variable.optional {
                url = url.replace(&format!("/{{{}}}", variable.name), "");
            }
        }
        url
    }

    /// Whether what stands between braces may open a URL.
    pub fn opens_with_variable(&self, url: &str) -> bool {
        self.provider.variables.iter().any(|variable| {
            matches!(variable.kind, VariableKind::BaseUrl)
                && url.starts_with(&format!("{{{}}}", variable.name))
        })
    }
}
