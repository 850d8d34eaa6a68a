//! From figures with their intervals to a verdict. A claim holds if all its conditions are surely true; it does not hold here if
//! one of them is surely false.

use serde::{Deserialize, Serialize};

use super::figure::Value;

/// A bound of a figure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which figure.
    pub figure: String,
    /// It is at least that.
    pub at_least: Option<f64>,
    /// It is at most that.
    pub at_most: Option<f64>,
    /// What multiplies the bounds.
    pub times: Option<Times>,
}

/// What a bound can grow with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// The cores of the machine.
    Cores,
}

/// What the measurement says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is true here.
    Holds,
    /// It is false here.
    DoesNotHold,
    /// The measurement does not decide it.
    Inconclusive,
}

impl Verdict {
    /// Every verdict, that of a claim that is true first.
    pub const ALL: [Self; 3] = [Self::Holds, Self::DoesNotHold, Self::Inconclusive];
}

/// Whether a value is on the right side of its bounds, as far as its interval tells.
pub fn is_true(condition: &Condition, value: Value, cores: usize) -> Option<bool> {
    let scale = match condition.times {
        Some(Times::Cores) => cores as f64,
        None => 1.0,
    };
    let [low, high] = value.sure?;
    let at_least = condition.at_least.map_or(f64::NEG_INFINITY, |bound| bound * scale);
    let at_most = condition.at_most.map_or(f64::INFINITY, |bound| bound * scale);
    match () {
        () if low >= at_least && high <= at_most => Some(true),
        () if high < at_least || low > at_most => Some(false),
        () => None,
    }
}

/// The verdict of a rule; `value` gives the figures, `None` of one that was not measured.
pub fn judge(rule: &[Condition], cores: usize, value: impl Fn(&str) -> Option<Value>) -> Verdict {
    let found: Vec<Option<bool>> = rule
        .iter()
        .map(|condition| value(&condition.figure).and_then(|value| is_true(condition, value, cores)))
        .collect();
    match () {
        () if found.contains(&Some(false)) => Verdict::DoesNotHold,
        () if found.is_empty() || found.contains(&None) => Verdict::Inconclusive,
        () => Verdict::Holds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(at_least: Option<f64>, at_most: Option<f64>, times: Option<Times>) -> Condition {
        Condition { figure: "x".into(), at_least, at_most, times }
    }

    fn verdict(conditions: &[Condition], sure: Option<[f64; 2]>) -> Verdict {
        judge(conditions, 4, |_| Some(Value { number: 1.0, sure }))
    }

    #[test]
    fn a_bound_is_surely_true_surely_false_or_open() {
        let most = [condition(None, Some(1.1), None)];
        assert_eq!(verdict(&most, Some([0.9, 1.05])), Verdict::Holds);
        assert_eq!(verdict(&most, Some([1.2, 1.3])), Verdict::DoesNotHold);
        assert_eq!(verdict(&most, Some([1.0, 1.2])), Verdict::Inconclusive);
        assert_eq!(verdict(&most, None), Verdict::Inconclusive, "no interval");
        let scaled = [condition(Some(0.7), None, Some(Times::Cores))];
        assert_eq!(verdict(&scaled, Some([2.9, 3.0])), Verdict::Holds);
        assert_eq!(verdict(&scaled, Some([1.9, 2.0])), Verdict::DoesNotHold);
    }

    #[test]
    fn one_false_condition_decides_and_one_open_one_leaves_it_open() {
        let values = |name: &str| match name {
            "true" => Some(Value { number: 2.0, sure: Some([2.0, 2.0]) }),
            "false" => Some(Value { number: 0.0, sure: Some([0.0, 0.0]) }),
            _ => None,
        };
        let named = |names: &[&str]| -> Vec<Condition> {
            let one = condition(Some(1.0), None, None);
            names.iter().map(|name| Condition { figure: (*name).into(), ..one.clone() }).collect()
        };
        let judged = |names: &[&str]| judge(&named(names), 1, values);
        assert_eq!(judged(&["true", "true"]), Verdict::Holds);
        assert_eq!(judged(&["true", "false", "missing"]), Verdict::DoesNotHold);
        assert_eq!(judged(&["true", "missing"]), Verdict::Inconclusive);
        assert_eq!(judged(&[]), Verdict::Inconclusive);
    }
}
