//! `fairlane completions`: what a shell needs to complete our words.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::output::print;
use super::{Arguments, Stop};

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane completions bash > ~/.local/share/bash-completion/completions/fairlane\n  \
    fairlane completions fish > ~/.config/fish/completions/fairlane.fish")]
pub(super) struct Completions {
    /// The shell: `bash`, `elvish`, `fish`, `powershell` or `zsh`
    #[arg(hide_possible_values = true)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), "fairlane", &mut script);
        print(&String::from_utf8_lossy(&script))
    }
}
