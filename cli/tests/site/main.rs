//! The site of this repository's specs, written by the built command: its files, and its pages in
//! a browser.

mod browser;
mod driver;
mod files;
mod server;
mod site;
