//! Where the operands of inline assembly lie, from LLVM's constraints.
//!
//! A constraint names a register (`{ax}`), a class of them (`r`), or the number of the output whose register an
//! input shares. A template counts operands as the constraints do: all outputs, then all inputs.

/// An operand of inline assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place<'c> {
    /// The register, `ax` for `{ax}`, or the class of registers.
    pub register: &'c str,
    /// Which argument it begins with, if it does with one.
    pub argument: Option<usize>,
    /// Which output it ends as, if it does as one.
    pub output: Option<usize>,
}

/// The operands in a template's order; `None` with operands in memory and with jumps.
///
/// An input that shares an output's register stands there with that output's register.
pub(super) fn places(constraints: &str) -> Option<Vec<Place<'_>>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    let mut argument = 0;
    for constraint in constraints.split(',') {
        match constraint.chars().next() {
            None | Some('~') => continue,
            Some('!') => return None,
            Some(_) if constraint.contains('*') => return None,
            Some('=') => places.push(Place {
                register: constraint.trim_matches(['=', '&', '{', '}']),
                argument: None,
                output: Some(places.len()),
            }),
            Some(_) => {
                let mut place = Place {
                    register: constraint.trim_matches(['{', '}']),
                    argument: Some(argument),
                    output: None,
                };
                if let Ok(output) = constraint.parse::<usize>() {
                    let shared = places.get_mut(output)?;
                    shared.argument = Some(argument);
                    place = shared.clone();
                }
                places.push(place);
                argument += 1;
            }
        }
    }
    Some(places)
}

/// For each output, the argument that begins in the same register, if there is one; `None` with operands in
/// memory and with jumps.
pub(super) fn tied_arguments(constraints: &str) -> Option<Vec<Option<usize>>> {
    let outputs = constraints
        .split(',')
        .filter(|constraint| constraint.starts_with('='));
    let mut places = places(constraints)?;
    places.truncate(outputs.count());
    Some(places.into_iter().map(|place| place.argument).collect())
}

#[cfg(test)]
mod tests {
    use super::{Place, places, tied_arguments};

    #[test]
    fn an_operand_is_a_register_with_what_it_begins_and_ends_as() {
        let place = |register, argument, output| Place {
            register,
            argument,
            output,
        };
        let found = places("=&{dx},={ax},=r,r,0,{ax},~{flags},~{memory}");
        let expected = [
            place("dx", Some(1), Some(0)),
            place("ax", None, Some(1)),
            place("r", None, Some(2)),
            place("r", Some(0), None),
            place("dx", Some(1), Some(0)),
            place("ax", Some(2), None),
        ];
        assert_eq!(found.as_deref(), Some(&expected[..]));
        assert_eq!(places(""), Some(Vec::new()));
        for unknown in ["=r,*m", "=*m,r", "r,!i", "=r,1"] {
            assert_eq!(places(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn outputs_are_tied_to_the_arguments_that_name_them() {
        let rows: [(&str, Option<&[Option<usize>]>); 9] = [
            ("=r,0,~{memory}", Some(&[Some(0)])),
            ("=&r,=&r,1,0,~{dirflag},~{fpsr}", Some(&[Some(1), Some(0)])),
            ("=r,r,0", Some(&[Some(1)])),
            ("r,~{memory}", Some(&[])),
            ("", Some(&[])),
            ("=r,~{memory}", Some(&[None])),
            (
                "=&r,={ax},={cx},={dx},1,2",
                Some(&[None, Some(0), Some(1), None]),
            ),
            ("=*m,=r,0", None),
            ("=r,0,!i", None),
        ];
        for (constraints, expected) in rows {
            assert_eq!(
                tied_arguments(constraints).as_deref(),
                expected,
                "{constraints}"
            );
        }
    }
}
