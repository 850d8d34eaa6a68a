//! Looks for the programs that some tests start, so that a test without its program is reported as ignored; and for a font with
//! Chinese signs.
//!
//! Each gives a `cfg` of its name. Only a build for tests needs it; a release build looks for nothing.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `cfg` a program gives, and by which of its files it is found.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("chromium", &["chromium"]),
    ("gnu_time", &["time"]),
    ("openssh", &["sshd"]),
    // Debian keeps `initdb` where no PATH leads; the other stands in for it.
    ("postgresql", &["initdb", "pg_ctlcluster"]),
    ("tidy", &["tidy"]),
];

/// Where systems keep fonts: to install one changes such a folder, or one in it.
const FONTS: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(chinese_font)");
    for (cfg, _) in PROGRAMS {
        println!("cargo::rustc-check-cfg=cfg({cfg})");
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        return;
    }
    println!("cargo::rerun-if-env-changed=PATH");
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).filter(|folder| folder.is_dir()).collect();
    for (cfg, names) in PROGRAMS {
        let mut files = folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
        match files.find(|file| file.is_file()) {
            Some(file) => {
                println!("cargo::rustc-cfg={cfg}");
                println!("cargo::rerun-if-changed={}", file.display());
            }
            // To install it changes one of these folders.
            None => {
                for folder in &folders {
                    println!("cargo::rerun-if-changed={}", folder.display());
                }
            }
        }
    }
    for folder in FONTS.into_iter().filter(|folder| Path::new(folder).exists()) {
        println!("cargo::rerun-if-changed={folder}");
    }
    if has_chinese_font() {
        println!("cargo::rustc-cfg=chinese_font");
    }
}

/// Whether the list of fonts, which a browser uses too, has one for Chinese.
#[expect(clippy::disallowed_methods, reason = "a build script starts no lane")]
fn has_chinese_font() -> bool {
    let listed = Command::new("fc-list").arg(":lang=zh").output();
    listed.is_ok_and(|listed| listed.status.success() && !listed.stdout.trim_ascii().is_empty())
}
