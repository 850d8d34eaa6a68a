//! How many lanes a budget is likely to give, shown before the first sample.

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
    /// The time that is likely to be enough for a verdict.
    pub needed: Duration,
}

/// How many lanes each cell is likely to have and, if they are too few for a verdict, the budget that is enough.
pub fn line(forecast: &Forecast) -> String {
    let seconds = |span: Duration| format!("{:.0} s", span.as_secs_f64().ceil());
    let Forecast { lanes, least, .. } = *forecast;
    let word = if lanes == 1 { "lane" } else { "lanes" };
    let lanes = format!(
        "{} are enough for about {} {word} per cell",
        seconds(forecast.budget),
        format::count(lanes as u64)
    );
    if forecast.lanes < least {
        let needed = seconds(forecast.needed);
        return format!(
            "{lanes}: times without a ranking, which needs {least}; a budget of {needed} is enough"
        );
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_lanes_come_with_the_budget_that_is_enough() {
        let forecast = |lanes| {
            let (budget, needed) = (Duration::from_secs(3), Duration::from_millis(6_300));
            line(&Forecast { lanes, least: 8, budget, needed })
        };
        assert_eq!(forecast(20), "3 s are enough for about 20 lanes per cell");
        assert_eq!(
            forecast(1),
            "3 s are enough for about 1 lane per cell: times without a ranking, which needs 8; a budget of 7 s is enough"
        );
    }
}
