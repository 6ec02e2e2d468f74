//! The function under the attribute, with its body unread.
//!
//! A body that is only passed on need not be parsed: that is faster, and half-typed bodies still
//! expand in an editor.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Error, Expr, Signature, Visibility};

/// A function as it was written.
pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// In braces.
    pub(crate) body: Group,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let item = Self::parse_first(input)?;
        if input.is_empty() {
            Ok(item)
        } else {
            Err(input.error("expected one function"))
        }
    }
}

impl Item {
    /// The function at the beginning of the input.
    pub(crate) fn parse_first(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let body = input.parse::<TokenTree>()?;
        match ungrouped(body.clone().into()).into_iter().next() {
            Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => Ok(Self {
                attrs,
                vis,
                sig,
                body: keep_groups(braces),
            }),
            _ => Err(Error::new(body.span(), "expected the body of a function")),
        }
    }
}

/// What is in the invisible group that a fragment of a `macro_rules!` macro arrives in.
pub(crate) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungrouped(group.stream())
        }
        _ => tokens,
    }
}

/// The first token for which `is_it` holds, at any depth.
pub(crate) fn find(tokens: TokenStream, is_it: &dyn Fn(&TokenTree) -> bool) -> Option<TokenTree> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Group(group) => find(group.stream(), is_it),
        tree => is_it(&tree).then_some(tree),
    })
}

/// `name`, unless it is the end of a path such as `limits::name`.
pub(crate) fn find_unqualified(tokens: TokenStream, name: &Ident) -> Option<TokenTree> {
    let mut colons = 0;
    tokens.into_iter().find_map(|tree| {
        let is_qualified = colons == 2;
        let is_colon = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ':');
        colons = if is_colon { colons + 1 } else { 0 };
        match tree {
            TokenTree::Group(group) => find_unqualified(group.stream(), name),
            TokenTree::Ident(ident) if ident == *name && !is_qualified => Some(ident.into()),
            _ => None,
        }
    })
}

/// `Self`, except in items of the body that have their own.
pub(crate) fn find_self(tokens: TokenStream) -> Option<TokenTree> {
    let mut trees = tokens.into_iter();
    while let Some(tree) = trees.next() {
        match &tree {
            TokenTree::Ident(ident) if ident == "Self" => return Some(tree),
            TokenTree::Ident(ident) if SELF_ITEMS.iter().any(|keyword| ident == keyword) => {
                let mut ahead = trees.clone();
                if ahead
                    .find(ends_item)
                    .is_some_and(|end| matches!(end, TokenTree::Group(_)))
                {
                    trees = ahead;
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = find_self(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

const SELF_ITEMS: &[&str] = &["impl", "trait", "struct", "enum", "union"];

/// The braces of an item. `impl Trait` in a signature has a comma, an arrow's `-` or `=` first.
fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Punct(punct) => matches!(punct.as_char(), ',' | ';' | '='),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// Where an expression names an argument, which format strings do inside: `"{a}-{b:?}"`.
pub(crate) fn find_name(expr: TokenStream, name: &Ident) -> Option<TokenTree> {
    let in_format = [format!("{{{name}}}"), format!("{{{name}:")];
    find(expr, &|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            in_format.iter().any(|inner| text.contains(inner))
        }
        _ => false,
    })
}

/// A value without what is round it, and with parentheses for the invisible groups inside.
///
/// The compiler forgets such groups when they come out of a macro: with `$e` a sum, `$e * 2` would
/// change its meaning.
pub(crate) fn plain_value(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => plain_value(*group.expr),
        Expr::Paren(paren) => plain_value(*paren.expr),
        mut expr => {
            GroupsToParens.visit_expr_mut(&mut expr);
            expr
        }
    }
}

/// A body with parentheses for the invisible groups in it; it has to be parsed for that.
fn keep_groups(body: Group) -> Group {
    if !has_invisible(body.stream()) {
        return body;
    }
    let Ok(mut block) = syn::parse2::<syn::Block>(TokenTree::Group(body.clone()).into()) else {
        return body;
    };
    GroupsToParens.visit_block_mut(&mut block);
    let mut tokens = TokenStream::new();
    tokens.append_all(&block.stmts);
    let mut kept = Group::new(Delimiter::Brace, tokens);
    kept.set_span(body.span());
    kept
}

fn has_invisible(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || has_invisible(group.stream())
        }
        _ => false,
    })
}

struct GroupsToParens;

impl VisitMut for GroupsToParens {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Group(group) = expr {
            let inner = &group.expr;
            let is_whole = matches!(
                **inner,
                Expr::Path(_) | Expr::Lit(_) | Expr::Paren(_) | Expr::Block(_)
            );
            *expr = if is_whole {
                (**inner).clone()
            } else {
                syn::parse_quote!((#inner))
            };
        }
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}
