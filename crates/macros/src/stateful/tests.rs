use quote::quote;

use super::*;

fn check_refused(item: TokenStream, expected: &str) {
    let message = expand(TokenStream::new(), item).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn what_cannot_be_a_state_machine_is_refused_by_name() {
    let with = |items: TokenStream| quote!(impl Bank { #[initial] fn new() -> Self {} #items });
    check_refused(quote!(impl Trait for Bank {}), "not on a trait's");
    check_refused(
        quote!(
            impl<T> Bank<T> {}
        ),
        "can't be generic",
    );
    check_refused(quote!(impl Bank {}), "needs an `#[initial]`");
    check_refused(with(quote!()), "needs an `#[action]`");
    check_refused(
        with(quote!(
            #[initial]
            fn other() -> Self {}
        )),
        "one `#[initial]`",
    );
    check_refused(
        with(quote!(
            #[action]
            #[invariant]
            fn both(&self) {}
        )),
        "one of",
    );
    check_refused(
        with(quote!(
            #[action]
            fn a() {}
        )),
        "is a method",
    );
    check_refused(
        with(quote!(
            #[action]
            fn a(self) {}
        )),
        "borrows the state",
    );
    check_refused(
        with(quote!(
            #[action]
            async fn a(&self) {}
        )),
        "`async`",
    );
    check_refused(
        with(quote!(
            #[invariant]
            fn i(&mut self) {}
        )),
        "only looks",
    );
    check_refused(
        with(quote!(
            #[invariant]
            fn i(&self, x: u8) {}
        )),
        "no arguments",
    );
    check_refused(
        with(quote!(
            #[weight(2)]
            fn a(&self) {}
        )),
        "belongs on",
    );
    check_refused(
        with(quote!(
            #[action]
            fn a(&self, #[bundle(keys)] key: u8) {}
        )),
        "no action puts anything into `keys`",
    );
    check_refused(
        with(quote!(
            #[action(into = keys)]
            fn a(&self) {}
        )),
        "returns nothing",
    );
    check_refused(
        with(quote!(
            #[action(in = keys)]
            fn a(&self) {}
        )),
        "expected identifier",
    );
    check_refused(
        with(quote!(
            #[cfg(unix)]
            #[action]
            fn a(&self) {}
        )),
        "on the whole block",
    );
    check_refused(
        with(quote!(
            #[action]
            fn a(&self, text: &str) {}
        )),
        "is owned",
    );
    check_refused(
        with(quote! {
            #[action(into = keys)]
            fn a(&self, #[bundle(keys)] old: &u8, #[consume(keys)] gone: u8) -> u8 {}
        }),
        "lent to another argument",
    );
}

#[test]
fn entries_have_the_singular_for_a_name() {
    let check = |item: TokenStream, expected: &[&str]| {
        let input = Input::read(item).unwrap();
        let names: Vec<String> = input
            .bundles
            .iter()
            .map(|bundle| output::variable_base(bundle, &input.bundles))
            .collect();
        assert_eq!(names, expected);
    };
    check(
        quote! {
            impl Bank {
                #[initial] fn new() -> Self {}
                #[action(into = accounts)] fn a(&self) -> u8 {}
                #[action(into = entries)] fn b(&self) -> Result<u8, ()> {}
                #[action(into = boxes)] fn c(&self) -> u8 {}
                #[action(into = status)] fn d(&self) -> Self {}
                #[action(into = keys)] fn e(&self) -> u8 {}
                #[action(into = key)] fn f(&self) -> u8 {}
            }
        },
        &["account", "entry", "box", "status", "keys", "key"],
    );
}
