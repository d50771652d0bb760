//! Which module knows which: the rooms of the libraries in their order, and no circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree};

/// The rooms of the runtime in the order of a request's way. A file knows rooms above its own.
const RUNTIME: [&str; 11] = [
    "text",
    "provider",
    "http",
    "error",
    "client",
    "request",
    "kept",
    "response",
    "operation",
    "core",
    "fake",
];

/// Those of the generator, from the text to the files.
const CODEGEN: [&str; 22] = [
    "text",
    "threads",
    "files",
    "layout",
    "prose",
    "name",
    "yaml",
    "scope_table",
    "language",
    "decode",
    "spec",
    "check",
    "model",
    "lower",
    "load",
    "facts",
    "guide",
    "render",
    "published",
    "part",
    "memory",
    "generate",
];

#[test]
fn the_runtime_knows_rooms_in_one_direction() {
    let modules = Modules::of("../runtime/src");
    modules.are_in_order(&RUNTIME);
    modules.have_no_circles();
}

#[test]
fn the_generator_knows_rooms_in_one_direction() {
    let modules = Modules::of("../codegen/src");
    modules.are_in_order(&CODEGEN);
    modules.have_no_circles();
}

#[test]
fn the_description_has_no_circles() {
    Modules::of("../runtime/description/src").have_no_circles();
}

/// Rooms whose files are modules of their own. Elsewhere a file and what stands below it are one.
const OF_FILES: [&str; 9] = [
    "text",
    "http",
    "client",
    "request",
    "kept",
    "response",
    "operation",
    "yaml",
    "language",
];

/// A module by the names on the way to it.
type Name = Vec<String>;

/// What each module of a crate uses of the others, without its tests.
struct Modules {
    uses: BTreeMap<Name, BTreeSet<Name>>,
}

impl Modules {
    fn of(folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut files = Vec::new();
        collect(&root, &mut files);
        let files: Vec<(Name, syn::File)> = files
            .iter()
            .map(|path| {
                let text = fs::read_to_string(path).expect("a source file");
                let file = syn::parse_file(&text).expect("Rust");
                (
                    name(path.strip_prefix(&root).expect("below the root")),
                    file,
                )
            })
            .collect();
        let known: BTreeSet<Name> = files.iter().map(|(name, _)| name.clone()).collect();
        assert!(known.len() > 3, "{folder} has modules");
        let mut uses: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for (name, file) in &files {
            let mut paths = Paths {
                module: name,
                known: &known,
                found: BTreeSet::new(),
            };
            paths.visit_file(file);
            let own = whole(name);
            let found = paths.found.iter().map(whole).filter(|used| *used != own);
            uses.entry(own.clone()).or_default().extend(found);
        }
        Self { uses }
    }

    fn are_in_order(&self, rooms: &[&str]) {
        let place = |name: &Name| rooms.iter().position(|room| *room == name[0]);
        for (module, uses) in &self.uses {
            for used in uses.iter().filter(|used| used[0] != module[0]) {
                if let (Some(own), Some(other)) = (place(module), place(used)) {
                    assert!(other < own, "{} uses {}", shown(module), shown(used));
                }
            }
        }
    }

    /// Takes out whatever uses nothing that is left; what remains goes in circles.
    fn have_no_circles(&self) {
        let mut left = self.uses.clone();
        loop {
            let before = left.len();
            let ends = |uses: &BTreeSet<Name>| !uses.iter().any(|used| left.contains_key(used));
            let done: Vec<Name> = left
                .iter()
                .filter(|(_, uses)| ends(uses))
                .map(|(name, _)| name.clone())
                .collect();
            left.retain(|name, _| !done.contains(name));
            if left.len() == before {
                break;
            }
        }
        let circle: Vec<String> = left
            .iter()
            .map(|(name, uses)| {
                let uses = uses.iter().filter(|used| left.contains_key(*used));
                let uses: Vec<_> = uses.map(shown).collect();
                format!("{} uses {}", shown(name), uses.join(", "))
            })
            .collect();
        assert!(circle.is_empty(), "in a circle:\n{}", circle.join("\n"));
    }
}

/// The module that a file is a part of.
fn whole(name: &Name) -> Name {
    let depth = if OF_FILES.contains(&name[0].as_str()) {
        2
    } else {
        1
    };
    name[..depth.min(name.len())].to_vec()
}

fn shown(name: &Name) -> String {
    name.join("::")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().unwrap_or_default();
        // What is compiled for tests only may look everywhere.
        if stem == "tests" || stem == "fixtures" {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && stem != "lib" {
            files.push(path);
        }
    }
}

fn name(path: &Path) -> Name {
    let path = path.with_extension("");
    let parts = path.iter().map(|part| part.to_string_lossy().into_owned());
    parts.collect()
}

struct Paths<'a> {
    module: &'a Name,
    known: &'a BTreeSet<Name>,
    found: BTreeSet<Name>,
}

impl Paths<'_> {
    /// Takes down the module that a path leads into, if it is one of this crate.
    fn add(&mut self, path: &[String]) {
        let mut rest = path;
        let mut base = match path.first().map(String::as_str) {
            Some("crate" | "$crate") => {
                rest = &rest[1..];
                Vec::new()
            }
            Some("self") => {
                rest = &rest[1..];
                self.module.clone()
            }
            Some("super") => self.module.clone(),
            Some(child) => {
                let mut name = self.module.clone();
                name.push(child.to_owned());
                if !self.known.contains(&name) {
                    return;
                }
                self.module.clone()
            }
            None => return,
        };
        while rest.first().is_some_and(|part| part == "super") {
            base.pop();
            rest = &rest[1..];
        }
        let mut longest = self.known.contains(&base).then(|| base.clone());
        for part in rest {
            base.push(part.clone());
            if self.known.contains(&base) {
                longest = Some(base.clone());
            }
        }
        if let Some(used) = longest.filter(|used| used != self.module) {
            self.found.insert(used);
        }
    }

    fn add_tree(&mut self, before: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add_tree(before, &path.tree);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(before, tree);
                }
            }
            UseTree::Name(name) => self.add_last(before, name.ident.to_string()),
            UseTree::Rename(rename) => self.add_last(before, rename.ident.to_string()),
            UseTree::Glob(_) => self.add(before),
        }
    }

    fn add_last(&mut self, before: &[String], last: String) {
        self.add(&[before, &[last]].concat());
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|word| word == "test")
    })
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_skipped = match item {
            Item::Mod(module) => is_for_tests(&module.attrs),
            Item::Fn(function) => is_for_tests(&function.attrs),
            Item::Impl(block) => is_for_tests(&block.attrs),
            _ => false,
        };
        if !is_skipped {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.add_tree(&mut Vec::new(), &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        self.add(&parts.collect::<Vec<_>>());
        visit::visit_path(self, path);
    }
}
