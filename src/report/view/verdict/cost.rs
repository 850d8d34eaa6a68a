//! What it costs to be first, and how much slower the others are.

use super::super::words::list;
use super::{code, times};
use crate::record::CellResult;
use crate::report::format;

/// A figure, how it is written, and its name for one and for several.
type Cost = (fn(&CellResult) -> Option<f64>, fn(f64) -> String, [&'static str; 2]);

const CPU: Cost = (CellResult::cpu_ns, format::time, ["of processor time"; 2]);
const SWITCHES: Cost =
    (switches, |number| format::count(number.round() as u64), ["context switch", "context switches"]);
const MEMORY: Cost = (memory, format::memory, ["of memory"; 2]);

fn switches(cell: &CellResult) -> Option<f64> {
    cell.costs.as_ref().map(|used| used.switches.median)
}

fn memory(cell: &CellResult) -> Option<f64> {
    cell.memory.as_ref().map(|held| held.bytes as f64)
}

/// Costs whose ratio is at most this are given as one.
const ABOUT: f64 = 1.25;

/// Of several that are first: which has the least of each cost and which the most.
pub(super) fn of_firsts(firsts: &[&CellResult]) -> Option<String> {
    let of = |(figure, write, what): Cost| {
        let have: Vec<(f64, &CellResult)> =
            firsts.iter().filter_map(|cell| Some((figure(cell)?, *cell))).collect();
        let (least, cheapest) = have.iter().min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let (most, costliest) = have.iter().max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let what = what[usize::from(most.round() != 1.0)];
        let is_close = *most <= *least * ABOUT;
        let (least, most) = (write(*least), write(*most));
        Some(match (least == most, is_close) {
            (true, _) => format!("{least} {what}"),
            (_, true) => format!("about {most} {what}"),
            _ => {
                let (cheapest, costliest) = (code(&cheapest.executor), code(&costliest.executor));
                format!("{least} ({cheapest}) to {most} ({costliest}) {what}")
            }
        })
    };
    let costs: Vec<String> = [CPU, SWITCHES, MEMORY].into_iter().filter_map(of).collect();
    (!costs.is_empty()).then(|| format!("The cost: {}", list(&costs, "and")))
}

/// A sentence names at most this many slower executors, and counts the others.
const MOST_SLOWER: usize = 3;

/// The slowest, with the costs of the one that uses most processor time. `sequential` is slow by design.
pub(super) fn of_slower(ranked: &[&CellResult]) -> Option<String> {
    let mut all: Vec<&CellResult> =
        ranked.iter().copied().filter(|cell| !cell.is_first() && cell.executor != "sequential").collect();
    let slowness = |cell: &CellResult| cell.ratio_to_fastest.or(cell.median_ns).unwrap_or(0.0);
    all.sort_by(|a, b| slowness(b).total_cmp(&slowness(a)));
    let most = all.iter().filter_map(|cell| cell.cpu_ns()).reduce(f64::max);
    let facts = |cell: &CellResult| {
        let ratio = cell.ratio_to_fastest.map(format::ratio);
        let time = ratio.is_none().then(|| times(&[cell]));
        let costs = [CPU, MEMORY].into_iter().filter(|_| most.is_some() && cell.cpu_ns() == most);
        let costs =
            costs.filter_map(|(figure, write, [_, what])| Some(format!("{} {what}", write(figure(cell)?))));
        (ratio, time.into_iter().chain(costs).collect::<Vec<_>>())
    };
    let named = all.iter().take(MOST_SLOWER).map(|cell| (cell.executor.as_str(), facts(cell)));
    let mut names = slower(named)?;
    if all.len() > MOST_SLOWER {
        names.push(format!("{} more", all.len() - MOST_SLOWER));
    }
    Some(format!("Slower: {}", list(&names, "and")))
}

/// Each by name with how many times the time of the fastest it takes and with other facts; nothing if there are none.
pub(super) fn slower<'a>(
    all: impl Iterator<Item = (&'a str, (Option<String>, Vec<String>))>,
) -> Option<Vec<String>> {
    let mut unit = Some(" the time of the fastest");
    let name = |(executor, (times, facts)): (&str, (Option<String>, Vec<String>))| {
        // The first one says what the others are times of.
        let times = times.map(|times| times + unit.take().unwrap_or_default());
        let facts: Vec<String> = times.into_iter().chain(facts).collect();
        if facts.is_empty() { code(executor) } else { format!("{} ({})", code(executor), facts.join(", ")) }
    };
    let names: Vec<String> = all.map(name).collect();
    (!names.is_empty()).then_some(names)
}
