//! The `fairlane` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    fairlane::intercept();
    fairlane::cli::main()
}
