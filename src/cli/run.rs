//! `fairlane run`: your own cells, pass by pass within a budget.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::address::addresses;
use super::matrix::Matrix;
use super::measured::{self, Asked};
use super::output::{print_json, say};
use super::partition::{Partitioning, Share};
use super::values::{distinct, name, seconds, seed};
use super::via::Via;
use super::{Stop, command};
use crate::measure::passes::session;
use crate::measure::passes::table::Plan;
use crate::report::{column, partition};
use crate::workload::check_server;

/// Measure your own sizes within a time budget
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane run --workload http,tcp --jobs 8,64 --delay 20ms\n  \
    fairlane run --workload primes --executors sequential,rayon,processes --budget 10")]
pub(super) struct Run {
    #[command(flatten)]
    matrix: Matrix,
    #[command(flatten)]
    partitioning: Partitioning,
    /// The time for all passes, in seconds; each cell gets at least one lane [default: 30, or what the suite file says; of a part its share]
    #[arg(long, short, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    budget: Option<Duration>,
    /// How long a lane may be silent before its cell fails, in seconds [default: 30]
    #[arg(long, alias = "limit", value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    timeout: Option<Duration>,
    /// A mock server that already runs, like `http://127.0.0.1:8080` [default: start one]
    #[arg(long, value_name = "URL", conflicts_with_all = ["server_port", "listen"])]
    server: Option<String>,
    #[command(flatten)]
    via: Via,
    /// The folder in which a new folder with the record is made
    #[arg(long, short, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
    /// The seed of the random order of lanes [default: from the clock]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// What the tables show, like `median,cpu,p99`; `fairlane list --columns` lists all [default: those that fit the terminal]
    #[arg(long, value_delimiter = ',', value_name = "NAMES", value_parser = name)]
    columns: Vec<String>,
    /// Print the record as JSON on standard output as well
    #[arg(long)]
    json: bool,
}

impl Run {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let (groups, plan) = self.matrix.groups()?;
        let Share { groups, plan, partition: part } = self.partitioning.share(groups, plan)?;
        let plan = Plan { budget: self.budget.unwrap_or(plan.budget), ..plan };
        let columns = match self.columns.as_slice() {
            [] => Ok(Vec::new()), // the usual ones of each group
            named => column::chosen(named.iter().map(String::as_str)),
        };
        let columns = columns.map_err(Stop::Misuse)?;
        distinct("--columns", &self.columns).map_err(Stop::Misuse)?;
        let listen = self.via.listen()?;
        let servers = self.server.as_deref().map(addresses).transpose().map_err(Stop::Misuse)?;
        let mut cells = groups.iter().flat_map(|group| &group.cells);
        let server = match servers {
            Some(servers) if cells.any(|cell| cell.workload.server().is_some()) => {
                Some(check_server(&servers)?)
            }
            unused => unused.and_then(|servers| servers.first().copied()),
        };
        if let Some(part) = &part {
            say(partition::line(part, plan.budget));
        }
        if groups.is_empty() {
            return Ok(());
        }
        let elsewhere = self.via.elsewhere(self.timeout)?;
        let asked = Asked {
            groups: &groups,
            plan,
            timeout: self.timeout.unwrap_or(session::TIMEOUT),
            server,
            elsewhere,
            listen,
            results: Some(&self.out),
            seed: self.seed,
            columns: &columns,
            selection: Vec::new(),
            partition: part,
            command: command::of_this_process(),
        };
        let recorded = measured::run(&asked, |_| Ok(()))?;
        if self.json {
            print_json(&recorded.run)?;
        }
        measured::ended(&recorded)
    }
}
