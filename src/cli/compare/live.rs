//! Two programs, measured side by side in one run of this process.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Compare;
use crate::cli::output::{say, warn};
use crate::cli::progress::Progress;
use crate::cli::{Stop, command};
use crate::clock;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::protocol::Opened;
use crate::measure::gate::block::{self, Block, Broken};
use crate::measure::gate::judge::ALPHA;
use crate::measure::gate::plan::{Judged, Plan};
use crate::measure::gate::programs::{Build, Programs, Side};
use crate::measure::gate::trial::{self, Blocks, Ended, Step, Wanted};
use crate::measure::machine::environment::Environment;
use crate::measure::machine::shortage::Shortage;
use crate::measure::machine::warning;
use crate::measure::passes::session::Session;
use crate::process::interrupt;
use crate::record::comparison::{self, Compared, Comparison, Overall, Source, are_disturbed, overall};
use crate::record::{Warning, store};

/// The cells as they were when this program was built.
const PLAN: &str = include_str!("../../../benches/gate.toml");
/// One cell in ten is also compared with itself.
const CONTROLS: usize = 10;

impl Compare {
    /// Measures and judges.
    pub(super) fn live(&self) -> Result<Comparison, Stop> {
        let (begun, started) = (clock::now(), clock::wall());
        let plan = match &self.suite {
            Some(path) => Plan::read(path),
            None => Plan::parse("benches/gate.toml", PLAN),
        };
        let Plan { budget, cells } = plan.map_err(Stop::Misuse)?;
        let budget = self.budget.unwrap_or(budget);
        Programs::check(&self.base, &self.head).map_err(Stop::Misuse)?;
        let programs = Programs::prepare(&self.base, &self.head)?;
        store::prepare(&self.out)?;
        let seed = self.seed.unwrap_or_else(|| clock::seed(started));
        let mut order = StdRng::seed_from_u64(seed);
        let mut session = Session::new(self.timeout, None)?;
        let environment = Environment::here(session.cores());
        let warnings: Vec<Warning> = warning::at_start(&environment);
        warnings.iter().for_each(warn);
        let shortage = Shortage::begin();
        let mut comparison = Comparison {
            comparison_schema: comparison::SCHEMA,
            fairlane: env!("CARGO_PKG_VERSION").into(),
            source: Source::Live,
            started: clock::date(started),
            command: command::of_this_process(),
            interrupted: false,
            seed,
            seconds: 0.0,
            budget_seconds: budget.as_secs_f64(),
            alpha: ALPHA,
            base: side(&self.base, &programs.base),
            head: side(&self.head, &programs.head),
            identical: programs.are_identical(),
            environment: Some(environment),
            warnings,
            overall: Overall::Same,
            cells: Vec::new(),
            controls: Vec::new(),
        };
        if !comparison.identical {
            for (of, side) in [(Side::Base, &mut comparison.base), (Side::Head, &mut comparison.head)] {
                let opened = greet(&mut session, &programs, of)?;
                (side.build, side.protocol) = (opened.build, Some(opened.protocol));
            }
            let all = with_controls(&cells, &mut order);
            let wanted: Vec<Wanted> = all
                .iter()
                .map(|(judged, is_control)| Wanted { thresholds: judged.thresholds, is_control: *is_control })
                .collect();
            let progress = Progress::new();
            let mut blocks = Lanes {
                session: &mut session,
                programs: &programs,
                cells: &all,
                stand: vec![None; all.len()],
                progress: &progress,
                paused: Vec::new(),
            };
            let left = budget.saturating_sub(clock::now().since(begun));
            let pauses = blocks.session.pauses();
            let ended = trial::run(&mut blocks, &wanted, left, &pauses, &mut order);
            progress.clear();
            comparison.warnings.append(&mut blocks.paused);
            judge(&mut comparison, &all, &ended);
        }
        let found = shortage.end();
        let at_end = warning::at_end(found.stolen, found.throttled);
        at_end.iter().for_each(warn);
        comparison.warnings.extend(at_end);
        if let Some(environment) = &mut comparison.environment {
            environment.steal_share = found.stolen;
        }
        if interrupt::came() {
            comparison.interrupted = true;
            comparison.overall = comparison.overall.interrupted();
        }
        comparison.seconds = clock::now().since(begun).as_secs_f64();
        Ok(comparison)
    }
}

/// All cells, and in each ten of them one, chosen by lot, a second time as its control.
fn with_controls<'c>(cells: &'c [Judged], order: &mut StdRng) -> Vec<(&'c Judged, bool)> {
    let mut all = Vec::new();
    for ten in cells.chunks(CONTROLS) {
        let control = order.random_range(0..ten.len());
        for (at, cell) in ten.iter().enumerate() {
            all.push((cell, false));
            if at == control {
                all.push((cell, true));
            }
        }
    }
    all
}

fn side(path: &Path, build: &Build) -> comparison::Side {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    comparison::Side {
        name,
        sha256: Some(build.sha256.clone()),
        bytes: Some(build.bytes),
        ..comparison::Side::default()
    }
}

/// Opens the cheapest cell in a lane of that side: whether it speaks the protocol, and what it says of itself. The file of
/// the program is in memory afterwards.
fn greet(session: &mut Session, programs: &Programs, side: Side) -> Result<Opened, Stop> {
    let greet = |session: &mut Session| -> Result<Opened, Failure> {
        let cell: Cell = "noop/sequential/1".parse()?;
        session.start_lanes_of(programs.of(side).clone());
        let lane = session.open(&cell)?;
        let opened = lane.opened().clone();
        lane.close()?;
        Ok(opened)
    };
    greet(session).map_err(|failure| {
        let message = format!("cannot start a lane of {}: {}", side.name(), failure.message);
        let help = "both programs must be builds of this suite, or speak the lane protocol of docs/LANES.md";
        let refused = Failure { message, help: failure.help.or_else(|| Some(help.into())) };
        if interrupt::came() { Stop::Interrupted } else { Stop::NotMeasured(refused) }
    })
}

fn judge(comparison: &mut Comparison, all: &[(&Judged, bool)], ended: &[Ended]) {
    let compared =
        |(judged, ended): (&Judged, &Ended)| Compared::of(judged.cell.to_string(), ended, &judged.thresholds);
    let of = |controls: bool| {
        all.iter()
            .zip(ended)
            .filter(move |((_, is), _)| *is == controls)
            .map(|((judged, _), ended)| (*judged, ended))
    };
    comparison.cells = of(false).map(compared).collect();
    comparison.controls = of(true).map(compared).collect();
    let is_disturbed = are_disturbed(of(true).map(|(judged, ended)| (ended, &judged.thresholds)));
    comparison.overall = overall(&comparison.cells, is_disturbed);
}

fn stopped() -> Failure {
    Failure::new(
        "cannot measure the cell: one of its lanes or the driver was stopped by a signal in every attempt",
    )
    .help("stop no process of a run while it measures, and keep the machine awake")
}

/// Blocks from real lanes.
struct Lanes<'r> {
    session: &'r mut Session,
    programs: &'r Programs,
    cells: &'r [(&'r Judged, bool)],
    /// How many jobs of each cell can be in flight, once known.
    stand: Vec<Option<usize>>,
    progress: &'r Progress,
    /// What is said of blocks in which something stood still.
    paused: Vec<Warning>,
}

impl Blocks for Lanes<'_> {
    fn block(&mut self, cell: usize, order: &mut StdRng) -> Result<Block, Broken> {
        let (judged, is_control) = self.cells[cell];
        let Self { session, programs, stand, progress, paused, .. } = self;
        let mut tell = |pause| {
            let warning = warning::paused(&format!("a pair of `{}`", judged.cell), pause);
            progress.suspend(|| warn(&warning));
            paused.push(warning);
        };
        let block = session.awake(&mut tell, |session| {
            block::run(session, programs, &judged.cell, is_control, &mut stand[cell], order)
        });
        block.unwrap_or_else(|| Err(Broken { side: Side::Base, failure: stopped() }))
    }

    fn go_on(&mut self, step: Step) -> bool {
        let (judged, is_control) = self.cells[step.cell];
        let name = if is_control { format!("control of {}", judged.cell) } else { judged.cell.to_string() };
        self.progress.block(&step, &name);
        !interrupt::came()
    }

    fn left_out(&mut self, cells: &[usize]) {
        let names: Vec<String> = cells.iter().map(|at| format!("`{}`", self.cells[*at].0.cell)).collect();
        self.progress.clear();
        say(format_args!(
            "the time is too short for {} of {} cells: {}; `--budget` gives more",
            cells.len(),
            self.cells.len(),
            names.join(", ")
        ));
    }
}
