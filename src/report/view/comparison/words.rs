//! The words for a difference: of times slower and faster, of everything else more and less.

use super::sort::Difference;
use crate::record::comparison::{Judgement, Metric, Verdict};
use crate::report::format::{self, MISSING};
use crate::report::view::Mark;

/// What is compared.
pub(super) fn noun(metric: Metric) -> &'static str {
    match metric {
        Metric::Time => "time",
        Metric::Cpu => "processor time",
        Metric::Switches => "context switches",
        Metric::Memory => "memory",
    }
}

/// Which sides of no difference the interval allows, from the threshold on: HEAD takes more, HEAD takes less.
pub(super) fn may_be(judged: &Judgement) -> [bool; 2] {
    let far = 1.0 + judged.threshold;
    judged.interval90.map_or([true, true], |[low, high]| [high >= far, low <= 1.0 / far])
}

/// More of it, and less of it.
fn pair(metric: Metric) -> [&'static str; 2] {
    match metric {
        Metric::Time => ["slower", "faster"],
        Metric::Switches => ["more", "fewer"],
        Metric::Cpu | Metric::Memory => ["more", "less"],
    }
}

/// What is said, in as few words as possible: `slower`, `more`, `slower?`.
pub(super) fn word(judged: &Judgement) -> String {
    let [more, less] = pair(judged.metric);
    match (judged.verdict, may_be(judged)) {
        (None, _) => String::new(),
        (Some(Verdict::Same), _) => "the same".into(),
        (Some(Verdict::Slower), _) => more.into(),
        (Some(Verdict::Faster), _) => less.into(),
        (Some(Verdict::Inconclusive), [true, false]) => format!("{more}?"),
        (Some(Verdict::Inconclusive), [false, true]) => format!("{less}?"),
        (Some(Verdict::Inconclusive), _) => format!("{more} or {less}?"),
    }
}

/// The same with what it is of: `slower`, `more memory`, `more memory?`.
pub(super) fn what(judged: &Judgement) -> String {
    let word = word(judged);
    match (judged.metric, word.strip_suffix('?')) {
        (Metric::Time, _) => word,
        (metric, Some(word)) => format!("{word} {}?", noun(metric)),
        (metric, None) => format!("{word} {}", noun(metric)),
    }
}

/// The mark of that.
pub(super) fn mark(judged: &Judgement) -> Mark {
    match judged.verdict {
        Some(Verdict::Slower) => Mark::Worse,
        Some(Verdict::Faster) => Mark::Better,
        Some(Verdict::Inconclusive) => Mark::Open,
        Some(Verdict::Same) | None => Mark::Plain,
    }
}

/// `1.10x`.
pub(super) fn ratio(judged: &Judgement) -> String {
    judged.ratio.map_or_else(|| MISSING.into(), format::factor)
}

/// `1.10x (1.08..1.12)`.
pub(super) fn ratio_and_interval(judged: &Judgement) -> String {
    let interval =
        judged.interval90.map_or_else(String::new, |ends| format!(" ({})", format::factor_range(ends)));
    format!("{}{interval}", ratio(judged))
}

fn verb(metric: Metric) -> &'static str {
    match metric {
        Metric::Time | Metric::Cpu => "takes",
        Metric::Switches => "makes",
        Metric::Memory => "uses",
    }
}

/// `1.10x the time (1.08..1.12)`.
pub(super) fn times(judged: &Judgement) -> String {
    let interval =
        judged.interval90.map_or_else(String::new, |ends| format!(" ({})", format::factor_range(ends)));
    format!("{} the {}{interval}", ratio(judged), noun(judged.metric))
}

/// `takes 1.10x the time (1.08..1.12)`.
pub(super) fn takes(judged: &Judgement) -> String {
    format!("{} {}", verb(judged.metric), times(judged))
}

/// `` `http/tasks/32` may take 0.99..1.08x the time``: of what may differ, the ratio itself says little.
pub(super) fn cell_may_take(one: &Difference<'_>) -> String {
    match one.judged.interval90 {
        Some(ends) => {
            let (verb, noun) = (verb(one.judged.metric), noun(one.judged.metric));
            let verb = verb.trim_end_matches('s'); // `takes`, `makes`, `uses`
            format!("`{}` may {verb} {}x the {noun}", one.cell.id, format::factor_range(ends))
        }
        None => cell_takes(one),
    }
}

/// `` `http/tasks/32` takes 1.10x the time (1.08..1.12)``.
pub(super) fn cell_takes(one: &Difference<'_>) -> String {
    format!("`{}` {}", one.cell.id, takes(one.judged))
}

/// The same with the medians: how one knows that it matters.
pub(super) fn sentence(one: &Difference<'_>) -> String {
    let [base, head] = [one.judged.base, one.judged.head]
        .map(|side| side.map(|figure| amount(one.judged.metric, figure.median)));
    let medians = match base.zip(head) {
        Some((base, head)) if one.is_control => format!(": {base} and {head}"),
        Some((base, head)) => format!(": {base} before, {head} now"),
        None => String::new(),
    };
    let itself = if one.is_control { "BASE against itself in " } else { "" };
    format!("{itself}{}{medians}", cell_takes(one))
}

/// What may differ, with the difference that would have shown.
pub(super) fn doubt(one: &Difference<'_>) -> String {
    let would = one
        .judged
        .visible
        .map_or_else(String::new, |share| format!("; a difference of {} would show", format::percent(share)));
    format!("not decided: {}{would}", cell_may_take(one))
}

/// A value with its unit.
pub(super) fn amount(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Time | Metric::Cpu => format::time(value),
        Metric::Switches => format::plain(value),
        Metric::Memory => format::memory(value),
    }
}
