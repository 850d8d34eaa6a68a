//! Two recorded runs as a comparison: judged only where they are from the same machine and the same kind of build.

use super::{
    Compared, Comparison, Judgement, Metric, Overall, SCHEMA, Side, Source, Status, Verdict, overall,
};
use crate::measure::gate::judge::ALPHA;
use crate::measure::gate::unpaired::{self, Sides};
use crate::measure::statistics::estimate;
use crate::record::{CellResult, Environment, Lane, Run, Warning};

/// What matters of each metric that a record has for each lane.
const THRESHOLDS: [(Metric, f64); 3] = [(Metric::Time, 0.05), (Metric::Cpu, 0.1), (Metric::Switches, 0.25)];

/// Compares two runs that were read from `names`. `command` is for the record.
pub fn compare([base, head]: [&Run; 2], names: [String; 2], command: String) -> Comparison {
    let differences = differences(&base.environment, &head.environment);
    let is_judged = differences.is_empty();
    let ids = base.cells.iter().chain(&head.cells).map(|cell| cell.id.as_str());
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    let mut cells: Vec<Compared> = seen.into_iter().map(|id| cell(id, base, head)).collect();
    judge(&mut cells, [base, head], is_judged);
    let warnings = differences.into_iter().map(|what| Warning {
        id: "not-comparable".into(),
        text: format!("the runs differ in {what}: nothing is judged"),
        advice:
            "compare runs of one machine, kernel and profile, or two builds with `fairlane compare BASE HEAD`"
                .into(),
    });
    let [base_name, head_name] = names;
    Comparison {
        comparison_schema: SCHEMA,
        fairlane: env!("CARGO_PKG_VERSION").into(),
        source: Source::Records,
        started: head.started.clone(),
        command,
        interrupted: base.interrupted || head.interrupted,
        seed: 0,
        seconds: 0.0,
        budget_seconds: 0.0,
        alpha: ALPHA,
        base: side(base, base_name),
        head: side(head, head_name),
        identical: false,
        environment: is_judged.then(|| head.environment.clone()),
        warnings: warnings.collect(),
        overall: if is_judged && cells.iter().any(is_any_judged) {
            overall(&cells, false)
        } else {
            Overall::NotJudged
        },
        cells,
        controls: Vec::new(),
    }
}

fn is_any_judged(cell: &Compared) -> bool {
    cell.metrics.iter().any(|judged| judged.verdict.is_some())
}

fn side(run: &Run, name: String) -> Side {
    let build = format!("{} ({}, {})", run.fairlane, commit(&run.environment), run.environment.profile);
    Side { name, build: Some(build), started: Some(run.started.clone()), ..Side::default() }
}

fn commit(environment: &Environment) -> &str {
    environment.commit.as_deref().unwrap_or("unknown commit")
}

/// In what two machines or builds differ that makes their times incomparable.
fn differences(base: &Environment, head: &Environment) -> Vec<String> {
    let both =
        |what: &str, base: &str, head: &str| (base != head).then(|| format!("the {what}: {base} and {head}"));
    let model = |environment: &Environment| environment.cpu_model.clone().unwrap_or_else(|| "unknown".into());
    [
        both("processor", &model(base), &model(head)),
        both("kernel", &base.kernel, &head.kernel),
        both("number of cores", &base.cores.to_string(), &head.cores.to_string()),
        both("profile", &base.profile, &head.profile),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn cell(id: &str, base: &Run, head: &Run) -> Compared {
    let find = |run: &'_ Run| run.cells.iter().find(|cell| cell.id == id).map(|cell| cell.status);
    let without = |status, reason: &str| Compared::without(id.into(), status, reason.into());
    use crate::record::Status::Measured;
    match (find(base), find(head)) {
        (Some(Measured), Some(Measured)) => {
            Compared { status: Status::Measured, reason: None, ..without(Status::Measured, "") }
        }
        (None, _) => without(Status::Missing, "BASE does not have it"),
        (_, None) => without(Status::Missing, "HEAD does not have it"),
        (Some(Measured), _) => {
            Compared { failed_side: Some("HEAD".into()), ..without(Status::Failed, "HEAD has no numbers") }
        }
        (_, Some(Measured)) => {
            Compared { failed_side: Some("BASE".into()), ..without(Status::Failed, "BASE has no numbers") }
        }
        _ => without(Status::Missing, "neither has numbers"),
    }
}

/// Fills in numbers, and verdicts where there may be some.
fn judge(cells: &mut [Compared], runs: [&Run; 2], is_judged: bool) {
    let mut sides: Vec<(usize, Metric, Sides)> = Vec::new();
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.status == Status::Measured) {
        for (metric, threshold) in THRESHOLDS {
            let [base, head] = runs.map(|run| values(run, &cell.id, metric));
            if !base.is_empty() && !head.is_empty() {
                sides.push((at, metric, Sides { base, head, threshold }));
            }
        }
    }
    let own: Vec<Sides> = sides.iter().map(|(_, _, sides)| sides.clone()).collect();
    let verdicts = if is_judged { unpaired::judge(&own) } else { vec![None; own.len()] };
    for ((at, metric, sides), verdict) in sides.iter().zip(verdicts) {
        cells[*at].metrics.push(judgement(*metric, sides, verdict));
    }
}

/// What is said of two sides without pairs.
pub(super) fn judgement(metric: Metric, sides: &Sides, verdict: Option<Verdict>) -> Judgement {
    let found = sides.ratio();
    Judgement {
        metric,
        threshold: sides.threshold,
        verdict: verdict.filter(|_| found.is_some()),
        ratio: found.map(|found| found.ratio),
        interval90: found.and_then(|found| found.interval90),
        base: estimate(&sides.base),
        head: estimate(&sides.head),
        visible: None,
        routed: false,
        count: sides.base.len().min(sides.head.len()),
    }
}

/// One value for each lane of a pass that counts.
fn values(run: &Run, id: &str, metric: Metric) -> Vec<f64> {
    let Some(cell) = run.cells.iter().find(|cell| cell.id == id) else { return Vec::new() };
    let counts = |at: usize| {
        run.groups.get(cell.group).and_then(|group| group.passes.get(at)).is_some_and(|pass| pass.counted)
    };
    let of = |lane: &Lane| match metric {
        Metric::Time => estimate(&lane.samples_ns).map(|found| found.median),
        Metric::Cpu => lane.cpu_ns,
        Metric::Switches => lane.switches,
        Metric::Memory => None,
    };
    lanes(cell).filter(|(at, _)| counts(*at)).filter_map(|(_, lane)| of(lane)).collect()
}

fn lanes(cell: &CellResult) -> impl Iterator<Item = (usize, &Lane)> {
    cell.lanes.iter().enumerate()
}
