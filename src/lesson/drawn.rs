//! Each rule against records whose numbers are drawn at random: it must come to each of its three verdicts. A rule that never
//! holds, or never fails, says nothing of a machine. Plans alone are read here, so a new lesson is covered without new code.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::plan::Plan;
use super::rule::{self, Condition, Verdict};
use crate::lane::Cell;
use crate::measure::statistics::{self, Estimate, draw::normal};
use crate::record::{CellResult, Costs, Lane, Latency, PerUnit, Run, Slope, Status, Timeline, fixture};

/// A rule that comes to none of its verdicts in so many records has none within reach.
const MOST_DRAWN: u64 = 4_000;

/// What all numbers of one record have in common.
struct Drawn {
    random: StdRng,
    cores: usize,
    /// At least 8, or no figure had an interval, and each rule would be inconclusive for that reason alone.
    lanes: usize,
    /// How much the lanes of a cell scatter: from steady to as good as useless.
    spread: f64,
    /// Nanoseconds of a job that does not wait.
    job_ns: f64,
}

impl Drawn {
    fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let cores = one_of(&mut random, &[1, 2, 4, 8, 16, 64]);
        let spread = one_of(&mut random, &[0.001, 0.03, 0.3]);
        let lanes = random.random_range(8..=16);
        let job_ns = 10_f64.powf(random.random_range(2.0..7.0));
        Self { random, cores, lanes, spread, job_ns }
    }

    /// A factor: close to 1 or decades away, as often.
    fn factor(&mut self) -> f64 {
        let decades = one_of(&mut self.random, &[0.1, 1.5]);
        10_f64.powf(self.random.random_range(-decades..decades))
    }

    /// A number between none and `most`: evenly, or as often in any decade.
    fn share(&mut self, most: f64) -> f64 {
        let evenly = self.random.random_bool(0.5);
        let drawn: f64 = self.random.random_range(0.0..1.0);
        if evenly { most * drawn } else { most * 10_f64.powf(-3.0 * drawn) }
    }

    /// A value for each lane around `middle`.
    fn around(&mut self, middle: f64) -> Vec<f64> {
        (0..self.lanes).map(|_| middle * (self.spread * normal(&mut self.random)).exp()).collect()
    }

    fn estimate(&mut self, middle: f64) -> Estimate {
        statistics::estimate(&self.around(middle)).expect("lanes")
    }

    /// A record of the plan's cells and slopes.
    fn run(&mut self, plan: &Plan) -> Run {
        let mut cells: Vec<CellResult> = plan.cells.iter().map(|cell| self.cell(cell)).collect();
        cells.sort_by_key(CellResult::group);
        let mut run = fixture::run(cells);
        run.environment.cores = self.cores;
        run.slopes = plan.slopes.iter().map(|slope| self.slope(slope)).collect();
        let speedups: Vec<Option<Estimate>> = run.cells.iter().map(|cell| speedup(&run, cell)).collect();
        for (cell, speedup) in run.cells.iter_mut().zip(speedups) {
            cell.speedup_vs_sequential = speedup.map(|found| found.median);
            cell.speedup_interval99 = speedup.and_then(|found| found.interval99);
        }
        run
    }

    fn cell(&mut self, cell: &Cell) -> CellResult {
        let jobs = cell.jobs as f64;
        let delay = cell.workload.value("delay") as f64;
        let job_ns = if delay > 0.0 { delay } else { self.job_ns };
        let times_of = job_ns * jobs * self.factor();
        let times = self.around(times_of);
        let time = statistics::estimate(&times).expect("lanes");
        let (busy, cores) = (self.cores as f64, self.share(self.cores as f64));
        let switches = self.share(10.0 * jobs);
        let lane = |time: &f64, cores: f64| Lane {
            samples_ns: vec![*time],
            cpu_ns: Some(time * cores.min(busy)),
            switches: Some(switches),
        };
        let busy_of_lanes = self.around(cores);
        let wall_ns = time.median as u64;
        let slowest = time.median / 10_f64.powf(self.share(1.5));
        let plain = fixture::cell(&cell.workload.to_string(), &cell.executor_name(), cell.jobs, time.median);
        CellResult {
            lanes: times.iter().zip(busy_of_lanes).map(|(time, cores)| lane(time, cores)).collect(),
            interval99_ns: time.interval99,
            overlap_factor: Some(1.0 + self.share(jobs - 1.0)),
            latency_ns: Some(Latency { p50: 0, p90: 0, p99: 0, max: slowest as u64 }),
            timeline: Some(Timeline { wall_ns, jobs: Vec::new() }),
            costs: Some(Costs {
                cpu_ns: self.estimate(time.median * cores),
                switches: self.estimate(switches),
                ..plain.costs.expect("the fixture's")
            }),
            ..plain
        }
    }

    fn slope(&mut self, slope: &Cell) -> Slope {
        let bytes = 1_000.0 * self.factor();
        Slope {
            workload: slope.workload.to_string(),
            executor: slope.executor_name(),
            model: slope.executor.model.name().into(),
            status: Status::Measured,
            reason: None,
            help: None,
            memory: Some(PerUnit::from(self.estimate(bytes))),
            page_tables: None,
            kernel_stacks: None,
            published: Vec::new(),
            points: Vec::new(),
            part: None,
        }
    }
}

fn one_of<T: Copy>(random: &mut StdRng, all: &[T]) -> T {
    all[random.random_range(0..all.len())]
}

/// Against `sequential` of the same group, pass by pass, as a record has it.
fn speedup(run: &Run, cell: &CellResult) -> Option<Estimate> {
    let sequential = run.cells.iter().find(|one| one.group == cell.group && one.executor == "sequential")?;
    statistics::ratio(&run.counted_times(sequential), &run.counted_times(cell))
}

fn judge(plan: &Plan, rule: &[Condition], run: &Run) -> Verdict {
    rule::judge(rule, run.environment.cores, |name| plan.figures.get(name)?.value(run))
}

/// What a rule never comes to: a verdict, and for one of its conditions alone that it is true, or that it is false.
fn never(plan: &Plan) -> Vec<String> {
    let conditions = plan.rule.iter().enumerate().flat_map(|(at, condition)| {
        let named = |verdict| (format!("condition {} (`{}`)", at + 1, condition.figure), at..at + 1, verdict);
        [named(Verdict::Holds), named(Verdict::DoesNotHold)]
    });
    let whole = Verdict::ALL.map(|verdict| ("the rule".to_owned(), 0..plan.rule.len(), verdict));
    let mut wanted: Vec<_> = whole.into_iter().chain(conditions).collect();
    for seed in 0..MOST_DRAWN {
        if wanted.is_empty() {
            break;
        }
        let run = Drawn::new(seed).run(plan);
        wanted.retain(|(_, part, verdict)| judge(plan, &plan.rule[part.clone()], &run) != *verdict);
    }
    wanted.into_iter().map(|(what, _, verdict)| format!("{what} is never {verdict:?}")).collect()
}

#[test]
fn each_rule_comes_to_each_verdict() {
    let lessons = super::all().expect("lessons");
    // An experiment of its own is judged by code of its own, which has such a test, too.
    for lesson in lessons.iter().filter(|lesson| lesson.plan.special.is_none()) {
        assert_eq!(never(&lesson.plan), [] as [String; 0], "{}", lesson.id);
    }
}

#[test]
fn a_rule_that_cannot_come_to_a_verdict_is_found() {
    let plan = |bounds: &str| {
        let text = "claim = \"C1\"\norder = 1\ncells = [\"timer/sequential/4\", \"timer/tasks/4\"]\npredict = {}\ntry = []\n\
                    [figures]\ngain = { of = \"speed-up\", cell = \"timer/tasks/4\" }\n\
                    overlap = { of = \"overlap\", cell = \"timer/tasks/4\" }\n";
        never(&Plan::parse("x.toml", &format!("{text}{bounds}"), 0).expect("a plan"))
    };
    let rule = |figure: &str, bound: &str| format!("[[rule]]\nfigure = \"{figure}\"\n{bound}\n");
    assert_eq!(plan(&rule("gain", "at_least = 2")), [] as [String; 0]);
    assert_eq!(
        plan(&(rule("gain", "at_least = 5") + &rule("gain", "at_most = 2"))),
        ["the rule is never Holds"]
    );
    let never_false = ["the rule is never DoesNotHold", "the rule is never Inconclusive"];
    let found = plan(&rule("overlap", "at_most = 4"));
    assert_eq!(found[..2], never_false, "there are four jobs");
    assert_eq!(found[2..], ["condition 1 (`overlap`) is never DoesNotHold"]);
}
