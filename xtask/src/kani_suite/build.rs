//! Compiling the files of the suite as bitcode: one small package by cargo, which brings our `kani` and
//! all that it needs, then one rustc for each file.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_proofhouse::build::cargo::{Selection, Workspace, build_bitcode};
use cargo_proofhouse::build::manifest::Manifest;
use cargo_proofhouse::build::toolchain::Toolchain;
use cargo_proofhouse::build::wrapper;

use super::case::Case;

/// What every file is compiled against.
pub struct Scaffold {
    folder: PathBuf,
    host: String,
    kani: PathBuf,
    /// Where the libraries lie, ours for the target and those for the host.
    libraries: Vec<PathBuf>,
}

/// A file that was compiled.
pub struct Unit {
    /// The manifest of its bitcode.
    pub manifest: PathBuf,
    /// The folder that holds it, to be removed.
    pub folder: PathBuf,
}

impl Scaffold {
    /// Has cargo build our `kani` as bitcode.
    pub fn prepare() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = root.parent().ok_or("the workspace has no folder")?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join("kani-suite");
        write_package(&folder, root).map_err(|error| format!("{}: {error}", folder.display()))?;
        let toolchain = Toolchain::find().map_err(|error| error.to_string())?;
        let selection = Selection {
            workspace_options: vec![
                OsString::from("--manifest-path"),
                folder.join("Cargo.toml").into_os_string(),
            ],
            target_options: vec!["--lib".into(), "--quiet".into()],
            ..Selection::default()
        };
        let text = |error: cargo_proofhouse::error::CommandError| error.to_string();
        let workspace = Workspace::read(&selection).map_err(text)?;
        let built = build_bitcode(&workspace, &selection, &toolchain).map_err(text)??;
        let manifest = built.values().next().ok_or("cargo built nothing")?;
        let manifest = Manifest::read(manifest).map_err(|error| error.to_string())?;
        let archives = manifest
            .ok_or("the bitcode build left no manifest")?
            .archives;
        let is_kani = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("libkani-")
        };
        let kani = archives
            .iter()
            .find(is_kani)
            .ok_or("cargo did not link `kani`")?;
        let of_target = kani
            .parent()
            .ok_or("a library lies in a folder")?
            .to_owned();
        let of_host = workspace
            .target_folder()
            .join("proofhouse/bitcode/debug/deps");
        Ok(Self {
            folder,
            host: toolchain.host,
            kani: kani.clone(),
            libraries: vec![of_target, of_host],
        })
    }

    /// Compiles one file; the error is the compiler's first.
    pub fn compile(&self, at: usize, case: &Case) -> Result<Unit, String> {
        let folder = self.folder.join(format!("unit-{at}"));
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).map_err(failed)?;
        let manifest = folder.join("unit");
        let mut kani = OsString::from("kani=");
        kani.push(&self.kani);
        // This program stands in for the wrapper, which adds the flags, and later for the linker.
        let mut command = Command::new(env::current_exe().map_err(failed)?);
        command
            .env(wrapper::ROLE, wrapper::ROLE_WRAPPER)
            .arg("rustc");
        command.args([
            "--test",
            "--cfg",
            "kani",
            "--cap-lints",
            "allow",
            "--crate-name",
            "unit",
        ]);
        command.args(["--edition", &case.edition, "--target", &self.host]);
        command.arg("--extern").arg(kani).arg("-o").arg(&manifest);
        for library in &self.libraries {
            command.arg("-L").arg(library);
        }
        if case
            .options
            .split(' ')
            .any(|option| option == "--no-assert-contracts")
        {
            command.env("KANI_NO_ASSERT_CONTRACTS", "1");
        }
        let output = command.arg(&case.path).output().map_err(failed)?;
        if output.status.success() {
            return Ok(Unit { manifest, folder });
        }
        drop(fs::remove_dir_all(&folder));
        let words = String::from_utf8_lossy(&output.stderr);
        let first = words.lines().find(|line| line.starts_with("error"));
        Err(first.unwrap_or("rustc says nothing").to_owned())
    }
}

fn write_package(folder: &Path, root: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "#[cfg(test)]\nuse kani as _;\n")?;
    let manifest = format!(
        "[package]\nname = \"kani-suite\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dev-dependencies]\nkani = {{ path = {:?} }}\n",
        root.join("compat/kani")
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // The versions that this workspace has, so that nothing has to be fetched.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map(drop)
}
