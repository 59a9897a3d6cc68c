//! What was proved is not proved again while nothing that the proof depends on has changed; and what
//! could not be decided is not tried again with no more time than it had.
//!
//! A proof is a function of the code that the property reaches, of the bounds and of the prover: in the
//! machine's environment, clocks and randomness are fixed (`vm::shims::environment`). So it is kept under
//! two names. The name of what is *reached* is a hash over that code, the prover and the bounds; finding it
//! takes loading the program. The name in the *whole* program is a hash over the contents of every file
//! that would be linked, the standard library included; where nothing has changed at all, it is found
//! without loading anything. The prover is this executable, the toolchain's description and its LLVM.
//!
//! # Invariants
//!
//! - Either hash covers at least all code that the property can reach (`vm::program::fingerprint` says
//!   why), with the places in the source that a report may name: an edit further up in the same file
//!   makes a property be proved anew.
//! - Only proofs are kept, and verdicts that the code or the time was too much: never a counterexample,
//!   and nothing that the machine's state may have caused.
//! - What is not a complete proof counts only if it had at least as much time as is asked for now; with
//!   more there might be a better one. What is asked for is a share of the budget that depends on the
//!   number of properties alone, so that the same check asks for the same time again.
//! - A file that is damaged, or is of another version, is no verdict.
//! - A report counts no paths for what was not explored, and says when it was.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proofhouse_evidence::{FORMAT_VERSION, FileLines, Obstacle, Proof, Verdict};
use serde::{Deserialize, Serialize};

use crate::build::manifest::Manifest;
use crate::build::toolchain::Toolchain;
use crate::campaign::CheckResult;

/// Grows with every change of what is hashed, or in which order.
const VERSION: &str = "proofhouse proof, version 3";

/// The kept verdicts of a workspace.
#[derive(Debug, Clone)]
pub struct ProofCache {
    folder: PathBuf,
    only_proofs: bool,
}

/// One kept verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptVerdict {
    format_version: u32,
    /// A proof, or why there is none.
    pub verdict: Verdict,
    /// Why it did not go further.
    pub remarks: Vec<String>,
    /// The lines that were executed. They are where they were: an edit above them changes the key.
    pub lines: Vec<FileLines>,
    /// Inputs that another engine may begin with, as tokens.
    pub starts: Vec<String>,
    /// The functions whose contract was checked.
    #[serde(default)]
    pub contracts_checked: Vec<String>,
    /// The time that there was for it, in milliseconds.
    time_ms: u64,
    /// When it was found, in milliseconds since 1970 (UTC).
    pub found_unix_ms: u64,
}

/// The name of one proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofKey(String);

impl ProofKey {
    /// The name of the proof of one property of a program.
    pub fn of_whole(program: &str, entry: &str, size_max: Option<u64>) -> Self {
        Self::of(["whole", program, entry], size_max)
    }

    /// The name of the proof of a property that reaches certain code, with a certain prover.
    pub fn of_reached(prover: &str, reached: &str, size_max: Option<u64>) -> Self {
        Self::of(["reached", prover, reached], size_max)
    }

    fn of(parts: [&str; 3], size_max: Option<u64>) -> Self {
        let mut hasher = blake3::Hasher::new();
        let size_max = size_max.map_or_else(|| "-".to_owned(), |size| size.to_string());
        for part in [VERSION, &size_max].into_iter().chain(parts) {
            // Each with its length, so that no two lists of parts are the same bytes.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hasher.finalize().to_hex().to_string())
    }
}

impl KeptVerdict {
    /// A verdict that had so much time, found now; `None` if another attempt might come to another one.
    pub fn new(found: &CheckResult, time_max: Duration) -> Option<Self> {
        let verdict = found.outcome.verdict()?;
        let is_lasting = match verdict {
            Verdict::Proved { .. } => true,
            Verdict::Inconclusive { obstacles } => obstacles.iter().all(is_lasting),
            _ => false,
        };
        if !is_lasting {
            return None;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Some(Self {
            format_version: FORMAT_VERSION,
            verdict: verdict.clone(),
            remarks: found.remarks.clone(),
            lines: found.lines.clone(),
            starts: found.starts.clone(),
            contracts_checked: found.contracts_checked.clone(),
            time_ms: milliseconds(time_max),
            found_unix_ms: milliseconds(now.unwrap_or_default()),
        })
    }
}

/// Whether an obstacle is one of the code or of the time that there was. A lack of memory, a worker
/// that was lost, and a counterexample that did not hold are worth another look.
fn is_lasting(obstacle: &Obstacle) -> bool {
    match obstacle {
        Obstacle::Unsupported { .. } | Obstacle::SolverGaveUp { .. } => true,
        Obstacle::LimitReached { limit, .. } => limit != "memory",
        _ => false,
    }
}

impl ProofCache {
    /// The verdicts in this folder; there may be none yet.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            only_proofs: false,
        }
    }

    /// The same, where what could not be decided is tried again. A check that fails when a proof is lost
    /// should not fail because a machine was busy once.
    #[must_use]
    pub fn trying_again(self) -> Self {
        Self {
            only_proofs: true,
            ..self
        }
    }

    /// The verdict of this name, if there is a name, and a verdict as good as `time_asked` could give.
    pub fn find(&self, key: Option<&ProofKey>, time_asked: Duration) -> Option<KeptVerdict> {
        let text = fs::read_to_string(self.path(key?)).ok()?;
        let kept: KeptVerdict = serde_json::from_str(&text).ok()?;
        let had_the_time = kept.time_ms >= milliseconds(time_asked);
        let is_good = match &kept.verdict {
            Verdict::Proved {
                proof: Proof::Complete,
            } => true,
            Verdict::Proved {
                proof: Proof::Bounded { bounds, contracts },
            } => {
                (had_the_time && !bounds.is_empty()) || (bounds.is_empty() && !contracts.is_empty())
            }
            Verdict::Inconclusive { obstacles } => {
                had_the_time && !obstacles.is_empty() && !self.only_proofs
            }
            _ => false,
        };
        (is_good && kept.format_version == FORMAT_VERSION).then_some(kept)
    }

    /// Keeps a verdict under each of these names.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports. Without a cache everything is proved anew, which is no harm.
    pub fn put(&self, keys: &[ProofKey], kept: &KeptVerdict) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        for key in keys {
            let mut draft = tempfile::NamedTempFile::new_in(&self.folder)?;
            serde_json::to_writer(&mut draft, kept)?;
            draft.persist(self.path(key))?;
        }
        Ok(())
    }

    fn path(&self, key: &ProofKey) -> PathBuf {
        self.folder.join(format!("{}.json", key.0))
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What a program and its prover are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramNames {
    /// The name of the toolchain that compiled it and of the prover.
    pub prover: String,
    /// The name of both and of the program's files.
    pub program: String,
}

/// Hashes programs. Each file is read once, as most belong to several programs.
#[derive(Debug, Default)]
pub struct ProgramHasher {
    files: HashMap<PathBuf, blake3::Hash>,
    prover: Option<blake3::Hash>,
}

impl ProgramHasher {
    /// The names of a program.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports; then nothing can be said about the program.
    pub fn names(
        &mut self,
        manifest: &Manifest,
        toolchain: &Toolchain,
    ) -> io::Result<ProgramNames> {
        let prover = match self.prover {
            Some(prover) => prover,
            None => *self.prover.insert(prover(toolchain)?),
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(prover.as_bytes());
        for files in [
            &manifest.objects,
            &manifest.archives,
            &manifest.machine_code,
        ] {
            hasher.update(&(files.len() as u64).to_le_bytes());
            for file in files {
                // Objects that hold no bitcode are named, not linked, and gone after the build.
                match self.file(file) {
                    Ok(hash) => hasher.update(hash.as_bytes()),
                    Err(_) if manifest.machine_code.contains(file) => {
                        hasher.update(b"machine code")
                    }
                    Err(error) => return Err(error),
                };
            }
        }
        Ok(ProgramNames {
            prover: prover.to_hex().to_string(),
            program: hasher.finalize().to_hex().to_string(),
        })
    }

    fn file(&mut self, path: &Path) -> io::Result<blake3::Hash> {
        if let Some(hash) = self.files.get(path) {
            return Ok(*hash);
        }
        let hash = hash_file(path)?;
        self.files.insert(path.to_owned(), hash);
        Ok(hash)
    }
}

fn hash_file(path: &Path) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize())
}

/// This executable, and what reads the bitcode. The LLVM library is large and belongs to the toolchain,
/// so its size and time stand for its contents.
fn prover(toolchain: &Toolchain) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(hash_file(&std::env::current_exe()?)?.as_bytes());
    hasher.update(toolchain.version.as_bytes());
    let mut libraries = Vec::new();
    for entry in fs::read_dir(toolchain.sysroot.join("lib"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.contains("LLVM") {
            let file = fs::metadata(entry.path())?;
            libraries.push(format!("{name} {} {:?}\n", file.len(), file.modified()?));
        }
    }
    libraries.sort();
    hasher.update(libraries.concat().as_bytes());
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{Bound, Statistics};

    use super::*;

    fn bounded() -> Verdict {
        Verdict::Proved {
            proof: Proof::Bounded {
                bounds: vec![Bound {
                    what: "length of `text`".to_owned(),
                    most: 7,
                    unit: "bytes".to_owned(),
                }],
                contracts: Vec::new(),
            },
        }
    }

    fn complete() -> Verdict {
        Verdict::Proved {
            proof: Proof::Complete,
        }
    }

    fn open(limit: &str) -> Verdict {
        Verdict::Inconclusive {
            obstacles: vec![Obstacle::LimitReached {
                limit: limit.to_owned(),
                allowed: 1000,
                unit: "milliseconds".to_owned(),
            }],
        }
    }

    #[test]
    fn a_proof_is_kept_for_as_much_time_as_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ProofCache::new(folder.path().join("proofs"));
        let second = Duration::from_secs(1);
        let key = |entry: &str| ProofKey::of_whole("program", entry, None);
        for (entry, verdict) in [
            ("bounded", bounded()),
            ("complete", complete()),
            ("open", open("time")),
            ("out of memory", open("memory")),
            ("passed", Verdict::Passed { cases: 3 }),
            ("vacuous", Verdict::Vacuous { rejected: 3 }),
            ("refuted", Verdict::Refuted { findings: vec![] }),
        ] {
            if let Some(kept) = KeptVerdict::new(
                &CheckResult::concluded(verdict, Statistics::default()),
                second,
            ) {
                cache.put(&[key(entry)], &kept).unwrap();
            }
        }
        let get = |entry: &str, time| {
            let kept = cache.find(Some(&key(entry)), time);
            kept.map(|kept| kept.verdict)
        };
        assert_eq!(get("bounded", second), Some(bounded()));
        assert_eq!(get("bounded", second * 2), None);
        assert_eq!(get("complete", second * 2), Some(complete()));
        assert_eq!(get("open", second), Some(open("time")));
        assert_eq!(get("open", second * 2), None);
        let again = cache.clone().trying_again();
        assert_eq!(again.find(Some(&key("open")), second), None);
        assert!(again.find(Some(&key("bounded")), second).is_some());
        for entry in ["out of memory", "passed", "vacuous", "refuted", "unknown"] {
            assert_eq!(get(entry, second), None, "{entry}");
        }
        let path = cache.path(&key("complete"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 1]).unwrap();
        assert_eq!(get("complete", second), None, "a torn file is no proof");
    }

    #[test]
    fn every_part_of_a_name_counts() {
        let whole = ProofKey::of_whole;
        let all = [
            whole("p", "e", None),
            whole("q", "e", None),
            whole("p", "f", None),
            whole("pe", "", None),
            whole("p", "e", Some(1)),
            whole("p", "e", Some(2)),
            ProofKey::of_reached("p", "e", None),
        ];
        for (at, key) in all.iter().enumerate() {
            assert!(!all[..at].contains(key), "{at}");
        }
        assert_eq!(all[0], whole("p", "e", None));
    }

    #[test]
    fn every_byte_of_every_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("lib")).unwrap();
        for name in ["a.o", "b.o", "c.rlib"] {
            fs::write(path(name), name).unwrap();
        }
        let toolchain = Toolchain {
            host: "h".to_owned(),
            sysroot: folder.path().to_owned(),
            version: "rustc 1.95.0".to_owned(),
        };
        let manifest = Manifest {
            proofhouse_layout: 1,
            objects: vec![path("a.o"), path("b.o")],
            archives: vec![path("c.rlib")],
            machine_code: vec![path("gone.o")],
        };
        let hash = || {
            let names = ProgramHasher::default().names(&manifest, &toolchain);
            names.unwrap().program
        };
        let mut seen = vec![hash()];
        assert_eq!(hash(), seen[0], "the same files have the same hash");
        for (name, text) in [
            ("a.o", "a.o "),
            ("b.o", ""),
            ("c.rlib", "C.rlib"),
            ("lib/libLLVM.so", "l"),
        ] {
            fs::write(path(name), text).unwrap();
            let now = hash();
            assert!(!seen.contains(&now), "{name}");
            seen.push(now);
        }
        let newer = Toolchain {
            version: "rustc 1.96.0".to_owned(),
            ..toolchain.clone()
        };
        let newer = ProgramHasher::default().names(&manifest, &newer).unwrap();
        let now = ProgramHasher::default().names(&manifest, &toolchain);
        assert_ne!(newer.program, hash());
        assert_ne!(newer.prover, now.unwrap().prover);
        fs::remove_file(path("a.o")).unwrap();
        let missing = ProgramHasher::default().names(&manifest, &toolchain);
        assert!(
            missing.is_err(),
            "nothing is said of a program that is not whole"
        );
    }
}
