//! What a machine can tell: asked, kept, and part of the runs that follow.

use serde_json::Value;

use crate::cli::Invocation;

#[test]
fn a_calibration_is_told_as_json_with_a_rate_for_each_cell_and_each_part_of_more_work() {
    let words = "calibrate -w timer,noop -e tasks --lanes 8 --budget 12 --json";
    let ended = Invocation::new(words).run().exits(0);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let ids: Vec<&str> =
        told["cells"].as_array().unwrap().iter().map(|cell| cell["id"].as_str().unwrap()).collect();
    assert_eq!(ids[0], "timer-20ms/tasks/4");
    assert!(ids[1].starts_with("noop/tasks/"), "{ids:?}");
    for cell in told["cells"].as_array().unwrap() {
        let rates = [&cell["wrong"]].into_iter().chain(cell["found"].as_array().unwrap());
        let rates: Vec<(u64, u64)> =
            rates.map(|rate| (rate["times"].as_u64().unwrap(), rate["of"].as_u64().unwrap())).collect();
        assert_eq!(rates.len(), 4);
        assert!(rates.iter().all(|(times, of)| times <= of && *of == rates[0].1), "{rates:?}");
    }
    // Other tests may disturb it so much that there is no table; then there is nothing to keep.
    let tables: u64 =
        told["cells"].as_array().unwrap().iter().map(|cell| cell["wrong"]["of"].as_u64().unwrap()).sum();
    let kept = ended.files().iter().any(|file| file.ends_with("calibration.json"));
    assert_eq!(kept, tables > 0, "{told}");
}

#[test]
fn what_cannot_be_calibrated_is_told() {
    let few = Invocation::new("calibrate --lanes 7").run().exits(2).stderr;
    assert!(few.contains("--lanes") && few.contains('7'), "{few}");
    let unknown = Invocation::new("calibrate -w htpp").run().exits(2).stderr;
    assert!(unknown.contains("htpp") && unknown.contains("did you mean `http`?"), "{unknown}");
    let alone = Invocation::new("calibrate -w hold -e sequential --budget 1").run().exits(1).stderr;
    assert!(alone.contains("cannot calibrate `hold/40`: ") && alone.contains("in flight at once"), "{alone}");
}
