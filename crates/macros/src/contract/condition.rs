//! The condition of a contract: `old(..)` in it, and the names that it mentions.
//!
//! Two packages of macros compile this file: this one, and that of `compat/kani`, whose contracts look the
//! same and differ in what they see of consumed arguments. So it knows nothing of either.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident};

/// The variable that holds the value of an `old(..)`, by its number.
pub(crate) fn old_variable(number: usize) -> Ident {
    format_ident!("old_{number}", span = Span::mixed_site())
}

/// Replaces each `old(..)` by a variable and adds what stood in it to the list; every other name becomes
/// what `rename` makes of it. Macros are looked into as well.
pub(crate) fn take_olds(
    tokens: TokenStream,
    olds: &mut Vec<TokenStream>,
    rename: &dyn Fn(Ident) -> Ident,
) -> TokenStream {
    let mut output = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut is_member = false;
    while let Some(token) = tokens.next() {
        let follows_dot = std::mem::replace(&mut is_member, is_dot(&token));
        match token {
            TokenTree::Ident(name) if name == "old" && !follows_dot => match tokens.peek() {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    old_variable(olds.len()).to_tokens(&mut output);
                    olds.push(group.stream());
                    tokens.next();
                }
                _ => name.to_tokens(&mut output),
            },
            TokenTree::Ident(name) => rename(name).to_tokens(&mut output),
            TokenTree::Group(group) => {
                let inside = take_olds(group.stream(), olds, rename);
                let mut inner = Group::new(group.delimiter(), inside);
                inner.set_span(group.span());
                inner.to_tokens(&mut output);
            }
            other => other.to_tokens(&mut output),
        }
    }
    output
}

fn is_dot(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.')
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn check(condition: TokenStream, rewritten: &str, expected: &[&str]) {
        let mut olds = Vec::new();
        let output = take_olds(condition, &mut olds, &|name| name);
        assert_eq!(output.to_string(), rewritten);
        let olds: Vec<String> = olds.iter().map(ToString::to_string).collect();
        assert_eq!(olds, expected);
    }

    #[test]
    fn each_old_becomes_a_variable_wherever_it_stands() {
        check(
            quote!(*sum == old(self.sum) + old(added[0])),
            "* sum == old_0 + old_1",
            &["self . sum", "added [0]"],
        );
        check(
            quote!(matches!(x, Some(y) if y == old(z))),
            "matches ! (x , Some (y) if y == old_0)",
            &["z"],
        );
    }

    #[test]
    fn what_is_only_called_old_stays() {
        check(quote!(old < 3), "old < 3", &[]);
        check(quote!(tree.old(3)), "tree . old (3)", &[]);
    }
}
