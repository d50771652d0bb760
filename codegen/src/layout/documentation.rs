//! Documentation in lines, as it stands behind the comment signs.

/// The widest line of documentation, without the comment signs.
const WIDTH: usize = 92;

/// Writes documentation in lines of at most [`WIDTH`] characters, each behind the comment sign. Code
/// keeps its lines.
pub(crate) fn write_documentation(text: &str, sign: &str, written: &mut String) {
    let mut code = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        written.push_str(sign);
        if code || fence || line.len() <= WIDTH && !line.starts_with(' ') {
            written.push(' ');
            written.push_str(line);
            end_line(written);
        } else {
            wrap(line, sign, written);
        }
        code ^= fence;
    }
}

fn end_line(written: &mut String) {
    while written.ends_with(' ') {
        written.pop();
    }
    written.push('\n');
}

/// Breaks a line of Markdown between words, never inside of code, and never before a word that would
/// begin a block.
fn wrap(line: &str, sign: &str, written: &mut String) {
    let indentation = if line.starts_with("- ") { "  " } else { "" };
    written.push(' ');
    let mut begun = written.len();
    let mut width = 0;
    let mut start = 0;
    let mut end_of_code = 0;
    for word in line.split(' ') {
        let is_in_code = start < end_of_code;
        if !is_in_code {
            end_of_code = start + unbroken(&line[start..]);
        }
        start += word.len() + 1;
        let length = match word.is_ascii() {
            true => word.len(),
            false => word.chars().count(),
        };
        let is_empty = written.len() == begun;
        let fits = width + 1 + length <= WIDTH;
        if is_empty || fits || is_in_code || begins_block(word) {
            if !is_empty {
                written.push(' ');
                width += 1;
            }
            width += length;
        } else {
            end_line(written);
            written.push_str(sign);
            written.push(' ');
            begun = written.len();
            written.push_str(indentation);
            width = indentation.len() + length;
        }
        written.push_str(word);
    }
    end_line(written);
}

/// Whether a line that starts with this word is no part of the paragraph before it.
fn begins_block(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    word.starts_with(['#', '>', '+', '-', '=', '|', '*', '_', '~', ':'])
        || word.starts_with('<') && !word.starts_with("<http")
        || word.starts_with("```")
        || number.len() < word.len() && matches!(number, "." | ")")
}

/// The length of the first word of a line of Markdown, in which code counts as one word.
fn unbroken(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while at < bytes.len() && !matches!(bytes[at], b' ' | b'\\' | b'`') {
            at += 1;
        }
        if at == bytes.len() {
            return at;
        }
        let tail = &text[at..];
        match tail.as_bytes()[0] {
            b' ' => return at,
            b'\\' => at += 1 + tail[1..].chars().next().map_or(0, char::len_utf8),
            _ => {
                let inner = tail.trim_start_matches('`');
                let fence = &tail[..tail.len() - inner.len()];
                at += fence.len();
                at += end_of_code(inner, fence).unwrap_or(0);
            }
        }
    }
}

/// Where code ends that so many backticks have opened; nothing where no such many close it.
fn end_of_code(text: &str, fence: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].find('`')?;
        let length = text[at..].len() - text[at..].trim_start_matches('`').len();
        at += length;
        if length == fence.len() {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(line: &str) -> Vec<String> {
        let mut written = String::new();
        write_documentation(line, "///", &mut written);
        let lines = written.lines().map(|line| line.trim_start_matches("/// "));
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn code_and_blocks_do_not_begin_a_line() {
        let start = "word ".repeat(18);
        for word in [
            "`<script> <b>`",
            "``a ` <script>``",
            "- a",
            "12. a",
            "12) a",
            "<b>",
            "**a",
            "~~~ a",
            "```a",
            ": a",
        ] {
            let lines = wrapped(&format!("{start}{word} end"));
            let begins = |line: &String| line.starts_with(['<', '-', '1', '*', '~', ':']);
            assert!(!lines.iter().any(begins), "{lines:?}");
        }
        let lines = wrapped(&format!("{start}\\` <https://a.example/> end"));
        assert_eq!(lines[1], "<https://a.example/> end", "{lines:?}");
    }
}
