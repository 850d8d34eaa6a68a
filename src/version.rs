//! What this build is. Must not know who asks.

use std::sync::LazyLock;

/// `0.1.0 (9d8427cf0a1b, release)`: the version, the commit where it is known, the profile of the build.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = option_env!("FAIRLANE_COMMIT").unwrap_or("unknown commit");
    format!("{} ({commit}, {})", env!("CARGO_PKG_VERSION"), env!("FAIRLANE_PROFILE"))
});

/// `rustc 1.95.0`: what runs Fairlane's own lanes.
pub static RUNTIME: LazyLock<String> =
    LazyLock::new(|| env!("FAIRLANE_RUSTC").split(' ').take(2).collect::<Vec<_>>().join(" "));
