//! Primitives, the unit costs of the models: their answers, where they run, what their units hold, and that they are opt-in.

use std::fs;

use fairlane::lane::Cell;
use fairlane::process::affinity;
use fairlane::record::{Run, Slope, Status};

use crate::cli::{Invocation, cell, suite, wait_for};

const MODELS: &str = "tasks,tasks-mt,threads,processes";

#[test]
fn a_wrong_answer_of_a_primitive_is_found() {
    for id in ["primitive-switch/threads/2000", "primitive-wait/processes/100"] {
        let ended = Invocation::new(&format!("verify {id}")).lie("wrong-answer", Some(id)).run().exits(1);
        assert!(
            ended.stdout.contains(&format!("failed         {id}: job 0 answered wrong")),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn primitives_are_opt_in_and_have_a_section_of_their_own_in_the_list() {
    let suite = include_str!("../../benches/suite.toml");
    assert!(!suite.contains("primitive-"));
    let listed = Invocation::new("list").run().exits(0).stdout;
    let (others, primitives) = listed.split_once("\nPrimitives").unwrap();
    assert!(!others.contains("primitive-") && primitives.contains("primitive-handover"), "{listed}");
}

#[test]
fn models_without_such_a_unit_are_not_applicable_with_a_reason() {
    let run = Invocation::new("run -w primitive-switch -j 50 -b 2").run().exits(0).record();
    for cell in &run.cells {
        let has_one = MODELS.split(',').any(|model| model == cell.executor);
        let status = if has_one { Status::Measured } else { Status::NotApplicable };
        assert_eq!((cell.status, cell.reason.is_none()), (status, has_one), "{cell:#?}");
    }
}

/// The cores that every thread of that process may use, by the name of the thread.
fn cores_of(process: i32) -> Vec<(String, String)> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let thread = |task: fs::DirEntry| {
        let status = fs::read_to_string(task.path().join("status")).ok()?;
        let field = |name| Some(status.lines().find_map(|line| line.strip_prefix(name))?.trim().to_owned());
        Some((field("Name:")?, field("Cpus_allowed_list:")?))
    };
    tasks.filter_map(thread).collect()
}

#[test]
fn a_pinned_cell_has_all_its_threads_and_processes_on_one_core() {
    let core = affinity::allowed().unwrap().last().unwrap().to_string();
    for (executor, named, threads) in
        [("tasks-mt", "fairlane-lane", 2), ("threads", "fairlane-lane", 2), ("processes", "fairlane-unit", 1)]
    {
        // Long enough to be looked at, and ended when it has been.
        let words = format!("run -w primitive-switch-1core -j 1000000 -e {executor} -b 60");
        let running = Invocation::new(&words).start();
        let pinned = wait_for("a pinned lane", || {
            let cores: Vec<_> = running.family.named(named).iter().flat_map(|one| cores_of(one.id)).collect();
            // The thread that waits for the parent's end is older than the cell and does nothing.
            let at_work: Vec<_> = cores.into_iter().filter(|(name, _)| name != "leash").collect();
            let all = at_work.len() >= threads && at_work.iter().all(|(_, cores)| *cores == core);
            all.then_some(at_work)
        });
        assert!(pinned.len() >= threads, "{executor}: {pinned:?}");
        running.signal(nix::sys::signal::Signal::SIGINT);
        running.end().exits(130);
    }
}

#[test]
fn a_cell_cannot_be_pinned_to_more_cores_than_there_are() {
    let run = Invocation::new("run -w primitive-switch-1000core -j 10 -e tasks -b 1").run().exits(1).record();
    let reason = run.cells[0].reason.clone().unwrap();
    assert!(reason.starts_with("cannot pin the cell to 1000 cores: "), "{reason}");
}

#[test]
fn waiting_processes_end_with_the_lane_that_made_them() {
    let running = Invocation::new("run -w primitive-wait -j 64 -e processes -b 30").start();
    running.family.await_named("fairlane-unit", 20);
    running.family.await_named("fairlane-lane", 1)[0].kill();
    running.end().exits(1);
}

/// Runs a suite with one group, and slopes of memory up to these sizes.
fn slopes(workload: &str, to: &[(&str, usize)]) -> Run {
    let executors: Vec<_> = to.iter().map(|(executor, _)| *executor).collect();
    let to: Vec<_> = to.iter().map(|(executor, most)| format!("{executor} = {most}")).collect();
    let suite = suite(2, &executors.join(","), &[(workload, 4)])
        + &format!("memory_slope_to = {{ {} }}\n", to.join(", "));
    let run = Invocation::new("run --suite suite.toml -b 1").file("suite.toml", &suite).run().exits(0);
    let record = run.record();
    assert!(run.stderr.contains("memory of one more waiting unit"), "{}", run.stderr);
    record
}

fn bytes(run: &Run, executor: &str) -> f64 {
    let slope = run.slopes.iter().find(|slope| slope.executor == executor).unwrap();
    slope.memory.as_ref().unwrap().bytes
}

/// The name of the workload says how much memory each unit fills: one more unit must hold that much more.
#[test]
fn the_slope_of_memory_grows_by_what_each_unit_fills() {
    const STATE: f64 = 64.0 * 1024.0;
    let sizes = [("tasks", 480), ("tasks-mt", 480), ("threads", 480), ("processes", 24)];
    let (plain, filled) = (slopes("primitive-wait", &sizes), slopes("primitive-wait-64kib", &sizes));
    for (executor, most) in sizes {
        let grown = bytes(&filled, executor) - bytes(&plain, executor);
        assert!((0.97..1.1).contains(&(grown / STATE)), "{executor}: {grown} bytes for {STATE}");
        let slope = |run: &Run| -> Slope {
            run.slopes.iter().find(|slope| slope.executor == executor).unwrap().clone()
        };
        let points = slope(&plain).points;
        assert_eq!((points.len(), points.last().unwrap().units), (24, most), "{executor}");
        let [low, high] = slope(&filled).memory.unwrap().interval99.unwrap();
        assert!(low <= bytes(&filled, executor) && bytes(&filled, executor) <= high);
    }
}

#[test]
fn published_numbers_are_in_the_record_and_under_the_table() {
    let ended = Invocation::new(&format!("run -w primitive-switch -j 200 -e {MODELS} -b 2")).run().exits(0);
    let run = ended.record();
    let switch = cell(&run, "primitive-switch/tasks/200");
    let [published] = switch.published.as_slice() else { panic!("{switch:#?}") };
    let two_switches_a_trip = switch.median_ns.unwrap() / 200.0 / 2.0;
    assert_eq!((published.value, published.ours), (200.0, two_switches_a_trip));
    assert!(ended.stderr.contains("published: 200 ns (jimblandy/context-switch)"), "{}", ended.stderr);
    let head = ended.stderr.lines().find(|line| line.contains("executor")).unwrap();
    assert!(head.contains("per job") && !head.contains("overlap"), "{head}");
    assert_eq!(cell(&run, "primitive-switch/processes/200").published, []);
}

#[test]
fn a_slope_over_an_unknown_executor_is_refused_with_its_line() {
    let suite = suite(2, "tasks", &[("primitive-wait", 4)]) + "memory_slope_to = { taks = 5 }\n";
    let ended = Invocation::new("run --suite suite.toml").file("suite.toml", &suite).run().exits(2);
    assert!(ended.stderr.contains("`suite.toml` line 9: unknown executor `taks`"), "{}", ended.stderr);
}

#[test]
fn names_of_primitives_are_names_of_cells() {
    for id in [
        "primitive-switch-1core/threads/9",
        "primitive-handover-4kib/tasks/9",
        "primitive-count-cell/tasks/9",
    ] {
        assert_eq!(id.parse::<Cell>().unwrap().to_string(), id);
    }
}
