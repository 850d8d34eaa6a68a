//! Notes compiler, profile and commit, which a record must name.

use std::env;
use std::process::Command;

#[expect(
    clippy::disallowed_methods,
    reason = "a build script starts processes before there is a `process` module"
)]
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn main() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = output(&rustc, &["--version"]).unwrap_or_else(|| "unknown".into());
    println!("cargo::rustc-env=FAIRLANE_RUSTC={version}");
    println!(
        "cargo::rustc-env=FAIRLANE_PROFILE={}",
        env::var("PROFILE").unwrap_or_else(|_| "unknown".into())
    );
    if let Some(commit) = output("git", &["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]) {
        println!("cargo::rustc-env=FAIRLANE_COMMIT={commit}");
    }
    // A path that is not there would make cargo run this every time.
    let watched = ["build.rs", ".git/HEAD", ".git/index", "src", "benches", "mock-server/src"];
    for path in watched.into_iter().filter(|path| std::path::Path::new(path).exists()) {
        println!("cargo::rerun-if-changed={path}");
    }
}
