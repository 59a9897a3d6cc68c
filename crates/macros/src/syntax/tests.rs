use proc_macro2::{Group, TokenStream};
use quote::quote;
use syn::parse::{Parse, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Token, parse_quote, parse2};

use super::*;

/// The same tokens without what differs with the way they came: whether two `<` are joint.
fn shown(tokens: impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

/// Reads something and prints it again.
fn check_printed<T: Parse + ToTokens>(tokens: TokenStream) {
    let read: T = parse2(tokens.clone()).expect("it can be read");
    assert_eq!(shown(&read), shown(tokens));
}

#[test]
fn what_was_read_is_printed_as_it_was() {
    check_printed::<Function>(quote! {
        #[doc = "text"]
        #[cfg(unix)]
        pub(crate) const async unsafe extern "C" fn name<'a, T: Fn(u8) -> Vec<u8>, const N: usize>(
            &'a mut self,
            #[from(a < b, c > d)] (left, Some(right)): (u8, Option<Vec<Vec<T>>>),
            path::<u8>::Of { field }: [u8; N]
        ) -> Result<Box<dyn Fn(T) -> u8>, ()>
        where
            T: Iterator<Item = <u8 as Trait>::Of>
        {
            #![allow(unused)]
            a < b; c -> d
        }
    });
    check_printed::<Block>(quote! {
        #[cfg(unix)]
        unsafe impl a::Bank<Vec<Vec<u8>>, { N + 1 }> where u8: Copy {
            #![allow(unused)]
            const N: usize = { 3 };
            pub const fn new() -> Self { Self }
            type Of = Vec<u8>;
            generated! { a; b }
            generated!(a; b);
            pub(in a::b) fn last(self: Box<Self>) {}
        }
    });
}

#[test]
fn arguments_are_told_apart() {
    let function: Function = parse_quote! {
        fn f(mut self: Pin<&mut Self>, a: u8, mut b: &'static [u8], _: u8, (c, d): (u8, u8), r#e @ 1..: u8,) {}
    };
    assert!(function.receiver().0 == Receiver::Other);
    let arguments = function.arguments.iter();
    let names: Vec<String> = arguments
        .filter_map(|argument| match &argument.parameter {
            Parameter::Receiver(..) => None,
            Parameter::Typed { pattern, ty, .. } => {
                let name = name_of_pattern(pattern).map(|name| name.to_string());
                Some(format!("{}:{}", name.unwrap_or_default(), shown(ty)))
            }
        })
        .collect();
    assert_eq!(
        names,
        ["a:u8", "b:&'static[u8]", ":u8", ":(u8,u8)", "r#e:u8"]
    );
    let receiver = |tokens| parse2::<Function>(tokens).expect("a method").receiver().0;
    assert!(
        receiver(quote!(
            fn f(&self) {}
        )) == Receiver::Shared
    );
    assert!(
        receiver(quote!(
            fn f(&'a mut self, x: u8) {}
        )) == Receiver::Exclusive
    );
    assert!(
        receiver(quote!(
            fn f(self) {}
        )) == Receiver::Other
    );
    assert!(
        receiver(quote!(
            fn f(itself: u8) {}
        )) == Receiver::None
    );
}

#[test]
fn expressions_end_at_the_commas_between_them() {
    let check = |tokens: TokenStream, expected: &[&str]| {
        let parser = Punctuated::<Expression, Token![,]>::parse_terminated;
        let found = parser.parse2(tokens).expect("expressions");
        let found: Vec<String> = found.iter().map(shown).collect();
        assert_eq!(found, expected);
    };
    check(quote!(1, f(2, 3), "a,b",), &["1", "f(2,3)", "\"a,b\""]);
    check(quote!(a < b, c > d), &["a<b", "c>d"]);
    check(quote!(1 << 3, 8 >> 1), &["1<<3", "8>>1"]);
    check(
        quote!(HashMap::<u8, Vec<u8>>::new(), x),
        &["HashMap::<u8,Vec<u8>>::new()", "x"],
    );
    check(
        quote!(<A<u8, u8> as B<u8, u8>>::of(), -<A as B<u8, u8>>::C),
        &["<A<u8,u8>asB<u8,u8>>::of()", "-<AasB<u8,u8>>::C"],
    );
    check(quote!((0..9).map(|x| x < 3)), &["(0..9).map(|x|x<3)"]);
    check(quote!(), &[]);
}

#[test]
fn parameters_are_declared_without_defaults() {
    let declaration: Declaration = parse_quote! {
        pub(crate) struct S<'a, 'b: 'a, T: Iterator<Item = u8> + ?Sized = Vec<u8>, const N: usize = { 3 }>(
            pub (u8, u8),
            #[from(0..N)] pub(crate) &'a T,
        )
        where
            T: Copy,;
    };
    let generics = &declaration.generics;
    assert_eq!(
        shown(generics.declared()),
        "<'a,'b:'a,T:Iterator<Item=u8>+?Sized,constN:usize>"
    );
    assert_eq!(shown(generics.named()), "<'a,'b,T,N>");
    assert_eq!(shown(&generics.predicates), "T:Copy");
    let types: Vec<String> = generics.types().map(ToString::to_string).collect();
    assert_eq!(types, ["T"]);
    let Kind::Structure(fields) = &declaration.kind else {
        panic!("it is a structure");
    };
    let fields: Vec<String> = fields.all().iter().map(|field| shown(&field.ty)).collect();
    assert_eq!(fields, ["(u8,u8)", "&'aT"]);
}

#[test]
fn variants_are_read_past_their_numbers() {
    let declaration: Declaration = parse_quote! {
        #[repr(u8)]
        enum E<T> where T: Fn(u8) -> u8 {
            A = 1 << 3,
            #[skip]
            B { x: Vec<(u8, u8)>, y: fn(u8) -> Vec<u8> } = 4,
            C(T),
        }
    };
    assert_eq!(shown(&declaration.generics.predicates), "T:Fn(u8)->u8");
    let Kind::Enumeration(variants) = declaration.kind else {
        panic!("it is an enumeration");
    };
    let counts = variants
        .iter()
        .map(|v| (v.name.to_string(), v.fields.all().len()));
    let expected = [("A", 0), ("B", 2), ("C", 1)];
    assert!(counts.eq(expected.map(|(name, count)| (name.to_owned(), count))));
}

#[test]
fn types_answer_what_they_are() {
    let ty = |tokens: TokenStream| parse2::<Type>(tokens).expect("a type");
    let invisible = |tokens| Group::new(proc_macro2::Delimiter::None, tokens).to_token_stream();
    assert!(ty(quote!(&'a mut T)).is_exclusive_reference());
    assert!(!ty(quote!(&T)).is_exclusive_reference());
    assert!(ty(invisible(quote!(&T))).is_reference());
    assert!(!ty(quote!(Vec<&T>)).is_reference());
    let last = |tokens| {
        let (word, arguments) = ty(tokens).last_segment()?;
        let arguments: Vec<String> = arguments.iter().map(shown).collect();
        Some(format!("{word}({})", arguments.join(";")))
    };
    let check = |tokens, expected: Option<&str>| assert_eq!(last(tokens).as_deref(), expected);
    check(quote!(std::io::Result<Vec<u8>>), Some("Result(Vec<u8>)"));
    check(
        quote!(Result<fn(u8) -> u8, ()>),
        Some("Result(fn(u8)->u8;())"),
    );
    check(quote!(Ref<'a, T>), Some("Ref(T)"));
    check(quote!(<A as B<u8>>::C), Some("C()"));
    check(invisible(quote!(Result<u8>)), Some("Result(u8)"));
    check(quote!(fn() -> Result<u8, ()>), None);
    check(quote!(&Result<u8, ()>), None);
    check(quote!(dyn Result<u8>), None);
    check(quote!((u8, u8)), None);
}
