//! `fairlane calibrate`: how often verdicts are right on this machine, as JSON and in a file.

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::cli::Invocation;

#[test]
fn a_calibration_in_json_has_rates_for_each_cell_and_each_amount_of_more_work() {
    let words = "calibrate -w timer,noop -e tasks --lanes 8 --budget 12 --json";
    let ended = Invocation::new(words).run().exits(0);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let ids: Vec<&str> =
        report["cells"].as_array().unwrap().iter().map(|cell| cell["id"].as_str().unwrap()).collect();
    assert_eq!(ids[0], "timer-20ms/tasks/4");
    assert!(ids[1].starts_with("noop/tasks/"), "{ids:?}");
    for cell in report["cells"].as_array().unwrap() {
        let rates = [&cell["wrong"]].into_iter().chain(cell["found"].as_array().unwrap());
        let rates: Vec<(u64, u64)> =
            rates.map(|rate| (rate["times"].as_u64().unwrap(), rate["of"].as_u64().unwrap())).collect();
        assert_eq!(rates.len(), 4);
        assert!(rates.iter().all(|(times, of)| times <= of && *of == rates[0].1), "{rates:?}");
    }
    // Other programs may disturb it so much that no table is complete. Then it writes no file.
    let tables: u64 =
        report["cells"].as_array().unwrap().iter().map(|cell| cell["wrong"]["of"].as_u64().unwrap()).sum();
    let kept = ended.files().iter().any(|file| file.ends_with("calibration.json"));
    assert_eq!(kept, tables > 0, "{report}");
}

#[test]
fn what_cannot_be_calibrated_is_an_error() {
    let few = Invocation::new("calibrate --lanes 7").run().exits(2).stderr;
    assert!(few.contains("--lanes") && few.contains('7'), "{few}");
    let unknown = Invocation::new("calibrate -w htpp").run().exits(2).stderr;
    assert!(unknown.contains("htpp") && unknown.contains("did you mean `http`?"), "{unknown}");
    let alone = Invocation::new("calibrate -w hold -e sequential --budget 1").run().exits(1).stderr;
    assert!(alone.contains("cannot calibrate `hold/40`: ") && alone.contains("in flight at once"), "{alone}");
}

#[test]
fn an_interrupted_calibration_says_so_and_nothing_else() {
    let running = Invocation::new("calibrate -w timer,noop -e tasks --budget 60").start();
    running.family.await_named("fairlane-lane", 1);
    running.signal(Signal::SIGINT);
    let said = running.end().exits(130).stderr;
    let errors: Vec<_> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors, ["error: interrupted"], "{said}");
}
