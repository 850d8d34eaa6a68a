//! Which executors one would choose for a kind of work, from all its tables: those that are first or tie with the first
//! most often, and cost little more than each other. Knows no words for it.

use super::Cell;

/// Who takes this many times the processor time of the cheapest is dear, though it ties in time.
pub const DEAR: f64 = 2.5;

/// These show what a lock does. Nobody could choose them.
const SHOWN_ONLY: [&str; 1] = ["gil-threads"];

/// What the tables say together.
#[derive(Debug)]
pub struct Answer<'a> {
    /// Tables in which two executors or more have a place: who is alone has beaten nobody.
    pub tables: usize,
    /// Those to choose, the least processor time first; empty if nobody was first.
    pub chosen: Vec<Choice<'a>>,
    /// Those that are first as often and take [`DEAR`] times the processor time, or more.
    pub dear: Vec<&'a str>,
    /// Those that are made of the same as a chosen one and are not first so often.
    pub behind: Vec<&'a str>,
}

/// An executor that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'a> {
    /// Which.
    pub executor: &'a str,
    /// What it is made of.
    pub model: &'a str,
    /// The tables in which it is first or tied with the first.
    pub first_in: usize,
}

/// How an executor did over the tables.
#[derive(Clone, Copy)]
struct Tally<'a> {
    executor: &'a str,
    model: &'a str,
    ran: usize,
    first_in: usize,
    /// Processor time over that of the cheapest of the same table, summed: tables differ by magnitudes.
    cost: f64,
}

impl Tally<'_> {
    fn each(&self) -> f64 {
        self.cost / self.ran.max(1) as f64
    }
}

/// The answer of these tables; `None` if none decides anything.
pub fn of<'a>(groups: &[&'a [Cell]]) -> Option<Answer<'a>> {
    let ranked =
        |group: &&'a [Cell]| -> Vec<&'a Cell> { group.iter().filter(|cell| cell.is_ranked()).collect() };
    let decided: Vec<Vec<&Cell>> = groups.iter().map(ranked).filter(|ranked| ranked.len() > 1).collect();
    if decided.is_empty() {
        return None;
    }
    let all = tallies(&decided);
    let (tables, mut firsts) = (decided.len(), all.clone());
    // Who has a place in less than half of the tables is not asked.
    firsts.retain(|tally| 2 * tally.ran >= tables && tally.first_in > 0);
    let most = firsts.iter().map(|tally| tally.first_in).max().unwrap_or(0);
    // A table or so is chance where there are many.
    firsts.retain(|tally| tally.first_in >= most - most / 4);
    firsts.sort_by(|a, b| a.each().total_cmp(&b.each()));
    let cheapest = firsts.first().map_or(0.0, Tally::each);
    let (chosen, dear): (Vec<Tally<'_>>, Vec<Tally<'_>>) =
        firsts.iter().copied().partition(|tally| tally.each() < DEAR * cheapest || tally.each() == cheapest);
    let is_behind = |tally: &&Tally<'a>| {
        chosen.iter().any(|chosen| chosen.model == tally.model)
            && firsts.iter().all(|first| first.executor != tally.executor)
    };
    let choice = |&Tally { executor, model, first_in, .. }: &Tally<'a>| Choice { executor, model, first_in };
    Some(Answer {
        tables,
        behind: all.iter().filter(is_behind).map(|tally| tally.executor).collect(),
        dear: dear.iter().map(|tally| tally.executor).collect(),
        chosen: chosen.iter().map(choice).collect(),
    })
}

fn tallies<'a>(tables: &[Vec<&'a Cell>]) -> Vec<Tally<'a>> {
    let mut tallies: Vec<Tally<'a>> = Vec::new();
    for table in tables {
        let costs = table.iter().filter_map(|cell| cell.cpu_ns());
        let cheapest = costs.reduce(f64::min).unwrap_or(0.0).max(1.0);
        for cell in table.iter().filter(|cell| !SHOWN_ONLY.contains(&cell.executor.as_str())) {
            let (executor, model) = (cell.executor.as_str(), cell.model.as_str());
            let at = tallies.iter().position(|tally| tally.executor == executor).unwrap_or_else(|| {
                tallies.push(Tally { executor, model, ran: 0, first_in: 0, cost: 0.0 });
                tallies.len() - 1
            });
            tallies[at].ran += 1;
            tallies[at].first_in += usize::from(cell.is_first());
            tallies[at].cost += cell.cpu_ns().map_or(1.0, |cpu| cpu / cheapest);
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, judged};

    /// A table of those executors with their processor times, of which so many are first.
    fn table(workload: &str, cells: &[(&str, u64)], firsts: usize) -> Vec<Cell> {
        let cell = |(executor, cpu_ns): &(&str, u64)| {
            let mut cell = cell(workload, executor, 16, 10e6);
            if let Some(costs) = &mut cell.costs {
                costs.cpu_ns.median = *cpu_ns as f64;
            }
            cell
        };
        judged(cells.iter().map(cell).collect(), firsts)
    }

    fn chosen(tables: &[Vec<Cell>]) -> (Vec<String>, Vec<String>, Vec<String>) {
        let tables: Vec<&[Cell]> = tables.iter().map(Vec::as_slice).collect();
        let Answer { chosen, dear, behind, .. } = of(&tables).expect("an answer");
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        (owned(chosen.iter().map(|choice| choice.executor).collect()), owned(dear), owned(behind))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn of_those_that_tie_the_cheapest_comes_first_and_the_dear_ones_are_no_choice() {
        let http =
            table("http", &[("process-pool", 30), ("thread-pool", 15), ("tasks", 10), ("threads", 20)], 3);
        assert_eq!(
            chosen(&[http]),
            (names(&["tasks", "thread-pool"]), names(&["process-pool"]), names(&["threads"]))
        );
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
