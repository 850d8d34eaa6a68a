//! What a budget is likely to leave, said before anything is measured.

use std::time::Duration;

use super::format;

/// What is expected of a run.
#[derive(Debug, Clone, Copy)]
pub struct Forecast {
    /// The lanes that each cell is likely to get.
    pub lanes: usize,
    /// The fewest with which a verdict is possible.
    pub least: usize,
    /// The time for everything.
    pub budget: Duration,
    /// The time that is likely to leave the fewest for a verdict.
    pub needed: Duration,
}

/// How many lanes each cell will have; and, where that is too few for a verdict, the budget that it would take.
pub fn line(forecast: &Forecast) -> String {
    let seconds = |span: Duration| format!("{:.0} s", span.as_secs_f64().ceil());
    let Forecast { lanes, least, .. } = *forecast;
    let word = if lanes == 1 { "lane" } else { "lanes" };
    let leaves =
        format!("{} leave about {} {word} a cell", seconds(forecast.budget), format::count(lanes as u64));
    if lanes < least {
        let needed = seconds(forecast.needed);
        return format!("{leaves}: times and no ranking, which takes {least}; a budget of {needed} would do");
    }
    leaves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_lanes_are_told_with_the_budget_that_would_do() {
        let forecast = |lanes| {
            let (budget, needed) = (Duration::from_secs(3), Duration::from_millis(6_300));
            line(&Forecast { lanes, least: 8, budget, needed })
        };
        assert_eq!(forecast(20), "3 s leave about 20 lanes a cell");
        assert_eq!(
            forecast(1),
            "3 s leave about 1 lane a cell: times and no ranking, which takes 8; a budget of 7 s would do"
        );
    }
}
