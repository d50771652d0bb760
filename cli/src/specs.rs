//! The specs that a command is about: those of a folder, or those that are built in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use oauth_atlas_codegen::{self as codegen, Source};

use crate::failure::Failure;
use crate::generate::{self, Package};
use crate::program;

/// The folder that is looked for.
const FOLDER: &str = "specs";

/// The most names that are offered for a wrong one.
const NAMES: usize = 5;

#[derive(Debug)]
pub struct Specs {
    folder: Option<Folder>,
}

#[derive(Debug)]
pub struct Folder {
    pub path: PathBuf,
    /// As messages show it: as it was typed, or relative to where the program runs.
    pub shown_as: String,
}

/// The spec in a file that somebody named.
pub fn read(file: &Path) -> Result<Source, Failure> {
    let shown_as = file.display().to_string();
    Source::read(file, &shown_as)
        .map_err(|error| Failure::files(format_args!("read {shown_as}"), &error))
}

/// The specs of all providers of Oauth Atlas, as they were when the program was built.
#[cfg(feature = "built-in")]
fn built_in() -> Vec<Source> {
    let tables: std::collections::BTreeMap<_, _> =
        oauth_atlas_specs::SCOPES.iter().copied().collect();
    let specs = oauth_atlas_specs::SPECS.iter();
    let sources = specs.map(|(name, text)| {
        let source = Source::new(format!("{FOLDER}/{name}.yaml"), *text);
        match tables.get(name) {
            Some(table) => source.with_scopes(*table),
            None => source,
        }
    });
    sources.collect()
}

/// None: a build for a checkout, which has them in a folder.
#[cfg(not(feature = "built-in"))]
fn built_in() -> Vec<Source> {
    Vec::new()
}

impl Specs {
    /// The folder that was given, or the nearest `specs` here or above with a spec in it, or what is
    /// built in.
    pub fn find(given: Option<PathBuf>, only_built_in: bool) -> Self {
        let folder = match given {
            _ if only_built_in => None,
            Some(path) => Some(Folder {
                shown_as: path.display().to_string(),
                path,
            }),
            None => nearest(),
        };
        Self { folder }
    }

    /// All of them.
    pub fn all(&self) -> Result<Vec<Source>, Failure> {
        match &self.folder {
            Some(Folder { path, shown_as }) => generate::read_folder(path, shown_as),
            None => built_in_or_failure(),
        }
    }

    /// The spec that is meant: a file, or a provider by its module or its own name. What the folder
    /// lacks may be built in.
    pub fn named(&self, provider: &str) -> Result<Source, Failure> {
        let path = Path::new(provider);
        if provider.contains(['/', '\\']) || provider.ends_with(".yaml") {
            return read(path);
        }
        let mut specs = self.all()?;
        let are_there: Vec<_> = specs.iter().map(|one| one.id().to_owned()).collect();
        let others = built_in().into_iter();
        specs.extend(others.filter(|one| !are_there.iter().any(|id| id == one.id())));
        let module = provider.to_lowercase();
        if let Some(index) = specs.iter().position(|one| one.id() == module) {
            return Ok(specs.swap_remove(index));
        }
        let names: Vec<_> = specs.iter().map(Names::of).collect();
        match names.iter().position(|names| names.are(provider)) {
            Some(index) => Ok(specs.swap_remove(index)),
            None if path.is_file() => read(path),
            None => Err(Failure::Arguments(unknown(provider, &names))),
        }
    }

    /// The file of a spec, for commands that write beside it.
    pub fn path(&self, provider: &str) -> Result<PathBuf, Failure> {
        let path = Path::new(provider);
        if provider.contains(['/', '\\']) || provider.ends_with(".yaml") {
            return Ok(path.to_owned());
        }
        let folder = self.folder()?;
        let source = self.named(provider)?;
        let path = folder.path.join(format!("{}.yaml", source.id()));
        match path.is_file() {
            true => Ok(path),
            false => Err(Failure::Arguments(format!(
                "the spec of {provider} is built in, and not in {}",
                folder.shown_as
            ))),
        }
    }

    /// The folder, for commands that are about nothing else.
    pub fn folder(&self) -> Result<&Folder, Failure> {
        self.folder.as_ref().ok_or_else(|| {
            Failure::Arguments(format!(
                "there is no folder `{FOLDER}` with a .yaml file in it, neither here nor above\n\n\
                 --specs names a folder elsewhere; `{} new` begins a spec",
                program::name()
            ))
        })
    }

    /// Where a new spec goes: into the folder, or into one that is made here.
    pub fn folder_for_new(&self) -> Folder {
        match &self.folder {
            Some(Folder { path, shown_as }) => Folder {
                path: path.clone(),
                shown_as: shown_as.clone(),
            },
            None => Folder {
                path: FOLDER.into(),
                shown_as: FOLDER.to_owned(),
            },
        }
    }

    /// Whether they are those of Oauth Atlas, whose modules are in the published crate.
    pub fn are_published(&self) -> bool {
        self.folder.as_ref().is_none_or(Folder::is_of_checkout)
    }

    /// Whether they are what the program brings along.
    pub fn are_built_in(&self) -> bool {
        self.folder.is_none()
    }
}

impl Folder {
    /// The modules of a package, from the specs of this folder.
    pub fn package(&self, out: PathBuf) -> Package {
        Package {
            specs: self.path.clone(),
            specs_shown_as: self.shown_as.clone(),
            out,
            program: program::name(),
        }
    }

    /// A folder beside this one, or a file.
    pub fn beside(&self, path: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// Whether it is that of Oauth Atlas itself.
    pub fn is_of_checkout(&self) -> bool {
        self.beside("xtask/Cargo.toml").is_file()
    }
}

fn nearest() -> Option<Folder> {
    let here = env::current_dir().ok()?;
    let mut shown_as = FOLDER.to_owned();
    for above in here.ancestors() {
        if has_spec(&above.join(FOLDER)) {
            return Some(Folder {
                path: PathBuf::from(&shown_as),
                shown_as,
            });
        }
        shown_as.insert_str(0, "../");
    }
    None
}

fn has_spec(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // One with the wrong ending is told of where the folder is read.
        let ends = name.ends_with(".yaml") || name.ends_with(".yml");
        ends && !name.starts_with('.')
    })
}

fn built_in_or_failure() -> Result<Vec<Source>, Failure> {
    match built_in() {
        none if none.is_empty() => Err(Failure::Arguments(
            "this program was built without specs; --specs names a folder with some".to_owned(),
        )),
        specs => Ok(specs),
    }
}

/// What a provider is called.
struct Names {
    module: String,
    /// In lower case.
    all: Vec<String>,
}

impl Names {
    fn of(source: &Source) -> Self {
        let module = source.id().to_owned();
        let mut all = vec![module.to_lowercase()];
        // A spec with mistakes still has a name.
        if let Ok(providers) = codegen::load(std::slice::from_ref(source)) {
            all.extend(providers.iter().map(|one| one.name.to_lowercase()));
        }
        Self { module, all }
    }

    fn are(&self, name: &str) -> bool {
        self.all.contains(&name.to_lowercase())
    }

    /// How far a name is from the nearest of these; `None` where it is too far to be meant.
    fn distance(&self, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        let near = |known: &String| {
            let contains = name.len() > 2 && known.contains(&name);
            let distance = strsim::damerau_levenshtein(&name, known);
            (contains || distance <= known.len().max(name.len()) / 3).then_some(distance)
        };
        self.all.iter().filter_map(near).min()
    }
}

fn unknown(name: &str, known: &[Names]) -> String {
    let mut near: Vec<_> = known
        .iter()
        .filter_map(|names| Some((names.distance(name)?, names.module.as_str())))
        .collect();
    near.sort_unstable();
    let near: Vec<_> = near
        .into_iter()
        .take(NAMES)
        .map(|(_, module)| format!("`{module}`"))
        .collect();
    let help = match near.as_slice() {
        [] => format!(
            "`{} list` lists all; a path names a spec that is kept elsewhere",
            program::name()
        ),
        [one] => format!("did you mean {one}?"),
        [others @ .., last] => format!("did you mean {} or {last}?", others.join(", ")),
    };
    format!("there is no provider `{name}`\n\n{help}")
}
