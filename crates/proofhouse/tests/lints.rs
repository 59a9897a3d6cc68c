//! A user's crate may be as strict as it likes, in either edition.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::fs;
use std::path::Path;
use std::process::Command;

const SOURCE: &str = r#"//! A crate that forbids and denies all it can.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
#![deny(rust_2018_idioms, let_underscore_drop, unused_qualifications, single_use_lifetimes)]

/// A derived type, with what lints like to complain about.
#[cfg(test)]
mod shape {
    #[derive(Debug, Clone, PartialEq, proofhouse::Generate)]
    #[allow(non_snake_case, non_camel_case_types, reason = "as the wire has it")]
    pub(crate) enum Shape<T> {
        point,
        Line { lengthInPixels: u8, #[from(0..=lengthInPixels)] r#use: u8 },
        Group(Vec<Shape<T>>, #[always(3)] u8),
        #[weight(2)]
        Labelled(Box<Shape<T>>, T),
        #[deprecated]
        #[allow(dead_code, reason = "nobody makes it")]
        #[skip]
        Old,
    }
}

/// A state machine, with one of each attribute.
#[cfg(test)]
mod door {
    use proofhouse::prelude::*;

    pub(crate) struct Door {
        opened: u32,
    }

    #[state_machine]
    impl Door {
        #[initial]
        fn new(#[from(0..3)] opened: u32) -> Result<Self, String> {
            if opened < 3 { Ok(Self { opened }) } else { Err("often".to_owned()) }
        }

        #[action(into = keys)]
        #[weight(2)]
        fn open(&mut self, name: String, #[from(0..=self.opened)] times: u32) -> Result<Vec<String>, u8> {
            self.opened += times.min(3);
            Ok(vec![name])
        }

        #[action]
        #[precondition(self.opened > 0)]
        fn close(&mut self, #[consume(keys)] _key: Vec<String>, mut times: u8) -> u32 {
            times /= 2;
            self.opened += u32::from(times);
            self.opened
        }

        #[action]
        fn look(&self, #[bundle(keys)] key: &Vec<String>) {
            assert!(!key.is_empty() && self.opened < 1_000_000);
        }

        #[invariant]
        fn is_sound(&self) -> Result<(), u32> {
            if self.opened < 1_000_000 { Ok(()) } else { Err(self.opened) }
        }
    }

    /// Doors are sound.
    #[property]
    fn prop_door(run: Steps<Door>, #[from(steps(..5))] _short: Steps<Door>) {
        assert!(run.state().opened < 1_000_000);
    }
}

/// A public type with an invariant and contracts.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(proofhouse::Generate))]
pub struct Window {
    first: u8,
    end: u8,
}

#[cfg(test)]
impl proofhouse::Invariant for Window {
    fn is_well_formed(&self) -> bool {
        self.first <= self.end
    }
}

#[cfg_attr(test, proofhouse::keeps_invariant)]
impl Window {
    /// From here to there.
    #[must_use]
    pub fn new(first: u8, length: u8) -> Option<Self> {
        first.checked_add(length).map(|end| Self { first, end })
    }

    /// Lets it begin later, and returns what is cut off.
    #[cfg_attr(test, proofhouse::requires(places <= self.end - self.first))]
    #[cfg_attr(test, proofhouse::ensures(|cut| *cut == places && self.first >= old(self.first)))]
    pub fn cut(&mut self, mut places: u8) -> u8 {
        self.first += places;
        places /= 1;
        places
    }

    /// Fills what lies in it.
    ///
    /// # Errors
    ///
    /// If there is less.
    #[cfg_attr(test, proofhouse::ensures(|filled| filled.is_err() || bytes.len() >= usize::from(self.end)))]
    pub fn fill(&self, bytes: &mut [u8], (byte, times): (u8, u8)) -> Result<(), String> {
        let places = usize::from(self.first)..usize::from(self.end);
        let inside = bytes.get_mut(places).ok_or_else(|| "too few".to_owned())?;
        inside.fill(byte.wrapping_mul(times));
        Ok(())
    }
}

/// Something public.
#[must_use]
pub fn shout(text: &str) -> String {
    text.to_uppercase()
}

#[cfg(test)]
mod tests {
    use proofhouse::prelude::*;

    /// Shouting twice is no louder.
    #[property(cases = 20)]
    fn prop_shout(text: String, #[from(vec(0..9u8, 1..4))] mut times: Vec<u8>) -> Result<(), String> {
        assume!(text.is_ascii());
        times.reverse();
        let once = super::shout(&text);
        note!("shouted {} times", times.len());
        if super::shout(&once) == once { Ok(()) } else { Err(once) }
    }

    /// Windows are cut by their contract.
    #[property(assuming(super::Window::cut), checks(super::Window::fill))]
    fn prop_window(#[from(well_formed())] mut window: super::Window, mut bytes: Vec<u8>) {
        loop_invariant!(window.is_well_formed());
        let _ = window.cut(0);
        drop(window.fill(&mut bytes, (1, 2)));
    }

    /// Derived shapes are drawn and printed.
    #[property]
    fn prop_shape(shape: super::shape::Shape<u16>) {
        use super::shape::Shape;
        match &shape {
            Shape::Line { lengthInPixels, r#use } => assert!(r#use <= lengthInPixels),
            Shape::Group(shapes, three) => assert!(shapes.len() < 1000 && *three == 3),
            Shape::Labelled(shape, _) => assert_eq!(shape, &shape.clone()),
            _ => assert_eq!(shape, Shape::point),
        }
    }

    #[property]
    #[expect(clippy::unreadable_literal, reason = "lint levels reach the body")]
    fn prop_levels((left, right): (u32, u32)) {
        assert!(left.min(right) < 4294967295 || left == right);
    }
}
"#;

/// The workspace that this crate is part of.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("it lies in `crates`")
}

/// Writes a crate of one file that depends on this one, and lints and tests it.
fn check(edition: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("strict-{edition}"));
    fs::create_dir_all(folder.join("src")).unwrap();
    let path = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"strict-{edition}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\
         [dependencies]\nproofhouse = {{ path = {path:?} }}\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), SOURCE).unwrap();
    // The versions that the workspace uses are those that are on this machine.
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    for subcommand in ["clippy", "test"] {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([subcommand, "--quiet", "--offline", "--tests"])
            .current_dir(&folder);
        // One folder for both editions, so that dependencies are built once.
        cargo.env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("strict-target"),
        );
        cargo
            .env_remove("RUSTFLAGS")
            .env_remove("PROOFHOUSE_REPLAY");
        let output = cargo.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cargo {subcommand}, edition {edition}: {printed}"
        );
    }
}

#[test]
fn strict_crates_accept_properties_in_both_editions() {
    check("2021");
    check("2024");
}
