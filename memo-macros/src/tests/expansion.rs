//! stub
#[test]
fn dbg() {
    use proc_macro2::*;
    for which in 0..3 {
        let mut t = TokenStream::new();
        let g = |d, s: &str| TokenTree::Group(Group::new(d, s.parse().unwrap()));
        if which != 1 {
            t.extend([g(Delimiter::None, "pub(crate)")]);
        }
        t.extend("fn f(x: i32) -> i32".parse::<TokenStream>().unwrap());
        if which != 0 {
            t.extend([g(Delimiter::None, "{ 3 }")]);
        } else {
            t.extend([g(Delimiter::Brace, "3")]);
        }
        println!("{which} {:?}", syn::parse2::<crate::item::Item>(t).err());
    }
}
