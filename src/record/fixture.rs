//! Records made by hand, for tests: every number is chosen, none was measured.

use crate::lane;

use super::{
    Apparatus, CellResult, Costs, Environment, Figure, Group, Lane, Latency, Limits, Memory, Pass, Run,
    SCHEMA, Slope, Status, Warning,
};

/// A lane that took that time for a batch.
pub(crate) fn lane(time: f64) -> Lane {
    Lane { samples_ns: vec![time], cpu_ns: Some(time * 0.12), switches: Some(22.0) }
}

/// The groups of those cells, which were measured in as many quiet passes as they have lanes. Each cell gets the index of its own.
fn groups(cells: &mut [CellResult]) -> Vec<Group> {
    let is_one = |one: &CellResult, next: &CellResult| one.group == next.group && one.group() == next.group();
    let mut groups = Vec::new();
    for own in cells.chunk_by_mut(is_one) {
        let passes = own.iter().map(|cell| cell.lanes.len()).max().unwrap_or(0);
        own.iter_mut().for_each(|cell| cell.group = groups.len());
        groups.push(group(own[0].group(), passes));
    }
    groups
}

fn group(name: String, passes: usize) -> Group {
    Group {
        name,
        passes: vec![Pass { others: Some(0.004), counted: true }; passes],
        judged: true,
        lane_spread: Some(0.02),
        visible_difference: Some(0.023),
        part: None,
    }
}

/// A run of those cells on two cores.
pub(crate) fn run(mut cells: Vec<CellResult>) -> Run {
    Run {
        groups: groups(&mut cells),
        schema: SCHEMA,
        fairlane: "0.1.0".into(),
        started: "2026-11-24T12:00:00Z".into(),
        command: "fairlane run".into(),
        interrupted: false,
        selection: Vec::new(),
        seed: 7,
        environment: environment(),
        apparatus: Apparatus {
            server: "own".into(),
            ceiling_rps: Some(41_200.0),
            thin_ceiling_rps: None,
            timer_resolution_ns: Some(61_000),
            tokio_timer_resolution_ns: Some(1_150_000),
        },
        warnings: Vec::new(),
        cells,
        slopes: Vec::<Slope>::new(),
        calibration: None,
        partition: None,
        merged: None,
    }
}

fn environment() -> Environment {
    Environment {
        os: "Debian 13".into(),
        kernel: "6.18.0".into(),
        cpu_model: Some("AMD EPYC".into()),
        cores: 2,
        affinity: Some("0-1".into()),
        governor: None,
        memory_bytes: Some(24 << 30),
        rustc: "1.95.0".into(),
        profile: "release".into(),
        commit: Some("0123abc".into()),
        load_average: Some([0.12, 0.5, 0.61]),
        steal_share: Some(0.004),
        on_battery: None,
        limits: Limits {
            nofile: Some(1_048_576),
            nproc: Some(95_000),
            threads_max: None,
            pid_max: Some(4_194_304),
            max_map_count: Some(65_530),
            cgroup_pids_max: None,
            cgroup_cpus: Some(1.5),
        },
    }
}

/// A reason to doubt.
pub(crate) fn warning() -> Warning {
    Warning { id: "battery".into(), text: "it runs on a battery".into(), advice: "plug it in".into() }
}

/// A measured cell with that median and an interval of a tenth on either side, not ranked yet.
pub(crate) fn cell(workload: &str, executor: &str, jobs: usize, median: f64) -> CellResult {
    let known = format!("{workload}/{executor}/{}", jobs.max(1)).parse::<lane::Cell>().ok();
    let family = known.as_ref().map_or("io", |known| known.workload.kind().family.name());
    let model = known.as_ref().map_or("OS thread", |known| known.executor.model.name());
    CellResult {
        id: format!("{workload}/{executor}/{jobs}"),
        workload: workload.into(),
        family: family.into(),
        executor: executor.into(),
        model: model.into(),
        jobs,
        concurrency: if executor == "sequential" { 1 } else { jobs.max(1) },
        lanes: [0.9, 0.95, 0.98, 1.0, 1.0, 1.02, 1.05, 1.1].map(|factor| lane(median * factor)).into(),
        median_ns: Some(median),
        interval99_ns: Some([median * 0.9, median * 1.1]),
        throughput_per_s: Some(jobs as f64 / median * 1e9),
        latency_ns: Some(Latency { p50: 10_100_000, p90: 11_000_000, p99: 12_000_000, max: 12_500_000 }),
        costs: Some(costs(median)),
        memory: Some(memory(median)),
        overlap_factor: Some(1.5),
        cpu_parallelism: Some(0.25),
        probe_slowdown: Some(1.01),
        limited_by: Some("none".into()),
        ..CellResult::default()
    }
}

fn costs(median: f64) -> Costs {
    let figure = |median: f64| Figure { median, interval99: Some([median * 0.9, median * 1.1]) };
    Costs {
        cpu_ns: figure(median * 0.12),
        cpu_user_ns: figure(median * 0.1),
        cpu_sys_ns: figure(median * 0.02),
        switches: figure(22.0),
        switches_forced: figure(2.0),
        faults_minor: figure(3.0),
        faults_major: figure(0.0),
    }
}

fn memory(median: f64) -> Memory {
    Memory {
        bytes: (median * 0.1) as u64,
        ready_bytes: 65_536,
        jobs: 32,
        pss_bytes: 8 << 20,
        peak_rss_bytes: 12 << 20,
        threads: 3,
        processes: 1,
    }
}

/// The same cells as one group, judged: the first `firsts` tie (or the one is first), each is as far behind as its median
/// says.
pub(crate) fn judged(mut cells: Vec<CellResult>, firsts: usize) -> Vec<CellResult> {
    let fastest = cells.first().and_then(|cell| cell.median_ns);
    let sequential = cells.iter().find(|cell| cell.executor == "sequential").and_then(|cell| cell.median_ns);
    let names: Vec<String> = cells.iter().take(firsts).map(|cell| cell.executor.clone()).collect();
    for (at, cell) in cells.iter_mut().enumerate() {
        cell.ties_with_fastest = Some(at < firsts);
        if at < firsts {
            cell.tied_with = names.iter().filter(|name| **name != cell.executor).cloned().collect();
        }
        let ratio = |to: Option<f64>, of: Option<f64>| to.zip(of).map(|(to, of)| of / to);
        cell.ratio_to_fastest = ratio(fastest, cell.median_ns);
        cell.speedup_vs_sequential = ratio(cell.median_ns, sequential);
    }
    cells
}

/// The same cell without numbers.
pub(crate) fn without(cell: CellResult, status: Status, reason: &str) -> CellResult {
    CellResult {
        status,
        reason: Some(reason.into()),
        help: (status == Status::Failed).then(|| "ask again".into()),
        id: cell.id,
        workload: cell.workload,
        family: cell.family,
        executor: cell.executor,
        model: cell.model,
        jobs: cell.jobs,
        concurrency: cell.concurrency,
        ..CellResult::default()
    }
}

/// A run with something of everything: a tie, one that is limited, one that failed, one that makes no sense, computing,
/// mixed work.
pub(crate) fn whole() -> Run {
    let mut http = judged(
        vec![
            cell("http", "tasks", 32, 12.7e6),
            cell("http", "thread-pool", 32, 12.8e6),
            cell("http", "processes", 32, 53.2e6),
            cell("http", "sequential", 32, 356e6),
        ],
        2,
    );
    let mut limited = cell("http", "tasks-mt", 32, 11e6);
    (limited.limited_by, limited.ties_with_fastest) = (Some("server".into()), Some(false));
    http.push(limited);
    http.push(without(
        cell("http", "threads", 32, 1.0),
        Status::Failed,
        "job 3 answered wrong: expected 3, got 2",
    ));
    http.push(without(cell("http", "rayon", 32, 1.0), Status::NotApplicable, "it has two workers"));
    for cell in &mut http {
        cell.ideal_ns = Some(10e6).filter(|_| cell.status == Status::Measured);
        cell.efficiency = cell.ideal_ns.zip(cell.median_ns).map(|(ideal, median)| ideal / median);
    }
    let primes = judged(
        vec![
            cell("primes", "rayon", 16, 16e6),
            cell("primes", "thread-pool", 16, 16.2e6),
            cell("primes", "sequential", 16, 32e6),
            cell("primes", "tasks", 16, 32.1e6),
        ],
        2,
    );
    let crawl = judged(
        vec![
            cell("crawl", "tasks-rayon", 16, 22e6),
            cell("crawl", "tasks", 16, 29e6),
            cell("crawl", "sequential", 16, 180e6),
        ],
        1,
    );
    let mut run = run([http, primes, crawl].concat());
    run.warnings.push(warning());
    run
}
