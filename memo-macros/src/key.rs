//! The key: an expression for each argument, over the arguments by reference.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Index, Type};

use crate::hygiene::{local, respan, telling_span};
use crate::item::find_name;
use crate::model::{KeySource, Model};
use crate::signature::Arg;
use crate::types::{as_reference, float, option_element, peel, scan};

/// As many parts as a tuple of the runtime has.
const MAX_PARTS: usize = 12;

/// The parts of the key, for a tuple: each with a comma.
pub(crate) fn parts(model: &Model<'_>, runtime: &TokenStream, probes: &TokenStream) -> TokenStream {
    let writer = Writer {
        runtime,
        probes,
        float_bits: model.options.float_bits.is_some(),
        args: &model.signature.args,
    };
    if let Some(whole) = &model.options.key {
        return writer.key(match &whole.value {
            Expr::Tuple(parts) => parts.elems.iter().map(|part| writer.expr(part)).collect(),
            value => vec![writer.expr(value)],
        });
    }
    let part = |arg: &Arg| match (model.key_source(arg), as_reference(&arg.ty)) {
        (KeySource::Skipped | KeySource::Whole, _) => None,
        (KeySource::Part(value), _) => Some(writer.expr(value)),
        (KeySource::Argument, _) if arg.is_self() => Some(writer.object(arg)),
        (KeySource::Argument, Some(reference)) => {
            Some(writer.part(&reference.elem, &Place::new(&arg.name, 1)))
        }
        (KeySource::Argument, None) => Some(writer.part(&arg.ty, &Place::new(&arg.name, 1))),
    };
    writer.key(model.signature.args.iter().filter_map(part).collect())
}

/// The same for a plain function, of whose parts the types of its arguments say all: for each the
/// kind of its part.
pub(crate) fn parts_by_type(
    model: &Model<'_>,
    runtime: &TokenStream,
    probes: &TokenStream,
) -> TokenStream {
    let args = &model.signature.args;
    let part = |arg: &Arg| {
        let ty = as_reference(&arg.ty).map_or(&arg.ty, |reference| &*reference.elem);
        let span = telling_span(ty);
        let probes = respan(probes, span);
        let kind = quote_spanned!(span=> (&#probes::PartProbe::<#ty>::NEW).__part());
        if args.len() > 1 {
            return kind;
        }
        quote!(#runtime::DisplayTypeProbe::<#ty, _>::of(#kind).__displayed())
    };
    tuple(args.iter().map(part).collect())
}

/// A tuple of parts; what is too much for one goes into a further one at its end.
fn tuple(mut parts: Vec<TokenStream>) -> TokenStream {
    if parts.len() > MAX_PARTS {
        let rest = parts.split_off(MAX_PARTS - 1);
        parts.push(tuple(rest));
    }
    quote!((#(#parts,)*))
}

/// An expression for a value of some type, itself so many references away from it.
///
/// So no parentheses are needed: fields are reached through references by themselves.
struct Place {
    base: TokenStream,
    references: usize,
}

impl Place {
    fn new(base: impl ToTokens, references: usize) -> Self {
        Self {
            base: base.into_token_stream(),
            references,
        }
    }

    /// Where the type is a reference, what it refers to.
    fn referent(&self) -> Self {
        Self::new(&self.base, self.references + 1)
    }

    fn field(&self, index: &Index) -> Self {
        let base = &self.base;
        Self::new(quote!(#base.#index), 0)
    }

    /// A reference to the value.
    fn by_reference(&self) -> TokenStream {
        let base = &self.base;
        match self.references.checked_sub(1) {
            None => quote!(&#base),
            Some(further) => {
                let derefs = std::iter::repeat_n(quote!(*), further);
                quote!(#(#derefs)* #base)
            }
        }
    }
}

struct Writer<'a> {
    runtime: &'a TokenStream,
    /// The module with the probes for the cache's scope.
    probes: &'a TokenStream,
    float_bits: bool,
    args: &'a [Arg],
}

impl Writer<'_> {
    /// The parts of the whole key. One that is alone is asked whether it is `Display`: patterns are
    /// compared with that.
    fn key(&self, parts: Vec<TokenStream>) -> TokenStream {
        match <[TokenStream; 1]>::try_from(parts) {
            Ok([part]) => {
                let runtime = self.runtime;
                quote!((#runtime::DisplayProbe(#part).__displayed(),))
            }
            Err(parts) => tuple(parts),
        }
    }

    /// The part of the key that a value of type `ty` is.
    ///
    /// References, options and tuples are taken apart where something in them borrows, so that it
    /// is looked up as it is; the rest is for the runtime to decide, by type.
    fn part(&self, ty: &Type, place: &Place) -> TokenStream {
        let ty = peel(ty);
        let has_borrow = scan(ty).borrow.is_some();
        let has_float = self.float_bits && float(ty).is_some();
        if !has_borrow && !has_float {
            return self.leaf(ty, place);
        }
        if let Some(reference) = as_reference(ty) {
            return self.part(&reference.elem, &place.referent());
        }
        if let Type::Tuple(elements) = ty {
            let fields = elements.elems.iter().enumerate();
            return tuple(
                fields
                    .map(|(n, ty)| self.part(ty, &place.field(&Index::from(n))))
                    .collect(),
            );
        }
        match option_element(ty) {
            Some(element) => self.option(element, place),
            None if has_float => self.leaf(ty, place),
            None => self.probe("DeepProbe", ty, place),
        }
    }

    fn option(&self, element: &Type, place: &Place) -> TokenStream {
        let (runtime, option) = (self.runtime, place.by_reference());
        let some = local("some");
        let part = self.part(element, &Place::new(&some, 1));
        quote! {
            #runtime::Opt(match #option {
                ::core::option::Option::Some(#some) => ::core::option::Option::Some(#part),
                ::core::option::Option::None => ::core::option::Option::None,
            })
        }
    }

    /// `self`, which no variable can stand for.
    fn object(&self, arg: &Arg) -> TokenStream {
        let name = &arg.name;
        match as_reference(&arg.ty) {
            Some(reference) => self.probe("SelfProbe", &reference.elem, &Place::new(name, 1)),
            None => self.probe("SelfProbe", &arg.ty, &Place::new(name, 0)),
        }
    }

    /// A type that is taken as a whole.
    fn leaf(&self, ty: &Type, place: &Place) -> TokenStream {
        if !self.float_bits {
            return self.probe("KeyProbe", ty, place);
        }
        let span = telling_span(ty);
        let (probes, value) = (respan(self.probes, span), place.by_reference());
        quote_spanned!(span=> (&&#probes::FloatProbe(#value)).__part())
    }

    fn probe(&self, probe: &str, ty: &Type, place: &Place) -> TokenStream {
        let span = telling_span(ty);
        let (probes, probe) = (respan(self.probes, span), Ident::new(probe, span));
        let value = place.by_reference();
        quote_spanned!(span=> (&#probes::#probe(#value)).__part())
    }

    /// A part from an expression; from a tuple of expressions a tuple of parts.
    fn expr(&self, value: &Expr) -> TokenStream {
        if let Expr::Tuple(parts) = value {
            return tuple(parts.elems.iter().map(|part| self.expr(part)).collect());
        }
        let span = value.span();
        let probes = respan(self.probes, span);
        let (part, show) = (local("part"), local("show"));
        // The argument is at hand by reference. In the expression it is what people expect.
        let bind = self.args.iter().filter(|arg| {
            !arg.is_reference()
                && !arg.is_self()
                && find_name(value.to_token_stream(), &arg.name).is_some()
        });
        let bind = bind.map(|Arg { name, .. }| {
            quote_spanned!(span=> let #name = (&#probes::BindProbe(#name)).__bind();)
        });
        quote_spanned! {span=>
            {
                #(#bind)*
                let #part = #value;
                let #show = #probes::ShowProbe(&#part).__show();
                #probes::ExprProbe(#part, #show).__part()
            }
        }
    }
}
