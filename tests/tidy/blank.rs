//! Rust text without its comments and literals: enough of a lexer to search for code.

/// Replaces the inside of comments, strings and characters by spaces; lines stay where they are.
pub(crate) fn blank_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hidden = comment(rest).or_else(|| literal(rest));
        let length = hidden.unwrap_or_else(|| word(rest).max(first.len_utf8()));
        let (token, tail) = rest.split_at(length);
        if hidden.is_some() {
            out.extend(token.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            out.push_str(token);
        }
        rest = tail;
    }
    out
}

/// The length of the comment at the start of `text`; blocks nest.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return Some(at);
        }
    }
    Some(text.len())
}

/// The length of the string or character at the start of `text`, with its prefix.
fn literal(text: &str) -> Option<usize> {
    let prefix = word(text);
    let (name, rest) = text.split_at(prefix);
    let body = match name {
        "r" | "br" | "cr" => raw_string(rest)?,
        "" | "b" | "c" => quoted(rest, '"').or_else(|| character(rest))?,
        _ => return None,
    };
    Some(prefix + body)
}

/// `"…"`, `#"…"#` and so on: ends at a quote with as many hashes as before the first.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let inside = text[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(hashes + 1 + length)
}

fn quoted(text: &str, quote: char) -> Option<usize> {
    text.strip_prefix(quote)?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

/// A character; a lifetime also starts with `'`, but no quote follows its first letter.
fn character(text: &str) -> Option<usize> {
    let mut inside = text.strip_prefix('\'')?.chars();
    let escaped = inside.next()? == '\\';
    if escaped || inside.next()? == '\'' {
        quoted(text, '\'')
    } else {
        None
    }
}

/// The length of the identifier or number at the start of `text`.
fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

#[test]
fn only_code_is_left() {
    let cases = [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */\nd */ e", "a             \n     e"),
        (r#"f("b // \" c") /* d */"#, "f(           )        "),
        (r##"f(r#"b " c"#, d)"##, "f(          , d)"),
        (r#"f(br"b\", c"e", '"', d)"#, "f(      ,     ,    , d)"),
        (r"f('\'', b'\\', 'b', d)", "f(    ,      ,    , d)"),
        ("fn f<'a>(r#type: &'a str)", "fn f<'a>(r#type: &'a str)"),
        ("f(\"open", "f(     "),
        (
            "'loop: loop { break 'loop; }",
            "'loop: loop { break 'loop; }",
        ),
    ];
    for (text, code) in cases {
        assert_eq!(blank_out(text), code, "of {text}");
    }
}
