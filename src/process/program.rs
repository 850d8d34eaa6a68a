//! Which program a child is: mostly this very binary. Must not know how a child is fed or ended.

use std::env;
use std::path::PathBuf;

use super::role;
use crate::failure::Failure;

/// What this process starts as a child of its own: mostly itself.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) path: PathBuf,
    /// The bytes of a variable in its environment that nothing reads.
    pub(super) padding: usize,
}

/// Names the program that is started as every lane, for lanes of another build or in another language.
pub const LANE: &str = "FAIRLANE_LANE";

/// Nothing reads it: its length moves the stack of a child.
pub(super) const PADDING: &str = "FAIRLANE_PADDING";

/// Not the path on disk: that may have been rebuilt since.
pub(super) const MYSELF: &str = "/proc/self/exe";

impl Program {
    /// The program in that file, which must speak the protocol of its role.
    pub fn at(path: PathBuf) -> Self {
        Self { path, padding: 0 }
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
        foreign_lane().map_or_else(Self::myself, |path| Ok(Self::at(path)))
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

    /// A shell, which runs its input.
    #[cfg(test)]
    pub(super) fn shell() -> Self {
        Self::at(PathBuf::from("/bin/sh"))
    }
}

/// The program that the user wants to be started as every lane, if there is one.
pub fn foreign_lane() -> Option<PathBuf> {
    env::var_os(LANE).filter(|path| !path.is_empty()).map(PathBuf::from)
}
