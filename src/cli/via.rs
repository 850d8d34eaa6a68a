//! `--via COMMAND`: lanes on another machine or in a container, and how they reach the mock server.
//!
//! Must not know how lanes are started, nor what runs in them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use super::Stop;
use super::output::say;
use super::values::{ip, port};
use crate::failure::{Failure, OrFail};
use crate::measure::passes::elsewhere::{Elsewhere, PATIENCE};
use crate::measure::passes::server::Listen;
use crate::process::launcher::Launcher;
use crate::process::program::{LANE, other_lane};
use crate::report;
use crate::workload::Token;

/// Where lanes run, and where the mock servers listen.
#[derive(Debug, Args)]
pub(super) struct Via {
    /// Start every lane through this command: `ssh HOST`, `docker run -i IMAGE`; see docs/MACHINES.md
    #[arg(long, value_name = "COMMAND")]
    via: Option<String>,
    /// What the command starts: Fairlane there [default: `fairlane` on the PATH there]
    #[arg(long, value_name = "PROGRAM", requires = "via")]
    via_program: Option<String>,
    /// The port of the mock server, so that `ssh -R N:127.0.0.1:N` can name it; the thin server has the next one
    #[arg(long, value_name = "N", value_parser = port, allow_negative_numbers = true)]
    server_port: Option<u16>,
    /// The address of this machine at which lanes elsewhere reach the mock server; it answers no one else [default: loopback]
    #[arg(long, value_name = "ADDRESS", value_parser = ip, requires = "via")]
    listen: Option<IpAddr>,
}

impl Via {
    /// Asks where lanes run, and says so.
    ///
    /// # Errors
    /// If the command is none, or Fairlane does not say where it is within that time, or 10 s, or is another build.
    pub(super) fn elsewhere(&self, timeout: Option<Duration>) -> Result<Option<Elsewhere>, Stop> {
        let Some(command) = &self.via else { return Ok(None) };
        if other_lane().is_some() {
            let refused =
                format!("cannot use `--via` together with {LANE}: both say which program starts the lanes");
            return Err(Stop::Misuse(
                Failure::new(refused).help(format!("unset {LANE}, or leave out `--via`")),
            ));
        }
        let launcher = Launcher::parse(command).map_err(Stop::Misuse)?;
        let program = self.via_program.as_deref().unwrap_or("fairlane");
        launcher.program(program, &[]).map_err(Stop::Misuse)?;
        let elsewhere = Elsewhere::ask(&launcher, program, timeout.unwrap_or(PATIENCE))?;
        say(report::elsewhere::line(&elsewhere.launcher, &elsewhere.about.machine));
        Ok(Some(elsewhere))
    }

    /// Where the mock servers listen, with a token if other machines can reach them.
    ///
    /// # Errors
    /// If the address is none that a lane could use, or the kernel gives no random bytes.
    pub(super) fn listen(&self) -> Result<Listen, Stop> {
        let port = self.server_port.unwrap_or(0);
        let Some(address) = self.listen else {
            return Ok(Listen { addr: (Ipv4Addr::LOCALHOST, port).into(), token: None });
        };
        if address.is_unspecified() || address.is_multicast() {
            let refused = format!("cannot listen on `{address}`: no lane could connect to it");
            return Err(Stop::Misuse(
                Failure::new(refused).help("give the address by which the other machine reaches this one"),
            ));
        }
        let token = Token::random().or_fail(|| "make a token for the mock server")?;
        Ok(Listen { addr: SocketAddr::new(address, port), token: Some(token) })
    }
}
