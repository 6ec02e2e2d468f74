//! A number for a function's code: results of other code are not taken from elsewhere.
//!
//! It is made from the tokens, so comments, docs and layout do not change it. What the function calls, and
//! constants outside of it, are not seen: for these there is the option `version`.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::Model;

/// The number of a function with its options, as far as these say what a result is and what it belongs to.
pub(crate) fn version(model: &Model<'_>) -> u64 {
    let options = &model.options;
    let mut hash = Hash::new();
    hash.tokens(model.signature.written.to_token_stream());
    hash.tokens(model.body.to_token_stream());
    let value = |given: &dyn ToTokens| given.to_token_stream();
    let named = [
        ("key", options.key.as_ref().map(|given| value(&given.value))),
        (
            "cache_if",
            options.cache_if.as_ref().map(|given| value(&given.value)),
        ),
        (
            "cache_err",
            options.cache_err.as_ref().map(|given| value(&given.value)),
        ),
        (
            "cache_none",
            options.cache_none.as_ref().map(|given| value(&given.value)),
        ),
        (
            "floats",
            options.float_bits.as_ref().map(|_| TokenStream::new()),
        ),
        (
            "version",
            options.version.as_ref().map(|given| value(&given.value)),
        ),
    ];
    for (name, tokens) in named {
        if let Some(tokens) = tokens {
            hash.text(name);
            hash.tokens(tokens);
        }
    }
    for name in &options.skip {
        hash.tokens(quote!(skip #name));
    }
    for part in &options.key_parts {
        let (argument, value) = (&part.argument, &part.value);
        hash.tokens(quote!(key #argument = #value));
    }
    hash.0
}

/// FNV-1a. The same on every machine, whatever the compiler.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn text(&mut self, text: &str) {
        for byte in (text.len() as u64).to_le_bytes() {
            self.byte(byte);
        }
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for tree in without_docs(tokens) {
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => (b'(', b')'),
                        Delimiter::Brace => (b'{', b'}'),
                        Delimiter::Bracket => (b'[', b']'),
                        // A fragment of a macro: it is what is in there.
                        Delimiter::None => (0, 0),
                    };
                    if open != 0 {
                        self.byte(open);
                    }
                    self.tokens(group.stream());
                    if close != 0 {
                        self.byte(close);
                    }
                }
                TokenTree::Ident(ident) => {
                    self.byte(b'i');
                    self.text(&ident.to_string());
                }
                TokenTree::Literal(literal) => {
                    self.byte(b'l');
                    self.text(&literal.to_string());
                }
                TokenTree::Punct(punct) => {
                    // `a & &b` is not `a && b`.
                    let is_joint = punct.spacing() == Spacing::Joint;
                    self.byte(if is_joint { b'j' } else { b'p' });
                    self.text(&punct.as_char().to_string());
                }
            }
        }
        self.byte(b'.');
    }
}

/// The tokens without `#[doc = ..]`, which is what comments for the documentation are.
fn without_docs(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        if is_doc(&tree) {
            let is_punct = |tree: Option<&TokenTree>, with: char| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == with);
            let is_inner = is_punct(kept.last(), '!');
            let hash = kept.len().checked_sub(if is_inner { 2 } else { 1 });
            if let Some(hash) = hash.filter(|hash| is_punct(kept.get(*hash), '#')) {
                kept.truncate(hash);
                continue;
            }
        }
        kept.push(tree);
    }
    kept
}

fn is_doc(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else {
        return false;
    };
    let mut inside = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inside.next(), Some(TokenTree::Ident(ident)) if ident == "doc")
        && matches!(inside.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
}
