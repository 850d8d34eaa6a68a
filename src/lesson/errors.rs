//! The verdict of the lesson on errors, whose experiment has no times: from what became of jobs that failed.

use super::rule::Verdict;
pub use crate::measure::failing::{Fate, Learned};

/// Whether errors are harder with tasks than with threads: a backtrace has a smaller share of the program's own frames, or the
/// caller learns less of a failure. Inconclusive if no backtrace was reported.
pub fn judge(fates: &[Fate]) -> Verdict {
    let of = |executor: &'static str| fates.iter().filter(move |fate: &&Fate| fate.executor == executor);
    let share = |executor| {
        let [own, all] = of(executor).find_map(|fate| fate.frames)?;
        Some(own as f64 / all as f64)
    };
    let Some((tasks, threads)) = share("tasks").zip(share("threads")) else { return Verdict::Inconclusive };
    let told = |executor| of(executor).filter(|fate| fate.learned == Learned::Message).count();
    if tasks < threads || told("tasks") < told("threads") { Verdict::Holds } else { Verdict::DoesNotHold }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(executor: &'static str, learned: Learned, frames: Option<[usize; 2]>) -> Fate {
        Fate { executor: executor.into(), way: "error".into(), learned, survivors: 7, others: 7, frames }
    }

    #[test]
    fn each_verdict_is_possible() {
        let judged = |tasks: (Learned, Option<[usize; 2]>), threads| {
            judge(&[fate("tasks", tasks.0, tasks.1), fate("threads", Learned::Message, threads)])
        };
        let direct = Some([5, 10]);
        assert_eq!(judged((Learned::Message, Some([5, 30])), direct), Verdict::Holds);
        assert_eq!(judged((Learned::Nothing, direct), direct), Verdict::Holds);
        assert_eq!(judged((Learned::Message, direct), direct), Verdict::DoesNotHold);
        assert_eq!(judged((Learned::Message, None), direct), Verdict::Inconclusive);
    }
}
