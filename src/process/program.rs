//! Which program a child is: mostly this very binary. Must not know how a child is fed or ended.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::role;
use crate::failure::Failure;

/// What this process starts as a child of its own: mostly itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<OsString>,
    /// Variables in addition to those of this process.
    pub(super) environment: Vec<(String, String)>,
    /// Whether it knows roles and the leash. Others learn from the end of their input that this process has ended.
    pub(super) knows_roles: bool,
    /// The bytes of a variable in its environment that nothing reads.
    pub(super) padding: usize,
    /// Whether it starts the program that is wanted somewhere else: see [`super::launcher`].
    pub(super) is_launched: bool,
}

/// Names the program that is started as every lane, for lanes of another build.
pub const LANE: &str = "FAIRLANE_LANE";

/// Nothing reads it: its length moves the stack of a child.
pub(super) const PADDING: &str = "FAIRLANE_PADDING";

/// Not the path on disk: that may have been rebuilt since.
pub(super) const MYSELF: &str = "/proc/self/exe";

impl Program {
    /// The program in that file, which must speak the protocol of its role.
    pub fn at(path: PathBuf) -> Self {
        let (arguments, environment) = (Vec::new(), Vec::new());
        Self { path, arguments, environment, knows_roles: true, padding: 0, is_launched: false }
    }

    /// A program in another language, with its arguments and the variables that it gets in addition to those of this process.
    /// It learns its role from its arguments.
    pub fn foreign(path: PathBuf, arguments: Vec<OsString>, environment: Vec<(String, String)>) -> Self {
        Self { arguments, environment, knows_roles: false, ..Self::at(path) }
    }

    /// The same with other arguments.
    #[must_use]
    pub fn with(self, arguments: Vec<OsString>) -> Self {
        Self { arguments, ..self }
    }

    /// The same with a variable of so many bytes in its environment, which moves its stack.
    #[must_use]
    pub fn padded(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// What is started as every lane: the program that the user named, or this very binary.
    ///
    /// # Errors
    /// As [`Self::myself`].
    pub fn lane() -> Result<Self, Failure> {
        other_lane().map_or_else(Self::myself, |path| Ok(Self::at(path)))
    }

    /// This very binary.
    ///
    /// # Errors
    /// If `intercept` has not run here: the copy would not become a child of ours but run from the start again.
    pub fn myself() -> Result<Self, Failure> {
        if role::intercepted() {
            Ok(Self::at(MYSELF.into()))
        } else {
            Err(Failure::new(
                "cannot start this program again as a child: its `main` did not call `fairlane::intercept()` first",
            )
            .help("call it in the first line of `main`"))
        }
    }

    /// The file, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that is started: a name without a slash is looked up in the folders of `PATH`.
    pub fn resolved(&self) -> PathBuf {
        if self.path.as_os_str().as_encoded_bytes().contains(&b'/') {
            return self.path.clone();
        }
        let folders = env::var_os("PATH").unwrap_or_default();
        let found =
            env::split_paths(&folders).map(|folder| folder.join(&self.path)).find(|file| file.is_file());
        found.unwrap_or_else(|| self.path.clone())
    }

    /// What messages call it. The path of a launcher can name a user.
    pub(super) fn shown(&self) -> String {
        let name = self.path.file_name().filter(|_| self.is_launched);
        name.map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// A shell, which runs its input.
    #[cfg(test)]
    pub(super) fn shell() -> Self {
        Self::at(PathBuf::from("/bin/sh"))
    }
}

/// The program that the user wants to be started as every lane, if there is one.
pub fn other_lane() -> Option<PathBuf> {
    env::var_os(LANE).filter(|path| !path.is_empty()).map(PathBuf::from)
}
