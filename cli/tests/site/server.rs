//! The site below a path of a server on this machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::site::SITE;

/// Below what path the site is.
const PREFIX: &str = "/atlas/v1/";

/// Serves for as long as the tests run, and answers the address of the site.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser that went away is no failure of the site.
            thread::spawn(move || answer(stream).unwrap_or_default());
        }
    });
    format!("http://127.0.0.1:{port}{PREFIX}")
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    // A request ends with an empty line.
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let path = first.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    let name = path.strip_prefix(PREFIX).unwrap_or("404.html");
    let name = if name.is_empty() { "index.html" } else { name };
    let (status, name) = match SITE.files.contains_key(name) {
        true => ("200 OK", name),
        false => ("404 Not Found", "404.html"),
    };
    let media_type = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        _ => "text/html",
    };
    let body = &SITE.files[name];
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\nx-content-type-options: nosniff\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
