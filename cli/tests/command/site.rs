use crate::workspace::Workspace;

const OTHERS: &str = "<!DOCTYPE html>\n<title>Somebody's page</title>\n";

#[test]
fn the_first_run_writes_below_target() {
    let workspace = Workspace::new();
    let run = workspace.run(["site"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "");
    let folder = workspace.path("target/site");
    let messages = run.messages();
    assert_eq!(messages[0], "read 2 specs");
    let wrote = "wrote 7 files to target/site, 0 unchanged, ";
    assert!(messages[1].starts_with(wrote), "{run:?}");
    assert_eq!(messages[2], "open target/site/index.html");
    for name in [
        "index.html",
        "404.html",
        "acme.html",
        "globex.html",
        "site.css",
        "site.js",
    ] {
        assert!(folder.join(name).is_file(), "{name}");
    }
}

#[test]
fn the_second_run_writes_nothing() {
    let workspace = Workspace::new();
    workspace.run(["site"]);
    let before = workspace.times();
    let run = workspace.run(["site"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("wrote 0 files to "), "{run:?}");
    assert!(run.stderr.contains(", 7 unchanged, "), "{run:?}");
    assert_eq!(workspace.times(), before);
}

#[test]
fn a_page_whose_spec_is_gone_is_removed() {
    let workspace = Workspace::new();
    workspace.run(["site"]);
    workspace.remove("specs/globex.yaml");
    let run = workspace.run(["site"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("site/globex.html\n"), "{run:?}");
    assert!(!workspace.path("target/site/globex.html").exists());
    for page in ["index", "acme", "404"] {
        let text = workspace.read(&format!("target/site/{page}.html"));
        assert!(!text.to_lowercase().contains("globex"), "{page}");
    }
}

#[test]
fn a_folder_of_somebody_else_stays_as_it_is() {
    for (file, text) in [
        ("notes.txt", "Do not lose."),
        ("index.html", OTHERS),
        ("deep/er/notes.txt", "Do not lose."),
    ] {
        let workspace = Workspace::new();
        workspace.write(&format!("home/{file}"), text);
        let before = workspace.times();
        let folder = workspace.path("home");
        let run = workspace.run(["site".as_ref(), "--out".as_ref(), folder.as_os_str()]);
        assert_eq!(run.code, Some(3), "{run:?}");
        let named = file.split('/').next().unwrap_or_default();
        let says = format!(
            "error: cannot write {}: it holds {named}, ",
            folder.display()
        );
        assert!(run.stderr.contains(&says), "{run:?}");
        assert_eq!(workspace.times(), before);
    }
}

#[test]
fn a_file_added_to_a_site_is_not_lost() {
    let workspace = Workspace::new();
    workspace.run(["site"]);
    workspace.write("target/site/CNAME", "atlas.example");
    workspace.replace("specs/acme.yaml", "Read everything.", "Read all there is.");
    let run = workspace.run(["site"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("it holds CNAME, "), "{run:?}");
    assert_eq!(workspace.read("target/site/CNAME"), "atlas.example");
    let page = workspace.read("target/site/acme.html");
    assert!(page.contains("Read everything."), "{page}");
}

#[test]
fn an_empty_folder_may_be_given() {
    let workspace = Workspace::new();
    let folder = workspace.path("pages");
    std::fs::create_dir(&folder).expect("a writable folder");
    let run = workspace.run(["site".as_ref(), "--out".as_ref(), folder.as_os_str()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(folder.join("acme.html").is_file());
    assert!(!workspace.path("target").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let workspace = Workspace::new();
    workspace.write("pages", "a file where the folder should be");
    let folder = workspace.path("pages");
    let run = workspace.run(["site".as_ref(), "--out".as_ref(), folder.as_os_str()]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains(&*folder.to_string_lossy()), "{run:?}");
}

#[test]
fn a_mistake_in_a_spec_writes_nothing() {
    let workspace = Workspace::new();
    workspace.replace("specs/acme.yaml", "name: Acme", "nmae: Acme");
    let run = workspace.run(["site"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("specs/acme.yaml:1:1"), "{run:?}");
    assert!(!workspace.path("target").exists());
}
