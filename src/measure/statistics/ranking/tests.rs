//! Verdicts on tables that are drawn at random, and on the smallest ones.

use rand::RngExt;

use super::*;
use crate::measure::statistics::spread::{spread, visible};
use crate::measure::statistics::{draw, proportion};

/// Fewer than in a verdict, or the simulations would take minutes.
const FEW: usize = 999;

fn simulate(factors: &[f64], passes: usize, spread: f64, random: &mut StdRng) -> Vec<Vec<f64>> {
    let mut table = vec![Vec::new(); factors.len()];
    for pass in 0..passes {
        let drift = 0.1 * (pass as f64 / 5.0).sin();
        for (own, factor) in table.iter_mut().zip(factors) {
            own.push(lane(factor.ln() + drift, spread, random));
        }
    }
    table
}

/// The median of three samples that depend on each other, as those of one process do; one lane in fifty is odd.
fn lane(truth: f64, spread: f64, random: &mut StdRng) -> f64 {
    let luck = truth + spread * draw::normal(random);
    let mut noise = draw::normal(random);
    let mut samples: Vec<f64> = (0..3)
        .map(|_| {
            noise = 0.8 * noise + 0.6 * draw::normal(random);
            luck + spread * noise
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    samples[1] + if random.random_bool(0.02) { 0.26 } else { 0.0 }
}

fn judged(table: &[Vec<f64>]) -> Vec<bool> {
    let values: Vec<&[f64]> = table.iter().map(Vec::as_slice).collect();
    behind_by(&values, FEW).expect("passes enough")
}

/// The number of tables to simulate: `FAIRLANE_SIMULATIONS` times as many as a test by default.
fn many(tables: usize) -> usize {
    let times = std::env::var("FAIRLANE_SIMULATIONS").ok().and_then(|times| times.parse().ok());
    let times: usize = times.unwrap_or(1);
    tables * times
}

/// Asserts that `wrong` of `tables` is not more than chance allows for an event with a chance of 1 %.
fn assert_rare(wrong: usize, tables: usize, what: &str) {
    let [least, _] = proportion::interval(wrong as u64, tables as u64, 0.998);
    anstream::eprintln!("{what}: {wrong} of {tables} tables");
    assert!(least <= ALPHA, "{what}: {wrong} of {tables} tables");
}

#[test]
fn identical_cells_are_called_behind_in_at_most_one_table_of_a_hundred() {
    let mut random = StdRng::seed_from_u64(2);
    for spread in [0.01, 0.02, 0.05] {
        let table = |_| judged(&simulate(&[1.0; 10], 12, spread, &mut random)).contains(&true);
        let wrong = (0..many(400)).map(table).filter(|wrong| *wrong).count();
        assert_rare(wrong, many(400), &format!("ten cells, spread {spread}"));
    }
    for passes in [8, 12, 16, 30] {
        let table = |_| judged(&simulate(&[1.0; 2], passes, 0.02, &mut random)).contains(&true);
        let wrong = (0..many(1_000)).map(table).filter(|wrong| *wrong).count();
        assert_rare(wrong, many(1_000), &format!("two cells, {passes} passes"));
    }
}

#[test]
fn three_that_are_equal_tie_and_seven_that_are_slower_are_behind() {
    let mut random = StdRng::seed_from_u64(3);
    let factors = [1.0, 1.1, 1.1, 1.0, 1.1, 1.1, 1.1, 1.0, 1.1, 1.1];
    let tables = many(150);
    let (mut found, mut wrong) = ([0; 10], 0);
    for _ in 0..tables {
        let behind = judged(&simulate(&factors, 16, 0.02, &mut random));
        wrong += usize::from([0, 3, 7].iter().any(|equal| behind[*equal]));
        for (count, behind) in found.iter_mut().zip(&behind) {
            *count += u64::from(*behind);
        }
    }
    assert_rare(wrong, tables, "the three");
    for (cell, count) in found.iter().enumerate().filter(|(cell, _)| factors[*cell] > 1.0) {
        anstream::eprintln!("cell {cell}, slower by a tenth: behind in {count} of {tables} tables");
        let [_, most] = proportion::interval(*count, tables as u64, 0.998);
        assert!(most >= 0.95 && *count * 100 >= 90 * tables as u64, "cell {cell}: {count} of {tables}");
    }
}

#[test]
fn a_cell_that_scatters_does_not_hide_a_pair_that_is_always_in_the_same_order() {
    let mut random = StdRng::seed_from_u64(4);
    let found = (0..100).filter(|_| {
        let mut table = simulate(&[1.0, 1.05], 16, 0.005, &mut random);
        table.iter_mut().flatten().for_each(|value| *value = value.min(0.2)); // no odd lanes here
        table.push(simulate(&[1.02], 16, 0.2, &mut random).remove(0));
        judged(&table)[1]
    });
    let found = found.count();
    assert!(found >= 80, "{found} of 100");
}

#[test]
fn a_visible_difference_is_found_in_most_tables() {
    for noise in [0.03, 0.005] {
        let mut random = StdRng::seed_from_u64(5);
        let mut found = 0;
        for _ in 0..100 {
            let gaussian = |truth: f64, random: &mut StdRng| -> Vec<f64> {
                (0..16).map(|_| truth + noise * draw::normal(random)).collect()
            };
            let mut table: Vec<Vec<f64>> = (0..10).map(|_| gaussian(0.0, &mut random)).collect();
            let values: Vec<&[f64]> = table.iter().map(Vec::as_slice).collect();
            let visible = visible(spread(&values).expect("ten cells"), 16);
            table[4] = gaussian(visible.ln_1p(), &mut random);
            found += usize::from(judged(&table)[4]);
        }
        assert!(found >= 70, "{found} of 100 with a noise of {noise}");
    }
}

#[test]
fn a_difference_below_a_hundredth_is_always_a_tie() {
    let table = |factor: f64| {
        let own: Vec<f64> = (0..16).map(|pass| f64::from(pass) * 0.1).collect();
        let other: Vec<f64> = own.iter().map(|value| value + factor.ln()).collect();
        behind(&[&own, &other]).expect("enough")
    };
    assert_eq!(table(1.009), [false, false]);
    assert_eq!(table(1.011), [false, true]);
}

#[test]
fn too_few_passes_or_cells_give_no_verdict() {
    assert_eq!(behind(&[]), None);
    assert_eq!(behind(&[&[0.0; 7], &[1.0; 7]]), None);
    assert_eq!(behind(&[&[0.0; 8], &[1.0; 9]]), None, "not the same passes");
    assert_eq!(behind(&[&[0.0; 8]]), Some(vec![false]));
    assert_eq!(behind(&[&[0.0; 8], &[1.0; 8]]), Some(vec![false, true]));
    assert_eq!(faster(&[0.0; 8], &[1.0; 8], 1), Some(Ordering::Less));
    assert_eq!(faster(&[1.0; 8], &[0.0; 8], 1), Some(Ordering::Greater));
    assert_eq!(
        faster(&[0.0; 8], &[1.0; 8], 45),
        Some(Ordering::Equal),
        "eight passes are too few for 45 pairs"
    );
    assert_eq!(faster(&[0.0; 7], &[1.0; 7], 1), None);
}
