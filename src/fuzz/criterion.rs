//! Criterion's files: two baselines of a benchmark and five of equal code, one file of which is spoiled.

use std::fs;
use std::path::Path;

use super::compared;
use super::engine::Tried;
use crate::record::comparison::criterion;

const SAME: [&str; 5] = ["a", "b", "c", "d", "e"];

/// What criterion writes of the samples of a benchmark.
pub(super) fn samples() -> String {
    let iters: Vec<f64> = (1..=20).map(f64::from).collect();
    let times: Vec<f64> = iters.iter().map(|count| count * 105.25 * (1.0 + count * 1e-4)).collect();
    serde_json::json!({"sampling_mode": "Linear", "iters": iters, "times": times}).to_string()
}

/// What it writes of the benchmark itself.
pub(super) fn benchmark() -> String {
    let id = "http/tasks/32";
    serde_json::json!({
        "group_id": "http", "function_id": "tasks", "value_str": "32", "throughput": {"Elements": 32},
        "full_id": id, "directory_name": "http/tasks/32", "title": id,
    })
    .to_string()
}

/// Puts the input in the place of each file in turn.
pub(super) fn read(path: &Path) -> Tried {
    let folder = path.with_extension("criterion");
    let place = folder.join("http/tasks");
    let said = |cause: std::io::Error| cause.to_string();
    for name in ["base", "new"].into_iter().chain(SAME) {
        fs::create_dir_all(place.join(name)).map_err(said)?;
        fs::write(place.join(name).join("sample.json"), samples()).map_err(said)?;
        fs::write(place.join(name).join("benchmark.json"), benchmark()).map_err(said)?;
    }
    let mut refused = None;
    let mut accepted = false;
    for file in ["base/sample.json", "new/sample.json", "c/sample.json", "base/benchmark.json"] {
        let before = fs::read(place.join(file)).map_err(said)?;
        fs::copy(path, place.join(file)).map_err(said)?;
        let same = SAME.map(String::from);
        match criterion::compare(&folder, ["base", "new"], &same, "compare".into()) {
            Ok(found) => {
                compared::is_sound(&found, path)?;
                accepted = true;
            }
            Err(failure) => refused = Some(failure),
        }
        fs::write(place.join(file), before).map_err(said)?;
    }
    // It is one of the two files, and is refused in the place of the other.
    Ok(refused.filter(|_| !accepted).map_or(Ok(()), Err))
}
