//! Glob patterns: `*`, `?`, `[set]`, `[!set]` and `\` as escape.

/// A pattern, taken apart once for all the texts that it is compared with.
///
/// It is a list of pieces with a `*` between each two. The first and the last piece stand at the ends
/// of a text. Each of the others is taken where it comes first, which leaves most of the text to
/// those that follow: so nothing is ever taken back. Plain pieces are found in linear time, those
/// with `?` or sets in at most the product of both lengths.
#[derive(Debug)]
pub(crate) struct Glob {
    /// One at least.
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Plain(String),
    /// Each stands for one character.
    Mixed(Vec<Token>),
}

#[derive(Debug)]
enum Token {
    One,
    Literal(char),
    Set {
        ranges: Vec<(char, char)>,
        is_negated: bool,
    },
}

impl Glob {
    /// A `[` without its `]` stands for itself.
    pub(crate) fn new(pattern: &str) -> Self {
        let chars: Vec<char> = pattern.chars().collect();
        let mut pieces = Vec::new();
        let mut tokens = Vec::new();
        let mut rest = &chars[..];
        while let [first, after @ ..] = rest {
            rest = if *first == '*' {
                pieces.push(Piece::of(std::mem::take(&mut tokens)));
                after
            } else {
                let (token, after) = parse_token(*first, after);
                tokens.push(token);
                after
            };
        }
        pieces.push(Piece::of(tokens));
        Self { pieces }
    }

    /// Whether `text` matches as a whole.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, others @ ..] = &self.pieces[..] else {
            return false;
        };
        let Some(mut rest) = first.after_start(text) else {
            return false;
        };
        let Some((last, between)) = others.split_last() else {
            return rest.is_empty();
        };
        for piece in between {
            match piece.after_first(rest) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        last.is_at_end(rest)
    }
}

impl Piece {
    fn of(tokens: Vec<Token>) -> Self {
        let plain = tokens.iter().map(|token| match token {
            Token::Literal(literal) => Some(*literal),
            Token::One | Token::Set { .. } => None,
        });
        match plain.collect() {
            Some(plain) => Self::Plain(plain),
            None => Self::Mixed(tokens),
        }
    }

    /// What follows it at the start of the text.
    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Plain(plain) => text.strip_prefix(plain.as_str()),
            Self::Mixed(tokens) => {
                let mut chars = text.chars();
                let fit = |token: &Token| chars.next().is_some_and(|c| token.fits(c));
                tokens.iter().all(fit).then_some(chars.as_str())
            }
        }
    }

    /// What follows it where it comes first.
    fn after_first<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Plain(plain) => text
                .find(plain.as_str())
                .map(|at| &text[at + plain.len()..]),
            Self::Mixed(_) => {
                let mut starts = text.char_indices();
                starts.find_map(|(start, _)| self.after_start(&text[start..]))
            }
        }
    }

    fn is_at_end(&self, text: &str) -> bool {
        match self {
            Self::Plain(plain) => text.ends_with(plain.as_str()),
            Self::Mixed(tokens) => {
                let mut chars = text.chars();
                let mut tokens = tokens.iter().rev();
                tokens.all(|token| chars.next_back().is_some_and(|c| token.fits(c)))
            }
        }
    }
}

impl Token {
    fn fits(&self, c: char) -> bool {
        match self {
            Self::One => true,
            Self::Literal(literal) => *literal == c,
            Self::Set { ranges, is_negated } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *is_negated
            }
        }
    }
}

/// What stands for one character, and what follows it.
fn parse_token(first: char, after: &[char]) -> (Token, &[char]) {
    match (first, after) {
        ('?', _) => (Token::One, after),
        ('\\', [escaped, after @ ..]) => (Token::Literal(*escaped), after),
        ('[', _) => parse_set(after).unwrap_or((Token::Literal('['), after)),
        _ => (Token::Literal(first), after),
    }
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
    use proptest::prelude::*;

    use super::{Glob, Piece, Token};

    fn matches(pattern: &str, text: &str) -> bool {
        Glob::new(pattern).matches(text)
    }

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "a", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("sensors::*", "sensors::calibration", true),
            ("sensors::*", "other::calibration", false),
            ("*::load", "a::b::load", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("f?b", "fib", true),
            ("f?b", "fb", false),
            ("*?b*", "b-ab", true),
            ("*[ab]?", "-a", false),
            ("*[ab]?", "-ac", true),
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
            ("*?ber", "über", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} on {text:?}");
        }
    }

    /// What a pattern means, tried in all ways.
    fn by_definition(pieces: &[Piece], text: &str) -> bool {
        fn tail(tokens: &[Token], stars: &[&[Token]], text: &[char]) -> bool {
            match (tokens, text) {
                ([], _) => match stars {
                    [] => text.is_empty(),
                    [next, others @ ..] => {
                        (0..=text.len()).any(|skipped| tail(next, others, &text[skipped..]))
                    }
                },
                ([token, tokens @ ..], [c, text @ ..]) => {
                    token.fits(*c) && tail(tokens, stars, text)
                }
                (_, []) => false,
            }
        }
        let tokens: Vec<Vec<Token>> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(plain) => plain.chars().map(Token::Literal).collect(),
                Piece::Mixed(tokens) => tokens.iter().map(copy).collect(),
            })
            .collect();
        let pieces: Vec<&[Token]> = tokens.iter().map(Vec::as_slice).collect();
        let text: Vec<char> = text.chars().collect();
        tail(pieces[0], &pieces[1..], &text)
    }

    fn copy(token: &Token) -> Token {
        match token {
            Token::One => Token::One,
            Token::Literal(literal) => Token::Literal(*literal),
            Token::Set { ranges, is_negated } => Token::Set {
                ranges: ranges.clone(),
                is_negated: *is_negated,
            },
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(100_000)
        })]

        #[test]
        fn as_defined(pattern in r"([abü*?]|\*|\[[!]?[ab]\]|\\\*){0,7}", text in "[abü*]{0,9}") {
            let glob = Glob::new(&pattern);
            prop_assert_eq!(
                glob.matches(&text),
                by_definition(&glob.pieces, &text),
                "{} on {}", pattern, text
            );
        }
    }

    /// Counted in steps, not in seconds, there would be nothing to see: the steps are those of
    /// `str::find`. A matcher that takes stars back needs hours for these.
    #[test]
    fn long_patterns_stay_cheap() {
        let long = 1 << 16;
        for (pattern, text) in [
            ("a*a*a*b".repeat(long / 7), "a".repeat(long)),
            ("a*".repeat(long / 2) + "b", "a".repeat(long)),
            (
                "*".to_owned() + &"a".repeat(long / 2) + "b*",
                "a".repeat(long),
            ),
            ("a*a*a*b".to_owned(), "a".repeat(long)),
        ] {
            assert!(!matches(&pattern, &text));
        }
    }
}
