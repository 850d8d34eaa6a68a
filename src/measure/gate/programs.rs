//! The two programs, made alike in all but their code: copies under paths of one length, whose bytes are known.
//!
//! A rebuild while a comparison runs changes nothing, and the length of a path, which shifts the stack of a process, is no
//! difference between them. Must not know cells.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::{AccessFlags, access};
use sha2::{Digest, Sha256};

use crate::failure::{Failure, OrFail};
use crate::process::program::Program;
use crate::scratch;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What was before.
    Base,
    /// What is new.
    Head,
}

impl Side {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "BASE",
            Self::Head => "HEAD",
        }
    }
}

/// A program whose lanes are measured.
#[derive(Debug, Clone)]
pub struct Build {
    /// What its lanes are started from.
    pub program: Program,
    /// The hash of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Whether the bytes are all of it: a script may run other files.
    is_native: bool,
}

/// Both programs, and BASE once more for the null control.
#[derive(Debug)]
pub struct Programs {
    /// What was before.
    pub base: Build,
    /// What is new.
    pub head: Build,
    /// The same as BASE, in a file of its own.
    pub twin: Program,
    _copies: scratch::Folder,
}

const HELP: &str = "give two builds of this suite, like `target/release/fairlane`, or programs that speak the lane protocol \
                    of docs/LANES.md";

impl Programs {
    /// Whether these two files can be compared.
    ///
    /// # Errors
    /// If one of them is not a program that can be started, or both are the same file.
    pub fn check(base: &Path, head: &Path) -> Result<(), Failure> {
        check(base)?;
        check(head)?;
        let same = |a: &Path, b: &Path| Some(fs::canonicalize(a).ok()? == fs::canonicalize(b).ok()?);
        if same(base, head) == Some(true) {
            let (base, head) = (base.display(), head.display());
            return Err(Failure::new(format!(
                "cannot compare `{base}` with `{head}`: they are the same file"
            ))
            .help("copy the first build before you make the second one"));
        }
        Ok(())
    }

    /// Copies both.
    ///
    /// # Errors
    /// If one of them cannot be read, or there is no room for copies.
    pub fn prepare(base: &Path, head: &Path) -> Result<Self, Failure> {
        let copies = scratch::folder("programs")?;
        let copy = |from: &Path, name: &str| copy(from, &copies.path().join(name));
        let (base, twin, head) = (copy(base, "base")?, copy(base, "twin")?.program, copy(head, "head")?);
        Ok(Self { base, head, twin, _copies: copies })
    }

    /// Whether both are the same program. Two scripts with the same bytes may run different files.
    pub fn are_identical(&self) -> bool {
        self.base.is_native && self.base.sha256 == self.head.sha256
    }

    /// The program of a side.
    pub fn of(&self, side: Side) -> &Program {
        match side {
            Side::Base => &self.base.program,
            Side::Head => &self.head.program,
        }
    }
}

fn check(path: &Path) -> Result<(), Failure> {
    let operation = || format!("compare the program `{}`", path.display());
    let about = fs::metadata(path).or_fail(operation).map_err(|failure| failure.help(HELP))?;
    let refused = |why: &str| Err(Failure::new(format!("cannot {}: {why}", operation())).help(HELP));
    match about {
        about if about.is_dir() => refused("it is a folder without a `run.json`"),
        about if !about.is_file() => refused("it is no regular file"),
        about if about.permissions().mode() & 0o111 == 0 => refused("it may not be executed"),
        _ => Ok(()),
    }
}

/// A folder that was mounted with `noexec` holds programs and starts none.
fn may_start(copy: &Path) -> Result<(), Failure> {
    let refused = || scratch::within("start a copy of a program");
    access(copy, AccessFlags::X_OK)
        .or_fail(refused)
        .map_err(|failure| failure.help("set TMPDIR to a folder from which programs may be started"))
}

/// Copies a program. A script stays where it is: it may read files next to it.
fn copy(from: &Path, to: &Path) -> Result<Build, Failure> {
    let operation = || format!("read the program `{}`", from.display());
    let bytes = fs::read(from).or_fail(operation)?;
    let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let is_native = bytes.starts_with(b"\x7fELF");
    let path = if is_native {
        let write = || {
            fs::write(to, &bytes).and_then(|()| fs::set_permissions(to, fs::Permissions::from_mode(0o755)))
        };
        write().map_err(|cause| scratch::failed("copy a program", &cause))?;
        may_start(to)?;
        to.to_path_buf()
    } else {
        fs::canonicalize(from).or_fail(operation)?
    };
    Ok(Build { program: Program::at(path), sha256, bytes: bytes.len() as u64, is_native })
}
