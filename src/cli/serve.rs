//! `fairlane serve`: the mock server alone.

use clap::Args;

use super::Stop;
use super::output::{print, say};
use crate::failure::Failure;
use crate::measure::passes::server::{Listen, Server};
use crate::process::interrupt;
use crate::process::program::Program;

/// Start the mock server alone, print its URL, and stop on Ctrl-C
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane serve\n  \
    fairlane serve --kind hyper    # then: fairlane run --server URL")]
pub(super) struct Serve {
    /// `wiremock`, or `hyper` for the thin one
    #[arg(long, value_name = "KIND", default_value = "wiremock")]
    kind: String,
}

impl Serve {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let kind = self.kind.parse().map_err(|_| {
            Stop::Misuse(
                Failure::new(format!("cannot start the server `{}`: there is no such kind", self.kind))
                    .help("`--kind wiremock` or `--kind hyper`"),
            )
        })?;
        let server = Server::start(&Program::myself()?, kind, Listen::default())?;
        print(&format!("http://{}\n", server.addr()))?;
        say("stop with Ctrl-C; a port of your choice: `mock-server --addr 127.0.0.1:8080`");
        // A stop on request is a success.
        let _ = interrupt::channel().recv();
        Ok(())
    }
}
