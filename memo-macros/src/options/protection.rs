//! The value of `oom_protection`: one of three words, or a constant.

use syn::{Error, Expr};

use super::value::{bool_literal, text_literal};
use super::{Given, Input};
use crate::suggest;

/// `oom_protection`.
pub(crate) enum Protection {
    Literal(bool),
    Balanced,
    /// A constant `bool`.
    Constant(Expr),
}

const WORDS: &[&str] = &["true", "balanced", "false"];

/// What else is written for them.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("true", &["on", "yes", "full", "safe", "protected", "all"]),
    (
        "balanced",
        &["half", "some", "partial", "estimate", "estimated"],
    ),
    (
        "false",
        &[
            "off",
            "no",
            "none",
            "fast",
            "bare",
            "unprotected",
            "unbounded",
        ],
    ),
];

impl Input<'_> {
    pub(crate) fn protection(&self) -> syn::Result<Given<Protection>> {
        let value = self.expr()?;
        let word = word_of(&value);
        Ok(self.given(match (bool_literal(&value), &value) {
            (Some(literal), _) => Protection::Literal(literal),
            (None, Expr::Path(_)) if word.as_deref() == Some("balanced") => Protection::Balanced,
            (None, Expr::Lit(_) | Expr::Closure(_)) => {
                return Err(self.unknown(&value, word.as_deref()));
            }
            // Constants have other names; one that has not can stand in braces.
            _ if word.is_some() => return Err(self.unknown(&value, word.as_deref())),
            _ => Protection::Constant(value),
        }))
    }

    fn unknown(&self, value: &Expr, word: Option<&str>) -> Error {
        const ALL: &str = "is `true`, `balanced`, `false` or a constant expression of type `bool`";
        match word.and_then(meant) {
            Some(meant) => {
                let message = format!("`{}` {ALL}, did you mean `{meant}`?", self.key);
                Error::new_spanned(value, message)
            }
            None => self.unfit(value, ALL),
        }
    }
}

/// A bare word in lower case, or what stands in quotes.
fn word_of(value: &Expr) -> Option<String> {
    if let Expr::Path(path) = value {
        let word = path.path.get_ident()?.to_string();
        return (word == word.to_lowercase()).then_some(word);
    }
    text_literal(value).map(|text| text.value().trim().to_lowercase())
}

fn meant(word: &str) -> Option<&'static str> {
    let elsewhere = ELSEWHERE.iter().find(|(_, words)| words.contains(&word));
    match elsewhere {
        Some((meant, _)) => Some(meant),
        None => suggest::closest(word, WORDS.iter().copied()),
    }
}
