use super::*;

fn check_refused(item: TokenStream, expected: &str) {
    let error = expand(item).expect_err("it must be refused");
    let messages: Vec<String> = error.into_iter().map(|error| error.to_string()).collect();
    assert!(messages.join("\n").contains(expected), "{messages:?}");
}

#[test]
fn what_cannot_be_derived_is_refused_by_name() {
    check_refused(quote!(union Both { left: u8, right: i8 }), "union");
    check_refused(
        quote!(
            enum Never {}
        ),
        "without variants",
    );
    check_refused(
        quote!(
            enum Never {
                #[skip]
                Only,
                #[skip]
                Other,
            }
        ),
        "all variants are skipped",
    );
    check_refused(
        quote!(
            fn f() {}
        ),
        "structures and enumerations",
    );
}

#[test]
fn misplaced_and_misspelt_words_are_explained() {
    check_refused(
        quote!(
            struct S {
                #[skip]
                field: u8,
            }
        ),
        "always(value)",
    );
    check_refused(
        quote!(
            enum E {
                #[from(0..9)]
                A(u8),
            }
        ),
        "`from` belongs on a field",
    );
    check_refused(
        quote!(
            struct S(#[weight(3)] u8);
        ),
        "`weight` belongs on a variant",
    );
    check_refused(
        quote!(
            enum E {
                #[weight(0)]
                A,
            }
        ),
        "`#[skip]` says so",
    );
    check_refused(
        quote!(
            enum E {
                #[weight]
                A,
            }
        ),
        "`#[weight(3)]`",
    );
    check_refused(
        quote!(
            enum E {
                #[weight(1)]
                #[weight(2)]
                A,
            }
        ),
        "one weight",
    );
    check_refused(
        quote!(
            enum E {
                #[skip(3)]
                A,
            }
        ),
        "no argument",
    );
    check_refused(
        quote!(
            struct S(
                #[from(0..9)]
                #[always(4)]
                u8,
            );
        ),
        "one `from` or one `always`",
    );
    check_refused(
        quote!(
            struct S(#[generate(form(0..9))] u8);
        ),
        "unknown word `form`; here belong `from`, `always`, `recursive`",
    );
    check_refused(
        quote!(
            struct S(#[generate(from)] u8);
        ),
        "`#[from(0..10)]`",
    );
    check_refused(
        quote!(
            #[generate(skip)]
            struct S;
        ),
        "belongs on a variant",
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let item = quote!(
        enum E {
            #[weight(0)]
            A,
            B(#[skip] u8, #[weight(1)] u8),
        }
    );
    let error = expand(item).expect_err("it must be refused");
    assert_eq!(error.into_iter().count(), 3);
}

#[test]
fn only_plain_types_are_flat() {
    let is_flat = |item| Input::read(item).expect("it is a type").is_flat();
    assert!(is_flat(quote!(
        struct S {
            a: u8,
            b: [(char, String); 4],
            c: (),
        }
    )));
    assert!(is_flat(quote!(
        struct S(#[from(small())] u8, #[always(None)] Option<Box<S>>);
    )));
    assert!(!is_flat(quote!(
        struct S(Other);
    )));
    assert!(!is_flat(quote!(
        struct S(#[from(small())] Other);
    )));
    assert!(!is_flat(quote!(
        struct S<T>(T);
    )));
    assert!(!is_flat(quote!(
        struct S(Vec<u8>, Option<Box<S>>);
    )));
    assert!(!is_flat(quote!(
        struct S(#[from(inner())] Option<Box<S>>);
    )));
    assert!(!is_flat(quote!(
        struct S(
            #[recursive]
            #[from(inner())]
            Other,
        );
    )));
}

#[test]
fn bounds_are_those_that_drawn_fields_need() {
    let check = |item, expected: TokenStream| {
        let input = Input::read(item).expect("it is a type");
        // Whether two `<` are joint differs with the way they came.
        let shown = |tokens: TokenStream| tokens.to_string().replace(' ', "");
        assert_eq!(shown(bounds::where_clause(&input)), shown(expected));
    };
    check(
        quote!(
            struct S;
        ),
        quote!(),
    );
    check(
        quote!(
            struct S<T, U>(Vec<T>, #[from(g())] U, PhantomData<U>)
            where
                U: Copy;
        ),
        quote!(where U: Copy, T: ::proofhouse::Generate),
    );
    check(
        quote!(
            struct S<I: Iterator>(I::Item, u8);
        ),
        quote!(where I::Item: ::proofhouse::Generate),
    );
    check(
        quote!(
            struct S<I: Iterator>(Vec<<I as Iterator>::Item>, Option<Box<S<I>>>);
        ),
        quote!(where I: ::proofhouse::Generate, Vec<<I as Iterator>::Item>: ::proofhouse::Generate),
    );
    check(
        quote!(
            #[generate(bound(T: Small))]
            struct S<T>(T);
        ),
        quote!(where T: Small),
    );
}
