//! The steps of a failing run as a program: Rust that can be pasted into a test.
//!
//! Calls are added as they run, so that the last one is the one that failed, however it did.
//!
//! # Invariants
//!
//! - A result is bound to a variable only if a later call uses it, and moved by the last use of one
//!   that is not `Copy`: the program compiles without warnings of the kind "unused".
//! - Invariants that hold are not listed.
//! - Nothing is formatted unless the program is shown.
//!
//! # Not here
//!
//! How a value is written: see `code`.

use std::fmt;

/// The name of a result: `account_1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    pub(super) base: &'static str,
    pub(super) number: u32,
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.base, self.number)
    }
}

/// How a result is handed to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Passing {
    /// By value; the type is `Copy`.
    Copied,
    /// By value, which moves the variable the last time.
    Cloned,
    /// As `&variable`.
    Borrowed,
}

#[derive(Debug, Clone)]
enum Argument {
    Text(String),
    Variable(Variable, Passing),
}

/// What a call is to its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Initial,
    Action,
    Invariant,
}

/// One call in the program that a failing run prints.
///
/// ```
/// use proofhouse::stateful::Call;
///
/// // `queue.push(7);`
/// let call = Call::action("push").changing().argument("7");
/// ```
#[derive(Debug, Clone)]
pub struct Call {
    role: Role,
    name: &'static str,
    arguments: Vec<Argument>,
    result: Option<Variable>,
    is_changing: bool,
    is_fallible: bool,
}

impl Call {
    fn new(role: Role, name: &'static str) -> Self {
        Self {
            role,
            name,
            arguments: Vec::new(),
            result: None,
            is_changing: false,
            is_fallible: false,
        }
    }

    /// The function of the type that makes the first state: `Bank::new()`.
    #[must_use]
    pub fn initial(name: &'static str) -> Self {
        Self::new(Role::Initial, name)
    }

    /// A method of the state.
    #[must_use]
    pub fn action(name: &'static str) -> Self {
        Self::new(Role::Action, name)
    }

    /// A method of the state that only looks.
    #[must_use]
    pub fn invariant(name: &'static str) -> Self {
        Self::new(Role::Invariant, name)
    }

    /// The same call with one more argument, as an expression.
    #[must_use]
    pub fn argument(mut self, code: impl Into<String>) -> Self {
        self.arguments.push(Argument::Text(code.into()));
        self
    }

    /// The same call with an earlier result for one more argument.
    #[must_use]
    pub fn variable(mut self, variable: Variable, passing: Passing) -> Self {
        self.arguments.push(Argument::Variable(variable, passing));
        self
    }

    /// The same call, its result bound to a variable if it is used.
    #[must_use]
    pub fn result(self, variable: Variable) -> Self {
        let result = Some(variable);
        Self { result, ..self }
    }

    /// The same call with a state that has to be `mut`.
    #[must_use]
    pub fn changing(self) -> Self {
        let is_changing = true;
        Self {
            is_changing,
            ..self
        }
    }

    /// The same call, returning a `Result`.
    #[must_use]
    pub fn fallible(self) -> Self {
        let is_fallible = true;
        Self {
            is_fallible,
            ..self
        }
    }

    fn uses(&self, wanted: Variable) -> bool {
        let mut arguments = self.arguments.iter();
        arguments.any(|argument| matches!(argument, Argument::Variable(used, _) if *used == wanted))
    }
}

/// The calls of one run.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The type of the state, as it is written.
    type_name: &'static str,
    calls: Vec<Call>,
    /// Whether the last call has not returned yet.
    is_running: bool,
}

impl Listing {
    pub(crate) fn of(type_name: &'static str) -> Self {
        Self {
            type_name,
            calls: Vec::new(),
            is_running: false,
        }
    }

    /// Adds a call that is about to run.
    pub(crate) fn push(&mut self, call: Call) {
        self.calls.push(call);
        self.is_running = true;
    }

    /// The last call has returned, and all is well.
    pub(crate) fn held(&mut self) {
        self.is_running = false;
        if self
            .calls
            .last()
            .is_some_and(|call| call.role == Role::Invariant)
        {
            self.calls.pop();
        }
    }

    fn write_call(&self, f: &mut fmt::Formatter<'_>, at: usize) -> fmt::Result {
        let (call, later) = (&self.calls[at], &self.calls[at + 1..]);
        let state = variable_of(self.type_name);
        let is_used = |variable: &Variable| later.iter().any(|call| call.uses(*variable));
        match call.role {
            Role::Initial => {
                let is_changed = later.iter().any(|call| call.is_changing);
                let mutable = if is_changed { "mut " } else { "" };
                let path = path_of(self.type_name);
                write!(f, "let {mutable}{state} = {path}::{}(", call.name)?;
            }
            Role::Action | Role::Invariant => {
                if let Some(result) = call.result.filter(is_used) {
                    write!(f, "let {result} = ")?;
                }
                write!(f, "{state}.{}(", call.name)?;
            }
        }
        for (place, argument) in call.arguments.iter().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            match argument {
                Argument::Text(text) => f.write_str(text)?,
                Argument::Variable(variable, Passing::Borrowed) => write!(f, "&{variable}")?,
                Argument::Variable(variable, passing) => {
                    let comes_again = is_used(variable)
                        || call.arguments[place + 1..].iter().any(
                            |other| matches!(other, Argument::Variable(other, _) if other == variable),
                        );
                    let is_clone = *passing == Passing::Cloned && comes_again;
                    let suffix = if is_clone { ".clone()" } else { "" };
                    write!(f, "{variable}{suffix}")?;
                }
            }
        }
        f.write_str(if call.is_fallible {
            ").unwrap();"
        } else {
            ");"
        })
    }
}

impl fmt::Display for Listing {
    /// One line for each call.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in 0..self.calls.len() {
            self.write_call(f, at)?;
            if self.is_running && at + 1 == self.calls.len() {
                let what = match self.calls[at].role {
                    Role::Initial => "this first state",
                    Role::Action => "this step",
                    Role::Invariant => "after it, this invariant",
                };
                write!(f, " // {what} fails")?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

/// How the state is called: `bank_account` for a `shop::BankAccount<u8>`.
fn variable_of(type_name: &str) -> String {
    let path = type_name.split('<').next().unwrap_or(type_name);
    let last = path.rsplit("::").next().unwrap_or(path).trim();
    let mut name = String::new();
    for character in last.chars() {
        if character.is_uppercase() && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    // A keyword, or no name at all: a tuple, perhaps.
    let is_name = name.starts_with(|first: char| first.is_alphabetic());
    if is_name && !KEYWORDS.contains(&&*name) {
        name
    } else {
        "state".to_owned()
    }
}

/// How the type is written before `::`.
fn path_of(type_name: &str) -> String {
    if type_name.contains(['<', '(', '[']) {
        format!("<{type_name}>")
    } else {
        type_name.to_owned()
    }
}

/// The words that a type can be called by in camel case and a variable can't.
const KEYWORDS: [&str; 40] = [
    "as", "async", "await", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "pub", "ref", "return", "static", "struct",
    "trait", "true", "try", "type", "use", "while",
];

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: [Variable; 3] = {
        const fn account(number: u32) -> Variable {
            Variable {
                base: "account",
                number,
            }
        }
        [account(1), account(2), account(3)]
    };

    fn listing(calls: impl IntoIterator<Item = Call>) -> Listing {
        let mut listing = Listing::of("Bank");
        for call in calls {
            listing.push(call);
        }
        listing
    }

    #[test]
    fn results_are_bound_where_they_are_used_and_moved_at_last() {
        let [first, second, third] = ACCOUNTS;
        let open = |account| Call::action("open").result(account).changing();
        let mut listing = listing([
            Call::initial("new").argument("3"),
            open(first),
            open(second).fallible(),
            open(third),
            Call::action("look").variable(first, Passing::Borrowed),
            Call::action("join")
                .variable(first, Passing::Cloned)
                .argument("vec![1]")
                .variable(first, Passing::Cloned),
            Call::action("rename").variable(third, Passing::Copied),
            Call::action("close").variable(third, Passing::Copied),
        ]);
        let expected = "\
            let mut bank = Bank::new(3);\n\
            let account_1 = bank.open();\n\
            bank.open().unwrap();\n\
            let account_3 = bank.open();\n\
            bank.look(&account_1);\n\
            bank.join(account_1.clone(), vec![1], account_1);\n\
            bank.rename(account_3);\n\
            bank.close(account_3);";
        assert_eq!(
            listing.to_string(),
            format!("{expected} // this step fails\n")
        );
        listing.held();
        assert_eq!(listing.to_string(), format!("{expected}\n"));
    }

    #[test]
    fn only_the_invariant_that_fails_is_listed() {
        let mut listing = listing([Call::initial("new")]);
        assert_eq!(
            listing.to_string(),
            "let bank = Bank::new(); // this first state fails\n"
        );
        listing.held();
        for _ in 0..2 {
            listing.push(Call::invariant("is_sound"));
            listing.held();
        }
        listing.push(Call::invariant("is_fair"));
        assert_eq!(
            listing.to_string(),
            "let bank = Bank::new();\nbank.is_fair(); // after it, this invariant fails\n"
        );
    }

    #[test]
    fn states_are_named_after_their_types() {
        for (type_name, variable, path) in [
            ("Bank", "bank", "Bank"),
            ("shop::BankAccount", "bank_account", "shop::BankAccount"),
            ("Queue<u8>", "queue", "<Queue<u8>>"),
            ("Loop", "state", "Loop"),
            ("(A, B)", "state", "<(A, B)>"),
            ("Tcp_Stack", "tcp_stack", "Tcp_Stack"),
        ] {
            assert_eq!(variable_of(type_name), variable);
            assert_eq!(path_of(type_name), path);
        }
    }
}
