//! `fairlane verify`: the whole suite once, and that it finds a wrong answer.

use std::fs;

use serde_json::Value;

use crate::cli::{Invocation, project, suite};

/// `status id` of every line, without the reasons.
fn verdicts(stdout: &str) -> Vec<String> {
    let word = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    stdout.lines().map(|line| word(line.split(": ").next().unwrap())).collect()
}

/// Workload, executor and jobs of each cell of a suite, read by another way than the command's own.
fn cells(file: &str) -> Vec<String> {
    let suite: toml::Table =
        fs::read_to_string(project().join("benches").join(file)).unwrap().parse().unwrap();
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let groups = suite["group"].as_array().unwrap().iter().map(|group| group.as_table().unwrap());
    let cells = groups.flat_map(|group| {
        let executors = group.get("executors").unwrap_or(&suite["executors"]).as_array().unwrap();
        let sizes = group["jobs"].as_array().unwrap().iter();
        let cell = move |jobs: &toml::Value, executor: &toml::Value| {
            format!("{}/{}/{}", text(&group["workload"]), text(executor), jobs.as_integer().unwrap())
        };
        sizes
            .flat_map(move |jobs| executors.iter().map(move |executor| cell(jobs, executor)))
            .collect::<Vec<_>>()
    });
    cells.collect()
}

#[test]
fn every_cell_of_the_suite_answers_right_except_two_that_cannot_hold_all_requests_at_once() {
    let cores = std::thread::available_parallelism().unwrap().get();
    let too_narrow = |cell: &str| cell == "hold/sequential/32" || (cell == "hold/rayon/32" && cores < 32);
    let verdict = |cell: &String| if too_narrow(cell) { "not applicable" } else { "ok" };
    let expected: Vec<_> = ["suite.toml", "primitives.toml"]
        .into_iter()
        .flat_map(cells)
        .map(|cell| format!("{} {cell}", verdict(&cell)))
        .collect();

    let ended = Invocation::new("verify").run().exits(0);
    assert_eq!(verdicts(&ended.stdout), expected);
    let counts =
        format!("{} cells ok, 0 failed, ", expected.iter().filter(|cell| cell.starts_with("ok")).count());
    assert!(ended.stderr.contains(&counts), "{}", ended.stderr);
}

#[test]
fn a_wrong_answer_is_found_with_job_expected_and_got() {
    let falsified =
        |words: &str| Invocation::new(words).lie("wrong-answer", Some("timer/tasks/16")).run().exits(1);
    let ended = falsified("verify timer/");
    let wrong = "failed         timer/tasks/16: job 15 answered wrong: expected 15, got 14";
    let (failed, right): (Vec<_>, Vec<_>) = ended.stdout.lines().partition(|line| line.starts_with("failed"));
    assert_eq!(failed, [wrong]);
    assert_eq!(right.len(), 9, "{}", ended.stdout);
    assert!(right.iter().all(|line| line.starts_with("ok ")), "{}", ended.stdout);

    let output: Value = serde_json::from_str(&falsified("verify timer/ --json").stdout).unwrap();
    let failed = output.as_array().unwrap().iter().find(|cell| cell["status"] == "failed").unwrap();
    assert_eq!(failed["id"], "timer/tasks/16");
    assert_eq!(failed["reason"], "job 15 answered wrong: expected 15, got 14");
}

#[test]
fn a_filter_chooses_cells_and_json_tells_the_same() {
    let text = Invocation::new("verify hold/").run().exits(0).stdout;
    let json = Invocation::new("verify hold/ --json").run().exits(0).stdout;
    let output: Vec<Value> = serde_json::from_str(&json).unwrap();
    let output: Vec<_> = output
        .iter()
        .map(|cell| format!("{} {}", cell["status"].as_str().unwrap(), cell["id"].as_str().unwrap()))
        .collect();
    assert_eq!(output.len(), 10);
    assert_eq!(output, verdicts(&text));
}

/// A cold cell makes its pool, runtime or workers anew for every sample, and connects anew.
pub(crate) const COLD: &str = "thread-pool-cold,rayon-cold,gil-threads-cold,process-pool-cold,tasks-cold,tasks-mt-cold,\
    tasks-rayon-cold";

#[test]
fn cold_cells_answer_right_too() {
    let suite = suite(2, COLD, &[("timer-1ms", 4), ("tcp-1ms", 4), ("crawl-1ms-32px", 4)]);
    let ended = Invocation::new("verify --suite suite.toml").file("suite.toml", &suite).run().exits(0);
    let right = ended.stdout.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(right, 21, "{}", ended.stdout);
}
