//! Which judgements differ, which may differ, and which cells are the same, each in the order in which a reader needs them.

use super::words;
use crate::record::comparison::{Compared, Comparison, Judgement, Overall, Status, Verdict};

/// What is said of one metric of one cell, with its cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Difference<'r> {
    pub(super) cell: &'r Compared,
    pub(super) judged: &'r Judgement,
    /// Whether it is of a null control: BASE against itself.
    pub(super) is_control: bool,
}

/// The cells of a comparison by what is said of them.
#[derive(Debug)]
pub(super) struct Sorted<'r> {
    /// What differs: HEAD takes more first, time before other costs, the largest difference first. Where the machine was
    /// disturbed: how the controls differ.
    pub(super) changed: Vec<Difference<'r>>,
    /// What may differ.
    pub(super) open: Vec<Difference<'r>>,
    /// The cells in which nothing differs or may differ.
    pub(super) same: Vec<&'r Compared>,
    /// The cells that have numbers.
    pub(super) measured: Vec<&'r Compared>,
    /// Whether anything is judged at all.
    pub(super) is_judged: bool,
}

impl<'r> Sorted<'r> {
    pub(super) fn of(comparison: &'r Comparison) -> Self {
        let measured: Vec<&Compared> =
            comparison.cells.iter().filter(|cell| cell.status == Status::Measured).collect();
        let is_judged = !matches!(comparison.overall, Overall::Disturbed | Overall::NotJudged);
        if !is_judged {
            let is_disturbed = comparison.overall == Overall::Disturbed;
            let changed = if is_disturbed { disturbed(&comparison.controls) } else { Vec::new() };
            return Self { changed, open: Vec::new(), same: Vec::new(), measured, is_judged };
        }
        let of = |verdict: Verdict| -> Vec<Difference<'_>> {
            let mut found: Vec<_> =
                all(&measured).filter(|one| one.judged.verdict == Some(verdict)).collect();
            sort(&mut found);
            found
        };
        let changed = [of(Verdict::Slower), of(Verdict::Faster)].concat();
        let mut open = of(Verdict::Inconclusive);
        open.retain(|one| one.cell.is_open(one.judged));
        let differs = |cell: &Compared| changed.iter().chain(&open).any(|one| std::ptr::eq(one.cell, cell));
        let same = measured.iter().copied().filter(|cell| !differs(cell)).collect();
        Self { changed, open, same, measured, is_judged }
    }

    /// What differs with that verdict.
    pub(super) fn with(&self, verdict: Verdict) -> Vec<Difference<'r>> {
        self.changed.iter().copied().filter(|one| one.judged.verdict == Some(verdict)).collect()
    }
}

/// How many cells they are of.
pub(super) fn cells<'r>(differences: impl IntoIterator<Item = &'r Difference<'r>>) -> usize {
    let mut names: Vec<&str> = differences.into_iter().map(|one| one.cell.id.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

fn all<'r>(cells: &[&'r Compared]) -> impl Iterator<Item = Difference<'r>> {
    let of = |cell: &'r Compared| {
        cell.metrics.iter().map(move |judged| Difference { cell, judged, is_control: false })
    };
    cells.iter().copied().flat_map(of)
}

/// By metric; what may be slower before what may only be faster; the ratio that is farthest from one first.
fn sort(differences: &mut [Difference<'_>]) {
    let far = |one: &Difference<'_>| one.judged.ratio.map_or(0.0, |ratio| ratio.ln().abs());
    let kind = |one: &Difference<'_>| {
        let is_open = one.judged.verdict == Some(Verdict::Inconclusive);
        let [more, less] = words::may_be(one.judged);
        (one.judged.metric, is_open && !more, is_open && less)
    };
    differences.sort_by(|one, other| kind(one).cmp(&kind(other)).then(far(other).total_cmp(&far(one))));
}

/// The metric of a control that is the most thresholds away from one.
pub(super) fn farthest(control: &Compared) -> Option<&Judgement> {
    let thresholds = |judged: &Judgement| judged.ratio.map_or(0.0, f64::ln).abs() / judged.threshold.ln_1p();
    control.metrics.iter().max_by(|one, other| thresholds(one).total_cmp(&thresholds(other)))
}

/// How the disturbed controls differ.
fn disturbed(controls: &[Compared]) -> Vec<Difference<'_>> {
    let controls = controls.iter().filter(|control| control.is_disturbed());
    let mut found: Vec<_> = controls
        .filter_map(|cell| Some(Difference { cell, judged: farthest(cell)?, is_control: true }))
        .collect();
    sort(&mut found);
    found
}
