//! Glob patterns: `*`, `?`, `[set]`, `[!set]` and `\` as escape.

/// Whether `text` matches `pattern` as a whole.
///
/// Only the last `*` seen is ever tried again, so the time is at most the product of both lengths.
/// A `[` without its `]` stands for itself.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern = parse(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to go on after the last `*`, and how far its text reaches.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Token::Any) => {
                p += 1;
                retry = Some((p, t));
            }
            Some(token) if token.fits(text[t]) => {
                p += 1;
                t += 1;
            }
            _ => match &mut retry {
                Some((after, reach)) => {
                    *reach += 1;
                    (p, t) = (*after, *reach);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|token| matches!(token, Token::Any))
}

enum Token {
    Any,
    One,
    Literal(char),
    Set {
        ranges: Vec<(char, char)>,
        is_negated: bool,
    },
}

impl Token {
    fn fits(&self, c: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Literal(literal) => *literal == c,
            Self::Set { ranges, is_negated } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *is_negated
            }
        }
    }
}

fn parse(pattern: &str) -> Vec<Token> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut tokens = Vec::new();
    let mut rest = &chars[..];
    while let [first, after @ ..] = rest {
        (rest, tokens) = {
            let (token, after) = match first {
                '*' => (Token::Any, after),
                '?' => (Token::One, after),
                '\\' => match after {
                    [escaped, after @ ..] => (Token::Literal(*escaped), after),
                    [] => (Token::Literal('\\'), after),
                },
                '[' => parse_set(after).unwrap_or((Token::Literal('['), after)),
                literal => (Token::Literal(*literal), after),
            };
            tokens.push(token);
            (after, tokens)
        };
    }
    tokens
}

/// The set after a `[`, and what follows its `]`; a `]` right at the start belongs to the set.
fn parse_set(chars: &[char]) -> Option<(Token, &[char])> {
    let (is_negated, mut rest) = match chars {
        ['!' | '^', rest @ ..] => (true, rest),
        _ => (false, chars),
    };
    let mut ranges = Vec::new();
    loop {
        rest = match rest {
            [']', after @ ..] if !ranges.is_empty() => {
                return Some((Token::Set { ranges, is_negated }, after));
            }
            ['\\', one, after @ ..] => {
                ranges.push((*one, *one));
                after
            }
            [low, '-', high, after @ ..] if *high != ']' => {
                ranges.push((*low, *high));
                after
            }
            [one, after @ ..] => {
                ranges.push((*one, *one));
                after
            }
            [] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("sensors::*", "sensors::calibration", true),
            ("sensors::*", "other::calibration", false),
            ("*::load", "a::b::load", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("f?b", "fib", true),
            ("f?b", "fb", false),
            ("f[a-i]b", "fib", true),
            ("f[!a-i]b", "fib", false),
            ("[]]", "]", true),
            ("[", "[", true),
            ("f[", "f[", true),
            (r"\*", "*", true),
            (r"\*", "x", false),
            (r"a\", r"a\", true),
            (r"[\-z]", "b", false),
            (r"[\-z]", "-", true),
            ("ü*", "über", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} on {text:?}");
        }
    }

    #[test]
    fn many_stars_stay_cheap() {
        let pattern = "a*".repeat(1_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(2_000)));
    }
}
