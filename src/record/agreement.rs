//! Whether two rankings of the same executors agree: if both order a pair beyond chance, they must order it the same way.
//! For two mock servers this shows that the server does not decide a verdict. Must not know how to show it.

use std::cmp::Ordering;

use super::{CellResult, Run};
use crate::measure::statistics::ranking;

/// The end of a workload's name if it uses the thin server.
const THIN: &str = "-hyper";

/// Two groups of cells with the same jobs, pair by pair of their executors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The groups: `http/32`, `http-hyper/32`.
    pub groups: [String; 2],
    /// The number of pairs of executors that are ranked in both groups.
    pub pairs: usize,
    /// The number of pairs that both groups order the same way.
    pub alike: usize,
    /// The pairs that the groups order in opposite ways: the faster executor of the first group, then that of the second.
    pub contrary: Vec<[String; 2]>,
}

/// One agreement for every workload that was measured with wiremock and with the thin server.
pub fn of_servers(run: &Run) -> Vec<Agreement> {
    let groups = run.groups();
    let both = |thin: &&[CellResult]| {
        let first = thin.first()?;
        let name = first.workload.strip_suffix(THIN)?;
        let same = |group: &&&[CellResult]| {
            group.first().is_some_and(|cell| (cell.workload.as_str(), cell.jobs) == (name, first.jobs))
        };
        Some(of(run, groups.iter().find(same)?, thin))
    };
    groups.iter().filter_map(both).collect()
}

fn of(run: &Run, one: &[CellResult], other: &[CellResult]) -> Agreement {
    let name = |cells: &[CellResult]| cells.first().map(CellResult::group).unwrap_or_default();
    let mut found = Agreement { groups: [name(one), name(other)], pairs: 0, alike: 0, contrary: Vec::new() };
    let ranked: Vec<(&CellResult, &CellResult)> = one
        .iter()
        .filter_map(|cell| Some((cell, other.iter().find(|other| other.executor == cell.executor)?)))
        .filter(|(one, other)| one.is_ranked() && other.is_ranked())
        .collect();
    let pairs = ranked.len() * ranked.len().saturating_sub(1) / 2;
    for (at, a) in ranked.iter().enumerate() {
        for b in &ranked[at + 1..] {
            found.pairs += 1;
            match (faster(run, [a.0, b.0], pairs), faster(run, [a.1, b.1], pairs)) {
                (Some(here), Some(there)) if here == there => found.alike += 1,
                (Some(here), Some(there)) => found.contrary.push([here.to_owned(), there.to_owned()]),
                _ => {} // a tie in at least one group
            }
        }
    }
    found
}

/// The executor that is faster beyond chance, at one error rate for all `pairs`; `None` for a tie.
fn faster<'a>(run: &Run, [a, b]: [&'a CellResult; 2], pairs: usize) -> Option<&'a str> {
    let logs = |cell| -> Vec<f64> { run.counted_times(cell).into_iter().map(f64::ln).collect() };
    match ranking::faster(&logs(a), &logs(b), pairs)? {
        Ordering::Less => Some(&a.executor),
        Ordering::Greater => Some(&b.executor),
        Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;

    fn cell(workload: &str, executor: &str, time: f64) -> CellResult {
        let cell = fixture::cell(workload, executor, 4, time);
        CellResult { lanes: vec![fixture::lane(time); 12], ties_with_fastest: Some(false), ..cell }
    }

    fn agreement(times: [(f64, f64); 3]) -> Agreement {
        let named = || ["sequential", "threads", "tasks"].into_iter().zip(times);
        let wiremock = named().map(|(name, (time, _))| cell("http", name, time));
        let thin = named().map(|(name, (_, time))| cell("http-hyper", name, time));
        let cells: Vec<CellResult> =
            wiremock.chain(thin.map(|cell| CellResult { group: 1, ..cell })).collect();
        let mut found = of_servers(&fixture::run(cells));
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    #[test]
    fn pairs_that_one_of_both_ties_are_no_contradiction() {
        let found = agreement([(40.0, 30.0), (10.0, 10.0), (11.0, 10.0)]);
        assert_eq!((found.pairs, found.alike, found.contrary.len()), (3, 2, 0));
        assert_eq!(found.groups, ["http/4", "http-hyper/4"]);
    }

    #[test]
    fn a_pair_that_is_ordered_the_other_way_round_is_named() {
        let found = agreement([(40.0, 40.0), (10.0, 20.0), (20.0, 10.0)]);
        assert_eq!((found.alike, found.contrary), (2, vec![["threads".into(), "tasks".into()]]));
    }

    #[test]
    fn a_workload_without_its_other_server_agrees_with_nobody() {
        assert_eq!(of_servers(&fixture::run(vec![cell("http-hyper", "tasks", 1.0)])), []);
        assert_eq!(of_servers(&fixture::run(vec![cell("http", "tasks", 1.0)])), []);
    }
}
