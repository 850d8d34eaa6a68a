//! Measures the cells that lessons name, as any run does. Nothing of it is kept.

use std::time::Duration;

use crate::cli::measured::{self, Asked};
use crate::cli::{Stop, command};
use crate::lane::Cell;
use crate::lesson::Lesson;
use crate::lesson::plan::Special;
use crate::lesson::session::Measured;
use crate::measure::failing;
use crate::measure::passes::server::Listen;
use crate::measure::passes::session;
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::Plan;
use crate::measure::passes::visit::Samples;
use crate::process::interrupt;
use crate::record::Run;

/// Seconds for a lesson, and for all of them; the same under `--quick`.
const SECONDS: [u64; 2] = [20, 400];
const QUICK_SECONDS: [u64; 2] = [8, 100];
/// Lanes of each cell: an interval at 99 % takes 8, and three times as many make it narrow enough for nearly every rule.
const LANES: usize = 24;
const QUICK_LANES: usize = 8;

/// Measures what these lessons name, each cell once.
pub(super) fn all(lessons: &[Lesson], quick: bool) -> Result<Measured, Stop> {
    let groups = groups(lessons);
    let run = if groups.is_empty() { None } else { Some(run(lessons.len(), &groups, quick)?) };
    let fails = |lesson: &Lesson| lesson.plan.special == Some(Special::Errors);
    let fates = if lessons.iter().any(fails) {
        failing::look(PATIENCE)?.ok_or(Stop::Interrupted)?
    } else {
        Vec::new()
    };
    Ok(Measured { run, fates })
}

fn run(lessons: usize, groups: &[Group], quick: bool) -> Result<Run, Stop> {
    let [one, all] = if quick { QUICK_SECONDS } else { SECONDS };
    let seconds = if lessons == 1 { one } else { all };
    let (lanes, samples) = if quick { (QUICK_LANES, Samples::Few) } else { (LANES, Samples::Usual) };
    let asked = Asked {
        groups,
        plan: Plan { budget: Duration::from_secs(seconds), lanes, samples },
        timeout: session::TIMEOUT,
        server: None,
        elsewhere: None,
        listen: Listen::default(),
        results: None,
        seed: None,
        columns: &[],
        selection: Vec::new(),
        partition: None,
        command: command::of_this_process(),
    };
    let recorded = measured::run(&asked, |_| Ok(()))?;
    if interrupt::came() { Err(Stop::Interrupted) } else { Ok(recorded.run) }
}

/// How long a caller waits for a job that never ends: fifty times as long as a batch takes.
const PATIENCE: Duration = Duration::from_secs(2);

/// The tables of those cells. A slope stands in the table of a smaller cell of its executor, which is made if there is none.
fn groups(lessons: &[Lesson]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |cell: &Cell, slope: Option<&Cell>| {
        let at = groups.iter().position(|group| group.name() == cell.group()).unwrap_or_else(|| {
            groups.push(Group { cells: Vec::new(), sample_limit: None, lanes: None, slopes: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[at];
        if !group.cells.iter().any(|known| known.to_string() == cell.to_string()) {
            group.cells.push(cell.clone());
        }
        for slope in slope.into_iter() {
            if !group.slopes.iter().any(|known| known.to_string() == slope.to_string()) {
                group.slopes.push(slope.clone());
            }
        }
    };
    for lesson in lessons {
        lesson.plan.cells.iter().for_each(|cell| add(cell, None));
        for slope in &lesson.plan.slopes {
            let smaller = Cell { jobs: (slope.jobs / SMALLER).max(1), ..slope.clone() };
            add(&smaller, Some(slope));
        }
    }
    groups
}

/// How many times as small as the largest size of a slope the cell is in whose table it stands.
const SMALLER: usize = 20;
