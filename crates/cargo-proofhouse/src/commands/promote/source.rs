//! The function of a property in its source file, and what may be added to it.
//!
//! The file is parsed for places only; what is written is cut from the file's own text, so that comments
//! and layout of the user's stay as they are.

use std::ops::Range;

use proc_macro2::Span;
use proofhouse_evidence::Counterexample;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, FnArg, ItemFn, PatType};

use super::expression::expression;

/// A property's function.
pub(super) struct Function<'file> {
    text: &'file str,
    item: ItemFn,
}

/// Something to be added to a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where, in bytes.
    at: usize,
    /// What.
    pub(super) added: String,
    /// The name of the function that fails then.
    pub(super) test: String,
}

impl Edit {
    pub(super) fn applied(&self, text: &str) -> String {
        format!("{}{}{}", &text[..self.at], self.added, &text[self.at..])
    }
}

/// Finds a function by its name and the line of its name.
struct Finder<'name> {
    name: &'name str,
    line: usize,
    found: Option<ItemFn>,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let name = &item.sig.ident;
        if name == self.name && name.span().start().line == self.line {
            self.found = Some(item.clone());
        }
        visit::visit_item_fn(self, item);
    }
}

impl<'file> Function<'file> {
    /// The function of this name on this line.
    ///
    /// # Errors
    ///
    /// Why it is not there, as a clause.
    pub(super) fn find(text: &'file str, name: &str, line: u32) -> Result<Self, String> {
        let file = syn::parse_file(text).map_err(|error| format!("it does not parse, {error}"))?;
        let mut finder = Finder {
            name,
            line: usize::try_from(line).unwrap_or(usize::MAX),
            found: None,
        };
        finder.visit_file(&file);
        match finder.found {
            Some(item) => Ok(Self { text, item }),
            None => Err("there is no such function".to_owned()),
        }
    }

    /// A plain test with these values, below the function. `None` when a value is not known or is not
    /// printed as an expression, or when the function is `async`.
    pub(super) fn as_test(&self, counterexample: &Counterexample) -> Option<Edit> {
        let Self { text, item } = self;
        let inputs: Vec<&PatType> = item.sig.inputs.iter().filter_map(typed).collect();
        let arguments = &counterexample.arguments;
        if item.sig.asyncness.is_some() || inputs.len() != arguments.len() {
            return None;
        }
        let margin = self.margin();
        let mut test = format!("\n\n{margin}/// Counterexample {}.\n", counterexample.token);
        for attribute in item.attrs.iter().filter(is_copied) {
            test.push_str(&format!("{margin}{}\n", &text[range(attribute.span())]));
        }
        test.push_str(&format!("{margin}#[test]\n"));
        if item.attrs.iter().any(must_panic) {
            test.push_str(&format!("{margin}#[should_panic]\n"));
        }
        let name = self.free_name();
        let output = match &item.sig.output {
            syn::ReturnType::Default => String::new(),
            output => format!(" {}", &text[range(output.span())]),
        };
        test.push_str(&format!("{margin}fn {name}(){output} {{\n"));
        for (input, argument) in inputs.iter().zip(arguments) {
            let value = expression(&argument.value, &input.ty)?;
            let (pattern, ty) = (range(input.pat.span()), range(input.ty.span()));
            test.push_str(&format!(
                "{margin}    let {}: {} = {value};\n",
                &text[pattern], &text[ty]
            ));
        }
        test.push_str(&format!("{margin}    {}\n{margin}}}", self.body().trim()));
        Some(Edit {
            at: range(item.span()).end,
            added: test,
            test: name,
        })
    }

    /// The token above the function, below all other attributes.
    pub(super) fn as_regression(&self, token: &str) -> Edit {
        let signature = match &self.item.vis {
            syn::Visibility::Inherited => self.item.sig.span(),
            visibility => visibility.span(),
        };
        let margin = self.margin();
        Edit {
            at: range(signature).start,
            added: format!("#[regression(\"{token}\")]\n{margin}"),
            test: self.item.sig.ident.to_string(),
        }
    }

    /// What stands between the braces.
    fn body(&self) -> &'file str {
        let block = range(self.item.block.span());
        &self.text[block.start + 1..block.end - 1]
    }

    /// The white space before the function.
    fn margin(&self) -> &'file str {
        let start = range(self.item.span()).start;
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let margin = &self.text[line..start];
        if margin.trim().is_empty() { margin } else { "" }
    }

    /// A name for the test that the file does not use yet.
    fn free_name(&self) -> String {
        let name = self.item.sig.ident.to_string();
        let name = name.trim_start_matches("r#");
        let names = std::iter::once(format!("{name}_counterexample"))
            .chain((2..).map(|number| format!("{name}_counterexample_{number}")));
        let is_free = |name: &String| !self.text.contains(&format!("fn {name}("));
        names
            .take(1000)
            .find(is_free)
            .unwrap_or_else(|| format!("{name}_one_more_counterexample"))
    }
}

fn typed(input: &FnArg) -> Option<&PatType> {
    match input {
        FnArg::Typed(input) => Some(input),
        FnArg::Receiver(_) => None,
    }
}

/// What also holds for the same code as another test: lints and conditions.
fn is_copied(attribute: &&Attribute) -> bool {
    ["allow", "warn", "deny", "expect", "cfg"]
        .iter()
        .any(|name| attribute.path().is_ident(name))
}

/// `#[property(panics)]`, whatever else it says.
fn must_panic(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else {
        return false;
    };
    let words = list.tokens.to_string();
    let mut words = words.split(',').map(str::trim);
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "property")
        && words.any(|word| word == "panics")
}

fn range(span: Span) -> Range<usize> {
    span.byte_range()
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::Argument;

    use super::*;

    const TEXT: &str = "\
mod tests {
    /// Höhe.
    #[property(panics, cases = 3)]
    #[expect(dead_code, reason = \"r\")]
    #[ignore]
    fn prop(#[from(0..9u8)] mut x: u8, (a, _b): (String, bool)) -> Result<(), String> {
        // A comment.
        f(x, a)
    }

    fn prop_counterexample() {}
}
";

    fn check(arguments: &[&str]) -> Option<String> {
        let function = Function::find(TEXT, "prop", 6).unwrap();
        let arguments = arguments.iter().map(|value| Argument {
            name: "_".to_owned(),
            value: (*value).to_owned(),
        });
        let edit = function.as_test(&Counterexample {
            token: "ph1:t".to_owned(),
            arguments: arguments.collect(),
            notes: vec![],
        })?;
        assert_eq!(edit.test, "prop_counterexample_2");
        Some(edit.applied(TEXT))
    }

    #[test]
    fn a_test_stands_below_the_property_with_its_body_and_values() {
        let expected = "
    }

    /// Counterexample ph1:t.
    #[expect(dead_code, reason = \"r\")]
    #[test]
    #[should_panic]
    fn prop_counterexample_2() -> Result<(), String> {
        let mut x: u8 = 7;
        let (a, _b): (String, bool) = (String::from(\"\\\"\"), true);
        // A comment.
        f(x, a)
    }

    fn prop_counterexample() {}
}
";
        let edited = check(&["7", "(\"\\\"\", true)"]).unwrap();
        assert!(edited.ends_with(expected), "{edited}");
        assert!(syn::parse_file(&edited).is_ok());
        assert_eq!(check(&["7"]), None, "a value is missing");
        assert_eq!(check(&["7", "1..3"]), None, "no expression");
    }

    #[test]
    fn a_regression_stands_above_the_function() {
        let function = Function::find(TEXT, "prop", 6).unwrap();
        let edited = function.as_regression("ph1:t").applied(TEXT);
        assert!(edited.contains("    #[ignore]\n    #[regression(\"ph1:t\")]\n    fn prop("));
        assert!(Function::find(TEXT, "prop", 5).is_err());
        assert!(Function::find("fn (", "prop", 1).is_err());
    }
}
