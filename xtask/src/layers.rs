//! Arrows point down: a crate uses crates of lower layers, never of its own or a higher one.
//!
//! The layers stand here and nowhere else; `ARCHITECTURE.md` explains them. A crate of the
//! workspace that has no layer fails the check, so a new room is placed before it is furnished.
//! Dev-dependencies count too.

use std::fmt::Write as _;

use cargo_metadata::MetadataCommand;

/// Each crate's layer. The macro crate is one below the library that re-exports it.
const LAYERS: &[(&str, u32)] = &[
    ("proofhouse-choice", 0),
    ("proofhouse-solver", 0),
    ("proofhouse-macros", 0),
    ("proofhouse-kani-macros", 0),
    ("proofhouse-evidence", 1),
    ("proofhouse-store", 2),
    ("proofhouse-report", 2),
    ("proofhouse", 3),
    ("proofhouse-vm", 3),
    ("cargo-proofhouse", 4),
    ("kani", 4),
    ("pci-passthrough", 5),
    ("nix-text", 5),
    ("byte-buffer", 5),
    ("contracts", 5),
    ("lessons", 5),
    ("ring", 5),
    ("guide", 6),
    ("controller-store", 5),
    ("bench", 6),
    ("xtask", 6),
];

/// Checks the manifests of the whole workspace.
///
/// # Errors
///
/// A text that lists every arrow which does not point down, and every crate without a layer.
pub(crate) fn check() -> Result<String, String> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let mut arrows = Vec::new();
    for package in &metadata.packages {
        for dependency in package.dependencies.iter().filter(|d| d.path.is_some()) {
            arrows.push((package.name.to_string(), dependency.name.clone()));
        }
    }
    let names: Vec<String> = metadata
        .packages
        .iter()
        .map(|p| p.name.to_string())
        .collect();
    let faults = faults(&names, &arrows);
    if faults.is_empty() {
        Ok(format!(
            "layers: {} crates, {} arrows, all point down",
            names.len(),
            arrows.len()
        ))
    } else {
        Err(faults)
    }
}

/// One line for each crate without a layer and each arrow that does not point down.
fn faults(names: &[String], arrows: &[(String, String)]) -> String {
    let mut faults = String::new();
    for name in names.iter().filter(|name| layer(name).is_none()) {
        let _ = writeln!(
            faults,
            "`{name}` has no layer: place it in xtask/src/layers.rs"
        );
    }
    // A crate whose tests need one of its own features names itself.
    for (from, to) in arrows.iter().filter(|(from, to)| from != to) {
        if let (Some(upper), Some(lower)) = (layer(from), layer(to))
            && upper <= lower
        {
            let _ = writeln!(
                faults,
                "`{from}` (layer {upper}) uses `{to}` (layer {lower})"
            );
        }
    }
    faults
}

fn layer(name: &str) -> Option<u32> {
    LAYERS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn an_arrow_that_points_up_or_sideways_is_named() {
        let itself = faults(&[], &[arrow("proofhouse-choice", "proofhouse-choice")]);
        assert_eq!(itself, "");
        let up = faults(&[], &[arrow("proofhouse-choice", "proofhouse")]);
        assert_eq!(
            up,
            "`proofhouse-choice` (layer 0) uses `proofhouse` (layer 3)\n"
        );
        let sideways = faults(&[], &[arrow("proofhouse-solver", "proofhouse-choice")]);
        assert!(sideways.contains("proofhouse-solver"));
    }

    #[test]
    fn an_arrow_that_points_down_is_fine() {
        assert_eq!(faults(&[], &[arrow("proofhouse", "proofhouse-choice")]), "");
    }

    #[test]
    fn a_crate_without_a_layer_is_named() {
        assert!(faults(&["attic".to_owned()], &[]).contains("`attic` has no layer"));
    }
}
