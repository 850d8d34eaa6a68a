//! From values to places, and the round values at which to put a line.

use super::text;
use crate::report::format;
use crate::report::view::chart::Scale;

/// A value on an axis that has a line, and its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) text: String,
}

/// The unit of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Nanoseconds.
    Time,
    Number,
    /// Multiples of something.
    Ratio,
}

impl Unit {
    /// A tick's value without trailing zeros: `10 ms`, not `10.0 ms`.
    fn write(self, value: f64) -> String {
        let whole = value.fract() == 0.0 && value >= 1000.0;
        let text = match self {
            _ if value == 0.0 => return "0".into(),
            Self::Time => format::time(value),
            Self::Number if whole => return format::count(value as u64),
            Self::Number => format::plain(value),
            Self::Ratio => format::ratio(value),
        };
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number =
            if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
        format!("{number}{unit}")
    }
}

/// An axis: a range of values laid on a range of places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    scale: Scale,
    unit: Unit,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

/// A larger value is not measured but wrong, and sums and ratios of such values leave the range of a float.
const MOST: f64 = 1e30;

impl Axis {
    /// An axis for some values. Without any it goes from 1 to 10, so that nothing divides by zero.
    pub(super) fn new(
        scale: Scale,
        unit: Unit,
        values: impl IntoIterator<Item = f64>,
        [from, to]: [f64; 2],
    ) -> Self {
        let (low, high) = ends(scale, values);
        let (low, high) = match scale {
            _ if low > high => (1.0, 10.0),
            Scale::Linear => (low.min(0.0), if high > 0.0 { high } else { 1.0 }),
            // A single value is in the middle.
            Scale::Log if high / low < 1.5 => (low / 1.5, high * 1.5),
            Scale::Log => (low, high),
        };
        Self { scale, unit, low, high, from, to }
    }

    /// A logarithmic axis for ratios, with the one on it. It shows ratios that are close to one, too.
    pub(super) fn of_ratios(values: impl IntoIterator<Item = f64>, [from, to]: [f64; 2]) -> Self {
        let (low, high) = ends(Scale::Log, values.into_iter().chain([0.99, 1.01]));
        Self { scale: Scale::Log, unit: Unit::Ratio, low, high, from, to }
    }

    /// The same with a margin on both sides of a logarithmic axis: a share of its length.
    pub(super) fn padded(mut self, share: f64) -> Self {
        let factor = (self.high / self.low).powf(share);
        (self.low, self.high) = (self.low / factor, self.high * factor);
        self
    }

    /// Where a value lies, never outside.
    pub(super) fn position(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self.from + share * (self.to - self.from)
    }

    /// Round values with their texts, as many as have room.
    pub(super) fn ticks(&self, room: f64) -> Vec<Tick> {
        let values = match self.scale {
            Scale::Linear => self.steps(room),
            Scale::Log => {
                let mut values = self.powers(&[1.0], room);
                for within in [&[1.0, 3.0][..], &[1.0, 2.0, 5.0]] {
                    if values.len() < 3 {
                        values = self.powers(within, room);
                    }
                }
                if values.len() < 3 { self.steps(room) } else { values }
            }
        };
        let ticks = values.into_iter().map(|value| Tick { value, text: self.unit.write(value) });
        ticks.collect()
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    fn steps(&self, room: f64) -> Vec<f64> {
        let most = ((self.to - self.from).abs() / room).floor().clamp(1.0, 12.0);
        let rough = (self.high - self.low) / most;
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= rough);
        let Some(step) = step.filter(|step| step.is_normal()) else { return Vec::new() };
        let first = (self.low / step).ceil();
        (0..=14).map(|at| (first + f64::from(at)) * step).take_while(|value| *value <= self.high).collect()
    }

    /// Powers of ten and some values within each; powers are left out until there is room.
    fn powers(&self, within: &[f64], room: f64) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let length = (self.to - self.from).abs() / (self.high / self.low).log10().max(1e-9);
        let every = ((room / length).ceil() as i32).clamp(1, 30);
        let powers = (first..=last).filter(|power| every == 1 || power.rem_euclid(every) == 0);
        let values = powers.flat_map(|power| within.iter().map(move |times| times * 10.0_f64.powi(power)));
        values.filter(|value| *value >= self.low && *value <= self.high).collect()
    }
}

/// The smallest and the largest of the values that the axis can show.
fn ends(scale: Scale, values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let usable = |value: &f64| value.abs() <= MOST && (scale == Scale::Linear || *value >= 1.0 / MOST);
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    values.into_iter().filter(usable).fold(ends, |(low, high), value| (low.min(value), high.max(value)))
}

/// The width of the widest tick.
pub(super) fn widest(ticks: &[Tick], size: f64) -> f64 {
    ticks.iter().map(|tick| text::width(&tick.text, size)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: Scale, unit: Unit, low: f64, high: f64) -> Vec<String> {
        let axis = Axis::new(scale, unit, [low, high], [0.0, 700.0]);
        axis.ticks(90.0).into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn ticks_are_round_and_carry_their_unit() {
        assert_eq!(
            texts(Scale::Linear, Unit::Time, 0.0, 55e6),
            ["0", "10 ms", "20 ms", "30 ms", "40 ms", "50 ms"]
        );
        assert_eq!(
            texts(Scale::Log, Unit::Time, 4e2, 2e9),
            ["1 us", "10 us", "100 us", "1 ms", "10 ms", "100 ms", "1 s"]
        );
        assert_eq!(
            texts(Scale::Log, Unit::Time, 1.1e7, 2.4e7),
            ["12 ms", "14 ms", "16 ms", "18 ms", "20 ms", "22 ms", "24 ms"]
        );
        assert_eq!(texts(Scale::Log, Unit::Number, 1.0, 10_000.0), ["1", "10", "100", "1,000", "10,000"]);
    }

    #[test]
    fn places_stay_on_the_axis_whatever_the_value() {
        let axis = Axis::new(Scale::Log, Unit::Time, [10.0, 1000.0], [100.0, 300.0]);
        let values = [10.0, 100.0, 1000.0, 1e9, 0.0, -1.0, f64::NAN];
        assert_eq!(
            values.map(|value| axis.position(value)),
            [100.0, 200.0, 300.0, 300.0, 100.0, 100.0, 100.0]
        );
    }

    #[test]
    fn an_axis_without_values_and_one_with_a_single_value_still_have_places() {
        for values in [&[][..], &[0.0], &[7.0], &[f64::NAN]] {
            for scale in [Scale::Linear, Scale::Log] {
                let axis = Axis::new(scale, Unit::Number, values.iter().copied(), [0.0, 10.0]);
                assert!(axis.position(7.0).is_finite() && axis.ticks(5.0).len() < 15, "{values:?}");
            }
        }
    }

    #[test]
    fn ratios_close_to_one_have_an_axis_with_the_one_on_it() {
        let axis = Axis::of_ratios([1.02, 1.12, f64::NAN, -1.0], [0.0, 100.0]);
        let ticks: Vec<_> = axis.ticks(15.0).into_iter().map(|tick| tick.text).collect();
        assert_eq!(ticks, ["1x", "1.05x", "1.1x"]);
        assert!(axis.position(1.0) > 0.0 && axis.position(1.12) == 100.0);
    }

    #[test]
    fn absurd_values_leave_an_axis_with_few_ticks() {
        for scale in [Scale::Linear, Scale::Log] {
            let values = [f64::MIN_POSITIVE, f64::MAX, 7.0, f64::MIN];
            let axis = Axis::new(scale, Unit::Time, values, [0.0, 700.0]).padded(0.1);
            assert!(axis.ticks(5.0).len() < 100 && axis.position(f64::MAX) <= 700.0, "{scale:?}");
        }
    }
}
