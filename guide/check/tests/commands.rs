//! Every command of the guide and of the README does what is written below it.
//!
//! Not a part of `cargo test --workspace`, because it installs the command: `.ci/run` has a stage for it.
//! `GUIDE_PAGE=tutorial` runs only the pages with that in their path.

#![cfg(unix)]

use std::{env, fs};

use guide::{book, is_blessing, root, script};

#[test]
#[ignore = "installs the command; `cargo test -p guide --test commands -- --ignored`"]
fn commands_print_what_pages_show() {
    let house = script::House::new().unwrap();
    house.install().unwrap();
    let chosen = env::var("GUIDE_PAGE").unwrap_or_default();
    let mut pages = book::pages().unwrap();
    pages.push(root().join("README.md"));
    let (mut faults, mut commands) = (Vec::new(), 0);
    for page in pages
        .iter()
        .filter(|page| page.to_string_lossy().contains(&chosen))
    {
        let text = fs::read_to_string(page).unwrap();
        let outcome = house.run(&text).unwrap();
        println!("{}: {} commands", page.display(), outcome.commands);
        commands += outcome.commands;
        if is_blessing() && outcome.blessed != text {
            fs::write(page, outcome.blessed).unwrap();
        }
        let place = page.strip_prefix(root()).unwrap().display().to_string();
        let unmended = if is_blessing() {
            Vec::new()
        } else {
            outcome.faults
        };
        let all = outcome.failures.into_iter().chain(unmended);
        faults.extend(all.map(|fault| format!("{place}\n{fault}")));
    }
    assert!(commands > 0, "no page has a command");
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}
