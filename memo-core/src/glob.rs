//! Glob patterns: `*`, `?`, `[set]`, `[!set]` and `\` as escape.

use std::ops::Range;

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
    /// Of all plain pieces.
    text: String,
    /// Of all others: each stands for one character.
    tokens: Vec<Token>,
}

/// A part of the text, or of the tokens. A pattern can have very many, so none has memory of its own.
#[derive(Clone, Debug)]
enum Piece {
    Plain(Range<usize>),
    Mixed(Range<usize>),
}

/// The same, looked up.
#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Plain(&'a str),
    Mixed(&'a [Token]),
}

#[derive(Clone, Debug)]
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
        let mut glob = Self {
            pieces: Vec::new(),
            text: String::new(),
            tokens: Vec::new(),
        };
        let chars: Vec<char> = pattern.chars().collect();
        let (mut start, mut rest) = (0, &chars[..]);
        while let [first, after @ ..] = rest {
            rest = if *first == '*' {
                start = glob.end_piece(start);
                after
            } else {
                let (token, after) = parse_token(*first, after);
                glob.tokens.push(token);
                after
            };
        }
        glob.end_piece(start);
        glob
    }

    /// The tokens from `start` on are a piece; where the next one starts.
    fn end_piece(&mut self, start: usize) -> usize {
        let tokens = &self.tokens[start..];
        if tokens.iter().any(|token| token.literal().is_none()) {
            self.pieces.push(Piece::Mixed(start..self.tokens.len()));
        } else {
            let begin = self.text.len();
            self.text.extend(tokens.iter().filter_map(Token::literal));
            self.tokens.truncate(start);
            self.pieces.push(Piece::Plain(begin..self.text.len()));
        }
        self.tokens.len()
    }

    fn part(&self, piece: &Piece) -> Part<'_> {
        match piece {
            Piece::Plain(range) => Part::Plain(&self.text[range.clone()]),
            Piece::Mixed(range) => Part::Mixed(&self.tokens[range.clone()]),
        }
    }

    /// Whether `text` matches as a whole.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, others @ ..] = &self.pieces[..] else {
            return false;
        };
        let Some(mut rest) = self.part(first).after_start(text) else {
            return false;
        };
        let Some((last, between)) = others.split_last() else {
            return rest.is_empty();
        };
        for piece in between {
            match self.part(piece).after_first(rest) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        self.part(last).is_at_end(rest)
    }
}

impl Part<'_> {
    /// What follows it at the start of the text.
    fn after_start(self, text: &str) -> Option<&str> {
        match self {
            Self::Plain(plain) => text.strip_prefix(plain),
            Self::Mixed(tokens) => {
                let mut chars = text.chars();
                let fit = |token: &Token| chars.next().is_some_and(|c| token.fits(c));
                tokens.iter().all(fit).then_some(chars.as_str())
            }
        }
    }

    /// What follows it where it comes first.
    fn after_first(self, text: &str) -> Option<&str> {
        match self {
            Self::Plain(plain) => text.find(plain).map(|at| &text[at + plain.len()..]),
            Self::Mixed(_) => {
                let mut starts = text.char_indices();
                starts.find_map(|(start, _)| self.after_start(&text[start..]))
            }
        }
    }

    fn is_at_end(self, text: &str) -> bool {
        match self {
            Self::Plain(plain) => text.ends_with(plain),
            Self::Mixed(tokens) => {
                let mut chars = text.chars();
                let mut tokens = tokens.iter().rev();
                tokens.all(|token| chars.next_back().is_some_and(|c| token.fits(c)))
            }
        }
    }
}

impl Token {
    fn literal(&self) -> Option<char> {
        match self {
            Self::Literal(literal) => Some(*literal),
            Self::One | Self::Set { .. } => None,
        }
    }

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

    use super::{Glob, Part, Token};

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
    fn by_definition(glob: &Glob, text: &str) -> bool {
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
        let tokens = |piece| match glob.part(piece) {
            Part::Plain(plain) => plain.chars().map(Token::Literal).collect(),
            Part::Mixed(tokens) => tokens.to_vec(),
        };
        let tokens: Vec<Vec<Token>> = glob.pieces.iter().map(tokens).collect();
        let pieces: Vec<&[Token]> = tokens.iter().map(Vec::as_slice).collect();
        let text: Vec<char> = text.chars().collect();
        tail(pieces[0], &pieces[1..], &text)
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
                by_definition(&glob, &text),
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
