//! Cargo's target folder: that of the build which this program comes from. Must not know what is kept in it.
//!
//! The user can move it in four ways: an option, a variable, and two keys of cargo's settings. A program that cargo starts learns
//! of none of them but the variable, which the option overrides, and which may be relative to another folder: so its own place
//! is what counts.

use std::env;
use std::path::{Path, PathBuf};

/// The target folder.
pub fn folder() -> PathBuf {
    let named = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let is_by_cargo = env::var_os("CARGO_MANIFEST_DIR").is_some(); // cargo sets it for what it starts
    let program = env::current_exe().ok();
    chosen(named, is_by_cargo, program.as_deref())
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"))
}

/// The one that the user named for a program started by hand, or the one that the program is in.
fn chosen(named: Option<PathBuf>, is_by_cargo: bool, program: Option<&Path>) -> Option<PathBuf> {
    let around = program.and_then(around);
    if is_by_cargo { around.or(named) } else { named.or(around) }
}

/// The target folder around a program: cargo marks it, unless it was there before. A build for a named target has a folder of
/// its own in it, which is marked, too.
fn around(program: &Path) -> Option<PathBuf> {
    let is_marked =
        |folder: &&Path| folder.join("CACHEDIR.TAG").is_file() || folder.join(".rustc_info.json").is_file();
    let of_profile = |folder: &&Path| folder.join(".fingerprint").is_dir();
    let mut folders = program.ancestors().skip(1);
    let profile = folders.clone().find(of_profile).and_then(Path::parent);
    let found = profile.or_else(|| folders.find(is_marked))?;
    let outer = found.parent().filter(is_marked).filter(|_| is_triple(found));
    Some(outer.unwrap_or(found).to_owned())
}

/// Whether a folder is called like a target: `x86_64-unknown-linux-musl`.
fn is_triple(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().matches('-').count() >= 2)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_target_folder_is_found_around_a_program_however_it_was_moved() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let make = |path: &str| fs::create_dir_all(root.join(path)).expect("made");
        let mark = |path: &str| fs::write(root.join(path), "").expect("written");
        for path in [
            "mine/debug/.fingerprint",
            "mine/debug/deps",
            "there/x86_64-unknown-linux-musl/release/.fingerprint",
        ] {
            make(path);
        }
        make("bin");
        for path in ["there/.rustc_info.json", "there/x86_64-unknown-linux-musl/CACHEDIR.TAG"] {
            mark(path);
        }
        for (program, target) in [
            ("mine/debug/deps/suite-1", Some("mine")),
            ("mine/debug/fairlane", Some("mine")),
            ("there/x86_64-unknown-linux-musl/release/fairlane", Some("there")),
            ("there/static/fairlane", Some("there")),
            ("bin/fairlane", None),
        ] {
            assert_eq!(around(&root.join(program)), target.map(|target| root.join(target)), "{program}");
        }
        let program = root.join("mine/debug/fairlane");
        let chosen = |by_cargo, program| chosen(Some("other".into()), by_cargo, program);
        assert_eq!(chosen(true, Some(&program)), Some(root.join("mine")), "cargo was told otherwise");
        assert_eq!(chosen(false, Some(&program)), Some("other".into()), "the user moves what is kept there");
        assert_eq!(chosen(true, None), Some("other".into()));
    }
}
