//! What a script must answer.
//!
//! Three ways to know: `(set-info :status ..)`, once for each question; lines `; EXPECT: ..`, as in the tests
//! of cvc5; and Z3.

use std::path::Path;

use super::script;

/// Who says what is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judge {
    /// The script itself.
    File,
    /// Z3.
    Z3,
}

/// What a script must answer, question by question; `unknown` where nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    answers: Vec<String>,
    pub(super) judge: Judge,
}

impl Expected {
    pub(super) fn new(answers: Vec<String>, judge: Judge) -> Self {
        Self { answers, judge }
    }

    /// The first answer that can't be right, with what is.
    pub(super) fn contradicted_by(&self, answers: &[String]) -> Option<String> {
        let pairs = answers.iter().zip(&self.answers);
        for (index, (ours, right)) in pairs.enumerate() {
            let is_open = |word: &String| word == "unknown";
            if !is_open(ours) && !is_open(right) && ours != right {
                return Some(format!("{ours}, not {right}, to question {}", index + 1));
            }
        }
        None
    }
}

/// What the script's own text says; `None` if it does not say it of each question.
pub(super) fn of_text(text: &str) -> Option<Expected> {
    let lines = || text.lines().map(str::trim_start);
    let is_comment = |line: &&str| line.starts_with(';');
    let comments: Vec<String> = lines()
        .filter(is_comment)
        .filter_map(|line| line.trim_start_matches([';', ' ']).strip_prefix("EXPECT:"))
        .map(|word| word.trim().to_owned())
        .filter(|word| is_answer(word))
        .collect();
    let commands: String = lines().filter(|line| !is_comment(line)).collect();
    let questions = commands.matches("(check-sat").count();
    let statuses: Vec<String> = commands
        .split(":status")
        .skip(1)
        .filter_map(|rest| rest.trim_start().split([')', ' ']).next())
        .filter(|word| is_answer(word))
        .map(str::to_owned)
        .collect();
    [statuses, comments]
        .into_iter()
        .find(|answers| questions > 0 && answers.len() == questions)
        .filter(|answers| answers.iter().any(|answer| answer != "unknown"))
        .map(|answers| Expected::new(answers, Judge::File))
}

/// What Z3 says within so many seconds; `None` if it says nothing.
pub(super) fn of_z3(path: &Path, seconds: u64) -> Result<Option<Expected>, String> {
    let ran = script::run(Path::new("z3"), &[], path, seconds)?;
    let is_without = ran.answers.iter().all(|answer| answer == "unknown");
    Ok((!is_without).then(|| Expected::new(ran.answers, Judge::Z3)))
}

/// Whether a line answers a question.
pub(super) fn is_answer(line: &str) -> bool {
    ["sat", "unsat", "unknown"].contains(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let found = of_text(text).map(|expected| expected.answers);
        let expected = expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn each_question_has_its_answer() {
        check("(set-info :status sat)\n(check-sat)", Some(&["sat"]));
        check("; EXPECT: unsat\n(check-sat)", Some(&["unsat"]));
        let two = "(set-info :status sat)(check-sat)\n(set-info :status unsat)\n(check-sat)";
        check(two, Some(&["sat", "unsat"]));
        check("(set-info :status sat)(check-sat)(check-sat)", None);
        check("(set-info :status unknown)(check-sat)", None);
        check(
            "; (check-sat)\n(set-info :status sat)\n(check-sat-assuming (a))",
            Some(&["sat"]),
        );
        check("(check-sat)", None);
    }
}
