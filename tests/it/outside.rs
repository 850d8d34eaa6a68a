//! The probe's figures against those of others for the same processes: GNU time, and the memory maps in `/proc`.

use std::fs;
use std::time::Duration;

use crate::cli::{Invocation, cell, wait_for};

/// Runs one probed batch under GNU time: Fairlane's figures, and those of GNU time by their name.
fn both(id: &str) -> (serde_json::Value, impl Fn(&str) -> f64) {
    let ended = Invocation::timed(&format!("lane {id} --probe --json")).run().exits(0);
    let text = ended.text("time");
    let gnu_time = move |what: &str| -> f64 {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(what)).unwrap();
        line.trim_start_matches(": ").parse().unwrap()
    };
    (serde_json::from_str(&ended.stdout).unwrap(), gnu_time)
}

fn assert_agree(what: &str, ours: f64, theirs: f64) {
    assert!((0.9..=1.1).contains(&(ours / theirs)), "{what}: Fairlane has {ours}, the other has {theirs}");
}

fn number(account: &serde_json::Value, name: &str) -> f64 {
    account["usage"][name].as_f64().unwrap()
}

#[test]
#[cfg_attr(not(gnu_time), ignore = "needs GNU time: apt-get install time")]
fn processor_time_agrees_with_gnu_time_wherever_jobs_compute() {
    for id in ["primes-300000/thread-pool/80", "primes-300000/process-pool/80", "primes-300000/processes/80"]
    {
        let (account, gnu_time) = both(id);
        let ours = (number(&account, "cpu_user_ns") + number(&account, "cpu_sys_ns")) / 1e9;
        assert_agree(id, ours, gnu_time("User time (seconds)") + gnu_time("System time (seconds)"));
    }
}

#[test]
#[cfg_attr(not(gnu_time), ignore = "needs GNU time: apt-get install time")]
fn switches_agree_with_gnu_time_wherever_jobs_wait() {
    // GNU time also counts the start of the workers, which a busy machine interrupts often: many jobs make that a small part.
    for id in ["timer-1ms/sequential/500", "timer-1ms/thread-pool-w8/2000", "timer-1ms/process-pool-w8/5000"]
    {
        let (account, gnu_time) = both(id);
        let ours = number(&account, "switches_voluntary") + number(&account, "switches_involuntary");
        let theirs = gnu_time("Voluntary context switches") + gnu_time("Involuntary context switches");
        assert_agree(id, ours, theirs);
    }
}

#[test]
#[cfg_attr(not(gnu_time), ignore = "needs GNU time: apt-get install time")]
fn peak_memory_agrees_with_gnu_time_for_single_processes() {
    for id in ["file-16mib/thread-pool/4", "timer-10ms/threads/3000", "blur-1024px/tasks/4"] {
        let (account, gnu_time) = both(id);
        let ours = account["peak_rss_bytes"].as_f64().unwrap();
        assert_agree(id, ours, gnu_time("Maximum resident set size (kbytes)") * 1024.0);
    }
}

#[test]
fn memory_of_process_executors_agrees_with_the_sum_over_their_memory_maps() {
    const WORKERS: usize = 12;
    for executor in ["process-pool", "processes"] {
        let words = format!("run -w timer -e {executor} -j {WORKERS} -b 1");
        let run = Invocation::new(&words).run().exits(0).record();
        let memory = cell(&run, &format!("timer/{executor}/{WORKERS}")).memory.clone().unwrap();

        // The same workers, which now wait so long that they can be looked at one by one.
        let waiting = Invocation::new(&format!("lane timer-3s/{executor}/{WORKERS} --seconds 0.1")).start();
        let maps = wait_for("all workers in flight", || {
            let workers = waiting.family.await_named("fairlane-worker", WORKERS);
            std::thread::sleep(Duration::from_millis(300));
            workers
                .iter()
                .map(|worker| fs::read_to_string(format!("/proc/{}/smaps", worker.id)).ok())
                .collect()
        });
        let maps: Vec<String> = maps;
        let kilobytes =
            |line: &str| line.strip_prefix("Anonymous:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok();
        let theirs: f64 = maps.iter().flat_map(|map| map.lines()).filter_map(kilobytes).sum::<f64>() * 1024.0;
        assert_agree(executor, memory.bytes as f64, theirs);
        waiting.end().exits(0);
    }
}
