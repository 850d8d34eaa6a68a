//! In which order workloads are listed: what a reader came for first, what only measures the apparatus last.

use crate::record::CellResult;

/// Real work, the most common first; `tcp` is `http` without its library.
const WORK: [&str; 10] =
    ["http", "crawl", "db-postgres", "db", "db-read", "db-backoff", "file", "primes", "blur", "tcp"];

/// What waits or does nothing, after work that this program does not know.
const PROBES: [&str; 3] = ["timer", "noop", "hold"];

/// The place of a workload with its variations; controls without a place of their own are last. Workloads of one place keep
/// the order of the record.
pub(super) fn rank(workload: &str, family: &str) -> usize {
    let all = || WORK.iter().chain(&PROBES).enumerate();
    let named =
        |id: &str| workload.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    // The longest name: `db-read-2kib` is a variation of `db-read` and not of `db`.
    let found = all().filter(|(_, id)| named(id)).max_by_key(|(_, id)| id.len());
    match found {
        Some((at, id)) if family != "control" || PROBES.contains(id) => at + usize::from(at >= WORK.len()),
        _ if family == "control" => WORK.len() + PROBES.len() + 1,
        _ => WORK.len(),
    }
}

/// Groups in that order; `cell` gives any cell of a group.
pub(super) fn by_interest<'a, T>(mut groups: Vec<T>, cell: impl Fn(&T) -> Option<&'a CellResult>) -> Vec<T> {
    groups.sort_by_key(|group| cell(group).map(|cell| rank(&cell.workload, &cell.family)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::cell;

    #[test]
    fn real_work_is_first_and_controls_are_last() {
        let measured =
            ["noop", "timer-20ms", "quantum", "primes", "hold", "db-read", "db", "http-20ms", "tcp", "http"];
        let mut cells: Vec<CellResult> =
            measured.iter().map(|workload| cell(workload, "tasks", 1, 1.0)).collect();
        cells.insert(
            0,
            CellResult { family: "control".into(), ..cell("http-reqwest-blocking", "tasks", 1, 1.0) },
        );
        let sorted = by_interest(cells.iter().collect(), |cell| Some(*cell));
        let names: Vec<_> = sorted.iter().map(|cell| cell.workload.as_str()).collect();
        let expected = [
            "http-20ms",
            "http",
            "db",
            "db-read",
            "primes",
            "tcp",
            "quantum",
            "timer-20ms",
            "noop",
            "hold",
            "http-reqwest-blocking",
        ];
        assert_eq!(names, expected);
    }
}
