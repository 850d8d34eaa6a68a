//! `fairlane run`: your own cells, pass by pass within a budget.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::matrix::{Matrix, seconds};
use super::measured::{self, Asked};
use super::output::print_json;
use super::{Stop, command};
use crate::failure::Failure;
use crate::measure::passes::table::Plan;
use crate::report::column;
use crate::workload::check_server;

/// Measure your own sizes within a time budget
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane run --workload http,tcp --jobs 8,64 --delay 20ms\n  \
    fairlane run --workload primes --executors sequential,rayon,processes --budget 10")]
pub(super) struct Run {
    #[command(flatten)]
    matrix: Matrix,
    /// The time for all passes, in seconds; each cell gets at least one lane [default: 30, or what the suite file says]
    #[arg(long, short, value_name = "SECONDS", value_parser = seconds)]
    budget: Option<Duration>,
    /// How long a lane may be silent before its cell fails, in seconds
    #[arg(long, alias = "limit", value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    timeout: Duration,
    /// A mock server that already runs, like `http://127.0.0.1:8080` [default: start one]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The folder in which a new folder with the record is made
    #[arg(long, short, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
    /// The seed of the random order of lanes [default: from the clock]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What the tables show, like `median,cpu,p99`; `fairlane list --columns` lists all [default: those that fit 100 characters]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    columns: Vec<String>,
    /// Print the record as JSON on standard output as well
    #[arg(long)]
    json: bool,
}

impl Run {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let (groups, plan) = self.matrix.groups()?;
        let plan = Plan { budget: self.budget.unwrap_or(plan.budget), ..plan };
        let columns = match self.columns.as_slice() {
            [] => Ok(Vec::new()), // the usual ones of each group
            named => column::chosen(named.iter().map(String::as_str)),
        };
        let columns = columns.map_err(Stop::Misuse)?;
        let server = self.server.as_deref().map(address).transpose().map_err(Stop::Misuse)?;
        if let Some(server) = server
            && groups.iter().flat_map(|group| &group.cells).any(|cell| cell.workload.server().is_some())
        {
            check_server(server)?;
        }
        let asked = Asked {
            groups: &groups,
            plan,
            timeout: self.timeout,
            server,
            results: &self.out,
            seed: self.seed,
            columns: &columns,
            selection: Vec::new(),
            command: command::of_this_process(),
        };
        let recorded = measured::run(&asked, |_| Ok(()))?;
        if self.json {
            print_json(&recorded.run)?;
        }
        measured::ended(&recorded)
    }
}

/// The address behind `http://host:port`.
fn address(url: &str) -> Result<SocketAddr, Failure> {
    let bad = |why: String| {
        Failure::new(format!("cannot use the server `{url}`: {why}"))
            .help("write it like `http://127.0.0.1:8080`")
    };
    let rest = url.strip_prefix("http://").ok_or_else(|| bad("it does not start with `http://`".into()))?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('/') {
        return Err(bad("it has a path".into()));
    }
    let (host, port) = rest.rsplit_once(':').unwrap_or((rest, "80"));
    let port: u16 = port.parse().map_err(|_| bad(format!("`{port}` is not a port")))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found =
        (host, port).to_socket_addrs().map_err(|cause| bad(format!("its address is unknown: {cause}")))?;
    found.into_iter().next().ok_or_else(|| bad("it has no address".into()))
}
