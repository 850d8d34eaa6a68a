//! Which executors one would choose for a kind of work, from all its tables: those that are first or tie with the first
//! most often and use little more processor time than each other; and why not the others. Knows no words for it.

use super::CellResult;

/// An executor that uses this many times the processor time of the cheapest is not chosen, though it ties in time.
pub const COSTLY: f64 = 2.5;

/// These show what a lock does. A program cannot choose them.
const SHOWN_ONLY: [&str; 1] = ["gil-threads"];

/// What the tables say together.
#[derive(Debug)]
pub struct Recommendation<'a> {
    /// Tables in which two executors or more are ranked.
    pub tables: usize,
    /// Those to choose, the least processor time first; empty if none was first.
    pub chosen: Vec<Tally<'a>>,
    /// Those that are first as often and use [`COSTLY`] times the processor time, or more.
    pub costly: Vec<Tally<'a>>,
    /// Those of the same model as a chosen one that are first less often, because they are slower.
    pub slower: Vec<Tally<'a>>,
}

/// How an executor did over the tables.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally<'a> {
    /// Which.
    pub executor: &'a str,
    /// What it is made of.
    pub model: &'a str,
    ran: usize,
    /// The tables in which it is first or tied with the first.
    pub first_in: usize,
    /// How many times the processor time of the cheapest chosen one it uses, on average over the tables. While it is
    /// counted: over that of the cheapest of the same table, summed, because tables differ by magnitudes.
    pub cost: f64,
    /// How many times the time of the fastest it takes where it is slower: in the nearest table and in the farthest.
    /// `None` of records that do not say.
    pub slower: Option<[f64; 2]>,
}

impl Tally<'_> {
    fn each(&self) -> f64 {
        self.cost / self.ran.max(1) as f64
    }
}

/// The recommendation of these tables; `None` if none of them ranks two executors.
pub fn of<'a>(groups: &[&'a [CellResult]]) -> Option<Recommendation<'a>> {
    let ranked = |group: &&'a [CellResult]| -> Vec<&'a CellResult> {
        group.iter().filter(|cell| cell.is_ranked()).collect()
    };
    let decided: Vec<Vec<&CellResult>> =
        groups.iter().map(ranked).filter(|ranked| ranked.len() > 1).collect();
    if decided.is_empty() {
        return None;
    }
    let all = tallies(&decided);
    let (tables, mut firsts) = (decided.len(), all.clone());
    // What is ranked in less than half of the tables is not recommended for all of them.
    firsts.retain(|tally| 2 * tally.ran >= tables && tally.first_in > 0);
    let most = firsts.iter().map(|tally| tally.first_in).max().unwrap_or(0);
    // One table of four is chance.
    firsts.retain(|tally| tally.first_in >= most - most / 4);
    firsts.sort_by(|a, b| a.each().total_cmp(&b.each()));
    let cheapest = firsts.first().map_or(0.0, Tally::each);
    let (chosen, costly): (Vec<Tally<'_>>, Vec<Tally<'_>>) = firsts
        .iter()
        .copied()
        .partition(|tally| tally.each() < COSTLY * cheapest || tally.each() == cheapest);
    let is_slower = |tally: &&Tally<'a>| {
        tally.first_in < tally.ran
            && chosen.iter().any(|chosen| chosen.model == tally.model)
            && firsts.iter().all(|first| first.executor != tally.executor)
    };
    let relative = |tally: &Tally<'a>| Tally { cost: tally.each() / cheapest, ..*tally };
    Some(Recommendation {
        tables,
        slower: all.iter().filter(is_slower).map(relative).collect(),
        costly: costly.iter().map(relative).collect(),
        chosen: chosen.iter().map(relative).collect(),
    })
}

fn tallies<'a>(tables: &[Vec<&'a CellResult>]) -> Vec<Tally<'a>> {
    let mut tallies: Vec<Tally<'a>> = Vec::new();
    for table in tables {
        let costs = table.iter().filter_map(|cell| cell.cpu_ns());
        let cheapest = costs.reduce(f64::min).unwrap_or(0.0).max(1.0);
        for cell in table.iter().filter(|cell| !SHOWN_ONLY.contains(&cell.executor.as_str())) {
            let (executor, model) = (cell.executor.as_str(), cell.model.as_str());
            let at = tallies.iter().position(|tally| tally.executor == executor).unwrap_or_else(|| {
                tallies.push(Tally { executor, model, ran: 0, first_in: 0, cost: 0.0, slower: None });
                tallies.len() - 1
            });
            let tally = &mut tallies[at];
            tally.ran += 1;
            tally.first_in += usize::from(cell.is_first());
            tally.cost += cell.cpu_ns().map_or(1.0, |cpu| cpu / cheapest);
            if let Some(times) = cell.ratio_to_fastest.filter(|_| !cell.is_first()) {
                let [low, high] = tally.slower.unwrap_or([times; 2]);
                tally.slower = Some([low.min(times), high.max(times)]);
            }
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, judged};

    /// A table of those executors with their processor times, of which the first `firsts` are first.
    fn table(workload: &str, cells: &[(&str, u64)], firsts: usize) -> Vec<CellResult> {
        let cell = |(executor, cpu_ns): &(&str, u64)| {
            let mut cell = cell(workload, executor, 16, 10e6);
            if let Some(costs) = &mut cell.costs {
                costs.cpu_ns.median = *cpu_ns as f64;
            }
            cell
        };
        judged(cells.iter().map(cell).collect(), firsts)
    }

    fn chosen(tables: &[Vec<CellResult>]) -> (Vec<String>, Vec<String>, Vec<String>) {
        let tables: Vec<&[CellResult]> = tables.iter().map(Vec::as_slice).collect();
        let Recommendation { chosen, costly, slower, .. } = of(&tables).expect("a recommendation");
        let names = |of: Vec<Tally<'_>>| of.iter().map(|tally| tally.executor.to_owned()).collect();
        (names(chosen), names(costly), names(slower))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn of_those_that_tie_the_cheapest_comes_first_and_the_expensive_ones_are_not_chosen() {
        let http =
            table("http", &[("process-pool", 30), ("thread-pool", 15), ("tasks", 10), ("threads", 20)], 3);
        assert_eq!(
            chosen(&[http]),
            (names(&["tasks", "thread-pool"]), names(&["process-pool"]), names(&["threads"]))
        );
    }

    #[test]
    fn what_is_not_chosen_comes_with_its_reason() {
        let with = |workload, ratio| {
            let mut cells = table(
                workload,
                &[("tasks", 10), ("thread-pool", 20), ("process-pool", 40), ("threads", 30)],
                3,
            );
            cells[3].ratio_to_fastest = Some(ratio);
            cells
        };
        let mut tie =
            table("db", &[("tasks", 10), ("thread-pool", 10), ("process-pool", 50), ("threads", 10)], 4);
        tie[3].ratio_to_fastest = Some(9.0);
        let tables = [with("http", 1.5), with("tcp", 4.0), tie];
        let tables: Vec<&[CellResult]> = tables.iter().map(Vec::as_slice).collect();
        let found = of(&tables).expect("a recommendation");
        let cost = (4.0 + 4.0 + 5.0) / 3.0;
        let [costly] = found.costly[..] else { panic!("{found:?}") };
        assert_eq!((costly.executor, costly.cost), ("process-pool", cost));
        let [slower] = found.slower[..] else { panic!("{found:?}") };
        assert_eq!((slower.executor, slower.slower), ("threads", Some([1.5, 4.0])));
    }

    #[test]
    fn what_is_first_wherever_it_ran_is_not_slower() {
        let usual = |workload| table(workload, &[("thread-pool", 10), ("tasks", 10)], 2);
        let rare = table("db", &[("thread-pool-w2", 10), ("thread-pool", 10), ("tasks", 10)], 3);
        let found = chosen(&[usual("http"), usual("tcp"), rare]);
        assert_eq!(found, (names(&["thread-pool", "tasks"]), names(&[]), names(&[])));
    }

    #[test]
    fn a_table_of_large_costs_does_not_outweigh_the_others() {
        let small = |workload| table(workload, &[("tasks", 10), ("thread-pool", 40)], 2);
        let large = table("crawl", &[("tasks", 40_000_000), ("thread-pool", 30_000_000)], 2);
        assert_eq!(
            chosen(&[small("http"), small("tcp"), large]).0,
            names(&["tasks"]),
            "3 against 1.1 on average"
        );
    }

    #[test]
    fn one_table_of_four_is_chance_and_one_of_two_is_not() {
        let first = |workload, executor, other| table(workload, &[(executor, 10), (other, 10)], 1);
        let four = [
            table("http", &[("tasks", 10), ("threads", 10)], 2),
            table("tcp", &[("tasks", 10), ("threads", 10)], 2),
            table("timer", &[("tasks", 10), ("threads", 10)], 2),
            first("file", "threads", "tasks"),
        ];
        assert_eq!(chosen(&four).0, names(&["tasks", "threads"]));
        let three = [
            first("http", "tasks", "threads"),
            first("tcp", "tasks", "threads"),
            first("db", "threads", "tasks"),
        ];
        assert_eq!(chosen(&three).0, names(&["tasks"]));
    }

    #[test]
    fn what_only_shows_something_is_no_choice_and_who_is_alone_decides_nothing() {
        assert_eq!(chosen(&[table("http", &[("gil-threads", 1), ("tasks", 10)], 2)]).0, names(&["tasks"]));
        assert!(of(&[&table("http", &[("tasks", 10)], 1)]).is_none());
        assert!(of(&[]).is_none());
    }
}
