//! The properties of a package, without running any.

use crate::document::TargetLabel;
use crate::style::{Paint, Tone};
use proofhouse_evidence::PropertyDescription;

/// The listing as text: for each binary its title, then each property's path, place and statement.
pub fn listing_text(
    binaries: &[(String, TargetLabel, Vec<PropertyDescription>)],
    colour: bool,
) -> String {
    let paint = Paint { colour };
    let mut text = String::new();
    for (package, target, properties) in binaries.iter().filter(|entry| !entry.2.is_empty()) {
        let title = format!("{package} ({target})");
        text.push_str(&format!("{}\n", paint.paint(Tone::Strong, &title)));
        for property in properties {
            let place = format!("{}:{}", property.file, property.line);
            text.push_str(&format!(
                "  {}({})  {}\n",
                property.path,
                property.arguments.join(", "),
                paint.paint(Tone::Faint, &place)
            ));
            for line in property.statement.lines() {
                text.push_str(&format!("      {}\n", line.trim()));
            }
        }
    }
    text
}
