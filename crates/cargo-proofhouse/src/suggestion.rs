//! The name that somebody probably meant.

/// At most so many known names are listed when none is near.
const NAMES_LISTED_MAX: usize = 8;

/// The nearest of the known names, or a list of them when none is near.
pub(crate) fn suggestion(wanted: &str, known: &[String]) -> String {
    match nearest(wanted, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "there is none to choose from".to_owned(),
        None => {
            let listed = known
                .iter()
                .take(NAMES_LISTED_MAX)
                .map(|name| format!("`{name}`"));
            let listed = listed.collect::<Vec<_>>().join(", ");
            match known.len().saturating_sub(NAMES_LISTED_MAX) {
                0 => format!("there is {listed}"),
                rest => format!("there is {listed} and {rest} more"),
            }
        }
    }
}

/// Names less alike than this are no help.
const SIMILARITY_MIN: f64 = 0.75;

/// The known name most like the wanted one. Of a path or a code, its last segment is compared too,
/// because people type names and not paths.
fn nearest<'known>(wanted: &str, known: &'known [String]) -> Option<&'known str> {
    let similarity = |name: &str| {
        let last = name.rsplit([':', '/']).next().unwrap_or(name);
        strsim::jaro_winkler(wanted, name).max(strsim::jaro_winkler(wanted, last))
    };
    known
        .iter()
        .map(|name| (similarity(name), name.as_str()))
        .filter(|(similarity, _)| *similarity >= SIMILARITY_MIN)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let known = ["random", "exhaustive", "symbolic"].map(str::to_owned);
        assert_eq!(suggestion("symbollic", &known), "did you mean `symbolic`?");
        assert_eq!(
            suggestion("zzz", &known),
            "there is `random`, `exhaustive`, `symbolic`"
        );
        let paths = ["types::prop_roundtrip".to_owned()];
        assert_eq!(
            nearest("prop_rountrip", &paths),
            Some("types::prop_roundtrip")
        );
        let codes = ["verdict/refuted", "verdict/vacuous"].map(str::to_owned);
        assert_eq!(nearest("vacuous", &codes), Some("verdict/vacuous"));
        assert_eq!(suggestion("x", &[]), "there is none to choose from");
    }

    #[test]
    fn a_long_list_of_names_is_cut() {
        let known: Vec<String> = (0..20).map(|number| format!("package-{number}")).collect();
        assert!(suggestion("zzz", &known).ends_with("`package-7` and 12 more"));
    }
}
