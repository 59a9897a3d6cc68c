//! A proof that rests on contracts says of each whether anything shows that its function keeps it.
//!
//! The verdict itself stays the same either way: it is given the contracts. Whether a property that
//! checks one of them covers all that its precondition allows, only a reader can tell, so it is named.

use proofhouse_evidence::{Engine, Verdict};
use proofhouse_report::{BinaryReport, EngineResult, verdict_words};

/// Adds what is known of the contracts to the remarks of the proofs that rest on them.
pub(crate) fn name_contracts(reports: &mut [BinaryReport]) {
    let checks = checks(reports);
    let properties = reports.iter_mut().flat_map(|report| &mut report.properties);
    for result in properties.flat_map(|property| &mut property.results) {
        let contracts = result.outcome.verdict().map(Verdict::given_contracts);
        let sentences: Vec<String> = contracts
            .into_iter()
            .flatten()
            .map(|name| sentence(name, &checks))
            .collect();
        result.remarks.splice(0..0, sentences);
    }
}

/// One property that checks a contract.
struct Check {
    contract: String,
    property: String,
    /// What the symbolic engine says of it.
    words: String,
    /// Whether it takes the contract for granted where the function calls itself.
    is_induction: bool,
}

fn checks(reports: &[BinaryReport]) -> Vec<Check> {
    let properties = reports.iter().flat_map(|report| &report.properties);
    let mut checks = Vec::new();
    for property in properties {
        for result in &property.results {
            for contract in &result.contracts_checked {
                checks.push(Check {
                    contract: contract.clone(),
                    property: property.description.path.clone(),
                    words: words(result),
                    is_induction: rests_on(result, contract),
                });
            }
        }
    }
    checks
}

fn words(result: &EngineResult) -> String {
    debug_assert_eq!(result.engine, Engine::Symbolic, "others assume no contract");
    match result.outcome.verdict() {
        Some(verdict) => verdict_words(verdict),
        None => "not run".to_owned(),
    }
}

fn rests_on(result: &EngineResult, contract: &str) -> bool {
    let contracts = result.outcome.verdict().map(Verdict::given_contracts);
    contracts.into_iter().flatten().any(|name| name == contract)
}

fn sentence(contract: &str, checks: &[Check]) -> String {
    let said: Vec<String> = checks
        .iter()
        .filter(|check| check.contract == contract)
        .map(|check| {
            let induction = if check.is_induction {
                ", by induction over calls that return"
            } else {
                ""
            };
            format!("`{}` checks it: {}{induction}", check.property, check.words)
        })
        .collect();
    let said = if said.is_empty() {
        "no property of this check checks it".to_owned()
    } else {
        said.join(", ")
    };
    format!("given the contract of `{contract}`; {said}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(property: &str, words: &str, is_induction: bool) -> Check {
        Check {
            contract: "demo::divide".to_owned(),
            property: property.to_owned(),
            words: words.to_owned(),
            is_induction,
        }
    }

    #[test]
    fn a_contract_is_named_with_what_checks_it() {
        let rows = [
            (vec![], "no property of this check checks it"),
            (
                vec![check("keeps", "proved", false)],
                "`keeps` checks it: proved",
            ),
            (
                vec![
                    check("keeps", "REFUTED", false),
                    check("again", "proved given `divide`", true),
                ],
                "`keeps` checks it: REFUTED, `again` checks it: proved given `divide`, by induction \
                 over calls that return",
            ),
        ];
        for (checks, expected) in rows {
            let found = sentence("demo::divide", &checks);
            assert_eq!(
                found,
                format!("given the contract of `demo::divide`; {expected}")
            );
        }
        let others = [check("keeps", "proved", false)];
        assert!(sentence("demo::halve", &others).contains("no property"));
    }
}
